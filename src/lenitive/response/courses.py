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
from datetime import date, timedelta
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import SideEffectLines
from lenitive.record import Record
from lenitive.response.filters import daily_mg, first_order
from lenitive.response.mixture import normal_cdf
from lenitive.terms import Fact, Grade, Message, Outcome, Reason, Severity, Source

__all__ = [
    "Course",
    "CoursePrior",
    "SideEffectCourse",
    "side_effect_courses",
    "unknown_course",
]

Array = NDArray[np.float64]

HORIZON_DAYS = 365
_FADES = np.exp(np.linspace(-1.6, 1.6, 9))


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
class CoursePrior:
    """What is known beforehand of one side effect of one drug.

    Attributes:
        drug: The drug's id, or empty for any.
        effect: Name in the vocabulary.
        incidence: Share of people who get it from the drug, over placebo.
        background: Share who have it anyhow.
        fades: Of those who get it, the share in whom it fades.
        worsens: Of those who get it, the share in whom it gets worse for months.
        onset_days: Time constant of its coming.
        resolution_days: Median days until it is below mild, in those in whom it fades.
        resolution_log_sd: Spread of that between people, of the logarithm.
        reference_mg: The dose that the incidence is about, mg/day.
        stated: What the numbers rest on.
        sources: Where they come from; empty for a stated, deliberately wide prior.
        grade: The weakest grade among what it rests on.

    Raises:
        ValueError: When a share lies outside 0-1, the shares of courses exceed 1, or a time is not positive.
    """

    drug: str
    effect: str
    incidence: float
    background: float
    fades: float
    worsens: float
    onset_days: float
    resolution_days: float
    resolution_log_sd: float
    reference_mg: float
    stated: tuple[Message, ...]
    sources: tuple[Source, ...] = ()
    grade: Grade = Grade.U

    def __post_init__(self) -> None:
        shares = (self.incidence, self.background, self.fades, self.worsens)
        if not all(0 <= s <= 1 for s in shares) or self.fades + self.worsens > 1:
            raise ValueError("shares lie between 0 and 1, and fading and worsening are at most everyone")
        times = (self.onset_days, self.resolution_days, self.resolution_log_sd, self.reference_mg)
        if not all(np.isfinite(t) and t > 0 for t in times):
            raise ValueError("times, spreads and doses are finite and above zero")


def unknown_course(lines: SideEffectLines) -> CoursePrior:
    """For an effect or drug that nothing is known of. Its reference dose is replaced by the highest dose taken."""
    row = lines.unknown
    return CoursePrior(
        drug="",
        effect="",
        incidence=row.incidence,
        background=row.background,
        fades=row.fades,
        worsens=row.worsens,
        onset_days=row.onset_days,
        resolution_days=row.resolution_days,
        resolution_log_sd=row.resolution_log_sd,
        reference_mg=1.0,
        stated=(Message.of("response.courses.unknown_drug"),),
    )


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


@dataclass(frozen=True, slots=True)
class _Hypotheses:
    """Grid points: their log weights [k], paths [k, day], course labels [k], and the drug of each [k]."""

    log_weight: Array
    path: Array
    label: NDArray[np.str_]
    drug: NDArray[np.str_]


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
    grid = _grid(
        {d: (_daily(record, d, first, span), prior) for d, prior in used.items()},
        span + HORIZON_DAYS,
        lines,
    )
    weight = _posterior(grid, when, rank, lines)
    start = 0 if since is None else (since - first).days

    labels = _labels(grid, span, start, lines)
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
        severity_now=float(weight @ np.clip(grid.path[:, span - 1], 0, 3)),
        severity_peak=float((weight @ np.clip(grid.path[:, start:span], 0, 3)).max()),
        present_in_4_weeks=float(
            weight[grid.path[:, span - 1 + lines.forecast_days.whole] >= lines.present.value].sum()
        ),
        gone_by=gone,
        gone_by_80=(early, late),
        reports=len(days),
        last_report=days[-1],
        because=because,
        prior_stated=(used[drug] if drug else unknown).stated,
    )


def _daily(record: Record, drug: str, first: date, span: int) -> Array:
    """mg of a drug on each day, then the present dose held for a year [span + HORIZON_DAYS]."""
    dose = daily_mg(record, drug, first, span)
    # One missed tablet on the last day is not a stopped drug: the present dose is the period's.
    last = first + timedelta(days=span - 1)
    present = sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(last))
    return np.concatenate([dose, np.full(HORIZON_DAYS, present)])


