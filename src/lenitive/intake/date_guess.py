"""How a column writes its days, told by the whole column; what it does not tell is asked for and never taken as likely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lenitive.files import day_from, in_order, misfit
from lenitive.frozen import dataclass
from lenitive.intake.column_words import says
from lenitive.intake.moments import written
from lenitive.terms import DateOrder

__all__ = ["DateGuess", "day_columns", "guess_dates"]

_NUMERIC = re.compile(
    r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:(,?[ T]+)(\d{1,2}):(\d{2})(:\d{2})?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
    r"(?:\s*(?:GMT|UTC)\s*[+-]?\d*:?\d*)?"
)
# Days with the month's name, as apps write them in English; an ordinal is read as its number.
_NAMED = (
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%d %b %y",
    "%a, %d %b %Y",
    "%A, %B %d, %Y",
)
_TIMES = ("", " %H:%M", " %I:%M %p", ", %H:%M", ", %I:%M %p")
_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class DateGuess:
    """How days are written.

    Attributes:
        format: A format of a mapping; empty when it has to be asked for.
        ask: What has to be asked for, and the remedy; None when nothing has.
        told: How it was told, for people.
    """

    format: str
    ask: tuple[str, str] | None = None
    told: str = ""


def _pattern(text: str, order: DateOrder) -> str | None:
    """The pattern of a numeric date in one order, with its time."""
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    mark = found[2]
    if len(found[1]) == 4:
        day = f"%Y{mark}%m{mark}%d"
    else:
        year = "%Y" if len(found[4]) == 4 else "%y"
        first, second = ("%d", "%m") if order is DateOrder.DMY else ("%m", "%d")
        day = f"{first}{mark}{second}{mark}{year}"
    if not found[5]:
        return day
    hour = "%I" if found[9] else "%H"
    seconds = ":%S" if found[8] else ""
    return f"{day}{found[5]}{hour}:%M{seconds}{' %p' if found[9] else ''}"


def _fit(texts: Sequence[str], pattern: str) -> int:
    count = 0
    for text in texts:
        try:
            written(text, pattern)
        except ValueError:
            continue
        count += 1
    return count


def guess_dates(texts: Sequence[str], order: DateOrder) -> DateGuess | None:
    """How a column's cells write days; None when most of them are no dates.

    Args:
        texts: The cells that hold something, in order of the rows.
        order: The order of dates that end with their year, where it was said.
    """
    if not texts:
        return None
    enough = _SHARE * len(texts)
    if sum(_is_iso(text) for text in texts) >= enough:
        return DateGuess(format="iso", told="year first")
    numeric = [text for text in texts if _NUMERIC.fullmatch(text)]
    if len(numeric) >= enough:
        return _numeric(numeric, order)
    for named in _NAMED:
        for time in _TIMES:
            if _fit(texts[:50], named + time) >= _SHARE * len(texts[:50]):
                return DateGuess(format=named + time, told="months by name")
    whole = [float(t) for t in texts if re.fullmatch(r"\d{5,13}(?:[.,]\d+)?", t.replace(",", "."))]
    if len(whole) < enough:
        return None
    if all(631152000 <= v < 4102444800 for v in whole):
        return DateGuess(format="unix", told="Unix seconds")
    if all(631152000e3 <= v < 4102444800e3 for v in whole):
        return DateGuess(format="unix-ms", told="Unix milliseconds")
    if all(32000 <= v < 73000 for v in whole):
        return DateGuess(format="excel", told="Excel's day numbers")
    return None


def _is_iso(text: str) -> bool:
    if day_from(text) is not None:
        return True
    try:
        datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        return False
    return len(text) >= 10 and text[:4].isdigit()


def _numeric(texts: Sequence[str], order: DateOrder) -> DateGuess:
    if len(texts[0].split("/")[0].split("-")[0].split(".")[0]) == 4:
        return DateGuess(format=_pattern(texts[0], DateOrder.YMD) or "iso", told="year first")
    orders = (DateOrder.DMY, DateOrder.MDY) if order is DateOrder.YMD else (order,)
    fits = {
        one: pattern
        for one in orders
        if (pattern := _pattern(texts[0], one)) and _fit(texts, pattern) >= _SHARE * len(texts)
    }
    best = {one: _fit(texts, pattern) for one, pattern in fits.items()}
    whole = [one for one in fits if best[one] == len(texts)]
    if len(fits) == 2 and len(whole) == 1:
        return DateGuess(
            format=fits[whole[0]], told=f"{whole[0].words}: the other order does not fit every row"
        )
    if len(fits) == 2:
        ordered = [one for one in fits if in_order(_days(texts, fits[one]))]
        if len(ordered) == 1:
            return DateGuess(
                format=fits[ordered[0]],
                told=f"{ordered[0].words}: in the other order the rows are not sorted",
            )
        what, remedy = misfit([re.split(r"[ T,]", text)[0] for text in texts])
        return DateGuess(format="", ask=(what, remedy))
    if len(fits) == 1:
        (one,) = fits
        said = "as was said" if order is not DateOrder.YMD else "the other order does not fit"
        return DateGuess(format=fits[one], told=f"{one.words}: {said}")
    what, remedy = misfit([re.split(r"[ T,]", text)[0] for text in texts])
    return DateGuess(format="", ask=(what, remedy))


def _days(texts: Sequence[str], pattern: str) -> list[date]:
    found = []
    for text in texts:
        try:
            found.append(written(text, pattern).date())
        except ValueError:
            continue
    return found


_PARTS = {"year": (1990, 2099), "month": (1, 12), "day_of_month": (1, 31)}


def day_columns(cells: Mapping[str, Sequence[str]]) -> tuple[str, str, str] | None:
    """The columns of year, month and day: by their names, and by cells that can be nothing else; None where one lacks."""
    found: list[str] = []
    for kind, (low, high) in _PARTS.items():
        for name, texts in cells.items():
            whole = all(re.fullmatch(r"\d{1,4}", text) and low <= int(text) <= high for text in texts)
            if texts and whole and says(name, kind) and name not in found:
                found.append(name)
                break
        else:
            return None
    year, month, day = found
    return year, month, day
