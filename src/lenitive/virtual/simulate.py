"""Simulated patients: drawn all at once, each the same whoever else is drawn with her."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.record import Coded, Patient, Record
from lenitive.virtual.assemble import Days, assemble
from lenitive.virtual.design import Design, Phase, daily
from lenitive.virtual.harm import HABITS, EffectHabit, TrueCourse, course, severity_path, weight_path
from lenitive.virtual.symptoms import (
    BURN_IN,
    STANDARD_NORMALS,
    Lived,
    Noise,
    Persons,
    Symptoms,
    drug_change,
    persons,
    symptoms,
)
from lenitive.virtual.truth import Truth
from lenitive.virtual.world import OUTCOMES, World

__all__ = ["DRUG", "Cohort", "Given", "simulate"]

Array = NDArray[np.float64]

DRUG = "mirtazapine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is laid down about everyone instead of drawn; None is drawn.

    Attributes:
        effect: Total steady-state effect on sleep disturbance, pain and fatigue at the reference dose.
        placebo: Change under full expectation.
        flare: Excess on the first diary day.
        trend: Drift over 84 days.
        level: Usual level.
        age: Years.
        weight_gain: Steady-state gain at the reference dose as a share of the first weight.
        courses: Side effects; effects not named are absent.
        preferences: Weights 0-10.
        conditions: Names of conditions.
    """

    effect: tuple[float, float, float] | None = None
    placebo: tuple[float, float, float] | None = None
    flare: tuple[float, float, float] | None = None
    trend: tuple[float, float, float] | None = None
    level: tuple[float, float, float] | None = None
    age: int | None = None
    weight_gain: float | None = None
    courses: tuple[TrueCourse, ...] | None = None
    preferences: Mapping[str, float] | None = None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """Who a person is, apart from her symptoms."""

    age: int
    female: bool
    height_cm: float
    start_kg: float
    weight_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Simulated patients with the truth about them.

    Attributes:
        world: The world they come from.
        design: What was done with them.
        seed: The seed; with the index of a patient it fixes everything about her.
        first: Index of the first patient.
        start: The first day of every diary.
        people: The truth about symptoms.
        phases: The phases of each patient.
        taken_mg: Dose really taken [n, T].
        missed: Days on which a dose, were one prescribed, would not be taken [n, T].
        half_life_h: Of the level that the effect follows [n], h; None where it follows the dose.
        symptoms: What was felt and what would be said, [n, T, 3].
        present: Whether morning and evening were entered [n, T, 2].
        minutes: Minutes walked [n, T].
    """

    world: World
    design: Design
    seed: int
    first: int
    start: date
    people: Persons
    phases: tuple[tuple[Phase, ...], ...]
    taken_mg: Array
    missed: NDArray[np.bool_]
    half_life_h: Array | None
    symptoms: Symptoms
    present: NDArray[np.bool_]
    minutes: Array
    bodies: tuple[_Body, ...]
    courses: tuple[tuple[TrueCourse, ...], ...]
    given: Given

    def __len__(self) -> int:
        return len(self.phases)

    def effect_at(self, i: int, dose_mg: float) -> tuple[float, float, float]:
        """The true steady-state effect of a dose on sleep disturbance, pain and fatigue, NRS points."""
        share = self.people.dose_response(np.full((len(self), 1), dose_mg), self.world.reference_dose_mg)[
            i, 0
        ]
        effect = self.people.effect[i] * share
        return float(effect[0]), float(effect[1]), float(effect[2])

    def drug_change(self, dose_mg: Array) -> Array:
        """What the drug alone changes in every score of every day had these doses been prescribed [n, T, 3], points.

        Args:
            dose_mg: Dose prescribed [n, T], mg; the days on which one is missed are each patient's own.
        """
        return drug_change(
            self.world,
            self.people,
            Lived(
                taken_mg=np.where(self.missed, 0.0, dose_mg),
                masked=np.zeros(dose_mg.shape, dtype=bool),
                prescribed_mg=dose_mg,
                minutes=np.zeros(dose_mg.shape),
                half_life_h=self.half_life_h,
            ),
        )

    def weight_gain(self, i: int, relative_dose: Array) -> Array:
        """True weight gained by each day of a course of doses, as a share of the first weight."""
        return weight_path(1.0, self.bodies[i].weight_gain, relative_dose) - 1.0

    def truth(self, i: int) -> Truth:
        """The truth about one patient, for ``truth.json`` and for every comparison."""
        people, body = self.people, self.bodies[i]
        last = next((p.dose_mg for p in reversed(self.phases[i]) if p.dose_mg > 0), 0.0)

        def by_outcome(values: Array) -> dict[str, float]:
            return {o: round(float(v), 6) for o, v in zip(OUTCOMES, values, strict=True)}

        return Truth(
            seed=self.seed,
            index=self.first + i,
            design=self.design.name,
            drug=DRUG,
            dose_mg_per_day=last,
            attributable=by_outcome(np.array(self.effect_at(i, last))),
            effect_at_reference=by_outcome(people.effect[i]),
            reference_dose_mg=self.world.reference_dose_mg,
            half_dose_mg=round(float(people.half_dose_mg[i]), 6),
            level=by_outcome(people.level[i]),
            trend_per_12_weeks=by_outcome(people.trend[i]),
            placebo=by_outcome(people.placebo[i]),
            flare=by_outcome(people.flare[i]),
            onset_days=by_outcome(people.onset_days[i]),
            process_sd=by_outcome(people.process_sd[i]),
            observation_sd=by_outcome(people.observation_sd[i]),
            persistence=by_outcome(np.diag(people.carry[i])),
            sleep_to_pain=round(float(people.coupling[i, 1, 0]), 6),
            sleep_to_fatigue=round(float(people.coupling[i, 2, 0]), 6),
            pain_to_fatigue=round(float(people.coupling[i, 2, 1]), 6),
            pain_to_sleep=round(float(people.carry[i, 0, 1]), 6),
            activity_per_30_min=by_outcome(people.activity[i]),
            weight_gain_share=round(body.weight_gain, 6),
            side_effects={
                c.effect: {"course": c.kind, "intensity": c.intensity, "fade_days": c.fade_days}
                for c in self.courses[i]
            },
        )

    def record(self, i: int) -> Record:
        """One patient's record, as she would have written it."""
        design, world, body = self.design, self.world, self.bodies[i]
        dose, masked = daily(self.phases[i], design.days)
        relative = dose / world.reference_dose_mg
        return assemble(
            Days(
                start=self.start,
                phases=self.phases[i],
                drug=DRUG,
                dose_mg=dose,
                masked=masked,
                taken_mg=self.taken_mg[i],
                missed_recorded=world.missed_recorded,
                said=self.symptoms.said[i],
                felt=self.symptoms.felt[i],
                present=self.present[i],
                minutes=self.minutes[i],
                walks=world.activity is not None,
                drug_start=design.drug_start,
                weight_kg=weight_path(body.start_kg, body.weight_gain, relative),
                severities={c.effect: severity_path(c, _habit(c.effect), relative) for c in self.courses[i]},
            ),
            Patient(
                id=f"simulated-{self.seed}-{self.first + i}",
                birth_year=self.start.year - body.age,
                sex="female" if body.female else "male",
                height_cm=body.height_cm,
                conditions=tuple(Coded(display=c) for c in ("fibromyalgia", *self.given.conditions)),
                preferences=dict(self.given.preferences or {}),
                simulated=(
                    f"simulated patient, not a person: lenitive.virtual, design {design.name}, seed {self.seed}, "
                    f"patient {self.first + i}"
                ),
            ),
            _rng(self.seed, self.first + i, 1),
        )


