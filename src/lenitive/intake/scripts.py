"""Letters that look alike and are not: a word of two alphabets is never what its reader takes it for."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LOOK_ALIKE", "deceptive"]

LOOK_ALIKE = (
    "letters of two alphabets stand in one word, or marks that turn the direction of writing",
    "Type the name again; a letter may look like another one",
)

# Alphabets with letters that are drawn like Latin ones.
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
_LETTERS = re.compile(r"[^\W\d_]+")
# Embeddings, overrides and isolates: they show a name in another order than it has. Plain marks (U+200E, U+200F) do not.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def deceptive(text: str) -> bool:
    """Whether a name mixes alphabets within a word, or holds characters that turn the direction of writing."""
    if text.isascii():
        return False
    return _DIRECTION.search(text) is not None or any(
        len({_alphabet(letter) for letter in word} - {""}) > 1 for word in _LETTERS.findall(text)
    )


def _alphabet(letter: str) -> str:
    first = unicodedata.name(letter, "").partition(" ")[0]
    return first if first in _ALIKE else ""
