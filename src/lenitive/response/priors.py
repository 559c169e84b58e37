"""What is believed before the diary is read: every prior of the response model, handed in as one frozen value.

The numbers are knowledge (``knowledge/judgement/response.toml``) with sources; here is their shape. The fifteen non-linear
parameters each have a normal prior on an unconstrained scale. The linear ones (level, trend, placebo, decay, effects) have
normal priors in NRS points. ``assumed`` says of a number that no source gives it; such numbers are wide, shown in the methods
page, and halved and doubled in the sensitivity table.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from math import atanh, log

from lenitive.frozen import dataclass
from lenitive.knowledge import CoefficientRow, OnsetRow, ResponsePriors
from lenitive.response.normals import EffectSpread
from lenitive.terms import Score, digest

__all__ = ["NAMES", "CoefficientPrior", "Onset", "ParameterPrior", "Priors", "priors_of"]

NAMES = (
    *("phi_S", "phi_P", "phi_F"),
    *("g_PS", "g_FS", "g_FP", "a_SP"),
    *("sigma_S", "sigma_P", "sigma_F"),
    *("rho_S", "rho_P", "rho_F"),
    *("onset_S", "onset_PF"),
)
"""The non-linear parameters in the order of the equations; outcome by letter: S sleep disturbance, P pain, F fatigue."""

_LINEAR = ("level", "trend", "drift", "decay", "expectation", "cycle")
_SCALES = {"atanh": atanh, "log": log, "identity": float}


@dataclass(frozen=True, slots=True)
class ParameterPrior:
    """Normal prior of one non-linear parameter on its unconstrained scale.

    Attributes:
        name: Symbol in the equations.
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
    """Prior of the time constants of an onset, days: medians on sleep, and on pain and fatigue, and the SD of their logarithms.

    Attributes:
        of: The drugs.
        sleep: Median on sleep.
        other: Median on pain and fatigue.
        log_sd: SD of the logarithms; 0 where the onset is taken as it is.
        basis: Where the numbers come from.
    """

    of: tuple[str, ...]
    sleep: float
    other: float
    log_sd: float
    basis: str


@dataclass(frozen=True, kw_only=True)
class Priors:
    """Every prior of the model. Equal values have equal digests, on every machine.

    Attributes:
        parameters: Of the non-linear parameters, in the order of ``NAMES``.
        coefficients: Of level, trend, drift, decay, expectation and cycle.
        unknown_drug: Of the effect of a drug that no evidence was handed in for.
        unknown_activity: Of an activity's.
        spreads: How the effects of drugs may differ between people.
        onsets: Of the drugs that have one.
        unknown_onset: Of any other drug.
        activity_onset: Of an activity.
        stated_onset_log_sd: SD of the logarithm of an onset that the record states.
        trend_days: The trend is in points over so many days.
        decay_days: Time constant with which the first days settle.
        expectation_days: Time constant with which expectation follows what is known.
        drift_every_days: A diary gets one slow wave for each so many days beyond the first so many.
        ed50_share: Dose of half the greatest effect, as a share of the reference dose, of the curve D / (D + ED50).
        ed50_log_sd: SD of its logarithm.
        lead_days: How far before the diary doses are followed.
        evening_hour: From this hour on an intake acts on the night and the day that follow.
        cycle_days: Length of a monthly cycle.
        cycle_shortest_block: Shortest block that it could be taken for.
        cycle_longest_block: Longest.
        cycle_until_age: Last age at which there is one.
        recent_days: Days that a usual amount is the mean of.
        half_of_knowing: Share of expectation that follows being on the drug at all.
        unasked_belief: Expectation in a masked period after one without the drug, where the belief was not asked.
        most_expected: Most that expectation grows with the dose believed in.
        usual_minutes: Minutes of an activity where none are recorded.
    """

    parameters: tuple[ParameterPrior, ...]
    coefficients: tuple[CoefficientPrior, ...]
    unknown_drug: CoefficientPrior
    unknown_activity: CoefficientPrior
    spreads: tuple[EffectSpread, ...]
    onsets: tuple[Onset, ...]
    unknown_onset: Onset
    activity_onset: Onset
    stated_onset_log_sd: float
    trend_days: float
    decay_days: float
    expectation_days: float
    drift_every_days: int
    ed50_share: float
    ed50_log_sd: float
    lead_days: int
    evening_hour: int
    cycle_days: int
    cycle_shortest_block: int
    cycle_longest_block: int
    cycle_until_age: int
    recent_days: int
    half_of_knowing: float
    unasked_belief: float
    most_expected: float
    usual_minutes: float

    def __post_init__(self) -> None:
        if tuple(p.name for p in self.parameters) != NAMES:
            raise ValueError(f"the parameters are, in this order: {', '.join(NAMES)}")
        if tuple(c.name for c in self.coefficients) != _LINEAR:
            raise ValueError(f"the coefficients are, in this order: {', '.join(_LINEAR)}")

    @cached_property
    def digest(self) -> str:
        """Equal for equal numbers and words."""
        return digest(self)

    def coefficient(self, name: str) -> CoefficientPrior:
        """The prior of a linear coefficient."""
        return self.coefficients[_LINEAR.index(name)]

    def onset(self, drug: str) -> Onset:
        """The prior of a drug's onset."""
        return next((o for o in self.onsets if drug in o.of), self.unknown_onset)

    def onset_on(self, drug: str, score: Score) -> Onset:
        """The prior of a drug's onset where a score stands in the pain slot.

        The rows are about sleep, pain and fatigue. How fast another score follows, such as low mood, no row says: it is taken as
        of a drug of which nothing is known.
        """
        found = self.onset(drug)
        if score is Score.PAIN:
            return found
        return replace(found, other=self.unknown_onset.other, log_sd=self.unknown_onset.log_sd)

    def onset_stated(self, drug: str, days: float) -> Onset:
        """The prior of an onset that the record states."""
        return Onset((drug,), days, days, self.stated_onset_log_sd, "stated in the record")

    def stretch(self, onset: Onset) -> tuple[float, float]:
        """How many times the model's log onset factors apply to an onset, so that it is as uncertain as it is said to be."""
        slow = self.parameters[NAMES.index("onset_S")], self.parameters[NAMES.index("onset_PF")]
        return onset.log_sd / slow[0].sd, onset.log_sd / slow[1].sd