def _grid(drugs: Mapping[str, tuple[Array, CoursePrior]], length: int, lines: SideEffectLines) -> _Hypotheses:
    """Every hypothesis with its prior weight."""
    background = max((p.background for _, p in drugs.values()), default=lines.unknown.background)
    levels = lines.backgrounds.of
    rests = tuple(zip(lines.rests.of, lines.rest_chances.of, strict=True))
    growing, start, gain = lines.worsening_days.of, lines.worsening_start.value, lines.worsening_gain.value
    free = float(np.prod([1 - prior.incidence for _, prior in drugs.values()]))
    rows: list[tuple[float, Array, str, str]] = [(free * (1 - background), np.zeros(length), "none", "")]
    rows += [(free * background / len(levels), np.full(length, b), "none", "") for b in levels]
    floors = [(1 - background, 0.0), *((background / len(levels), float(b)) for b in levels)]
    for drug, (dose, prior) in drugs.items():
        reference = prior.reference_mg if prior.drug else max(float(dose.max()), 1e-9)
        half = reference / 2
        relative = dose / (dose + half) * (reference + half) / reference
        present = first_order(relative, np.array([prior.onset_days]))[0]
        # An effect of usual size 1.5 is below mild (0.5) after ln 3 time constants.
        steps = prior.resolution_days / np.log(3) * _FADES**prior.resolution_log_sd
        normal = np.exp(-0.5 * np.log(_FADES) ** 2)
        share = prior.incidence / max(sum(p.incidence for _, p in drugs.values()), 1e-9) * (1 - free)
        shapes: list[tuple[float, Array, str]] = []
        slow = first_order(present, np.append(steps, growing))
        for used, chance in zip(slow[: steps.size], normal / normal.sum(), strict=True):
            shapes += [
                (prior.fades * chance * part, np.maximum(0.0, present - (1 - rest) * used), "fading")
                for rest, part in rests
            ]
        shapes.append((1 - prior.fades - prior.worsens, present, "staying"))
        shapes += [
            (prior.worsens / len(growing), start * present + gain * used, "worsening")
            for used in slow[steps.size :]
        ]
        for (chance, shape, label), (size, of_size), (of_floor, floor) in product(
            shapes, zip(lines.sizes.of, lines.size_chances.of, strict=True), floors
        ):
            rows.append((share * chance * of_size * of_floor, floor + size * shape, label, drug))
    weights = np.array([r[0] for r in rows])
    with np.errstate(divide="ignore"):
        return _Hypotheses(
            np.log(weights),
            np.array([r[1] for r in rows]),
            np.array([r[2] for r in rows]),
            np.array([r[3] for r in rows]),
        )


def _posterior(
    grid: _Hypotheses, when: NDArray[np.int64], rank: NDArray[np.int64], lines: SideEffectLines
) -> Array:
    """Posterior weights of the hypotheses [k]; they sum to one."""
    x = grid.path[:, when]
    above = np.stack(
        [
            np.ones_like(x),
            *(normal_cdf((x - (k - 0.5)) / lines.noise.value) for k in (1, 2, 3)),
            np.zeros_like(x),
        ]
    )
    chance = np.take_along_axis(above[:-1] - above[1:], rank[None, None, :].repeat(len(x), 1), axis=0)[0]
    gaps = np.diff(when, prepend=when[0] - lines.full_weight_days.whole)
    counts = np.minimum(1.0, gaps / lines.full_weight_days.value)
    lapse = lines.lapse.value
    log_posterior = grid.log_weight + np.log((1 - lapse) * chance + lapse / 4) @ counts
    weight = np.exp(log_posterior - log_posterior.max())
    return np.asarray(weight / weight.sum())


def _labels(grid: _Hypotheses, span: int, start: int, lines: SideEffectLines) -> NDArray[np.str_]:
    """The course that each hypothesis amounts to on the day: what a reader would call it."""
    now, peak = grid.path[:, span - 1], grid.path[:, start:span].max(axis=1)
    later = grid.path[:, span - 1 + lines.later_days.whole]
    there = lines.present.value
    out = np.where(now >= there, Course.STAYING.value, Course.ABSENT.value).astype("<U16")
    out[(grid.label == "worsening") & (now >= there)] = Course.WORSENING.value
    fading = grid.label == "fading"
    out[fading & (peak >= there) & (now < there)] = Course.FADING.value
    # So slow that hardly any is lost in weeks: nobody would call that fading.
    out[fading & (now >= there) & (later <= lines.still_there.value * now)] = Course.FADING.value
    return out


def _gone(
    grid: _Hypotheses, weight: Array, fading: NDArray[np.bool_], window: tuple[int, int, date], there: float
) -> tuple[date | None, date | None, date | None]:
    """Median, 10 % and 90 % points of the day from which the effect stays below mild."""
    span, start, first = window
    rows = np.flatnonzero(fading)
    path = grid.path[rows, start:]
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
