"""What a long review is busy with, on standard error; nothing where that is no terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from lenitive.review import Review

__all__ = ["made_in_sight"]

_STAGES: tuple[tuple[str, str], ...] = (
    ("findings", "checking the medicines"),
    ("fit", "fitting the diary"),
    ("bands", "drawing the time line"),
    ("measured", "reading measured nights"),
    ("levels", "following the levels"),
    ("side_effects", "following side effects and weight"),
    ("robustness", "trying other assumptions"),
    ("settling", "asking what would settle it"),
    ("options", "planning and weighing what comes next"),
    ("articles", "looking up articles"),
)
"""Parts of a review that take time, in the order in which they are made, and what is said meanwhile."""

_CLEAR = "\r\x1b[K"


def made_in_sight(review: Review, out: TextIO, clock: Callable[[], float], *, after_s: float = 1.0) -> None:
    """Make the parts of a review that take time, saying on a terminal which one is being made.

    Args:
        review: The review.
        out: Where it is said.
        clock: Seconds, from any beginning.
        after_s: A review that takes no longer says nothing.
    """
    if not out.isatty():
        return
    began, said = clock(), False
    for number, (part, words) in enumerate(_STAGES, 1):
        if clock() - began >= after_s:
            said = True
            out.write(f"{_CLEAR}{number} of {len(_STAGES)}: {words}")
            out.flush()
        getattr(review, part)
    if said:
        out.write(_CLEAR)
        out.flush()
