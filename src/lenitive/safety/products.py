"""One ingredient taken twice: under two brands, as a brand beside the drug's own name, or in two ways of giving it."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.knowledge import Knowledge
from lenitive.record import MedicinePeriod
from lenitive.safety.finding import Part, Tier
from lenitive.safety.situation import Situation
from lenitive.terms import Fact, Grade, Message, Source

__all__ = ["by_products"]


def by_products(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Each ingredient that two products of the record bring on the day of the check.

    Two rows of one product are one course; a plan speaks of drugs and not of products, so that it is not looked at.
    """
    if now.day != now.at:
        return
    by_ingredient: dict[str, dict[tuple[str, str], list[MedicinePeriod]]] = {}
    for period in now.record.regimen(now.day):
        match = knowledge.resolve_drug(period.name)
        if match is None or not match.sure:
            continue
        products = by_ingredient.setdefault(knowledge.substances.ingredient(match.name), {})
        products.setdefault((match.name, match.product), []).append(period)
    for ingredient, products in sorted(by_ingredient.items()):
        if len(products) < 2:
            continue
        rows = [period for periods in products.values() for period in periods]
        yield (
            "duplicate",
            Part(
                rule="duplicate.one_ingredient",
                tier=Tier.WARNING,
                tier_basis="ours",
                drugs=tuple(sorted({period.drug for period in rows})),
                says=Message.of(
                    "safety.duplicate.one_ingredient.met",
                    products=tuple(dict.fromkeys(period.name for period in rows)),
                    drug=knowledge.substances.words(ingredient),
                ),
                action=Message.of("safety.duplicate.one_ingredient.action"),
                facts=tuple(
                    Fact(name=p.name, value=p.dose_mg_per_day, unit="mg/d", on=p.start) for p in rows
                ),
                sources=(Source(article="record", at="medicines"),),
                grade=Grade.A,
                from_day=now.day,
            ),
        )
