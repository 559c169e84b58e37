"""What other drugs, and the patient's own enzymes, ask of a drug's doses: divided by as many times as its level rises."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.knowledge import Drug, Knowledge
from lenitive.terms import Message
from lenitive.titration.limits import Tightening
from lenitive.titration.no_plan import row_message, sources_of
from lenitive.titration.person import Person

__all__ = ["by_company", "by_metaboliser"]


def _measured(drug: Drug, other: str, knowledge: Knowledge) -> Iterator[tuple[float, Tightening]]:
    """How many times another drug raises the level of this one, by each row that measured it."""
    for row in knowledge.interactions.between(drug.id, other):
        if not row.decides or not row.grade.may_decide:
            continue
        for one in row.exposure:
            # A peak alone is no level over the day.
            if one.quantity == "cmax" or not knowledge.substances.matches(drug.id, one.of):
                continue
            ratio = 1 / one.ratio if one.quantity == "clearance" else one.ratio
            yield (
                ratio,
                Tightening(
                    says=(
                        Message.of("titration.rests.company", drug=drug.id, other=other, ratio=ratio),
                        row_message("interaction", row.id, row.effect),
                    ),
                    sources=sources_of(row),
                    grades=(row.grade,),
                    level_ratio=ratio,
                ),
            )


def by_company(drug: Drug, person: Person, knowledge: Knowledge) -> tuple[Tightening, ...]:
    """One for each other drug that raises the level by the planning file's ratio or more, the largest of its rows."""
    least = knowledge.planning.limit["level_ratio"].value
    found = []
    for other in person.others:
        ratio, one = max(_measured(drug, other, knowledge), key=lambda m: m[0], default=(0.0, None))
        if one is not None and ratio >= least - 1e-9:
            found.append(one)
    return tuple(found)


def by_metaboliser(drug: Drug, person: Person, knowledge: Knowledge) -> tuple[Tightening, ...]:
    """For a metaboliser in whom the level rises by the planning file's ratio or more."""
    least = knowledge.planning.limit["level_ratio"].value
    found = []
    for row in drug.kinetics.covariates.values():
        if row.when != f"cyp2d6={person.cyp2d6}" or row.on not in {"level", "clearance"} or not row.decides:
            continue
        ratio = row.value if row.on == "level" else 1 / row.value
        if ratio >= least - 1e-9:
            says = Message.of("titration.rests.metaboliser", drug=drug.id, kind=person.cyp2d6, ratio=ratio)
            found.append(
                Tightening(says=(says,), sources=sources_of(row), grades=(row.grade,), level_ratio=ratio)
            )
    return tuple(found)
