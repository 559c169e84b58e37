"""What can be handed over and how a source doses it: products, doses, kidney and liver."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.facts import FactRow, Market

__all__ = [
    "Action",
    "Basis",
    "Deciding",
    "Dosing",
    "Form",
    "Hepatic",
    "Population",
    "Product",
    "Renal",
    "SuppliedMeasure",
]

Form = Literal[
    "tablet",
    "odt",
    "sublingual_tablet",
    "extended_release_tablet",
    "capsule",
    "delayed_release_capsule",
    "extended_release_capsule",
    "oral_solution",
]
Population = Literal["adult", "older", "frail", "adolescent"]
Action = Literal["none", "caution", "reduce", "avoid", "contraindicated"]
Basis = Literal["label", "guideline", "trial", "reference", "ours"]


class Deciding(FactRow):
    """A row that rules rest on."""

    decides: bool = True


class Product(Deciding):
    """What a pharmacy can hand over.

    Attributes:
        strengths_mg: mg of drug in one unit; empty for a liquid.
        scored: Whether the tablets carry a break line; None when no source says.
        halves: Whether half a unit may be given. Only scored tablets may; an unknown score is no permission.
        mg_per_ml: For a liquid.
        pack_ml: What one bottle of a liquid holds, where a source says.
    """

    market: Market
    form: Form
    strengths_mg: tuple[float, ...] = ()
    scored: bool | None = None
    halves: bool = False
    mg_per_ml: float | None = None
    pack_ml: float | None = None
    brands: tuple[str, ...] = ()

    @property
    def liquid(self) -> bool:
        """Whether it is measured rather than counted."""
        return self.form == "oral_solution"

    @property
    def amounts_mg(self) -> tuple[float, ...]:
        """The mg that one unit, or one permitted half, can give; empty for a liquid."""
        halves = tuple(s / 2 for s in self.strengths_mg) if self.halves else ()
        return tuple(sorted({*self.strengths_mg, *halves}))

    @model_validator(mode="after")
    def _can_exist(self) -> Product:
        if self.liquid != (self.mg_per_ml is not None):
            raise ValueError("an oral solution has mg_per_ml, and nothing else has")
        if self.pack_ml is not None and not (self.liquid and self.pack_ml > 0):
            raise ValueError("only a bottle of an oral solution has pack_ml, and it is positive")
        if self.liquid == bool(self.strengths_mg):
            raise ValueError("a counted form has strengths_mg, a liquid has none")
        if self.halves and not (self.scored and self.form == "tablet"):
            raise ValueError("only a scored plain tablet may be halved")
        if any(s <= 0 for s in self.strengths_mg) or list(self.strengths_mg) != sorted(
            set(self.strengths_mg)
        ):
            raise ValueError("strengths are positive, ascending and without repeats")
        return self


class SuppliedMeasure(Deciding):
    """The measure that comes with a liquid; its key is the product's.

    Attributes:
        value: Between two of its lines, mL.
        capacity_ml: What it holds when full.
    """

    value: float = Field(gt=0)
    unit: Literal["mL"]
    capacity_ml: float = Field(gt=0)

    @model_validator(mode="after")
    def _has_lines(self) -> SuppliedMeasure:
        if self.value > self.capacity_ml:
            raise ValueError("the lines of a measure lie within what it holds")
        return self


class Dosing(Deciding):
    """How a source doses one population for one purpose.

    Attributes:
        purpose: ``fibromyalgia``, or what the licence names.
        start_mg: mg per day at the start.
        step_mg: The usual size of one step, mg per day.
        target_mg: The usual dose, mg per day.
        max_mg: The most, mg per day.
        min_days: The fewest days between two changes.
        max_days: The most days of use, where the source limits them.
        per_day: Intakes a day at the start dose.
        times: When, in the record's words.
        schedule: Day from the start (1 is the first) and mg per day from then on, where a source fixes both.
        default: Whether the drug's plain start and maximum are read from this row. Exactly one row has it.
    """

    market: Market
    purpose: str
    population: Population = "adult"
    basis: Basis
    start_mg: float | None = None
    step_mg: float | None = None
    target_mg: float | None = None
    max_mg: float | None = None
    min_days: int | None = None
    max_days: int | None = Field(default=None, ge=1)
    per_day: int = 1
    times: tuple[str, ...] = ()
    schedule: tuple[tuple[int, float], ...] = ()
    forms: tuple[Form, ...] = ()
    default: bool = False

    @model_validator(mode="after")
    def _is_ordered(self) -> Dosing:
        doses = [d for d in (self.start_mg, self.target_mg, self.max_mg) if d is not None]
        if doses != sorted(doses) or any(d <= 0 for d in doses):
            raise ValueError("start, target and maximum ascend and are positive")
        if self.max_mg is not None and any(mg > self.max_mg for _, mg in self.schedule):
            raise ValueError("the schedule passes the maximum")
        return self


class Renal(Deciding):
    """What a source asks for at a kidney function.

    Attributes:
        below: Holds below this creatinine clearance, mL/min.
        down_to: And at or above this one; 0 when it has no lower end.
        usual_mg: The usual dose there, mg per day, where the source gives one below the most.
        max_mg: The most, mg per day, or None when the source gives none.
        clearance_ratio: Clearance against normal. Use this or ``level_ratio``, never both.
        level_ratio: Average level against normal.
    """

    below: float
    down_to: float = 0.0
    market: Market = "any"
    action: Action
    start_mg: float | None = None
    usual_mg: float | None = None
    max_mg: float | None = None
    clearance_ratio: float | None = None
    level_ratio: float | None = None

    @model_validator(mode="after")
    def _is_a_band(self) -> Renal:
        if not 0 <= self.down_to < self.below:
            raise ValueError("a band of kidney function runs from down_to up to below")
        return self


class Hepatic(Deciding):
    """What a source asks for in liver disease of the given degrees."""

    degrees: tuple[Literal["mild", "moderate", "severe"], ...] = Field(min_length=1)
    market: Market = "any"
    action: Action
    start_mg: float | None = None
    usual_mg: float | None = None
    max_mg: float | None = None
    clearance_ratio: float | None = None
    level_ratio: float | None = None