def _habit(effect: str) -> EffectHabit:
    """The effect's own habit; an effect laid down without one behaves like dizziness."""
    return HABITS.get(effect, HABITS["dizziness"])


def _rng(seed: int, index: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=(index, stream))))


def _body(rng: np.random.Generator, given: Given) -> _Body:
    age = int(np.clip(round(50 + 10 * rng.standard_normal()), 20, 85))
    female = bool(rng.random() < 0.85)
    height = float(np.round((163 if female else 176) + 6.5 * rng.standard_normal()))
    bmi = float(np.clip(27.3 + 5.0 * rng.standard_normal(), 18.5, 45))
    gain = float(max(-0.03, 0.025 + 0.03 * rng.standard_normal()))
    return _Body(
        age=age if given.age is None else given.age,
        female=female,
        height_cm=height,
        start_kg=round(bmi * (height / 100) ** 2, 1),
        weight_gain=gain if given.weight_gain is None else given.weight_gain,
    )


def simulate(
    world: World,
    design: Design,
    *,
    n: int,
    seed: int,
    first: int = 0,
    start: date = date(2025, 9, 1),
    given: Given | None = None,
) -> Cohort:
    """Simulated patients.

    Patient ``first + i`` is the same whatever ``n`` and ``first`` are.

    Args:
        world: How people differ and how their diaries depart from the model.
        design: What is done with them.
        n: How many.
        seed: From 0 up.
        first: Index of the first.
        start: First day of the diaries.
        given: What is laid down instead of drawn.

    Raises:
        ValueError: When ``n`` is below 1 or the seed is negative.
    """
    if n < 1 or seed < 0:
        raise ValueError("simulate one patient or more, with a seed from 0 up")
    given = given or Given()
    days = design.days
    z, responder = np.empty((n, STANDARD_NORMALS)), np.empty(n)
    process, observation = np.empty((n, BURN_IN + days, 3)), np.empty((n, days, 3))
    wander, tail = np.zeros((n, days, 3)), np.ones((n, BURN_IN + days, 3))
    absent, minutes = np.empty((n, days, 3)), np.zeros((n, days))
    dose = np.empty((n, days))
    masked, missed = np.empty((n, days), dtype=bool), np.empty((n, days), dtype=bool)
    phases, bodies, courses = [], [], []
    for i in range(n):
        rng = _rng(seed, first + i, 0)
        bodies.append(_body(rng, given))
        z[i] = rng.standard_normal(STANDARD_NORMALS)
        responder[i] = rng.random()
        phases.append(design.schedule(rng))
        dose[i], masked[i] = daily(phases[-1], days)
        rate = (
            rng.beta(1.0, 1.0 / max(world.missed_doses, 1e-9) - 1.0)
            if 0 < world.missed_doses < 1
            else world.missed_doses
        )
        missed[i] = np.repeat(rng.random(days), world.missed_run_days)[:days] < rate
        absent[i] = rng.random((days, 3))
        walked = rng.random(days) < rng.uniform(0.2, 0.7)
        if world.activity is not None:
            minutes[i] = walked * 5.0 * rng.integers(3, 10, size=days)
        process[i] = rng.standard_normal((BURN_IN + days, 3))
        observation[i] = rng.standard_normal((days, 3))
        if world.tails:
            tail[i] = np.sqrt((world.tails - 2) / rng.chisquare(world.tails, (BURN_IN + days, 3)))
        if world.wander_sd:
            wander[i] = rng.standard_normal((days, 3))
        harm = _rng(seed, first + i, 2)
        courses.append(
            tuple(course(e, h, older=bodies[-1].age >= world.older_from, rng=harm) for e, h in HABITS.items())
            if given.courses is None
            else given.courses
        )
    taken = np.where(missed, 0.0, dose)
    # Streams of their own, so that everything else about a person is as in the world without.
    own = [
        (
            _rng(seed, first + i, 4).standard_normal(),
            _rng(seed, first + i, 5).random(),
            _rng(seed, first + i, 6).random(),
        )
        for i in range(n)
    ]
    common, phase, kind = np.array(own).T
    people = _laid_down(persons(world, z, responder, common, phase, kind), given)
    half_life = None
    if world.log_half_life_h is not None:
        mean, sd = world.log_half_life_h.mean, world.log_half_life_h.sd
        half_life = np.exp(
            mean + sd * np.array([_rng(seed, first + i, 3).standard_normal() for i in range(n)])
        )
    felt = symptoms(
        world,
        people,
        Lived(taken_mg=taken, masked=masked, prescribed_mg=dose, minutes=minutes, half_life_h=half_life),
        Noise(process=process, observation=observation, tail=tail, wander=wander),
    )
    return Cohort(
        world=world,
        design=design,
        seed=seed,
        first=first,
        start=start,
        people=people,
        phases=tuple(phases),
        taken_mg=taken,
        missed=missed,
        half_life_h=half_life,
        symptoms=felt,
        present=_entered(world, felt, absent),
        minutes=minutes,
        bodies=tuple(bodies),
        courses=tuple(courses),
        given=given,
    )


