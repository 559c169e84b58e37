"""Days that lie years from all the others: a typing error in the year, found without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from lenitive.intake.report import ProblemReport

__all__ = ["report_stray_days"]

# A few entries further than this from all the others are taken for an error. The span and the share are ours:
# nobody's diary pauses for years and then goes on for a few days only.
_SPAN_DAYS = 3 * 365
_SHARE = 0.1

# In these files an entry says that the record was being kept on that day; a medicine or a measurement may be old.
_KEPT_DAILY = ("diary.csv", "effects.csv", "activities.csv")


def report_stray_days(reports: Mapping[str, ProblemReport]) -> None:
    """Report the few days years after all the others, and the few diary days years before the other diary days."""
    everything = [
        (day, file, line, column) for file, report in reports.items() for day, line, column in report.days
    ]
    everything.sort(reverse=True)
    kept_daily = [entry for entry in everything if entry[1] in _KEPT_DAILY]
    if not kept_daily:
        return
    # What lies beyond a gap is stray only when the record was being kept before it: a single diary day long after
    # an old medicine began is no error.
    first_kept = kept_daily[-1][0]
    late = _beyond_gap([entry[0] for entry in everything if entry[0] >= first_kept], len(everything))
    diary = sorted(entry for entry in everything if entry[1] == "diary.csv")
    early = _beyond_gap([entry[0] for entry in diary], len(diary))
    for entries, count, side in ((everything, late, "after"), (diary, early, "before")):
        for _, file, line, column in entries[:count]:
            reports[file].add(
                line,
                column,
                f"this day lies more than three years {side} the others",
                "Correct the year; leave the end of a medicine empty while it goes on; "
                "keep the diary of another time in a record folder of its own",
            )


def _beyond_gap(days: list[date], of: int) -> int:
    """How many of the days, counted from one end, lie beyond a gap and are few among ``of`` entries."""
    most = max(1, int(of * _SHARE))
    beyond = 0
    for i in range(min(most, len(days) - 1)):
        if abs((days[i] - days[i + 1]).days) > _SPAN_DAYS:
            beyond = i + 1
    return beyond
