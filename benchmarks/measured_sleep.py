"""How well the effect of a drug on measured sleep is found: simulated patients, a simulated watch with a known effect.

python benchmarks/measured_sleep.py [patients]
"""

from __future__ import annotations

import sys

import numpy as np

from lenitive.knowledge import load
from lenitive.response import fit_settings
from lenitive.review.measured import MeasuredSleep, measured_sleep
from lenitive.virtual import WORLDS, design, simulate
from lenitive.virtual.watch import with_watch

SETTINGS = fit_settings(load().judgement)
LEAST = load().judgement.diary.least_nights.whole


def main(count: int) -> None:
    for name in ("on-switch", "withdrawal"):
        cohort = simulate(WORLDS["typical"][1], design(name), n=count, seed=5)
        truth = np.random.default_rng(1).normal(0, 40, count)
        inside, errors, spread = 0, [], []
        for i, effect in enumerate(truth):
            record = with_watch(cohort.record(i), seed=i, change_min=float(effect))
            at = record.last_day
            assert at is not None
            made = measured_sleep(record, record.nights, at=at, seed=1, settings=SETTINGS, least=LEAST)
            assert isinstance(made, MeasuredSleep), made
            found = made.effects[-1]
            inside += found.quantiles["0.025"] <= effect <= found.quantiles["0.975"]
            errors.append(found.mean - effect)
            spread.append(found.sd)
        print(
            f"{name}: 95 % interval holds the truth in {inside} of {count}; mean error {np.mean(errors):+.0f} min, "
            f"spread {np.std(errors):.0f}, mean posterior SD {np.mean(spread):.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
