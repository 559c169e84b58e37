"""One recorded sleep, as a device or a laboratory reports it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from types import MappingProxyType

import numpy as np

from lenitive.frozen import dataclass
from lenitive.record import DeviceClass
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["DIARY_SOURCE", "EPOCH_S", "TOTALS", "Session", "Span", "hypnogram_of"]

DIARY_SOURCE = "sleep diary"
"""The source of nights that a person wrote down; it is never chosen against a device, but stands beside it."""
EPOCH_S = 30.0
"""Timelines are cut into epochs of this many seconds before they are counted."""

TOTALS = frozenset(
    {
        "tib_min",
        "tst_min",
        "sol_min",
        "waso_min",
        "wake_min",
        "n1_min",
        "n2_min",
        "n3_min",
        "rem_min",
        "light_min",
    }
    | {"awakenings", "se_pct", "sme_pct", "restless_min"}
)
"""Names of what a file may state about a whole sleep without a timeline."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of one stage, seconds from the start of its session.

    Raises:
        ValueError: When it does not end after it begins.
    """

    start_s: float
    end_s: float
    stage: Stage

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and math.isfinite(self.end_s) and self.end_s > self.start_s):
            raise ValueError("a stage ends after it begins")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sleep, main or nap, from one source.

    Attributes:
        source: Who recorded it, without a person's name: ``apple-health: Apple Watch``.
        device_class: What kind of thing recorded it.
        start: Beginning of the record (in bed, lights out), local; with an offset when the file gives one.
        end: End of the record, local as well.
        spans: The timeline of stages, in order and without overlap; empty when the file gives totals alone.
        totals: What the file states about the whole sleep (names of ``TOTALS``).
        totals_id: Which definition those totals follow, ``device:...``; empty without totals.
        hypnogram: The scored epochs, where the file is a hypnogram.
        main: Whether the device calls it the main sleep of its day, or None when it does not say.
        day: The day that the device itself files it under, where its clock times do not tell one; None elsewhere.

    Raises:
        ValueError: When it does not end after it starts, lasts longer than two days, or states an unknown total.
    """

    source: str
    device_class: DeviceClass
    start: datetime
    end: datetime
    spans: tuple[Span, ...] = ()
    totals: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    totals_id: str = ""
    hypnogram: Hypnogram | None = None
    main: bool | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError("a sleep ends after it starts")
        if self.end - self.start > timedelta(hours=48):
            raise ValueError("a sleep lasts two days at most")
        if set(self.totals) - TOTALS:
            raise ValueError("an unknown total")

    @property
    def minutes(self) -> float:
        """Length of the record, min."""
        return (self.end - self.start).total_seconds() / 60

    @property
    def knows_sleep(self) -> bool:
        """Whether it tells sleep from lying in bed: by a timeline, by epochs, or by a stated total."""
        return bool(self.spans) or self.hypnogram is not None or "tst_min" in self.totals

    @property
    def scored(self) -> Hypnogram | None:
        """Its epochs, from the hypnogram or cut from the timeline, or None when there are totals alone."""
        if self.hypnogram is not None:
            return self.hypnogram
        if not self.spans:
            return None
        return hypnogram_of(
            self.spans, seconds=(self.end - self.start).total_seconds(), start=self.start, scorer=self.source
        )


def hypnogram_of(
    spans: Iterable[Span],
    *,
    seconds: float,
    start: datetime | None = None,
    scorer: str = "",
    epoch_s: float = EPOCH_S,
) -> Hypnogram:
    """A timeline cut into epochs; each takes the stage at its middle. Where the timeline is silent: not scored.

    Args:
        spans: Stretches in order; a later one wins where two overlap (short wakes laid over sleep).
        seconds: Length of the record, s.
        start: When it began.
        scorer: Who scored it.
        epoch_s: Length of an epoch, s.
    """
    count = max(1, math.ceil(seconds / epoch_s - 0.5))
    codes = np.full(count, int(Stage.UNSCORED), dtype=np.int8)
    for span in spans:
        first = max(0, math.ceil(span.start_s / epoch_s - 0.5))
        last = min(count, math.ceil(span.end_s / epoch_s - 0.5))
        codes[first:last] = int(span.stage)
    return Hypnogram(codes=codes, epoch_s=epoch_s, start=start, scorer=scorer)
