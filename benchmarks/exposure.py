"""Levels or doses: intervals, bias and error of each kind of fit, where the truth follows levels and where it follows doses.

The same simulated patients are fitted twice, once with what a review hands in (levels by the kinetics file, at the half-life
expected of each patient) and once by their doses. Three worlds: doses act and few are missed; doses act and
three in ten are missed, in stretches of three days; levels act and as many are missed. Four designs in equal parts, judged
twelve weeks after the first dose. Run from the repository's root:
``.venv/bin/python benchmarks/exposure.py [PATIENTS]``.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np

from lenitive.cohort.calibration import DESIGN_NAMES, JudgedCase, Judging, judge
from lenitive.cohort.calibration.case import beliefs_of
from lenitive.knowledge import load
from lenitive.review import exposure, followed
from lenitive.virtual import WORLDS, Given, World, design, simulate

SEED = 20261126
WEEK = 12
OUTCOMES = ("sleep disturbance", "pain", "fatigue")

BY_LEVEL = WORLDS["by-level"][1]
TRUTHS: dict[str, World] = {
    "dose acts, 5 % missed": WORLDS["typical"][1],
    "dose acts, 30 % missed": replace(BY_LEVEL, log_half_life_h=None),
    "level acts, 30 % missed": BY_LEVEL,
}


def both(world: World, n: int) -> dict[str, list[JudgedCase]]:
    """The same patients judged by their levels and by their doses."""
    knowledge = load()
    found: dict[str, list[JudgedCase]] = {"level": [], "dose": []}
    beliefs = beliefs_of(WORLDS["typical"][1])
    for d, name in enumerate(DESIGN_NAMES):
        each = n // 4 + (d < n % 4)
        plan = design(name, days=15 + 7 * WEEK)
        cohort = simulate(world, plan, n=each, seed=SEED, first=10_000 * d, given=Given(courses=()))
        for i in range(each):
            record = cohort.record(i)
            levels = exposure(followed(record, knowledge, at=record.last_day or cohort.start))
            for by, acts in (("level", levels), ("dose", None)):
                found[by].append(
                    judge(
                        cohort,
                        i,
                        WEEK,
                        Judging(world="", beliefs=beliefs, compare=False, exposure=acts),
                        record,
                    )
                )
    return found


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{n} patients a world, seed {SEED}; Monte Carlo errors in brackets")
    print("truth | fitted by | outcome | 50 % | 80 % | 95 % | bias | RMSE | posterior SD | mean z^2")
    for truth, world in TRUTHS.items():
        start = time.perf_counter()
        found = both(world, n)
        errors = {}
        for by, cases in found.items():
            for o, outcome in enumerate(OUTCOMES):
                p = np.array([c.pit[o] for c in cases])
                e = np.array([c.mean[o] - c.truth[o] for c in cases])
                sd = np.array([c.sd[o] for c in cases])
                errors[by, o] = e
                covered = [
                    f"{100 * np.mean(abs(p - 0.5) <= level / 2):.1f} ({100 * np.sqrt(level * (1 - level) / n):.1f})"
                    for level in (0.5, 0.8, 0.95)
                ]
                print(
                    f"{truth} | {by} | {outcome} | {' | '.join(covered)} | {e.mean():+.3f} ({e.std() / np.sqrt(n):.3f})"
                    f" | {np.sqrt(np.mean(e**2)):.3f} | {sd.mean():.3f} | {np.mean((e / sd) ** 2):.2f}"
                )
        for o, outcome in enumerate(OUTCOMES):
            gain = errors["dose", o] ** 2 - errors["level", o] ** 2
            print(
                f"{truth} | squared error by dose less by level, {outcome}: {gain.mean():+.4f} ({gain.std() / np.sqrt(n):.4f})"
            )
        print(f"# {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
