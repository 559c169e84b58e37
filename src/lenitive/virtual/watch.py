"""A simulated watch on a simulated patient: nights whose truth is known, to test the comparison with the diary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from lenitive.record import DeviceClass, ObjectiveNight, Record

__all__ = ["with_watch"]

# A plain sleeper of ours, not an estimate of anything: six and a half hours, forty minutes' spread.
_TST_MIN, _SD_MIN = 390.0, 40.0
_AWAKE_MIN, _TO_SLEEP_MIN = 45.0, 15.0
_SHARES = {"light_min": 0.58, "n3_min": 0.2, "rem_min": 0.22}


def with_watch(
    record: Record,
    *,
    seed: int,
    change_min: float,
    min_per_point: float = 0.0,
    felt: Mapping[date, float] | None = None,
    missing: float = 0.08,
) -> Record:
    """The record with a night of a simulated watch for most diary days.

    Args:
        record: A simulated patient's record.
        seed: Seed of the nights.
        change_min: Minutes of sleep that measured nights gain after an evening with a drug; below zero they lose.
        min_per_point: Minutes that a night is shorter for each point of sleep disturbance above its mean.
        felt: What sleep disturbance truly was by the morning; without it, what the diary says.
        missing: Share of nights on which the watch was not worn.

    Raises:
        ValueError: When the record is not that of a simulated patient.
    """
    if not record.patient.simulated:
        raise ValueError("a simulated watch is put on simulated patients only")
    rng = np.random.default_rng(seed)
    if felt is None:
        felt = {d.day: d.sleep_disturbance for d in record.diary if d.sleep_disturbance is not None}
    middle = float(np.mean(list(felt.values()))) if felt else 0.0
    nights = []
    for entry in record.diary:
        noise, later, spread = rng.normal(0, _SD_MIN), rng.normal(0, 25), rng.normal(0, 0.04, 3)
        awake, falling = round(rng.gamma(9, _AWAKE_MIN / 9)), round(rng.gamma(4, _TO_SLEEP_MIN / 4))
        if rng.random() < missing:
            continue
        on = bool(record.regimen(entry.day - timedelta(days=1)))
        worse = felt.get(entry.day, middle) - middle
        tst = round(float(np.clip(_TST_MIN + change_min * on - min_per_point * worse + noise, 90, 620)))
        tib = tst + awake + falling
        start = datetime.combine(entry.day - timedelta(days=1), time(23, 0)) + timedelta(minutes=round(later))
        shares = np.clip(np.array(list(_SHARES.values())) + spread, 0.05, None)
        minutes = np.round(tst * shares / shares.sum())
        nights.append(
            ObjectiveNight(
                day=entry.day,
                source="simulated watch",
                device_class=DeviceClass.WEARABLE,
                definition="device:simulated",
                start=start,
                end=start + timedelta(minutes=tib),
                tib_min=tib,
                tst_min=tst,
                sol_min=falling,
                waso_min=awake,
                **{k: float(m) for k, m in zip(_SHARES, minutes, strict=True)},
            )
        )
    return replace(record, nights=tuple(nights))
