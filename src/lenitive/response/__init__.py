"""What this record says about benefit and harm: a posterior, and how far to trust it."""

from lenitive.response.fit import OUTCOMES, Fit, fit, fit_many
from lenitive.response.result import (
    Band,
    Conflict,
    Coupling,
    EffectPosterior,
    Estimand,
    FitStatus,
    Input,
    InputKind,
    SensitivityRow,
    Separability,
    Summary,
    Unavailable,
)
from lenitive.response.sensitivity import sensitivity
from lenitive.response.settings import Observation, Settings
from lenitive.response.smooth import bands

__all__ = [
    "OUTCOMES",
    "Band",
    "Conflict",
    "Coupling",
    "EffectPosterior",
    "Estimand",
    "Fit",
    "FitStatus",
    "Input",
    "InputKind",
    "Observation",
    "SensitivityRow",
    "Separability",
    "Settings",
    "Summary",
    "Unavailable",
    "bands",
    "fit",
    "fit_many",
    "sensitivity",
]
