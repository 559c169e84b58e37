"""The shape of interaction files: what two drugs do to each other, and how long to wait between them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import Demands, KnowledgeModel
from lenitive.knowledge.schema.facts import FactRow, Market

__all__ = ["SEVERITY_OF_VERB", "Exposure", "Interaction", "InteractionFile", "Mechanism", "Verb", "Washout"]

Verb = Literal[
    "contraindicated", "avoid", "not_recommended", "caution", "monitor", "adjust", "separate", "named", "none"
]
"""What a label asks for: to forbid, to avoid, not to recommend, to be careful, to watch or measure, to change a dose, to take
them apart; or only to name the pair; or to say that nothing happens."""

SEVERITY_OF_VERB: dict[str, tuple[str, ...]] = {
    "contraindicated": ("contraindicated",),
    "avoid": ("major",),
    "not_recommended": ("major",),
    "caution": ("moderate",),
    "monitor": ("moderate",),
    "adjust": ("moderate",),
    "separate": ("moderate",),
    "named": ("moderate", "minor"),
    "none": ("minor", "note"),
}
"""The tiers that a label's verb may be given. Another tier is ours, and the row has to say so."""

Mechanism = Literal[
    "serotonergic",
    "sedative",
    "respiratory",
    "anticholinergic",
    "qt",
    "sodium",
    "bleeding",
    "blood_pressure",
    "hypertensive_crisis",
    "seizure",
    "restless_legs",
    "cyp1a2",
    "cyp2d6",
    "cyp3a4",
    "absorption",
    "duplication",
    "falls",
    "liver",
    "muscle_weakness",
    "inr",
    "opioid_block",
    "renal",
    "unknown",
]


class Exposure(KnowledgeModel):
    """How far one drug changes another's level.

    Attributes:
        of: The drug (or class) whose level changes.
        by: The drug it was measured with, when the row is about a whole class.
        quantity: ``auc``, ``cmax``, ``level`` (steady state) or ``clearance``.
        ratio: Times the value without the other drug; 1.5 is +50 percent.
    """

    of: str
    by: str = ""
    quantity: Literal["auc", "cmax", "level", "clearance"]
    ratio: float = Field(gt=0)
    low: float | None = None
    high: float | None = None


class Interaction(FactRow):
    """What happens when drugs of two sides are taken together.

    Attributes:
        drugs: One side: drug ids or class ids.
        others: The other side: drug ids or class ids.
        directed: Whether the first side is the one acted on. The finding is the same either way round; only the
            washouts depend on which came first.
        mechanisms: How.
        severity: The tier; ``note`` is worth saying and no more; ``disputed`` is shown with both views.
        severity_basis: ``label`` when the tier follows from what the source asks for, ``ours`` when we set it.
        verb: What the source asks for, where the tier is the label's.
        exposure: Sizes, where measured.
        effect: What is seen, in our words.
        action: What to do, in our words.
        only_for: Risk marks of the patient without which it does not apply.
        demands: What has to be done today where both are taken. Every contraindicated pair demands something.
        demands_basis: Who says so: the source itself, or we.
        acts_on: The drugs or classes to stop or hold.
    """

    drugs: tuple[str, ...] = Field(min_length=1)
    others: tuple[str, ...] = Field(min_length=1)
    except_for: tuple[str, ...] = ()
    directed: bool = False
    mechanisms: tuple[Mechanism, ...] = Field(min_length=1)
    severity: Literal["contraindicated", "major", "moderate", "minor", "note", "disputed"]
    severity_basis: Literal["label", "guideline", "ours"]
    verb: Verb | None = None
    markets: tuple[Market, ...] = ("any",)
    exposure: tuple[Exposure, ...] = ()
    effect: str = Field(min_length=1)
    action: str = Field(min_length=1)
    only_for: tuple[str, ...] = ()
    demands: Demands | None = None
    demands_basis: Literal["label", "guideline", "ours"] | None = None
    acts_on: tuple[str, ...] = ()
    decides: bool = True

    @model_validator(mode="after")
    def _demands_what_is_urgent(self) -> Interaction:
        if (self.severity == "contraindicated") != (self.demands is not None):
            raise ValueError("a contraindicated pair, and no other, demands something")
        if bool(self.demands) != bool(self.demands_basis):
            raise ValueError("a demand says who makes it, in demands_basis")
        if bool(self.acts_on) != (self.demands in {"stop", "hold"}):
            raise ValueError("to stop or to hold names the drugs in acts_on")
        return self

    @model_validator(mode="after")
    def _is_as_severe_as_the_label_says(self) -> Interaction:
        if (self.severity_basis == "label") != (self.verb is not None):
            raise ValueError("a tier by the label, and no other, has the label's verb")
        if self.verb is not None and self.severity not in SEVERITY_OF_VERB[self.verb]:
            allowed = " or ".join(SEVERITY_OF_VERB[self.verb])
            raise ValueError(f"the label's verb {self.verb!r} makes it {allowed}: or the tier is ours")
        return self

    def sides(self) -> tuple[str, ...]:
        """Every drug or class it names."""
        return (*self.drugs, *self.others, *self.except_for, *self.acts_on)


class Washout(FactRow):
    """Days that must lie between the last dose of one drug and the first of another, in that order.

    Attributes:
        first: The drug or class stopped.
        then: The drug or class started.
        days: Whole days, or None when no source gives a figure: then the pair is refused, never guessed.
    """

    first: tuple[str, ...] = Field(min_length=1)
    then: tuple[str, ...] = Field(min_length=1)
    except_first: tuple[str, ...] = ()
    days: int | None = Field(default=None, ge=0)
    decides: bool = True

    def sides(self) -> tuple[str, ...]:
        """Every drug or class it names."""
        return (*self.first, *self.then, *self.except_first)

    @model_validator(mode="after")
    def _says_why(self) -> Washout:
        if self.days is None and not self.says:
            raise ValueError("a wait without a figure says why and whom to ask")
        return self


class InteractionFile(KnowledgeModel):
    """One file of interactions on a theme."""

    id: str
    title: str
    interaction: dict[str, Interaction] = Field(default_factory=dict)
    washout: dict[str, Washout] = Field(default_factory=dict)
