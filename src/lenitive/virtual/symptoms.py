"""Symptoms of many simulated patients at once, by the equations of the response model.

    (I - G) d_t = A d_{t-1} + (I - G - A) diag(E) u_t + C z_t + w_t        y_t = m_t + d_t + v_t

The loop is over days, each step over all patients, so that thousands take seconds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.virtual.levels import night_and_day
from lenitive.virtual.world import Spread, World

__all__ = [
    "STANDARD_NORMALS",
    "Lived",
    "Noise",
    "Persons",
    "Symptoms",
    "drug_change",
    "expectation",
    "onset",
    "persons",
    "symptoms",
]

Array = NDArray[np.float64]

STANDARD_NORMALS = 34
"""How many standard normal numbers make one person."""
BURN_IN = 30
"""Days before the diary over which the day-to-day process comes to its steady state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """The truth about each of n people; arrays [n, 3] in the order sleep disturbance, pain, fatigue.

    Attributes:
        level: Usual level, NRS points.
        trend: Drift over 84 days.
        placebo: Change under full expectation.
        flare: Excess on the first diary day.
        effect: Total steady-state effect at the reference dose.
        coupling: G + diag(A) + A[sleep, pain] as matrices: ``G`` [n, 3, 3].
        carry: ``A`` [n, 3, 3].
        process_sd: SD of w.
        observation_sd: SD of v.
        onset_days: Onset time constants.
        half_dose_mg: Dose of half the greatest possible effect [n].
        activity: Points per 30 minutes of walking.
        cycle_phase: Where in her cycle she is on the first day, as a share of it [n].
    """

    level: Array
    trend: Array
    placebo: Array
    flare: Array
    effect: Array
    coupling: Array
    carry: Array
    process_sd: Array
    observation_sd: Array
    onset_days: Array
    half_dose_mg: Array
    activity: Array
    cycle_phase: Array

    def dose_response(self, dose_mg: Array, reference_mg: float) -> Array:
        """Share of the reference effect at doses [n, ...]: saturating, 1 at the reference dose."""
        half = self.half_dose_mg.reshape(-1, *[1] * (dose_mg.ndim - 1))
        return dose_mg / (dose_mg + half) * (reference_mg + half) / reference_mg


def persons(world: World, z: Array, responder: Array, common: Array, phase: Array, kind: Array) -> Persons:
    """The people that standard normal numbers stand for.

    Args:
        world: Where they come from.
        z: Standard normals [n, STANDARD_NORMALS].
        responder: Uniform numbers [n]; below ``world.responders`` the drug does something.
        common: Standard normals [n] that the effects on all three scores share, where they go together.
        kind: Uniform numbers [n]: of which kind each is, where people are of several.
        phase: Uniform numbers [n]: where in her cycle each is.
    """
    n = z.shape[0]
    kinds = world.effect_kinds or ((1.0, world.effects_together, 1.0),)
    of = np.searchsorted(np.cumsum([share for _, _, share in kinds[:-1]]), kind, side="right")
    factor, r = (np.array([k[i] for k in kinds])[of, None] for i in (0, 1))
    z = z.copy()
    z[:, 12:15] = factor * (np.sqrt(r) * common[:, None] + np.sqrt(1 - r) * z[:, 12:15])
    effect = tuple(replace(s, sd=s.sd * world.effect_spread) for s in world.effect)

    def three(spreads: tuple[Spread, ...], first: int) -> Array:
        means = np.array([s.mean for s in spreads])
        sds = np.array([s.sd for s in spreads])
        return np.asarray(means + sds * z[:, first : first + len(spreads)])

    level = np.clip(three(world.level, 0), 1.5, 9.0)
    if world.floor_pain is not None:
        level[:, 1] = world.floor_pain
    couplings = three(
        (world.sleep_to_pain, world.sleep_to_fatigue, world.pain_to_fatigue, world.pain_to_sleep), 18
    )
    coupling, carry = np.zeros((n, 3, 3)), np.zeros((n, 3, 3))
    coupling[:, 1, 0], coupling[:, 2, 0], coupling[:, 2, 1] = couplings[:, :3].T
    carry[:, [0, 1, 2], [0, 1, 2]] = np.tanh(three(world.atanh_persistence, 15))
    carry[:, 0, 1] = couplings[:, 3]
    # Couplings drawn apart can make a circle that feeds itself: about one person in 5,000. Her days are damped to be stable.
    circle = np.abs(np.linalg.eigvals(np.linalg.inv(np.eye(3) - coupling) @ carry)).max(axis=1)
    carry *= np.minimum(1.0, 0.95 / np.maximum(circle, 1e-9))[:, None, None]
    onsets = np.exp(three(world.log_onset_days, 28))
    activity = np.zeros((n, 3)) if world.activity is None else three(world.activity, 30)
    return Persons(
        level=level,
        trend=three(world.trend, 3) * world.trend_scale,
        placebo=three(world.placebo, 6) * world.placebo_scale,
        flare=three(world.flare, 9) * world.flare_scale,
        effect=three(effect, 12) * (responder < world.responders)[:, None],
        coupling=coupling,
        carry=carry,
        process_sd=np.exp(three(world.log_process_sd, 22)),
        observation_sd=np.exp(three(world.log_observation_sd, 25)),
        onset_days=onsets[:, [0, 1, 1]],
        half_dose_mg=np.exp(three((world.log_half_dose_mg,), 33)[:, 0]),
        activity=activity,
        cycle_phase=phase,
    )


