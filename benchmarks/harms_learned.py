"""How much the worth of waiting would grow if every harm were known after the four weeks: a bound on what is left out of it.

    .venv/bin/python benchmarks/harms_learned.py [patients]

Simulated patients of the world *typical*, four weeks of diary, then mirtazapine 15 mg and from week 2 on 30 mg, reviewed 3, 6 and 12 weeks after the start. The costs of
all side effects and of weight of a dose are taken to move together, by the spread that the valuation has for them, and to be known for sure after the weeks of waiting: more
than any diary could tell. Printed: what that adds to the worth of deciding then, and in how many patients it would put going on before stopping.
"""

from __future__ import annotations

import math
import sys
from datetime import date, timedelta

import numpy as np

from lenitive.knowledge import load
from lenitive.response import DosePath, OwnBenefit, SettlingStep
from lenitive.review import options, review
from lenitive.review.paths import weighed_doses
from lenitive.review.worth import Case
from lenitive.virtual import WORLDS, Design, Phase, simulate

START = date(2025, 1, 1)
BEFORE = 28
WEEKS = (3, 6, 12)
NODES = np.linspace(-3.5, 3.5, 29)
CHANCES = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()


def worths(case: Case) -> tuple[float, float] | None:
    """What it is worth to go on for some weeks and to decide then, without and with harms known by then, points."""
    lines = case.visit.knowledge.judgement.valuation
    benefit = case.ahead.benefit(case.drug)
    waiting = [
        s
        for s in case.visit.settling
        if s.step is SettlingStep.WAIT and s.weeks == lines.test_waiting_weeks.value
    ]
    if not isinstance(benefit, OwnBenefit) or not waiting or case.dose <= 0:
        return None
    left = math.sqrt(max(1 - min(waiting[0].sd_after / waiting[0].sd_now, 1.0) ** 2, 0.0))
    by_benefit, by_harm = [], []
    for mg in sorted({0.0, case.dose, *weighed_doses(case.visit.protocol, case.visit.record)}):
        path = DosePath(steps={case.drug: ((0, case.dose), (round(7 * waiting[0].weeks), mg))})
        net = case.ahead.net(path, weights=case.weights)
        assert net is not None
        slope, spread = benefit.slope(path, case.ahead.days, case.weights)
        alone = case.ahead.benefit_alone(path, weights=case.weights)
        harm = math.sqrt(max(net.sd**2 - alone[1] ** 2, 0.0))
        by_benefit.append(net.mean + slope * spread * left * NODES)
        by_harm.append(harm * NODES)
    worth = np.array(by_benefit)
    both = worth[:, :, None] - np.array(by_harm)[:, None, :]
    return float(worth.max(axis=0) @ CHANCES), float(both.max(axis=0) @ CHANCES @ CHANCES)


def main() -> None:
    patients = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    known = load()
    seen: list[Case] = []
    made_of = options._case

    def kept(*given: object) -> Case:
        seen.append(made_of(*given))  # type: ignore[arg-type]
        return seen[-1]

    options._case = kept
    phases = tuple(Phase(*step) for step in ((0, 0), (BEFORE, 15), (BEFORE + 14, 30)))
    design = Design(name="an open start", days=BEFORE + 7 * max(WEEKS), phases=phases)
    simulated = simulate(WORLDS["typical"][1], design, n=patients, seed=77, start=START)
    for week in WEEKS:
        added, first, stops = [], 0, 0
        for i in range(patients):
            seen.clear()
            at = START + timedelta(days=BEFORE + 7 * week - 1)
            offered = review(simulated.record(i), known, at=at, seed=1).options
            both = worths(seen[-1]) if seen else None
            if both is None:
                continue
            added.append(both[1] - both[0])
            worth = {o.action: o.expected.worth for o in offered.options if o.expected.worth is not None}
            stop = worth.get("taper", -math.inf)
            if stop > worth["no_change"]:
                stops += 1
                first += both[0] < stop <= both[1]
        print(
            f"week {week:2d}: {len(added)} patients, added {np.mean(added):.3f} points on average, {np.quantile(added, 0.9):.3f} in nine of ten; "
            f"stopping is worth more than going on in {stops}, and would stand behind it in {first} of them"
        )


if __name__ == "__main__":
    main()
