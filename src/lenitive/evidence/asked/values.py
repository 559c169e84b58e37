"""What further models say, as values; ratios are logs throughout."""

from __future__ import annotations

from lenitive.evidence.distributions import normal_quantile
from lenitive.evidence.network.extensions import ExtraCoefficient
from lenitive.evidence.pairwise.clustered import Clustered
from lenitive.frozen import dataclass

__all__ = [
    "AtValue",
    "DoseCurves",
    "ExactCounts",
    "Further",
    "Group",
    "GroupTest",
    "Grouped",
    "Interval",
    "Regression",
    "TriedDose",
    "normal_interval",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An effect with its interval.

    Attributes:
        name: A treatment; ``pooled`` for two treatments; ``all`` for a slope that all treatments of a network share.
        estimate: The estimate; a median where it is a posterior.
        low: Lower end.
        high: Upper end.
    """

    name: str
    estimate: float
    low: float
    high: float


def normal_interval(c: ExtraCoefficient, level: float, *, name: str = "") -> Interval:
    """A coefficient with the interval of a level."""
    z = normal_quantile(0.5 + level / 2)
    return Interval(
        name=name or c.name, estimate=c.estimate, low=c.estimate - z * c.se, high=c.estimate + z * c.se
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactCounts:
    """Counts by their own distribution: nothing added to empty cells, none taken for normal.

    Attributes:
        posterior: Whether the intervals are those of a posterior (a network) or of a likelihood (two treatments).
        effects: Log odds ratios.
        tau: Standard deviation between trials: its posterior mean, or its estimate.
        widest_tau: Upper end of the uniform prior of tau; None where there is no prior.
        notes: Caveats.
    """

    posterior: bool
    effects: tuple[Interval, ...]
    tau: float
    widest_tau: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtValue:
    """Effects in trials with one value of a covariate.

    Attributes:
        value: The value.
        within: Whether trials lie on both sides of it.
        effects: The effects.
    """

    value: float
    within: bool
    effects: tuple[Interval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Effects that move with something about the trial.

    Attributes:
        covariate: Its column, or ``baseline``.
        trials: Trials with a value.
        left_out: Names of trials without one.
        lowest: The smallest value.
        highest: The largest.
        slopes: Change of an effect for each unit.
        p: That all slopes are zero.
        tau2: What it leaves of the variance between trials.
        tau2_without: The same trials' variance without it.
        at: Effects at some values.
        notes: How its column was read, and caveats.
    """

    covariate: str
    trials: int
    left_out: tuple[str, ...]
    lowest: float
    highest: float
    slopes: tuple[Interval, ...]
    p: float
    tau2: float
    tau2_without: float
    at: tuple[AtValue, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of trials by itself; no effects, and why, where it could not be analysed."""

    name: str
    trials: int
    effects: tuple[Interval, ...]
    tau2: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTest:
    """Whether groups of trials share one effect of a treatment."""

    name: str
    groups: int
    q: float
    df: int
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Groups of trials side by side, each with its own variance between trials.

    Attributes:
        column: What groups them.
        groups: In order of first appearance.
        tests: For each effect that two groups or more have.
        left_out: Names of trials without a group.
    """

    column: str
    groups: tuple[Group, ...]
    tests: tuple[GroupTest, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedDose:
    """One dose that was tried: its effect by the curve, and by its own trials in the network."""

    drug: str
    dose: float
    curve: Interval
    network: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCurves:
    """Effects as curves of the dose.

    Attributes:
        column: The column of doses.
        curve: ``linear``; ``emax``: a curve for each drug; ``emax-shared``: one half-way point as a share of each drug's largest dose.
        tried: Every dose that was tried.
        half: The dose with half of the largest effect, by drug; empty for ``linear``.
        tau2: Variance between trials.
        q: How far the trials are from the curves.
        q_df: Degrees of freedom.
        q_p: Small where the curve does not fit.
        log_likelihood: To compare curves on the same trials.
        notes: Caveats.
    """

    column: str
    curve: str
    tried: tuple[TriedDose, ...]
    half: tuple[tuple[str, float], ...]
    tau2: float
    q: float
    q_df: int
    q_p: float
    log_likelihood: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """The further models that were asked for; None for each that was not."""

    exact: ExactCounts | None = None
    regression: Regression | None = None
    groups: Grouped | None = None
    doses: DoseCurves | None = None
    levels: Clustered | None = None
    robust: Clustered | None = None
