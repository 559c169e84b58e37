"""A night as a laboratory or a device measured it, beside the diary's own account."""

from __future__ import annotations

import math
from datetime import date, datetime
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.record.text import refuse_unwritable

__all__ = ["NIGHT_NUMBERS", "DeviceClass", "ObjectiveNight"]


class DeviceClass(StrEnum):
    """What kind of thing measured a night; how far it can be trusted differs by kind."""

    PSG = "psg"
    """Polysomnography scored in 30-second epochs."""
    ACTIGRAPH = "actigraph"
    """A research wrist sensor that tells sleep from wake."""
    WEARABLE = "wearable"
    """A consumer watch or ring."""
    NEARABLE = "nearable"
    """A consumer sensor under the mattress or beside the bed."""
    PHONE = "phone"
    """A phone that infers sleep from its own use or from movement."""
    MANUAL = "manual"
    """Typed in by a person."""
    UNKNOWN = "unknown"
    """The file does not say."""


# Column of nights.csv -> highest value that can be written down. Minutes of a night end at two days.
NIGHT_NUMBERS: dict[str, float] = {
    "tib_min": 2880,
    "tst_min": 2880,
    "sol_min": 2880,
    "waso_min": 2880,
    "awakenings": 500,
    "se_pct": 100,
    "n1_min": 2880,
    "n2_min": 2880,
    "light_min": 2880,
    "n3_min": 2880,
    "rem_min": 2880,
    "rem_latency_min": 2880,
    "nap_min": 1440,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveNight:
    """One measured night. None means that the source does not say; numbers follow the named definition.

    Attributes:
        day: The patient's local day of the morning on which the night ended.
        source: What recorded it, without a person's name.
        device_class: What kind of thing that is.
        definition: Id of the definition behind the numbers; numbers of different ids are never pooled.
        start: When the record began, local, with an offset when known.
        end: When it ended.
        tib_min, tst_min, sol_min, waso_min: Time in bed, total sleep, sleep-onset latency, wake after onset, min.
        awakenings: How often awake.
        se_pct: Sleep efficiency, %.
        n1_min, n2_min, light_min, n3_min, rem_min: Minutes in each stage; ``light_min`` is N1 and N2 not told apart.
        rem_latency_min: To the first REM, min.
        nap_min: Sleep outside the night on the same day, min.

    Raises:
        ValueError: When a number is negative, not finite or too large, or more was slept than lain.
    """

    day: date
    source: str
    device_class: DeviceClass
    definition: str
    start: datetime | None = None
    end: datetime | None = None
    tib_min: float | None = None
    tst_min: float | None = None
    sol_min: float | None = None
    waso_min: float | None = None
    awakenings: float | None = None
    se_pct: float | None = None
    n1_min: float | None = None
    n2_min: float | None = None
    light_min: float | None = None
    n3_min: float | None = None
    rem_min: float | None = None
    rem_latency_min: float | None = None
    nap_min: float | None = None

    def __post_init__(self) -> None:
        if not self.source or not self.definition:
            raise ValueError("a night names its source and its definition")
        if self.source != self.source.strip() or self.definition != self.definition.strip():
            raise ValueError("source and definition stand without space around them")
        refuse_unwritable(self.source, self.definition)
        for name, high in NIGHT_NUMBERS.items():
            value = self.number(name)
            if value is not None and not (math.isfinite(value) and 0 <= value <= high):
                raise ValueError(f"{name} is a number from 0 to {high:g}")
        # A minute of grace: files round each figure on its own.
        if self.tib_min is not None and self.tst_min is not None and self.tst_min > self.tib_min + 1:
            raise ValueError("tst_min is not more than tib_min")
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end are both given or both left out")
        if self.start is not None and self.end is not None:
            if (self.start.tzinfo is None) != (self.end.tzinfo is None):
                raise ValueError("start and end both carry an offset, or neither does")
            if not self.start < self.end:
                raise ValueError("a night ends after it starts")

    def number(self, name: str) -> float | None:
        """One of its numbers by column name."""
        value: float | None = getattr(self, name)
        return value

    @property
    def tells_stages(self) -> bool:
        """Whether any stage of sleep was told apart."""
        return any(
            v is not None for v in (self.n1_min, self.n2_min, self.light_min, self.n3_min, self.rem_min)
        )
