"""The shape of safety rules: when they hold, what they say, what they rest on, and what handles them.

A rule is met when every entry of ``when`` holds and one of its ``drugs`` is taken (or it names none). It is silent
when a measurement has handled the matter. Nothing lets another drug silence a rule: entries ask for drugs that are
taken and never for drugs that are not, so adding one cannot take a finding away.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lenitive.knowledge.schema.base import Demands, KnowledgeModel, SourceModel
from lenitive.terms import EFFECTS, MEASURES, Grade, Severity

__all__ = [
    "AgeIs",
    "Changed",
    "ConditionIs",
    "ConditionModel",
    "EffectIs",
    "FlagIs",
    "MeasureIs",
    "NotMeasured",
    "PressureDrop",
    "RecentChange",
    "Rule",
    "RuleFile",
    "StoppedAbruptly",
    "Taking",
    "Test",
    "TopicModel",
]


class ConditionIs(KnowledgeModel):
    """The patient has one of these conditions."""

    test: Literal["condition"]
    any: tuple[str, ...] = Field(min_length=1)


class AgeIs(KnowledgeModel):
    """Age in years."""

    test: Literal["age"]
    at_least: int | None = None
    below: int | None = None


class FlagIs(KnowledgeModel):
    """Pregnant, or breastfeeding."""

    test: Literal["flag"]
    name: Literal["pregnant", "breastfeeding"]


class EffectIs(KnowledgeModel):
    """Side effects reported: so many different ones, within so many days of each other, not later reported absent."""

    test: Literal["effect"]
    any: tuple[str, ...] = Field(min_length=1)
    at_least: Severity = Severity.MILD
    within_days: int = 28
    count: int = 1
    apart_days: int = 7

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = sorted(set(self.any) - set(EFFECTS))
        if unknown:
            raise ValueError(f"not side effects of the vocabulary: {', '.join(unknown)}")
        return self


class MeasureIs(KnowledgeModel):
    """The last value of a measure lies in a range, and is not older than so many days."""

    test: Literal["measure"]
    of: str
    below: float | None = None
    at_least: float | None = None
    within_days: int = 365

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.of not in MEASURES:
            raise ValueError(f"{self.of} is not a measure of the vocabulary")
        return self


class Changed(KnowledgeModel):
    """A measure rose against the last value before the drug began (or the first one after, within 4 weeks)."""

    test: Literal["changed"]
    of: str
    percent_at_least: float | None = None
    percent_below: float | None = None
    points_at_least: float | None = None


class PressureDrop(KnowledgeModel):
    """Systolic pressure falls on standing by at least so many mm Hg, measured on one day within so many days."""

    test: Literal["pressure_drop"]
    at_least: float
    within_days: int = 90


class Taking(KnowledgeModel):
    """Other drugs are taken: at least so many, beside the one that triggers the rule when ``beside``."""

    test: Literal["taking"]
    any: tuple[str, ...] = Field(min_length=1)
    count: int = 1
    beside: bool = True


class RecentChange(KnowledgeModel):
    """The drug was started or raised within so many days, or a plan starts or raises it."""

    test: Literal["recent_change"]
    within_days: int


class NotMeasured(KnowledgeModel):
    """None of these measures was taken within so many days."""

    test: Literal["not_measured"]
    any: tuple[str, ...] = Field(min_length=1)
    within_days: int


class StoppedAbruptly(KnowledgeModel):
    """The drug ends after at least so many days of use, without a lower dose in the days before the end."""

    test: Literal["stopped_abruptly"]
    after_days: int = 28
    step_days: int = 7


Test = Annotated[
    ConditionIs
    | AgeIs
    | FlagIs
    | EffectIs
    | MeasureIs
    | Changed
    | PressureDrop
    | Taking
    | RecentChange
    | NotMeasured
    | StoppedAbruptly,
    Field(discriminator="test"),
]


class MeasuredSince(KnowledgeModel):
    """Handled: one of these measures was taken on or after the day of the newest fact, in the given range."""

    measured: tuple[str, ...]
    at_least: float | None = None
    below: float | None = None


class Rule(KnowledgeModel):
    """One check.

    Attributes:
        id: Stable, ``topic.name``.
        topic: Findings are merged by topic.
        tier: How loud.
        tier_basis: Who says so: the source itself, or we.
        drugs: Drug ids or class ids, any of which triggers it; empty for a rule about the patient alone.
        except_for: Drug ids or class ids that do not.
        how_many: The fewest different drugs of ``drugs`` that must be taken.
        when: All must hold.
        handled_by: The finding is silent when one of these was measured after the newest fact it rests on.
        if_unknown: ``ask``: name the missing fact in the finding on missing facts; ``assume``: take it as met.
        withholds: Whether a plan that brings it about is withheld.
        says: What was found, one sentence; said only where the rule is met.
        unknown: What is not recorded and why it matters; said in its place where the rule asks or assumes.
        mechanism: How it comes about.
        size: How large, where a source gives it.
        action: What to do, for a clinician.
        action_if_measured: What to do when a measure of ``handled_by`` was taken since and did not settle the matter: what
            is known must not be waited for.
        plain: What a patient is told, only for matters that are urgent.
        demands: What has to be done today. Every critical rule demands something.
        demands_if_measured: The same once a measure of ``handled_by`` was taken and did not settle the matter.
        demands_basis: Who says so: the source itself, or we.
        acts_on: Of the drugs it is about, ids or classes of those to stop or hold; empty for all of ``drugs``.
        tapers: Of those, ids or classes for which the rule says that a taper is the safe way.
    """

    id: str
    topic: str
    tier: Literal["critical", "warning", "info"]
    tier_basis: Literal["label", "guideline", "ours"]
    drugs: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()
    how_many: int = 1
    when: tuple[Test, ...] = ()
    handled_by: tuple[MeasuredSince, ...] = ()
    if_unknown: Literal["ask", "assume", "silent"] = "silent"
    withholds: bool = False
    says: str = Field(min_length=1)
    unknown: str = ""
    mechanism: str = ""
    size: str = ""
    action: str = Field(min_length=1)
    action_if_measured: str = ""
    plain: str = ""
    demands: Demands | None = None
    demands_if_measured: Demands | None = None
    demands_basis: Literal["label", "guideline", "ours"] | None = None
    acts_on: tuple[str, ...] = ()
    tapers: tuple[str, ...] = ()
    source: tuple[SourceModel, ...] = Field(min_length=1)
    grade: Grade

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not self.grade.may_decide and (self.withholds or self.tier != "info"):
            raise ValueError("a rule of grade D or U is only ever information and withholds nothing")
        if not self.drugs and not self.when:
            raise ValueError("a rule names a drug or a condition")
        if not self.drugs and any(isinstance(t, Changed | RecentChange) for t in self.when):
            raise ValueError("a rule about a drug's course names the drug")
        if any(isinstance(t, StoppedAbruptly) for t in self.when) and (len(self.when) > 1 or not self.drugs):
            raise ValueError("a rule about an end names the drugs and asks nothing else")
        if not self.id.startswith(self.topic + "."):
            raise ValueError("a rule's id begins with its topic")
        return self

    @model_validator(mode="after")
    def _worded(self) -> Self:
        """Each outcome that can be said has a wording of its own."""
        named = {"rule": self.id}
        if self.if_unknown != "silent" and self.unknown in {"", self.says}:
            raise PydanticCustomError("no_unknown", "{rule} has no wording of its own for `unknown`", named)
        if self.if_unknown == "silent" and self.unknown:
            raise PydanticCustomError(
                "idle_unknown", "{rule} is silent when a fact is unknown, yet words it", named
            )
        bounded = any(t.at_least is not None or t.below is not None for t in self.handled_by)
        if bounded != bool(self.action_if_measured) or self.action_if_measured == self.action:
            raise PydanticCustomError(
                "no_action_if_measured", "{rule} has no wording of its own for `action_if_measured`", named
            )
        return self

    @model_validator(mode="after")
    def _demands_what_is_urgent(self) -> Self:
        asked = {self.demands, self.demands_if_measured} - {None}
        if self.tier == "critical" and self.demands is None:
            raise ValueError("a critical rule demands something: stop, hold or contact")
        if asked and self.tier != "critical" and not self.plain:
            raise ValueError(
                "only what is critical, or urgent enough to be told to the patient, demands something"
            )
        if bool(asked) != bool(self.demands_basis):
            raise ValueError("a demand says who makes it, in demands_basis, and nothing else does")
        if asked & {"stop", "hold"} and not self.drugs:
            raise ValueError("a rule that names no drug has none to stop or to hold")
        if (self.acts_on or self.tapers) and not asked & {"stop", "hold"}:
            raise ValueError("acts_on and tapers belong to a rule that stops or holds")
        if self.demands_if_measured and not self.action_if_measured:
            raise ValueError("demands_if_measured goes with action_if_measured")
        return self


class TopicModel(KnowledgeModel):
    """A topic: its title for readers and its place among equals."""

    id: str
    title: str
    order: int


class RuleFile(KnowledgeModel):
    """One file of rules."""

    topic: tuple[TopicModel, ...] = ()
    rule: tuple[Rule, ...] = ()


class ConditionModel(KnowledgeModel):
    """A condition of a patient: its id, its words, the wider condition it belongs to, and the names that mean it."""

    id: str
    words: str
    within: str = ""
    names: tuple[str, ...]
