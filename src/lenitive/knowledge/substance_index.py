"""Which substances exist, what they are called, and which classes they belong to.

A written name is matched in this order: exactly (name, brand, synonym, code), without its salt, strength or form,
and only then by spelling. A match by spelling says so and shows what was matched; when two substances are about
equally near there is no match, because a wrong drug is worse than an unknown one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from lenitive.frozen import dataclass
from lenitive.knowledge.schema.substances import DrugClass, Membership, Name, Substance
from lenitive.terms import near_words

__all__ = ["Match", "Substances"]

How = Literal[
    "name", "brand", "synonym", "abbreviation", "salt", "form", "code", "misspelling", "not_covered"
]

_SALT_WORDS = """
hydrochloride hydrochlorid chlorhydrate hcl hydrobromide hbr maleate mesylate mesilate besylate besilate tartrate
succinate fumarate citrate sulfate sulphate phosphate sodium potassium calcium hemihydrate monohydrate anhydrous
dihydrate acetate oxalate enacarbil
"""
_FORM_WORDS = """
tablet tablets tab tabs capsule capsules cap caps solution oral liquid drops odt orodispersible dispersible
disintegrating film coated filmtabletten tabletten comprimes ir er xr sr mr xl cr dr ec delayed extended modified
release immediate gastro resistant sprinkle bedtime daily po
"""
_SALTS, _FORMS = frozenset(_SALT_WORDS.split()), frozenset(_FORM_WORDS.split())
_AMOUNT = re.compile(r"\b\d+([.,]\d+)?\s*(mg|mcg|ug|µg|g|ml|mg/ml)?\b(\s*/\s*\d*\s*ml)?")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a written name was taken to mean.

    Attributes:
        id: The substance's id, or empty for a known drug that Lenitive holds nothing on.
        how: How it was matched.
        shown: What to show beside the written name, such as ``mirtazapine (brand Remeron)``.
        matched: The listed name that was matched.
        sure: False for a match by spelling: show it and let a person confirm.
    """

    id: str
    how: How
    shown: str
    matched: str

    @property
    def sure(self) -> bool:
        """Whether no spelling had to be guessed."""
        return self.how != "misspelling"

    @property
    def name(self) -> str:
        """The one name by which every room knows the drug: the substance's id, or the listed name where nothing more is held."""
        return self.id or self.matched.lower()

    @property
    def product(self) -> str:
        """The brand that was written, by which two products of one drug are told apart; empty for the drug's own name."""
        return self.matched if self.how == "brand" else ""

    @property
    def covered(self) -> bool:
        """Whether anything is known about it beyond its name."""
        return bool(self.id)


