"""Numbers and names as words: one way to print each, so that a figure looks the same wherever it stands."""

from __future__ import annotations

from datetime import date

from lenitive.render.direction import isolated
from lenitive.terms import ACTIVITIES, EFFECTS, Score, Source

__all__ = [
    "activity_amount",
    "activity_name",
    "and_list",
    "benefit_range",
    "benefit_words",
    "day",
    "days_words",
    "dose",
    "drug_name",
    "effect_words",
    "exposure_words",
    "fraction_words",
    "in_100",
    "mechanism_words",
    "of_score",
    "percent",
    "points",
    "risk_shares",
    "score",
    "score_name",
    "share_words",
    "short_date",
    "sources_words",
]

_SCORES = {
    Score.PAIN: "pain",
    Score.SLEEP_DISTURBANCE: "sleep disturbance",
    Score.FATIGUE: "fatigue",
    Score.INTERFERENCE: "interference",
    Score.MOOD_LOW: "low mood",
}
_MECHANISMS = {
    "absorption": "absorption",
    "anticholinergic": "anticholinergic effects",
    "bleeding": "bleeding",
    "blood_pressure": "blood pressure",
    "cyp1a2": "CYP1A2",
    "cyp2d6": "CYP2D6",
    "cyp3a4": "CYP3A4",
    "duplication": "the same effect twice",
    "falls": "falls",
    "hypertensive_crisis": "hypertensive crisis",
    "inr": "the INR",
    "liver": "the liver",
    "muscle_weakness": "muscle weakness",
    "opioid_block": "blocked opioid receptors",
    "qt": "QT prolongation",
    "renal": "slower clearance by the kidneys",
    "respiratory": "slower breathing",
    "restless_legs": "restless legs",
    "sedative": "sedation",
    "seizure": "a lower seizure threshold",
    "serotonergic": "serotonergic effects",
    "sodium": "low sodium",
    "unknown": "a mechanism that is not known",
}
_EXPOSURES = {"auc": "AUC", "cmax": "Cmax", "level": "level at steady state", "clearance": "clearance"}
_MINUS = "\N{MINUS SIGN}"
_NO_BREAK = "\N{NO-BREAK SPACE}"


def score_name(one: Score) -> str:
    """``sleep disturbance``."""
    return _SCORES[one]


def drug_name(drug: str) -> str:
    """A drug's name as a reader expects it, kept apart when it runs from right to left."""
    return isolated(drug.replace("_", " "))


def day(one: date) -> str:
    """``1 May 2026``."""
    return f"{one.day} {one:%B} {one.year}"


def short_date(one: date, beside: date) -> str:
    """``1 May``, the month in three letters; with the year where it is not that of the day that it stands beside."""
    return f"{one.day} {one:%b}" if one.year == beside.year else f"{one.day} {one:%b} {one.year}"


def points(value: float) -> str:
    """``−1.2``: NRS points to one decimal, with a true minus sign and an explicit plus."""
    text = f"{abs(value):.1f}"
    if float(text) == 0:
        return "0.0"
    return (_MINUS if value < 0 else "+") + text


def score(value: float) -> str:
    """``5.3``: a score to one decimal."""
    return f"{value:.1f}"


def percent(probability: float) -> str:
    """``92 %``; never 0 % or 100 %, which no posterior from a diary can mean. No line ends before the sign."""
    whole = round(100 * probability)
    if whole >= 100:
        return f"over 99{_NO_BREAK}%"
    if whole <= 0:
        return f"under 1{_NO_BREAK}%"
    return f"{whole}{_NO_BREAK}%"


def share_words(share: float) -> str:
    """``35 %``, of a count that may truly be none or all."""
    return f"{round(100 * share)}{_NO_BREAK}%"


def in_100(probability: float) -> str:
    """``90 in 100``; never 0 or 100, which no posterior from a diary can mean."""
    whole = round(100 * probability)
    if whole >= 100:
        return f"over 99{_NO_BREAK}in{_NO_BREAK}100"
    if whole <= 0:
        return f"under 1{_NO_BREAK}in{_NO_BREAK}100"
    return f"{whole}{_NO_BREAK}in{_NO_BREAK}100"


