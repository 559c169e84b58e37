"""A record brought up to date from what a file says: what is new is added, what stands stays, and where they differ it is listed.

Nothing is overwritten unless that was asked for, and what the file does not speak of is not touched. Parts of one export give the
same record in whatever order they come, as long as no part cuts a day in two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from lenitive.frozen import dataclass
from lenitive.record.diary import DiaryDay
from lenitive.record.events import ActivityDone, EffectReport, Measurement
from lenitive.record.merge_periods import merged_periods
from lenitive.record.night import ObjectiveNight
from lenitive.record.patient import Patient
from lenitive.record.record import Record

__all__ = ["Difference", "Merge", "merged"]

_FIELDS = (
    "pain", "sleep_disturbance", "fatigue", "interference", "mood_low", "sleep_hours", "awakenings", "taken", "note",
)  # fmt: skip
E = TypeVar("E", EffectReport, Measurement, ActivityDone)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Difference:
    """Where a file says something else than the record; no value is in it.

    Attributes:
        file: The record's file.
        day: The first day of it; None for what has no day.
        what: The column, or what the entry is of.
    """

    file: str
    day: date | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A record brought up to date.

    Attributes:
        record: The record after it.
        differences: Where the file says something else; the record has what stood before, or what the file says when that
            was asked for.
        added: How many entries and cells are new, by file of the record.
    """

    record: Record
    differences: tuple[Difference, ...]
    added: dict[str, int]

    @property
    def lossless(self) -> bool:
        """Whether nothing that stood before was changed."""
        return not self.differences


class _Tally:
    def __init__(self) -> None:
        self.differences: list[Difference] = []
        self.added: dict[str, int] = {}

    def new(self, file: str, count: int = 1) -> None:
        if count:
            self.added[file] = self.added.get(file, 0) + count

    def differs(self, file: str, day: date | None, what: str) -> None:
        self.differences.append(Difference(file=file, day=day, what=what))


def merged(standing: Record, new: Record, *, overwrite: bool = False) -> Merge:
    """The standing record with what a file says of it.

    Args:
        standing: The record.
        new: What the file says, as a record.
        overwrite: Whether the file's word goes where the two differ.
    """
    tally = _Tally()
    medicines, told = merged_periods(standing, new, overwrite=overwrite)
    for day, drug in told.differences:
        tally.differs("medicines.csv", day, drug)
    tally.new("medicines.csv", told.added)
    record = Record(
        patient=_patient(standing.patient, new.patient, tally, overwrite),
        medicines=medicines,
        diary=_diary(standing.diary, new.diary, tally, overwrite),
        effects=_entries(
            "effects.csv", standing.effects, new.effects, tally, overwrite, key="effect", value="severity"
        ),
        measurements=_entries(
            "measurements.csv",
            standing.measurements,
            new.measurements,
            tally,
            overwrite,
            key="measure",
            value="quantity",
        ),
        activities=_entries(
            "activities.csv",
            standing.activities,
            new.activities,
            tally,
            overwrite,
            key="activity",
            value="minutes",
        ),
        nights=_nights(standing.nights, new.nights, tally, overwrite),
    )
    return Merge(record=record, differences=tuple(sorted(tally.differences, key=_order)), added=tally.added)


def _order(one: Difference) -> tuple[str, date, str]:
    return one.file, one.day or date.min, one.what


def _diary(
    standing: Sequence[DiaryDay], new: Sequence[DiaryDay], tally: _Tally, overwrite: bool
) -> tuple[DiaryDay, ...]:
    days = {entry.day: entry for entry in standing}
    for entry in new:
        before = days.get(entry.day)
        if before is None:
            days[entry.day] = entry
            tally.new("diary.csv")
            continue
        change: dict[str, Any] = {}
        for name in _FIELDS:
            old, said = getattr(before, name), getattr(entry, name)
            if said is None or said == "" or said == old:
                continue
            if old is None or old == "":
                change[name] = said
                tally.new("diary.csv")
            elif name != "note" or said not in old:
                tally.differs("diary.csv", entry.day, name)
                if overwrite:
                    change[name] = said
        moments = [m for m in (before.entered_at, entry.entered_at) if m is not None]
        if moments:
            change["entered_at"] = max(moments)
        if change:
            days[entry.day] = replace(before, **change)
    return tuple(days.values())


def _entries(
    file: str,
    standing: Sequence[E],
    new: Sequence[E],
    tally: _Tally,
    overwrite: bool,
    *,
    key: str,
    value: str,
) -> tuple[E, ...]:
    """Entries of one kind: one a day for each effect, measure (and its note) or activity is compared, others are added."""

    def key_of(entry: E) -> Hashable:
        return entry.day, getattr(entry, key), getattr(entry, "note", "") if key == "measure" else ""

    here: dict[Hashable, list[E]] = {}
    for entry in standing:
        here.setdefault(key_of(entry), []).append(entry)
    fresh: dict[Hashable, list[E]] = {}
    for entry in new:
        fresh.setdefault(key_of(entry), []).append(entry)
    for place, entries in fresh.items():
        before = here.get(place)
        if before is None:
            here[place] = entries
            tally.new(file, len(entries))
            continue
        had = {getattr(entry, value) for entry in before}
        if {getattr(entry, value) for entry in entries} <= had:
            continue
        tally.differs(file, entries[0].day, str(getattr(entries[0], key)))
        if overwrite:
            here[place] = entries
    return tuple(entry for entries in here.values() for entry in entries)


def _nights(
    standing: Sequence[ObjectiveNight], new: Sequence[ObjectiveNight], tally: _Tally, overwrite: bool
) -> tuple[ObjectiveNight, ...]:
    """Nights by day, source and definition; one of the same start and a later end is the same night, grown."""
    here = {(n.day, n.source, n.definition): n for n in standing}
    for night in new:
        place = (night.day, night.source, night.definition)
        before = here.get(place)
        if before is None:
            tally.new("nights.csv")
        elif night == before or (before.start == night.start and _end(night) < _end(before)):
            continue
        elif before.start is not None and before.start == night.start and _end(night) > _end(before):
            tally.new("nights.csv")
        else:
            tally.differs("nights.csv", night.day, night.source)
            if not overwrite:
                continue
        here[place] = night
    return tuple(here.values())


def _end(night: ObjectiveNight) -> float:
    return night.end.timestamp() if night.end is not None else 0.0


def _patient(standing: Patient, new: Patient, tally: _Tally, overwrite: bool) -> Patient:
    """What is known of the patient: an empty value is filled, lists grow, all else is compared."""
    change: dict[str, Any] = {}
    empty = Patient()
    for name in Patient.__slots__:
        old, said, blank = getattr(standing, name), getattr(new, name), getattr(empty, name)
        if said in (blank, old):
            continue
        if old == blank:
            change[name] = said
            tally.new("patient.toml")
        elif isinstance(old, tuple):
            more = _missing(old, said)
            if more:
                change[name] = (*old, *more)
                tally.new("patient.toml", len(more))
        else:
            tally.differs("patient.toml", None, name)
            if overwrite:
                change[name] = said
    return replace(standing, **change) if change else standing


def _missing(old: Iterable[Any], said: Iterable[Any]) -> list[Any]:
    have = list(old)
    return [item for item in said if item not in have]
