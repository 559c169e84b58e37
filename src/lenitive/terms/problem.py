"""What is wrong with content from outside: where, what, and how to mend it."""

from __future__ import annotations

from lenitive.frozen import dataclass

__all__ = ["Place", "Problem", "one_line"]


def one_line(text: str) -> str:
    """Text from outside as it may be shown: in one line, and without what moves a terminal's cursor."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where in the input: a file, a line of it (1 is the first), a column or key. Never a patient's value."""

    file: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """``diary.csv:12 pain``."""
        text = self.file if self.line is None else f"{self.file}:{self.line}"
        return text if self.field is None else f"{text} {self.field}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One fault in content from outside, as data.

    Attributes:
        where: The place.
        what: What is wrong, in one clause.
        remedy: What to do about it.
        fatal: Whether the record cannot be used until it is mended. A problem that is not fatal means that
            what it names was left out, or read as ``what`` says, and that the rest was kept.
    """

    where: Place
    what: str
    remedy: str
    fatal: bool = False

    def __str__(self) -> str:
        """One line: place, what, remedy."""
        return one_line(f"{self.where}: {self.what}. {self.remedy}.")
