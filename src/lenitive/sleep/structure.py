"""How a night hangs together: steps between stages, bouts, and NREM-REM cycles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import CycleRule
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["Bout", "SleepCycle", "bouts", "cycles", "sleep_bouts", "transitions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """An unbroken row of epochs of one kind; ``start_min`` from the start of the record."""

    stage: Stage
    start_min: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepCycle:
    """A NREM period and the REM period that follows it, minutes from the start of the record.

    Attributes:
        start_min: Where the NREM period begins.
        nrem_min: From there to the REM period, wake and short REM within it included.
        rem_min: From the first to the last REM epoch of the REM period.
    """

    start_min: float
    nrem_min: float
    rem_min: float

    @property
    def minutes(self) -> float:
        """Length of the whole cycle."""
        return self.nrem_min + self.rem_min


def _runs(values: NDArray[np.int8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each run of equal values begins, and how long it is."""
    change = np.flatnonzero(np.diff(values)) + 1
    starts = np.concatenate(([0], change))
    return starts, np.diff(np.concatenate((starts, [values.size])))


def transitions(night: Hypnogram) -> Mapping[tuple[Stage, Stage], int]:
    """How often an epoch of one stage was followed by one of another, or of the same, stage. Zero counts are left out."""
    pairs = zip(night.codes[:-1].tolist(), night.codes[1:].tolist(), strict=True)
    counts: dict[tuple[Stage, Stage], int] = {}
    for a, b in pairs:
        key = (Stage(a), Stage(b))
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items()))


def bouts(night: Hypnogram) -> tuple[Bout, ...]:
    """The night as bouts of single stages, in order."""
    starts, lengths = _runs(night.codes)
    per = night.epoch_s / 60
    return tuple(
        Bout(stage=Stage(int(night.codes[s])), start_min=float(s * per), minutes=float(n * per))
        for s, n in zip(starts, lengths, strict=True)
    )


def sleep_bouts(night: Hypnogram) -> tuple[float, ...]:
    """Lengths of the unbroken rows of sleep, whatever the stage, in order, min."""
    asleep = (night.codes >= Stage.N1).astype(np.int8)
    starts, lengths = _runs(asleep)
    return tuple(float(n * night.epoch_s / 60) for s, n in zip(starts, lengths, strict=True) if asleep[s])


def cycles(night: Hypnogram, rule: CycleRule) -> tuple[SleepCycle, ...]:
    """NREM-REM cycles after Feinberg and Floyd.

    REM less than ``nrem_min`` apart belongs to one REM period. A REM period lasts at least ``rem_min``, except the first,
    which may be of any length; shorter ones count as part of the NREM period round them. A NREM period lasts at least
    ``nrem_min``: REM that follows sleep onset sooner makes no cycle. Sleep after the last REM period makes no cycle,
    having no REM.

    Args:
        night: The scored night.
        rule: Those minutes.

    Source: Feinberg and Floyd 1979, doi:10.1111/j.1469-8986.1979.tb02991.x, as read by Blume and Cajochen 2021,
        doi:10.1016/j.mex.2021.101318. Their splitting of NREM periods beyond 120 min is not done: it is a judgement by
        eye.
    """
    asleep = np.flatnonzero(night.codes >= Stage.N1)
    rem = np.flatnonzero(night.codes == Stage.REM)
    if asleep.size == 0 or rem.size == 0:
        return ()
    per = night.epoch_s / 60
    gaps = np.diff(rem) - 1
    cut = np.flatnonzero(gaps * per >= rule.nrem_min) + 1
    periods = [(int(p[0]), int(p[-1]) + 1) for p in np.split(rem, cut)]
    kept = [p for i, p in enumerate(periods) if i == 0 or (p[1] - p[0]) * per >= rule.rem_min]
    out: list[SleepCycle] = []
    begin = int(asleep[0])
    for first, end in kept:
        if (first - begin) * per >= rule.nrem_min:
            out.append(
                SleepCycle(start_min=begin * per, nrem_min=(first - begin) * per, rem_min=(end - first) * per)
            )
        later = asleep[asleep >= end]
        if later.size == 0:
            break
        begin = int(later[0])
    return tuple(out)