def onset(signal: Array, days: Array, shape: int = 1) -> Array:
    """A signal after a first-order filter, or after ``shape`` of them in a row with the same mean delay.

    Args:
        signal: [n, T].
        days: Time constants [n, k].
        shape: 1 for the model's own onset.

    Returns:
        [n, T, k].
    """
    out = np.repeat(signal[:, :, None], days.shape[1], axis=2)
    keep = np.exp(-1.0 / (days / shape))
    for _ in range(shape):
        state = np.zeros_like(days)
        for t in range(out.shape[1]):
            state = keep * state + (1 - keep) * out[:, t]
            out[:, t] = state
    return out


def expectation(dose: Array, masked: NDArray[np.bool_], world: World) -> Array:
    """Share of the placebo change on each day [n, T]: it follows what the patient knows, not what she takes.

    Half of it follows being on the drug at all, half the dose. While she cannot know, the belief of before goes on, or
    stands at ``world.masked_expectation`` if she knew to be off it.
    """
    reference = world.reference_dose_mg
    half = reference / 2
    share = dose / (dose + half) * (reference + half) / reference
    known = np.where(dose > 0, 0.5 + 0.5 * np.minimum(share, 1.5), 0.0)
    believed, held = np.empty_like(known), np.zeros(dose.shape[0])
    for t in range(dose.shape[1]):
        blind = np.where(held > 0, held, world.masked_expectation)
        held = np.where(masked[:, t], blind, known[:, t])
        believed[:, t] = held
    return onset(believed, np.full((dose.shape[0], 1), world.placebo_days))[:, :, 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptoms:
    """Days of n people, [n, T, 3].

    Attributes:
        felt: What a day was like, m + d.
        said: What would be entered: felt plus noise, within 0-10, rounded where the world rounds.
    """

    felt: Array
    said: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What was done with n people on T days.

    Attributes:
        taken_mg: Dose really taken [n, T], mg.
        masked: Days on which it could not be known [n, T].
        prescribed_mg: Dose that she knows of on open days [n, T], mg.
        minutes: Minutes walked [n, T].
        half_life_h: Of the level that the effect follows [n], h; None where it follows the dose.
    """

    taken_mg: Array
    masked: NDArray[np.bool_]
    prescribed_mg: Array
    minutes: Array
    half_life_h: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Chance, drawn beforehand.

    Attributes:
        process: Standard normals [n, BURN_IN + T, 3].
        observation: Standard normals [n, T, 3].
        tail: Factors that make the process noise heavy-tailed [n, BURN_IN + T, 3]; ones for normal noise.
        wander: Standard normals of the random walk of the level [n, T, 3].
    """

    process: Array
    observation: Array
    tail: Array
    wander: Array


def _inputs(world: World, people: Persons, lived: Lived) -> Array:
    """The drug after its onset [n, T, 3], 1 at the steady state of the reference dose."""
    taken_mg = lived.taken_mg
    if lived.half_life_h is None:
        # Taken at bedtime: the first night and day that can feel it are the next date's.
        night_mg = day_mg = np.concatenate([np.zeros((len(taken_mg), 1)), taken_mg[:, :-1]], axis=1)
    else:
        night_mg, day_mg = night_and_day(taken_mg, lived.half_life_h)
    return np.concatenate(
        [
            onset(people.dose_response(mg, world.reference_dose_mg), days_of, world.onset_shape)
            for mg, days_of in ((night_mg, people.onset_days[:, :1]), (day_mg, people.onset_days[:, 1:]))
        ],
        axis=2,
    )


def _push(people: Persons, u: Array) -> Array:
    """What the drug pushes each day by, before a push is carried into the days after it [n, T, 3]."""
    direct = np.eye(3) - people.coupling - people.carry
    return np.asarray(np.einsum("nij,nj,ntj->nti", direct, people.effect, u))


def _carried(people: Persons, drive: Array) -> Array:
    """The deviations that drives [n, T, 3] lead to, day after day, from none."""
    solve = np.linalg.inv(np.eye(3) - people.coupling)
    carry = solve @ people.carry
    drive = np.einsum("nij,ntj->nti", solve, drive)
    d, state = np.empty_like(drive), np.zeros(drive.shape[::2])
    for t in range(drive.shape[1]):
        state = np.einsum("nij,nj->ni", carry, state) + drive[:, t]
        d[:, t] = state
    return d


def _rebound(world: World, prescribed_mg: Array) -> Array:
    """How much worse all scores are on each day because of steps down [n, T]; missed doses bring none."""
    out = np.zeros_like(prescribed_mg)
    if world.rebound_points:
        fall = (
            np.maximum(-np.diff(prescribed_mg, axis=1), 0.0) * world.rebound_points / world.reference_dose_mg
        )
        keep, state = np.exp(-1.0 / world.rebound_days), np.zeros(len(prescribed_mg))
        for t in range(1, prescribed_mg.shape[1]):
            # The evening of the step is the first without; the day after it feels it.
            out[:, t] = state
            state = keep * state + fall[:, t - 1]
    return out


def drug_change(world: World, people: Persons, lived: Lived) -> Array:
    """What the drug alone changes in each day's scores [n, T, 3], points: its effect, and the rebound of steps down.

    The model is linear, so this is the day as it was less the same day without the drug, expectation left as it is.
    """
    change = _carried(people, _push(people, _inputs(world, people, lived)))
    return np.asarray(change + _rebound(world, lived.prescribed_mg)[:, :, None])


def symptoms(world: World, people: Persons, lived: Lived, noise: Noise) -> Symptoms:
    """Every day of every person.

    Args:
        world: Where they come from.
        people: The truth about them.
        lived: What was taken and done.
        noise: Chance.
    """
    days = lived.taken_mg.shape[1]
    drive = noise.process * noise.tail * people.process_sd[:, None, :]
    drive[:, BURN_IN:] += _push(people, _inputs(world, people, lived))
    drive[:, BURN_IN:] += people.activity[:, None, :] * (lived.minutes / 30.0)[:, :, None]
    d = _carried(people, drive)[:, BURN_IN:]
    clock = np.arange(days)
    mean = (
        people.level[:, None, :]
        + people.trend[:, None, :] * (clock / 84.0)[None, :, None]
        + people.flare[:, None, :] * np.exp(-clock / world.flare_days)[None, :, None]
        + people.placebo[:, None, :] * expectation(lived.prescribed_mg, lived.masked, world)[:, :, None]
        + np.cumsum(noise.wander, axis=1) * world.wander_sd / np.sqrt(84.0)
        + _rebound(world, lived.prescribed_mg)[:, :, None]
    )
    if world.cycle_points:
        turn = clock / world.cycle_days + people.cycle_phase[:, None]
        mean = mean + world.cycle_points * np.sin(2 * np.pi * turn)[:, :, None]
    felt = mean + d
    said = np.clip(felt + noise.observation * people.observation_sd[:, None, :], 0, 10)
    said = np.rint(said) if world.whole_numbers else np.round(said, 2)
    return Symptoms(felt=felt, said=said)
