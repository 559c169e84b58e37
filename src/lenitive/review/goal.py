"""What was agreed, as written, read by a small grammar: it understands all of a text or nothing of it, and never guesses.

A text is one goal, or several joined by ``and`` (all of them) or by ``or`` (any of them), not by both. A goal names
what it is about (a diary score, a questionnaire, weight, hours of sleep, an activity), or is about the outcome that was agreed, and says how far that is to go::

    pain down by 2          30 % less           FIQR below 45          PHQ-9 at most 9        pain down to 4
    sleep 2 points          sleep 7 hours       walk 20 minutes a day  weight up by 5 %       pain above 8
    no change 8 weeks after the last dose step  less than 30 % at week 8 (rules for stopping)

A bare number (``pain 3``) may be a level or a fall: such texts are left to the reader.
"""

from __future__ import annotations

import re
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.review.goal_words import (
    AND,
    BOUNDS,
    FALLS,
    FILLERS,
    MEAN_OF,
    OR,
    RISES,
    SLEEP_HOURS,
    UNIT_WORDS,
    WEEKS,
    SubjectKind,
    in_plain,
    subjects_named,
)

__all__ = ["Goal", "GoalKind", "Goals", "goals", "subject_of"]

LONGEST = 200


class GoalKind(StrEnum):
    """How far something is to go, or may go."""

    FALL = "fall"
    RISE = "rise"
    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"
    SHORT = "short"
    """A fall that stays smaller: a rule for stopping."""
    NO_BENEFIT = "no_benefit"
    """No fall that matters: a rule for stopping."""
    NAMED = "named"
    """The outcome alone, without how far it is to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One thing that was agreed.

    Attributes:
        subject: The score, measure or activity; ``sleep_hours``.
        sort: Which of them it is.
        kind: How far.
        amount: How much, in the unit; 0 where the kind needs none.
        unit: ``points``, ``share`` (of the value before), ``kg``, ``min`` or ``h``.
        weeks: By or after so many weeks; None without a time.
        after_step: Whether these weeks begin with the last change of dose and not with the start.
    """

    subject: str
    sort: SubjectKind
    kind: GoalKind
    amount: float = 0.0
    unit: str = "points"
    weeks: float | None = None
    after_step: bool = False


def subject_of(text: str) -> tuple[SubjectKind, str] | None:
    """What an agreed outcome is about, where it names one thing; what else stands in it is not read here."""
    if len(text) > LONGEST:
        return None
    _, found = subjects_named(in_plain(text))
    return found[0] if len(found) == 1 else None


def _level(tokens: set[str], falls: bool, rises: bool) -> GoalKind | None:
    """A kind that is about a level, by the words for bounds."""
    if "to" in tokens:
        return GoalKind.AT_LEAST if rises else GoalKind.AT_MOST
    if falls or rises:
        return None
    bounds = {
        "lessthan": GoalKind.BELOW,
        "atmost": GoalKind.AT_MOST,
        "morethan": GoalKind.ABOVE,
        "atleast": GoalKind.AT_LEAST,
    }
    named = [kind for word, kind in bounds.items() if word in tokens]
    return named[0] if len(named) == 1 else None


def _kind(tokens: set[str], unit: str, *, stops: bool, weighed: bool) -> GoalKind | None:
    """How far, or None where the words leave it open."""
    falls, rises = bool(tokens & FALLS), bool(tokens & RISES)
    if falls and rises:
        return None
    changes = unit in {"share", "points"} or falls
    if stops and "lessthan" in tokens and changes and not rises and not weighed:
        return GoalKind.SHORT
    level = None if unit == "share" else _level(tokens, falls, rises)
    if level is not None and (
        unit != "points" or level in {GoalKind.BELOW, GoalKind.AT_MOST} or "to" in tokens
    ):
        return level
    if tokens & {"lessthan", "atmost", "to"}:
        return None
    if rises:
        return GoalKind.RISE
    if falls:
        return GoalKind.FALL
    # Bare points or per cent are a fall where success is agreed; a rule for stopping has to say in which direction.
    return GoalKind.FALL if unit in {"share", "points"} and not stops and not weighed else None


