"""The dosing row that holds for one patient: a drug's default, tightened for an older one, and never past its maximum."""

from __future__ import annotations

from dataclasses import dataclass

from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.products import Dosing
from lenitive.terms import Message
from lenitive.titration.no_plan import row_message

__all__ = ["Limits", "tightened", "with_maximum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A drug's doses for one patient.

    Attributes:
        dosing: Start, step, days and maximum.
        rests_on: What the rows say that gave them.
    """

    dosing: Dosing
    rests_on: tuple[Message, ...]


def tightened(drug: Drug, age: int | None, *, older_from: float) -> Limits:
    """The default row, tightened by the rows for older people when the patient is or may be one of them.

    Args:
        drug: The drug.
        age: The patient's, years; None when unknown.
        older_from: The age from which those rows hold, years.
    """
    row = drug.default_dosing
    says = [_says(drug, row)]
    if age is not None and age < older_from:
        return Limits(dosing=row, rests_on=tuple(says))
    older = [d for d in drug.dosing.values() if d.population == "older" and d.decides]
    if age is None:
        most = [d.max_mg for d in (row, *older) if d.max_mg is not None]
        row = row if row.max_mg is None else _at_most(row, min(most))
        return Limits(dosing=row, rests_on=tuple(says))
    for one in older:
        kept: dict[str, object] = {
            "start_mg": min((x for x in (row.start_mg, one.start_mg) if x is not None), default=None),
            "max_mg": min((x for x in (row.max_mg, one.max_mg) if x is not None), default=None),
            "min_days": max((x for x in (row.min_days, one.min_days) if x is not None), default=None),
        }
        if any(kept[name] != getattr(row, name) for name in kept):
            says += [Message.of("titration.rests.from_age", drug=drug.id, age=older_from), _says(drug, one)]
        kept["schedule"] = () if one.start_mg is not None or one.max_mg is not None else row.schedule
        kept["source"] = (*row.source, *one.source)
        row = row.model_copy(update=kept)
    row = row if row.max_mg is None else _at_most(row, row.max_mg)
    return Limits(dosing=row, rests_on=tuple(says))


def _says(drug: Drug, row: Dosing) -> Message:
    """A row in its own words, or its numbers where it has none."""
    if row.says:
        return row_message("dosing", row.id, row.says, drug.id)
    return Message.of(
        "titration.rests.start_and_most", drug=drug.id, start_mg=row.start_mg, most_mg=row.max_mg
    )


def _at_most(dosing: Dosing, most_mg: float) -> Dosing:
    """A dosing row none of whose doses passes a maximum."""
    kept = {
        "max_mg": most_mg,
        "start_mg": None if dosing.start_mg is None else min(dosing.start_mg, most_mg),
        "target_mg": None if dosing.target_mg is None else min(dosing.target_mg, most_mg),
        "schedule": tuple((d, mg) for d, mg in dosing.schedule if mg <= most_mg),
    }
    return dosing.model_copy(update=kept)


def with_maximum(dosing: Dosing, at_least: float) -> Dosing:
    """A dosing row whose maximum is not below a dose already taken."""
    if dosing.max_mg is None or dosing.max_mg >= at_least:
        return dosing
    return dosing.model_copy(update={"max_mg": at_least})
