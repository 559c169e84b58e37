"""A drug's effect on measured sleep: the response model with the device's nights in the place of the diary's.

Measured sleep is a further outcome, answered on its own, in minutes. It enters no verdict and no other effect; how nights and diary
are taken as two observations of one sleep is in ``nights.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.record import DiaryDay, ObjectiveNight, Record
from lenitive.response import Estimand, Exposure, FitStatus, Settings, fit
from lenitive.review.absent import Absent, no_answer
from lenitive.terms import Message, Score

__all__ = ["MeasuredEffect", "MeasuredSleep", "measured_sleep"]

# One point of the model's 0-10 slot stands for an hour of sleep short of twelve: 0 is 12 h, 10 is 2 h. Nights vary by
# about an hour from one to the next, as scores vary by one or two points, so that the model's priors keep their size.
_FULL_MIN, _MIN_PER_POINT = 720.0, 60.0
_OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEffect:
    """What a drug does to measured sleep at steady state, against none of it; minutes, above zero is more sleep.

    Attributes:
        drug: The drug.
        dose_mg_per_day: At this dose.
        mean: Posterior mean, min.
        sd: Posterior standard deviation, min.
        quantiles: Posterior quantiles, min.
        prior_mean: What was believed before the nights, min.
        prior_sd: Its standard deviation, min.
        share_from_nights: How much of what is known comes from these nights, 0-1, or None.
    """

    drug: str
    dose_mg_per_day: float
    mean: float
    sd: float
    quantiles: Mapping[str, float]
    prior_mean: float | None
    prior_sd: float | None
    share_from_nights: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSleep:
    """Effects on measured sleep, from one source's nights.

    Attributes:
        source: What measured.
        definition: By which definition.
        nights: Nights used.
        status: How far the fit came.
        fallback: Which fallback answered, in the model's words; empty when none did.
        effects: One for each drug and dose.
    """

    source: str
    definition: str
    nights: int
    status: str
    fallback: str
    effects: tuple[MeasuredEffect, ...]


def _scored(record: Record, nights: Sequence[ObjectiveNight]) -> Record:
    """The record with measured sleep in the place of the diary's sleep disturbance."""
    score = {
        n.day: min(10.0, max(0.0, (_FULL_MIN - n.tst_min) / _MIN_PER_POINT))
        for n in nights
        if n.tst_min is not None
    }
    days = {d.day: replace(d, sleep_disturbance=score.get(d.day)) for d in record.diary}
    days |= {d: DiaryDay(day=d, sleep_disturbance=v) for d, v in score.items() if d not in days}
    return replace(record, diary=tuple(days.values()))


def measured_sleep(
    record: Record,
    nights: Sequence[ObjectiveNight],
    *,
    at: date,
    seed: int,
    settings: Settings,
    least: int,
    exposure: Exposure | None = None,
    judged: Sequence[str] = (),
) -> MeasuredSleep | Absent:
    """Each drug's effect on measured sleep, or why there is none.

    Args:
        record: The record, already cut off at ``at``.
        nights: Its nights of one source and definition.
        at: The day of the review.
        seed: Seed of the draws.
        settings: How to fit.
        least: Nights from which on there is an answer.
        exposure: How the levels of drugs last, as for the diary's fit.
        judged: The drugs whose effects are asked for.
    """
    timed = [n for n in nights if n.tst_min is not None]
    if not timed:
        return Absent(Message.of("review.measured.no_night"))
    if len(timed) < least:
        return Absent(Message.of("review.measured.few_nights", least=least))
    if not judged:
        return Absent(Message.of("review.measured.no_drug"))
    made = fit(
        _scored(record, timed), at=at, seed=seed, outcomes=_OUTCOMES, settings=settings, exposure=exposure
    )
    if made.status is FitStatus.REFUSED:
        return no_answer(made.reason)
    effects = tuple(
        MeasuredEffect(
            drug=e.input,
            dose_mg_per_day=e.dose,
            mean=-_MIN_PER_POINT * e.mean,
            sd=_MIN_PER_POINT * e.sd,
            # A point more of disturbance is an hour less of sleep, so that the quantiles change places.
            quantiles={_other(q): -_MIN_PER_POINT * v for q, v in reversed(list(e.quantiles.items()))},
            prior_mean=None if e.prior_mean is None else 0.0 - _MIN_PER_POINT * e.prior_mean,
            prior_sd=None if e.prior_sd is None else _MIN_PER_POINT * e.prior_sd,
            share_from_nights=e.share_from_diary,
        )
        for e in made.effects
        if e.input in judged and e.outcome is Score.SLEEP_DISTURBANCE and e.estimand is Estimand.ATTRIBUTABLE
    )
    if not effects:
        return Absent(Message.of("review.measured.no_effect"))
    return MeasuredSleep(
        source=timed[0].source,
        definition=timed[0].definition,
        nights=len(timed),
        status=made.status.value,
        fallback=made.reason,
        effects=effects,
    )


def _other(q: str) -> str:
    """``0.975`` for ``0.025``."""
    return f"{round(1 - float(q), 4):g}"
