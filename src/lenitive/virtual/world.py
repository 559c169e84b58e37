"""The world that simulated patients come from: how people differ, and how their diaries depart from the model.

Every number is a starting value with its source or the word *assumed*. The misspecification switches
make the generator differ from the response model on purpose, so that the model can be seen to fail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from lenitive.frozen import dataclass

__all__ = ["OUTCOMES", "WORLDS", "Spread", "World"]

OUTCOMES = ("sleep_disturbance", "pain", "fatigue")
"""Order of the three outcomes in every array: a night, then the day's pain, then its fatigue."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A normal spread between people, of the value or (where the attribute says so) of its logarithm."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        if not self.sd >= 0:
            raise ValueError("a spread is zero or more")


Three = tuple[Spread, Spread, Spread]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How simulated people differ. Triples are in the order sleep disturbance, pain, fatigue; NRS points, 0-10.

    Attributes:
        level: Usual level. Pain: Miki 2016 baseline 5.9, between-person SD 1.6 from a clinic cohort. Fatigue: EMA
            summary of 34 women, mean 5.8. Sleep: assumed mean.
        trend: Slow drift over 12 weeks whatever is done. Assumed.
        placebo: Change while the patient knows that she is on a drug. Together with ``flare`` it gives
            the change of placebo arms, about -0.8 in 12 weeks; how it divides between the two is assumed.
        flare: How much worse than usual the first diary day is; it decays over ``flare_days``.
        effect: Total steady-state effect of the drug at its reference dose. Pain: Miki 2016, -0.44 with a person SD
            of at most 0.7; sleep and fatigue: assumed.
        atanh_persistence: Inverse hyperbolic tangent of the autoregression from day to day. Observed lag-1 0.30 in pain
            and 0.15 in sleep, divided by an assumed reliability of 0.7.
        sleep_to_pain: Points of pain a day per point of the night's disturbance.
        sleep_to_fatigue: The same for fatigue.
        pain_to_fatigue: Points of fatigue per point of the same day's pain.
        pain_to_sleep: Points of the next night's disturbance per point of pain.
        log_process_sd: Logarithm of the SD of what really happens from day to day: 70 % (assumed) of the within-person
            variance, 1.3 points for pain and 1.9 for sleep.
        log_observation_sd: Logarithm of the SD of what is merely noise of the entry, the other 30 %.
        log_onset_days: Logarithm of the onset time constant: first for sleep, second for pain and fatigue.
        log_half_dose_mg: Logarithm of the dose of half the greatest possible effect, mg/day. Assumed.
        flare_days: Time constant of the decay after enrolment, days.
        placebo_days: Time constant of expectation, days.
        masked_expectation: Share of the placebo change while the patient cannot know what she takes.
        reference_dose_mg: The dose that ``effect`` is about, mg/day.
        activity: Points per 30 minutes of walking that day, or None for people whose activities are not recorded.
        placebo_scale: Multiplies the placebo change; 1 as the model believes.
        flare_scale: Multiplies the flare.
        trend_scale: Multiplies the drift.
        responders: Share of people on whom the drug does anything. 1 as the model believes.
        onset_shape: 1 is the first-order onset of the model; 3 is a delayed, S-shaped one of the same mean time.
        tails: Degrees of freedom of the day-to-day noise, at an unchanged SD; 0 is normal.
        wander_sd: SD of a random walk of the level over 12 weeks, which the model does not have.
        missing: Share of days without an entry at the start; it rises by half over 180 days.
        bad_days_skipped: Log odds of a missing evening per within-person SD of that day's pain.
        missed_doses: Mean share of doses not taken.
        missed_run_days: Doses are missed in stretches of this many days; 1 is each day by itself.
        missed_recorded: Whether missed doses are written down.
        log_half_life_h: Logarithm of the half-life of the level that the effect follows, or None where it follows the dose of
            the evening before. Kept by the patient, whoever she is: the model knows a patient's expected half-life and no more.
        whole_numbers: Whether entries are rounded to whole numbers.
        older_from: Age from which side effects are more usual, years: what is true in this world, whatever is believed of ours.
        floor_pain: A mean level of pain for everybody instead of ``level``: 2 puts the diary on the floor.
        cycle_points: Amplitude of a wave in all three scores that comes back with the cycle, points; its phase is the person's own.
            0 as the model believes.
        cycle_days: How long such a cycle is.
        effects_together: Correlation of the effects on the three scores between people; 0 is one by one, as the model believes.
        effect_spread: Multiplies the SDs of ``effect``; 1 as the model believes.
        effect_kinds: Kinds of people by how their effects differ, each as a factor on the SDs, a correlation over the scores and a share of all;
            empty where everybody is of one kind.
        rebound_points: How much worse all three scores get after a fall from the reference dose to none, points; a smaller
            fall in proportion. 0 as the model believes.
        rebound_days: Time constant with which that goes.
    """

    level: Three = (Spread(6.0, 1.3), Spread(5.9, 1.6), Spread(5.8, 1.6))
    trend: Three = (Spread(0.0, 0.6), Spread(0.0, 0.6), Spread(0.0, 0.6))
    placebo: Three = (Spread(-0.4, 0.4), Spread(-0.4, 0.4), Spread(-0.4, 0.4))
    flare: Three = (Spread(0.4, 0.5), Spread(0.4, 0.5), Spread(0.4, 0.5))
    effect: Three = (Spread(-0.8, 1.0), Spread(-0.44, 0.71), Spread(-0.3, 0.8))
    atanh_persistence: Three = (Spread(0.224, 0.25), Spread(0.460, 0.25), Spread(0.436, 0.25))
    sleep_to_pain: Spread = Spread(0.08, 0.10)
    sleep_to_fatigue: Spread = Spread(0.10, 0.12)
    pain_to_fatigue: Spread = Spread(0.12, 0.15)
    pain_to_sleep: Spread = Spread(0.04, 0.11)
    log_process_sd: Three = (Spread(0.405, 0.4), Spread(-0.020, 0.4), Spread(-0.020, 0.4))
    log_observation_sd: Three = (Spread(0.039, 0.4), Spread(-0.342, 0.4), Spread(-0.342, 0.4))
    log_onset_days: tuple[Spread, Spread] = (Spread(1.0986, 0.6), Spread(3.0445, 0.6))
    log_half_dose_mg: Spread = Spread(2.708, 0.7)
    flare_days: float = 14.0
    placebo_days: float = 4.0
    masked_expectation: float = 0.5
    reference_dose_mg: float = 30.0
    activity: Three | None = None
    placebo_scale: float = 1.0
    flare_scale: float = 1.0
    trend_scale: float = 1.0
    responders: float = 1.0
    onset_shape: Literal[1, 3] = 1
    tails: int = 0
    wander_sd: float = 0.0
    missing: float = 0.12
    bad_days_skipped: float = 0.0
    missed_doses: float = 0.05
    missed_run_days: int = 1
    missed_recorded: bool = True
    log_half_life_h: Spread | None = None
    whole_numbers: bool = True
    older_from: int = 65
    floor_pain: float | None = None
    cycle_points: float = 0.0
    cycle_days: float = 28.0
    effects_together: float = 0.0
    effect_spread: float = 1.0
    effect_kinds: tuple[tuple[float, float, float], ...] = ()
    rebound_points: float = 0.0
    rebound_days: float = 7.0

    def __post_init__(self) -> None:
        for name in ("missing", "missed_doses", "responders", "effects_together"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a share from 0 to 1")
        if self.effect_kinds and abs(sum(share for _, _, share in self.effect_kinds) - 1) > 1e-9:
            raise ValueError("the shares of the kinds of people sum to 1")
        if self.missed_run_days < 1:
            raise ValueError("a stretch of missed doses lasts a day or more")
        if self.tails and self.tails < 3:
            raise ValueError("tails below 3 degrees of freedom have no finite spread")
        if self.floor_pain is not None and not 0 <= self.floor_pain <= 10:
            raise ValueError("floor_pain is a score from 0 to 10")
        if not (self.cycle_days > 0 and self.rebound_days > 0):
            raise ValueError("a cycle and a rebound last some days")
        if min(self.cycle_points, self.rebound_points, self.effect_spread) < 0:
            raise ValueError("the size of a wave, of a rebound and of a spread is zero or more")


_MODEL = World()
# Effects as the model believes them to differ (knowledge/judgement/response.toml): coverage can only be right where belief is.
_BELIEVED = replace(_MODEL, effect_kinds=((1.0, 0.0, 0.55), (1.6, 0.3, 0.45)))

WORLDS: dict[str, tuple[str, World]] = {
    "typical": ("effects as the evidence says, whole numbers, days missing at random", _MODEL),
    "exact": (
        "effects differ between people as the model believes, entries with decimals",
        replace(_BELIEVED, whole_numbers=False),
    ),
    "floor": ("mean pain 2: many days at zero", replace(_BELIEVED, floor_pain=2.0)),
    "bad-days-skipped": (
        "painful evenings are left out more often",
        replace(_BELIEVED, bad_days_skipped=0.7),
    ),
    "double-placebo": (
        "placebo and enrolment flare twice what the model believes",
        replace(_MODEL, placebo_scale=2.0, flare_scale=2.0),
    ),
    "nobody-fooled": (
        "no placebo change, no flare, no drift",
        replace(_MODEL, placebo_scale=0.0, flare_scale=0.0, trend_scale=0.0),
    ),
    "heavy-tails": ("day-to-day noise with 4 degrees of freedom", replace(_MODEL, tails=4)),
    "late-onset": ("the effect comes late and S-shaped", replace(_MODEL, onset_shape=3)),
    "wandering": ("the usual level wanders by itself", replace(_MODEL, wander_sd=0.8)),
    "few-responders": ("the drug does nothing for two in three", replace(_MODEL, responders=1 / 3)),
    "hidden-gaps": (
        "one dose in five is missed and not written down",
        replace(_MODEL, missed_doses=0.2, missed_recorded=False),
    ),
    "by-level": (
        "the effect follows the level; three doses in ten are missed, in stretches of three days",
        # Mirtazapine: 31 h, label range 20 to 40 h (knowledge/kinetics), taken as a central 80 %.
        replace(_MODEL, missed_doses=0.3, missed_run_days=3, log_half_life_h=Spread(3.434, 0.27)),
    ),
    "monthly-cycle-half": (
        "all scores go up and down by half a point every 28 days",
        replace(_MODEL, cycle_points=0.5),
    ),
    "monthly-cycle": (
        "all scores go up and down by a point every 28 days",
        replace(_MODEL, cycle_points=1.0),
    ),
    "effects-together": (
        "who is helped in one score is mostly helped in all: correlation 0.8",
        replace(_MODEL, effects_together=0.8),
    ),
    "wide": ("effects differ 1.4 times as much between people", replace(_MODEL, effect_spread=1.4)),
    "together-and-wide": (
        "effects go together and differ 1.4 times as much between people",
        replace(_MODEL, effects_together=0.8, effect_spread=1.4),
    ),
    "rebound": (
        "all scores get up to a point worse after a step down, for about a week",
        replace(_MODEL, rebound_points=1.0),
    ),
}
"""Named worlds with what each is, for the command line and the calibration report."""
