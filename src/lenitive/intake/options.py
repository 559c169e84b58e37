"""What was said beside a diary's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from types import MappingProxyType

from lenitive.frozen import dataclass
from lenitive.terms import DateOrder

__all__ = ["DiaryOptions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryOptions:
    """What was said beside a diary's file.

    Attributes:
        dates: The order of dates that end with their year.
        scales: The values that become 0 (best) and 10 (worst), by column.
        first_day: The day that numbered days begin on.
        where: Only rows whose column holds this word, by column: one person of several.
        zone: The patient's time zone, for moments in universal time.
        meanings: What columns of a table are, where somebody said it (``DraftHints``).
    """

    dates: DateOrder = DateOrder.YMD
    scales: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    first_day: date | None = None
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    zone: str | None = None
    meanings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
