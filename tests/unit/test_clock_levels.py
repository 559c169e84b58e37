"""Steady-state levels by the clock, against the closed form and against the differential equations."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lenitive.kinetics import clock_levels, person
from lenitive.knowledge import load
from lenitive.record import Patient

KNOWLEDGE = load()
AT = date(2026, 3, 1)
HOURS = (1.0, 7.0, 12.5, 21.0, 22.0, 23.75)


def of(drug, **facts):
    return person(KNOWLEDGE.kinetics.get(drug), Patient(**facts), at=AT)


def closed_form(who, mg, since_h):
    """One compartment at steady state, one dose each 24 h; ng/mL."""
    k = math.log(2) / who.second
    volume = who.clearance / k
    ka = who.model.ka.value
    return (
        1000
        * mg
        * ka
        / volume
        / (ka - k)
        * (
            math.exp(-k * since_h) / (1 - math.exp(-24 * k))
            - math.exp(-ka * since_h) / (1 - math.exp(-24 * ka))
        )
    )


@pytest.mark.parametrize(
    "facts", [{}, {"sex": "female", "birth_year": 1950}, {"hepatic_impairment": "severe"}]
)
@pytest.mark.parametrize("intake", [22.0, 19.0, 0.0])
def test_mirtazapine_is_the_closed_form(facts, intake):
    who = of("mirtazapine", **facts)
    found = clock_levels(who, intake_h=intake, dose_mg=30, clock_h=HOURS)
    wanted = [closed_form(who, 30, (h - intake) % 24) for h in HOURS]
    assert found.typical == pytest.approx(wanted, rel=1e-8)
    half = next(o.value for o in who.model.occupancy if o.target == "H1")
    assert found.occupancy["H1"] == pytest.approx([c / (c + half) for c in wanted], rel=1e-8)


@pytest.mark.parametrize("drug", ["mirtazapine", "amitriptyline", "duloxetine", "pregabalin"])
def test_every_drug_with_kinetics_solves_its_differential_equations(drug):
    who = of(drug)
    intakes, mg = (8.0, 21.0), 10.0
    found = clock_levels(who, intake_h=intakes, dose_mg=mg, clock_h=HOURS)
    model, ka = who.model, who.model.ka.value
    lag = 0.0 if model.lag is None else model.lag.value
    two = model.exchange is not None
    volume = who.second if model.volume is not None else who.clearance * who.second / math.log(2)
    q = model.exchange.value if two else 0.0
    v2 = model.peripheral.value if two else 1.0

    def flow(_, y):
        gut, central, outer = y
        over = q * (central / volume - outer / v2)
        return [-ka * gut, ka * gut - who.clearance * central / volume - over, over]

    # Day after day, with the gut filled at each intake, until the last of them is looked at.
    state, now, days = np.zeros(3), 0.0, 60
    events = sorted(day * 24 + h + lag for day in range(days) for h in intakes)
    looks = [(days - 1) * 24 + h for h in HOURS]
    seen = {}
    for time, is_dose in sorted([(e, True) for e in events] + [(x, False) for x in looks]):
        if time > now:
            state = solve_ivp(flow, (now, time), state, method="LSODA", rtol=1e-9, atol=1e-12).y[:, -1]
            now = time
        if is_dose:
            state = state + np.array([mg, 0.0, 0.0])
        else:
            seen[time] = 1000 * state[1] / volume
    assert found.typical == pytest.approx([seen[x] for x in looks], rel=2e-5)


def test_the_spread_is_of_patients_like_her():
    who = of("mirtazapine")
    found = clock_levels(who, intake_h=22, dose_mg=30, clock_h=(7.0, 22.0), draws=who.spread(64))
    assert found.spread.shape == (64, 2)
    assert found.spread[:, 0].min() < found.typical[0] < found.spread[:, 0].max()


def test_an_hour_outside_the_day_is_refused():
    with pytest.raises(ValueError, match="hours of the day"):
        clock_levels(of("mirtazapine"), intake_h=24, dose_mg=30, clock_h=(7.0,))


def test_the_figures_of_the_page():
    """docs/methods/titration.md: two hours earlier on 30 mg, in a person of unknown sex."""
    who = of("mirtazapine")
    now, then = (clock_levels(who, intake_h=h, dose_mg=30, clock_h=(7.0, 22.0)) for h in (22, 20))
    assert round(100 * (1 - then.typical[0] / now.typical[0]), 1) == 4.4
    assert round(100 * (now.occupancy["H1"][0] - then.occupancy["H1"][0]), 1) == 0.3
