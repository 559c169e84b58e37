"""Simulated patients with known truth, to test every judgement against."""

from lenitive.virtual.design import DESIGNS, Design, Phase, design
from lenitive.virtual.examples import EXAMPLES, Example, example
from lenitive.virtual.harm import HABITS, EffectHabit, TrueCourse, severity_path
from lenitive.virtual.simulate import DRUG, Cohort, Given, simulate
from lenitive.virtual.truth import Truth
from lenitive.virtual.world import OUTCOMES, WORLDS, Spread, World

__all__ = [
    "DESIGNS",
    "DRUG",
    "EXAMPLES",
    "HABITS",
    "OUTCOMES",
    "WORLDS",
    "Cohort",
    "Design",
    "EffectHabit",
    "Example",
    "Given",
    "Phase",
    "Spread",
    "TrueCourse",
    "Truth",
    "World",
    "design",
    "example",
    "severity_path",
    "simulate",
]
