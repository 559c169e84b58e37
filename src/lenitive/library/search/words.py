"""Words of a query: tokens, stop words, synonyms and mended typing errors."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lenitive.frozen import dataclass
from lenitive.knowledge import SynonymGroup

__all__ = ["MOST_TOKENS", "STOP_WORDS", "Lexicon", "tokens"]

MOST_TOKENS = 48
"""A query is read up to so many words: more is a pasted page, not a question."""

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""Words that carry no topic. They are left out of a query unless nothing else is in it."""

_WORD = re.compile(r"[^\W_]+")
_LEAST_LENGTH = 4
_ALIKE = 0.75


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers, in order, at most :data:`MOST_TOKENS`."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())[:MOST_TOKENS]


@dataclass(frozen=True)
class Lexicon:
    """The words of an index, and the words that stand for one another.

    Attributes:
        counts: In how many texts each word occurs.
        groups: Synonyms.
    """

    counts: Mapping[str, int]
    groups: tuple[SynonymGroup, ...] = ()
    _buckets: dict[tuple[str, int], list[str]] = field(init=False, repr=False, compare=False)
    _phrases: dict[tuple[str, ...], list[SynonymGroup]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        phrases: dict[tuple[str, ...], list[SynonymGroup]] = defaultdict(list)
        for group in self.groups:
            for words in group.words:
                phrases[tuple(tokens(words))].append(group)
        known = set(self.counts) | {w for phrase in phrases for w in phrase}
        buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(known, key=lambda w: (-self.counts.get(w, 0), w)):
            if len(word) >= _LEAST_LENGTH and word.isalpha():
                buckets[word[0], len(word)].append(word)
        object.__setattr__(self, "_buckets", dict(buckets))
        object.__setattr__(self, "_phrases", dict(phrases))
        object.__setattr__(self, "_known", known)

    def knows(self, word: str) -> bool:
        """Whether a word occurs in the index or among the synonyms."""
        known: set[str] = self._known  # type: ignore[attr-defined]
        return word in known or word.removesuffix("s") in known

    def mended(self, word: str) -> str:
        """The known word most like a mistyped one; the word itself when it is known, short, or like none.

        Optimal string alignment (one slip of two neighbouring letters counts as one). The first letter is trusted.
        """
        if len(word) < _LEAST_LENGTH or not word.isalpha() or self.knows(word):
            return word
        near: list[str] = []
        for length in range(len(word) - 2, len(word) + 3):
            near += self._buckets.get((word[0], length), [])
        best = process.extract(word, near, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=5)
        if not best:
            return word
        # among equally near words the more frequent is meant
        return max(best, key=lambda b: (round(b[1], 3), self.counts.get(b[0], 0)))[0]

    def synonyms(self, words: Iterable[str]) -> list[str]:
        """Other words and phrases for those in a query, in a stable order."""
        said = list(words)
        found: dict[str, None] = {}
        for size in (3, 2, 1):
            for start in range(len(said) - size + 1):
                for group in self._phrases.get(tuple(said[start : start + size]), ()):
                    for other in group.words:
                        found.setdefault(" ".join(tokens(other)))
        joined = f" {' '.join(said)} "
        return [f for f in found if f" {f} " not in joined]
