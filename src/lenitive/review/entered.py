"""What a patient entered of one score, without any model: the days, the mean of each week, the first weeks and the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.terms import Score

__all__ = ["EnteredScore", "entered_score"]

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredScore:
    """One score as it was entered.

    Attributes:
        outcome: Which.
        days: Day and score.
        weekly: Of each week with days enough, its middle day and the mean of its days.
        at_first: Mean of the first two weeks of the diary; None with too few days.
        lately: Mean of the two weeks that end with the day asked about; None with too few days, or where they overlap the first.
    """

    outcome: Score
    days: tuple[tuple[date, float], ...]
    weekly: tuple[tuple[date, float], ...]
    at_first: float | None
    lately: float | None


def _mean(values: Sequence[float], least: int) -> float | None:
    return sum(values) / len(values) if len(values) >= least else None


def _between(days: Sequence[tuple[date, float]], first: date, last: date) -> list[float]:
    return [v for d, v in days if first <= d <= last]


def entered_score(
    record: Record, outcome: Score, at: date, *, mean_days: int, compared_days: int
) -> EnteredScore:
    """The score up to a day; weeks are counted back from that day, so that the last one is whole.

    Args:
        record: The record.
        outcome: Which score.
        at: The day.
        mean_days: Days with a score from which a week has a mean.
        compared_days: Days with a score from which the first two weeks and the last two have one.
    """
    days = tuple((d.day, v) for d in record.diary if d.day <= at and (v := d.score(outcome)) is not None)
    if not days:
        return EnteredScore(outcome=outcome, days=(), weekly=(), at_first=None, lately=None)
    first = days[0][0]
    weekly = []
    for ago in range((at - first).days // _WEEK, -1, -1):
        last = at - timedelta(days=_WEEK * ago)
        mean = _mean(_between(days, last - timedelta(days=_WEEK - 1), last), mean_days)
        if mean is not None:
            weekly.append((last - timedelta(days=_WEEK // 2), mean))
    two_weeks = timedelta(days=2 * _WEEK - 1)
    apart = first + two_weeks < at - two_weeks
    return EnteredScore(
        outcome=outcome,
        days=days,
        weekly=tuple(weekly),
        at_first=_mean(_between(days, first, first + two_weeks), compared_days),
        lately=_mean(_between(days, at - two_weeks, at), compared_days) if apart else None,
    )
