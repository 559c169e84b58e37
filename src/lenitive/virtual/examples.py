"""The four simulated patients that ship as examples: what is laid down about each, and the seed of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.virtual.design import Design, Phase
from lenitive.virtual.harm import TrueCourse
from lenitive.virtual.simulate import Cohort, Given, simulate
from lenitive.virtual.world import WORLDS, World

__all__ = ["EXAMPLES", "Example", "example"]

_TYPICAL = WORLDS["typical"][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example patient.

    Attributes:
        name: Name of the folder in ``examples/``.
        what: What she is, in a sentence.
        seed: Seed of everything that is not laid down.
        design: Doses.
        world: Diary habits.
        given: What is laid down.
    """

    name: str
    what: str
    seed: int
    design: Design
    world: World
    given: Given


def _course(effect: str, kind: str, intensity: float, fade_days: float = 0.0) -> TrueCourse:
    return TrueCourse(effect=effect, kind=kind, intensity=intensity, fade_days=fade_days)


_OFF_AND_ON = (Phase(0, 0), Phase(28, 15), Phase(42, 30), Phase(112, 0), Phase(140, 30))

EXAMPLES: dict[str, Example] = {
    e.name: e
    for e in (
        Example(
            name="clear-responder",
            what=(
                "The drug eases sleep, pain and fatigue; a break of four weeks in an open titration shows it. Sleepiness "
                "fades in the first month."
            ),
            seed=11,
            design=Design(name="open titration with a break", days=180, phases=_OFF_AND_ON),
            world=replace(_TYPICAL, missing=0.08, missed_doses=0.03),
            given=Given(
                effect=(-2.6, -2.8, -2.0),
                placebo=(-0.4, -0.4, -0.4),
                flare=(0.5, 0.5, 0.4),
                trend=(0.0, -0.1, 0.0),
                level=(7.2, 7.0, 6.6),
                age=47,
                weight_gain=0.015,
                courses=(
                    _course("somnolence", "fading", 3.0, 14.0),
                    _course("dry_mouth", "fading", 1.2, 40.0),
                    _course("increased_appetite", "absent", 0.0),
                ),
                preferences={
                    "pain": 9,
                    "sleep": 8,
                    "fatigue": 6,
                    "weight_gain": 4,
                    "sedation": 5,
                    "dry_mouth": 2,
                    "dizziness": 4,
                },
            ),
        ),
        Example(
            name="improved-not-from-the-drug",
            what=(
                "She began treatment in a flare and is better since, by the flare's end, expectation and a good year; the "
                "drug does nothing, and a break of four weeks loses nothing."
            ),
            seed=103,
            design=Design(name="open titration with a break", days=180, phases=_OFF_AND_ON),
            world=replace(_TYPICAL, missing=0.10),
            given=Given(
                effect=(-0.1, 0.0, 0.0),
                placebo=(-0.4, -0.5, -0.4),
                flare=(1.2, 1.6, 1.2),
                trend=(-0.7, -0.9, -0.7),
                level=(6.4, 6.4, 6.2),
                age=39,
                weight_gain=0.005,
                courses=(
                    _course("somnolence", "fading", 1.4, 10.0),
                    _course("dry_mouth", "absent", 0.0),
                ),
                preferences={"pain": 10, "sleep": 7, "fatigue": 7, "weight_gain": 5, "sedation": 6},
            ),
        ),
        Example(
            name="non-responder-weight-gain",
            what=(
                "Up to 45 mg and back to none brought a little sleep and no relief of pain, and the appetite and the weight "
                "stay up."
            ),
            seed=13,
            design=Design(
                name="titration to 45 mg, then a break",
                days=180,
                phases=(
                    Phase(0, 0),
                    Phase(21, 15),
                    Phase(49, 30),
                    Phase(91, 45),
                    Phase(140, 0),
                    Phase(168, 30),
                ),
            ),
            world=replace(_TYPICAL, missing=0.10),
            given=Given(
                effect=(-0.4, 0.1, 0.1),
                placebo=(-0.3, -0.3, -0.2),
                flare=(0.3, 0.3, 0.2),
                trend=(0.1, 0.2, 0.1),
                level=(6.6, 6.5, 6.6),
                age=55,
                weight_gain=0.09,
                courses=(
                    _course("increased_appetite", "staying", 2.0),
                    _course("somnolence", "fading", 1.6, 18.0),
                    _course("dry_mouth", "staying", 1.1),
                ),
                preferences={"pain": 8, "sleep": 5, "fatigue": 6, "weight_gain": 9, "sedation": 4},
            ),
        ),
        Example(
            name="older-adult-dizziness-thin-data",
            what=(
                "76 years old, nine weeks of a diary with most days missing, dizziness since the first tablets: too little to "
                "say whether the drug helps."
            ),
            seed=14,
            design=Design(
                name="cautious start", days=63, phases=(Phase(0, 0), Phase(10, 7.5), Phase(24, 15))
            ),
            world=replace(_TYPICAL, missing=0.68, missed_doses=0.12),
            given=Given(
                effect=(-0.9, -0.5, -0.2),
                level=(6.2, 6.0, 6.3),
                age=76,
                weight_gain=0.01,
                courses=(
                    _course("dizziness", "staying", 3.6),
                    _course("somnolence", "fading", 3.0, 16.0),
                ),
                preferences={
                    "pain": 7,
                    "sleep": 7,
                    "fatigue": 6,
                    "dizziness": 10,
                    "sedation": 7,
                    "weight_gain": 3,
                },
                conditions=("hypertension",),
            ),
        ),
    )
}
"""The examples by name."""


def example(name: str) -> Cohort:
    """One example, as a cohort of one.

    Raises:
        KeyError: When there is no such example.
    """
    one = EXAMPLES[name]
    return simulate(one.world, one.design, n=1, seed=one.seed, start=date(2025, 9, 1), given=one.given)
