"""Nights of a device beside the same nights scored, brought to the same epochs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.session import Session

__all__ = ["paired"]

_LEAST_MIN = 60.0  # less than an hour in common is two records that touch, not one night


def _naive(when: datetime) -> datetime:
    return when.replace(tzinfo=None)


def _apart(a: datetime, b: datetime) -> float:
    """Seconds from one moment to another, by the local clock when either lacks an offset."""
    if a.tzinfo is None or b.tzinfo is None:
        a, b = _naive(a), _naive(b)
    return (b - a).total_seconds()


def _common(device: Hypnogram, reference: Hypnogram) -> tuple[Hypnogram, Hypnogram] | None:
    """Both cut to the time they share, in the reference's epochs; the device's epoch at the middle of each."""
    if device.start is None or reference.start is None:
        return None
    late = _apart(device.start, reference.start)  # how much later the reference begins
    middles = (np.arange(len(reference)) + 0.5) * reference.epoch_s + late
    at = np.floor(middles / device.epoch_s).astype(int)
    inside = (at >= 0) & (at < len(device))
    if inside.sum() * reference.epoch_s / 60 < _LEAST_MIN:
        return None
    first, last = int(inside.argmax()), int(len(inside) - inside[::-1].argmax())
    told = Hypnogram(codes=device.codes[at[first:last]], epoch_s=reference.epoch_s, scorer=device.scorer)
    return told, reference.crop(first, last)


def paired(devices: Sequence[Session], references: Sequence[Session]) -> list[tuple[Hypnogram, Hypnogram]]:
    """Each scored night with the device's sleep that shares most time with it; nights without one are left out.

    Args:
        devices: Sleeps of a device.
        references: The same nights scored, with their dates.
    """
    timed = [h for s in devices if (h := s.scored) is not None]
    found = []
    for reference in references:
        scored = reference.scored
        if scored is None:
            continue
        both = [pair for h in timed if (pair := _common(h, scored)) is not None]
        if both:
            found.append(max(both, key=lambda pair: len(pair[0])))
    return found
