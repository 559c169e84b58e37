"""Medicines taken as needed: on how many days, whether that is overuse, whether it rises, and on which days.

Such a medicine is taken because a day is bad, so that days with it are worse than days without whatever it does: its effect is
not read from them (confounding by indication).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, OveruseGroup
from lenitive.record import Record
from lenitive.terms import Message, Score, Source

__all__ = ["AsNeeded", "BadDays", "Overuse", "Trend", "as_needed"]


class Trend(StrEnum):
    """How use goes against the same number of days before."""

    MORE = "more"
    FEWER = "fewer"
    SAME = "same"
    UNKNOWN = "unknown"
    """The record does not reach back so far."""


_TRENDS = {
    Trend.MORE: "review.as_needed.trend.more",
    Trend.FEWER: "review.as_needed.trend.fewer",
    Trend.SAME: "review.as_needed.trend.same",
    Trend.UNKNOWN: "review.as_needed.trend.unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overuse:
    """What is called overuse of such a medicine, by the criteria for headache.

    Attributes:
        group: Which group it belongs to.
        limit: From so many days on it is overuse.
        reached: Whether it is.
        spans: So many spans of the counted days in a row reach the limit, back from the day of the review.
        sustained: Whether those are enough for a regular use.
        sources: Where the limit stands.
    """

    group: str
    limit: int
    reached: bool
    spans: int
    sustained: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadDays:
    """Pain on days with the medicine and on the others.

    Attributes:
        on: Mean on days of use, 0-10.
        off: Mean on the other days.
        on_days: Days of use with a score.
        off_days: Other days with a score.
        worse: Whether days of use were worse by at least a difference that matters.
    """

    on: float
    off: float
    on_days: int
    off_days: int
    worse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AsNeeded:
    """One medicine taken as needed.

    Attributes:
        drug: Its name.
        days: Days of use among those counted.
        counted: So many days, up to the day of the review.
        before: Days of use among as many days before; None where the record does not reach back so far.
        last: The last day of use.
        trend: Whether use rises.
        overuse: What is called overuse; None where no limit is known of it.
        pain: Pain on days with and without it; None where there are too few of either.
    """

    drug: str
    days: int
    counted: int
    before: int | None
    last: date
    trend: Trend
    overuse: Overuse | None
    pain: BadDays | None

    @property
    def says(self) -> tuple[Message, ...]:
        """What is to be said of it; that its effect is not read from such days always is."""
        return tuple(self._said())

    def _said(self) -> Iterator[Message]:
        yield Message.of(
            "review.as_needed.use", drug=self.drug, days=self.days, counted=self.counted, last=self.last
        )
        yield Message.of(_TRENDS[self.trend], before=self.before, counted=self.counted)
        over = self.overuse
        if over is None:
            yield Message.of("review.as_needed.no_limit")
        else:
            below = "review.as_needed.overuse.reached" if over.reached else "review.as_needed.overuse.below"
            yield Message.of(
                "review.as_needed.overuse.sustained" if over.sustained else below,
                limit=over.limit,
                group=over.group,
                spans=over.spans,
            )
        pain = self.pain
        if pain is None:
            yield Message.of("review.as_needed.confounded.unknown")
        else:
            worse = (
                "review.as_needed.confounded.worse" if pain.worse else "review.as_needed.confounded.not_worse"
            )
            yield Message.of(worse, on=pain.on, off=pain.off)


def _group(
    drug: str, knowledge: Knowledge, groups: Mapping[str, OveruseGroup]
) -> tuple[str, OveruseGroup] | None:
    """The strictest group that a drug belongs to."""
    substances = knowledge.substances
    found = [
        (name, row)
        for name, row in groups.items()
        if drug in row.drugs or (drug in substances and substances.is_any(drug, row.classes))
    ]
    return min(found, key=lambda item: item[1].days, default=None)


def _counts(days: set[date], at: date, span: int, most: int) -> list[int]:
    """Days of use in each span back from a day, the last span first."""
    ends = [at - timedelta(days=span * i) for i in range(most)]
    return [sum(end - timedelta(days=span) < day <= end for day in days) for end in ends]


def _overuse(drug: str, counts: list[int], knowledge: Knowledge) -> Overuse | None:
    lines = knowledge.judgement.as_needed
    found = _group(drug, knowledge, lines.group)
    if found is None:
        return None
    name, row = found
    spans = next((i for i, count in enumerate(counts) if count < row.days), len(counts))
    return Overuse(
        group=name,
        limit=row.days,
        reached=counts[0] >= row.days,
        spans=spans,
        sustained=spans >= lines.sustained_spans.whole,
        sources=row.sources,
    )


def _bad_days(record: Record, days: set[date], knowledge: Knowledge) -> BadDays | None:
    """Pain on days of use and on the others, from the first day of use on."""
    lines = knowledge.judgement.verdict
    scored = [
        (d.day, v) for d in record.diary if (v := d.score(Score.PAIN)) is not None and d.day >= min(days)
    ]
    on = [v for day, v in scored if day in days]
    off = [v for day, v in scored if day not in days]
    if min(len(on), len(off)) < lines.least_entries.whole:
        return None
    with_it, without = sum(on) / len(on), sum(off) / len(off)
    return BadDays(
        on=with_it,
        off=without,
        on_days=len(on),
        off_days=len(off),
        worse=with_it - without >= lines.benefit.value,
    )


def _trend(now: int, before: int | None, least: float) -> Trend:
    if before is None:
        return Trend.UNKNOWN
    if abs(now - before) < least:
        return Trend.SAME
    return Trend.MORE if now > before else Trend.FEWER


def _first_day(record: Record) -> date | None:
    """The first day that the record knows of: before it nothing says that no medicine was taken."""
    days = [d.day for d in record.diary[:1]] + [p.start for p in record.medicines[:1]]
    return min(days, default=None)


def as_needed(record: Record, knowledge: Knowledge, at: date) -> tuple[AsNeeded, ...]:
    """Each medicine taken as needed up to a day, in order of name.

    Args:
        record: The record as it stood on the day.
        knowledge: What is called overuse, and when use rises.
        at: The day.
    """
    lines = knowledge.judgement.as_needed
    span, first = lines.counted_days.whole, _first_day(record)
    taken: dict[str, set[date]] = {}
    for p in record.medicines:
        if p.as_needed and p.dose_mg > 0 and p.start <= at and p.start not in p.missed:
            taken.setdefault(p.drug, set()).add(p.start)
    found = []
    for drug, days in sorted(taken.items()):
        counts = _counts(days, at, span, lines.sustained_spans.whole + 1)
        known = first is not None and first <= at - timedelta(days=2 * span - 1)
        before = counts[1] if known else None
        found.append(
            AsNeeded(
                drug=drug,
                days=counts[0],
                counted=span,
                before=before,
                last=max(days),
                trend=_trend(counts[0], before, lines.trend_days.value),
                overuse=_overuse(drug, counts, knowledge),
                pain=_bad_days(record, days, knowledge),
            )
        )
    return tuple(found)
