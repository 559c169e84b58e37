"""What an answer in a table is as a number: coded, out of ten, as hours and minutes, as a word of severity, or plain."""

from __future__ import annotations

import re

from lenitive.intake.mapping import EffectItem, FileShape, NumberItem, ScoreItem
from lenitive.terms import Severity, plain_words

__all__ = ["Numbers"]

_OF = re.compile(r"([^/\s]{1,40})\s{0,3}/\s{0,3}(\d{1,3})", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,4})\s*(?::|h(?:ours?|rs?)?|std\.?)\s*(?:([0-5]?\d)\s*(?:m(?:in(?:utes?)?)?\.?)?)?",
    re.ASCII | re.IGNORECASE,
)
_MINUTES = re.compile(r"(\d{1,4})\s*m(?:in(?:utes?)?)?\.?", re.ASCII | re.IGNORECASE)
# How people and apps name the four severities, as plain words; levels of an item say where each begins.
_SEVERITIES = {
    word: severity
    for severity, words in {
        Severity.NONE: "none; no; not at all; absent; keine; kein; nein; geen; nee; aucun; non; ninguno; nada",
        Severity.MILD: "mild; slight; slightly; a little; light; leicht; gering; licht; leger; legere; leve",
        Severity.MODERATE: "moderate; medium; mittel; massig; maessig; matig; modere; moderee; moderado; moderada",
        Severity.SEVERE: "severe; strong; very severe; extreme; unbearable; stark; schwer; ernstig; zwaar; severa; severo; grave; fuerte",
    }.items()
    for word in words.split("; ")
}
_TENS = ((0.0, 10.0), (10.0, 0.0))
_MOST_KEPT = 20_000


class Numbers:
    """How the answers of one item are read.

    Attributes:
        why: What was wrong with the last answer that is no number, and the remedy.
    """

    def __init__(self, item: NumberItem, shape: FileShape, target: str) -> None:
        self.item, self.shape = item, shape
        self.codes = None if item.codes is None else {_word(k): v for k, v in item.codes.items()}
        self.minutes = 60 if target == "diary.sleep_hours" else 1 if target.startswith("activities.") else 0
        self.why = ("this is not a number; it was left out", "Correct it, or add it to file.missing")
        self.known: dict[str, float | None] = {}

    def number(self, text: str) -> float | None:
        """The number that an answer is, or None after saying ``why`` not."""
        if text in self.known:
            return self.known[text]
        if len(self.known) > _MOST_KEPT:
            self.known.clear()
        found = self.known[text] = self._number(text)
        return found

    def _number(self, text: str) -> float | None:
        if self.codes is not None:
            if _word(text) in self.codes:
                return self.codes[_word(text)]
            self.why = (
                "the answer is not one of the mapping's codes; it was left out",
                "Add it to codes, or to file.missing",
            )
            return None
        plain = self.shape.number(text)
        if plain is not None:
            return plain
        if self.minutes:
            return self._time(text)
        if isinstance(self.item, EffectItem):
            return self._severity(text)
        return self._of(text) if isinstance(self.item, ScoreItem) else None

    def _of(self, text: str) -> float | None:
        """``7/10`` as 7, and on the scale of ten also ``35/50`` and ``70 %``."""
        of = _OF.fullmatch(text)
        scale = self.item.scale if isinstance(self.item, ScoreItem) else (0.0, 10.0)
        if of is not None and int(of[2]) > 0:
            part = self.shape.number(of[1])
            whole = int(of[2])
            if part is not None and scale in _TENS:
                return part * 10 / whole
            return part if whole == max(scale) else None
        if text.endswith("%") and scale in _TENS:
            part = self.shape.number(text[:-1].strip())
            return None if part is None else part / 10
        return None

    def _time(self, text: str) -> float | None:
        """``6:40`` or ``6h40`` in hours of sleep, ``0:45`` or ``45 min`` in minutes of an activity."""
        clock, minutes = _CLOCK.fullmatch(text), _MINUTES.fullmatch(text)
        if clock is not None:
            return (60 * int(clock[1]) + int(clock[2] or 0)) / self.minutes
        return int(minutes[1]) / self.minutes if minutes is not None else None

    def _severity(self, text: str) -> float | None:
        """The lowest value of the severity that a word names; below mild for one that says that there was none."""
        item = self.item
        severity = _SEVERITIES.get(plain_words(text))
        if severity is None or not isinstance(item, EffectItem):
            return None
        levels = {
            Severity.NONE: item.levels.mild - 1,
            Severity.MILD: item.levels.mild,
            Severity.MODERATE: item.levels.moderate,
            Severity.SEVERE: item.levels.severe,
        }
        return levels[severity]


def _word(text: str) -> str:
    return " ".join(text.casefold().split())
