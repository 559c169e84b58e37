"""What the names in a record mean. Each is resolved once, here, so that every room knows one drug by one name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from lenitive.frozen import dataclass
from lenitive.intake.scripts import deceptive
from lenitive.record import Coded

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge

__all__ = ["DrugName", "WrittenNames", "suggestion"]

# Looking for what a name may be a slip of takes a hundredth of a second; a table of nonsense would take minutes.
_MOST_SLIPS = 100


def suggestion(near: tuple[str, ...]) -> str:
    """``Did you mean mirtazapine?``, or of several: ``Did you mean clonazepam or clobazam?``"""
    *others, last = near
    before = f"{', '.join(others)} or " if others else ""
    return f"Did you mean {before}{last}?"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugName:
    """What one written name of a drug was taken to mean.

    Attributes:
        drug: The name by which every room knows it; for one that means nothing here the written name in lower case.
        product: The brand, by which two products of one drug are told apart; empty for the drug's own name.
        known: Whether the name means a drug.
        near: What an unknown name may be a slip of.
        deceptive: Whether its letters are not those that its reader sees.
    """

    drug: str
    product: str = ""
    known: bool = False
    near: tuple[str, ...] = ()
    deceptive: bool = False


class WrittenNames:
    """Looks names up in the knowledge, each kind only when a record has one.

    Args:
        knowledge: What is known; without it, what comes with the program.
    """

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        self._given = knowledge
        self._drugs: dict[str, DrugName] = {}
        self._slips = 0

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known."""
        if self._given is not None:
            return self._given
        # Reading the knowledge takes longer than reading a record without names.
        from lenitive.knowledge import load

        return load()

    def drug(self, written: str) -> DrugName:
        """What a drug's name means. A name that only looks like one by its spelling means nothing until it is corrected."""
        plain = " ".join(written.split())
        if plain not in self._drugs:
            self._drugs[plain] = self._drug(plain)
        return self._drugs[plain]

    def _drug(self, plain: str) -> DrugName:
        own = plain.lower()
        if deceptive(plain):
            return DrugName(drug=own, deceptive=True)
        match = self.knowledge.substances.listed(plain)
        if match is not None:
            return DrugName(drug=match.name, product=match.product, known=True)
        return DrugName(drug=own, near=self._near(self.knowledge.substances.near, plain))

    def _near(self, look: Callable[[str], tuple[str, ...]], written: str) -> tuple[str, ...]:
        """What an unknown name may be a slip of; nothing once a record has asked too often."""
        self._slips += 1
        return look(written) if self._slips <= _MOST_SLIPS else ()

    def highest_licensed_mg(self, drug: str) -> float | None:
        """The highest dose a day, mg, that a licence of a drug allows anyone; None where none was read."""
        if drug not in self.knowledge.drugs:
            return None
        rows = self.knowledge.drugs[drug].dosing.values()
        return max(
            (r.max_mg for r in rows if r.basis == "label" and r.decides and r.max_mg is not None),
            default=None,
        )

    def condition(self, written: Coded) -> tuple[bool, tuple[str, ...]]:
        """Whether a rule can know a condition, and if not, what its name may be a slip of."""
        safety = self.knowledge.safety
        if safety.condition(written.display) is not None:
            return True, ()
        return False, self._near(safety.near_conditions, written.display)

    def allergy(self, written: Coded) -> tuple[bool, tuple[str, ...]]:
        """Whether an allergy names a drug or a class of drugs, and if not, what its name may be a slip of."""
        substances = self.knowledge.substances
        if any(
            substances.of_class(text) is not None or substances.listed(text) is not None
            for text in (written.code, written.display)
            if text
        ):
            return True, ()
        return False, self._near(substances.near, written.display)
