"""Time to draw the hourly level of many virtual patients on a nightly dose.

    python benchmarks/kinetics.py [--patients 10000] [--days 180] [--at-most 5]

Ends with 1 when it took longer than asked.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np

from lenitive.kinetics import Curve, concentration, person, superposition
from lenitive.knowledge import load
from lenitive.record import Patient


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--patients", type=int, default=10_000)
    options.add_argument("--days", type=int, default=180)
    options.add_argument("--at-most", type=float, default=5.0, help="seconds")
    options.add_argument("--workers", type=int, default=2)
    asked = options.parse_args()
    model = load().kinetics.get("mirtazapine")
    assert model is not None
    who = person(model, Patient(), at=date(2026, 1, 1))
    eta = np.random.default_rng(1).normal(size=(asked.patients, 2)) * who.sd
    at, mg = np.arange(asked.days) * 24.0 + 22.0, np.full(asked.days, 15.0)
    hours = np.arange(asked.days * 24.0)
    parts = np.array_split(eta, asked.workers)
    start = time.perf_counter()
    with ThreadPoolExecutor(asked.workers) as pool:
        levels = list(pool.map(lambda part: concentration(who.curve(part), at, mg, hours), parts))
    took = time.perf_counter() - start
    values = sum(level.size for level in levels)
    curve = who.curve(parts[0][:2])
    exact = superposition(Curve(*curve), at, mg, hours)
    worst = float(np.abs(levels[0][:2] - exact).max() / exact.max())
    print(
        f"{asked.patients} patients x {asked.days} nightly doses, hourly: {values / 1e6:.1f} million levels"
    )
    print(
        f"{took:.2f} s on {asked.workers} threads; largest difference from the definition {worst:.1e} of the peak"
    )
    return int(took > asked.at_most)


if __name__ == "__main__":
    raise SystemExit(main())
