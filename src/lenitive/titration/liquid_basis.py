"""What a measured volume rests on: the product, the syringes, and the least that is measured well enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Fact, Market
from lenitive.knowledge.schema.planning import Limit, OralSyringe
from lenitive.terms import Grade, Source
from lenitive.titration.day_dose import DayDose
from lenitive.titration.no_plan import sources_of

__all__ = ["LiquidBasis", "liquid_basis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidBasis:
    """Grades, sentences and sources; empty where nothing is liquid."""

    grades: tuple[Grade, ...] = ()
    rests_on: tuple[str, ...] = ()
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
        facts: tuple[Fact, ...] = (drug.product[product], drug.measure[product])
        rows: tuple[OralSyringe | Limit, ...] = (smallest,)
        how = f"measured with what comes with it. {facts[-1].says}"
    else:
        held = {s.capacity_ml for s in used}
        facts = (drug.product[product],)
        rows = (*(s for s in planning.syringes(market) if s.capacity_ml in held), smallest)
        how = "how the measure that comes with it is marked was not read; a syringe that any pharmacy has is meant. "
        how += " ".join(r.says for r in rows[:-1])
    listed = knowledge.sources
    addresses = (Source(article=listed[a].article if a in listed else a) for r in rows for a in r.article)
    return LiquidBasis(
        grades=tuple(r.grade for r in (*facts, *rows)),
        rests_on=(
            f"{drug.name}: {how}",
            f"{drug.name}: a dose is the volume times the strength. {smallest.says}",
        ),
        sources=tuple(dict.fromkeys((*(s for f in facts for s in sources_of(f)), *addresses))),
    )
