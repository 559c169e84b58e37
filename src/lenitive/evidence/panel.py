"""One drug's evidence on one page: against placebo, outcome by outcome, with what is missing. Quick enough for a visit."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from lenitive.evidence.belief import merge_doses
from lenitive.evidence.pairwise import Coefficient, from_counts, generic, pool
from lenitive.evidence.people import most_reported
from lenitive.evidence.same import SameBase
from lenitive.evidence.selection import PLACEBO, Selected, UsedArm, select, treatment_words
from lenitive.frozen import dataclass
from lenitive.knowledge import MissingTrial, TrialBase
from lenitive.terms import Source

__all__ = ["DrugEvidence", "EvidenceLine", "arms_together", "drug_evidence", "event_effect"]

OUTCOMES = (
    "pain",
    "sleep_disturbance",
    "fatigue",
    "responders_30pct",
    "responders_50pct",
    "withdrawal_ae",
    "weight_gain",
    "somnolence",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One outcome of one drug against placebo, its own trials pooled.

    Attributes:
        outcome: The outcome's id.
        words: What a reader calls it.
        better: ``lower`` or ``higher``.
        trials: Trials pooled.
        estimate: Difference in points for scores; more people of 100 for events.
        low: Lower end of the 95 % interval.
        high: Upper end.
        without: For events: of 100 on placebo in the drug's own trials.
        important: The size called important: points for scores, a ratio for events.
        harm: Whether the drug can only do harm by it.
        certainty: How sure one may be, in words; empty where it was not judged.
        sources: Where the figures come from.
    """

    outcome: str
    words: str
    better: str
    trials: int
    estimate: float
    low: float
    high: float
    without: float | None
    important: float
    harm: bool
    certainty: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugEvidence:
    """What the trials say of one drug.

    Attributes:
        drug: The drug's id.
        words: What a reader calls it.
        lines: Outcomes with figures.
        without_figures: Words of the outcomes without.
        missing: Known trials of the drug that are not in the tables, or not for some outcome that they are known to have asked about.
        not_pooled: Studies of the drug in the tables that are never pooled, such as open-label ones.
        modified: Trials of any drug that report, for one of these outcomes, one thing about their people that an effect could move with
            (age, sex, weight, pain before, low mood): the most there are.
        needed: Trials that a regression on it takes. With fewer an effect cannot be moved to one person.
    """

    drug: str
    words: str
    lines: tuple[EvidenceLine, ...]
    without_figures: tuple[str, ...]
    missing: tuple[MissingTrial, ...]
    not_pooled: tuple[str, ...]
    modified: int = 0
    needed: int = 0


def arms_together(arms: tuple[UsedArm, ...]) -> list[UsedArm]:
    """Doses of one treatment in one study as one arm: counts add up; means are weighted by people."""
    by: dict[tuple[str, str], list[UsedArm]] = {}
    for a in arms:
        by.setdefault((a.study, a.treatment), []).append(a)
    out = []
    for rows in by.values():
        first = rows[0]
        if len(rows) == 1:
            out.append(first)
            continue
        n = sum(r.n for r in rows)
        counts = first.events is not None
        means = None if counts else sum((r.mean or 0.0) * r.n for r in rows) / n
        sd = None
        if not counts and means is not None:
            inside = sum((r.n - 1) * (r.sd or 0.0) ** 2 + r.n * ((r.mean or 0.0) - means) ** 2 for r in rows)
            sd = math.sqrt(inside / (n - 1))
        out.append(
            UsedArm(
                study=first.study,
                treatment=first.treatment,
                dose_mg_per_day=None,
                n=n,
                events=sum(r.events or 0 for r in rows) if counts else None,
                mean=means,
                se=None,
                sd=sd,
                flags=tuple(
                    dict.fromkeys([f"{len(rows)} doses as one", *(f for r in rows for f in r.flags)])
                ),
                source=first.source,
                grade=max(r.grade for r in rows),
            )
        )
    return out


