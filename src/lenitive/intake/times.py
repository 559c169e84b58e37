"""Times of intake as prescriptions write them."""

from __future__ import annotations

import re

from lenitive.record import IntakeTime

__all__ = ["times_from"]

# What each word means in a cell of times. How often without when (od, once a day) is no time; om and on are an English word,
# and hs has two meanings (ISMP, list of error-prone abbreviations), so that they are asked about.
_WORDS: dict[str, tuple[str, ...]] = {
    "nocte": ("bedtime",),
    "night": ("bedtime",),
    "at night": ("bedtime",),
    "nightly": ("bedtime",),
    "at bedtime": ("bedtime",),
    "before bed": ("bedtime",),
    "mane": ("morning",),
    "am": ("morning",),
    "in the morning": ("morning",),
    "breakfast": ("morning",),
    "midday": ("noon",),
    "lunch": ("noon",),
    "lunchtime": ("noon",),
    "in the evening": ("evening",),
    "as needed": ("prn",),
    "when required": ("prn",),
    "when needed": ("prn",),
    # A day is spread as its words are used: two a day are morning and evening.
    "bd": ("morning", "evening"),
    "bid": ("morning", "evening"),
    "twice daily": ("morning", "evening"),
    "twice a day": ("morning", "evening"),
    "tds": ("morning", "noon", "evening"),
    "tid": ("morning", "noon", "evening"),
    "three times daily": ("morning", "noon", "evening"),
    "three times a day": ("morning", "noon", "evening"),
    "qds": ("morning", "noon", "evening", "bedtime"),
    "qid": ("morning", "noon", "evening", "bedtime"),
    "four times daily": ("morning", "noon", "evening", "bedtime"),
    "four times a day": ("morning", "noon", "evening", "bedtime"),
}
_CLOCK = re.compile(r"(\d{1,2})[:.h]?(\d{2})?\s*(am|pm)?", re.ASCII)


def times_from(text: str) -> tuple[IntakeTime, ...] | None:
    """The times that a cell lists, joined by ``;`` or ``+``, in its order; None when one of them is none."""
    found: list[IntakeTime] = []
    for part in re.split(r"[;+]", text):
        word = " ".join(part.lower().replace(".", " " if ":" not in part else ".").split())
        word = word.replace(" ", "") if len(word.replace(" ", "")) <= 3 else word  # b.d. and p.r.n.
        if not word:
            continue
        for own in _WORDS.get(word) or (_clock(word) or word,):
            try:
                found.append(IntakeTime(own))
            except ValueError:
                return None
    return tuple(found)


def _clock(word: str) -> str | None:
    """``8:00``, ``10pm`` or ``7:30 am`` as ``HH:MM``; None when it is no clock time. A number alone is none."""
    clock = _CLOCK.fullmatch(word)
    if clock is None or not (clock[2] or clock[3]):
        return None
    hour, minute = int(clock[1]), clock[2] or "00"
    if clock[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock[3] == "pm" else 0)
    return f"{hour:02d}:{minute}"
