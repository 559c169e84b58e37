"""What a drug's published parameters become for one patient, and how far patients spread around that."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import Array, Curve, one_compartment, two_compartment
from lenitive.knowledge import CovariateModel, KineticsModel
from lenitive.record import Patient
from lenitive.terms import Fact, Grade, Source

__all__ = ["Applied", "PersonKinetics", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One fact about the patient that changed a parameter.

    Attributes:
        id: The covariate's id in the drug's file.
        fact: The fact as the record has it.
        clearance_factor: What it multiplied the clearance by.
        grade: The grade of the size.
        sources: Where the size comes from.
        note: What to know about it.
    """

    id: str
    fact: Fact
    clearance_factor: float
    grade: Grade
    sources: tuple[Source, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonKinetics:
    """The expected parameters of one patient.

    Attributes:
        model: The drug's file.
        clearance: Expected CL/F, L/h.
        second: Expected half-life, h, or volume, L, whichever the file gives.
        applied: What about the patient changed them.
        unknown: Facts that would have mattered and are not in the record.
    """

    model: KineticsModel
    clearance: float
    second: float
    applied: tuple[Applied, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def sd(self) -> tuple[float, float]:
        """Standard deviations of log clearance and of the log of the second parameter, between patients."""
        return _log_sd(self.model.clearance_cv.value), _log_sd(self.model.second_cv.value)

    @property
    def half_life_h(self) -> float:
        """Expected half-life, h, of the only or the last phase."""
        return float(np.log(2) / self.curve().rate.min())

    def curve(self, eta: npt.ArrayLike = ((0.0, 0.0),)) -> Curve:
        """The curve of patients who differ from the expected one.

        Args:
            eta: Log ratios to the expected clearance and to the expected second parameter, shape (patient, 2).
        """
        ratio = np.exp(np.atleast_2d(np.asarray(eta, dtype=np.float64)))
        clearance, second = self.clearance * ratio[:, 0], self.second * ratio[:, 1]
        lag = 0.0 if self.model.lag is None else self.model.lag.value
        ka = self.model.ka.value
        if self.model.exchange is not None and self.model.peripheral is not None:
            return two_compartment(
                clearance=clearance,
                volume=second,
                exchange=self.model.exchange.value,
                peripheral=self.model.peripheral.value,
                ka=ka,
                lag_h=lag,
            )
        volume = clearance * second / math.log(2) if self.model.half_life is not None else second
        return one_compartment(clearance=clearance, volume=volume, ka=ka, lag_h=lag)

    def spread(self, draws: int = 512) -> Array:
        """Log ratios of evenly spread imagined patients, shape (draws, 2): a Hammersley set, the same each time.

        Args:
            draws: How many, a power of two.
        """
        return np.asarray(_even_normals(draws) * np.array(self.sd))


@cache
def _even_normals(draws: int) -> Array:
    """Standard normal pairs at the points of the set, shape (draws, 2): every patient's are these."""
    # i and i with its bits reversed, over the number of points: as even in the plane as Sobol's first two
    # dimensions, without the statistics package that holds those and takes a second to start.
    bits = draws.bit_length() - 1
    index = np.arange(draws)
    reversed_ = sum(((index >> b) & 1) << (bits - 1 - b) for b in range(bits))
    points = np.stack([index, np.asarray(reversed_)], axis=1) / draws
    # The points lie on multiples of 1/draws, the first on the corner: half a step brings all inside.
    inner = points + 0.5 / draws
    quantile = NormalDist().inv_cdf
    normal = np.array(list(map(quantile, inner.ravel().tolist()))).reshape(inner.shape)
    normal.setflags(write=False)
    return normal


def _log_sd(cv: float) -> float:
    return math.sqrt(math.log1p(cv * cv))


def _value(
    patient: Patient, covariate: CovariateModel, at: date, others: Collection[str]
) -> float | str | None:
    """The fact a covariate asks about; None when it is not known."""
    match covariate.fact:
        case "sex":
            return patient.sex
        case "age":
            return patient.age(at)
        case "egfr_ml_min":
            return patient.egfr_ml_min
        case "hepatic_impairment":
            return patient.hepatic_impairment
        case "cyp2d6":
            return patient.cyp2d6
        case "smoker":
            return None if patient.smoker is None else ("yes" if patient.smoker else "no")
        case "co_medication":
            return covariate.equals if covariate.equals in others else ""


def _applies(covariate: CovariateModel, value: float | str) -> bool:
    if isinstance(value, str):
        return value == covariate.equals
    return (covariate.below is None or value < covariate.below) and (
        covariate.at_least is None or value >= covariate.at_least
    )


def person(
    model: KineticsModel, patient: Patient, *, at: date, with_drugs: Collection[str] = ()
) -> PersonKinetics:
    """The expected parameters of a patient on a day, by the covariates that the drug's file supports.

    Args:
        model: The drug's file.
        patient: Who.
        at: The day, for the age.
        with_drugs: Ids of the other drugs taken.
    """
    clearance = model.clearance.value
    half_life_factor = 1.0
    applied: list[Applied] = []
    unknown: set[str] = set()
    used_groups: set[str] = set()
    if model.scaling is not None:
        kidney = patient.egfr_ml_min
        if kidney is None:
            unknown.add("egfr_ml_min")
        elif kidney < model.scaling.value:
            factor = max(kidney, 1.0) / model.scaling.value
            clearance *= factor
            applied.append(
                Applied(
                    id="kidney",
                    fact=Fact(name="egfr_ml_min", value=kidney, unit="mL/min"),
                    clearance_factor=factor,
                    grade=model.scaling.grade,
                    sources=model.scaling.sources,
                    note=model.scaling.note,
                )
            )
    for covariate in model.covariate:
        value = _value(patient, covariate, at, with_drugs)
        if value is None:
            unknown.add(covariate.fact)
            continue
        if covariate.group in used_groups or not _applies(covariate, value):
            continue
        if covariate.group:
            used_groups.add(covariate.group)
        clearance *= covariate.value
        half_life_factor *= covariate.half_life_factor
        applied.append(
            Applied(
                id=covariate.id,
                fact=Fact(name=covariate.fact, value=value, on=at if covariate.fact == "age" else None),
                clearance_factor=covariate.value,
                grade=covariate.grade,
                sources=covariate.sources,
                note=covariate.note,
            )
        )
    if model.half_life is not None:
        second = model.half_life.value * half_life_factor
    else:
        assert model.volume is not None  # the schema holds one of the two
        second = model.volume.value
    return PersonKinetics(
        model=model,
        clearance=clearance,
        second=second,
        applied=tuple(applied),
        unknown=tuple(sorted(unknown)),
    )
