"""Interprets a protocol on facts it is handed: the state, and every rule with what came of it.

The interpreter knows no drug. A fact that is not known makes a rule that needs it unknown, never met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

from lenitive.knowledge.schema.protocols import (
    FACTS,
    Action,
    Condition,
    Protocol,
    ProtocolRule,
    Range,
    Test,
)
from lenitive.terms import Fact, Outcome, Reason, Source

__all__ = ["FactValue", "Proposal", "Step", "interpret", "protocol_faults"]

FactValue = bool | str | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that a rule offers."""

    action: Action
    because: tuple[str, ...]
    rules: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a protocol says of a patient.

    Attributes:
        protocol: The protocol's id.
        state: The state's id, or empty when the facts do not decide it.
        title: The state's title.
        steps: What may be considered, in the protocol's order; ``no_change`` is always among them.
        reasons: Every rule of the state, in order, with what came of it.
        missing: Facts that would have mattered and are not known.
    """

    protocol: str
    state: str
    title: str
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def _holds(test: Test, value: FactValue) -> bool:
    if isinstance(test, Range):
        return isinstance(value, int | float) and test.holds(float(value))
    if isinstance(test, bool):
        return value is test
    return value in test


def _outcome(condition: Condition, facts: Mapping[str, FactValue]) -> tuple[Outcome, tuple[str, ...]]:
    """Not met as soon as one known fact says so; unknown when a needed fact is missing; met otherwise."""
    missing = tuple(name for name in condition if name not in facts)
    if any(not _holds(test, facts[name]) for name, test in condition.items() if name in facts):
        return Outcome.NOT_MET, missing
    return (Outcome.UNKNOWN, missing) if missing else (Outcome.MET, ())


def _unit(name: str) -> str:
    kind = FACTS[name]
    return kind if isinstance(kind, str) and kind != "yes_no" else ""


def _reason(
    rule: ProtocolRule, outcome: Outcome, missing: tuple[str, ...], facts: Mapping[str, FactValue]
) -> Reason:
    used = tuple(Fact(name=n, value=facts[n], unit=_unit(n)) for n in rule.when if n in facts)
    return Reason(rule=rule.id, outcome=outcome, facts=used, missing=missing, sources=rule.sources)


def interpret(protocol: Protocol, facts: Mapping[str, FactValue]) -> Proposal:
    """The state and the steps of a protocol for these facts. A fact that is absent is unknown.

    Raises:
        KeyError: When a fact is not one that protocols know: a mistake of ours.
    """
    for name in facts:
        if name not in FACTS:
            raise KeyError(name)
    found = [(s, *_outcome(s.when, facts)) for s in protocol.state]
    state = next((s for s, outcome, _ in found if outcome is Outcome.MET), None)
    stay = Step(action="no_change", because=("Always possible.",), rules=(), sources=())
    if state is None:
        missing = tuple(
            dict.fromkeys(m for _, outcome, ms in found if outcome is Outcome.UNKNOWN for m in ms)
        )
        return Proposal(protocol=protocol.id, state="", title="", steps=(stay,), reasons=(), missing=missing)
    reasons = []
    offered: dict[Action, Step] = {}
    lacking: list[str] = []
    for rule in protocol.rule:
        if state.id not in rule.states:
            continue
        outcome, missing = _outcome(rule.when, facts)
        reasons.append(_reason(rule, outcome, missing, facts))
        if outcome is Outcome.UNKNOWN:
            lacking += missing
        if outcome is not Outcome.MET:
            continue
        for action in rule.offers:
            before = offered.get(action)
            offered[action] = Step(
                action=action,
                because=((*before.because, rule.because) if before else (rule.because,)),
                rules=((*before.rules, rule.id) if before else (rule.id,)),
                sources=tuple(dict.fromkeys((*(before.sources if before else ()), *rule.sources))),
            )
    offered.setdefault("no_change", stay)
    return Proposal(
        protocol=protocol.id,
        state=state.id,
        title=state.title,
        steps=tuple(offered.values()),
        reasons=tuple(reasons),
        missing=tuple(dict.fromkeys(lacking)),
    )


# -- is a protocol whole? ---------------------------------------------------------------------------------------------


def _points(name: str, conditions: list[Condition]) -> list[FactValue]:
    """Values of a fact that tell all its tests apart: each edge and the middle of each stretch between."""
    kind = FACTS[name]
    if kind == "yes_no":
        return [True, False]
    if isinstance(kind, tuple):
        return list(kind)
    edges = sorted({e for c in conditions if isinstance(t := c.get(name), Range) for e in t.edges})
    if not edges:
        return [0.0]
    between = [(a + b) / 2 for a, b in pairwise(edges)]
    return sorted([edges[0] - 1.0, *edges, *between, edges[-1] + 1.0])


def _cells(protocol: Protocol, conditions: list[Condition]) -> Iterator[dict[str, FactValue]]:
    """Every combination of facts that the conditions can tell apart and that can occur."""
    always = [c for a in protocol.always for c in (a.given, a.then)]
    names = sorted({n for c in conditions for n in c})
    related = [a for a in protocol.always if set(a.given) | set(a.then) <= set(names)]
    for values in product(*(_points(n, [*conditions, *always]) for n in names)):
        facts = dict(zip(names, values, strict=True))
        if all(
            _outcome(a.given, facts)[0] is not Outcome.MET or _outcome(a.then, facts)[0] is Outcome.MET
            for a in related
        ):
            yield facts


def protocol_faults(protocol: Protocol) -> tuple[str, ...]:
    """What is wrong with a protocol as a whole: gaps, overlaps, states and rules that nothing reaches."""
    faults: list[str] = []
    states = [s.when for s in protocol.state]
    reached: set[str] = set()
    for facts in _cells(protocol, states):
        met = [s.id for s in protocol.state if _outcome(s.when, facts)[0] is Outcome.MET]
        reached.update(met)
        if len(met) > 1:
            faults.append(f"states {' and '.join(met)} overlap, for example at {facts}")
        elif not met:
            faults.append(f"no state holds at {facts}")
        if len(faults) > 5:
            break
    faults += [f"state {s.id} is never reached" for s in protocol.state if s.id not in reached]
    by_id = {s.id: s.when for s in protocol.state}
    for rule in protocol.rule:
        for state in rule.states:
            if not any(
                _outcome(rule.when, f)[0] is Outcome.MET and _outcome(by_id[state], f)[0] is Outcome.MET
                for f in _cells(protocol, [by_id[state], rule.when])
            ):
                faults.append(f"rule {rule.id} is never met in state {state}")
    return tuple(faults)
