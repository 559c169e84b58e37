"""Is a side effect fading, staying or getting worse? An ordinal course on the doses that were really taken.

The severity said on a day (0 none to 3 severe) is a latent intensity seen through noise:

    x_t = b + a_d s_t            P(said >= k) = Phi((x_t - (k - 1/2)) / sigma)

with ``b`` what was there anyhow and ``s_t`` one of three shapes of the saturating dose of drug ``d``:

    staying     s = p          p: the dose after a first-order onset
    fading      s = max(0, p - q (1 - r))   q: p after a slow filter: the body gets used to the dose; r stays
    worsening   s = 0.3 p + 1.2 q

Every rise of a dose starts a fading effect anew, and stopping ends each shape. All parameters lie on a grid with prior weights, so that the
posterior is a sum: no sampling, nothing that could fail to converge. A day without a report says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import SideEffectLines
from lenitive.record import Record
from lenitive.response.course_grid import (
    CourseAhead,
    CoursePrior,
    Hypotheses,
    course_ahead,
    course_posterior,
    hypotheses,
    unknown_course,
)
from lenitive.response.filters import daily_mg
from lenitive.terms import Fact, Message, Outcome, Reason, Severity

__all__ = [
    "Course",
    "CoursePrior",
    "SideEffectCourse",
    "side_effect_courses",
    "unknown_course",
]

Array = NDArray[np.float64]

HORIZON_DAYS = 365


class Course(StrEnum):
    """What becomes of a side effect while the present dose goes on."""

    FADING = "fading"
    """It was there, and has gone or is going."""
    STAYING = "staying"
    WORSENING = "worsening"
    ABSENT = "absent"
    """Not there, and not felt since the drug began."""
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffectCourse:
    """What the reports say of one side effect.

    Attributes:
        effect: Name in the vocabulary.
        drug: The drug it most likely comes from, or empty when none was taken.
        course: The course, ``cannot_tell`` when none is likely enough or the reports are too few.
        probability: Of each course.
        from_drug: Probability that a drug has any part in it.
        severity_now: Expected intensity on the day, 0 none to 3 severe.
        severity_peak: Highest expected intensity since the drug began.
        present_in_4_weeks: Probability that it is at least mild four weeks on, at the present dose.
        gone_by: For a fading course, the median day from which it is below mild; None otherwise or beyond a year.
        gone_by_80: The 10 % and 90 % points of that day; None beyond a year.
        reports: How many reports were used.
        last_report: Day of the last.
        because: The rules that were considered.
        prior_stated: What the prior rests on.
        ahead: Each drug's part in it, for forecasts along other doses.
    """

    effect: str
    drug: str
    course: Course
    probability: Mapping[Course, float]
    from_drug: float
    severity_now: float
    severity_peak: float
    present_in_4_weeks: float
    gone_by: date | None
    gone_by_80: tuple[date | None, date | None]
    reports: int
    last_report: date
    because: tuple[Reason, ...]
    prior_stated: tuple[Message, ...]
    ahead: tuple[CourseAhead, ...] = field(default=(), compare=False, metadata={"stored": False})


def side_effect_courses(
    record: Record,
    *,
    at: date,
    lines: SideEffectLines,
    priors: Sequence[CoursePrior] = (),
    since: date | None = None,
) -> tuple[SideEffectCourse, ...]:
    """The course of every side effect that the record names, in order of name.

    Args:
        record: The record; nothing dated after ``at`` is used.
        at: Day of the review.
        lines: What is believed of any side effect, and when a course is named.
        priors: What is known beforehand; pairs without one get ``unknown_course``.
        since: Day of the first dose, from which a course counts; without it, the first of the record's drugs.
    """
    record = record.until(at)
    first = since or min((record.periods(d)[0].start for d in record.drugs), default=None)
    return tuple(
        _course(effect, record, (first, at), priors, lines)
        for effect in sorted({e.effect for e in record.effects})
    )


def _course(
    effect: str,
    record: Record,
    window: tuple[date | None, date],
    priors: Sequence[CoursePrior],
    lines: SideEffectLines,
) -> SideEffectCourse:
    since, at = window
    unknown = unknown_course(lines)
    # Two reports on one day: the worse one counts.
    said: dict[date, Severity] = {}
    for report in record.effects:
        if report.effect == effect:
            before = said.get(report.day, Severity.NONE)
            said[report.day] = max(before, report.severity, key=lambda s: s.rank)
    days = sorted(said)
    doses = {d: p for d in record.drugs if (p := record.periods(d))}
    first = min([days[0], *(p[0].start for p in doses.values()), *((since,) if since else ())])
    span = (at - first).days + 1
    when = np.array([(d - first).days for d in days])
    rank = np.array([said[d].rank for d in days])

    known = {p.drug: p for p in priors if p.effect == effect}
    used = {d: known.get(d) or known.get("") or unknown for d in doses}
    daily = {d: (_daily(record, d, first, span), prior) for d, prior in used.items()}
    grid = hypotheses(daily, span + HORIZON_DAYS, lines)
    weight = course_posterior(grid, when, rank, lines)
    start = 0 if since is None else (since - first).days

    taken = grid.path(slice(start, span))
    asked = span - 1 + np.array([0, lines.later_days.whole, lines.forecast_days.whole])
    now, later, forecast = grid.path(asked).T
    labels = _labels(grid.label, now, taken.max(axis=1), later, lines)
    probability: dict[Course, float] = {
        c: float(weight[labels == c.value].sum()) for c in Course if c is not Course.CANNOT_TELL
    }
    best = max(probability, key=lambda c: probability[c])
    because = _reasons(days, at, first + timedelta(days=start), best, probability[best], lines)
    named = all(r.outcome is Outcome.MET for r in because)
    from_drug = grid.drug != ""
    causes = {d: float(weight[grid.drug == d].sum()) for d in doses}
    drug = max(causes, key=lambda d: causes[d], default="")
    gone, early, late = (None, None, None)
    if named and best is Course.FADING:
        gone, early, late = _gone(
            grid, weight, labels == Course.FADING.value, (span, start, first), lines.present.value
        )
    return SideEffectCourse(
        effect=effect,
        drug=drug,
        course=best if named else Course.CANNOT_TELL,
        probability=probability,
        from_drug=float(weight[from_drug].sum()),
        severity_now=float(weight @ np.clip(now, 0, 3)),
        severity_peak=float((weight @ np.clip(taken, 0, 3)).max()),
        present_in_4_weeks=float(weight[forecast >= lines.present.value].sum()),
        gone_by=gone,
        gone_by_80=(early, late),
        reports=len(days),
        last_report=days[-1],
        because=because,
        prior_stated=(used[drug] if drug else unknown).stated,
        ahead=tuple(
            course_ahead(grid, weight, _named(prior, d, effect, dose), dose[:span], lines)
            for d, (dose, prior) in daily.items()
        ),
    )


def _named(prior: CoursePrior, drug: str, effect: str, dose: Array) -> CoursePrior:
    """The prior with whose it is; one of an unknown drug is about the highest dose that was taken."""
    if prior.drug:
        return prior
    return replace(prior, drug=drug, effect=effect, reference_mg=max(float(dose.max()), 1e-9))


def _daily(record: Record, drug: str, first: date, span: int) -> Array:
    """mg of a drug on each day, then the present dose held for a year [span + HORIZON_DAYS]."""
    dose = daily_mg(record, drug, first, span)
    # One missed tablet on the last day is not a stopped drug: the present dose is the period's.
    last = first + timedelta(days=span - 1)
    present = sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(last))
    return np.concatenate([dose, np.full(HORIZON_DAYS, present)])


def _labels(
    shape: NDArray[np.str_], now: Array, peak: Array, later: Array, lines: SideEffectLines
) -> NDArray[np.str_]:
    """The course that each hypothesis amounts to on the day: what a reader would call it, by how much there is, was at most and will be."""
    there = lines.present.value
    out = np.where(now >= there, Course.STAYING.value, Course.ABSENT.value).astype("<U16")
    out[(shape == "worsening") & (now >= there)] = Course.WORSENING.value
    fading = shape == "fading"
    out[fading & (peak >= there) & (now < there)] = Course.FADING.value
    # So slow that hardly any is lost in weeks: nobody would call that fading.
    out[fading & (now >= there) & (later <= lines.still_there.value * now)] = Course.FADING.value
    return out


def _gone(
    grid: Hypotheses, weight: Array, fading: NDArray[np.bool_], window: tuple[int, int, date], there: float
) -> tuple[date | None, date | None, date | None]:
    """Median, 10 % and 90 % points of the day from which the effect stays below mild."""
    span, start, first = window
    rows = np.flatnonzero(fading)
    path = grid.path(slice(start, None))[rows]
    above = path >= there
    last = np.where(above.any(axis=1), path.shape[1] - np.argmax(above[:, ::-1], axis=1), 0)
    order = np.argsort(last, kind="stable")
    total = np.cumsum(weight[rows][order])
    found = []
    for q in (0.5, 0.1, 0.9):
        day = int(last[order][min(int(np.searchsorted(total, q * total[-1])), len(order) - 1)])
        beyond = start + day >= span + HORIZON_DAYS
        found.append(None if beyond else first + timedelta(days=start + day))
    return found[0], found[1], found[2]


def _reasons(
    days: list[date], at: date, start: date, best: Course, probability: float, lines: SideEffectLines
) -> tuple[Reason, ...]:
    on = [d for d in days if d >= start]
    enough = len(on) >= lines.least_reports.value and (on[-1] - on[0]).days >= lines.least_span_days.value
    silence = (at - days[-1]).days
    return (
        Reason(
            rule="response.course.enough_reports",
            outcome=Outcome.MET if enough else Outcome.NOT_MET,
            facts=(
                Fact(name="reports_since_start", value=float(len(on)), unit="1"),
                Fact(name="span", value=float((on[-1] - on[0]).days if on else 0), unit="d"),
            ),
        ),
        Reason(
            rule="response.course.asked_lately",
            outcome=Outcome.MET if silence <= lines.longest_silence_days.value else Outcome.NOT_MET,
            facts=(Fact(name="days_since_last_report", value=float(silence), unit="d", on=days[-1]),),
        ),
        Reason(
            rule="response.course.sure_enough",
            outcome=Outcome.MET if probability >= lines.sure.value else Outcome.NOT_MET,
            facts=(
                Fact(name="most_likely", value=best.value),
                Fact(name="probability", value=round(probability, 4), unit="1"),
                Fact(name="needed", value=lines.sure.value, unit="1"),
            ),
        ),
    )
