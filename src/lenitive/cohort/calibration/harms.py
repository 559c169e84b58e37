"""Whether side-effect courses and forecasts of weight come true on simulated patients."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from lenitive.cohort.calibration.case import judgement
from lenitive.frozen import dataclass
from lenitive.response import (
    Course,
    CoursePrior,
    WeightPrior,
    WeightTrajectory,
    side_effect_courses,
    weight_trajectory,
)
from lenitive.terms import Message
from lenitive.virtual import DRUG, HABITS, Cohort, severity_path

__all__ = ["CourseCase", "WeightCase", "course_priors", "judge_harms", "weight_prior"]

_AHEAD = 12
_SIMULATED = (Message(id="cohort.calibration.prior", text="The simulated world's own numbers."),)
"""What these priors rest on: they are what is simulated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCase:
    """One side effect of one patient.

    Attributes:
        effect: Its name.
        said: The course named.
        truth: The course it really takes while the dose goes on.
        probability: That was given to the true course.
        present: Probability given to it being at least mild four weeks on.
        is_present: Whether it is.
    """

    effect: str
    said: Course
    truth: Course
    probability: float
    present: float
    is_present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCase:
    """One forecast of weight twelve weeks on: probability of +5 %, and whether it came."""

    reaches: float
    reached: bool


def course_priors(reference_mg: float) -> tuple[CoursePrior, ...]:
    """The simulated world's own habits, as the model's priors."""
    return tuple(
        CoursePrior(
            drug=DRUG,
            effect=effect,
            incidence=h.incidence,
            background=h.background,
            fades=h.fades,
            worsens=0.03,
            onset_days=h.onset_days,
            resolution_days=h.fade_days * float(np.log(3)),
            resolution_log_sd=0.7,
            reference_mg=reference_mg,
            stated=_SIMULATED,
        )
        for effect, h in HABITS.items()
    )


def weight_prior(reference_mg: float) -> WeightPrior:
    """The simulated world's own spread of gains, as the model's prior."""
    return WeightPrior(
        drug=DRUG,
        gain=0.025,
        gain_sd=0.03,
        weeks=6.0,
        weeks_log_sd=0.4,
        reference_mg=reference_mg,
        stated=_SIMULATED,
    )


def judge_harms(cohort: Cohort, i: int, week: int) -> tuple[list[CourseCase], WeightCase | None]:
    """The courses and the weight of one patient so many weeks after her first dose, against what is true."""
    reference = cohort.world.reference_dose_mg
    day = cohort.design.drug_start + 7 * week
    at = cohort.start + timedelta(days=day)
    record = cohort.record(i).until(at)
    dose = np.zeros(day + 1 + 365)
    for phase in cohort.phases[i]:
        if phase.day <= day:
            dose[phase.day :] = phase.dose_mg
    relative = dose / reference
    courses = {c.effect: c for c in cohort.courses[i]}
    cases = []
    for found in side_effect_courses(
        record, at=at, lines=judgement().side_effects, priors=course_priors(reference)
    ):
        true = courses[found.effect]
        path = severity_path(true, HABITS[found.effect], relative)
        truth = _course(true.kind, path, day, cohort.design.drug_start)
        cases.append(
            CourseCase(
                effect=found.effect,
                said=found.course,
                truth=truth,
                probability=found.probability[truth],
                present=found.present_in_4_weeks,
                is_present=bool(path[day + 28] >= 0.5),
            )
        )
    weight = weight_trajectory(
        record, at=at, seed=cohort.seed, lines=judgement().weight, priors=(weight_prior(reference),)
    )
    if not isinstance(weight, WeightTrajectory):
        return cases, None
    gain = cohort.weight_gain(i, relative)[: day + 1 + 7 * _AHEAD]
    return cases, WeightCase(
        reaches=weight.reaches[5.0][at + timedelta(weeks=_AHEAD)], reached=bool(gain.max() >= 0.05)
    )


def _course(kind: str, path: np.ndarray[tuple[int], np.dtype[np.float64]], day: int, start: int) -> Course:
    """What a reader would call a true path on a day, by the same words as the courses."""
    now, peak = path[day], path[start : day + 1].max()
    if kind == "fading" and peak >= 0.5 and (now < 0.5 or path[day + 84] <= 0.67 * now):
        return Course.FADING
    return Course.STAYING if now >= 0.5 else Course.ABSENT
