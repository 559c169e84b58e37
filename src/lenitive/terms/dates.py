"""The days that can be written down, and the orders in which people write them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

__all__ = ["EARLIEST", "LATEST", "DateOrder"]

# The days that this version of the record's format can write down. Fixed, so that what can be read never depends on a clock.
EARLIEST = date(1900, 1, 1)
LATEST = date(2079, 12, 31)


class DateOrder(StrEnum):
    """In which order the dates of a record are written, as the person who gives it says."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"

    @property
    def words(self) -> str:
        """``day/month/year``."""
        return {"ymd": "year-month-day", "dmy": "day/month/year", "mdy": "month/day/year"}[self.value]
