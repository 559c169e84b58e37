"""Doses and symptoms on one time line: which of a review's values are drawn, and what the picture says in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from lenitive.record import Record
from lenitive.render.blocks import Block, Paragraph, Picture, Section
from lenitive.render.charts.doses import DoseBand
from lenitive.render.direction import isolated
from lenitive.render.pictures import (
    DueEffect,
    Estimate,
    Flag,
    Lane,
    ScorePanel,
    Steady,
    Ticks,
    TimeLine,
    WeightLine,
)
from lenitive.render.sections.timeline_doses import DailyDoses, daily_doses, lanes_of
from lenitive.render.sections.timeline_figures import figures_behind
from lenitive.render.words import and_list, day, dose, drug_name, points, score_name
from lenitive.response import Band, Fit
from lenitive.review import Absent, Review
from lenitive.terms import Score

__all__ = ["dose_bands", "gaps_between", "time_line", "time_line_words", "timeline_section"]

_SLOT_COLOURS = ("sleep", "pain", "fatigue")
# Effects named beside a panel; a third would not fit beside it.
_MOST_DUE = 2
# Changes of dose told one by one in the words for those who do not see the picture.
_MOST_TOLD = 6


def dose_bands(record: Record, at: date) -> tuple[DoseBand, ...]:
    """Adjoining periods of one drug at one daily dose become one band; a dose of zero is a masked empty period."""
    found: list[DoseBand] = []
    for p in sorted(record.medicines, key=lambda p: (p.drug, p.start)):
        if p.as_needed:
            continue
        last = min(p.end or at, at)
        label = dose(p.dose_mg_per_day)
        previous = found[-1] if found else None
        if (
            previous
            and (previous.drug, previous.label, previous.masked) == (drug_name(p.drug), label, p.masked)
            and previous.last + timedelta(days=1) == p.start
        ):
            found[-1] = DoseBand(
                drug=previous.drug, label=label, first=previous.first, last=last, masked=previous.masked
            )
        else:
            found.append(
                DoseBand(drug=drug_name(p.drug), label=label, first=p.start, last=last, masked=p.masked)
            )
    return tuple(found)


def _short(outcome: Score) -> str:
    """The name that stands beside a panel."""
    return "Sleep" if outcome is Score.SLEEP_DISTURBANCE else score_name(outcome).capitalize()


def gaps_between(
    entered: Sequence[date], first: date, last: date, long_days: int
) -> tuple[tuple[date, date], ...]:
    """Stretches of so many days or more without an entry, those at both ends too."""
    one = timedelta(days=1)
    ends = [first - one, *entered, last + one]
    return tuple((a + one, b - one) for a, b in pairwise(ends) if (b - a).days > long_days)


def _estimate(fit: Fit, band: Band, told: bool) -> Estimate:
    """The posterior of a score; where a medicine's part is no answer, no other course is drawn as the one without it."""
    return Estimate(
        days=fit.days,
        mean=tuple(band.mean.tolist()),
        low80=tuple(band.low80.tolist()),
        high80=tuple(band.high80.tolist()),
        low95=tuple(band.low95.tolist()),
        high95=tuple(band.high95.tolist()),
        without=tuple((band.without if told else band.mean).tolist()),
    )


def _due(fit: Fit, drugs: Sequence[str], outcome: Score) -> tuple[DueEffect, ...]:
    found = []
    for name in drugs:
        e = fit.effect(name, outcome)
        if e is not None:
            low, high = e.quantiles["0.025"], e.quantiles["0.975"]
            found.append(DueEffect(drug=drug_name(name), mean=e.mean, low=low, high=high))
    return tuple(found[:_MOST_DUE])


def _panels(review: Review, drugs: Sequence[str], first: date) -> tuple[ScorePanel, ...]:
    fit = review.fit
    disputed = {a.drug for a in review.answers if a.disputed}
    told = [d for d in drugs if d not in disputed]
    found = []
    for outcome, token in zip(review.outcomes, _SLOT_COLOURS, strict=True):
        entered = tuple((d.day, v) for d in review.record.diary if (v := d.score(outcome)) is not None)
        band = next((b for b in review.bands if b.outcome is outcome), None)
        fitted = not isinstance(fit, Absent) and band is not None
        found.append(
            ScorePanel(
                title=_short(outcome),
                token=token,
                entered=entered,
                gaps=gaps_between(
                    [d for d, _ in entered if d >= first],
                    first,
                    review.at,
                    review.data_quality.long_gap_days,
                ),
                estimate=None
                if isinstance(fit, Absent) or band is None
                else _estimate(fit, band, told=not disputed),
                due=_due(fit, told, outcome) if not isinstance(fit, Absent) and fitted else (),
            )
        )
    return tuple(found)


def _in_force(review: Review, drugs: Sequence[str]) -> list[str]:
    """Those of the drugs that are taken now, the last changed first; none where the diary says nothing of now."""
    if review.data_quality.stale:
        return []
    now = sorted((r for r in review.regimen if r.drug in drugs), key=lambda r: r.since, reverse=True)
    return [r.drug for r in now]


