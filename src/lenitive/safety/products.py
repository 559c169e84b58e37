"""One ingredient taken twice: under two brands, as a brand beside the drug's own name, or in two ways of giving it."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.knowledge import Knowledge
from lenitive.record import MedicinePeriod
from lenitive.safety.facts import drug_fact
from lenitive.safety.finding import Part, Tier
from lenitive.safety.situation import Situation, TakenDrug
from lenitive.terms import Fact, Grade, Message, Source

__all__ = ["by_products"]


def by_products(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Each ingredient that two products bring: of the record on the day of the check, of the drugs taken on a day of a plan.

    Two rows of one product are one course. A plan speaks of drugs and not of products: for one drug it says all that is
    taken, and two ways of giving one ingredient are two drugs.
    """
    if now.courses is now.before:
        yield from _of_record(now, knowledge)
    else:
        yield from _of_plan(now, knowledge)


def _of_record(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
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
            _part(
                now,
                drugs=tuple(sorted({period.drug for period in rows})),
                products=tuple(dict.fromkeys(period.name for period in rows)),
                ingredient=knowledge.substances.words(ingredient),
                facts=tuple(
                    Fact(name=p.name, value=p.dose_mg_per_day, unit="mg/d", on=p.start) for p in rows
                ),
            ),
        )


def _of_plan(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    by_ingredient: dict[str, list[TakenDrug]] = {}
    for taken in now.taken.values():
        by_ingredient.setdefault(knowledge.substances.ingredient(taken.id), []).append(taken)
    for ingredient, takers in sorted(by_ingredient.items()):
        if len(takers) > 1:
            yield (
                "duplicate",
                _part(
                    now,
                    drugs=tuple(t.id for t in takers),
                    products=tuple(knowledge.substances.words(t.id) for t in takers),
                    ingredient=knowledge.substances.words(ingredient),
                    facts=tuple(map(drug_fact, takers)),
                    planned=any(t.planned for t in takers),
                ),
            )


def _part(
    now: Situation,
    *,
    drugs: tuple[str, ...],
    products: tuple[str, ...],
    ingredient: str,
    facts: tuple[Fact, ...],
    planned: bool = False,
) -> Part:
    return Part(
        rule="duplicate.one_ingredient",
        tier=Tier.WARNING,
        tier_basis="ours",
        drugs=drugs,
        says=Message.of("safety.duplicate.one_ingredient.met", products=products, drug=ingredient),
        action=Message.of("safety.duplicate.one_ingredient.action"),
        facts=facts,
        sources=(Source(article="record", at="medicines"),),
        grade=Grade.A,
        from_day=now.day,
        withholds=True,
        planned=planned,
    )
