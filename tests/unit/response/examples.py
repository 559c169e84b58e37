"""Records made for these tests: invented, simulated, small."""

from datetime import date, timedelta

import numpy as np

from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, Record

START = date(2026, 1, 1)


def record(
    days=180, on=42, off=None, seed=0, effect=(-1.5, -1.5, -0.75), level=6.0, missing=0.15, whole=True
):
    """A simulated diary with one drug from day ``on``; returns it with its last day."""
    rng = np.random.default_rng(seed)
    u = np.zeros(3)
    d = np.zeros(3)
    entries = []
    for t in range(days):
        h = 1.0 if t > on and (off is None or t <= off) else 0.0
        u += (h - u) * (1 - np.exp(-1 / np.array([3.0, 21.0, 21.0])))
        shock = rng.normal(0, [1.4, 0.9, 0.9])
        d = np.array([0.2, 0.4, 0.4]) * d + shock
        d[1] += 0.1 * d[0]
        d[2] += 0.1 * d[0] + 0.1 * d[1]
        y = level + d + np.asarray(effect) * u + rng.normal(0, [1.0, 0.7, 0.7]) + 0.5 * np.exp(-t / 14)
        y = np.clip(np.round(y) if whole else y, 0, 10)
        gone = rng.random(3) < missing
        entries.append(
            DiaryDay(
                day=START + timedelta(days=t),
                sleep_disturbance=None if gone[0] else float(y[0]),
                pain=None if gone[1] else float(y[1]),
                fatigue=None if gone[2] else float(y[2]),
            )
        )
    end = None if off is None else START + timedelta(days=off)
    drug = MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START + timedelta(days=on), end=end)
    return Record(diary=tuple(entries), medicines=(drug,)), START + timedelta(days=days - 1)


def blocks(
    seed,
    drug="ibuprofen",
    days=112,
    length=7,
    effect=(0.0, -3.0, 0.0),
    onset=0.01,
    masked=True,
    first_on=True,
):
    """A simulated diary with blocks of a drug and of nothing in turn; returns it with its last day.

    The effect follows the drug of the same morning with a time constant of ``onset`` days.
    """
    rng = np.random.default_rng([20261127, seed])
    on = (np.arange(days) // length % 2 == 0) == first_on
    u, d, entries = 0.0, np.zeros(3), []
    for t in range(days):
        u += (on[t] - u) * (1 - np.exp(-1 / onset))
        shock = rng.normal(0, [1.5, 0.98, 0.98])
        s = 0.22 * d[0] + 0.04 * d[1] + shock[0]
        p = 0.43 * d[1] + 0.08 * s + shock[1]
        d = np.array([s, p, 0.41 * d[2] + 0.1 * s + 0.12 * p + shock[2]])
        y = 6.0 + d + np.asarray(effect) * u + rng.normal(0, [1.04, 0.71, 0.71])
        said = [
            None if gone else float(v)
            for gone, v in zip(rng.random(3) < 0.1, np.clip(np.round(y), 0, 10), strict=True)
        ]
        entries.append(
            DiaryDay(day=START + timedelta(days=t), sleep_disturbance=said[0], pain=said[1], fatigue=said[2])
        )
    periods = tuple(
        MedicinePeriod(
            drug=drug,
            dose_mg=400.0 if on[t] else 0.0,
            start=START + timedelta(days=t),
            end=START + timedelta(days=min(t + length, days) - 1),
            times=(IntakeTime("morning"),),
            masked=masked,
        )
        for t in range(0, days, length)
        if on[t] or masked
    )
    return Record(diary=tuple(entries), medicines=periods), START + timedelta(days=days - 1)
