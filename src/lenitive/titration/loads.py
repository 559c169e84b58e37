"""Sedating and serotonergic drugs on the days of a plan, as values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.terms import Message

__all__ = ["CountedDrug", "Load", "LoadClass", "LoadOverTime"]


class LoadClass(StrEnum):
    """What is counted over the days of a plan; the values are classes of the knowledge."""

    SEDATIVE = "sedative"
    SEROTONERGIC = "serotonergic"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDrug:
    """A drug that counts.

    Attributes:
        drug: Its id.
        mg: A day; None for what is taken beside the plan, at a dose not known here.
        share_of_most: The dose over the most that the drug's dosing row allows; None where there is none.
    """

    drug: str
    mg: float | None
    share_of_most: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Drugs of one class on days that are alike.

    Attributes:
        of_class: Which.
        first: First day.
        last: Last day; None when it goes on.
        count: How many drugs.
        drugs: Which.
        peak: Whether no day of the plan has more, and some have fewer.
    """

    of_class: LoadClass
    first: date
    last: date | None
    count: int
    drugs: tuple[CountedDrug, ...]
    peak: bool

    def __post_init__(self) -> None:
        if self.count != len(self.drugs):
            raise ValueError("the count is the number of the drugs named")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOverTime:
    """Sedating and serotonergic drugs over the days of a plan, and how that was counted."""

    basis: Message
    stretches: tuple[Load, ...]

    def of(self, of_class: LoadClass) -> tuple[Load, ...]:
        """Those of a class, in order of day."""
        return tuple(x for x in self.stretches if x.of_class is of_class)
