"""What measured nights add to the effects when diary and device are two observations of one sleep, and what they cost when they are not.

python benchmarks/joint_sleep.py [patients] [seed]

Simulated patients of the world "typical". Each has a watch that follows what was felt (20 minutes a point, nights vary by 40 minutes
otherwise), one that follows nothing, or one that follows it but loses an hour on every night with the drug, whatever the
diary says; and the first of these with two thirds of the mornings missing from the diary. For the drug's effect on sleep, pain and
fatigue at the dose taken last: how often the 95 % interval holds the truth, the root mean squared error, and the mean posterior SD.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from lenitive.cohort.calibration.case import beliefs_of
from lenitive.knowledge import load
from lenitive.record import Record
from lenitive.response import OUTCOMES, fit, fit_settings
from lenitive.review import JointSleep, joint_sleep
from lenitive.virtual import WORLDS, design, simulate
from lenitive.virtual.watch import with_watch

SETTINGS = fit_settings(load().judgement)

Watch = Callable[[Record, int, dict[date, float]], Record]

WATCHES: dict[str, tuple[Watch, float]] = {
    "follows": (lambda r, i, felt: with_watch(r, seed=i, change_min=0, min_per_point=20, felt=felt), 0.0),
    "follows, few mornings": (
        lambda r, i, felt: with_watch(r, seed=i, change_min=0, min_per_point=20, felt=felt),
        0.67,
    ),
    "follows nothing": (lambda r, i, felt: with_watch(r, seed=i, change_min=0), 0.0),
    "against the diary": (
        lambda r, i, felt: with_watch(r, seed=i, change_min=-60, min_per_point=20, felt=felt),
        0.0,
    ),
}


def thinned(record: Record, share: float, seed: int) -> Record:
    """The record with a share of the mornings' scores missing."""
    keep = np.random.default_rng(seed).random(len(record.diary)) >= share
    diary = [d if k else replace(d, sleep_disturbance=None) for d, k in zip(record.diary, keep, strict=True)]
    return replace(record, diary=tuple(diary))


def main(count: int, seed: int) -> None:
    known = load()
    priors, least = known.sleep.devices.reading, known.judgement.diary.least_nights.whole
    believed = beliefs_of(WORLDS["typical"][1])
    for name in ("on-switch", "withdrawal"):
        cohort = simulate(WORLDS["typical"][1], design(name), n=count, seed=seed)
        for watch, (put_on, share) in WATCHES.items():
            errors, inside, spread, scales = [], [], [], []
            for i in range(count):
                plain = cohort.record(i)
                lived = cohort.symptoms.felt[i, :, 0].tolist()
                felt = {cohort.start + timedelta(days=t): value for t, value in enumerate(lived)}
                record = thinned(put_on(plain, i, felt), share, i)
                at = record.last_day
                assert at is not None
                alone = fit(record, at=at, seed=1, beliefs=believed, settings=SETTINGS)
                both = joint_sleep(
                    record, alone, priors, least=least, at=at, seed=1, beliefs=believed, exposure=None
                )
                assert isinstance(both, JointSleep), both
                drug = alone.drugs[0]
                truth = cohort.effect_at(i, drug.current)
                pair = [[f.effect(drug.name, o) for o in OUTCOMES] for f in (alone, both.fit)]
                errors.append([[e.mean - t for e, t in zip(es, truth, strict=True)] for es in pair])
                inside.append(
                    [
                        [
                            e.quantiles["0.025"] <= t <= e.quantiles["0.975"]
                            for e, t in zip(es, truth, strict=True)
                        ]
                        for es in pair
                    ]
                )
                spread.append([[e.sd for e in es] for es in pair])
                scales.append(60 * both.devices[0].scale_h)
            rmse = np.sqrt((np.array(errors) ** 2).mean(axis=0))
            held, sd = np.array(inside).mean(axis=0), np.array(spread).mean(axis=0)
            print(f"{name}, watch {watch}: {count} patients; scale found {np.mean(scales):.0f} min a point")
            for row, what in enumerate(("diary alone", "with nights")):
                cells = [
                    f"{o.value} {held[row, s]:.1%} / {rmse[row, s]:.3f} / {sd[row, s]:.3f}"
                    for s, o in enumerate(OUTCOMES)
                ]
                print(f"  {what}: " + "; ".join(cells))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
