"""What a calibration run does: which simulated patients, how many, judged when. All of it is in the seed and the plan."""

from __future__ import annotations

from lenitive.frozen import dataclass

__all__ = ["DESIGN_NAMES", "FULL", "HALF_YEAR_WEEKS", "QUICK", "WEEKS", "CalibrationPlan"]

WEEKS = (4, 6, 8, 12)
HALF_YEAR_WEEKS = 24
DESIGN_NAMES = ("on-switch", "titration", "withdrawal", "blinded")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """How many patients for what.

    Attributes:
        seed: Fixes every patient and every draw.
        coverage: Worlds and patients in each, spread evenly over the four designs, judged twelve weeks after the first dose.
        decisions: Worlds and patients per design, judged at each of ``weeks``.
        weeks: Weeks after the first dose.
        half_year: Patients per design of the typical world followed for 24 weeks, the blinded blocks then six weeks long.
        harms: Patients whose side-effect courses and weight are judged.
    """

    seed: int = 20261122
    coverage: tuple[tuple[str, int], ...]
    decisions: tuple[tuple[str, int], ...]
    weeks: tuple[int, ...] = WEEKS
    half_year: int = 0
    harms: int

    def __post_init__(self) -> None:
        if any(n < 4 for _, n in (*self.coverage, *self.decisions)) or self.harms < 1:
            raise ValueError("a calibration needs at least four patients of each kind")


FULL = CalibrationPlan(
    coverage=(
        ("exact", 2000),
        ("typical", 2000),
        ("floor", 2000),
        ("bad-days-skipped", 2000),
        ("double-placebo", 600),
        ("heavy-tails", 200),
        ("late-onset", 200),
        ("wandering", 200),
        ("few-responders", 200),
        ("hidden-gaps", 200),
    ),
    decisions=(("typical", 200), ("nobody-fooled", 100)),
    half_year=100,
    harms=300,
)
"""The plan of the committed report."""

QUICK = CalibrationPlan(
    coverage=(
        ("exact", 40),
        ("typical", 40),
        ("floor", 40),
        ("bad-days-skipped", 40),
        ("double-placebo", 40),
    ),
    decisions=(("typical", 12), ("nobody-fooled", 12)),
    half_year=4,
    harms=20,
)
"""A few minutes, to see that everything runs; its numbers mean little."""
