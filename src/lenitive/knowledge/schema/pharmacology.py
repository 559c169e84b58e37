"""What a kinetic calculation may use, and what the drug binds to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.facts import FactRow, Number

__all__ = ["Affinity", "Covariate", "Kinetics", "OccupancyRow"]


class Affinity(FactRow):
    """Binding to one target, all values found.

    Attributes:
        target: Gene symbol.
        measure: ``Ki``, ``Kd`` or ``IC50``.
        values_nm: Every independent value, nM; more than one shows the spread.
    """

    target: str
    measure: Literal["Ki", "Kd", "IC50"] = "Ki"
    species: str = "human"
    assay: str = ""
    values_nm: tuple[float, ...] = Field(min_length=1)

    @property
    def geometric_mean_nm(self) -> float:
        """Geometric mean of the values, nM."""
        return math.exp(sum(map(math.log, self.values_nm)) / len(self.values_nm))


class OccupancyRow(FactRow):
    """Occupancy of a target in living people by dose or by level, from PET.

    ``occupancy = emax * x / (x + half)`` with x in the unit of ``half``.

    Attributes:
        target: Gene symbol.
        half: Dose per day (mg) or level (ng/mL) at half occupancy, with ``half_low`` to ``half_high``.
        against: Whether ``half`` is a ``dose`` or a ``level``.
        observed: Pairs of dose (mg per day) and occupancy (0-1), low and high.
    """

    target: str
    against: Literal["dose", "level"]
    half: float = Field(gt=0)
    half_low: float | None = None
    half_high: float | None = None
    emax: float = 1.0
    people: int | None = None
    observed: tuple[tuple[float, float, float], ...] = ()


class Covariate(Number):
    """A factor on apparent clearance (or on the level per dose) for a kind of patient.

    Attributes:
        on: ``clearance`` or ``level``.
        when: What must hold, such as ``female`` or ``age>=65``.
        group: Covariates of one group are alternatives: apply at most one of them.
    """

    on: Literal["clearance", "level", "bioavailability", "volume"]
    when: str
    group: str


class Kinetics(KnowledgeModel):
    """Kinetic facts as the sources give them; None says that none was found.

    The numbers that a calculation uses stand in ``kinetics/``, one file a drug, and must agree with these.

    Attributes:
        clearance_l_per_h: Apparent oral clearance CL/F.
        volume_l: Apparent volume V/F.
        cv_clearance: Between-patient coefficient of variation of CL/F, percent.
    """

    bioavailability: Number | None = None
    tmax: Number | None = None
    ka: Number | None = None
    lag: Number | None = None
    half_life: Number | None = None
    clearance: Number | None = None
    volume: Number | None = None
    cv_clearance: Number | None = None
    cv_volume: Number | None = None
    cv_within: Number | None = None
    protein_bound: Number | None = None
    molar_mass: Number | None = None
    steady_state: Number | None = None
    linear: FactRow | None = None
    covariates: dict[str, Covariate] = Field(default_factory=dict)
    levels: dict[str, FactRow] = Field(default_factory=dict)
    facts: dict[str, FactRow] = Field(default_factory=dict)

    def each(self) -> Iterator[FactRow]:
        """Every fact in it."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, FactRow):
                yield value
            elif isinstance(value, dict):
                yield from value.values()
