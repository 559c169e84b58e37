"""What a measured volume rests on: the product, the syringes, and the least that is measured well enough."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.knowledge import Drug, FactRow, Knowledge, Limit, Market, OralSyringe
from lenitive.terms import Grade, Message, Source
from lenitive.titration.day_dose import DayDose
from lenitive.titration.no_plan import row_message, sources_of

__all__ = ["LiquidBasis", "liquid_basis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidBasis:
    """Grades, messages and sources; empty where nothing is liquid."""

    grades: tuple[Grade, ...] = ()
    rests_on: tuple[Message, ...] = ()
    sources: tuple[Source, ...] = ()


def liquid_basis(knowledge: Knowledge, market: Market, drug: Drug, doses: Sequence[DayDose]) -> LiquidBasis:
    """What the volumes among these doses rest on."""
    liquid_doses = [d for dose in doses for i in dose.intakes if (d := i.handful.liquid_dose) is not None]
    if not liquid_doses:
        return LiquidBasis()
    planning, product = knowledge.planning, liquid_doses[0].liquid.product
    used = sorted({d.syringe for d in liquid_doses})
    smallest = planning.limit["smallest_ml"]
    if used[0].supplied:
        facts: tuple[FactRow, ...] = (drug.product[product], drug.measure[product])
        rows: tuple[OralSyringe | Limit, ...] = (smallest,)
        how = [
            Message.of("titration.rests.measured_with.supplied", drug=drug.id),
            row_message("measure", product, facts[-1].says),
        ]
    else:
        held = {s.capacity_ml for s in used}
        facts = (drug.product[product],)
        usual = {k: s for k, s in planning.syringe.items() if s in planning.syringes(market)}
        meant = {k: s for k, s in usual.items() if s.capacity_ml in held}
        rows = (*meant.values(), smallest)
        how = [
            Message.of("titration.rests.measured_with.usual", drug=drug.id),
            *(row_message("syringe", key, s.says) for key, s in meant.items()),
        ]
    listed = knowledge.sources
    addresses = (Source(article=listed[a].article if a in listed else a) for r in rows for a in r.article)
    return LiquidBasis(
        grades=tuple(r.grade for r in (*facts, *rows)),
        rests_on=(
            *how,
            Message.of("titration.rests.volume_times_strength", drug=drug.id),
            row_message("limit", "smallest_ml", smallest.says),
        ),
        sources=tuple(dict.fromkeys((*(s for f in facts for s in sources_of(f)), *addresses))),
    )
