"""What a drug can do to people and what to watch: contraindications, warnings, side effects, monitoring."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.facts import FactRow, Market
from lenitive.knowledge.schema.products import Basis, Deciding
from lenitive.terms import EFFECTS, MEASURES

__all__ = ["Adverse", "Contraindication", "HarmCourse", "LabelWarning", "Monitoring"]


class Contraindication(Deciding):
    """What forbids or advises against the drug.

    Attributes:
        kind: A ``condition`` of the patient, a ``drug`` or class taken with it, or an ``allergy``.
        target: The condition's, drug's or class's id.
        level: How strong the source's wording is.
        start_only: Whether the source forbids to begin the drug, and not to go on with it.
    """

    kind: Literal["condition", "drug", "allergy"]
    target: str
    level: Literal["contraindicated", "avoid", "caution"]
    start_only: bool = False
    markets: tuple[Market, ...] = ("any",)


class LabelWarning(Deciding):
    """A serious harm the label names: who, when, and what to look for.

    Attributes:
        signs: Side effects of the record that should raise it.
        conditions: Conditions that raise the risk.
    """

    boxed: bool = False
    signs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _knows_its_signs(self) -> LabelWarning:
        unknown = sorted(set(self.signs) - set(EFFECTS))
        if unknown:
            raise ValueError(f"not side effects of the vocabulary: {', '.join(unknown)}")
        return self


class Adverse(FactRow):
    """How often something happened, on the drug and on placebo.

    Attributes:
        effect: A side effect or measure of the record's vocabulary, or empty when it has none.
        setting: Whose trials: ``fibromyalgia``, ``depression`` and so on.
        drug_pct: Percent of people on the drug.
        placebo_pct: Percent of people on placebo; None when the source gives none.
        stopped_pct: Percent that stopped for it, on drug and placebo.
        onset_days: Median day of onset.
        resolves_days: Median days until it was gone.
    """

    effect: str = ""
    setting: str
    drug_pct: float = Field(ge=0, le=100)
    placebo_pct: float | None = Field(default=None, ge=0, le=100)
    drug_n: int | None = None
    placebo_n: int | None = None
    stopped_pct: tuple[float, float] | None = None
    onset_days: float | None = None
    resolves_days: float | None = None

    @model_validator(mode="after")
    def _knows_its_effect(self) -> Adverse:
        if self.effect and self.effect not in EFFECTS and self.effect not in MEASURES:
            raise ValueError(f"{self.effect!r} is neither a side effect nor a measure of the vocabulary")
        return self

    @property
    def excess_pct(self) -> float | None:
        """Percentage points above placebo, or None without a placebo figure."""
        return None if self.placebo_pct is None else self.drug_pct - self.placebo_pct


class HarmCourse(FactRow):
    """What a side effect does with time.

    Attributes:
        tendency: ``fades``, ``stays``, ``grows`` or ``unclear``.
        settled_by_days: When it has mostly faded or levelled off.
    """

    effect: str
    tendency: Literal["fades", "stays", "grows", "unclear"]
    settled_by_days: float | None = None

    @model_validator(mode="after")
    def _knows_its_effect(self) -> HarmCourse:
        if self.effect not in EFFECTS:
            raise ValueError(f"{self.effect!r} is not a side effect of the vocabulary")
        return self


class Monitoring(Deciding):
    """What to check, in whom and when.

    Attributes:
        what: Measures of the record's vocabulary, any of which satisfies it, or question ids.
        who: ``everyone``, or risk marks any of which makes it due.
        baseline: Whether before or at the start.
        weeks: Weeks after the start.
        then_every_weeks: Interval after the last of ``weeks``.
        after_dose_increase_weeks: Weeks after each raise of the dose.
        schedule_basis: Where the timing comes from; ``ours`` is shown as such.
    """

    what: tuple[str, ...] = Field(min_length=1)
    who: tuple[str, ...] = ("everyone",)
    baseline: bool = False
    weeks: tuple[int, ...] = ()
    then_every_weeks: int | None = None
    after_dose_increase_weeks: int | None = None
    schedule_basis: Basis
