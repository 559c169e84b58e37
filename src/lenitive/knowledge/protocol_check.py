"""Is a protocol whole? Gaps, overlaps, and states and rules that nothing can reach.

Conditions speak of finitely many facts with finitely many edges, so every situation that they can tell apart is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from lenitive.knowledge.schema.protocols import FACTS, Protocol, ProtocolCondition, ProtocolTest, Range
from lenitive.terms import Outcome

__all__ = ["FactValue", "condition_outcome", "protocol_faults"]

FactValue = bool | str | float

_SHOWN = 5


def _holds(test: ProtocolTest, value: FactValue) -> bool:
    if isinstance(test, Range):
        return isinstance(value, int | float) and test.holds(float(value))
    if isinstance(test, bool):
        return value is test
    return value in test


def condition_outcome(
    condition: ProtocolCondition, facts: Mapping[str, FactValue]
) -> tuple[Outcome, tuple[str, ...]]:
    """Not met as soon as one known fact says so; unknown when a needed fact is missing; met otherwise.

    Returns:
        The outcome, and the facts that the condition asks for and that are not known.
    """
    missing = tuple(name for name in condition if name not in facts)
    if any(not _holds(test, facts[name]) for name, test in condition.items() if name in facts):
        return Outcome.NOT_MET, missing
    return (Outcome.UNKNOWN, missing) if missing else (Outcome.MET, ())


def _met(condition: ProtocolCondition, facts: Mapping[str, FactValue]) -> bool:
    return all(name in facts and _holds(test, facts[name]) for name, test in condition.items())


def _points(name: str, conditions: list[ProtocolCondition]) -> list[FactValue]:
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


def _cells(
    protocol: Protocol, conditions: list[ProtocolCondition], *, inside: bool = False
) -> Iterator[dict[str, FactValue]]:
    """Every combination of facts that the conditions can tell apart and that can occur.

    Args:
        protocol: Says what cannot occur.
        conditions: What asks for the facts.
        inside: Only combinations that meet all of the conditions.
    """
    names = sorted({n for c in conditions for n in c})
    known = [a for a in protocol.always if set(a.given) | set(a.then) <= set(names)]
    edges = [*conditions, *(c for a in protocol.always for c in (a.given, a.then))]
    points = [
        [v for v in _points(n, edges) if not inside or all(_holds(c[n], v) for c in conditions if n in c)]
        for n in names
    ]
    for values in product(*points):
        facts = dict(zip(names, values, strict=True))
        if all(not _met(a.given, facts) or _met(a.then, facts) for a in known):
            yield facts


def protocol_faults(protocol: Protocol) -> tuple[str, ...]:
    """What is wrong with a protocol as a whole; empty when nothing is."""
    faults: list[str] = []
    by_id = {s.id: s.when for s in protocol.state}
    reached: set[str] = set()
    for facts in _cells(protocol, list(by_id.values())):
        met = [id_ for id_, when in by_id.items() if _met(when, facts)]
        reached.update(met)
        if len(met) > 1:
            faults.append(f"states {' and '.join(met)} overlap, for example at {facts}")
        elif not met:
            faults.append(f"no state holds at {facts}")
        if len(faults) >= _SHOWN:
            break
    else:
        faults += [f"state {id_} is never reached" for id_ in by_id if id_ not in reached]
    for rule in protocol.rule:
        for state in rule.states:
            if next(_cells(protocol, [by_id[state], rule.when], inside=True), None) is None:
                faults.append(f"rule {rule.id} is never met in state {state}")
    return tuple(faults)
