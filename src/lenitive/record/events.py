"""Side effects noticed, things measured, and strategies done."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.record.text import refuse_unwritable
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES, Quantity, Severity

__all__ = ["ActivityDone", "EffectReport", "Measurement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectReport:
    """A side effect on a day; severity ``none`` says that it was asked and absent.

    Raises:
        ValueError: When the effect is not in the vocabulary.
    """

    day: date
    effect: str
    severity: Severity
    stops_activities: bool | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS:
            raise ValueError("the effect is not in the vocabulary")
        refuse_unwritable(self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A measurement, kept in its measure's own unit. For ``drug_level`` the note names the drug.

    Raises:
        ValueError: When the measure is unknown or the value cannot be one.
    """

    day: date
    measure: str
    quantity: Quantity
    note: str = ""

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError("the measure is not in the vocabulary")
        known = MEASURES[self.measure]
        if self.quantity.unit != known.unit:
            raise ValueError(f"{known.id} is kept in {known.unit}")
        if not known.low <= self.quantity.value <= known.high:
            raise ValueError(f"{known.id} lies between {known.low:g} and {known.high:g} {known.unit}")
        if self.measure == "drug_level" and not self.note.strip():
            raise ValueError("the note of a drug level names the drug")
        refuse_unwritable(self.note)

    @property
    def value(self) -> float:
        """The number, in the measure's own unit."""
        return self.quantity.value


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDone:
    """A non-drug strategy done on a day. None minutes means that it was done for an unknown time.

    Raises:
        ValueError: When the activity is not in the vocabulary or the minutes are not within a day.
    """

    day: date
    activity: str
    minutes: float | None = None

    def __post_init__(self) -> None:
        if self.activity not in ACTIVITIES:
            raise ValueError("the activity is not in the vocabulary")
        if self.minutes is not None and not 0 <= self.minutes <= 1440:
            raise ValueError("minutes lie between 0 and 1440")