_FRACTIONS = (
    (0.05, "hardly any"),
    (0.15, "a tenth"),
    (0.22, "a fifth"),
    (0.29, "a quarter"),
    (0.42, "a third"),
    (0.58, "half"),
    (0.71, "two thirds"),
    (0.78, "three quarters"),
    (0.85, "four fifths"),
    (0.95, "nine tenths"),
)
"""Up to which share of one each word is used; the words of a share and of the rest belong together."""


def fraction_words(share: float) -> str:
    """``two thirds``."""
    return next((words for most, words in _FRACTIONS if share < most), "nearly all")


def _side(benefit: float) -> str:
    return "worse" if benefit < 0 else "easier"


def benefit_words(benefit: float) -> str:
    """``1.8 points easier``: a benefit is said as a number above zero, with the side it lies on."""
    text = f"{abs(benefit):.1f}"
    return "no difference" if float(text) == 0 else f"{text} points {_side(benefit)}"


def benefit_range(benefit: float, low: float, high: float) -> str:
    """``1.3 to 2.4``; where it holds both sides, ``0.6 worse to 0.4 easier``.

    Args:
        benefit: The figure that the range belongs to, points; above zero is better.
        low: Its lower end.
        high: Its upper end.
    """
    if round(low, 1) < 0 < round(high, 1) or _side(benefit) != _side(low if benefit > 0 else high):
        return f"{abs(low):.1f} {_side(low)} to {abs(high):.1f} {_side(high)}"
    near, far = sorted((abs(low), abs(high)))
    return f"{near:.1f} to {far:.1f}"


def effect_words(effect: str) -> str:
    """A side effect as a clinician reads it; ``weight`` stands for itself."""
    return EFFECTS[effect].words if effect in EFFECTS else effect.replace("_", " ")


def mechanism_words(mechanism: str) -> str:
    """How two drugs act on each other: ``QT prolongation``."""
    return _MECHANISMS[mechanism]


def exposure_words(quantity: str) -> str:
    """What of a level was measured: ``AUC``."""
    return _EXPOSURES[quantity]


def activity_name(activity: str) -> str:
    """``aerobic exercise``."""
    return ACTIVITIES[activity].words if activity in ACTIVITIES else activity.replace("_", " ")


def activity_amount(activity: str, per_day: float) -> str:
    """How much of an activity goes on: ``about 20 minutes a day on average``, ``about 2 sessions a week on average``; never to more digits than are meant."""
    if activity in ACTIVITIES and ACTIVITIES[activity].counted_in != "min":
        count = 7 * per_day
        whole = f"{count:.0f}" if count >= 1 else f"{count:.1f}"
        return f"about {whole} session{'' if whole == '1' else 's'} a week on average"
    minutes = 7 * per_day if per_day < 1 else per_day
    return f"about {minutes:.0f} minute{'' if round(minutes) == 1 else 's'} a {'week' if per_day < 1 else 'day'} on average"


def dose(mg: float) -> str:
    """``22.5 mg``."""
    return f"{mg:g} mg"


def days_words(count: int) -> str:
    """``1 day``, ``12 days``."""
    return "1 day" if count == 1 else f"{count} days"


def of_score(outcome: Score) -> str:
    """``on pain (0-10)``."""
    return f"on {score_name(outcome)} (0-10)"


def and_list(items: tuple[str, ...] | list[str]) -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def sources_words(sources: tuple[Source, ...]) -> str:
    """The sources in one line."""
    return "; ".join(str(s) for s in sources)


_RISKS = {"low": "low", "some": "unclear or some", "high": "high", "not_judged": "not judged"}


def risk_shares(shares: tuple[str, ...]) -> str:
    """``24 % unclear or some, 76 % not judged`` from ``("some:0.24", "not_judged:0.76")``."""
    parts = (one.partition(":") for one in shares)
    return ", ".join(f"{100 * float(share):.0f} % {_RISKS[risk]}" for risk, _, share in parts)
