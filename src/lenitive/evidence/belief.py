"""From trials to a belief about one person: the prior that the patient's own diary then moves.

The belief is the predictive distribution of one person's effect: uncertainty of the drug's mean, spread between
trials, and a stated spread between people. Rules for what was not tried (all of them written in the trials' judgements):

1. A drug with figures for the outcome: its posterior mean, partly pooled with the other drugs' (``bayes.nested``).
2. A drug tried in fibromyalgia without figures for the outcome: one more drug of that kind.
3. A drug never tried here: half-way between no effect and rule 2, the distance added to the spread.
4. Another dose: the effect grows with a power of dose between 0 (flat) and 1 (proportional), each equally likely; no gain
   above the highest dose tried.
5. Missing trials: the variance of the drug's mean grows by (used + missing) / used. Trials that were read for other outcomes do
   not count here: which of a trial's figures were read does not hang on what they said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from lenitive.evidence.bayes import Nested, nested
from lenitive.evidence.same import SameBase
from lenitive.evidence.selection import UsedContrast, select, treatment_words
from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, TrialBase
from lenitive.terms import EffectBelief, Grade, Score, Source

__all__ = ["beliefs", "dose_factor", "trial_doses"]

OUTCOMES = (Score.PAIN, Score.SLEEP_DISTURBANCE, Score.FATIGUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DrugSummary:
    """What a drug's trials hold for one outcome."""

    dose: float
    highest: float
    trials: tuple[str, ...]
    people: int | None
    sources: tuple[Source, ...]
    grade: Grade
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pooled:
    posterior: Nested
    drugs: dict[str, _DrugSummary]
    tried: frozenset[str]
    grade: Grade


def dose_factor(ratio: float) -> tuple[float, float]:
    r"""Mean and standard deviation of :math:`r^\gamma` for :math:`\gamma` uniform on 0 to 1.

    Args:
        ratio: Dose over reference dose, above zero.

    Returns:
        ``(1, 0)`` at the reference dose; for half of it about 0.72 and 0.14.
    """
    log = math.log(ratio)
    if abs(log) < 1e-6:
        return 1.0, 0.0
    mean = math.expm1(log) / log
    second = math.expm1(2 * log) / (2 * log)
    return mean, math.sqrt(max(0.0, second - mean**2))


def merge_doses(contrasts: Iterable[UsedContrast]) -> list[UsedContrast]:
    """One contrast for each study and treatment: the doses' mean, the shared placebo group counted once.

    Two contrasts of one study share their placebo arm; with arms of equal size their correlation is 1/2.
    """
    by: dict[tuple[str, str], list[UsedContrast]] = {}
    for one in contrasts:
        by.setdefault((one.study, one.treatment), []).append(one)
    out = []
    for rows in by.values():
        first = rows[0]
        if len(rows) == 1:
            out.append(first)
            continue
        se = np.array([r.se for r in rows])
        covariance = np.outer(se, se) * (0.5 + 0.5 * np.eye(len(rows)))
        weights = np.linalg.solve(covariance, np.ones(len(rows)))
        weights /= weights.sum()
        doses = [r.dose_mg_per_day for r in rows]
        out.append(
            UsedContrast(
                study=first.study,
                treatment=first.treatment,
                comparator=first.comparator,
                dose_mg_per_day=None
                if any(d is None for d in doses)
                else float(np.exp(weights @ np.log([d for d in doses if d is not None]))),
                estimate=float(weights @ [r.estimate for r in rows]),
                se=float(np.sqrt(weights @ covariance @ weights)),
                n=_people(rows),
                how=f"{len(rows)} doses as one; {first.how}",
                flags=tuple(dict.fromkeys(f for r in rows for f in r.flags)),
                source=first.source,
                grade=max(r.grade for r in rows),
            )
        )
    return out


def _people(rows: list[UsedContrast]) -> int | None:
    """People in several contrasts of one study, the shared arm taken as one of ``len(rows) + 1`` equal arms."""
    counts = [r.n for r in rows]
    if any(n is None for n in counts):
        return None
    return round(sum(n for n in counts if n is not None) * (len(rows) + 1) / (2 * len(rows)))


@lru_cache(maxsize=16)
def _pooled(base: SameBase, outcome: str) -> _Pooled | None:
    trials = base.value
    chosen = select(trials, outcome)
    rows = merge_doses(chosen.contrasts)
    if not rows:
        return None
    prior = trials.judgements.prior
    posterior = nested(
        np.array([r.estimate for r in rows]),
        np.array([r.se**2 for r in rows]),
        tuple(r.treatment for r in rows),
        tau_scale=prior.tau_scale,
        omega_scale=prior.omega_scale,
        centre_sd=prior.centre_sd,
    )
    drugs = {}
    for drug in posterior.groups:
        own = [r for r in rows if r.treatment == drug]
        dosed = [r for r in own if r.dose_mg_per_day is not None]
        weights = np.array([r.se**-2 for r in dosed])
        logs = np.log([r.dose_mg_per_day for r in dosed if r.dose_mg_per_day is not None])
        people = [r.n for r in own]
        drugs[drug] = _DrugSummary(
            dose=float(np.exp(weights @ logs / weights.sum())) if dosed else math.nan,
            highest=max(c.dose_mg_per_day or 0.0 for c in chosen.contrasts if c.treatment == drug),
            trials=tuple(r.study for r in own),
            people=None if any(n is None for n in people) else sum(n for n in people if n is not None),
            sources=tuple(dict.fromkeys(r.source for r in own)),
            grade=max(r.grade for r in own),
            missing=sum(
                len(m.study.split(", "))
                for m in chosen.missing
                if drug in m.treatments and m.status not in {"not_poolable", "other_outcomes_only"}
            ),
        )
    return _Pooled(
        posterior=posterior,
        drugs=drugs,
        tried=_tried(trials),
        grade=max(d.grade for d in drugs.values()),
    )


