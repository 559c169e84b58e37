"""Words of a record that run from right to left, inside sentences that run from left to right.

Without isolation the numbers and signs of our sentence that follow such words are drawn on their other side: the page
number ``1 / 13`` after a Hebrew name becomes ``13 / 1``. Unicode's first-strong isolate keeps each apart (UAX 9). Signs
that turn the direction themselves are taken out: in a record they can only make a text look like another.
"""

from __future__ import annotations

import re

__all__ = ["isolate_runs", "isolated"]

_OPEN, _CLOSE = "\u2068", "\u2069"
_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_HAS = re.compile(f"[{_LETTER}]")
_RUN = re.compile(f"[{_LETTER}](?:[^A-Za-z\u00c0-\u024f{_OPEN}{_CLOSE}\n]*[{_LETTER}])?")
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_KEPT = re.compile(f"({_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE})")


def isolated(text: str) -> str:
    """A name from a record as one piece of a sentence, whatever its direction."""
    plain = _TURNS.sub("", text)
    return f"{_OPEN}{plain}{_CLOSE}" if _HAS.search(plain) else plain


def isolate_runs(text: str) -> str:
    """A whole text with every run of such words apart; what is isolated already stays as it is."""
    if text.isascii():
        return text
    pieces = _KEPT.split(text)
    # The pieces at odd places are what is isolated.
    return "".join(
        p if i % 2 else _RUN.sub(lambda m: f"{_OPEN}{m[0]}{_CLOSE}", _TURNS.sub("", p))
        for i, p in enumerate(pieces)
    )
