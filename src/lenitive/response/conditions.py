"""When an answer may be given a grade: each condition as a rule with its facts, in the order in which they are said."""

from __future__ import annotations

import math

import numpy as np

from lenitive.record import Record
from lenitive.response.cycle import CYCLE_DAY
from lenitive.response.disputes import undisputed
from lenitive.response.fit import Fit
from lenitive.response.gates import gated
from lenitive.response.result import FitStatus, Input
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.response.weighed import Weighed
from lenitive.terms import Fact, Outcome, Reason, Score

__all__ = ["conditions", "identified", "left_out"]

_CONSTANTS = 3.0
"""Time constants after which a change of dose has run its course: e^-3 of it is left."""


def left_out(fit: Fit, item: Input, settings: VerdictSettings) -> tuple[tuple[Score, ...], tuple[Score, ...]]:
    """The scores that were never entered, and those that were so low with and without the drug that there was nothing to ease."""
    least = fit.settings.lines.least_entries
    on = np.array([item.first_day <= d and (item.last_day is None or d <= item.last_day) for d in fit.days])
    absent, floor = [], []
    for slot, outcome in enumerate(fit.outcomes):
        scores = fit.observed[:, slot]
        if np.isfinite(scores).sum() < least:
            absent.append(outcome)
            continue
        parts = [p[np.isfinite(p)] for p in (scores[on], scores[~on])]
        # Without entries before the drug a low score may be its work.
        if all(p.size >= least and p.mean() < settings.lines.of(outcome) for p in parts):
            floor.append(outcome)
    return tuple(absent), tuple(floor)


def identified(fit: Fit, item: Input) -> bool:
    """Whether the diary can see the input at all: it changed while scores were entered, and not only together with another."""
    return _moved(fit, item) and not _others(fit, item.name)


def _others(fit: Fit, name: str) -> tuple[str, ...]:
    return tuple(
        s.second if s.first == name else s.first for s in fit.separability if name in (s.first, s.second)
    )


def _moved(fit: Fit, item: Input) -> bool:
    if fit.posterior is None:
        return False
    design = fit.posterior.design
    k = [s.input.name for s in design.sources].index(item.name)
    row = design.input_row[k][0]
    seen = np.flatnonzero(np.isfinite(design.y).any(axis=1))
    if not seen.size:
        return False
    # A change before the first entry is still seen while it works.
    first = max(int(seen[0]) - math.ceil(_CONSTANTS * float(np.exp(design.log_tau[row].max()))), 0)
    drive = design.drive[first : int(seen[-1]) + 1, row]
    return bool(np.ptp(drive, axis=0).max() > 1e-9)


def conditions(
    record: Record,
    fit: Fit,
    item: Input,
    weighed: Weighed,
    *,
    line: float,
    share: float,
    settings: VerdictSettings,
) -> tuple[Reason, ...]:
    """Every condition, met or not.

    Args:
        record: The record that was fitted.
        fit: Its posterior.
        item: The drug or activity.
        weighed: Its benefit.
        line: What that is held against, points.
        share: Of the prior variance of the benefit, what the diary took away.
        settings: What an answer goes by.
    """
    return (
        Reason(
            rule="response.verdict.sampled",
            outcome=Outcome.MET if fit.status is FitStatus.OK else Outcome.NOT_MET,
            facts=(Fact(name="status", value=fit.status.value), Fact(name="reason", value=fit.reason)),
        ),
        Reason(
            rule="response.verdict.changed",
            outcome=Outcome.MET if _moved(fit, item) else Outcome.NOT_MET,
        ),
        Reason(
            rule="response.verdict.separable",
            outcome=Outcome.NOT_MET if _others(fit, item.name) else Outcome.MET,
            facts=tuple(Fact(name="went_together_with", value=o) for o in _others(fit, item.name)),
        ),
        undisputed(record, fit, item, weighed, line, settings),
        *gated(record, item, fit.at, settings.gates),
        Reason(
            rule="response.verdict.from_diary",
            outcome=Outcome.MET if share >= settings.from_diary else Outcome.NOT_MET,
            facts=(
                Fact(name="share_from_diary", value=round(share, 4), unit="1"),
                Fact(name="needed", value=settings.from_diary, unit="1"),
            ),
        ),
        *_cycle(record, weighed),
    )


def _cycle(record: Record, weighed: Weighed) -> tuple[Reason, ...]:
    """That a monthly cycle was reckoned with, on how many days it was recorded, and by how much it moves the weighed scores; nothing where it was not."""
    design = weighed.posterior.design
    if ("cycle", "cosine") not in design.names:
        return ()
    parts = []
    for wave in ("cosine", "sine"):
        v = np.zeros(design.columns)
        for slot, outcome in enumerate(design.outcomes):
            v[design.column("cycle", wave, slot)] = weighed.weights.get(outcome, 0.0)
        parts.append(float(weighed.posterior.draws.weight @ (weighed.posterior.moments.mean @ v)))
    recorded = sum(m.day <= design.days[-1] for m in record.series(CYCLE_DAY))
    return (
        Reason(
            rule="response.verdict.cycle",
            outcome=Outcome.MET,
            facts=(
                Fact(name="recorded", value=float(recorded), unit="d"),
                Fact(name="swing", value=round(2 * math.hypot(*parts), 3), unit="{score}"),
            ),
        ),
    )
