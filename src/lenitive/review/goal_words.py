"""The words of what is agreed: what a goal may be about, how far it may go, and by when; everyday English of ours."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache

from lenitive.terms import ACTIVITY_WORDS, MEASURE_WORDS, MEASURES, SCORE_WORDS, plain_words

__all__ = [
    "AND",
    "BOUNDS",
    "FALLS",
    "FILLERS",
    "MEAN_OF",
    "OR",
    "RISES",
    "SLEEP_HOURS",
    "UNIT_WORDS",
    "WEEKS",
    "SubjectKind",
    "in_plain",
    "subjects_named",
]


class SubjectKind(StrEnum):
    """What a goal is about."""

    SCORE = "score"
    MEASURE = "measure"
    ACTIVITY = "activity"
    HOURS = "hours"


SLEEP_HOURS = "sleep_hours"
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BOUNDS: tuple[tuple[str, str], ...] = (
    (r"\bor\s+(?:less|lower|fewer|below|under)\b", "atmost"),
    (r"\bor\s+(?:more|higher|above|over|better)\b", "atleast"),
    (r"\bat\s+least\b|\bno\s+less\s+than\b|>=|≥", "atleast"),
    (r"\bat\s+most\b|\bno\s+more\s+than\b|<=|≤", "atmost"),
    (r"\b(?:less|fewer|lower|smaller)\s+than\b|\bbelow\b|\bunder\b|<", "lessthan"),
    (r"\b(?:more|greater|higher|larger)\s+than\b|\babove\b|\bover\b|>", "morethan"),
    (r"\bno\s+(?:change|benefit|effect|improvement|difference|response)\b", "nobenefit"),
)
AND, OR = r"\band\b|&|\+", r"\bor\b"
MEAN_OF = re.compile(
    r"(?:\b(?:in|on|over|by)\s+)?(?:the\s+)?\b(?:mean|average)\s+of\s+(\d+)\s+(week|day)s?\b"
)
WEEKS = re.compile(
    r"(?:\b(?:after|at|by|in|within)\s+)?\b(?:week\s+(\d+)|(\d+)\s+weeks?)\b"
    r"(?:\s+(?:after|from|of|on)\s+(?:the\s+)?(last\s+)?(start|dose(?:\s+(?:step|change))?|step|change))?"
)
UNIT_WORDS = {
    **dict.fromkeys(("point", "points", "pt", "pts"), "points"),
    **dict.fromkeys(("kg", "kilo", "kilos", "kilogram", "kilograms"), "kg"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hour", "hours", "hrs"), "h"),
    "%": "share",
}
FALLS = frozenset(
    {
        "down",
        "lower",
        "less",
        "fall",
        "falls",
        "drop",
        "drops",
        "reduce",
        "reduced",
        "reduces",
        "reduction",
        "decrease",
        "decreases",
        "decreased",
        "improve",
        "improves",
        "improved",
        "improvement",
        "better",
        "easier",
        "fewer",
    }
)
RISES = frozenset(
    {
        "up",
        "rise",
        "rises",
        "gain",
        "gains",
        "gained",
        "increase",
        "increases",
        "increased",
        "worse",
        "higher",
        "more",
    }
)
FILLERS = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "in",
        "by",
        "my",
        "her",
        "his",
        "their",
        "for",
        "is",
        "are",
        "be",
        "if",
        "when",
        "score",
        "scores",
        "total",
        "average",
        "mean",
        "from",
        "baseline",
        "stop",
        "daily",
        "per",
        "each",
        "every",
        "day",
        "relief",
        "than",
        "with",
    }
)


@cache
def _subjects() -> tuple[re.Pattern[str], dict[str, tuple[SubjectKind, str]]]:
    """Every word for a subject, the longest first, and what it means."""
    known: dict[str, tuple[SubjectKind, str]] = {}
    for word, activity in ACTIVITY_WORDS.items():
        if activity != "other":
            known[word] = SubjectKind.ACTIVITY, activity
    for word, measure in MEASURE_WORDS.items():
        if MEASURES[measure].unit == "{score}" or measure == "weight":
            known[word] = SubjectKind.MEASURE, measure
    for word, score in SCORE_WORDS.items():
        known[word] = SubjectKind.SCORE, score
    words = sorted(known, key=len, reverse=True)
    ways = "|".join(r"[\s_-]*".join(map(re.escape, w.split())) for w in words)
    return re.compile(rf"(?<![a-z0-9])(?:{ways})(?![a-z0-9])"), known


def in_plain(text: str) -> str:
    """Lower case, decimal points, one sign for per cent, numerals for the first numbers."""
    out = unicodedata.normalize("NFKC", text).casefold().replace("\N{MINUS SIGN}", "-")
    out = re.sub(r"(?<=\d),(?=\d)", ".", out)
    out = re.sub(r"\bper\s?cent\b", "%", out)
    for number, word in enumerate(_COUNTS, start=1):
        out = re.sub(rf"\b{word}\b", str(number), out)
    return out


def subjects_named(clause: str) -> tuple[str, list[tuple[SubjectKind, str]]]:
    """The clause without the words for its subject, and every subject that it names."""
    pattern, known = _subjects()
    found = [known[plain_words(m[0])] for m in pattern.finditer(clause) if plain_words(m[0]) in known]
    return pattern.sub(" ", clause), list(dict.fromkeys(found))
