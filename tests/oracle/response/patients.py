"""The simulated patients on which the engine is compared with NUTS: invented, drawn from the model's own prior scales."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lenitive.record import DiaryDay, MedicinePeriod, Record

START = date(2026, 1, 1)
DAYS = 180


def patient(number: int) -> tuple[Record, date]:
    """Patient ``number``: one drug, on from a random day, stopped again in every second one; whole numbers, gaps."""
    rng = np.random.default_rng([20261122, number])
    phi = np.tanh(np.arctanh([0.22, 0.43, 0.41]) + 0.2 * rng.standard_normal(3))
    g = np.array([0.08, 0.10, 0.12]) + 0.08 * rng.standard_normal(3)
    asp = 0.04 + 0.08 * rng.standard_normal()
    w = np.array([1.5, 0.98, 0.98]) * np.exp(0.3 * rng.standard_normal(3))
    v = np.array([1.04, 0.71, 0.71]) * np.exp(0.3 * rng.standard_normal(3))
    tau = np.array([3.0, 21.0, 21.0]) * np.exp(0.4 * rng.standard_normal(3))
    effect = rng.normal(-0.6, 0.9, 3)
    placebo = rng.normal(-0.4, 0.4, 3)
    decay = rng.normal(0.4, 0.5, 3)
    trend = rng.normal(0.0, 0.5, 3)
    level = rng.normal(5.5, 1.0, 3)
    on = int(rng.integers(20, 70))
    off = int(rng.integers(110, 150)) if number % 2 else None
    u, e, d = np.zeros(3), 0.0, np.zeros(3)
    entries = []
    for t in range(DAYS):
        h = 1.0 if t > on and (off is None or t <= off + 1) else 0.0
        u += (h - u) * (1 - np.exp(-1 / tau))
        e += (h - e) * (1 - np.exp(-1 / 4.0))
        shock = rng.normal(0, w)
        s = phi[0] * d[0] + asp * d[1] + shock[0]
        p = phi[1] * d[1] + g[0] * s + shock[1]
        f = phi[2] * d[2] + g[1] * s + g[2] * p + shock[2]
        d = np.array([s, p, f])
        y = level + trend * (t - 90) / 84 + decay * np.exp(-t / 14) + placebo * e + effect * u + d
        y = np.clip(np.round(y + rng.normal(0, v)), 0, 10)
        gone = rng.random(3) < 0.15
        value = [None if gone[o] else float(y[o]) for o in range(3)]
        entries.append(
            DiaryDay(
                day=START + timedelta(days=t), sleep_disturbance=value[0], pain=value[1], fatigue=value[2]
            )
        )
    end = None if off is None else START + timedelta(days=off)
    drug = MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START + timedelta(days=on), end=end)
    return Record(diary=tuple(entries), medicines=(drug,)), START + timedelta(days=DAYS - 1)
