"""What is wrong with one file, gathered while it is read."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date

from lenitive.files import misfit
from lenitive.frozen import dataclass
from lenitive.terms import DateOrder, Place, Problem

__all__ = ["ProblemReport"]

# A file of nonsense has a problem in every cell; nobody mends more than this in one go.
_MOST = 500
# Equal problems are listed one by one up to so many; of more, the first stands for all and names so many lines.
_FEW = 5
_NAMED = 12


@dataclass(slots=True)
class ProblemReport:
    """The problems of one file, and where its days stand.

    Attributes:
        file: The file's name.
        problems: What is wrong so far.
        days: Each day read, with its line and column: what lies far from all else is known only at the end.
        full: Whether no more is worth reading: the last problem then says so.
        order: In which order the dates are written.
        other_dates: Cells that hold a date which does not begin with its year, when no order was said: line, column, text.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)
    days: list[tuple[date, int, str]] = field(default_factory=list)
    full: bool = False
    order: DateOrder = DateOrder.YMD
    other_dates: list[tuple[int, str, str]] = field(default_factory=list)

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

    def gathered(self, *, left_out: bool = False) -> list[Problem]:
        """Every problem by line: what is wrong with many cells in one way is one problem, at the first of them.

        Args:
            left_out: Whether rows without a day were left out, as they are of a source that is not ours to mend.
        """
        dated = self._dates(left_out)
        alike: dict[tuple[str | None, str, str, bool], list[Problem]] = {}
        for problem in (*self.problems, *dated):
            alike.setdefault((problem.where.field, problem.what, problem.remedy, problem.fatal), []).append(
                problem
            )
        found = []
        for group in alike.values():
            if len(group) <= _FEW:
                found += group
                continue
            lines = [str(p.where.line) for p in group[1:]]
            more = ", ".join(lines[:_NAMED]) + (
                f" and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
            )
            found.append(replace(group[0], what=f"{group[0].what}; the same in lines {more}"))
        return sorted(found, key=lambda problem: problem.where.line or 0)

    def _dates(self, left_out: bool) -> list[Problem]:
        """One problem for all dates that do not begin with their year."""
        if not self.other_dates:
            return []
        wrong = misfit([text for _, _, text in self.other_dates])
        line, column, _ = self.other_dates[0]
        where = Place(file=self.file, line=line, field=column)
        what = f"{wrong[0]}; the rows were left out" if left_out else wrong[0]
        return [Problem(where=where, what=what, remedy=wrong[1], fatal=not left_out)]
