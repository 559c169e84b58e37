"""Side effects and weight of simulated patients: who gets what, how it fades or stays, and what is reported."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.terms import Severity

__all__ = ["HABITS", "EffectHabit", "TrueCourse", "course", "severity_path", "weight_path"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectHabit:
    """How a side effect behaves in the simulated world.

    Attributes:
        incidence: Share of people who get it from the reference dose.
        background: Share of people who have it anyhow.
        fades: Of those who get it, the share in whom it fades; in the others it stays.
        onset_days: Time constant of its coming.
        fade_days: Median time constant of its fading.
        older: Factor on the incidence in older adults.
        basis: Where the numbers come from.
    """

    incidence: float
    background: float
    fades: float
    onset_days: float
    fade_days: float
    older: float = 1.0
    basis: str


HABITS: MappingProxyType[str, EffectHabit] = MappingProxyType(
    {
        "somnolence": EffectHabit(
            incidence=0.25,
            background=0.07,
            fades=0.8,
            onset_days=1.0,
            fade_days=14.0,
            older=1.3,
            basis="32.1 against 7.4 % (Miki 2016); concentrates in month 1 (13,554 patients, England); sizes assumed",
        ),
        "increased_appetite": EffectHabit(
            incidence=0.08,
            background=0.03,
            fades=0.2,
            onset_days=4.0,
            fade_days=40.0,
            basis="11.6 against 3.3 % (Miki 2016); course assumed",
        ),
        "dry_mouth": EffectHabit(
            incidence=0.10,
            background=0.15,
            fades=0.4,
            onset_days=3.0,
            fade_days=73.0,
            basis="25 against 15 % (label); median 73 days on duloxetine, taken over; shares assumed",
        ),
        "dizziness": EffectHabit(
            incidence=0.04,
            background=0.03,
            fades=0.7,
            onset_days=2.0,
            fade_days=10.0,
            older=3.0,
            basis="7 against 3 % (label); course and factor for age assumed",
        ),
    }
)
"""Side effects of the simulated drug, with numbers like mirtazapine's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCourse:
    """The truth about one side effect of one person.

    Attributes:
        effect: Its name in the vocabulary.
        kind: ``absent``, ``background``, ``fading`` or ``staying``.
        intensity: Peak on the scale on which 1 is mild, 2 moderate, 3 severe.
        fade_days: Time constant of fading, days; 0 where it does not fade.
    """

    effect: str
    kind: str
    intensity: float
    fade_days: float


def course(effect: str, habit: EffectHabit, *, older: bool, rng: np.random.Generator) -> TrueCourse:
    """What becomes of one effect in one person."""
    got, had, fades, size, slow = rng.random(3).tolist() + rng.standard_normal(2).tolist()
    intensity = float(np.clip(1.5 + 0.5 * size, 0.8, 3.2))
    if got < min(0.95, habit.incidence * (habit.older if older else 1.0)):
        if fades < habit.fades:
            return TrueCourse(
                effect=effect,
                kind="fading",
                intensity=intensity,
                fade_days=habit.fade_days * float(np.exp(0.4 * slow)),
            )
        return TrueCourse(effect=effect, kind="staying", intensity=intensity, fade_days=0.0)
    if had < habit.background:
        return TrueCourse(effect=effect, kind="background", intensity=min(intensity, 1.6), fade_days=0.0)
    return TrueCourse(effect=effect, kind="absent", intensity=0.0, fade_days=0.0)


def severity_path(truth: TrueCourse, habit: EffectHabit, relative_dose: Array) -> Array:
    """Latent severity on each day [T]: 1 mild, 2 moderate, 3 severe; it rises again after each rise of the dose.

    Args:
        truth: The course.
        habit: Its onset.
        relative_dose: Dose over reference dose [T].
    """
    if truth.kind == "absent":
        return np.zeros_like(relative_dose)
    if truth.kind == "background":
        return np.full_like(relative_dose, truth.intensity)
    arrive = np.exp(-1.0 / habit.onset_days)
    adapt = np.exp(-1.0 / truth.fade_days) if truth.fade_days else 1.0
    present = used_to = 0.0
    out = np.empty_like(relative_dose)
    for t, dose in enumerate(relative_dose):
        present = arrive * present + (1 - arrive) * dose
        used_to = adapt * used_to + (1 - adapt) * present
        out[t] = truth.intensity * max(0.0, present - used_to)
    return out


def severity(latent: float, rng: np.random.Generator) -> Severity:
    """What is said of a latent severity on a day, with noise of half a step."""
    rank = int(np.clip(np.floor(latent + 0.35 * rng.standard_normal() + 0.5), 0, 3))
    return (Severity.NONE, Severity.MILD, Severity.MODERATE, Severity.SEVERE)[rank]


def weight_path(start_kg: float, gain: float, relative_dose: Array, *, weeks: float = 6.0) -> Array:
    """True weight on each day [T], kg: the gain comes with a first-order delay and goes the same way.

    Args:
        start_kg: Weight on the first day.
        gain: Steady-state gain at the reference dose, as a share of the first weight.
        relative_dose: Dose over reference dose [T].
        weeks: Time constant. Four weeks of volunteers show most of the gain by week 3, trials go on longer: assumed.
    """
    keep, state = np.exp(-1.0 / (7 * weeks)), 0.0
    out = np.empty_like(relative_dose)
    for t, dose in enumerate(relative_dose):
        state = keep * state + (1 - keep) * dose
        out[t] = start_kg * (1 + gain * state)
    return out
