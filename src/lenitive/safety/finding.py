"""What a check found: merged by topic, each part with its rule, its facts and its sources."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.terms import Fact, Grade, Message, Outcome, Reason, Source

__all__ = ["Demand", "Finding", "Part", "Tier", "withheld_by"]


class Tier(StrEnum):
    """How loud a finding is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the loudest."""
        return ("critical", "warning", "info").index(self.value)


class Demand(StrEnum):
    """What has to be done today, whatever else is considered."""

    STOP = "stop"
    HOLD = "hold"
    CONTACT = "contact"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return ("stop", "hold", "contact").index(self.value)

    @property
    def binds_doses(self) -> bool:
        """Whether a drug is to be left off, so that no other step with it can stand beside."""
        return self is not Demand.CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One rule that was met, or that asks for a fact it needs.

    Attributes:
        rule: Stable id of the rule, interaction or limit.
        outcome: Met; or unknown, when a fact that it needs is not recorded.
        tier: How loud.
        tier_basis: ``label``, ``guideline`` or ``ours``.
        drugs: Ids of the drugs it is about.
        says: What was found, or what is not known.
        mechanism: How it comes about.
        size: How large, where known.
        action: What to do, for a clinician.
        plain: What a patient is told, from the patient's catalogue; only where urgent.
        facts: The facts used.
        missing: Facts that would have mattered and are not known.
        sources: What it rests on.
        grade: The weakest grade among them.
        withholds: Whether a plan that brings it about is withheld.
        planned: Whether only the plan brings it about, or makes it worse.
        from_day: The first day on which it holds.
        demands: What has to be done today: stop, hold (until something is known) or contact the patient; None for
            nothing so urgent. Stop and hold include the contact.
        demands_basis: Who says so: ``label``, ``guideline`` or ``ours``; empty without a demand.
        acts_on: Ids of the drugs to be stopped or held; empty where nothing more than contact is demanded.
        tapers: Those of ``acts_on`` whose abrupt end is itself dangerous: they are stepped down under supervision, and
            for them a taper is the safe way.
    """

    rule: str
    tier: Tier
    tier_basis: str
    drugs: tuple[str, ...]
    says: Message
    action: Message
    sources: tuple[Source, ...]
    grade: Grade
    from_day: date
    outcome: Outcome = Outcome.MET
    mechanism: Message | None = None
    size: tuple[Message, ...] = ()
    plain: Message | None = None
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    withholds: bool = False
    planned: bool = False
    demands: Demand | None = None
    demands_basis: str = ""
    acts_on: tuple[str, ...] = ()
    tapers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.grade.may_decide and (self.withholds or self.demands or self.tier is not Tier.INFO):
            raise ValueError(
                "what rests on grade D or U is information, withholds nothing and demands nothing"
            )
        if bool(self.acts_on) != (self.demands is not None and self.demands.binds_doses):
            raise ValueError("to stop or to hold names the drugs, and nothing else does")
        if not {*self.tapers} <= {*self.acts_on} <= {*self.drugs}:
            raise ValueError(
                "what is tapered is to be stopped, and what is to be stopped is what it is about"
            )
        if bool(self.demands_basis) != (self.demands is not None):
            raise ValueError("a demand says on what it rests")

    @property
    def unverified(self) -> bool:
        """Whether what it says was found rests on a source that carries no decision."""
        return self.outcome is Outcome.MET and not self.grade.may_decide

    @property
    def reason(self) -> Reason:
        """As a reason like those of the other rooms."""
        return Reason(
            rule=self.rule,
            outcome=self.outcome,
            facts=self.facts,
            missing=self.missing,
            sources=self.sources,
            says=self.says,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one topic.

    Attributes:
        topic: The topic's id.
        title: The topic's title, from the knowledge.
        tier: The loudest of its parts.
        parts: The rules met, loudest first.
        missing: What it did not know.
    """

    topic: str
    title: Message
    tier: Tier
    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """``safety.topic``: stable, so that a decision about it can be recorded."""
        return f"safety.{self.topic}"

    @property
    def because(self) -> tuple[Reason, ...]:
        """Its rules with what came of them, in the order of the parts."""
        return tuple(p.reason for p in self.parts)

    @property
    def drugs(self) -> tuple[str, ...]:
        """Every drug that it is about, in order of name."""
        return tuple(sorted({d for p in self.parts for d in p.drugs}))

    @property
    def withholds(self) -> bool:
        """Whether a planned step is withheld for it."""
        return any(p.withholds and p.planned for p in self.parts)

    @property
    def demands(self) -> Demand | None:
        """The strongest that a part demands, or None."""
        return min((p.demands for p in self.parts if p.demands), key=lambda d: d.rank, default=None)

    @property
    def stops(self) -> tuple[str, ...]:
        """Drugs to be stopped, in order of name."""
        return self._acted_on(Demand.STOP)

    @property
    def holds(self) -> tuple[str, ...]:
        """Drugs to be held and not stopped, in order of name."""
        return tuple(d for d in self._acted_on(Demand.HOLD) if d not in self.stops)

    @property
    def tapers(self) -> tuple[str, ...]:
        """Those to be stopped or held for which a taper is the safe way, in order of name."""
        return tuple(sorted({d for p in self.parts for d in p.tapers}))

    def _acted_on(self, demand: Demand) -> tuple[str, ...]:
        return tuple(sorted({d for p in self.parts if p.demands is demand for d in p.acts_on}))

    @property
    def key(self) -> str:
        """Changes when the finding says something new: another tier, rule, drug, or newer fact."""
        text = "|".join(
            f"{p.rule}:{p.tier.value}:{','.join(p.drugs)}:{max((f.on.isoformat() for f in p.facts if f.on), default='')}"
            for p in self.parts
        )
        return f"{self.id}#{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def withheld_by(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """The rules for which a planned step is withheld; empty when none is."""
    return tuple(dict.fromkeys(p.rule for f in findings for p in f.parts if p.withholds and p.planned))