def event_effect(chosen: Selected, treatment: str) -> tuple[Coefficient, float, tuple[UsedArm, ...]] | None:
    """The pooled risk difference of a treatment's own trials, their placebo risk, and their arms; None without any."""
    arms = {(a.study, a.treatment): a for a in arms_together(chosen.arms) if a.events is not None}
    pairs = [
        (a, arms[a.study, PLACEBO])
        for (_, t), a in arms.items()
        if t == treatment and t != PLACEBO and (a.study, PLACEBO) in arms
    ]
    if not pairs:
        return None
    control_events, control_n = [c.events or 0 for _, c in pairs], [c.n for _, c in pairs]
    effects = from_counts(
        [a.events or 0 for a, _ in pairs], [a.n for a, _ in pairs], control_events, control_n, measure="RD"
    )
    risk = sum(control_events) / sum(control_n)
    return pool(effects, tau2_interval=False).effect, risk, tuple(a for a, _ in pairs)


def _line(base: TrialBase, drug: str, outcome: str) -> EvidenceLine | None:
    chosen = select(base, outcome)
    judged = chosen.outcome
    if judged.measure == "MD":
        rows = [r for r in merge_doses(chosen.contrasts) if r.treatment == drug]
        if not rows:
            return None
        effect = pool(
            generic([r.estimate for r in rows], np.array([r.se for r in rows]) ** 2), tau2_interval=False
        ).effect
        return EvidenceLine(
            outcome=outcome,
            words=judged.words,
            better=judged.better,
            trials=len(rows),
            estimate=effect.estimate,
            low=effect.low,
            high=effect.high,
            without=None,
            important=judged.important,
            harm=judged.harm,
            certainty=_certainty(base, outcome, drug),
            sources=tuple(dict.fromkeys(r.source for r in rows)),
        )
    found = event_effect(chosen, drug)
    if found is None:
        return None
    effect, risk, used = found
    return EvidenceLine(
        outcome=outcome,
        words=judged.words,
        better=judged.better,
        trials=len(used),
        estimate=100 * effect.estimate,
        low=100 * effect.low,
        high=100 * effect.high,
        without=100 * risk,
        important=judged.important,
        harm=judged.harm,
        certainty=_certainty(base, outcome, drug),
        sources=tuple(dict.fromkeys(a.source for a in used)),
    )


def _certainty(base: TrialBase, outcome: str, drug: str) -> str:
    found = (c.level for c in base.certainties if c.outcome == outcome and c.treatment == drug)
    return next(found, "")


def drug_evidence(base: TrialBase, drug: str) -> DrugEvidence:
    """What the trials say of one drug against placebo; empty lines when no trial of it is known here.

    Args:
        base: The trial base.
        drug: The treatment's id, such as ``mirtazapine``.
    """
    return _drug_evidence(SameBase(base), drug)


@lru_cache(maxsize=64)
def _drug_evidence(same: SameBase, drug: str) -> DrugEvidence:
    base = same.value
    lines, without = [], []
    missing: dict[str, MissingTrial] = {}
    left: dict[str, None] = {}
    modified = 0
    for outcome in OUTCOMES:
        chosen = select(base, outcome)
        line = _line(base, drug, outcome)
        if line is None:
            without.append(chosen.outcome.words)
        else:
            lines.append(line)
        missing |= {
            m.study: m for m in chosen.missing if drug in m.treatments and m.status != "other_outcomes_only"
        }
        if line is not None:
            speaking = {c.study for c in chosen.contrasts} | {a.study for a in chosen.arms}
            modified = max(modified, most_reported(base, speaking))
        left |= {x.study: None for x in chosen.left_out if x.treatment == drug and x.category == "open_label"}
    return DrugEvidence(
        drug=drug,
        words=treatment_words(base, drug),
        lines=tuple(lines),
        without_figures=tuple(without),
        missing=tuple(missing.values()),
        not_pooled=tuple(left),
        modified=modified,
        needed=base.certainty.regression_trials.whole,
    )
