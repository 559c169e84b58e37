"""One day of the diary."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from lenitive.frozen import dataclass
from lenitive.record.text import refuse_unwritable
from lenitive.terms import SCORES, Score

__all__ = ["DiaryDay", "Taken"]

_SCORES = attrgetter(*(score.value for score in SCORES))


class Taken(StrEnum):
    """Whether the day's medicine was taken, as the patient says."""

    YES = "yes"
    NO = "no"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryDay:
    """What was reported about one local day. None means that it was not reported.

    Attributes:
        day: The patient's local day.
        pain: 24-hour average pain, 0-10, asked in the evening.
        sleep_disturbance: 0 best possible to 10 worst, for the night that ended this morning.
        fatigue: 0-10.
        interference: 0-10.
        mood_low: 0-10.
        sleep_hours: Hours slept in the night that ended this morning.
        awakenings: How often awake in that night.
        taken: Whether the medicine was taken.
        entered_at: When it was entered, with its UTC offset; apart from the day it is about.
        note: The patient's own words.

    Raises:
        ValueError: When a score is outside 0-10, the time of entry has no offset, or the note cannot be written.
    """

    day: date
    pain: float | None = None
    sleep_disturbance: float | None = None
    fatigue: float | None = None
    interference: float | None = None
    mood_low: float | None = None
    sleep_hours: float | None = None
    awakenings: int | None = None
    taken: Taken | None = None
    entered_at: datetime | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for score, value in zip(SCORES, _SCORES(self), strict=True):
            if value is not None and not 0 <= value <= 10:
                raise ValueError(f"{score.value} is a number from 0 to 10")
        if self.sleep_hours is not None and not 0 <= self.sleep_hours <= 24:
            raise ValueError("sleep_hours is a number from 0 to 24")
        if self.awakenings is not None and not 0 <= self.awakenings <= 100:
            raise ValueError("awakenings is a number from 0 to 100")
        if self.entered_at is not None and self.entered_at.tzinfo is None:
            raise ValueError("entered_at needs a UTC offset")
        refuse_unwritable(self.note)

    def score(self, score: Score) -> float | None:
        """The value of one 0-10 column, or None when it was not reported."""
        value: float | None = getattr(self, score)
        return value

    @property
    def is_empty(self) -> bool:
        """Whether no score was reported."""
        return _SCORES(self).count(None) == len(SCORES)
