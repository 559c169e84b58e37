"""The shape of a protocol's file: named states, rules that offer steps, limits, and the facts both may ask.

A condition names facts and what they must be. A number is compared (``ge``, ``gt``, ``le``, ``lt``), a word is one of a
list, a yes/no is itself. All of a condition's facts must hold.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.terms import Grade, Source

__all__ = [
    "FACTS",
    "URGENT",
    "Action",
    "Always",
    "CaseFile",
    "FactKind",
    "Protocol",
    "ProtocolCase",
    "ProtocolCondition",
    "ProtocolLimit",
    "ProtocolRule",
    "ProtocolState",
    "ProtocolTest",
    "Range",
]

Action = Literal[
    "no_change",
    "ask_for_data",
    "step_up",
    "step_down",
    "change_time",
    "taper",
    "smaller_steps",
    "switch",
    "add",
    "add_non_drug",
    "start",
    "stop",
    "hold",
    "contact",
    "test",
]

URGENT: frozenset[Action] = frozenset({"stop", "hold", "contact"})
"""What is done on the same day because of a finding: ``stop`` a drug at once, ``hold`` it until something is known, or ``contact``
the patient, which stopping and holding include. Safety says which; a protocol can offer nothing else while a finding is critical.
"""

FactKind = tuple[str, ...] | Literal["yes_no"] | str
"""``yes_no``, a tuple of words, or the unit of a number."""

FACTS: dict[str, FactKind] = {
    "ever_taken": "yes_no",
    "taking": "yes_no",
    "falling": "yes_no",
    "replaced": "yes_no",
    "dose_mg": "mg",
    "days_since_start": "d",
    "restarted": "yes_no",
    "days_at_dose": "d",
    "weeks_therapeutic": "wk",
    "older": "yes_no",
    "verdict": ("works", "works_at_a_cost", "does_not_work", "cannot_tell"),
    "grade": (
        "works",
        "works_at_a_cost",
        "probably_works",
        "helps_size_open",
        "helps_a_little",
        "open",
        "probably_does_not_work",
        "does_not_work",
        "nothing_to_ease",
        "cannot_tell",
    ),
    "helps": "yes_no",
    "probability_benefit": "1",
    "share_from_diary": "1",
    "sleep_helps": "yes_no",
    "pain_helps": "yes_no",
    "harm": ("none", "bearable", "hard"),
    "harm_fading": "yes_no",
    "morning_sedation": "yes_no",
    "weight_change_percent": "%",
    "critical_finding": "yes_no",
    "diary_complete": "1",
    "above_supported": "yes_no",
    "diagnosis": "yes_no",
    "rebound": ("none", "withdrawal", "relapse", "unclear"),
}
"""Every fact a protocol may ask, with its kind.

