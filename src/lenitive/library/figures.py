"""Figures that articles print: computed at build, typed, and checked against what the prose takes for granted.

The library knows no other room. It asks for a figure by its path (``evidence.mirtazapine.pain.md``) through a function
that is handed to it, and never guesses: an unknown path is a fault that names the article.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from lenitive.frozen import dataclass
from lenitive.knowledge import Expectation
from lenitive.terms import Source

__all__ = ["FORMATS", "Figure", "FigureError", "Figures", "keeps", "word"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One computed value.

    Attributes:
        path: Its name, such as ``evidence.mirtazapine.pain.md``.
        value: A number in ``unit``, or words.
        low: Lower end of its interval, in ``unit``.
        high: Upper end of its interval, in ``unit``.
        unit: What a reader understands: ``points``, ``%``, ``kg``, ``probability``; empty for words.
        basis: What computed it, in a clause a reader understands.
        sources: What it rests on.

    Raises:
        ValueError: When a number is not finite or the interval is upside down.
    """

    path: str
    value: float | str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    basis: str = ""
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        for number in (self.value, self.low, self.high):
            if isinstance(number, float | int) and not math.isfinite(number):
                raise ValueError(f"{self.path} is not a finite number")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.path} has an interval that is upside down")


Figures = Callable[[str], Figure | None]
"""Gives the figure of a path, or None when there is no such figure."""


class FigureError(ValueError):
    """A figure that cannot be printed in the way asked for."""


def _number(figure: Figure) -> float:
    if isinstance(figure.value, str):
        raise FigureError(f"{figure.path} is words, not a number")
    return float(figure.value)


def _interval(figure: Figure) -> tuple[float, float]:
    if figure.low is None or figure.high is None:
        raise FigureError(f"{figure.path} has no interval")
    return figure.low, figure.high


def _trim(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text and places > 2 else text
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def _share(value: float) -> str:
    percent = 100 * value
    if 0 < percent < 1:
        return "under 1%"
    if 99 < percent < 100:
        return "over 99%"
    return f"{percent:.0f}%"


def _share_exactly(value: float) -> str:
    text = f"{100 * value:.1f}"
    return f"{text.removesuffix('.0')}%"


def _size_interval(figure: Figure) -> str:
    low, high = _interval(figure)
    if high <= 0:
        low, high = -high, -low
    if low < 0:
        return f"{_trim(low, 2)} to {_trim(high, 2)}"
    return f"{_trim(low, 2)} to {_trim(high, 2)}"


FORMATS: dict[str, Callable[[Figure], str]] = {
    "signed": lambda f: _trim(_number(f), 2),
    "signed_interval": lambda f: " to ".join(_trim(x, 2) for x in _interval(f)),
    "size": lambda f: _trim(abs(_number(f)), 2),
    "size_1": lambda f: _trim(abs(_number(f)), 1),
    "size_interval": _size_interval,
    "number": lambda f: _trim(_number(f), 3),
    "one_place": lambda f: _trim(_number(f), 1),
    "whole": lambda f: f"{_number(f):,.0f}".replace(",", " "),
    "percent": lambda f: _share(_number(f)),
    "percent_1": lambda f: _share_exactly(_number(f)),
    "percent_interval": lambda f: " to ".join(_share(x) for x in _interval(f)),
    "in_100": lambda f: f"{round(100 * _number(f))} in 100",
    "in_10": lambda f: f"{round(10 * _number(f))} in 10",
    "low": lambda f: _trim(_interval(f)[0], 2),
    "high": lambda f: _trim(_interval(f)[1], 2),
}
"""How a figure may be printed, by name."""


def word(figure: Figure, form: str = "") -> str:
    """A figure in words.

    Args:
        figure: The figure.
        form: One of :data:`FORMATS`; empty prints words as they are and numbers with up to three places.

    Raises:
        FigureError: When the form is unknown or does not fit the figure.
    """
    if not form:
        return figure.value if isinstance(figure.value, str) else _trim(figure.value, 3)
    if form not in FORMATS:
        raise FigureError(f"there is no form {form}; use one of {', '.join(sorted(FORMATS))}")
    return FORMATS[form](figure)


def keeps(figure: Figure, expected: Expectation) -> bool:
    """Whether a figure is where the prose takes it to be."""
    if expected.text:
        return figure.value == expected.text
    if isinstance(figure.value, str):
        return False
    above = expected.low is None or figure.value >= expected.low
    return above and (expected.high is None or figure.value <= expected.high)
