"""What may be chosen about a fit. The defaults are the project's; a changed setting is shown with its result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Observation", "Settings"]


class Observation(StrEnum):
    """How a reported score relates to the latent one."""

    AUTO = "auto"
    """Normal and rounded; censored too when more than ``Settings.bound_share`` of an outcome's days lie at a bound."""
    NORMAL = "normal"
    """The score is the latent value plus normal noise: neither bounds nor rounding are thought of."""
    CENSORED = "censored"
    """Rounded, and a score at 0 or 10 says only that the latent value lies beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to fit.

    Attributes:
        draws: Importance draws in each of the two rounds.
        mcid: Improvement in points that counts as minimally important. IMMPACT: 10-20 % minimal (care facts 1), which is
            about 1 point at the usual entry level of 5.9; trials' "much improved" is 2 points or 30 %.
        observation: Observation model.
        bound_share: Share of days at a bound above which the censored model is used.
        max_inputs: Drugs and activities estimated; the rest is reported as left out.
        use_kernel: Whether to use the compiled kernel when it is there.
    """

    draws: int = 128
    mcid: float = 1.0
    observation: Observation = Observation.AUTO
    bound_share: float = 0.12
    max_inputs: int = 8
    use_kernel: bool = True

    def __post_init__(self) -> None:
        if self.draws < 64:
            raise ValueError("at least 64 draws: fewer cannot be checked by their Pareto tail")
        if not self.mcid > 0:
            raise ValueError("mcid is a positive number of points")
        if not 0 < self.bound_share < 1:
            raise ValueError("bound_share lies between 0 and 1")
