"""Weight as a trajectory: how much the drug adds, and how likely +5 % and +7 % are by stated dates.

    kg_i = w (1 + s t_i) + sum_d alpha_d p_d(t_i) + e_i

``p`` is the relative dose of drug ``d`` after a first-order delay, ``w`` the weight at the first dose, ``s`` a slow drift of her own, ``alpha``
the steady-state gain in kg. Given the delay, everything is linear and normal; the delay lies on a grid and is
averaged over. Weights may be sparse; below a stated minimum there is a refusal instead of a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import WeightLines
from lenitive.record import Record
from lenitive.response.filters import daily_mg, first_order
from lenitive.terms import Fact, Grade, Message, Outcome, Reason, Source, Stream, generator

__all__ = [
    "WeightAhead",
    "WeightPrior",
    "WeightRefused",
    "WeightTrajectory",
    "unknown_weight",
    "weight_ahead_of_prior",
    "weight_trajectory",
]

Array = NDArray[np.float64]

AHEAD_WEEKS = (4, 12, 26)
_STEP = 7
_DRAWS = 4000
_NORMAL = np.linspace(-1.8, 1.8, 7)
"""Where the delay's grid lies, in SDs of its logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPrior:
    """What is known beforehand of a drug and weight, as shares of the weight at the first dose.

    Attributes:
        drug: The drug's id.
        gain: Mean steady-state gain at the reference dose.
        gain_sd: Spread between people.
        weeks: Median time constant of the gain, weeks.
        weeks_log_sd: Its spread, of the logarithm.
        reference_mg: The dose that the gain is about, mg/day.
        stated: What the numbers rest on.
        sources: Where they come from.
        grade: The weakest grade among them.

    Raises:
        ValueError: When a spread, time or dose is not above zero.
    """

    drug: str
    gain: float
    gain_sd: float
    weeks: float
    weeks_log_sd: float
    reference_mg: float
    stated: tuple[Message, ...]
    sources: tuple[Source, ...] = ()
    grade: Grade = Grade.U

    def __post_init__(self) -> None:
        positive = (self.gain_sd, self.weeks, self.weeks_log_sd, self.reference_mg)
        if not np.isfinite(self.gain) or not all(np.isfinite(v) and v > 0 for v in positive):
            raise ValueError("spreads, times and doses are finite and above zero")


def _delays(prior: WeightPrior) -> Array:
    """Time constants of the grid, days."""
    return np.asarray(7 * prior.weeks * np.exp(_NORMAL * prior.weeks_log_sd))


