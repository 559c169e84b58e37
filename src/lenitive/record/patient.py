"""Who the patient is, what she prefers, and what was agreed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

__all__ = ["Coded", "Diagnosis", "Patient", "PlanTarget"]

Sex = Literal["female", "male"]
Impairment = Literal["none", "mild", "moderate", "severe"]
Metaboliser = Literal["poor", "intermediate", "normal", "ultrarapid"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Coded:
    """A condition or allergy: a name, and a code where one was given."""

    display: str
    system: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How fibromyalgia was diagnosed: criteria, widespread pain index 0-19, symptom severity scale 0-12."""

    criteria: str = ""
    wpi: int | None = None
    sss: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTarget:
    """What was agreed before treatment: the outcome, success, the day of review, the stop rule."""

    outcome: str = ""
    success: str = ""
    review_date: date | None = None
    stop_rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who. Every attribute may be unknown (None, or empty).

    Attributes:
        preferences: Weight 0-10 on each of pain, sleep, fatigue and the side effects that matter to her.
    """

    id: str = ""
    birth_year: int | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    smoker: bool | None = None
    pregnant: bool | None = None
    breastfeeding: bool | None = None
    egfr_ml_min: float | None = None
    hepatic_impairment: Impairment | None = None
    cyp2d6: Metaboliser | None = None
    conditions: tuple[Coded, ...] = ()
    allergies: tuple[Coded, ...] = ()
    diagnosis: Diagnosis | None = None
    preferences: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    plan: PlanTarget | None = None
    simulated: str = ""

    def age(self, at: date) -> int | None:
        """Age in years that the patient reaches in the year of ``at``, or None when the year of birth is unknown."""
        return None if self.birth_year is None else at.year - self.birth_year