def _linear(name: str, row: CoefficientRow) -> CoefficientPrior:
    return CoefficientPrior(name, row.mean, row.sd, row.says)


def _onset(of: tuple[str, ...], row: OnsetRow) -> Onset:
    return Onset(of, row.sleep_days, row.other_days, row.log_sd, row.says)


def priors_of(file: ResponsePriors) -> Priors:
    """The priors as plain values, from what is known.

    Raises:
        ValueError: When a parameter or coefficient of the model is missing, or there is one that it has not.
    """
    return Priors(
        parameters=tuple(
            ParameterPrior(name, row.scale, _SCALES[row.scale](row.median), row.sd, row.says)
            for name, row in file.parameter.items()
        ),
        coefficients=tuple(_linear(name, row) for name, row in file.coefficient.items()),
        unknown_drug=_linear("effect of an unknown drug", file.unknown_drug),
        unknown_activity=_linear("effect of an activity", file.unknown_activity),
        spreads=tuple(EffectSpread(row.factor, row.together, row.weight) for row in file.spread.values()),
        onsets=tuple(_onset(row.drugs or (name,), row) for name, row in file.onset.items()),
        unknown_onset=_onset((), file.unknown_onset),
        activity_onset=_onset((), file.activity_onset),
        stated_onset_log_sd=file.stated_onset_log_sd.value,
        trend_days=file.trend_days.value,
        decay_days=file.decay_days.value,
        expectation_days=file.expectation_days.value,
        drift_every_days=file.drift_every_days.whole,
        ed50_share=file.ed50_share.value,
        ed50_log_sd=file.ed50_log_sd.value,
        lead_days=file.lead_days.whole,
        evening_hour=file.evening_hour.whole,
        cycle_days=file.cycle_days.whole,
        cycle_shortest_block=file.cycle_shortest_block.whole,
        cycle_longest_block=file.cycle_longest_block.whole,
        cycle_until_age=file.cycle_until_age.whole,
        recent_days=file.recent_days.whole,
        half_of_knowing=file.half_of_knowing.value,
        unasked_belief=file.unasked_belief.value,
        most_expected=file.most_expected.value,
        usual_minutes=file.usual_minutes.value,
    )
