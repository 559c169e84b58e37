"""The shape of a kinetics file: what the body does to one drug, and what each number rests on."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel, SourcedNumber, SourcedText
from lenitive.terms import Grade

__all__ = ["CovariateModel", "KineticsModel", "OccupancyModel", "ReferenceRange"]


class CovariateModel(SourcedNumber):
    """What a fact about the patient does to the parameters.

    ``value`` multiplies the clearance. ``half_life_factor`` multiplies the half-life where the source says that it
    changes too. Of the covariates that share a ``group`` only the first that applies is used, in the order of the file.

    Attributes:
        fact: The fact about the patient, ``co_medication`` for another drug being taken.
        equals: The value of a word-valued fact, or the other drug's id.
        below: The fact, a number, lies below this.
        at_least: The fact, a number, is this or more.
    """

    id: str
    group: str = ""
    fact: Literal["sex", "age", "egfr_ml_min", "hepatic_impairment", "cyp2d6", "smoker", "co_medication"]
    equals: str = ""
    below: float | None = None
    at_least: float | None = None
    half_life_factor: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if not self.equals and self.below is None and self.at_least is None:
            raise ValueError("a covariate says when it applies: equals, below or at_least")
        if not self.value > 0:
            raise ValueError("a covariate multiplies the clearance by a number above zero")
        return self


class ScalingModel(SourcedNumber):
    """Clearance in proportion to kidney function, up to a breakpoint (``value``, mL/min)."""

    fact: Literal["egfr_ml_min"]


class ReferenceRange(SourcedNumber):
    """A range of levels that laboratories print, and what it is about. ``low`` and ``high`` in ng/mL."""

    purpose: str
    remark: str


class OccupancyModel(SourcedNumber):
    """How much of a target is occupied.

    ``by = "level"``: occupancy is ``C / (C + value)``, C and value in ng/mL of plasma.
    ``by = "dose"``: the drive is a curve of its own with ``half_life_h``, scaled so that one dose D gives the odds
    ``D / value`` (value in mg) at ``reference_h`` after it. For targets that stay occupied after plasma has fallen.
    ``low`` and ``high`` bound ``value``.
    """

    target: str
    by: Literal["level", "dose"]
    half_life_h: float | None = None
    reference_h: float | None = None
    words: str

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.low is None or self.high is None or not 0 < self.low <= self.value <= self.high:
            raise ValueError("an occupancy constant has an interval that holds it")
        if (self.by == "dose") != (self.half_life_h is not None and self.reference_h is not None):
            raise ValueError("by dose needs half_life_h and reference_h, by level has neither")
        return self


class KineticsModel(KnowledgeModel):
    """One drug's kinetics.

    Attributes:
        drug: The drug's id.
        structure: The model its source fitted.
        clearance: CL/F, L/h, of a reference patient.
        half_life: h; exactly one of this and ``volume``.
        volume: V/F, L.
        ka: Absorption rate, 1/h.
        lag: Hours before absorption begins.
        clearance_cv: Spread of clearance between patients, coefficient of variation, as a fraction.
        second_cv: The same for the half-life or the volume, whichever is given.
        residual_cv: Spread of one patient's levels from one occasion to the next, assay included.
        usable_after_h: Levels drawn sooner after an intake are not compared with the curve.
        steady_range: A source's own account of the time to steady state, as words.
        limits: What the model leaves out, for readers.
    """

    drug: str
    structure: Literal["one_compartment_oral", "two_compartment_oral"]
    reference: str
    clearance: SourcedNumber
    half_life: SourcedNumber | None = None
    volume: SourcedNumber | None = None
    exchange: SourcedNumber | None = None
    peripheral: SourcedNumber | None = None
    ka: SourcedNumber
    lag: SourcedNumber | None = None
    clearance_cv: SourcedNumber
    second_cv: SourcedNumber
    residual_cv: SourcedNumber
    usable_after_h: float = Field(default=0.0, ge=0)
    scaling: ScalingModel | None = None
    covariate: tuple[CovariateModel, ...] = ()
    range: ReferenceRange | None = None
    occupancy: tuple[OccupancyModel, ...] = ()
    limits: tuple[SourcedText, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.half_life is None) == (self.volume is None):
            raise ValueError("give exactly one of half_life and volume")
        two = self.exchange is not None and self.peripheral is not None
        if (self.structure == "two_compartment_oral") != two:
            raise ValueError("two compartments need exchange and peripheral; one compartment has neither")
        if two and self.volume is None:
            raise ValueError("two compartments need the central volume")
        units = {"clearance": "L/h", "half_life": "h", "volume": "L", "ka": "/h", "lag": "h"}
        units |= {"exchange": "L/h", "peripheral": "L"}
        units |= dict.fromkeys(("clearance_cv", "second_cv", "residual_cv"), "1")
        for name, unit in units.items():
            number = getattr(self, name)
            if number is not None and number.unit != unit:
                raise ValueError(f"{name} is given in {unit}")
            if number is not None and not number.value > 0:
                raise ValueError(f"{name} is above zero")
        ids = [c.id for c in self.covariate]
        if len(set(ids)) != len(ids):
            raise ValueError("each covariate has its own id")
        return self

    @property
    def grade(self) -> Grade:
        """The weakest grade among the numbers that make the curve."""
        parts = (
            self.clearance,
            self.half_life,
            self.volume,
            self.ka,
            self.lag,
            self.clearance_cv,
            self.second_cv,
        )
        return max((p.grade for p in parts if p is not None), key=lambda g: "ABCDU".index(g.value))


class NotModelled(SourcedText):
    """A drug whose curve is not drawn; ``value`` says why."""

    drug: str


class NotModelledFile(KnowledgeModel):
    """The drugs whose curves are not drawn."""

    not_modelled: tuple[NotModelled, ...]