def _tried(trials: TrialBase) -> frozenset[str]:
    """Every treatment with a randomised trial in the tables or among the missing."""
    names = {o.drug for o in trials.arms if "NOT RANDOMISED" not in o.design}
    names |= {t for m in trials.missing for t in m.treatments}
    return frozenset(n.replace(" ", "_") for n in names) | {"cyclobenzaprine_sl"}


def trial_doses(knowledge: Knowledge) -> dict[str, float]:
    """Each drug with figures for pain at the mean dose of its trials, mg/day."""
    pooled = _pooled(SameBase(knowledge.trials), Score.PAIN.value)
    drugs = {} if pooled is None else pooled.drugs
    return {drug: one.dose for drug, one in drugs.items() if math.isfinite(one.dose)}


def beliefs(
    knowledge: Knowledge,
    doses: Mapping[str, float] | Iterable[tuple[str, float]],
    *,
    outcomes: tuple[Score, ...] = OUTCOMES,
) -> tuple[EffectBelief, ...]:
    """Beliefs about one person's effect of each drug at its dose, for each outcome: the evidence as a prior.

    Args:
        knowledge: The knowledge; its trials are used.
        doses: Drug ids with their dose, mg/day, above zero.
        outcomes: Which 0-10 scores; those without any trial figures (such as mood) give no belief.

    Returns:
        One belief a drug and outcome, in the order given. Negative means are improvements, points of 0-10.

    Raises:
        ValueError: When a dose is not above zero.
    """
    pairs = list(doses.items() if isinstance(doses, Mapping) else doses)
    base = SameBase(knowledge.trials)
    known = {o.id for o in base.value.judgements.outcome}
    out = []
    for drug, dose in pairs:
        for outcome in outcomes:
            if outcome.value not in known:
                continue
            pooled = _pooled(base, outcome.value)
            if pooled is not None:
                out.append(_belief(base.value, pooled, drug, dose, outcome))
    return tuple(out)


def _belief(trials: TrialBase, pooled: _Pooled, drug: str, dose: float, outcome: Score) -> EffectBelief:
    if not (math.isfinite(dose) and dose > 0):
        raise ValueError("a belief is about a dose above zero")
    prior, posterior = trials.judgements.prior, pooled.posterior
    words = treatment_words(trials, drug)
    people_sd2 = prior.between_patient_sd**2
    spread = f"spread between people {prior.between_patient_sd:g} (stated, not measured)"
    if drug in pooled.drugs:
        summary = pooled.drugs[drug]
        i = posterior.groups.index(drug)
        mean, var = float(posterior.mean[i]), float(posterior.sd[i]) ** 2
        used = len(summary.trials)
        var *= (used + summary.missing) / used
        factor, factor_sd, dose_words = 1.0, 0.0, "dose of the trials not known"
        if math.isfinite(summary.dose):
            factor, factor_sd = dose_factor(dose / summary.dose)
            factor = min(factor, dose_factor(max(1.0, summary.highest / summary.dose))[0])
            dose_words = f"trials' mean dose {summary.dose:.3g} mg, asked about {dose:g} mg"
        total = factor**2 * var + factor_sd**2 * (mean**2 + var) + factor**2 * posterior.tau2 + people_sd2
        people = "" if summary.people is None else f", {summary.people} people"
        missing = f"; {summary.missing} known trials without figures" if summary.missing else ""
        return EffectBelief(
            drug=drug,
            outcome=outcome,
            dose_mg_per_day=dose,
            mean=factor * mean,
            sd=math.sqrt(total),
            stated=(
                f"{used} randomised trial{'s' if used != 1 else ''} of {words} against placebo{people}{missing}; "
                f"{dose_words}; {spread}"
            ),
            sources=summary.sources,
            grade=summary.grade,
            own_trials=True,
        )
    mean, var = posterior.new_mean, posterior.new_sd**2
    everything = tuple(dict.fromkeys(s for d in pooled.drugs.values() for s in d.sources))
    if drug in pooled.tried:
        why = f"no figures of {words} for this outcome were found: taken as one more of the {len(pooled.drugs)} drugs with figures"
        grade = Grade.D
    else:
        var += (mean / 2) ** 2
        mean /= 2
        why = f"no randomised fibromyalgia trial of {words}: half the mean of the {len(pooled.drugs)} drugs tried, with a wider spread"
        grade = Grade.U
    return EffectBelief(
        drug=drug,
        outcome=outcome,
        dose_mg_per_day=dose,
        mean=mean,
        sd=math.sqrt(var + posterior.tau2 + people_sd2),
        stated=f"{why}; {spread}",
        sources=everything,
        grade=grade,
    )
