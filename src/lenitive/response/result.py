"""What a fit hands out: the values other rooms depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.terms import Score

__all__ = [
    "QUANTILES",
    "Array",
    "Band",
    "Conflict",
    "Coupling",
    "EffectPosterior",
    "Estimand",
    "FitStatus",
    "Input",
    "InputKind",
    "OnsetDays",
    "Rival",
    "SensitivityRow",
    "Separability",
    "Summary",
    "Unavailable",
]

Array: TypeAlias = NDArray[np.float64]

QUANTILES: tuple[float, ...] = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


class FitStatus(StrEnum):
    """How far a fit came. Numerical failure is a named result, never a NaN dressed as an answer."""

    OK = "ok"
    """Mode found, importance sampling sound (k-hat at most 0.7)."""
    FALLBACK = "fallback"
    """An answer by the fallback that ``Fit.reason`` names."""
    REFUSED = "refused"
    """No answer; ``Fit.reason`` says why."""


class Estimand(StrEnum):
    """Which question a number answers."""

    ATTRIBUTABLE = "attributable"
    """What stopping it would lose at steady state, against none of it."""
    CHANGE_SINCE_START = "change_since_start"
    """The whole change since it began, whatever its cause."""
    NAIVE = "naive"
    """Difference of plain means, on it against before it."""
    ON_MINUS_OFF = "on_minus_off"
    """Difference of plain means, on it against off it, where it was taken and left off in turn."""


class InputKind(StrEnum):
    """What kind of thing acts on the patient."""

    DRUG = "drug"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A drug or activity whose effect is estimated.

    Attributes:
        name: The drug's name or the activity's id.
        kind: Drug or activity.
        unit: ``mg/d``, ``min/d`` or ``{session}/d``.
        reference: The dose that the coefficient is about.
        levels: The different doses above zero that occurred, ascending (drugs), or the usual amount (activities).
        current: The dose in force on the day of the review: when it was stopped, the one taken on the most days.
        first_day: First day it was taken or done.
        last_day: Last day it was taken, or None while it goes on.
        prior_mean: Per outcome slot, points, at the reference dose.
        prior_sd: Per outcome slot.
        prior_stated: What the prior rests on.
    """

    name: str
    kind: InputKind
    unit: str
    reference: float
    levels: tuple[float, ...]
    current: float
    first_day: date
    last_day: date | None
    prior_mean: tuple[float, float, float]
    prior_sd: tuple[float, float, float]
    prior_stated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A posterior in numbers: mean, SD, quantiles keyed as in the review document."""

    mean: float
    sd: float
    quantiles: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectPosterior:
    """One effect: of which input at which dose on which outcome, by which estimand. Negative is improvement.

    Attributes:
        input: Name of the drug or activity.
        kind: Drug or activity.
        dose: mg, minutes or sessions a day.
        unit: NRS points.
        quantiles: Keyed ``0.025`` to ``0.975``.
        probability: Of an improvement of at least ``mcid`` points, ``30pct`` and ``50pct`` of ``reference_level``.
            A key is absent when it has no meaning (no reference level).
        reference_level: The score that the percentages are of, or None.
        prior_mean: Before the diary, at this dose; None where no prior applies (naive).
        prior_sd: Before the diary.
        share_from_diary: 1 - posterior variance / prior variance, 0 to 1; None where no prior applies.
        sd_vague: The standard error when nothing is assumed about nuisance or effect; None where not applicable.
        diagnostics: Named numbers: ``pareto_k``, ``ess``, counts of days.
    """

    input: str
    kind: InputKind
    dose: float
    outcome: Score
    estimand: Estimand
    mean: float
    sd: float
    quantiles: Mapping[str, float]
    probability: Mapping[str, float]
    reference_level: float | None = None
    prior_mean: float | None = None
    prior_sd: float | None = None
    share_from_diary: float | None = None
    sd_vague: float | None = None
    unit: str = "NRS points"
    diagnostics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """An estimand that has no number here, and why."""

    input: str
    outcome: Score
    estimand: Estimand
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """How the outcomes hang together.

    Attributes:
        sleep_to_pain: Points of pain on a day per point of sleep disturbance in the night before it.
        pain_to_sleep: Points of sleep disturbance per point of pain on the day before.
        loop_gain: Steady-state gain of the circle sleep to pain to sleep; 1 would be unstable.
        through_sleep: Per input: the part of its steady-state effect on pain that runs through sleep, points.
        share_through_sleep: Per input: that part as a share of the effect; None where the effect's sign is open, since
            a ratio to something near zero says nothing.
    """

    sleep_to_pain: Summary
    pain_to_sleep: Summary
    loop_gain: Summary
    through_sleep: Mapping[str, Summary]
    share_through_sleep: Mapping[str, Summary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Posterior of one outcome over the days, without reporting noise, and what it would be without the inputs.

    Attributes:
        outcome: The score.
        mean: ``[day]``, points.
        low95: ``[day]``; likewise the other edges.
        without: Posterior mean of the same days had the drugs in question not been taken.
        without_low80: ``[day]``.
        without_high80: ``[day]``.
    """

    outcome: Score
    mean: Array
    low95: Array
    low80: Array
    high80: Array
    high95: Array
    without: Array
    without_low80: Array
    without_high80: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRow:
    """An effect recomputed under a changed prior.

    Attributes:
        prior: Which prior was changed: ``expectation``, ``trend``, ``decay``, ``level`` or ``effect``.
        factor: What its size (mean and SD) was multiplied by; for ``effect`` and ``level`` the SD alone.
        pareto_k: Soundness of the reweighting; above 0.7 the row is not to be trusted.
    """

    input: str
    outcome: Score
    prior: str
    factor: float
    mean: float
    sd: float
    probability_mcid: float
    pareto_k: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A coefficient whose diary and prior disagree: z beyond 2 in size.

    Attributes:
        coefficient: Such as ``expectation mirtazapine pain``.
        z: (posterior mean - prior mean) / sqrt(prior variance - posterior variance).
    """

    coefficient: str
    prior_mean: float
    posterior_mean: float
    z: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetDays:
    """Time constants of a drug's onset, days: on the sleep slot, and on the other two."""

    input: str
    sleep: float
    other: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One of several explanations that a diary leaves open, each a mode of the posterior; the effects are means over all of them.

    Attributes:
        share: Its share of the posterior.
        onsets: How fast each drug acts by it.
    """

    share: float
    onsets: tuple[OnsetDays, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Separability:
    """Two inputs that went together, so that the diary cannot tell whose effect it sees."""

    first: str
    second: str
    correlation: float
