"""Where a fact comes from and how far it may be trusted."""

from __future__ import annotations

from enum import StrEnum

from lenitive.frozen import dataclass

__all__ = ["Grade", "Source"]


class Grade(StrEnum):
    """How far a fact may be trusted, best first. A decision may rest on A, B or C, never on D or U."""

    A = "A"
    """A regulator's label, a guideline, or a trial report, read at the source or in a plain copy of it."""
    B = "B"
    """A peer-reviewed paper or an official database, read at the source."""
    C = "C"
    """A secondary page that names its source, or two independent secondary pages that agree."""
    D = "D"
    """One secondary page, or a search excerpt only."""
    U = "U"
    """Unverified: kept so that it is not forgotten, shown as unverified, carries no decision."""

    @property
    def may_decide(self) -> bool:
        """Whether a rule that changes an option may rest on it."""
        return self in {Grade.A, Grade.B, Grade.C}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """A place in a source.

    Attributes:
        article: A citation key of the bibliography, or an address.
        at: The place in it: section, table, page.
    """

    article: str
    at: str = ""

    def __str__(self) -> str:
        """``key, place``."""
        return f"{self.article}, {self.at}" if self.at else self.article
