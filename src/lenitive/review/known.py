"""Drugs of a record of which nothing is held: a name that is known is judged from the diary alone, one that is not gets no verdict."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lenitive.knowledge import Knowledge
from lenitive.response import Settling, SettlingStep
from lenitive.review.remark import Remark
from lenitive.terms import Message

__all__ = ["Known", "not_known", "steps_without_facts"]


class Known(StrEnum):
    """How little is known of a drug."""

    UNKNOWN = "unknown"
    """The name means nothing here."""
    NAME_ONLY = "name_only"
    """A drug that exists, of which no facts are held."""

    def remark(self, drug: str) -> Remark:
        """What to say of the drug wherever its effect is shown."""
        if self is Known.UNKNOWN:
            return Remark(
                lead=Message.of("review.known.unknown.lead"),
                text=Message.of("review.known.unknown.text", drug=drug),
            )
        return Remark(
            lead=Message.of("review.known.name_only.lead"),
            text=Message.of("review.known.name_only.text", drug=drug),
        )


def not_known(knowledge: Knowledge, drugs: Iterable[str]) -> dict[str, Known]:
    """The drugs without facts, by the record's names."""
    found = {}
    for name in drugs:
        match = knowledge.resolve_drug(name)
        if match is None or not match.sure:  # a likeness by spelling is no name
            found[name] = Known.UNKNOWN
        elif not match.covered:
            found[name] = Known.NAME_ONLY
    return found


def steps_without_facts(steps: tuple[Settling, ...]) -> tuple[Settling, ...]:
    """Of what would settle a verdict, what leaves the dose alone: whether another dose or a break is safe cannot be checked."""
    return tuple(s for s in steps if s.step in {SettlingStep.WAIT, SettlingStep.FULLER_DIARY})
