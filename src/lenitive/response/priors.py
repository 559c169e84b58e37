"""What is believed before the diary is read: every prior of the response model, with where it comes from.

Two kinds of numbers are here. The fifteen non-linear parameters each have a normal prior on an unconstrained scale.
The linear ones (level, trend, placebo, decay, effects) have normal priors in NRS points. ``assumed`` says of a number
that no source gives it; such numbers are wide, shown in the methods page, and halved and doubled in the sensitivity
table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, log

__all__ = [
    "ACTIVITY_ONSET_DAYS",
    "COEFFICIENTS",
    "ONSET_DAYS",
    "PARAMETERS",
    "UNKNOWN_ACTIVITY",
    "UNKNOWN_DRUG",
    "UNKNOWN_ONSET_DAYS",
    "CoefficientPrior",
    "Onset",
    "ParameterPrior",
]


@dataclass(frozen=True, slots=True)
class ParameterPrior:
    """Normal prior of one non-linear parameter on its unconstrained scale.

    Attributes:
        name: Symbol in the equations, outcome by letter: S sleep disturbance, P pain, F fatigue.
        scale: ``atanh`` of an autoregression, ``identity`` of a coupling, ``log`` of an SD or an onset factor.
        mean: On that scale.
        sd: On that scale.
        basis: Where the numbers come from.
    """

    name: str
    scale: str
    mean: float
    sd: float
    basis: str


@dataclass(frozen=True, slots=True)
class CoefficientPrior:
    """Normal prior of one linear coefficient for the sleep, pain and fatigue slots, NRS points."""

    name: str
    mean: tuple[float, float, float]
    sd: tuple[float, float, float]
    basis: str


@dataclass(frozen=True, slots=True)
class Onset:
    """Prior median of the time constants of a drug's onset, days: on sleep, and on pain and fatigue."""

    sleep: float
    other: float
    basis: str


_LATENT_AR = (
    "observed daily lag-1 0.30 for pain (care facts 6: sign from rheumatoid series, size assumed) and 0.36, 0.29 "
    "between prompts in 34 women with fibromyalgia (EMA summary), divided by an assumed reliability of 0.7"
)
_SD = "within-person SD 1.3 pain (fatigue taken as equal), 1.9 sleep, log-SD 0.40 (care facts 6)"

PARAMETERS: tuple[ParameterPrior, ...] = (
    ParameterPrior("phi_S", "atanh", atanh(0.22), 0.25, "observed 0.15 (assumed) over reliability 0.7"),
    ParameterPrior("phi_P", "atanh", atanh(0.43), 0.25, _LATENT_AR),
    ParameterPrior("phi_F", "atanh", atanh(0.41), 0.25, _LATENT_AR),
    ParameterPrior(
        "g_PS", "identity", 0.08, 0.10, "sleep to next-day pain 0.12 standardised, widened (care facts 5, 6)"
    ),
    ParameterPrior("g_FS", "identity", 0.10, 0.12, "as sleep to pain; Hamilton 2008 sign only, size assumed"),
    ParameterPrior(
        "g_FP", "identity", 0.12, 0.15, "pain to fatigue 0.07 (0.05) lag 1 (EMA summary), widened"
    ),
    ParameterPrior("a_SP", "identity", 0.04, 0.11, "pain to next night 0.03 standardised (care facts 5, 6)"),
    ParameterPrior("sigma_S", "log", log(1.50), 0.5, f"{_SD}; 70 % of variance taken as latent"),
    ParameterPrior("sigma_P", "log", log(0.98), 0.5, f"{_SD}; 70 % of variance taken as latent"),
    ParameterPrior("sigma_F", "log", log(0.98), 0.5, f"{_SD}; 70 % of variance taken as latent"),
    ParameterPrior("rho_S", "log", log(1.04), 0.5, f"{_SD}; 30 % of variance taken as reporting noise"),
    ParameterPrior("rho_P", "log", log(0.71), 0.5, f"{_SD}; 30 % of variance taken as reporting noise"),
    ParameterPrior("rho_F", "log", log(0.71), 0.5, f"{_SD}; 30 % of variance taken as reporting noise"),
    ParameterPrior("onset_S", "log", 0.0, 0.6, "factor on the drug's own median; log-SD 0.6 (care facts 6)"),
    ParameterPrior("onset_PF", "log", 0.0, 0.6, "factor on the drug's own median; log-SD 0.6 (care facts 6)"),
)

COEFFICIENTS: dict[str, CoefficientPrior] = {
    p.name: p
    for p in (
        CoefficientPrior(
            "level",
            (6.0, 5.9, 5.9),
            (2.5, 2.5, 2.5),
            "trial entry means (care facts 6), SD widened for everyone",
        ),
        CoefficientPrior(
            "trend", (0.0, 0.0, 0.0), (0.6, 0.6, 0.6), "points per 12 weeks; assumed, no direction taken"
        ),
        CoefficientPrior(
            "drift",
            (0.0, 0.0, 0.0),
            (0.5, 0.5, 0.5),
            "slow waves of a diary longer than half a year; assumed",
        ),
        CoefficientPrior(
            "decay",
            (0.4, 0.4, 0.4),
            (0.5, 0.5, 0.5),
            "points above the own level on the first day, fading with 14 days: half of the -0.8 (0.4) change on "
            "placebo over 12 weeks (care facts 6); the halving is assumed",
        ),
        CoefficientPrior(
            "expectation",
            (-0.4, -0.4, -0.4),
            (0.4, 0.4, 0.4),
            "of knowing to be on the drug: the other half of the -0.8 (0.4) change on placebo (care facts 6)",
        ),
    )
}

# Time scales that are fixed. Assumed; the sensitivity table covers the sizes that go with them.
TREND_DAYS = 84.0
DECAY_DAYS = 14.0
EXPECTATION_DAYS = 4.0
DRIFT_EVERY_DAYS = 180

UNKNOWN_DRUG = CoefficientPrior(
    "effect of an unknown drug", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), "no evidence handed in: wide, no direction"
)
UNKNOWN_ACTIVITY = CoefficientPrior(
    "effect of an activity", (0.0, 0.0, 0.0), (0.7, 0.7, 0.7), "no evidence handed in: wide, no direction"
)

ONSET_DAYS: dict[str, Onset] = {
    "mirtazapine": Onset(
        3.0, 21.0, "pain separates from placebo at week 6 (Miki 2016): 3 weeks; sleep: days, assumed"
    ),
    "duloxetine": Onset(
        7.0, 7.0, "responders by week fit one exponential of 1.06 weeks (care facts 2); sleep assumed equal"
    ),
    "pregabalin": Onset(2.0, 3.0, "separates by day 1-2, stable response in 13-29 days (care facts 2)"),
}
UNKNOWN_ONSET_DAYS = Onset(5.0, 14.0, "assumed, between duloxetine and mirtazapine")
ACTIVITY_ONSET_DAYS = Onset(2.0, 7.0, "carry-over of an activity; assumed")

# The dose-response curve is D / (D + ED50). ED50 as a share of the reference dose, and its log-SD: assumed.
ED50_SHARE = 0.5
ED50_LOG_SD = 0.7
