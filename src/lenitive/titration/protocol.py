"""Interprets a protocol on facts it is handed: the state, and every rule with what came of it.

The interpreter knows no drug. A fact that is not known makes a rule that needs it unknown, never met.
"""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.frozen import dataclass
from lenitive.knowledge import (
    FACTS,
    Action,
    FactValue,
    Protocol,
    ProtocolCase,
    ProtocolRule,
    condition_outcome,
)
from lenitive.terms import Fact, Outcome, Reason, Source

__all__ = ["CaseDifference", "FactValue", "Proposal", "ProtocolStep", "case_differences", "interpret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolStep:
    """A step that rules offer, with the rules that were met and say why in the protocol's own words."""

    action: Action
    because: tuple[Reason, ...]
    rules: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a protocol says of a patient.

    Attributes:
        protocol: The protocol's id.
        state: The state's id, or empty when the facts do not decide it.
        title: The state's title.
        steps: What may be considered, in the protocol's order. ``no_change`` is always among them, unless a finding is
            critical: then nothing but what has to be done today is.
        reasons: Every rule of the state, in order, with what came of it.
        missing: Facts that would have mattered and are not known.
    """

    protocol: str
    state: str
    title: str
    steps: tuple[ProtocolStep, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def _unit(name: str) -> str:
    kind = FACTS[name]
    return kind if isinstance(kind, str) and kind != "yes_no" else ""


def _reason(
    rule: ProtocolRule, outcome: Outcome, missing: tuple[str, ...], facts: Mapping[str, FactValue]
) -> Reason:
    used = tuple(Fact(name=n, value=facts[n], unit=_unit(n)) for n in rule.when if n in facts)
    # The row's words are those of a rule that is met; they say nothing of one that is not, or not known to be.
    text = rule.because if outcome is Outcome.MET else ""
    return Reason(rule=rule.id, outcome=outcome, facts=used, missing=missing, sources=rule.sources, text=text)


def _always(action: Action, rule: str) -> ProtocolStep:
    """A step that is offered whatever the protocol's rules say."""
    return ProtocolStep(
        action=action, because=(Reason(rule=rule, outcome=Outcome.MET),), rules=(), sources=()
    )


def interpret(protocol: Protocol, facts: Mapping[str, FactValue]) -> Proposal:
    """The state and the steps of a protocol for these facts. A fact that is absent is unknown.

    Under a critical finding only rules that are made for one offer steps, and where none is the contact is what is left. Other
    rules are listed with what came of them all the same.

    Raises:
        KeyError: When a fact is not one that protocols know: a mistake of ours.
    """
    for name in facts:
        if name not in FACTS:
            raise KeyError(name)
    found = [(s, *condition_outcome(s.when, facts)) for s in protocol.state]
    state = next((s for s, outcome, _ in found if outcome is Outcome.MET), None)
    bound = facts.get("critical_finding") is True
    rest = (
        _always("contact", "titration.protocol.contact")
        if bound
        else _always("no_change", "titration.protocol.no_change")
    )
    if state is None:
        missing = tuple(
            dict.fromkeys(m for _, outcome, ms in found if outcome is Outcome.UNKNOWN for m in ms)
        )
        return Proposal(protocol=protocol.id, state="", title="", steps=(rest,), reasons=(), missing=missing)
    reasons = []
    offered: dict[Action, ProtocolStep] = {}
    lacking: list[str] = []
    for rule in protocol.rule:
        if state.id not in rule.states:
            continue
        outcome, missing = condition_outcome(rule.when, facts)
        reason = _reason(rule, outcome, missing, facts)
        reasons.append(reason)
        if outcome is Outcome.UNKNOWN:
            lacking += missing
        if outcome is not Outcome.MET or (bound and not rule.is_for_critical):
            continue
        for action in rule.offers:
            before = offered.get(action)
            offered[action] = ProtocolStep(
                action=action,
                because=((*before.because, reason) if before else (reason,)),
                rules=((*before.rules, rule.id) if before else (rule.id,)),
                sources=tuple(dict.fromkeys((*(before.sources if before else ()), *rule.sources))),
            )
    if not (bound and offered):
        offered.setdefault(rest.action, rest)
    return Proposal(
        protocol=protocol.id,
        state=state.id,
        title=state.title,
        steps=tuple(offered.values()),
        reasons=tuple(reasons),
        missing=tuple(dict.fromkeys(lacking)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDifference:
    """One thing in which a worked case comes out otherwise than it says.

    Attributes:
        what: ``state``, ``steps`` or ``rules``.
        expected: What the case says.
        found: What the protocol gives.
    """

    what: str
    expected: tuple[str, ...]
    found: tuple[str, ...]


def case_differences(protocol: Protocol, case: ProtocolCase) -> tuple[CaseDifference, ...]:
    """In what a worked case comes out otherwise than it says; empty when it holds."""
    found = interpret(protocol, case.given)
    rules = tuple(r.rule for r in found.reasons if r.outcome is Outcome.MET)
    compared = (
        ("state", (case.state,), (found.state,)),
        ("steps", case.offers, tuple(s.action for s in found.steps)),
        ("rules", case.rules, rules),
    )
    return tuple(
        CaseDifference(what=what, expected=was, found=now) for what, was, now in compared if was != now
    )
