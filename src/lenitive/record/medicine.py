"""Periods of constant dosing."""

from __future__ import annotations

import re
from datetime import date, time
from typing import ClassVar

from lenitive.frozen import dataclass
from lenitive.record.text import refuse_unwritable

__all__ = ["CLOCK", "IntakeTime", "MedicinePeriod"]

# The hour a named time stands for when a calculation needs one. A convention of ours: the words do not say.
CLOCK: dict[str, time] = {"morning": time(8), "noon": time(12), "evening": time(18), "bedtime": time(22)}


@dataclass(frozen=True, slots=True, order=True)
class IntakeTime:
    """``bedtime``, ``morning``, ``noon``, ``evening``, ``prn`` or ``HH:MM``."""

    text: str

    def __post_init__(self) -> None:
        if (
            self.text not in CLOCK
            and self.text != "prn"
            and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.text)
        ):
            raise ValueError("a time is bedtime, morning, noon, evening, prn or HH:MM")

    @property
    def clock(self) -> time:
        """The local clock time it stands for; as-needed intakes count as noon."""
        if self.text == "prn":
            return time(12)
        return CLOCK.get(self.text) or time.fromisoformat(self.text)

    def __str__(self) -> str:
        """The word or the clock time."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinePeriod:
    """A drug taken at one dose between two days, both included.

    Attributes:
        drug: The one name by which every room knows the drug, lower case: the id it was resolved to when the record was
            read, or the written name where it means nothing to the knowledge.
        dose_mg: The amount of one intake, mg. Zero is allowed: placebo, or a period without.
        start: First day.
        end: Last day, or None while it goes on.
        times: One entry per intake in a day; words such as ``"bedtime"`` are taken as what they say.
        form: Such as ``tablet`` or ``odt``; empty when unknown.
        reason: Why it is taken, in the record's words.
        missed: Days within the period on which it was not taken.
        masked: Whether the patient could not know which dose or drug this was.
        believed: What the patient thought it was, or None when that was not asked.
        written: The drug's name as it was written, such as a brand; empty where that is ``drug``. It is exported again and shown
            beside ``drug``; nothing is looked up by it but which product is taken.

    Raises:
        ValueError: When the drug has no plain lower-case name or was written as none, the dose is negative, the end precedes the start, a
            missed day lies outside the period, there is no time or one twice, or an as-needed row is not one day.
    """

    DRUG: ClassVar[str] = r"[^\W_](?:[\w +/().,%'’\-]{0,98}[\w)%+])?"

    drug: str
    dose_mg: float
    start: date
    end: date | None = None
    times: tuple[IntakeTime, ...] = (IntakeTime("bedtime"),)
    form: str = ""
    reason: str = ""
    missed: frozenset[date] = frozenset()
    masked: bool = False
    believed: str | None = None
    written: str = ""

    def __post_init__(self) -> None:
        # Words are taken from Python callers whom no type checker stops.
        given: tuple[object, ...] | object = self.times
        if not isinstance(given, tuple) or not all(isinstance(t, IntakeTime | str) for t in given):
            raise TypeError('times are a tuple of IntakeTime, or of their words, such as times=("bedtime",)')
        if any(isinstance(t, str) for t in given):
            object.__setattr__(self, "times", tuple(IntakeTime(str(t)) for t in given))
        if not self.dose_mg >= 0 or self.dose_mg == float("inf"):
            raise ValueError("a dose is a finite number of mg, zero or more")
        if self.end is not None and self.end < self.start:
            raise ValueError("a period ends on or after the day it starts")
        if not self.times or len(set(self.times)) != len(self.times):
            raise ValueError("a period has at least one time of intake, and each once")
        if self.as_needed and (len(self.times) > 1 or self.end != self.start):
            raise ValueError("an as-needed row is one intake on one day; its end is its start")
        if any(not self.covers(day) for day in self.missed):
            raise ValueError("a missed day lies within the period")
        if self.drug != " ".join(self.drug.lower().split()) or not re.fullmatch(self.DRUG, self.drug):
            raise ValueError("a drug has a plain name in lower case")
        if self.written and (
            self.written == self.drug
            or self.written != " ".join(self.written.split())
            or not re.fullmatch(self.DRUG, self.written)
        ):
            raise ValueError("what was written is a plain name other than the drug's own, or empty")
        if self.believed == "":
            raise ValueError("what the patient believed is words, or None when that was not asked")
        refuse_unwritable(self.form, self.reason, self.believed or "")

    @property
    def as_needed(self) -> bool:
        """Whether it was taken as needed on the days of this row."""
        return any(t.text == "prn" for t in self.times)

    @property
    def name(self) -> str:
        """The drug's name as it was written."""
        return self.written or self.drug

    @property
    def dose_mg_per_day(self) -> float:
        """mg in one day of the period."""
        return self.dose_mg * len(self.times)

    def covers(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day and (self.end is None or day <= self.end)
