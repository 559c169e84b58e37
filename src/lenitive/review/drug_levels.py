"""Each drug's level from the doses really taken, and why some have none."""

from __future__ import annotations

from datetime import date, timedelta

from lenitive.kinetics import History, TimeAxis, history
from lenitive.knowledge import Knowledge
from lenitive.record import Record
from lenitive.review.absent import no_kinetics
from lenitive.review.named import named, taken_about
from lenitive.terms import Message

__all__ = ["levels"]

# What a visit looks back on.
_WEEKS = 8


def levels(
    record: Record,
    knowledge: Knowledge,
    *,
    at: date,
    zone: str = "UTC",
    since: date | None = None,
    step_h: float = 2.0,
    only: str | None = None,
) -> tuple[tuple[History, ...], dict[str, Message]]:
    """The histories of the drugs with kinetics, and for the others why they have none.

    Args:
        record: The record; nothing dated after ``at`` is used.
        knowledge: What is known.
        at: The last day.
        zone: The patient's time zone.
        since: First day drawn; default eight weeks back.
        step_h: Distance between moments, h.
        only: One drug, as written or by its id.
    """
    first = since or at - timedelta(weeks=_WEEKS)
    written, strange = named(record.until(at), knowledge)
    taken = taken_about(record, written, at, gone=knowledge.judgement.visit.gone_days.days)
    wanted = None if only is None else knowledge.resolve_drug(only)
    found: list[History] = []
    not_drawn = {n: Message.of("review.absent.name_not_known") for n in strange if only in {None, n}}
    for id_, names in sorted(written.items()):
        if id_ not in taken or (only is not None and (wanted is None or wanted.id != id_)):
            continue
        model = knowledge.kinetics.get(id_)
        if model is None:
            not_drawn[id_] = no_kinetics(knowledge, id_)
            continue
        made = history(
            record.until(at),
            model,
            at=at,
            zone=zone,
            axis=TimeAxis(since=first, step_h=step_h),
            draw_hours=knowledge.judgement.visit.draw_hours.of,
            also=(*names, *knowledge.substances.names_of(id_)),  # a level may be noted under any of them
            with_drugs=taken - {id_},
        )
        if made is not None:
            found.append(made)
    return tuple(found), not_drawn
