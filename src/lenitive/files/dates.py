"""Days as people and spreadsheets write them. Which of two numbers is the day is never guessed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date

from lenitive.terms import DateOrder

__all__ = ["day_from", "ends_with_year", "in_order", "misfit", "order_found"]

_TIME = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"  # what a spreadsheet adds to a day: midnight
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)


def day_from(text: str, order: DateOrder = DateOrder.YMD) -> date | None:
    """The day that a text names; None when it names none.

    A date that begins with its year (``2026-05-01``, ``2026/5/1``) has one meaning and is always read. One that ends with
    it (``05/01/2026``) is read only when the order is said; a year of two digits then belongs to this century.
    """
    first = _YEAR_FIRST.fullmatch(text)
    if first is not None:
        return _day(first[1], first[3], first[4])
    last = _YEAR_LAST.fullmatch(text)
    if last is None or order is DateOrder.YMD:
        return None
    year = last[4] if len(last[4]) == 4 else f"20{last[4]}"
    day, month = (last[1], last[3]) if order is DateOrder.DMY else (last[3], last[1])
    return _day(year, month, day)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def ends_with_year(text: str) -> bool:
    """Whether a text is a date in one of the orders that end with the year, whichever."""
    return any(day_from(text, order) is not None for order in (DateOrder.DMY, DateOrder.MDY))


def order_found(texts: Sequence[str]) -> DateOrder | None:
    """The order of dates that end with their year, where the whole column tells it; None where it does not.

    It is told when only one order fits every date, or when both do and the rows run in order of time, one way or the other,
    by only one of them. Two orders that both fit are never told apart by what looks likely.
    """
    orders = (DateOrder.DMY, DateOrder.MDY)
    read = {order: [day_from(text, order) for text in texts] for order in orders}
    fit = [order for order in orders if texts and all(day is not None for day in read[order])]
    if len(fit) == 2:
        fit = [order for order in fit if in_order([d for d in read[order] if d is not None])]
    return fit[0] if len(fit) == 1 else None


def in_order(days: Sequence[date]) -> bool:
    """Whether days run one way, up or down; days that repeat do."""
    steps = [(b - a).days for a, b in itertools.pairwise(days)]
    return all(s >= 0 for s in steps) or all(s <= 0 for s in steps)


def misfit(texts: Sequence[str]) -> tuple[str, str]:
    """What is wrong with dates that end with their year, and the remedy. The orders that fit are named, none is taken."""
    fits = {
        order: sum(day_from(text, order) is not None for text in texts)
        for order in (DateOrder.DMY, DateOrder.MDY)
    }
    count = len(texts)
    what = (
        "the date does not begin with the year"
        if count == 1
        else f"{count} dates from here on do not begin with the year"
    )
    all_fit = [order for order in fits if fits[order] == count]
    if len(all_fit) == 1:
        order = all_fit[0]
        return (
            f"{what}; {'it fits' if count == 1 else 'all of them fit'} {order.words} only",
            f"Write them as 2026-05-31, or add --dates {order.value} if that is their order",
        )
    if all_fit:
        return (
            f"{what}, and day and month cannot be told apart",
            "Write them as 2026-05-31, or add --dates dmy (day first) or --dates mdy (month first)",
        )
    return (
        f"{what}; {fits[DateOrder.DMY]} fit day/month/year and {fits[DateOrder.MDY]} month/day/year, so that two "
        "orders are mixed",
        "Write every date as 2026-05-31",
    )