``falling``: the last change lowered the dose and the aim is nothing. ``replaced``: another candidate drug began while this
one falls. ``restarted``: begun again after a pause of at least the limit ``break_days``, fewer days ago than steps must lie
apart; the first course never is. ``days_since_start`` counts from there, ``weeks_therapeutic`` does not: weeks taken at or above the therapeutic dose, all courses together.
``critical_finding``: a finding on what is taken now is critical, or demands that a drug be stopped or held today.
``diagnosis``: whether what the protocol treats is recorded of the patient at all.
``diary_complete``: share of the last four weeks' days with an entry.
``grade``: that of the answer, as ``verdict`` in its finer words. ``helps``: whether there is any benefit at all, where that is as good as certain
either way. ``above_supported``: whether the record states why doses above ``supported_mg`` are to be weighed.
"""


class Range(KnowledgeModel):
    """Limits of a number; at least one."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> Range:
        given = [x for x in (self.ge, self.gt, self.le, self.lt) if x is not None]
        if not given:
            raise ValueError("a range has at least one limit")
        low = [x for x in (self.ge, self.gt) if x is not None]
        high = [x for x in (self.le, self.lt) if x is not None]
        if low and high and max(low) > min(high):
            raise ValueError("a range's lower limit lies above its upper one")
        return self

    @property
    def edges(self) -> tuple[float, ...]:
        """Where it begins and ends."""
        return tuple(x for x in (self.ge, self.gt, self.le, self.lt) if x is not None)

    def holds(self, value: float) -> bool:
        """Whether a number lies in it."""
        return (
            (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )


ProtocolTest = bool | tuple[str, ...] | Range
ProtocolCondition = dict[str, ProtocolTest]


def check_condition(condition: ProtocolCondition) -> None:
    """Refuse a fact that does not exist, or a test of the wrong kind."""
    for name, test in condition.items():
        if name not in FACTS:
            raise ValueError(f"{name!r} is not a fact; known: {', '.join(FACTS)}")
        kind = FACTS[name]
        if kind == "yes_no":
            right = isinstance(test, bool)
        elif isinstance(kind, tuple):
            right = isinstance(test, tuple) and bool(test) and set(test) <= set(kind)
        else:
            right = isinstance(test, Range)
        if not right:
            raise ValueError(f"{name}: the test does not fit a fact of kind {kind!r}")


class _Sourced(KnowledgeModel):
    article: tuple[str, ...] = Field(min_length=1)
    grade: Grade
    basis: Literal["label", "trial", "guideline", "ours"]

    @model_validator(mode="after")
    def _may_decide(self) -> _Sourced:
        if not self.grade.may_decide:
            raise ValueError("a protocol may not rest on grade D or U")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it comes from."""
        return tuple(Source(article=a) for a in self.article)


class ProtocolLimit(_Sourced):
    """A number the whole protocol keeps to."""

    value: float
    unit: str
    says: str


class ProtocolState(KnowledgeModel):
    """Where a patient stands. Exactly one state holds for any facts."""

    id: str
    title: str
    when: ProtocolCondition

    @model_validator(mode="after")
    def _asks_known_facts(self) -> ProtocolState:
        check_condition(self.when)
        return self


class ProtocolRule(_Sourced):
    """Steps to consider in some states when some facts hold.

    Attributes:
        id: Stable.
        states: The states it belongs to.
        when: What must hold beside the state.
        offers: The steps, the most natural first.
        because: Why, for clinicians; may name ``{facts}``.
        weighs: Whether other doses are offered for what they are expected to bring and for nothing else: not where that cannot be told.
    """

    id: str
    states: tuple[str, ...] = Field(min_length=1)
    when: ProtocolCondition = Field(default_factory=dict)
    offers: tuple[Action, ...] = Field(min_length=1)
    because: str = Field(min_length=1)
    weighs: bool = False

    @model_validator(mode="after")
    def _asks_known_facts(self) -> ProtocolRule:
        check_condition(self.when)
        if self.is_for_critical and not set(self.offers) <= URGENT:
            raise ValueError(
                "under a critical finding a rule offers stop, hold or contact and nothing else; whether a taper is the safe way "
                "is said by the safety rule that makes the finding"
            )
        return self

    @property
    def is_for_critical(self) -> bool:
        """Whether it is meant for a patient about whom a critical finding stands."""
        return self.when.get("critical_finding") is True


class Always(KnowledgeModel):
    """What cannot be otherwise: if these facts, then those. It keeps impossible facts out of the checks."""

    given: ProtocolCondition = Field(alias="if")
    then: ProtocolCondition

    @model_validator(mode="after")
    def _asks_known_facts(self) -> Always:
        check_condition(self.given)
        check_condition(self.then)
        return self


class Protocol(KnowledgeModel):
    """A protocol for one drug and purpose."""

    id: str
    drug: str
    title: str
    read: date
    review: date
    limit: dict[str, ProtocolLimit]
    always: tuple[Always, ...] = ()
    state: tuple[ProtocolState, ...] = Field(min_length=1)
    rule: tuple[ProtocolRule, ...] = Field(min_length=1)
    switch_to: dict[str, float] = Field(default_factory=dict)
    add: dict[str, float] = Field(default_factory=dict)
    non_drug: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_its_limits(self) -> Protocol:
        needed = {
            "start_mg",
            "step_mg",
            "supported_mg",
            "max_mg",
            "therapeutic_mg",
            "efficacy_weeks",
            "min_days_between_steps",
            "contact_days",
            "break_days",
        }
        missing = sorted(needed - set(self.limit))
        if missing:
            raise ValueError(f"limits are missing: {', '.join(missing)}. A missing limit means no proposal")
        known = {s.id for s in self.state}
        if len(known) != len(self.state):
            raise ValueError("two states have the same id")
        if len({r.id for r in self.rule}) != len(self.rule):
            raise ValueError("two rules have the same id")
        for rule in self.rule:
            strange = sorted(set(rule.states) - known)
            if strange:
                raise ValueError(f"rule {rule.id}: no such state: {', '.join(strange)}")
        idle = sorted(known - {s for r in self.rule for s in r.states})
        if idle:
            raise ValueError(f"states without a rule: {', '.join(idle)}")
        return self


class ProtocolCase(KnowledgeModel):
    """A worked case: facts in, state and steps out. It is a test and a line of the documentation.

    Attributes:
        given: The facts; a fact that is left out is unknown.
        state: The state expected.
        offers: The steps expected, in order; ``no_change`` is always among them.
        rules: The rules expected to be met, in order.
    """

    id: str
    tells: str
    given: dict[str, bool | str | float]
    state: str
    offers: tuple[Action, ...]
    rules: tuple[str, ...]

    @model_validator(mode="after")
    def _gives_known_facts(self) -> ProtocolCase:
        for name, value in self.given.items():
            kind = FACTS.get(name)
            if kind is None:
                raise ValueError(f"{name!r} is not a fact; known: {', '.join(FACTS)}")
            if kind == "yes_no":
                right = isinstance(value, bool)
            elif isinstance(kind, tuple):
                right = value in kind
            else:
                right = isinstance(value, int | float) and not isinstance(value, bool)
            if not right:
                raise ValueError(f"{name}: the value does not fit a fact of kind {kind!r}")
        return self


class CaseFile(KnowledgeModel):
    """The worked cases beside a protocol."""

    case: tuple[ProtocolCase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _differ(self) -> CaseFile:
        if len({c.id for c in self.case}) != len(self.case):
            raise ValueError("two cases have the same id")
        return self
