"""Every schedule that a design allows: counted without listing them, and each with a number of its own.

Schedules are numbered as a dictionary orders words: by the first arm, then by the length of the first period, and so on. How many ways
there are to go on from a week depends only on the arm that comes next, on the weeks of the first arm so far and on the changes so far, so
that the count is exact and quick, and a number can be turned into its schedule and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from lenitive.frozen import dataclass
from lenitive.nof1.design import TrialDesign, TrialDesignError

__all__ = ["Schedules", "TrialPeriod"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPeriod:
    """A stretch of one arm.

    Attributes:
        arm: What is taken.
        start_week: From 0, after the run-in.
        weeks: How long.
    """

    arm: str
    start_week: int
    weeks: int


class Schedules:
    """The schedules that a design allows."""

    def __init__(self, design: TrialDesign) -> None:
        """Take a design.

        Raises:
            TrialDesignError: When fewer than two schedules obey it: there is nothing to draw.
        """
        self.design = design
        self._ways = cache(self._count)
        self.size = sum(self._ways(0, arm, 0, 0) for arm in self._first())
        if self.size < 2:
            raise TrialDesignError(
                f"{'no schedule obeys' if self.size == 0 else 'one schedule alone obeys'} the rules",
                "Allow more lengths, changes or weeks",
            )

    def _first(self) -> tuple[int, ...]:
        d = self.design
        return (d.arms.index(d.first),) if d.first else (0, 1)

    def _count(self, week: int, arm: int, of_first: int, changes: int) -> int:
        """Ways to go on from a week at which a period of an arm begins.

        Args:
            week: From 0.
            arm: 0 or 1.
            of_first: Weeks of arm 0 before.
            changes: Before this period begins.
        """
        d, total = self.design, 0
        for weeks in d.lengths:
            end = week + weeks
            if end > d.weeks:
                break
            mine = of_first + (weeks if arm == 0 else 0)
            if end == d.weeks:
                total += changes >= d.fewest_changes and d.least_weeks <= mine <= d.weeks - d.least_weeks
            elif changes < d.most_changes:
                total += self._ways(end, 1 - arm, mine, changes + 1)
        return total

    def at(self, number: int) -> tuple[TrialPeriod, ...]:
        """The schedule of a number from 0.

        Raises:
            IndexError: When there is no such number.
        """
        if not 0 <= number < self.size:
            raise IndexError(f"there are schedules 0 to {self.size - 1}")
        arm = 0
        for arm in self._first():
            ways = self._ways(0, arm, 0, 0)
            if number < ways:
                break
            number -= ways
        d, week, of_first, changes, out = self.design, 0, 0, 0, list[TrialPeriod]()
        while week < d.weeks:
            for weeks in d.lengths:
                ways = self._through(week, weeks, arm, of_first, changes)
                if number < ways:
                    break
                number -= ways
            out.append(TrialPeriod(arm=d.arms[arm], start_week=week, weeks=weeks))
            of_first += weeks if arm == 0 else 0
            week, arm, changes = week + weeks, 1 - arm, changes + 1
        return tuple(out)

    def _through(self, week: int, weeks: int, arm: int, of_first: int, changes: int) -> int:
        """Ways that begin with a period of so many weeks."""
        d, end = self.design, week + weeks
        mine = of_first + (weeks if arm == 0 else 0)
        if end > d.weeks:
            return 0
        if end == d.weeks:
            return int(changes >= d.fewest_changes and d.least_weeks <= mine <= d.weeks - d.least_weeks)
        return self._ways(end, 1 - arm, mine, changes + 1) if changes < d.most_changes else 0

    def number_of(self, periods: Sequence[TrialPeriod]) -> int:
        """The number of a schedule.

        Raises:
            TrialDesignError: When it does not obey the design; it says where.
        """
        d, number, week, of_first = self.design, 0, 0, 0
        for changes, period in enumerate(periods):
            if period.arm not in d.arms or period.start_week != week or period.weeks not in d.lengths:
                raise TrialDesignError(
                    f"period {changes + 1} ({period.arm}, {period.weeks} weeks from week {period.start_week}) is not one that the "
                    "rules allow there",
                    "Compare it with the sealed schedule",
                )
            arm = d.arms.index(period.arm)
            if changes == 0:
                if arm not in self._first():
                    raise TrialDesignError(
                        f"{period.arm} begins, and the rules say {d.first}", "Compare them"
                    )
                number += sum(self._ways(0, a, 0, 0) for a in self._first() if a < arm)
            elif period.arm == periods[changes - 1].arm:
                raise TrialDesignError(
                    f"period {changes + 1} is of the same arm as the one before", "Join them"
                )
            number += sum(
                self._through(week, w, arm, of_first, changes) for w in d.lengths if w < period.weeks
            )
            if not self._through(week, period.weeks, arm, of_first, changes):
                raise TrialDesignError(
                    f"no schedule goes on as period {changes + 1} does", "Compare it with the sealed schedule"
                )
            of_first += period.weeks if arm == 0 else 0
            week += period.weeks
        if week != d.weeks:
            raise TrialDesignError(f"the schedule has {week} weeks, the rules {d.weeks}", "Complete it")
        return number
