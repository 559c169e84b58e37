"""What a fit goes by. A changed setting is shown with its result."""

from __future__ import annotations

from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.response.priors import Priors

__all__ = ["Lines", "Observation", "Settings"]


class Observation(StrEnum):
    """How a reported score relates to the latent one."""

    AUTO = "auto"
    """Normal and rounded; censored too when more than ``Settings.bound_share`` of an outcome's days lie at a bound."""
    NORMAL = "normal"
    """The score is the latent value plus normal noise: neither bounds nor rounding are thought of."""
    CENSORED = "censored"
    """Rounded, and a score at 0 or 10 says only that the latent value lies beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The numbers that the answers of a fit turn on.

    Attributes:
        clear_points: Points of a clear fall.
        moderate_share: Share by which a fall is moderate.
        substantial_share: Share by which it is substantial.
        window_days: Days that a change since the start is the mean of.
        before_days: Days before the start that percentages are of, at most.
        least_entries: Entries below which there is no mean.
        together: Correlation of two inputs from above which they are not told apart.
        conflict: SDs beyond which a prior and the diary disagree.
        share_sure: Probability of the effect's sign from which the share through sleep is given.
        shortest_block_days: Shortest block of a test.
        longest_block_days: Longest.
        full_diary: Share of scores below which a fuller diary is a step.
        lately_days: Days in which that share is counted.
    """

    clear_points: float
    moderate_share: float
    substantial_share: float
    window_days: int
    before_days: int
    least_entries: int
    together: float
    conflict: float
    share_sure: float
    shortest_block_days: int
    longest_block_days: int
    full_diary: float
    lately_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to fit: what is believed beforehand, where the lines are, and how it is computed.

    What is believed and the lines are knowledge and have no defaults; ``fit_settings`` makes them. The numbers of the computation
    (draws, inputs, kernel) are the project's own choice and stand here.

    Attributes:
        priors: What is believed before the diary is read.
        lines: The numbers that the answers turn on.
        mcid: Improvement in points that counts as minimally important.
        observation: Observation model.
        bound_share: Share of days at a bound above which the censored model is used.
        draws: Importance draws in each of the two rounds.
        max_inputs: Drugs and activities estimated; the rest is reported as left out.
        use_kernel: Whether to use the compiled kernel when it is there.
    """

    priors: Priors
    lines: Lines
    mcid: float
    bound_share: float
    observation: Observation = Observation.AUTO
    draws: int = 128
    max_inputs: int = 8
    use_kernel: bool = True

    def __post_init__(self) -> None:
        if self.draws < 64:
            raise ValueError("at least 64 draws: fewer cannot be checked by their Pareto tail")
        if not self.mcid > 0:
            raise ValueError("mcid is a positive number of points")
        if not 0 < self.bound_share < 1:
            raise ValueError("bound_share lies between 0 and 1")
