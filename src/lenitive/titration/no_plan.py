"""Why there is no plan, carried out of the middle of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lenitive.knowledge import FactRow
from lenitive.terms import Fact as Named
from lenitive.terms import Message, Source

__all__ = ["NoPlan", "row_message", "sources_of"]


class NoPlan(Exception):  # noqa: N818 - an answer, not an error
    """Carries a refusal out of the middle of a plan: the reason, what rows of the knowledge say of it, their sources."""

    def __init__(
        self, reason: Message, sources: Sequence[Source] = (), details: Iterable[Message] = ()
    ) -> None:
        super().__init__(reason.id)
        self.reason, self.sources, self.details = reason, tuple(sources), tuple(details)


def row_message(kind: str, key: str, says: str, drug: str = "") -> Message:
    """A row of the knowledge in its own words, with the drug it is about where it does not name it."""
    facts = (Named(name="drug", value=drug),) if drug else ()
    return Message(id=f"titration.{kind}.{key}", facts=facts, text=says)


def sources_of(row: FactRow) -> tuple[Source, ...]:
    """A fact's sources as terms."""
    return tuple(s.source for s in row.source)