def _laid_down(people: Persons, given: Given) -> Persons:
    for name in ("effect", "placebo", "flare", "trend", "level"):
        value = getattr(given, name)
        if value is not None:
            getattr(people, name)[:] = value
    return people


def _entered(world: World, lived: Symptoms, u: Array) -> NDArray[np.bool_]:
    """Whether the morning and the evening of each day were entered [n, T, 2].

    A whole day is missing with the world's share, rising by half over 180 days (completion falls with the day of the study,
    Ono 2019); a morning or an evening alone is missing in a further 3 %. Where bad days are skipped, the
    evening's log odds of missing rise with that day's pain, in within-person SDs, at an unchanged share overall.
    """
    if world.missing == 0 and world.bad_days_skipped == 0:
        return np.ones((*u.shape[:2], 2), dtype=bool)
    share = np.clip(world.missing * (1 + np.arange(u.shape[1]) / 360.0), 1e-6, 0.95)
    pain = lived.felt[:, :, 1]
    z = (pain - pain.mean(axis=1, keepdims=True)) / (pain.std(axis=1, keepdims=True) + 1e-9)
    odds = np.log(share / (1 - share))[None, :] + world.bad_days_skipped * z - world.bad_days_skipped**2 / 2
    gone = u[:, :, 0] < 1 / (1 + np.exp(-odds))
    return np.stack([~gone & (u[:, :, 1] >= 0.03), ~gone & (u[:, :, 2] >= 0.03)], axis=2)
