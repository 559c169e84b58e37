"""After a step down: withdrawal, or the return of the condition? Told apart by their time course.

Withdrawal comes within days and fades within about two weeks, above all in sleep; the condition comes back over weeks, by
the drug's offset, above all in pain. With ``t`` days since the step, one score of the diary is

    y_t = b + A s_o f(t) + noise        withdrawal  f(t) = (1 - e^(-t/1.5)) e^(-t/tau) / peak
                                        return      f(t) = 1 - e^(-t/tau)
                                        neither     A = 0

``A`` and ``tau`` lie on a grid, ``s_o`` is each outcome's share of the amplitude, ``b`` is integrated out exactly over the
weeks before and after, and the noise is autocorrelated with the spread seen before the step. The probability of each is a
sum over the grid: no sampling. Early reports of the effects that withdrawal brings weigh in as stated odds. The grids, shares,
prior weights and odds are assumed; the time courses follow the sources of `knowledge/planning` and of the onset priors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import ReboundLines
from lenitive.record import Record
from lenitive.terms import Score, Severity

__all__ = ["Rebound", "ReboundKind", "rebound"]

Array = NDArray[np.float64]


class ReboundKind(StrEnum):
    """What is seen since a step down, in the words of the protocols."""

    NONE = "none"
    WITHDRAWAL = "withdrawal"
    RELAPSE = "relapse"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebound:
    """What is seen since a step down.

    Attributes:
        drug: The drug.
        step: First day on the lower dose.
        from_mg: The dose before, mg a day.
        to_mg: The dose since, mg a day; 0 when it was stopped.
        kind: The one that is likely enough to be named, else ``unclear``.
        probability: Of none, withdrawal and relapse; empty when too little is known to tell.
        days_before: Days with an entry in the weeks before.
        days_after: Days with an entry since.
        reports: Effects of withdrawal that began soon after the step.
        why: In one sentence.
    """

    drug: str
    step: date
    from_mg: float
    to_mg: float
    kind: ReboundKind
    probability: Mapping[str, float]
    days_before: int
    days_after: int
    reports: tuple[str, ...]
    why: str


def _daily(record: Record, drug: str, day: date) -> float:
    return sum(p.dose_mg_per_day for p in record.periods(drug) if p.covers(day))


def _last_fall(record: Record, drug: str, at: date, within: int) -> date | None:
    """First day on the present dose when it is lower than the one before, within the window."""
    now = _daily(record, drug, at)
    for i in range(within):
        before = _daily(record, drug, at - timedelta(days=i + 1))
        if before != now:
            return at - timedelta(days=i) if before > now else None
    return None


def _pulse(t: Array, rise: float, fade: float) -> Array:
    grid = np.linspace(0.0, 15.0, 151)
    peak = float(((1 - np.exp(-grid / rise)) * np.exp(-grid / fade)).max())
    return np.where(t > 0, (1 - np.exp(-t / rise)) * np.exp(-t / fade) / peak, 0.0)


def _return(t: Array, tau: float) -> Array:
    return np.where(t > 0, 1 - np.exp(-np.maximum(t, 0.0) / tau), 0.0)


class _Seen:
    """One score before and after a step, whitened, with its level integrated out."""

    def __init__(self, days: Array, scores: Array, lines: ReboundLines) -> None:
        self.t = days
        before = scores[days <= 0]
        spread = float(((before - before.mean()) ** 2).sum()) if before.size else 0.0
        n = max(before.size - 1, 0)
        usual, state = lines.usual_weight.value, lines.state_share.value
        variance = (usual * lines.usual_sd.value**2 + spread) / (usual + n)
        apart = np.abs(days[:, None] - days[None, :])
        cov = variance * (state * lines.autocorrelation.value**apart + (1 - state) * np.eye(days.size))
        self._root = np.linalg.cholesky(cov)
        one = np.linalg.solve(self._root, np.ones(days.size))
        self._one = one / np.linalg.norm(one)
        self._y = self._clean(scores)

    def _clean(self, v: Array) -> Array:
        white = np.linalg.solve(self._root, v)
        return np.asarray(white - self._one * (self._one @ white))

    def gain(self, shape: Array, amplitudes: Array) -> Array:
        """Log-likelihood over that of no change, one for each amplitude."""
        x = self._clean(shape)
        return np.asarray(amplitudes * (x @ self._y) - 0.5 * amplitudes**2 * (x @ x))


def _log_mean(terms: list[Array]) -> float:
    values = np.concatenate(terms)
    top = values.max()
    return float(top + np.log(np.exp(values - top).mean()))


def _evidence(
    seen: Mapping[Score, _Seen], outcomes: tuple[Score, Score, Score], lines: ReboundLines
) -> dict[str, float]:
    """Log marginal likelihood of each course, over that of none."""
    sleep, pain, fatigue = outcomes
    size = np.array(lines.amplitudes.of)
    rise = lines.rise_days.value
    withdrawal = [
        sum(
            (
                seen[o].gain(_pulse(seen[o].t, rise, fade), share * size)
                for o, share in shares.items()
                if o in seen
            ),
            np.zeros(size.size),
        )
        for fade, other in product(lines.fade_days.of, lines.withdrawal_elsewhere.of)
        for shares in ({sleep: 1.0, pain: other, fatigue: other},)
    ]
    relapse = [
        sum(
            (seen[o].gain(_return(seen[o].t, tau), share * size) for o, share in shares.items() if o in seen),
            np.zeros(size.size),
        )
        for tau, other in product(lines.return_days.of, lines.return_elsewhere.of)
        for shares in ({pain: 1.0, sleep: other, fatigue: other},)
    ]
    return {"none": 0.0, "withdrawal": _log_mean(withdrawal), "relapse": _log_mean(relapse)}


def _reports(record: Record, step: date, at: date, lines: ReboundLines) -> tuple[tuple[str, ...], bool]:
    """Effects of withdrawal that began soon after the step; and whether they were asked and all absent."""
    early = [
        e
        for e in record.effects
        if e.effect in lines.effects.of and step <= e.day <= min(at, step + lines.early_days.days)
    ]
    before = {
        e.effect
        for e in record.effects
        if step - lines.before_days.days <= e.day < step and e.severity is not Severity.NONE
    }
    new = tuple(sorted({e.effect for e in early if e.severity is not Severity.NONE} - before))
    return new, bool(early) and all(e.severity is Severity.NONE for e in early)


def rebound(
    record: Record,
    drug: str,
    *,
    at: date,
    lines: ReboundLines,
    outcomes: tuple[Score, Score, Score] = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE),
) -> Rebound | None:
    """What is seen since the last step down of a drug, or None when there was none in the last weeks.

    Args:
        record: The record as it stood on the day.
        drug: The drug that was lowered or stopped.
        at: The day of the review.
        lines: What is believed of such steps, and when a course is named.
        outcomes: The scores in the sleep, pain and fatigue slots.
    """
    step = _last_fall(record, drug, at, lines.window_days.whole)
    if step is None:
        return None
    days = [
        d
        for d in record.diary
        if -lines.before_days.value <= (d.day - step).days <= (at - step).days and not d.is_empty
    ]
    before = sum(d.day < step for d in days)
    after = len(days) - before
    new, absent = _reports(record, step, at, lines)

    def found(kind: ReboundKind, probability: Mapping[str, float], why: str) -> Rebound:
        return Rebound(
            drug=drug,
            step=step,
            from_mg=_daily(record, drug, step - timedelta(days=1)),
            to_mg=_daily(record, drug, step),
            kind=kind,
            probability=probability,
            days_before=before,
            days_after=after,
            reports=new,
            why=why,
        )

    seen = {}
    for o in outcomes:
        own = [(float((d.day - step).days + 1), s) for d in days if (s := d.score(o)) is not None]
        if (
            sum(t <= 0 for t, _ in own) >= lines.least_before.value
            and sum(t > 0 for t, _ in own) >= lines.least_after.value
        ):
            seen[o] = _Seen(np.array([t for t, _ in own]), np.array([s for _, s in own]), lines)
    if not seen:
        least = lines.least_before.whole, lines.least_after.whole
        why = f"{before} days with an entry before the step and {after} since: too few (at least {least[0]} and {least[1]})"
        return found(ReboundKind.UNCLEAR, {}, why)
    log = {k: np.log(getattr(lines.prior, k)) + v for k, v in _evidence(seen, outcomes, lines).items()}
    log["withdrawal"] += min(len(new), lines.most_reports.whole) * np.log(lines.new_report.value)
    if absent:
        log["withdrawal"] += np.log(lines.asked_and_absent.value)
    top = max(log.values())
    weights = {k: float(np.exp(v - top)) for k, v in log.items()}
    probability = {k: w / sum(weights.values()) for k, w in weights.items()}
    likely = max(probability, key=lambda k: probability[k])
    if probability[likely] < lines.sure.value:
        return found(ReboundKind.UNCLEAR, probability, "no course is likely enough to be named")
    said = {
        "none": "the scores stay where they were",
        "withdrawal": "what is worse came within days of the step",
        "relapse": "what is worse builds up over weeks",
    }
    return found(ReboundKind(likely), probability, said[likely])
