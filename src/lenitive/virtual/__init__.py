"""Simulated patients with known truth, to test every judgement against."""

from lenitive.virtual.design import DESIGNS, Design, Phase, design
from lenitive.virtual.harm import HABITS, Course, EffectHabit
from lenitive.virtual.simulate import DRUG, Cohort, Given, simulate
from lenitive.virtual.truth import Truth
from lenitive.virtual.world import OUTCOMES, WORLDS, Spread, World

__all__ = [
    "DESIGNS",
    "DRUG",
    "HABITS",
    "OUTCOMES",
    "WORLDS",
    "Cohort",
    "Course",
    "Design",
    "EffectHabit",
    "Given",
    "Phase",
    "Spread",
    "Truth",
    "World",
    "design",
    "simulate",
]
