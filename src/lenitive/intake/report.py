"""What is wrong with one file, gathered while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lenitive.terms import Place, Problem

__all__ = ["Report"]

# A file of nonsense has a problem in every cell; nobody mends more than this in one go.
_MOST = 500


@dataclass(slots=True)
class Report:
    """The problems of one file, and where its days stand.

    Attributes:
        file: The file's name.
        problems: What is wrong so far.
        days: Each day read, with its line and column: what lies far from all else is known only at the end.
        full: Whether no more is worth reading: the last problem then says so.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)
    days: list[tuple[date, int, str]] = field(default_factory=list)
    full: bool = False

    def add(
        self, line: int | None, column: str | None, what: str, remedy: str, *, fatal: bool = True
    ) -> None:
        """Report one problem. No value of the patient's belongs in the words."""
        if self.full:
            return
        self.problems.append(
            Problem(
                where=Place(file=self.file, line=line, field=column), what=what, remedy=remedy, fatal=fatal
            )
        )
        if len(self.problems) >= _MOST:
            self.full = True
            what = f"there are more than {_MOST} problems; the rest of the file was not read"
            self.problems.append(
                Problem(
                    where=Place(file=self.file, line=line),
                    what=what,
                    remedy="Mend those above first",
                    fatal=True,
                )
            )
