"""Why there is no plan, carried out of the middle of one."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge.schema.facts import Fact
from lenitive.terms import Source

__all__ = ["NoPlan", "sources_of"]


class NoPlan(Exception):  # noqa: N818 - an answer, not an error
    """Carries a refusal out of the middle of a plan."""

    def __init__(self, rule: str, reason: str, sources: Sequence[Source] = ()) -> None:
        super().__init__(reason)
        self.rule, self.reason, self.sources = rule, reason, tuple(sources)


def sources_of(row: Fact) -> tuple[Source, ...]:
    """A fact's sources as terms."""
    return tuple(s.source for s in row.source)
