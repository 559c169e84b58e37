"""What a schedule of a trial in one person has to obey, at the grain of a week."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from lenitive.frozen import dataclass

__all__ = ["TrialDesign", "TrialDesignError", "lengths_for"]

MOST_WEEKS = 104
MOST_CHANGES = 26
_PER_ONSET = 1.5
"""A period lasts at least this many times the onset, or its effect is over before it shows. Ours, from simulated designs."""
_CYCLE_DAYS = 28
_NEAR_DAYS = 2
"""Periods this near to half a monthly cycle go in step with it. Ours, from simulated designs: one phase in four then looks like a drug."""


class TrialDesignError(ValueError):
    """A design that cannot be drawn from, with what is wrong and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(f"{what}. {remedy}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDesign:
    """The rules of a schedule.

    Attributes:
        arms: The two that take turns, such as a drug and nothing.
        weeks: Of the trial, after the run-in.
        lengths: Weeks that a period may last.
        fewest_changes: From one arm to the other.
        most_changes: From one arm to the other.
        least_weeks: Of each arm.
        first: The arm that begins; empty for either.
        run_in_weeks: Before the trial, on what is taken anyway; not part of the comparison.
        settling_days: After each change that the comparison leaves out.
    """

    arms: tuple[str, str]
    weeks: int
    lengths: tuple[int, ...]
    fewest_changes: int = 1
    most_changes: int = 12
    least_weeks: int = 1
    first: str = ""
    run_in_weeks: int = 0
    settling_days: int = 0

    def __post_init__(self) -> None:
        if len(set(self.arms)) != 2 or not all(a.strip() and len(a) <= 80 for a in self.arms):
            raise TrialDesignError("a trial compares two arms with different names", "Name two")
        if self.first and self.first not in self.arms:
            raise TrialDesignError(
                f"{self.first!r} is none of the arms", f"Begin with {' or '.join(self.arms)}"
            )
        if not 2 <= self.weeks <= MOST_WEEKS or not 0 <= self.run_in_weeks <= MOST_WEEKS:
            raise TrialDesignError(f"a trial of {self.weeks} weeks", f"Take 2 to {MOST_WEEKS}")
        if not self.lengths or min(self.lengths) < 1 or len(set(self.lengths)) < len(self.lengths):
            raise TrialDesignError(
                "the lengths of periods are not weeks from 1 on, each once", "Correct them"
            )
        if list(self.lengths) != sorted(self.lengths):
            raise TrialDesignError("the lengths of periods are not in order", "Give the shortest first")
        if not 1 <= self.fewest_changes <= self.most_changes <= MOST_CHANGES:
            raise TrialDesignError(
                f"{self.fewest_changes} to {self.most_changes} changes", f"Take 1 to {MOST_CHANGES}"
            )
        if not 1 <= self.least_weeks <= self.weeks // 2:
            raise TrialDesignError(
                f"at least {self.least_weeks} weeks of each arm in {self.weeks}", "Take half of them at most"
            )
        if not 0 <= self.settling_days < 7 * min(self.lengths):
            raise TrialDesignError(
                f"{self.settling_days} days after a change are left out, as long as the shortest period",
                "Make periods longer",
            )

    def as_data(self) -> dict[str, Any]:
        """The rules as plain values, for a file."""
        return {
            "arms": list(self.arms),
            "weeks": self.weeks,
            "lengths": list(self.lengths),
            "fewest_changes": self.fewest_changes,
            "most_changes": self.most_changes,
            "least_weeks": self.least_weeks,
            "first": self.first,
            "run_in_weeks": self.run_in_weeks,
            "settling_days": self.settling_days,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the rules as JSON without spaces, keys in order."""
        text = json.dumps(self.as_data(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def lengths_for(weeks: int, *, onset_days: float, cycle: bool) -> tuple[int, ...]:
    """The weeks that a period may last, from the onset of what is tried.

    Args:
        weeks: Of the trial.
        onset_days: How long the effect takes to be nearly whole.
        cycle: Whether the person may have a monthly cycle: periods near half of one are left out.

    Raises:
        TrialDesignError: When no length is left of which two fit.
    """
    shortest = max(1, math.ceil(_PER_ONSET * onset_days / 7))
    near_half = {w for w in range(1, MOST_WEEKS + 1) if cycle and abs(7 * w - _CYCLE_DAYS / 2) <= _NEAR_DAYS}
    out = tuple(w for w in range(shortest, weeks - shortest + 1) if w not in near_half)
    if not out:
        raise TrialDesignError(
            f"two periods of at least {shortest} weeks do not fit into {weeks}",
            "Take more weeks, or another question",
        )
    return out
