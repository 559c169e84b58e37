"""How far each judgement moves the answer: the network again without some trials, or with those whose figures are missing.

A missing trial is put in by its size, with the standard error that trials of this size here have: once with no effect at all, and once
with the effect that its P value stands for. Neither is a finding; both say how much hangs on what was not published.
"""

from __future__ import annotations

import math
from statistics import NormalDist, median

from lenitive.evidence.belief import merge_doses
from lenitive.evidence.certainty import Appraised, Risk
from lenitive.evidence.network import Network, fit_network, from_contrasts
from lenitive.evidence.network.data import subset
from lenitive.evidence.refusal import NotEstimable
from lenitive.evidence.selection import PLACEBO, Selected
from lenitive.frozen import dataclass
from lenitive.knowledge import MissingTrial

__all__ = ["Scenario", "scenarios"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The answers under one other judgement.

    Attributes:
        name: ``as_judged``, ``without_unjudged``, ``without_high_risk``, ``without_rebuilt``, ``missing_at_none`` or ``missing_by_p``.
        trials: Trials in it.
        changed: Trials left out or put in.
        effects: For each drug its effect against placebo with its interval; a drug without trials left is not in it.
    """

    name: str
    trials: int
    changed: tuple[str, ...]
    effects: dict[str, tuple[float, float, float]]


def _fitted(name: str, network: Network, changed: tuple[str, ...]) -> Scenario | None:
    try:
        result = fit_network(network.part(PLACEBO), reference=PLACEBO)
    except NotEstimable:
        return None
    return Scenario(
        name=name,
        trials=len(result.network.studies),
        changed=changed,
        effects={c.treatment: (c.estimate, c.low, c.high) for c in result.against_reference()},
    )


def _without(name: str, network: Network, left_out: tuple[str, ...]) -> Scenario | None:
    if not left_out:
        return None
    kept = [s for s in network.studies if s.name not in left_out]
    return _fitted(name, subset(network, kept), left_out) if kept else None


def _with(
    name: str, chosen: Selected, put_in: list[tuple[MissingTrial, str, float]], unit: float
) -> Scenario | None:
    """The contrasts with missing trials of two arms beside them; ``unit`` is a trial's standard error times the root of its people."""
    if not put_in:
        return None
    rows = merge_doses(chosen.contrasts)
    more = [(m.study, drug, effect, unit / math.sqrt(m.randomised or 1)) for m, drug, effect in put_in]
    network = from_contrasts(
        [*(r.study for r in rows), *(m[0] for m in more)],
        [*(r.treatment for r in rows), *(m[1] for m in more)],
        [PLACEBO] * (len(rows) + len(more)),
        [*(r.estimate for r in rows), *(m[2] for m in more)],
        [*(r.se for r in rows), *(m[3] for m in more)],
        measure=chosen.outcome.measure,
    )
    return _fitted(name, network, tuple(m[0] for m in more))


def scenarios(chosen: Selected, appraised: Appraised) -> tuple[Scenario, ...]:
    """The answers of an outcome under other judgements, as it stands first; those that change nothing are left out.

    Missing trials are put in for scores only, where a size alone gives a standard error, and only those with one drug against
    placebo and a known size that are not in the network already.
    """
    network = appraised.result.network
    judged = {s.name: appraised.judged(s.name) for s in network.studies}
    found = [
        _fitted("as_judged", network, ()),
        _without(
            "without_unjudged", network, tuple(s for s, j in judged.items() if j.bias is Risk.NOT_JUDGED)
        ),
        _without("without_high_risk", network, tuple(s for s, j in judged.items() if j.bias is Risk.HIGH)),
        _without("without_rebuilt", network, tuple(s for s, j in judged.items() if j.rebuilt)),
    ]
    sized = [r for r in merge_doses(chosen.contrasts) if r.n is not None]
    if chosen.outcome.measure == "MD" and sized:
        unit = median(r.se * math.sqrt(r.n or 1) for r in sized)
        absent = [
            (m, next(t for t in m.treatments if t != PLACEBO))
            for m in chosen.missing
            if m.randomised is not None
            and len(m.treatments) == 2
            and m.status != "not_poolable"
            and m.study not in judged
            and "," not in m.study
        ]
        sign = -1.0 if chosen.outcome.better == "lower" else 1.0
        by_p = [
            (m, drug, sign * NormalDist().inv_cdf(1 - m.p / 2) * unit / math.sqrt(m.randomised or 1))
            for m, drug in absent
            if m.p is not None
        ]
        found += [
            _with("missing_at_none", chosen, [(m, drug, 0.0) for m, drug in absent], unit),
            _with("missing_by_p", chosen, by_p, unit),
        ]
    return tuple(s for s in found if s is not None)
