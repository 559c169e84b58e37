"""What findings that demand something today leave open: stop, hold or contact, and a taper where safety says that it is the safe way.

Stopping and holding include the contact. A drug whose abrupt end is itself dangerous is not stopped: the contact comes first, and the
taper that its finding names stands behind it. Everything else waits, with the rules for which it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Action
from lenitive.safety import Demand, Finding, Part, Tier
from lenitive.terms import Reason, Source

__all__ = ["UrgentStep", "binding_rules", "binds", "urgent_steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentStep:
    """Something to do today.

    Attributes:
        action: ``stop``, ``hold``, ``contact``, or ``taper`` where that is the safe way to end a drug.
        drug: The drug; empty for the contact.
        parts: The parts of findings that demand it.
    """

    action: Action
    drug: str
    parts: tuple[Part, ...]

    @property
    def because(self) -> tuple[Reason, ...]:
        """Why, part by part."""
        return tuple(dict.fromkeys(p.reason for p in self.parts))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules behind it."""
        return tuple(dict.fromkeys(p.rule for p in self.parts))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where they stand."""
        return tuple(dict.fromkeys(s for p in self.parts for s in p.sources))


def _urgent(findings: Sequence[Finding]) -> Iterator[Part]:
    for finding in findings:
        for part in finding.parts:
            if part.tier is Tier.CRITICAL or part.demands is not None:
                yield part


def _binds(part: Part) -> bool:
    return part.tier is Tier.CRITICAL or (part.demands is not None and part.demands.binds_doses)


def binds(findings: Sequence[Finding]) -> bool:
    """Whether nothing may be offered but what has to be done today: a finding is critical, or a drug is to be left off."""
    return any(map(_binds, _urgent(findings)))


def binding_rules(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The rules for which everything else waits; empty where nothing binds."""
    return tuple(dict.fromkeys(p.rule for p in _urgent(findings) if _binds(p)))


def urgent_steps(findings: Sequence[Finding]) -> tuple[UrgentStep, ...]:
    """What has to be done today, in order: drugs to stop, drugs to hold, the contact, and drugs to taper.

    The contact stands alone where a finding asks for it and no drug is to be left off at once for the same finding.
    """
    urgent = tuple(_urgent(findings))
    tapers = {d for p in urgent for d in p.tapers}
    steps: list[UrgentStep] = []
    done: set[str] = set()
    said: set[Part] = set()
    demanded: tuple[tuple[Demand, Action], ...] = ((Demand.STOP, "stop"), (Demand.HOLD, "hold"))
    for demand, action in demanded:
        parts = [p for p in urgent if p.demands is demand]
        for drug in sorted({d for p in parts for d in p.acts_on} - tapers - done):
            own = tuple(p for p in parts if drug in p.acts_on)
            steps.append(UrgentStep(action=action, drug=drug, parts=own))
            done.add(drug)
            said |= set(own)
    # What is about a drug that is left off is dealt with when that is done: stopping and holding include the contact.
    rest = tuple(p for p in urgent if p not in said and not done & set(p.drugs))
    if rest:
        steps.append(UrgentStep(action="contact", drug="", parts=rest))
    steps += [
        UrgentStep(action="taper", drug=drug, parts=tuple(p for p in urgent if drug in p.tapers))
        for drug in sorted(tapers)
    ]
    return tuple(steps)
