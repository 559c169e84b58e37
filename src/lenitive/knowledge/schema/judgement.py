"""The numbers that judgements turn on: a value with its unit, what it rests on, and the place where that stands.

Each room has its file in the folder ``judgement`` with every number named, so that one that is missing, misspelt or not of
its kind stops the start. A room never reads the file: it is handed the model, or plain values made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import AfterValidator, Field, model_validator

from lenitive.frozen import dataclass
from lenitive.knowledge.schema.base import Demands, KnowledgeModel
from lenitive.knowledge.schema.based import BasedRow, JudgementRow
from lenitive.knowledge.schema.harms import Contraindication
from lenitive.knowledge.schema.instruments import Instrument, OveruseGroup
from lenitive.knowledge.schema.interactions import Interaction, Mechanism
from lenitive.knowledge.schema.products import Action
from lenitive.terms import EFFECTS, MEASURES, PREFERENCES

__all__ = [
    "AgreedLines",
    "AsNeededLines",
    "CertaintyLines",
    "CoefficientRow",
    "CourseRow",
    "CoursesPrior",
    "CurveRow",
    "DiaryLines",
    "Findings",
    "Instruments",
    "Judgement",
    "JudgementFile",
    "JudgementRow",
    "Listed",
    "Monitored",
    "OnsetRow",
    "ParameterRow",
    "People",
    "PreferenceLines",
    "QuestionLines",
    "ReboundLines",
    "ResponsePriors",
    "SideEffectLines",
    "SleepLines",
    "Sorted",
    "Standing",
    "TendencyRow",
    "Threshold",
    "ValuationLines",
    "Values",
    "VerdictLines",
    "VisitLines",
    "WeightLines",
    "WeightRow",
    "Weights",
]


class Threshold(JudgementRow):
    """A number that a judgement turns on. Whether the value itself is on the upper side stands in ``says``."""

    value: float
    unit: str = Field(min_length=1)

    @property
    def whole(self) -> int:
        """The value as a whole number."""
        return int(self.value)

    @property
    def days(self) -> timedelta:
        """The value as a time."""
        return timedelta(days=self.value)


class Sorted(JudgementRow):
    """A table that puts one kind of words under another."""

    to: dict[str, str] = Field(min_length=1)


class Listed(JudgementRow):
    """Words that belong together."""

    of: tuple[str, ...] = Field(min_length=1)


def _in(unit: str, low: float, high: float, *, whole: bool = False) -> AfterValidator:
    def checked(row: Threshold) -> Threshold:
        if row.unit != unit or not low <= row.value <= high or (whole and row.value != int(row.value)):
            kind = "a whole number" if whole else "a number"
            raise ValueError(f"is {kind} from {low:g} to {high:g} with the unit {unit!r}")
        return row

    return AfterValidator(checked)


Years = Annotated[Threshold, _in("a", 0, 120, whole=True)]
Days = Annotated[Threshold, _in("d", 0, 3660, whole=True)]
Share = Annotated[Threshold, _in("1", 0, 1)]
Steps = Annotated[Threshold, _in("severity", 0, 3)]
Points = Annotated[Threshold, _in("{score}", 0, 10)]
Positive = Annotated[Threshold, _in("1", 1e-6, 1e6)]
Counted = Annotated[Threshold, _in("1", 0, 1000, whole=True)]
Hours = Annotated[Threshold, _in("h", 0, 24)]
Lag = Annotated[Threshold, _in("h", 0, 240)]
Weeks = Annotated[Threshold, _in("wk", 0, 520)]
Kilograms = Annotated[Threshold, _in("kg", 0.01, 400)]
Duration = Annotated[Threshold, _in("d", 1e-6, 3660)]
Tenths = Annotated[Threshold, _in("1", 0, 10)]
Minutes = Annotated[Threshold, _in("min", 1, 1440)]


def _are_effects(row: Listed) -> Listed:
    unknown = sorted(set(row.of) - set(EFFECTS))
    if unknown:
        raise ValueError(f"not side effects of the vocabulary: {', '.join(unknown)}")
    return row


Effects = Annotated[Listed, AfterValidator(_are_effects)]


class JudgementFile(KnowledgeModel):
    """What every file of numbers has."""

    id: str
    read: date
    review: date

    def rows(self) -> dict[str, BasedRow]:
        """Every row by its key, in the order of the schema."""
        found: dict[str, BasedRow] = {}

        def walk(value: Any, path: str) -> None:
            if isinstance(value, BasedRow):
                found[path] = value
            elif isinstance(value, Instrument):
                for key in type(value).model_fields:
                    walk(getattr(value, key), f"{path}.{key}")
            elif isinstance(value, dict):
                for key, below in value.items():
                    walk(below, f"{path}.{key}")

        for name in type(self).model_fields:
            walk(getattr(self, name), name)
        return found


class People(JudgementFile):
    """Ages that more than one room asks about.

    Attributes:
        older_adult_age: From this age on a person is an older adult, in every room.
        young_adult_age: Below this age the boxed warning on suicidal thoughts applies.
        fertile_from_age: From this age on an unknown pregnancy is asked about.
        fertile_below_age: From this age on it is asked about no longer.
    """

    older_adult_age: Years
    young_adult_age: Years
    fertile_from_age: Years
    fertile_below_age: Years


class Standing(JudgementFile):
    """Where a patient stands with a drug: the lines between the words a protocol asks for.

    Attributes:
        helps: Probability of a benefit that matters from which an outcome counts as helped; 1 less it, as not helped.
        harm_hard: Expected severity now from which a side effect is hard to bear.
        harm_bearable: Expected severity now from which it is there at all.
        falling_days: Days within which two falls in a row are a taper, and a new drug replaces the one that falls.
        diary_days: Days that completeness of the diary is counted over.
    """

    helps: Share
    harm_hard: Steps
    harm_bearable: Steps
    falling_days: Days
    diary_days: Days

    @model_validator(mode="after")
    def _ordered(self) -> Standing:
        if not (self.helps.value > 1 - self.helps.value and self.harm_bearable.value < self.harm_hard.value):
            raise ValueError("helps lies above one half, and bearable below hard")
        return self


Triple = tuple[float, float, float]


class ParameterRow(JudgementRow):
    """Prior of a non-linear parameter: its median on the natural scale, and the SD on the scale named."""

    scale: Literal["atanh", "identity", "log"]
    median: float
    sd: float = Field(gt=0)

    @model_validator(mode="after")
    def _on_its_scale(self) -> ParameterRow:
        if (self.scale == "log" and self.median <= 0) or (self.scale == "atanh" and abs(self.median) >= 1):
            raise ValueError("a logarithm needs a median above zero, an inverse tangent one within -1 to 1")
        return self


class CoefficientRow(JudgementRow):
    """Prior of a linear coefficient for the sleep, pain and fatigue slots, points."""

    mean: Triple
    sd: Triple

    @model_validator(mode="after")
    def _spread(self) -> CoefficientRow:
        if min(self.sd) <= 0:
            raise ValueError("a spread is above zero")
        return self


class OnsetRow(JudgementRow):
    """Prior of the time constants of an onset, days: medians on sleep, and on pain and fatigue, and the SD of their logarithms.

    ``drugs`` names those that share the row; without it the row's own name is the drug.
    """

    sleep_days: float = Field(gt=0)
    other_days: float = Field(gt=0)
    log_sd: float = Field(ge=0)
    drugs: tuple[str, ...] = ()


class SpreadRow(JudgementRow):
    """One way in which the effects of a drug may differ between people.

    ``factor`` multiplies the SD that the evidence gives, ``together`` is the correlation of the effects on the three scores, ``weight`` the
    probability before the diary.
    """

    factor: float = Field(gt=0, le=5)
    together: float = Field(ge=0, lt=1)
    weight: float = Field(gt=0, le=1)


class ResponsePriors(JudgementFile):
    """What the response model believes before the diary is read; the model says which parameters it has.

    Attributes:
        parameter: Non-linear parameters by symbol, in the order of the model.
        coefficient: Linear coefficients by name, in the order of the model.
        spread: How the effects of drugs may differ between people; the weights sum to 1.
        onset: Onsets by drug, or by the name of a class of them.
        unknown_onset: Of any other drug.
        activity_onset: Of an activity.
        stated_onset_log_sd: Spread of one that the record states.
        unknown_drug: Effect of a drug without evidence.
        unknown_activity: Effect of an activity without evidence.
    """

    parameter: dict[str, ParameterRow] = Field(min_length=1)
    coefficient: dict[str, CoefficientRow] = Field(min_length=1)
    spread: dict[str, SpreadRow] = Field(min_length=1, max_length=8)
    onset: dict[str, OnsetRow]
    unknown_onset: OnsetRow
    activity_onset: OnsetRow
    stated_onset_log_sd: Positive
    unknown_drug: CoefficientRow
    unknown_activity: CoefficientRow
    trend_days: Days
    decay_days: Days
    expectation_days: Days
    drift_every_days: Days
    ed50_share: Positive
    ed50_log_sd: Positive
    lead_days: Days
    evening_hour: Hours
    cycle_days: Days
    cycle_shortest_block: Days
    cycle_longest_block: Days
    cycle_until_age: Years
    recent_days: Days
    half_of_knowing: Share
    unasked_belief: Share
    most_expected: Positive
    usual_minutes: Minutes

    @model_validator(mode="after")
    def _spread(self) -> ResponsePriors:
        if abs(sum(row.weight for row in self.spread.values()) - 1.0) > 1e-9:
            raise ValueError("the weights of the spreads sum to 1")
        return self


class VerdictLines(JudgementFile):
    """When a benefit is said to be there, not to be there, or open; what each line is stands beside its value."""

    benefit: Points
    benefit_sleep: Points
    benefit_fatigue: Points
    benefit_offered: Points
    sure: Share
    probably: Share
    helps: Share
    worth: Share
    from_diary: Share
    clear_points: Points
    moderate_share: Share
    substantial_share: Share
    bound_share: Share
    window_days: Days
    before_days: Days
    least_entries: Counted
    together: Share
    conflict: Positive
    strong_conflict: Positive
    share_sure: Share
    shortest_block_days: Days
    longest_block_days: Days
    full_diary: Share
    lately_days: Days
    judged_taken: Share
    judged_onsets: Positive
    judged_quantile: Share
    judged_weeks: Weeks


class Values(JudgementRow):
    """Numbers of one kind, in order."""

    of: tuple[float, ...] = Field(min_length=1)


class CurveRow(JudgementRow):
    """Points by a quantity, straight between the knots and level beyond them."""

    at: tuple[float, ...] = Field(min_length=2)
    points: tuple[float, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _pairs(self) -> CurveRow:
        if len(self.at) != len(self.points) or list(self.at) != sorted(set(self.at)):
            raise ValueError("a curve has a value at each knot, and its knots ascend")
        return self


class Weights(JudgementRow):
    """A weight 0-10 for each of some words."""

    of: dict[str, Annotated[float, Field(ge=0, le=10)]] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Weights:
        unknown = sorted(set(self.of) - set(PREFERENCES))
        if unknown or "pain" not in self.of:
            raise ValueError(
                f"weighs pain, and only what a patient may weigh: {', '.join(unknown) or 'pain'}"
            )
        return self


class CourseRow(JudgementRow):
    """Course of a side effect of which nothing is known; shares of people and days."""

    incidence: float = Field(ge=0, le=1)
    background: float = Field(ge=0, le=1)
    fades: float = Field(ge=0, le=1)
    worsens: float = Field(ge=0, le=1)
    onset_days: float = Field(gt=0)
    resolution_days: float = Field(gt=0)
    resolution_log_sd: float = Field(gt=0)


class TendencyRow(JudgementRow):
    """Shares in whom a side effect fades and gets worse, by what a source says of it."""

    fades: float = Field(ge=0, le=1)
    worsens: float = Field(ge=0, le=1)


class SideEffectLines(JudgementFile):
    """What becomes of a side effect: what each number is stands beside its value."""

    noise: Steps
    lapse: Share
    full_weight_days: Days
    sure: Share
    least_reports: Counted
    least_span_days: Days
    longest_silence_days: Days
    present: Steps
    still_there: Share
    later_days: Days
    forecast_days: Days
    sizes: Values
    size_chances: Values
    backgrounds: Values
    unknown: CourseRow
    tendency: dict[Literal["fades", "stays", "grows", "unclear"], TendencyRow] = Field(min_length=4)
    quick_days: Days
    slow_days: Days
    longest_onset_days: Days
    known_log_sd: Positive
    usual_background: Share
    usual_incidence: Share
    least_incidence: Share
    most_share: Share
    rests: Values
    rest_chances: Values
    worsening_days: Values
    worsening_start: Share
    worsening_gain: Positive

    @model_validator(mode="after")
    def _sound(self) -> SideEffectLines:
        chances = self.size_chances.of
        if len(chances) != len(self.sizes.of) or abs(sum(chances) - 1) > 1e-9:
            raise ValueError("each size has its share, and the shares sum to 1")
        rests = self.rest_chances.of
        if len(rests) != len(self.rests.of) or abs(sum(rests) - 1) > 1e-9:
            raise ValueError("each rest has its share, and the shares sum to 1")
        if not self.quick_days.value < self.slow_days.value:
            raise ValueError("quick_days lies below slow_days")
        return self


class WeightRow(JudgementRow):
    """Weight on a drug of which nothing is known; shares of the weight at the start, and weeks."""

    gain: float
    gain_sd: float = Field(gt=0)
    weeks: float = Field(gt=0)
    weeks_log_sd: float = Field(gt=0)


class WeightLines(JudgementFile):
    """Weight on a drug: what each number is stands beside its value."""

    scale_sd_kg: Kilograms
    drift_sd_per_year: Share
    level_sd_kg: Kilograms
    baseline_before_days: Days
    baseline_after_days: Days
    least_after: Counted
    least_weeks: Weeks
    grade_1: Share
    label_gain: Share
    label_gain_error: Share
    unknown: WeightRow
    usual_kg: Kilograms
    gain_sd: Share
    settled_constants: Positive


class CoursesPrior(JudgementRow):
    """What is believed of the courses after a step down."""

    none: float = Field(gt=0, lt=1)
    withdrawal: float = Field(gt=0, lt=1)
    relapse: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _whole(self) -> CoursesPrior:
        if abs(self.none + self.withdrawal + self.relapse - 1) > 1e-9:
            raise ValueError("the three sum to 1")
        return self


class ReboundLines(JudgementFile):
    """After a step down: what each number is stands beside its value."""

    window_days: Days
    before_days: Days
    least_before: Counted
    least_after: Counted
    sure: Share
    early_days: Days
    prior: CoursesPrior
    amplitudes: Values
    fade_days: Values
    rise_days: Duration
    return_days: Values
    withdrawal_elsewhere: Values
    return_elsewhere: Values
    autocorrelation: Share
    state_share: Share
    usual_sd: Points
    usual_weight: Positive
    new_report: Positive
    most_reports: Counted
    asked_and_absent: Positive
    effects: Effects


class PreferenceLines(JudgementFile):
    """What counts how much, and what lasting side effects take away: what each number is stands beside its value."""

    weights: Weights
    unstated: Tenths
    severity_points: CurveRow
    weight_points: CurveRow
    least_points: Points
    harm_figures: Counted
    harm_classes: Listed


class VisitLines(JudgementFile):
    """What a visit goes by beside the other files: what each number is stands beside its value."""

    gone_days: Days
    evening_hour: Hours
    earliest_hour: Hours
    waking_hour: Hours
    same_worth: Points
    hours_earlier: Values
    draw_hours: Values

    @model_validator(mode="after")
    def _hours(self) -> VisitLines:
        earlier, drawn = self.hours_earlier.of, self.draw_hours.of
        if min(earlier) < 1 or any(h != int(h) for h in earlier) or list(earlier) != sorted(set(earlier)):
            raise ValueError("hours_earlier are whole hours from 1 on, and ascend")
        if not all(0 <= h < 24 for h in drawn) or list(drawn) != sorted(set(drawn)):
            raise ValueError("draw_hours are hours of a day, and ascend")
        return self


class ValuationLines(JudgementFile):
    """How what may be done next is valued: what each number is stands beside its value."""

    horizon_weeks: Weeks
    same_net: Points
    withdrawal_share: Share
    withdrawal_points: Points
    withdrawal_days: Days
    test_burden: Points
    test_longest_weeks: Weeks
    test_longest_share: Share
    test_after_weeks: Weeks
    test_apart_weeks: Weeks
    test_waiting_weeks: Weeks

    @property
    def horizon_days(self) -> int:
        """Days that a step is valued over."""
        return int(7 * self.horizon_weeks.value)

    @model_validator(mode="after")
    def _has_a_horizon(self) -> ValuationLines:
        if self.horizon_weeks.value < 1:
            raise ValueError("horizon_weeks is at least one week")
        return self


class DiaryLines(JudgementFile):
    """What is remarked of a diary, what of it is recent, and how many nights make a series: what each is stands beside its value."""

    late_hours: Lag
    long_gap_days: Days
    mean_days: Days
    compared_days: Days
    asked_enough: Counted
    much_missing: Share
    much_at_floor: Share
    low_points: Points
    mostly_low: Share
    nearly_always: Share
    recent_days: Days
    new_days: Days
    least_nights: Counted


class QuestionLines(JudgementFile):
    """What a visit is about: what each row is stands beside it.

    Attributes:
        stale_days: Days without a score from which a record says nothing of now.
        recent_days: How long before the diary a change of dose still makes a medicine the one in question.
        purpose_starts: Beginnings of words of a reason for fibromyalgia, pain, sleep or fatigue.
        purpose_words: The same as whole words.
        purpose_parts: The same anywhere within a word.
        diagnosis_parts: Parts of a word that say fibromyalgia.
        diagnosis_codes: Codes of a condition that say fibromyalgia.
        acting_classes: Classes that act on the scores.
        acting_names: Single medicines that do.
    """

    stale_days: Days
    recent_days: Days
    purpose_starts: Listed
    purpose_words: Listed
    purpose_parts: Listed
    diagnosis_parts: Listed
    diagnosis_codes: Listed
    acting_classes: Listed
    acting_names: Listed


class Instruments(JudgementFile):
    """Questionnaires, by the measure that holds their score; ``psd`` is the sum of ``wpi`` and ``sss``."""

    instrument: dict[str, Instrument] = Field(min_length=1)

    @model_validator(mode="after")
    def _measured(self) -> Instruments:
        unknown = sorted(
            id_
            for id_ in self.instrument.keys() - {"psd"}
            if id_ not in MEASURES or MEASURES[id_].unit != "{score}"
        )
        if unknown:
            raise ValueError(f"no measure with a score is called {', '.join(unknown)}")
        return self


class AsNeededLines(JudgementFile):
    """Medicines taken as needed: what each number is stands beside its value.

    Attributes:
        counted_days: Days over which days of use are counted.
        trend_days: From so many days more or less than in the days before, use rises or falls.
        sustained_spans: So many spans of counted days in a row are a regular use.
        group: What is called overuse, by group.
    """

    counted_days: Days
    trend_days: Days
    sustained_spans: Counted
    group: dict[str, OveruseGroup] = Field(min_length=1)


class AgreedLines(JudgementFile):
    """How what was agreed is judged: what each number is stands beside its value."""

    activity_days: Days


class SleepLines(JudgementFile):
    """Measured nights beside the diary, and what makes a night: what each number is stands beside its value."""

    evening_hour: Hours
    join_min: Minutes
    broken_min: Minutes
    broken_until_hour: Hours
    nap_most_min: Minutes
    least_nights: Counted
    least_pairs: Counted
    disturbance_points: Points
    tst_min: Minutes
    weak: Share
    least_day_pairs: Counted
    least_each: Counted
    ask_again_days: Days


_TIERS = frozenset({"critical", "warning", "info"})
_DEMAND_KINDS = ("contraindicated_drug", "contraindicated_condition", "organ", "allergy", "wait")


class Findings(JudgementFile):
    """What is said of what is taken: how loud, under which topic, and for how long something counts.

    Attributes:
        as_needed_days: How long a drug taken as needed counts as taken after its last dose.
        unknown_wait_days: How long a wait of unknown length is asked about.
        start_days: For how many days from the first dose on a drug counts as begun, where a source forbids the start alone.
        sign_days: How long a reported sign raises the warning of a label.
        sign_severity: From which severity on it does.
        baseline_before_days: How old a value before the first dose may be to be the baseline of a change.
        baseline_after_days: How long after the first dose the first value still is, without one before.
        interaction_tier: Tier by severity of an interaction.
        contraindication_tier: Tier by level of a contraindication.
        organ_tier: Tier by action of a row on kidney or liver; ``reduce_over`` above the reduced maximum.
        mechanism_topic: Topic by first mechanism of an interaction.
        condition_topic: Topic by condition, below a contraindication.
        warning_topic: Topic by key of a label's warning.
        stopping_warning: Keys of warnings on stopping.
        demand: What has to be done today, by the kind of row that has no demand of its own.
    """

    as_needed_days: Days
    unknown_wait_days: Days
    start_days: Days
    sign_days: Days
    sign_severity: Steps
    baseline_before_days: Days
    baseline_after_days: Days
    interaction_tier: Sorted
    contraindication_tier: Sorted
    organ_tier: Sorted
    mechanism_topic: Sorted
    condition_topic: Sorted
    warning_topic: Sorted
    stopping_warning: Listed
    demand: Sorted

    @model_validator(mode="after")
    def _complete(self) -> Findings:
        level = Contraindication.model_fields["level"].annotation
        severity = Interaction.model_fields["severity"].annotation
        needed = {
            "interaction_tier": (self.interaction_tier, get_args(severity)),
            "contraindication_tier": (self.contraindication_tier, get_args(level)),
            "organ_tier": (self.organ_tier, {*get_args(Action), "reduce_over"} - {"none"}),
            "mechanism_topic": (self.mechanism_topic, get_args(Mechanism)),
            "demand": (self.demand, _DEMAND_KINDS),
        }
        for name, (table, words) in needed.items():
            if set(table.to) != set(words):
                raise ValueError(f"{name} has exactly the words {', '.join(sorted(words))}")
            if name.endswith("_tier") and not set(table.to.values()) <= _TIERS:
                raise ValueError(f"{name} gives critical, warning or info")
        if not set(self.demand.to.values()) <= set(get_args(Demands)):
            raise ValueError("demand gives stop, hold or contact")
        return self

    def demanded(self, kind: str) -> Demands:
        """What a row of a kind demands that says nothing of it itself."""
        return cast("Demands", self.demand.to[kind])

    @property
    def topics(self) -> frozenset[str]:
        """Every topic that a table names."""
        tables = (self.mechanism_topic, self.condition_topic, self.warning_topic)
        return frozenset(topic for table in tables for topic in table.to.values())


class Monitored(JudgementFile):
    """How the days of a schedule of checks are met.

    Attributes:
        horizon_days: How far ahead checks are listed.
        early_days: How long before its day a check counts for it.
        late_days: How long before its day it is due, and after it not yet overdue.
        baseline_days: How old a value may be to count for the check at the start.
        sign_days: How long a reported sign makes its check due.
        infection_sign: Side effects that ask for a blood count.
        liver_symptom: Side effects that ask for a liver test.
    """

    horizon_days: Days
    early_days: Days
    late_days: Days
    baseline_days: Days
    sign_days: Days
    infection_sign: Effects
    liver_symptom: Effects


class CertaintyLines(JudgementFile):
    """Where the rules on the certainty of evidence turn. Scores of bias are 0 (low), 1 (some concerns) and 2 (high).

    Attributes:
        bias_some: Mean score by weight from which a domain is some concern.
        bias_major: The same for a major concern.
        not_judged: Score of a trial that nobody judged.
        incoherence_p: From this P value on direct and indirect evidence are not said to differ.
        incoherence_major_p: Below this P value of designs against one another an indirect comparison is a major concern.
        hidden_very: Share of people in hidden trials from which reporting bias is very serious.
        information_alpha: Two-sided error of the trial whose size is the optimal information size.
        information_power: Its power.
        information_effect: The difference it is to find on a score, in standard deviations.
        information_major: Share of that size below which imprecision is a major concern.
        information_very: Share of it below which it is a very serious one.
        rebuilt: Share of the weight with a rebuilt standard error from which imprecision rises by a step.
        some_per_level: Lesser concerns that take one level.
        regression_trials: Fewest trials of a regression.
    """

    bias_some: Tenths
    bias_major: Tenths
    not_judged: Tenths
    incoherence_p: Share
    incoherence_major_p: Share
    hidden_very: Share
    information_alpha: Share
    information_power: Share
    information_effect: Positive
    information_major: Share
    information_very: Share
    rebuilt: Share
    some_per_level: Counted
    regression_trials: Counted

    @model_validator(mode="after")
    def _ordered(self) -> CertaintyLines:
        if not (
            0 < self.bias_some.value < self.bias_major.value <= 2
            and 0 < self.incoherence_major_p.value < self.incoherence_p.value
            and 0 < self.information_alpha.value < self.information_power.value < 1
            and self.information_very.value < self.information_major.value
            and self.some_per_level.value >= 1
        ):
            raise ValueError("some concern begins below major concern, and alpha lies below power")
        return self


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Every number that a judgement turns on, by file.

    Attributes:
        people: Ages.
        standing: Where a patient stands with a drug.
        findings: What is said of what is taken.
        monitoring: How checks are met.
        response: What the response model believes before the diary is read.
        verdict: When a benefit is said to be there.
        side_effects: What becomes of a side effect.
        weight: Weight on a drug.
        rebound: What is seen after a step down.
        preferences: What counts how much.
        valuation: How what may be done next is valued.
        visit: What a visit goes by beside the others.
        question: What a visit is about.
        diary: What is remarked of a diary, and what of it counts.
        instruments: What the scores of questionnaires mean.
        as_needed: Medicines taken as needed.
        agreed: How what was agreed is judged.
        certainty: Where the rules on the certainty of evidence turn.
        sleep: Measured nights beside the diary.
    """

    people: People
    standing: Standing
    findings: Findings
    monitoring: Monitored
    response: ResponsePriors
    verdict: VerdictLines
    side_effects: SideEffectLines
    weight: WeightLines
    rebound: ReboundLines
    preferences: PreferenceLines
    valuation: ValuationLines
    visit: VisitLines
    question: QuestionLines
    diary: DiaryLines
    instruments: Instruments
    as_needed: AsNeededLines
    agreed: AgreedLines
    certainty: CertaintyLines
    sleep: SleepLines

    def rows(self) -> Iterator[tuple[str, BasedRow]]:
        """Every row with its id, ``file.key``."""
        for one in fields(self):
            file: JudgementFile = getattr(self, one.name)
            for key, row in file.rows().items():
                yield f"{one.name}.{key}", row

    @property
    def articles(self) -> frozenset[str]:
        """Everything that a row names as its source, without the place."""
        return frozenset(s.article for _, row in self.rows() for s in row.sources)
