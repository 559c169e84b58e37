"""A part of a review that could not be made: a value with its reason, never a silent gap."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.terms import Message

__all__ = ["Absent", "no_answer", "no_kinetics"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a part is missing."""

    reason: Message


def no_answer(reason: str) -> Absent:
    """That the response model refused, in the words that it gives."""
    return Absent(Message.of("review.absent.no_answer", reason=reason))


def no_kinetics(knowledge: Knowledge, drug: str) -> Message:
    """Why a drug has no curve: what the knowledge says of it, or that it says nothing."""
    row = knowledge.kinetics.not_modelled.get(drug)
    if row is None:
        return Message.of("review.absent.no_kinetics", drug=drug)
    return Message(id=f"review.absent.no_kinetics.{drug}", text=row.value)
