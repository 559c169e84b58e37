"""How much the record holds, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from operator import attrgetter

from lenitive.frozen import dataclass
from lenitive.knowledge import DiaryLines
from lenitive.record import DiaryDay, Record
from lenitive.review.remark import Remark
from lenitive.terms import SCORES, Message, Problem, Score, Severity

__all__ = ["DataQuality", "Gap", "data_quality", "remarks_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A run of days without any entry, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuality:
    """What there is to go by.

    Attributes:
        first: First diary day, or None without a diary.
        last: Last diary day.
        days: Days from the first diary day to the day of the review.
        entries: Diary days with at least one score.
        missing: Per outcome, days without a score as a share of ``days``.
        at_floor: Per outcome, scores of 0 as a share of its scores.
        at_ceiling: Per outcome, scores of 10 as a share of its scores.
        other_scores_low: Per score that the diary holds but that is no outcome here, its low values as a share.
        asked_and_absent: Per side effect asked often enough, the reports that it was absent as a share.
        silent_days: Days from the last score to the day of the review; None without a score.
        stale: Whether that is so long that nothing can be said of now.
        long_gap_days: Days without any entry that make a gap.
        mean_days: Days with a score from which a week has a mean.
        compared_days: Days with a score from which two weeks are set beside two others.
        gaps: Runs of so many days or more without any entry, longest first.
        late_entries: Entries made late, of those with a time of entry.
        days_before_first_dose: Diary days with a score before the first dose of what is in question; None without one.
        problems: What reading the record had to say.
        remarks: What a reader should know of it before the results, in order.
    """

    first: date | None
    last: date | None
    days: int
    entries: int
    missing: Mapping[Score, float]
    at_floor: Mapping[Score, float]
    at_ceiling: Mapping[Score, float]
    other_scores_low: Mapping[Score, float]
    asked_and_absent: Mapping[str, float]
    silent_days: int | None
    stale: bool
    long_gap_days: int
    mean_days: int
    compared_days: int
    gaps: tuple[Gap, ...]
    late_entries: int
    days_before_first_dose: int | None
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def silence(self) -> Remark | None:
        """What is said before anything else of a record too old to say anything of now."""
        if not self.stale or self.last is None or self.silent_days is None:
            return None
        return Remark(
            lead=Message.of("review.quality.stale.lead", day=self.last),
            text=Message.of("review.quality.stale.text", days=self.silent_days, day=self.last),
        )


def remarks_on(quality: DataQuality, lines: DiaryLines) -> tuple[Remark, ...]:
    """What a reader should know of a diary before the results, in order.

    Args:
        quality: What there is to go by.
        lines: From where on it is remarked on.
    """
    return (*_of_outcomes(quality, lines), *_of_floors(quality, lines), *_of_days(quality, lines))


def _of_outcomes(quality: DataQuality, lines: DiaryLines) -> Iterator[Remark]:
    for outcome, missing in quality.missing.items():
        if quality.entries and missing > lines.much_missing.value:
            yield Remark(
                lead=Message.of("review.quality.missing.lead", outcome=outcome.value),
                text=Message.of("review.quality.missing.text"),
            )
        if quality.at_floor[outcome] > lines.much_at_floor.value:
            yield Remark(
                lead=Message.of("review.quality.floor.lead", outcome=outcome.value),
                text=Message.of("review.quality.floor.text", share=quality.at_floor[outcome]),
            )


def _of_floors(quality: DataQuality, lines: DiaryLines) -> Iterator[Remark]:
    """What was recorded beside the outcomes and lies at the floor, so that no change of it can be seen."""
    for score, share in quality.other_scores_low.items():
        if share >= lines.mostly_low.value:
            yield Remark(
                lead=Message.of("review.quality.floor.lead", outcome=score.value),
                text=Message.of("review.quality.other_floor.text", share=share, below=lines.low_points.value),
            )
    absent = tuple(
        name for name, share in quality.asked_and_absent.items() if share >= lines.nearly_always.value
    )
    if absent:
        least = min(quality.asked_and_absent[name] for name in absent)
        yield Remark(
            lead=Message.of("review.quality.absent.lead", effects=absent, count=len(absent)),
            text=Message.of("review.quality.absent.text", least=least),
        )


def _of_days(quality: DataQuality, lines: DiaryLines) -> Iterator[Remark]:
    if quality.gaps:
        longest = quality.gaps[0]
        yield Remark(
            lead=Message.of("review.quality.gaps.lead"),
            text=Message.of(
                "review.quality.gaps.text",
                count=len(quality.gaps),
                least=quality.long_gap_days,
                longest=longest.days,
                first=longest.first,
                last=longest.last,
            ),
        )
    if quality.late_entries:
        yield Remark(
            lead=Message.of("review.quality.late.lead"),
            text=Message.of(
                "review.quality.late.text", count=quality.late_entries, hours=lines.late_hours.value
            ),
        )
    if quality.days_before_first_dose == 0:
        yield Remark(
            lead=Message.of("review.quality.no_days_before.lead"),
            text=Message.of("review.quality.no_days_before.text"),
        )


def _gaps(days: Sequence[date], at: date, long_days: float) -> tuple[Gap, ...]:
    ends = [*days, at + timedelta(days=1)]
    found = [
        Gap(first=a + timedelta(days=1), last=b - timedelta(days=1))
        for a, b in pairwise(ends)
        if (b - a).days > long_days
    ]
    return tuple(sorted(found, key=lambda g: (-g.days, g.first)))


def _late(record: Record, lines: DiaryLines) -> int:
    late, count = timedelta(hours=lines.late_hours.value), 0
    for entry in record.diary:
        if entry.entered_at is not None:
            # The wall clock of the place of entry: the day ends at its midnight, whatever the offset did in between.
            local = entry.entered_at.replace(tzinfo=None)
            end_of_day = local.replace(
                year=entry.day.year,
                month=entry.day.month,
                day=entry.day.day,
                hour=0,
                minute=0,
                second=0,
                microsecond=0,
            ) + timedelta(days=1)
            count += local - end_of_day > late
    return count


def _entered(diary: Sequence[DiaryDay], outcome: Score) -> list[float]:
    return [v for v in map(attrgetter(outcome.value), diary) if v is not None]


def _others_low(record: Record, outcomes: Sequence[Score], lines: DiaryLines) -> dict[Score, float]:
    others = {o: _entered(record.diary, o) for o in SCORES if o not in outcomes}
    low = lines.low_points.value
    return {o: sum(v < low for v in values) / len(values) for o, values in others.items() if values}


def _absent(record: Record, lines: DiaryLines) -> dict[str, float]:
    asked: dict[str, list[bool]] = {}
    for report in record.effects:
        asked.setdefault(report.effect, []).append(report.severity is Severity.NONE)
    enough = lines.asked_enough.value
    return {name: sum(none) / len(none) for name, none in sorted(asked.items()) if len(none) >= enough}


def data_quality(
    record: Record,
    at: date,
    outcomes: Sequence[Score],
    lines: DiaryLines,
    problems: Sequence[Problem] = (),
    *,
    first_dose: date | None,
    stale_days: timedelta,
) -> DataQuality:
    """What there is to go by in a record that was already cut off at ``at``, and what is to be remarked of it.

    Args:
        record: The record.
        at: The day.
        outcomes: The scores that are asked about.
        lines: From where on something is counted and remarked on.
        problems: What reading the record had to say.
        first_dose: First dose of what is in question; None without one.
        stale_days: How long without a score it takes until nothing can be said of now.
    """
    kept = sorted((d for d in record.diary if not d.is_empty), key=lambda d: d.day)
    days = [d.day for d in kept]
    total = (at - days[0]).days + 1 if days else 0
    scores = {o: _entered(kept, o) for o in outcomes}
    silent = at - days[-1] if days else None

    def share(values: list[float], bound: float) -> float:
        return sum(v == bound for v in values) / len(values) if values else 0.0

    found = DataQuality(
        first=days[0] if days else None,
        last=days[-1] if days else None,
        days=total,
        entries=len(kept),
        missing={o: 1 - len(v) / total if total else 1.0 for o, v in scores.items()},
        at_floor={o: share(v, 0) for o, v in scores.items()},
        at_ceiling={o: share(v, 10) for o, v in scores.items()},
        other_scores_low=_others_low(record, outcomes, lines),
        asked_and_absent=_absent(record, lines),
        silent_days=None if silent is None else silent.days,
        stale=silent is not None and silent >= stale_days,
        long_gap_days=lines.long_gap_days.whole,
        mean_days=lines.mean_days.whole,
        compared_days=lines.compared_days.whole,
        gaps=_gaps(days, at, lines.long_gap_days.value) if days else (),
        late_entries=_late(record, lines),
        days_before_first_dose=None if first_dose is None else sum(d < first_dose for d in days),
        problems=tuple(problems),
    )
    return replace(found, remarks=remarks_on(found, lines))