def time_line(review: Review) -> tuple[TimeLine, tuple[DailyDoses, ...]] | None:
    """The time line of a review with the doses behind it, or None without a diary."""
    first, last = review.data_quality.first, review.at
    if first is None:
        return None
    record = review.record
    starts = [p.start for p in record.medicines if not p.as_needed]
    if starts:
        # The first dose may precede the diary; a month of it is enough to see that it did.
        first = max(min(first, *starts), first - timedelta(days=28))
    doses = daily_doses(record, first, last)
    estimated = () if isinstance(review.fit, Absent) else tuple(i.name for i in review.fit.drugs)
    high, steady = lanes_of(doses, first, last, estimated)
    as_needed: dict[str, list[date]] = {}
    for p in record.medicines:
        if p.as_needed and first <= p.start <= last:
            as_needed.setdefault(p.drug, []).append(p.start)
    weighed = tuple((m.day, m.value) for m in record.series("weight") if first <= m.day <= last)
    drawn = TimeLine(
        first=first,
        last=last,
        panels=_panels(
            review, _in_force(review, [d.drug for d in high if d.drug in review.question.drugs]), first
        ),
        lanes=tuple(Lane(name=drug_name(d.drug), steps=d.steps, missed=d.missed) for d in high),
        steady=tuple(Steady(name=d.named, spans=tuple((s.first, s.last) for s in d.steps)) for d in steady),
        as_needed=tuple(Ticks(name=drug_name(n), days=tuple(days)) for n, days in sorted(as_needed.items())),
        flags=tuple(
            Flag(day=d.day, words=isolated(d.note)) for d in record.diary if d.note and first <= d.day <= last
        ),
        weight=WeightLine(weighed=weighed) if weighed else None,
        without=tuple(map(drug_name, review.question.drugs)),
    )
    return drawn, doses


def timeline_section(review: Review) -> Section | None:
    """The time line, or None without a diary."""
    found = time_line(review)
    if found is None:
        return None
    drawn, doses = found
    blocks: list[Block] = [Picture(shows=drawn, alt=time_line_words(drawn))]
    reading = _reading(drawn)
    if reading:
        blocks.append(Paragraph(text=reading, quiet=True))
    blocks.append(figures_behind(review, doses, drawn))
    return Section(id="timeline", title="Doses and symptoms", blocks=tuple(blocks))


def _reading(drawn: TimeLine) -> str:
    """What the key above the picture does not say."""
    parts = []
    if any(s.masked for lane in drawn.lanes for s in lane.steps):
        parts.append("A hollow, dashed dose bar: the patient could not know what was taken.")
    if any(lane.missed for lane in drawn.lanes):
        parts.append("A notch at the foot of a bar: a planned dose was left out.")
    return " ".join(parts)


def _lane_told(lane: Lane) -> str:
    name = lane.name[:1].upper() + lane.name[1:]
    if len(lane.steps) > _MOST_TOLD:
        return f"{name}: {len(lane.steps)} doses from {day(lane.steps[0].first)}."
    told = []
    before: date | None = None
    for s in lane.steps:
        if before is not None and (s.first - before).days > 1:
            told.append(f"none from {day(before + timedelta(days=1))}")
        told.append(f"{s.label} from {day(s.first)}")
        before = s.last
    return f"{name} {', '.join(told)}."


def time_line_words(drawn: TimeLine) -> str:
    """The picture in words, the finding among them."""
    names = and_list([p.title.lower() for p in drawn.panels])
    parts = [f"Time line, {day(drawn.first)} to {day(drawn.last)}."]
    parts += [_lane_told(lane) for lane in drawn.lanes]
    parts.append(f"{names[:1].upper()}{names[1:]} from 0 best to 10 worst.")
    drugs = list(dict.fromkeys(d.drug for p in drawn.panels for d in p.due))
    for drug in drugs:
        said = [
            f"{p.title.lower()} {points(d.mean)} ({d.range}{', unclear' if d.unclear else ''})"
            for p in drawn.panels
            for d in p.due
            if d.drug == drug
        ]
        parts.append(f"Due to {drug} now: {', '.join(said)}.")
    shared = set.intersection(*(set(p.gaps) for p in drawn.panels)) if drawn.panels else set()
    if shared:
        said = [day(a) if a == b else f"{day(a)} to {day(b)}" for a, b in sorted(shared)[:_MOST_TOLD]]
        parts.append(f"No entries: {and_list(said)}.")
    if drawn.weight is not None:
        first, last = drawn.weight.weighed[0][1], drawn.weight.weighed[-1][1]
        parts.append(
            f"Weight {first:.1f} to {last:.1f} kg."
            if len(drawn.weight.weighed) > 1
            else f"Weight {last:.1f} kg."
        )
    return " ".join(parts)
