"""Scores of questionnaires over time: what each is called, and what a change of it means. Totals only, never an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import ChangeRow, Instrument
from lenitive.record import Record
from lenitive.terms import Grade, Message, Source

__all__ = ["Meaning", "ScoreAt", "ScoreCourse", "Yardstick", "score_courses"]

_SUM, _PARTS = "psd", ("wpi", "sss")
_UNVERIFIED = {
    "important": "review.scores.important.unverified",
    "reliable": "review.scores.reliable.unverified",
}


class Meaning(StrEnum):
    """What a change of a score means."""

    BETTER = "better"
    """Lower by at least the change that matters."""
    WORSE = "worse"
    """Higher by at least the change that matters."""
    LITTLE = "little"
    """Less than the change that matters."""
    UNKNOWN = "unknown"
    """No change that matters is known of this instrument, or from a weak source only."""
    NOT_COMPARED = "not_compared"
    """One score alone, or a score that says itself what changed."""


_CHANGES = {
    Meaning.BETTER: "review.scores.change.better",
    Meaning.WORSE: "review.scores.change.worse",
    Meaning.LITTLE: "review.scores.change.little",
    Meaning.UNKNOWN: "review.scores.change.unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAt:
    """One score.

    Attributes:
        on: The day.
        value: The total.
        band: Its name, such as ``moderate``; empty where none is known.
    """

    on: date
    value: float
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """A change from which on something is said, and whether this one reaches it.

    Attributes:
        points: How much, for this patient.
        reached: Whether the change is as large, in either direction.
        grade: Of its source; one that is weak is shown as unverified and decides nothing.
        sources: Where it stands.
    """

    points: float
    reached: bool
    grade: Grade
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCourse:
    """One instrument over time. On each a lower score is better.

    Attributes:
        measure: The measure, or ``psd`` for the sum of widespread pain index and symptom severity scale of one day.
        scores: Every score, in order of day.
        before: The one that the last is compared with: the last before the drug in question began, else the first.
        change: The last less that one, points; None where there is nothing to compare.
        important: The change that matters; None where none is known.
        reliable: The change beyond what answering twice would give; None where none is known.
        meaning: What the change means.
        sources: Where the names of the scores stand.
    """

    measure: str
    scores: tuple[ScoreAt, ...]
    before: ScoreAt | None
    change: float | None
    important: Yardstick | None
    reliable: Yardstick | None
    meaning: Meaning
    sources: tuple[Source, ...]

    @property
    def now(self) -> ScoreAt:
        """The last score."""
        return self.scores[-1]

    @property
    def says(self) -> tuple[Message, ...]:
        """What is to be said of it."""
        return tuple(self._said())

    def _said(self) -> Iterator[Message]:
        last = self.now
        yield Message.of(
            "review.scores.now" if last.band else "review.scores.now_unnamed",
            measure=self.measure,
            value=last.value,
            on=last.on,
            band=last.band,
        )
        if self.before is None or self.change is None:
            return
        yield Message.of(
            _CHANGES[self.meaning],
            before=self.before.value,
            on=self.before.on,
            change=self.change,
            important=None if self.important is None else self.important.points,
        )
        for name, row in (("important", self.important), ("reliable", self.reliable)):
            if row is not None and not row.grade.may_decide:
                yield Message.of(_UNVERIFIED[name], points=row.points)
            elif row is not None and name == "reliable":
                reached = (
                    "review.scores.reliable.reached" if row.reached else "review.scores.reliable.not_reached"
                )
                yield Message.of(reached, points=row.points)


def _yardstick(row: ChangeRow | None, before: float, change: float) -> Yardstick | None:
    if row is None:
        return None
    points = row.value * before if row.unit == "1" else row.value
    # A share of nothing is no yardstick: from zero a score can only rise.
    reached = points > 0 and abs(change) >= points - 1e-9
    return Yardstick(points=points, reached=reached, grade=row.grade, sources=row.sources)


def _meaning(change: float | None, important: Yardstick | None) -> Meaning:
    if change is None:
        return Meaning.NOT_COMPARED
    if important is None or not important.grade.may_decide or important.points <= 0:
        return Meaning.UNKNOWN
    if not important.reached:
        return Meaning.LITTLE
    return Meaning.BETTER if change < 0 else Meaning.WORSE


def _values(record: Record, measure: str) -> dict[date, float]:
    """The score of each day; of several on one day, the last written."""
    if measure != _SUM:
        return {m.day: m.value for m in record.series(measure)}
    first, second = (_values(record, part) for part in _PARTS)
    return {day: value + second[day] for day, value in first.items() if day in second}


def _course(
    measure: str, values: Mapping[date, float], instrument: Instrument, since: date | None
) -> ScoreCourse:
    bands = instrument.bands
    scores = tuple(
        ScoreAt(on=day, value=value, band="" if bands is None else bands.name(value))
        for day, value in sorted(values.items())
    )
    before, last = None, scores[-1]
    if len(scores) > 1 and not instrument.is_change:
        earlier = [s for s in scores[:-1] if since is not None and s.on <= since]
        before = earlier[-1] if earlier else scores[0]
    change = None if before is None else last.value - before.value
    old = 0.0 if before is None else before.value
    important = None if change is None else _yardstick(instrument.important, old, change)
    return ScoreCourse(
        measure=measure,
        scores=scores,
        before=before,
        change=change,
        important=important,
        reliable=None if change is None else _yardstick(instrument.reliable, old, change),
        meaning=_meaning(change, important),
        sources=() if bands is None else bands.sources,
    )


def score_courses(
    record: Record, instruments: Mapping[str, Instrument], since: date | None
) -> tuple[ScoreCourse, ...]:
    """Each instrument of which the record has a score, in the order of the knowledge.

    Args:
        record: The record as it stood on the day.
        instruments: What the scores mean.
        since: The day on which the drug in question began; None without one.
    """
    found = ((measure, _values(record, measure), one) for measure, one in instruments.items())
    return tuple(_course(measure, values, one, since) for measure, values, one in found if values)
