"""One simulated patient judged on one day: what the model said, what the rules said, and what is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np

from lenitive.cohort.calibration.rules import RULES
from lenitive.frozen import dataclass
from lenitive.knowledge import Judgement, load
from lenitive.record import Record
from lenitive.response import (
    Exposure,
    Fit,
    FitStatus,
    Gate,
    Settings,
    VerdictKind,
    VerdictSettings,
    cdf,
    fit,
    fit_settings,
    verdict,
    verdict_settings,
)
from lenitive.review import gates
from lenitive.terms import EffectBelief, Score
from lenitive.virtual import DRUG, OUTCOMES, Cohort, World

__all__ = ["PARAMETERS", "JudgedCase", "Judging", "beliefs_of", "gate", "judge", "judgement"]

PARAMETERS = (
    "phi_S",
    "phi_P",
    "phi_F",
    "g_PS",
    "g_FS",
    "g_FP",
    "a_SP",
    "sigma_S",
    "sigma_P",
    "sigma_F",
    "rho_S",
    "rho_P",
    "rho_F",
    "onset_S",
    "onset_PF",
)
"""The non-linear parameters in the order of the response model."""

_PAIN_ALONE = {"pain": 10.0, "sleep": 0.0, "fatigue": 0.0}


@cache
def judgement() -> Judgement:
    """The numbers that every case is judged by."""
    return load().judgement


@cache
def gate() -> Gate:
    """The least treatment before the simulated drug is judged: what is known of the real one."""
    (found,) = gates(load(), (DRUG,))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """One patient, one day.

    Attributes:
        world: Where she comes from.
        design: What was done.
        index: Her index; with the seed it fixes her.
        week: Weeks after the first dose.
        truth: True steady-state effect at the dose judged, by outcome (sleep disturbance, pain, fatigue), points.
        pit: Posterior probability of less than the truth, by outcome. Uniform over patients when calibrated.
        mean: Posterior mean by outcome.
        sd: Posterior SD by outcome.
        share: Share of the prior variance of the effect on pain that the diary took away.
        helps: Posterior probability that the effect on pain is at least 1 point.
        parameters: Posterior probability of less than the truth, by non-linear parameter; empty where not asked.
        pareto_k: k-hat.
        status: Of the fit.
        verdict: On pain alone, as delivered.
        rules: What each rule says: that it helps, or not.
    """

    world: str
    design: str
    index: int
    week: int
    truth: tuple[float, float, float]
    pit: tuple[float, float, float]
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]
    share: float
    helps: float
    parameters: tuple[float, ...]
    pareto_k: float
    status: FitStatus
    verdict: VerdictKind
    rules: Mapping[str, bool]


def beliefs_of(world: World) -> tuple[EffectBelief, ...]:
    """The simulated world's own spread of effects, handed to the model as its prior."""
    return tuple(
        EffectBelief(
            drug=DRUG,
            outcome=Score(o),
            dose_mg_per_day=world.reference_dose_mg,
            mean=s.mean,
            sd=s.sd,
            stated="the spread of the simulated world",
        )
        for o, s in zip(OUTCOMES, world.effect, strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How patients of a cohort are judged.

    Attributes:
        world: Name of theirs.
        beliefs: What the model believes of the drug beforehand.
        settings: How to fit.
        rules: Where the verdict's lines are; the gate of the drug is added.
        compare: Whether to ask the rules in use as well.
        exposure: How the drug's level lasts; by default the effect follows the dose, as it does in every world but one.
    """

    world: str
    beliefs: tuple[EffectBelief, ...]
    settings: Settings | None = None
    rules: VerdictSettings | None = None
    compare: bool = True
    exposure: Exposure | None = None


def judge(cohort: Cohort, i: int, week: int, judging: Judging, record: Record | None = None) -> JudgedCase:
    """One patient of a cohort judged so many weeks after her first dose.

    Args:
        cohort: Simulated patients.
        i: Which of them.
        week: Weeks after the first dose or block.
        judging: How.
        record: Her record, where it was made already.
    """
    at = cohort.start + timedelta(days=cohort.design.drug_start + 7 * week)
    record = (record or cohort.record(i)).until(at)
    # A seed of her own: draws shared by all patients would put the same lumps into all ranks.
    made = fit(
        record,
        at=at,
        seed=cohort.seed + cohort.first + i,
        beliefs=judging.beliefs,
        settings=judging.settings or fit_settings(judgement()),
        exposure=judging.exposure,
    )
    rules = replace(judging.rules or verdict_settings(judgement()), gates=(gate(),))
    alone = replace(record, patient=replace(record.patient, preferences=_PAIN_ALONE))
    on_pain = verdict(alone, made, DRUG, settings=rules)
    item = next(x for x in made.inputs if x.name == DRUG)
    truth = cohort.effect_at(i, item.current)
    pit, mean, sd = _against(made, truth)
    return JudgedCase(
        world=judging.world,
        design=cohort.design.name,
        index=cohort.first + i,
        week=week,
        truth=truth,
        pit=pit,
        mean=mean,
        sd=sd,
        share=on_pain.share_from_diary or 0.0,
        helps=on_pain.probability or 0.0,
        parameters=_parameters(made, cohort, i),
        pareto_k=made.pareto_k if made.pareto_k is not None else float("inf"),
        status=made.status,
        verdict=on_pain.verdict,
        rules={rule: check(record, at) for rule, check in RULES.items() if judging.compare},
    )


Triple = tuple[float, float, float]


def _against(made: Fit, truth: Triple) -> tuple[Triple, Triple, Triple]:
    """Posterior probability of less than the truth, mean and SD, by outcome."""
    if made.posterior is None:
        raise ValueError("a simulated patient's fit was refused")
    design, draws, m = made.posterior.design, made.posterior.draws, made.posterior.moments
    k = [s.input.name for s in design.sources].index(DRUG)
    rows = np.stack([design.effect_weights(k, o, design.sources[k].input.current) for o in range(3)])
    mean = rows @ m.mean.T
    sd = np.sqrt(np.maximum(np.einsum("oi,nij,oj->on", rows, m.cov, rows, optimize=True), 1e-16))
    below = cdf(np.array(truth)[:, None], draws.weight, mean, sd)[:, 0]
    centre = mean @ draws.weight
    spread = np.sqrt((sd**2 + (mean - centre[:, None]) ** 2) @ draws.weight)
    return _three(below), _three(centre), _three(spread)


def _three(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Triple:
    return float(values[0]), float(values[1]), float(values[2])


def _parameters(made: Fit, cohort: Cohort, i: int) -> tuple[float, ...]:
    """Posterior probability of less than the truth for each non-linear parameter."""
    if made.posterior is None:
        return ()
    people, posterior = cohort.people, made.posterior
    row = posterior.design.input_row[0][0]
    truth = np.concatenate(
        [
            np.arctanh(np.diag(people.carry[i])),
            [
                people.coupling[i, 1, 0],
                people.coupling[i, 2, 0],
                people.coupling[i, 2, 1],
                people.carry[i, 0, 1],
            ],
            np.log(people.process_sd[i]),
            np.log(people.observation_sd[i]),
            (np.log(people.onset_days[i, :2]) - posterior.design.log_tau[row])
            / posterior.design.stretch[row],
        ]
    )
    below = posterior.draws.theta < truth
    return tuple(float(v) for v in posterior.draws.weight @ below)
