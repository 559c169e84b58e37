"""Orders in which people write dates."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["DateOrder"]


class DateOrder(StrEnum):
    """In which order the dates of a record are written, as the person who gives it says."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"

    @property
    def words(self) -> str:
        """``day/month/year``."""
        return {"ymd": "year-month-day", "dmy": "day/month/year", "mdy": "month/day/year"}[self.value]