def _time(clause: str, window_days: int) -> tuple[str, float | None, bool] | None:
    """The clause without its times, and the weeks; None where means of other lengths are asked for."""
    mean = MEAN_OF.search(clause)
    if mean is not None:
        if int(mean[1]) * (7 if mean[2] == "week" else 1) != window_days:
            return None
        clause = MEAN_OF.sub(" ", clause)
    weeks = WEEKS.search(clause)
    if weeks is None:
        return clause, None, False
    after_step = weeks[4] is not None and weeks[4] != "start"
    return WEEKS.sub(" ", clause, count=1), float(weeks[1] or weeks[2]), after_step


def _goal(
    clause: str,
    before: tuple[SubjectKind, str] | None,
    outcome: tuple[SubjectKind, str] | None,
    *,
    stops: bool,
    window_days: int,
) -> Goal | None:
    """One goal: about what it names, else what the goal before it was about; a missing benefit is one of the outcome."""
    rest, named = subjects_named(clause)
    about = named[0] if named else outcome if "nobenefit" in clause else before
    timed = _time(rest, window_days)
    if about is None or timed is None or len(named) > 1:
        return None
    sort, subject = about
    rest, weeks, after_step = timed
    tokens = re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+|%|[^\s.,:()/'\"-]", rest)
    numbers = [float(t) for t in tokens if t[0].isdigit()]
    words = {t for t in tokens if not t[0].isdigit()}
    units = {UNIT_WORDS[w] for w in words if w in UNIT_WORDS}
    bounds = {"atleast", "atmost", "lessthan", "morethan", "nobenefit", "to"}
    if words - UNIT_WORDS.keys() - FALLS - RISES - FILLERS - bounds or len(units) > 1:
        return None
    unit = next(iter(units), "")
    if "nobenefit" in words:
        if numbers or not stops or sort not in {SubjectKind.SCORE, SubjectKind.MEASURE}:
            return None
        return Goal(subject=subject, sort=sort, kind=GoalKind.NO_BENEFIT, weeks=weeks, after_step=after_step)
    if len(numbers) != 1:
        return None
    amount = numbers[0]
    if sort is SubjectKind.SCORE and unit == "h" and subject == "sleep_disturbance":
        kind = GoalKind.BELOW if "lessthan" in words else GoalKind.AT_LEAST
        sort, subject = SubjectKind.HOURS, SLEEP_HOURS
    elif (
        sort is SubjectKind.ACTIVITY and unit in {"min", "h"} and not words & (FALLS | {"lessthan", "atmost"})
    ):
        kind, amount, unit = GoalKind.AT_LEAST, amount * (60 if unit == "h" else 1), "min"
    elif subject == "weight" and unit in {"kg", "share"}:
        found = _kind(words, unit, stops=stops, weighed=True)
        if found is None:
            return None
        kind = found
    elif (
        sort in {SubjectKind.SCORE, SubjectKind.MEASURE}
        and subject != "weight"
        and unit in {"", "points", "share"}
    ):
        found = _kind(words, unit, stops=stops, weighed=False)
        if found is None:
            return None
        kind = found
    else:
        return None
    if unit == "share":
        amount /= 100
    if not 0 < amount < (1 if unit == "share" and kind is not GoalKind.RISE else float("inf")):
        return None
    return Goal(
        subject=subject,
        sort=sort,
        kind=kind,
        amount=amount,
        unit=unit or "points",
        weeks=weeks,
        after_step=after_step,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """The goals of a text.

    Attributes:
        of: In the order of the text.
        any: Whether one of them is enough.
    """

    of: tuple[Goal, ...]
    any: bool = False


def goals(
    text: str, outcome: tuple[SubjectKind, str] | None, *, stops: bool, window_days: int
) -> Goals | None:
    """Every goal of a text, or None where any of it is not understood.

    Args:
        text: As it was written.
        outcome: What it is about where it does not say.
        stops: Whether it is a rule for stopping.
        window_days: The days that a mean is taken over; a text that asks for another is not understood.
    """
    if len(text) > LONGEST:
        return None
    plain = in_plain(text)
    for pattern, word in BOUNDS:
        plain = re.sub(pattern, f" {word} ", plain)
    joined = {kind for kind, pattern in (("all", AND), ("any", OR)) if re.search(pattern, plain)}
    if len(joined) > 1:
        return None
    found: list[Goal] = []
    about = outcome
    for clause in re.split(f"{AND}|{OR}|;|\n", plain):
        if not clause.strip(" .,"):
            continue
        one = _goal(clause, about, outcome, stops=stops, window_days=window_days)
        if one is None:
            return None
        found.append(one)
        about = one.sort, one.subject
    return Goals(of=tuple(found), any="any" in joined) if found else None
