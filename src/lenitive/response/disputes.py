"""Where diary and belief contradict each other so strongly that a grade would rest on a belief that is wrong.

Three things may be off. Expectation comes and goes with a drug, and only what is believed of it beforehand tells the two apart; the effect itself may
lie where the trials put next to nobody; and where the drug was taken and left off in turn, the plain difference of those days may be far larger than all
that the model puts down to drug and expectation. In each case the grade stands only where it would be on the same side if the split were the other one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.fit import Fit
from lenitive.response.grade import grade_by
from lenitive.response.result import Estimand, Input
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.response.weighed import Weighed
from lenitive.terms import Fact, Outcome, Reason

__all__ = ["DisputeKind", "undisputed"]

_TAUGHT = 0.02
"""Of the prior variance, what the diary must have taken away before the rest is a measure of how far it could have moved the mean."""


class DisputeKind(StrEnum):
    """What is disputed."""

    EXPECTATION = "expectation"
    """More or less is put down to expectation than it may be."""
    EFFECT = "effect"
    """More is put down to the drug than was believed of anybody."""
    BLOCKS = "blocks"
    """The days with it differ from those without it, in turn, by more than the model explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dispute:
    """One of them.

    Attributes:
        about: Which.
        z: How far apart the two are, SDs.
        points: What is put down to expectation, or the benefit that is found.
        more: How much more the benefit would be, were the split the other one; None where it would be what was believed.
    """

    about: DisputeKind
    z: float
    points: float
    more: float | None


def undisputed(
    record: Record, fit: Fit, item: Input, weighed: Weighed, line: float, settings: VerdictSettings
) -> Reason:
    """Whether no strong conflict could make the grade another; the loudest that could, else the loudest there is, with its facts.

    Args:
        record: The record that was fitted.
        fit: Its posterior.
        item: The drug or activity.
        weighed: Its benefit.
        line: What that is held against, points.
        settings: What an answer goes by.
    """
    found = [d for d in _disputes(record, fit, item, weighed) if abs(d.z) > settings.conflict]
    helps, reaches = weighed.beyond(0.0, line)
    side = grade_by(helps, reaches, settings.grades).side

    def moves(dispute: _Dispute) -> bool:
        more = dispute.more
        if more is None:
            any_benefit, reached = weighed.believed(0.0), weighed.believed(line)
        else:
            any_benefit, reached = weighed.beyond(-more, line - more)
        return side != grade_by(any_benefit, reached, settings.grades).side

    loudest = max(found, key=lambda d: (moves(d), abs(d.z)), default=None)
    if loudest is None:
        return Reason(rule="response.verdict.undisputed", outcome=Outcome.MET)
    return Reason(
        rule="response.verdict.undisputed",
        outcome=Outcome.NOT_MET if moves(loudest) else Outcome.MET,
        facts=(
            Fact(name="about", value=loudest.about.value),
            Fact(name="z", value=round(loudest.z, 3), unit="1"),
            Fact(name="allowed", value=settings.conflict, unit="1"),
            Fact(name="points", value=round(loudest.points, 3), unit="{score}"),
        ),
    )


def _disputes(record: Record, fit: Fit, item: Input, weighed: Weighed) -> Iterator[_Dispute]:
    hoped = _expectation(item, weighed)
    put_down = 0.0 if hoped is None else hoped.summary.mean
    if hoped is not None:
        yield _Dispute(about=DisputeKind.EXPECTATION, z=_pulled(hoped), points=put_down, more=put_down)
    mean = weighed.summary.mean
    if not any(p.masked for p in record.periods(item.name)):
        # Of masked days expectation cannot be what is more than was believed.
        yield _Dispute(about=DisputeKind.EFFECT, z=_surprise(weighed), points=mean, more=None)
    blocks = _blocks(fit, item, weighed)
    if blocks is not None:
        apart, error = blocks
        beyond = apart - (mean + put_down)
        # A slow drug's days differ by less than its effect: only more than the model explains is a contradiction.
        away = math.copysign(beyond, beyond * apart)
        sd = math.hypot(error, weighed.summary.sd, 0.0 if hoped is None else hoped.summary.sd)
        yield _Dispute(about=DisputeKind.BLOCKS, z=max(away, 0.0) / sd, points=apart, more=beyond)


def _expectation(item: Input, weighed: Weighed) -> Weighed | None:
    """What is put down to expectation of the drug, as much of each score as the benefit holds of it; above zero is better."""
    design = weighed.posterior.design
    if ("expectation", item.name) not in design.names:
        return None
    v = np.zeros(design.columns)
    k = [s.input.name for s in design.sources].index(item.name)
    for slot in range(len(design.outcomes)):
        effect = design.effect_weights(k, slot, item.current)
        held = weighed.direction @ effect / max(float(effect @ effect), 1e-12)
        v[design.column("expectation", item.name, slot)] = held
    return Weighed(posterior=weighed.posterior, direction=v, weights=weighed.weights) if v.any() else None


def _pulled(part: Weighed) -> float:
    """How far the diary pulled a mean, in the SDs that it can pull it by if the belief is right.

    That variance is what it took away. Where it took next to nothing away, as where two splits are left standing, it is that of the belief.
    """
    before, after = part.before, part.summary
    gained = before.sd**2 - after.sd**2
    spread = before.sd**2 if gained < _TAUGHT * before.sd**2 else gained
    return (after.mean - before.mean) / math.sqrt(spread) if spread > 0 else 0.0


def _surprise(part: Weighed) -> float:
    """How far out in what was believed a mean now lies, as the SDs of a normal with the same tail: people differ by two spreads."""
    before, mean = part.before, part.summary.mean
    beyond = part.believed(mean)
    tail = min(max(beyond if mean > before.mean else 1 - beyond, 1e-16), 0.5)
    return math.copysign(NormalDist().inv_cdf(1 - tail), mean - before.mean)


def _blocks(fit: Fit, item: Input, weighed: Weighed) -> tuple[float, float] | None:
    """How much easier days with it were than those without it in turn, weighed as the benefit is, and the most that its error may be."""
    apart = error = 0.0
    for outcome, weight in weighed.weights.items():
        if weight <= 0:
            continue
        effect = fit.effect(item.name, outcome, Estimand.ON_MINUS_OFF)
        if effect is None:
            return None
        apart -= weight * effect.mean
        error += weight * effect.sd
    return apart, error
