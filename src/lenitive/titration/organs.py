"""What a drug's file asks for at this patient's kidney and liver function."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge import Drug, Hepatic, Knowledge, Renal
from lenitive.terms import Message
from lenitive.titration.limits import Tightening
from lenitive.titration.no_plan import NoPlan, row_message, sources_of
from lenitive.titration.person import Person

__all__ = ["by_kidney", "by_liver"]

_FORBID = {"avoid", "contraindicated"}
_GRADES = ("none", "mild", "moderate", "severe")


def _from_row(row: Renal | Hepatic, drug: Drug, function: Message) -> Tightening:
    return Tightening(
        says=(function, row_message("organ", row.id, row.says, drug.id)),
        sources=sources_of(row),
        grades=(row.grade,),
        start_mg=row.start_mg,
        usual_mg=row.usual_mg,
        max_mg=row.max_mg,
    )


def _refused(rows: Sequence[Renal | Hepatic], drug: Drug, reason: Message) -> None:
    """Refuse a drug that a row says to avoid."""
    for row in rows:
        if row.action in _FORBID:
            raise NoPlan(reason, sources_of(row), [row_message("organ", row.id, row.says, drug.id)])


def by_kidney(drug: Drug, person: Person, knowledge: Knowledge) -> tuple[Tightening, ...]:
    """The rows on kidney function that hold, whatever market they were written for: a kidney knows none.

    Raises:
        NoPlan: When one says to avoid the drug, or the kidneys are weak and no source read says what that asks for.
    """
    rows = [r for r in drug.renal.values() if r.decides]
    egfr = person.egfr_ml_min
    if egfr is None:
        serious = any(r.action != "none" for r in rows)
        unknown = Message.of("titration.rests.kidneys_not_recorded", drug=drug.id)
        return (Tightening(says=(unknown,)),) if serious else ()
    held = [r for r in rows if r.down_to <= egfr < r.below]
    _refused(held, drug, Message.of("titration.plan.kidneys.avoid", drug=drug.id, egfr=egfr))
    # Rows for better kidneys only say nothing of these; rows for worse ones draw the line lower.
    unspoken = not held and not any(r.below <= egfr for r in rows)
    if unspoken and egfr < knowledge.planning.limit["kidney_row_below"].value:
        raise NoPlan(Message.of("titration.plan.kidneys.no_row", drug=drug.id, egfr=egfr))
    function = Message.of("titration.rests.kidneys", egfr=egfr)
    return tuple(_from_row(r, drug, function) for r in held)


def by_liver(drug: Drug, person: Person) -> tuple[Tightening, ...]:
    """The rows on liver disease that hold.

    Raises:
        NoPlan: When one says to avoid the drug, or the disease is moderate or severe and no row speaks of it.
    """
    degree = person.hepatic_impairment
    rows = [r for r in drug.hepatic.values() if r.decides]
    if degree is None or degree == "none":
        return ()
    held = [r for r in rows if degree in r.degrees]
    _refused(held, drug, Message.of("titration.plan.liver.avoid", drug=drug.id, degree=degree))
    worse = any(_GRADES.index(d) > _GRADES.index(degree) for r in rows for d in r.degrees)
    if not held and not worse and degree != "mild":
        raise NoPlan(Message.of("titration.plan.liver.no_row", drug=drug.id, degree=degree))
    function = Message.of("titration.rests.liver", degree=degree)
    return tuple(_from_row(r, drug, function) for r in held)
