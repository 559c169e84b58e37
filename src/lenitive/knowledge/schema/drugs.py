"""The shape of a drug's file.

Each row is a fact with its own source and grade. Rows that rules rest on (products, doses, limits, contraindications,
warnings, monitoring) decide by default and so cannot be of grade D or U; prose facts do not decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.facts import FactRow, Market
from lenitive.knowledge.schema.harms import Adverse, Contraindication, HarmCourse, LabelWarning, Monitoring
from lenitive.knowledge.schema.pharmacology import Affinity, Covariate, Kinetics, OccupancyRow
from lenitive.knowledge.schema.products import (
    Action,
    Dosing,
    Hepatic,
    Population,
    Product,
    Renal,
    SuppliedMeasure,
)
from lenitive.terms import AtcCode, Grade, RxNormCode, SnomedCode

__all__ = [
    "Action",
    "Adverse",
    "Affinity",
    "Contraindication",
    "Covariate",
    "Dosing",
    "Drug",
    "HarmCourse",
    "Hepatic",
    "Identifier",
    "Indication",
    "Kinetics",
    "LabelWarning",
    "Monitoring",
    "OccupancyRow",
    "Population",
    "Product",
    "Renal",
    "SuppliedMeasure",
]


class Indication(FactRow):
    """Whether a market licenses the drug for something, or a guideline names it."""

    market: Market = "any"
    purpose: str
    status: Literal["licensed", "off_label", "recommended", "advised_against", "not_named"]


class Identifier(FactRow):
    """A code. Only a code whose grade may decide is ever sent out or matched on.

    Attributes:
        system: ``atc``, ``rxnorm`` or ``snomed``, of the substance; ``rxnorm_product`` of a product.
        code: The code.
        of: The product, for a product's code.
    """

    system: Literal["atc", "rxnorm", "snomed", "rxnorm_product", "unii", "cas"]
    code: str
    of: str = ""
    superseded: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_the_shape(self) -> Identifier:
        check = {"atc": AtcCode, "rxnorm": RxNormCode, "rxnorm_product": RxNormCode, "snomed": SnomedCode}
        if self.system in check:
            check[self.system](self.code)
        return self


class Drug(KnowledgeModel):
    """Everything known about one drug.

    Attributes:
        id: The file's name.
        ingredient: The substance, when the file is about one way of giving it.
        role: What it is here for.
        classes: Its classes, wider ones included; set by the loader from ``substances/``.
        measure: The measures that come with its liquids, by product; without one the general oral syringes hold.
    """

    id: str
    name: str
    ingredient: str = ""
    role: Literal["candidate", "relaxer"]
    classes: tuple[str, ...] = ()
    summary: str
    indication: dict[str, Indication] = Field(default_factory=dict)
    identifier: dict[str, Identifier] = Field(default_factory=dict)
    product: dict[str, Product]
    measure: dict[str, SuppliedMeasure] = Field(default_factory=dict)
    dosing: dict[str, Dosing]
    renal: dict[str, Renal] = Field(default_factory=dict)
    hepatic: dict[str, Hepatic] = Field(default_factory=dict)
    contraindication: dict[str, Contraindication] = Field(default_factory=dict)
    warning: dict[str, LabelWarning] = Field(default_factory=dict)
    adverse: dict[str, Adverse] = Field(default_factory=dict)
    course: dict[str, HarmCourse] = Field(default_factory=dict)
    monitoring: dict[str, Monitoring] = Field(default_factory=dict)
    kinetics: Kinetics = Field(default_factory=Kinetics)
    affinity: dict[str, Affinity] = Field(default_factory=dict)
    occupancy: dict[str, OccupancyRow] = Field(default_factory=dict)
    pharmacodynamics: dict[str, FactRow] = Field(default_factory=dict)
    efficacy: dict[str, FactRow] = Field(default_factory=dict)
    sleep: dict[str, FactRow] = Field(default_factory=dict)
    stopping: dict[str, FactRow] = Field(default_factory=dict)
    pregnancy: dict[str, FactRow] = Field(default_factory=dict)
    older: dict[str, FactRow] = Field(default_factory=dict)
    gap: dict[str, FactRow] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_default(self) -> Drug:
        if sum(d.default for d in self.dosing.values()) != 1:
            raise ValueError("exactly one dosing row has default = true")
        return self

    @model_validator(mode="after")
    def _measures_liquids(self) -> Drug:
        wrong = sorted(k for k in self.measure if k not in self.product or not self.product[k].liquid)
        if wrong:
            raise ValueError(f"a measure has the key of an oral solution: {', '.join(wrong)}")
        return self

    def facts(self) -> Iterator[FactRow]:
        """Every fact of the drug, in the file's order of sections."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Kinetics):
                yield from value.each()
            elif isinstance(value, dict):
                yield from value.values()

    def products(self, market: Market | None = None, form: str | None = None) -> tuple[Product, ...]:
        """Products that may decide, of a market and a form where those are given."""
        return tuple(
            p
            for p in self.product.values()
            if p.decides
            and (market is None or p.market in {market, "any"})
            and (form is None or p.form == form)
        )

    @property
    def default_dosing(self) -> Dosing:
        """The row that the plain start and maximum are read from."""
        return next(d for d in self.dosing.values() if d.default)

    def dosing_for(
        self, population: Population = "adult", *, market: Market | None = None, purpose: str | None = None
    ) -> tuple[Dosing, ...]:
        """Rows that may decide for a population; empty when no source gives any."""
        return tuple(
            d
            for d in self.dosing.values()
            if d.decides
            and d.population == population
            and (market is None or d.market in {market, "any"})
            and (purpose is None or d.purpose == purpose)
        )

    @property
    def start_dose_mg(self) -> float | None:
        """mg per day at the start, by the default row."""
        return self.default_dosing.start_mg

    @property
    def max_dose_mg(self) -> float | None:
        """The most, mg per day, by the default row; None means that no limit is known and so no proposal is made."""
        return self.default_dosing.max_mg

    def code(self, system: Literal["atc", "rxnorm", "snomed"]) -> str | None:
        """The substance's verified code of a system, or None."""
        found = (i.code for i in self.identifier.values() if i.system == system and i.verified)
        return next(found, None)

    def weakest_deciding_grade(self) -> Grade:
        """The weakest grade among the facts that rules may rest on."""
        return max(f.grade for f in self.facts() if f.decides)
