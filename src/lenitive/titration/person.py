"""What a plan must know of the patient, and how it is read from a record."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.record import Impairment, Metaboliser, Record, egfr

__all__ = ["Person", "person_from"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a plan must know of the patient. What is unknown tightens nothing, and the plan says so.

    Attributes:
        age: Years. None is unknown: the doses are then those of adults, under the lower of the two maxima.
        egfr_ml_min: Kidney function, mL/min.
        hepatic_impairment: Liver disease by Child-Pugh class: none, mild (A), moderate (B), severe (C).
        pregnant: Whether the patient is pregnant.
        cyp2d6: How the patient metabolises by CYP2D6.
        used_days: How long the drug to be changed has been taken; None counts as long.
        pace: 1 the usual pace; 2 takes twice as long.
        others: Ids of everything else taken, so that no plan walks into a forbidden overlap.
        allergies: Ids of drugs to which an allergy is recorded.
        forms: The form in which a drug is taken now, by its id: it is kept where it makes the doses.
    """

    age: int | None = None
    egfr_ml_min: float | None = None
    hepatic_impairment: Impairment | None = None
    pregnant: bool | None = None
    cyp2d6: Metaboliser | None = None
    used_days: int | None = None
    pace: int = 1
    others: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.pace < 1 or (self.used_days is not None and self.used_days < 0):
            raise ValueError("the pace is 1 or more, and days of use are not negative")

    def form_of(self, drug: str) -> str:
        """The form in which a drug is taken, or empty when that is not known."""
        return dict(self.forms).get(drug, "")


def person_from(record: Record, knowledge: Knowledge, drug: str, at: date, *, pace: int = 1) -> Person:
    """The patient of a record on a day.

    Args:
        record: The record; nothing dated after the day is used.
        knowledge: Says which drugs its names stand for; a name that is not known stays as written.
        drug: Id of the drug that is taken and changes: how long it was taken counts, and it is not among the others; empty
            where none changes.
        at: The day.
        pace: 1 the usual pace; 2 takes twice as long.
    """

    def resolved(name: str) -> str:
        match = knowledge.resolve_drug(name)
        return name if match is None else match.id

    known = record.until(at)
    taken = [p for p in known.regimen(at) if p.dose_mg > 0]
    named = {p.drug: resolved(p.drug) for p in known.medicines}
    starts = [p.start for p in known.medicines if named[p.drug] == drug and p.dose_mg > 0]
    written = [a.display or a.code for a in known.patient.allergies]
    kidneys = egfr(known, at)
    return Person(
        age=known.patient.age(at),
        egfr_ml_min=None if kidneys is None else kidneys.value,
        hepatic_impairment=known.patient.hepatic_impairment,
        pregnant=known.patient.pregnant,
        cyp2d6=known.patient.cyp2d6,
        used_days=(at - min(starts)).days if starts else None,
        pace=pace,
        others=tuple(dict.fromkeys(named[p.drug] for p in taken if named[p.drug] != drug)),
        allergies=tuple(dict.fromkeys(m.id for w in written if (m := knowledge.resolve_drug(w)) is not None)),
        forms=tuple(sorted({named[p.drug]: p.form for p in taken if p.form}.items())),
    )