def unknown_weight(lines: WeightLines) -> WeightPrior:
    """For a drug that nothing is known of. Its reference dose is replaced by the highest dose taken."""
    row = lines.unknown
    return WeightPrior(
        drug="",
        gain=row.gain,
        gain_sd=row.gain_sd,
        weeks=row.weeks,
        weeks_log_sd=row.weeks_log_sd,
        reference_mg=1.0,
        stated=(Message.of("response.weight.unknown_drug"),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightAhead:
    """What is believed now of the weight that a drug adds, for forecasts along other doses.

    Attributes:
        drug: The drug.
        reference_mg: The dose that the gain is about, mg/day.
        past_mg: ``[day]`` mg up to today.
        delay_days: ``[k]`` time constants.
        weight: ``[k]`` their probabilities.
        gain: ``[k]`` mean of the steady gain given each, as a share of the weight at the start.
        gain_sd: ``[k]`` its SD.
    """

    drug: str
    reference_mg: float
    past_mg: Array
    delay_days: Array
    weight: Array
    gain: Array
    gain_sd: Array


def weight_ahead_of_prior(prior: WeightPrior, past_mg: Array) -> WeightAhead:
    """Where there are too few weights: what the sources say."""
    chance = np.exp(-0.5 * _NORMAL**2)
    return WeightAhead(
        drug=prior.drug,
        reference_mg=prior.reference_mg,
        past_mg=past_mg,
        delay_days=_delays(prior),
        weight=chance / chance.sum(),
        gain=np.full(_NORMAL.size, prior.gain),
        gain_sd=np.full(_NORMAL.size, prior.gain_sd),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightTrajectory:
    """Weight since the first dose, and ahead at the present dose.

    Attributes:
        baseline_kg: Weight at the first dose.
        since: Day of the first dose.
        change_kg: Change by the day of the review.
        change_percent: The same, percent of the baseline.
        change_sd_percent: Its SD.
        from_drug_percent: The part of it that goes with the doses of the drugs asked about.
        days: Days of the curve: weekly, from the first dose to the last date ahead.
        mean_kg: ``[day]``; ``low80_kg`` and ``high80_kg`` its 80 % band, for the true weight.
        reaches: Probability of having been at +5 % or +7 % on some day up to a date, by threshold (percent) and date;
            the first date is the day of the review.
        weights: How many weights were used.
        last: Day of the last.
        prior_stated: What the prior rests on.
        ahead: Of each drug, for forecasts along other doses.
    """

    baseline_kg: float
    since: date
    change_kg: float
    change_percent: float
    change_sd_percent: float
    from_drug_percent: float
    days: tuple[date, ...]
    mean_kg: Array
    low80_kg: Array
    high80_kg: Array
    reaches: Mapping[float, Mapping[date, float]]
    weights: int
    last: date
    prior_stated: tuple[Message, ...]
    ahead: tuple[WeightAhead, ...] = field(default=(), compare=False, metadata={"stored": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRefused:
    """No number about weight, and which rule of enough data was not met."""

    because: tuple[Reason, ...]


def weight_trajectory(
    record: Record,
    *,
    at: date,
    seed: int,
    lines: WeightLines,
    priors: Sequence[WeightPrior] = (),
    judged: Sequence[str] | None = None,
    since: date | None = None,
) -> WeightTrajectory | WeightRefused:
    """The trajectory of weight, or a refusal when the weights are too few.

    Args:
        record: The record; nothing dated after ``at`` is used.
        at: Day of the review.
        seed: Seed of the draws behind the probabilities.
        lines: What is believed of any weight, and when there is a number.
        priors: What is known beforehand of each drug; drugs without get ``unknown_weight``.
        judged: The drugs whose part in the change is asked for, the most important first; the others of the record only take theirs.
            Without a list, all.
        since: Day of the first dose, from which the change counts; without it, the first of those drugs.
    """
    record = record.until(at)
    weights = [(m.day, m.value) for m in record.series("weight")]
    asked = record.drugs if judged is None else tuple(d for d in judged if d in record.drugs)
    if not asked:
        return WeightRefused(because=(Reason(rule="response.weight.drug", outcome=Outcome.NOT_MET),))
    since = since or min(record.periods(d)[0].start for d in asked)
    because = _enough(weights, since, lines)
    if any(r.outcome is not Outcome.MET for r in because):
        return WeightRefused(because=because)
    used = [w for w in weights if (since - w[0]).days <= lines.baseline_before_days.value]
    known = {p.drug: p for p in priors}
    by_drug = {d: known.get(d) or unknown_weight(lines) for d in dict.fromkeys((*asked, *record.drugs))}

    # A drug that was begun before is followed from its own start, so that it is at its steady state by then.
    first = min(since, used[0][0], *(record.periods(d)[0].start for d in record.drugs))
    ahead = max(AHEAD_WEEKS) * 7
    span = (at - first).days + 1
    doses = {d: _relative(record, d, p, first, span, ahead) for d, p in by_drug.items()}
    when = np.array([(d - first).days for d, _ in used])
    kg = np.array([v for _, v in used])
    start = (since - first).days
    grid = np.append(np.arange(start, span - 1 + ahead, _STEP), [span - 1 + 7 * w for w in AHEAD_WEEKS])
    days = np.unique(np.append(grid, span - 1))
    now = int(np.searchsorted(days, span - 1))
    given = _given_delay(doses, by_drug, (when, kg), start, lines)
    draws, gained = _draw(given, days, (now, len(asked)), generator(seed, Stream.WEIGHT))

    base = draws[0]
    change = draws[now] / base - 1
    low, high = np.quantile(draws, (0.1, 0.9), axis=1)
    dates = [at, *(at + timedelta(weeks=w) for w in AHEAD_WEEKS)]
    rows = [int(np.searchsorted(days, (d - first).days)) for d in dates]
    # Kept for the dates asked about alone: [date, draw] the highest weight by then, as a change.
    highest = [draws[: row + 1].max(axis=0) / base - 1 for row in rows]
    return WeightTrajectory(
        baseline_kg=float(base.mean()),
        since=since,
        change_kg=float((draws[now] - base).mean()),
        change_percent=float(100 * change.mean()),
        change_sd_percent=float(100 * change.std()),
        from_drug_percent=float(100 * (gained / base).mean()),
        days=tuple(first + timedelta(days=int(t)) for t in days),
        mean_kg=draws.mean(axis=1),
        low80_kg=low,
        high80_kg=high,
        reaches={
            round(100 * share, 1): {
                day: float((most >= share).mean()) for day, most in zip(dates, highest, strict=True)
            }
            for share in (lines.grade_1.value, lines.label_gain.value)
        },
        weights=len(used),
        last=used[-1][0],
        prior_stated=next(iter(by_drug.values())).stated,
        ahead=tuple(
            _ahead(d, p, daily_mg(record, d, first, span), given, (2 + place, float(np.median(kg))))
            for place, (d, p) in enumerate(by_drug.items())
        ),
    )


def _enough(weights: list[tuple[date, float]], since: date, lines: WeightLines) -> tuple[Reason, ...]:
    longest, shortly = lines.baseline_before_days.value, lines.baseline_after_days.value
    baseline = [d for d, _ in weights if -shortly <= (since - d).days <= longest]
    after = [d for d, _ in weights if (d - since).days > shortly]
    few = len(after) < lines.least_after.value
    weeks = (max(after) - since).days / 7 if after else 0.0
    return (
        Reason(
            rule="response.weight.baseline",
            outcome=Outcome.MET if baseline else Outcome.NOT_MET,
            facts=(Fact(name="baseline_weights", value=float(len(baseline)), unit="1"),),
            missing=() if baseline else ("weight_before_first_dose",),
        ),
        Reason(
            rule="response.weight.follow_up",
            outcome=Outcome.MET if not few and weeks >= lines.least_weeks.value else Outcome.NOT_MET,
            facts=(
                Fact(name="weights_on_drug", value=float(len(after)), unit="1"),
                Fact(name="follow_up", value=round(weeks, 2), unit="wk"),
            ),
            missing=("weight_on_drug",) if few else (),
        ),
    )


def _relative(record: Record, drug: str, prior: WeightPrior, first: date, span: int, ahead: int) -> Array:
    """Dose over reference dose on each day, the present dose held ahead [span + ahead]."""
    periods = record.periods(drug)
    dose = daily_mg(record, drug, first, span)
    last = first + timedelta(days=span - 1)
    present = sum(p.dose_mg_per_day for p in periods if p.covers(last))
    reference = prior.reference_mg if prior.drug else max(float(dose.max()), 1e-9)
    return np.concatenate([dose, np.full(ahead, present)]) / reference


@dataclass(frozen=True, slots=True)
class _GivenDelay:
    """For each delay of the grid: its probability, and the posterior of level, drift and each drug's gain, kg."""

    delay: Array
    weight: Array
    mean: list[Array]
    cov: list[Array]
    columns: list[Array]


def _given_delay(
    doses: Mapping[str, Array],
    priors: Mapping[str, WeightPrior],
    weighed: tuple[NDArray[np.int64], Array],
    start: int,
    lines: WeightLines,
) -> _GivenDelay:
    """The posterior given each delay; ``start`` is the day of the first dose."""
    when, kg = weighed
    usual = float(np.median(kg))
    main = next(iter(priors.values()))
    mean = np.array([usual, 0.0, *(p.gain * usual for p in priors.values())])
    drift = lines.drift_sd_per_year.value * usual
    sd = np.array([lines.level_sd_kg.value, drift, *(p.gain_sd * usual for p in priors.values())])
    delays = _delays(main)
    length = len(next(iter(doses.values())))
    # By delay, a column for each drug after it.
    delayed = np.stack([first_order(d, delays) for d in doses.values()], axis=2)
    own = np.stack([np.ones(length), (np.arange(length) - start) / 365.0], axis=1)
    logs, means, covs, columns = [], [], [], []
    for filtered, chance in zip(delayed, -0.5 * _NORMAL**2, strict=True):
        x = np.concatenate([own, filtered], axis=1)
        seen = x[when]
        cov_y = (seen * sd**2) @ seen.T + lines.scale_sd_kg.value**2 * np.eye(len(kg))
        gain = np.linalg.solve(cov_y, seen * sd**2).T
        rest = kg - seen @ mean
        logs.append(chance - 0.5 * (np.linalg.slogdet(cov_y)[1] + float(rest @ np.linalg.solve(cov_y, rest))))
        means.append(mean + gain @ rest)
        covs.append(np.diag(sd**2) - gain @ (seen * sd**2) + 1e-9 * np.eye(len(sd)))
        columns.append(x)
    weights = np.exp(np.array(logs) - max(logs))
    return _GivenDelay(delays, weights / weights.sum(), means, covs, columns)


def _ahead(
    drug: str, prior: WeightPrior, past_mg: Array, given: _GivenDelay, place_and_kg: tuple[int, float]
) -> WeightAhead:
    place, usual = place_and_kg
    return WeightAhead(
        drug=drug,
        reference_mg=prior.reference_mg if prior.drug else max(float(past_mg.max()), 1e-9),
        past_mg=past_mg,
        delay_days=given.delay,
        weight=given.weight,
        gain=np.array([m[place] for m in given.mean]) / usual,
        gain_sd=np.sqrt([c[place, place] for c in given.cov]) / usual,
    )


def _draw(
    given: _GivenDelay, days: NDArray[np.int64], window: tuple[int, int], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draws of the true weight on ``days`` [day, draw], kg, and [draw] of the part that goes with the doses on the one of them that is now.

    The window is the place of today among the days, and how many drugs are asked about: they come first.
    """
    now, asked = window
    counts = rng.multinomial(_DRAWS, given.weight)
    all_kg, from_drug = np.empty((days.size, _DRAWS)), np.empty(_DRAWS)
    stop = 0
    for centre, cov, every, count in zip(given.mean, given.cov, given.columns, counts.tolist(), strict=True):
        x = every[days]
        beta = centre + rng.standard_normal((count, len(centre))) @ np.linalg.cholesky(cov).T
        some = slice(stop, stop := stop + count)
        all_kg[:, some] = x @ beta.T
        from_drug[some] = beta[:, 2 : 2 + asked] @ x[now, 2 : 2 + asked]
    return all_kg, from_drug
