"""What is wrong with one file, gathered while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lenitive.terms import Place, Problem

__all__ = ["Report"]


@dataclass(slots=True)
class Report:
    """The problems of one file, and where its days stand.

    Attributes:
        file: The file's name.
        problems: What is wrong so far.
        days: Each day read, with its line and column: what lies far from all else is known only at the end.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)
    days: list[tuple[date, int, str]] = field(default_factory=list)

    def add(
        self, line: int | None, column: str | None, what: str, remedy: str, *, fatal: bool = True
    ) -> None:
        """Report one problem. No value of the patient's belongs in the words."""
        where = Place(file=self.file, line=line, field=column)
        self.problems.append(Problem(where=where, what=what, remedy=remedy, fatal=fatal))
