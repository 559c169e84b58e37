"""Who the patient is, what she prefers, and what was agreed beforehand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal

from lenitive.frozen import dataclass
from lenitive.record.medicine import MedicinePeriod
from lenitive.record.text import refuse_unwritable
from lenitive.terms import PREFERENCES, FrozenMapping

__all__ = ["Coded", "Diagnosis", "Patient", "PlanTarget"]

Sex = Literal["female", "male"]
Impairment = Literal["none", "mild", "moderate", "severe"]
Metaboliser = Literal["poor", "intermediate", "normal", "ultrarapid"]


def _within(value: float | None, low: float, high: float) -> bool:
    return value is None or low <= value <= high


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Coded:
    """A condition or allergy: a name, a code, or both.

    Raises:
        ValueError: When there is neither.
    """

    display: str = ""
    system: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        if not self.display and not self.code:
            raise ValueError("a condition or an allergy has a name or a code")
        refuse_unwritable(self.display, self.system, self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How fibromyalgia was diagnosed: criteria, widespread pain index 0-19, symptom severity scale 0-12.

    Raises:
        ValueError: When a score is outside its range.
    """

    criteria: str = ""
    wpi: int | None = None
    sss: int | None = None

    def __post_init__(self) -> None:
        if not _within(self.wpi, 0, 19) or not _within(self.sss, 0, 12):
            raise ValueError("the widespread pain index is 0-19 and the symptom severity scale 0-12")
        refuse_unwritable(self.criteria)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTarget:
    """What was agreed before treatment: the medicine or activity it is about, the outcome, success, the day of review, the stop rule.

    Attributes:
        line: How much relief she wants for it to be worth taking, points of the weighed mean of her scores.
        above_supported: Why the clinician wants doses weighed that no trial in her condition supports, up to the label's highest; empty where nobody does.
        test_wished: The day on which she asked for a test of her own accord.

    Raises:
        ValueError: When the line is not above 0, or above 10.
    """

    about: str = ""
    outcome: str = ""
    success: str = ""
    review_date: date | None = None
    stop_rule: str = ""
    line: float | None = None
    above_supported: str = ""
    test_wished: date | None = None

    def __post_init__(self) -> None:
        refuse_unwritable(self.about, self.outcome, self.success, self.stop_rule, self.above_supported)
        if self.line is not None and not 0 < self.line <= 10:
            raise ValueError("the line of a plan is a number of points above 0 and at most 10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who. Every attribute may be unknown (None, or empty).

    Attributes:
        onset: Days until about two thirds of a drug's effect is there, by the name of the drug, where it is known of this patient.
        preferences: Weight 0-10 on each of pain, sleep, fatigue and the side effects that matter to her.
        simulated: For a patient who does not exist: the sentence that says so; empty for a real one.

    Raises:
        ValueError: When a number cannot be one, or a preference is not in the vocabulary.
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
    preferences: Mapping[str, float] = field(default_factory=FrozenMapping)
    onset: Mapping[str, float] = field(default_factory=FrozenMapping)
    plan: PlanTarget | None = None
    simulated: str = ""

    def __post_init__(self) -> None:
        if not (
            _within(self.birth_year, 1850, 2079)
            and _within(self.height_cm, 80, 260)
            and _within(self.egfr_ml_min, 1, 250)
        ):
            raise ValueError("birth_year is 1850-2079, height_cm 80-260, egfr_ml_min 1-250")
        if not all(key in PREFERENCES and 0 <= weight <= 10 for key, weight in self.preferences.items()):
            raise ValueError("a preference is a weight from 0 to 10 on an outcome or a side effect")
        if not all(
            re.fullmatch(MedicinePeriod.DRUG, drug) and 0 < days <= 366 for drug, days in self.onset.items()
        ):
            raise ValueError("an onset is a number of days up to a year for the name of a drug")
        refuse_unwritable(self.id, self.simulated)
        object.__setattr__(self, "preferences", FrozenMapping(self.preferences))
        object.__setattr__(self, "onset", FrozenMapping(self.onset))

    def age(self, at: date) -> int | None:
        """Age in years that the patient reaches in the year of ``at``, or None when the year of birth is unknown."""
        return None if self.birth_year is None else at.year - self.birth_year
