"""What may be considered next, as values: an option with its plan, its worth, what it brings about and what stops it."""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.frozen import dataclass
from lenitive.knowledge import Action
from lenitive.response import Rebound
from lenitive.review.worth import Expected, StepPrice
from lenitive.safety import Finding
from lenitive.terms import Message, Reason, Source, digest
from lenitive.titration import DosePlan, FactValue, Proposal, Refusal

__all__ = ["FirstUnderWeights", "Option", "Options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A step to consider.

    Attributes:
        action: What kind.
        drug: The drug it is about; empty for none.
        dose_mg: Where it leads, mg a day; None for none.
        first_mg: Of smaller steps down, the dose to wait on before them, mg a day; else None.
        rank: 1 is the first to consider; None when it is withheld or cannot be planned.
        expected: What it is expected to bring.
        because: Why it is offered: the protocol's rules that were met, and what is known beside them. Of what has to be done
            today, and of what waits for it, the parts of the findings that say so.
        rules: The rules behind it: the protocol's, or safety's where it has to be done today.
        sources: What they rest on.
        plan: Day by day, for a step that changes tablets; a refusal where none can be made.
        withheld_by: Safety rules that stop it.
        findings: What it would bring about, as `CheckedPlan` says: it is not offered without them.
        tied_with: Ids of the other options that are as good as the best, where it is one of them.
    """

    action: Action
    drug: str
    dose_mg: float | None
    rank: int | None
    expected: Expected
    because: tuple[Reason, ...]
    rules: tuple[str, ...]
    sources: tuple[Source, ...]
    plan: DosePlan | Refusal | None
    withheld_by: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    first_mg: float | None = None
    tied_with: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The digest of what would be done, by which plan and rules, what it brings about, and what stops it.

        A sheet and a signature name it.

        What it is expected to bring is left out: its last digits are the processor's.
        """
        plan = self.plan.id if isinstance(self.plan, DosePlan) else self.plan and self.plan.rule
        beside = sorted({p.rule for f in self.findings for p in f.parts})
        stops = sorted(self.withheld_by)
        return digest((self.action, self.drug, self.dose_mg, self.first_mg, self.rules, plan, beside, stops))


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstUnderWeights:
    """Which option would come first under other weights."""

    weights: Message
    first: Action
    drug: str
    worth: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The proposal of the protocol, with its options ranked.

    Attributes:
        proposal: State, rules and what was missing.
        facts: The facts handed to the protocol.
        options: Ranked first, then what is withheld or cannot be planned.
        sensitivity: The first option under other weights.
        rebound: What is seen since the last step down; None without one.
        prices: Where a test is offered, what each that is short enough costs.
    """

    proposal: Proposal
    facts: Mapping[str, FactValue]
    options: tuple[Option, ...]
    sensitivity: tuple[FirstUnderWeights, ...]
    rebound: Rebound | None = None
    prices: tuple[StepPrice, ...] = ()

    @property
    def bound(self) -> bool:
        """Whether a finding leaves nothing but what has to be done today."""
        return self.facts.get("critical_finding") is True