def _plain(text: str) -> str:
    """Lower case, no accents, words by single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORD.findall("".join(c for c in bare if not unicodedata.combining(c))))


def _bare(text: str) -> str:
    """The plain words of a name without its amounts."""
    return _plain(_AMOUNT.sub(" ", text.casefold()))


def _core(plain: str) -> str:
    """A plain name without its salt and form."""
    return " ".join(w for w in plain.split() if w not in _FORMS | _SALTS)


class Substances:
    """All substances, names and classes, with the questions asked of them."""

    def __init__(
        self,
        substances: Iterable[Substance],
        classes: Iterable[DrugClass],
        names: Iterable[Name],
        memberships: Iterable[Membership],
        not_covered: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.by_id: Mapping[str, Substance] = {s.id: s for s in substances}
        self.classes: Mapping[str, DrugClass] = {c.id: c for c in classes}
        self.names = tuple(names)
        self.memberships = tuple(memberships)
        self._not_covered = dict(not_covered)

    def __contains__(self, id: object) -> bool:  # noqa: A002
        """Whether there is such a substance."""
        return id in self.by_id

    def knows(self, id: str) -> bool:  # noqa: A002
        """Whether the id is a substance or a class."""
        return id in self.by_id or id in self.classes

    def words(self, id: str) -> str:  # noqa: A002
        """What a reader sees for a substance or a class; the id itself when it is neither."""
        if id in self.by_id:
            return self.by_id[id].name
        return self.classes[id].words if id in self.classes else id

    @cached_property
    def _direct(self) -> dict[str, set[str]]:
        """What each substance and class belongs to, one step up."""
        direct: dict[str, set[str]] = {s: set() for s in self.by_id}
        for row in self.memberships:
            if row.decides:
                for member in row.members:
                    direct.setdefault(member, set()).add(row.of_class)
        for one in self.by_id.values():
            if one.ingredient:
                direct[one.id] |= direct.get(one.ingredient, set()) | {one.ingredient}
        return direct

    def _with_wider(self, classes: Iterable[str]) -> set[str]:
        found: set[str] = set()
        todo = list(classes)
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += self._direct.get(one, ()) if one in self.classes else ()
        return found

    @cached_property
    def _classes_of(self) -> dict[str, tuple[str, ...]]:
        return {id_: tuple(sorted(self._with_wider(self._direct[id_]))) for id_ in self.by_id}

    @cached_property
    def _weak_classes_of(self) -> dict[str, dict[str, Membership]]:
        found: dict[str, dict[str, Membership]] = {}
        for row in self.memberships:
            if row.decides:
                continue
            for id_ in self.by_id:
                if self.is_any(id_, row.members) or self.is_any(self.ingredient(id_), row.members):
                    for one in sorted(self._with_wider([row.of_class]) - set(self._classes_of[id_])):
                        found.setdefault(id_, {}).setdefault(one, row)
        return found

    def weak_classes_of(self, id: str) -> Mapping[str, Membership]:  # noqa: A002
        """Classes that only a source of grade D or U puts the substance into, wider ones included, with the row."""
        return self._weak_classes_of.get(id, {})

    def classes_of(self, id: str) -> tuple[str, ...]:  # noqa: A002
        """The substance's classes, wider ones included, and its ingredient where it is one way of giving it."""
        return self._classes_of.get(id, ())

    def members(self, of_class: str) -> tuple[str, ...]:
        """Substances of a class, or of a class within it."""
        return tuple(s for s in self.by_id if of_class in self._classes_of[s])

    def ingredient(self, id: str) -> str:  # noqa: A002
        """The substance itself: two entries with one ingredient are the same drug taken twice."""
        return (self.by_id[id].ingredient or id) if id in self.by_id else id

    def matches(self, id: str, side: str) -> bool:  # noqa: A002
        """Whether a substance is what an interaction's side names."""
        return id == side or side in self.classes_of(id)

    @cached_property
    def _named(self) -> dict[str, frozenset[str]]:
        return {id_: frozenset((id_, *classes)) for id_, classes in self._classes_of.items()}

    def is_any(self, id: str, sides: Collection[str]) -> bool:  # noqa: A002
        """Whether a substance is what at least one of the sides names: a rule asks it of every drug on every day."""
        named = self._named.get(id)
        return id in sides if named is None else not named.isdisjoint(sides)

    @cached_property
    def _exact(self) -> dict[str, tuple[str, How, str]]:
        """Plain name -> id, how, listed name. Names come first, so that a brand never hides a substance."""
        found: dict[str, tuple[str, How, str]] = {}
        for one in self.by_id.values():
            found.setdefault(_plain(one.name), (one.id, "name", one.name))
            found.setdefault(_plain(one.id), (one.id, "name", one.name))
        for name in self.names:
            found.setdefault(_plain(name.name), (name.substance, name.how, name.name))
        for text, same_as in self._not_covered.items():
            found.setdefault(_plain(text), ("", "not_covered", same_as or text))
        return found

    def names_of(self, id: str) -> tuple[str, ...]:  # noqa: A002
        """Every name of a substance, in lower case: its own, brands, synonyms and salts."""
        own = (self.by_id[id].name, id) if id in self.by_id else (id,)
        return tuple(
            dict.fromkeys(n.lower() for n in (*own, *(n.name for n in self.names if n.substance == id)))
        )

    @cached_property
    def _codes(self) -> dict[str, str]:
        codes = {c: s.id for s in self.by_id.values() if not s.ingredient for c in s.atc}
        return codes | {s.rxnorm: s.id for s in self.by_id.values() if s.rxnorm and not s.ingredient}

    def resolve(self, text: str) -> Match | None:
        """What a written drug name means, or None when nothing is near enough or two things are equally near."""
        return self.listed(text) or self._by_spelling(_core(_bare(text)))

    def listed(self, text: str) -> Match | None:
        """What a written drug name means by a list, without guessing at its spelling."""
        written = text.strip()
        code = written.rpartition("|")[2].rpartition(":")[2].upper()
        # Bare digits are as likely a dose or a count as a code: they mean one only with their system before them.
        if code in self._codes and not written.isdigit():
            id_ = self._codes[code]
            return Match(id=id_, how="code", shown=f"{self.words(id_)} (code {code})", matched=code)
        plain = _plain(written)
        if not plain:
            return None
        if plain in self._exact:
            return self._as_match(self._exact[plain], None)
        bare = _bare(text)
        steps: tuple[tuple[frozenset[str], How], ...] = (
            (frozenset(), "form"),
            (_FORMS, "form"),
            (_SALTS, "salt"),
            (_FORMS | _SALTS, "salt"),
        )
        for leave_out, how in steps:
            kept = " ".join(w for w in bare.split() if w not in leave_out)
            if kept in self._exact:
                return self._as_match(self._exact[kept], how)
        # A listed name may hold such a word itself (Drizalma Sprinkle capsules): what follows it is taken off word by word.
        words = bare.split()
        while words and words[-1] in _FORMS | _SALTS:
            words.pop()
            kept = " ".join(words)
            if kept in self._exact:
                return self._as_match(self._exact[kept], "form")
        return None

    def near(self, text: str) -> tuple[str, ...]:
        """Names of drugs that a name in no list may be a slip of, or else the start of; one for each drug, at most three."""
        plain = _bare(text)
        found = near_words(plain, self._exact, most=8)
        if not found and len(plain) >= 5:
            found = tuple(sorted(name for name in self._exact if name.startswith(plain)))
        shown: dict[str, str] = {}
        for name in found:
            id_, how, listed = self._exact[name]
            words = self.words(id_) if id_ else listed
            shown.setdefault(id_ or listed, f"{listed} ({words})" if how == "brand" else words)
        return tuple(shown.values())[:3]

    @cached_property
    def _class_words(self) -> dict[str, str]:
        """Plain words -> class: its id and its words, in the plural and the singular."""
        found: dict[str, str] = {}
        for one in self.classes.values():
            for words in (one.id, one.words, *one.names):
                plain = _plain(words)
                found.setdefault(plain, one.id)
                found.setdefault(plain.removesuffix("s"), one.id)
        return found

    def of_class(self, text: str) -> str | None:
        """The class that words name (``tricyclic antidepressants``, ``an SSRI``), or None."""
        plain = _plain(text)
        for start in ("all ", "any ", "an ", "a "):
            plain = plain.removeprefix(start)
        return self._class_words.get(plain)

    def _as_match(self, entry: tuple[str, How, str], how: How | None) -> Match:
        id_, listed_how, listed = entry
        if not id_:
            return Match(id="", how="not_covered", shown=f"{listed} (known, but not covered)", matched=listed)
        name = self.words(id_)
        shown = name if listed == name else f"{name} ({listed_how} {listed})"
        return Match(
            id=id_, how=how if how and listed_how == "name" else listed_how, shown=shown, matched=listed
        )

    def _by_spelling(self, plain: str) -> Match | None:
        """The one listed name within one slip (two from nine letters on), or None."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(plain) < 5:
            return None
        most = 1 if len(plain) < 9 else 2
        near = process.extract(plain, self._exact.keys(), scorer=OSA.distance, score_cutoff=most, limit=8)
        near = [n for n in near if len(n[0]) >= 5]
        if not near:
            return None
        best = min(score for _, score, _ in near)
        candidates = {self._exact[name][0] or name for name, score, _ in near if score <= best + (best > 1)}
        if len(candidates) != 1:
            return None
        entry = self._exact[next(name for name, score, _ in near if score == best)]
        if not entry[0]:
            return None
        name = self.words(entry[0])
        listed = entry[2]
        shown = f"{name} (read as {listed})" if listed != name else f"{name} (read from its spelling)"
        return Match(id=entry[0], how="misspelling", shown=shown, matched=listed)
