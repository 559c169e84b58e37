"""Answers what two drugs do to each other and how long to wait between them."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.frozen import dataclass
from lenitive.knowledge.schema.facts import FactRow
from lenitive.knowledge.schema.interactions import Interaction, InteractionFile, Washout
from lenitive.knowledge.schema.substances import Membership
from lenitive.knowledge.substance_index import Substances

__all__ = ["Interactions", "Wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The wait from one drug to another.

    Attributes:
        days: Whole days, or None when a wait is needed and no source gives its length.
        fact: The row it comes from.
    """

    days: int | None
    fact: Washout

    @property
    def known(self) -> bool:
        """Whether a figure exists."""
        return self.days is not None


class Interactions:
    """All interaction rows, indexed by what they name."""

    def __init__(self, files: tuple[InteractionFile, ...], substances: Substances) -> None:
        self.files = files
        self._substances = substances
        self.rows: tuple[Interaction, ...] = tuple(r for f in files for r in f.interaction.values())
        self._pairs: dict[tuple[str, str], tuple[Interaction, ...]] = {}
        self._weak_pairs: dict[tuple[str, str], tuple[tuple[Interaction, tuple[Membership, ...]], ...]] = {}
        self.washouts: tuple[Washout, ...] = tuple(w for f in files for w in f.washout.values())

    def facts(self) -> Iterator[FactRow]:
        """Every row."""
        yield from self.rows
        yield from self.washouts

    def _is(self, id_: str, sides: tuple[str, ...], but: tuple[str, ...] = ()) -> bool:
        is_any = self._substances.is_any
        return is_any(id_, sides) and not (but and is_any(id_, but))

    def _rank(self, row: Interaction, a: str, b: str) -> int:
        """How many of the two drugs the row names themselves rather than by class."""
        named = {*row.drugs, *row.others}
        return sum(self._substances.ingredient(x) in named or x in named for x in (a, b))

    def between(self, a: str, b: str) -> tuple[Interaction, ...]:
        """Rows about the two, in either order, the most particular first. A drug does not interact with itself.

        Rows that may not decide are included: they are shown, marked unverified. Each pair is looked up once.
        """
        if (a, b) not in self._pairs:
            self._pairs[a, b] = self._between(a, b)
        return self._pairs[a, b]

    def _between(self, a: str, b: str) -> tuple[Interaction, ...]:
        same = self._substances.ingredient(a) == self._substances.ingredient(b)
        found = [
            row
            for row in self.rows
            if not same
            and (
                (self._is(a, row.drugs) and self._is(b, row.others, row.except_for))
                or (self._is(b, row.drugs) and self._is(a, row.others, row.except_for))
            )
        ]
        return tuple(sorted(found, key=lambda row: (-self._rank(row, a, b), row.id)))

    def weakly_between(self, a: str, b: str) -> tuple[tuple[Interaction, tuple[Membership, ...]], ...]:
        """Rows that would be about the two if a weak membership held, with the memberships; in order of id."""
        if (a, b) not in self._weak_pairs:
            self._weak_pairs[a, b] = self._weakly_between(a, b)
        return self._weak_pairs[a, b]

    def _weakly_between(self, a: str, b: str) -> tuple[tuple[Interaction, tuple[Membership, ...]], ...]:
        weak = {x: self._substances.weak_classes_of(x) for x in (a, b)}
        classes = {c for found in weak.values() for c in found}
        if not classes or self._substances.ingredient(a) == self._substances.ingredient(b):
            return ()
        strong = {row.id for row in self.between(a, b)}
        found = []
        for row in self.rows:
            if row.id in strong or not row.decides or classes.isdisjoint((*row.drugs, *row.others)):
                continue
            for first, then in ((a, b), (b, a)):
                if self._is(then, row.except_for):
                    continue
                sides = ((first, row.drugs), (then, row.others))
                on = [
                    () if self._is(x, side) else tuple(weak[x][c] for c in side if c in weak[x])[:1]
                    for x, side in sides
                ]
                if all(self._is(x, side) or m for (x, side), m in zip(sides, on, strict=True)):
                    found.append((row, tuple(m for ms in on for m in ms)))
                    break
        return tuple(sorted(found, key=lambda pair: pair[0].id))

    def about(self, drug: str) -> tuple[Interaction, ...]:
        """Rows that name the drug, its ingredient or one of its classes, those that name it first."""
        found = [r for r in self.rows if self._is(drug, r.drugs) or self._is(drug, r.others, r.except_for)]
        return tuple(sorted(found, key=lambda row: (-self._rank(row, drug, drug), row.id)))

    def waits_about(self, drug: str) -> tuple[Washout, ...]:
        """Waits that begin or end with the drug, in the files' order."""
        return tuple(
            w for w in self.washouts if self._is(drug, w.first, w.except_first) or self._is(drug, w.then)
        )

    def washout(self, first: str, then: str) -> Wait | None:
        """The wait from one to the other, or None when no row asks for any.

        Of several rows the one that names both drugs wins over one that names a class; of equals the longest
        wait, and an unknown wait over any figure.
        """
        rows = [
            w
            for w in self.washouts
            if w.decides and self._is(first, w.first, w.except_first) and self._is(then, w.then)
        ]
        if not rows:
            return None
        ids = {self._substances.ingredient(first), first}, {self._substances.ingredient(then), then}

        def rank(row: Washout) -> tuple[int, bool, int]:
            named = bool(ids[0] & set(row.first)) + bool(ids[1] & set(row.then))
            return named, row.days is None, row.days or 0

        best = max(rows, key=rank)
        return Wait(days=best.days, fact=best)

    def washout_days(self, first: str, then: str) -> int | None:
        """Days to wait from one to the other: 0 when no row asks for a wait, None when the length is not known."""
        wait = self.washout(first, then)
        return 0 if wait is None else wait.days
