"""When which dose is taken, and what the patient knows of it: the designs that are compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass

__all__ = ["DESIGNS", "Design", "Phase", "design"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of constant dosing.

    Attributes:
        day: The day of the diary it begins on, 0 the first.
        dose_mg: mg/day; 0 is without drug.
        masked: Whether the patient cannot know what she takes.
    """

    day: int
    dose_mg: float
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A plan of doses over a diary.

    Attributes:
        name: As on the command line.
        days: Length of the diary.
        phases: Dosing in order of day, the first on day 0. For blinded blocks, the run-in only.
        block_days: Length of a blinded block, or 0 for an open design.
        block_dose_mg: Dose in the blocks with drug.

    Raises:
        ValueError: When the phases are not in order or do not begin on day 0.
    """

    name: str
    days: int
    phases: tuple[Phase, ...]
    block_days: int = 0
    block_dose_mg: float = 0.0

    def __post_init__(self) -> None:
        starts = [p.day for p in self.phases]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("the phases of a design begin on day 0 and follow one another")
        if self.days < 1:
            raise ValueError("a design lasts a day or more")

    @property
    def drug_start(self) -> int:
        """The first day on which drug, or a blinded block, is taken."""
        if self.block_days:
            return self.phases[-1].day
        return next((p.day for p in self.phases if p.dose_mg > 0), 0)

    def schedule(self, rng: np.random.Generator) -> tuple[Phase, ...]:
        """The phases for one patient: blinded blocks come in pairs whose order is drawn, so that each pair is fair."""
        if not self.block_days:
            return tuple(p for p in self.phases if p.day < self.days)
        phases, day = list(self.phases[:-1]), self.phases[-1].day
        while day < self.days:
            pair = (self.block_dose_mg, 0.0) if rng.random() < 0.5 else (0.0, self.block_dose_mg)
            for dose in pair:
                if day < self.days:
                    phases.append(Phase(day, dose, masked=True))
                day += self.block_days
        return tuple(phases)


def daily(phases: tuple[Phase, ...], days: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Dose of each day [days], mg, and whether it was masked [days]."""
    dose, masked = np.zeros(days), np.zeros(days, dtype=bool)
    for phase in phases:
        dose[phase.day :] = phase.dose_mg
        masked[phase.day :] = phase.masked
    return dose, masked


DESIGNS: dict[str, str] = {
    "on-switch": "14 days without, 15 mg for a week, then 30 mg",
    "titration": "14 days without, then 15, 30 and 45 mg for four weeks each",
    "withdrawal": "14 days without, 15 then 30 mg until week 8, four weeks without, then 30 mg again",
    "eight-on-four-off": "14 days without, then blinded: 15 mg for a week, 30 mg until week 8, placebo for four weeks",
    "blinded": "14 days without, then pairs of blinded blocks of 14 days with 30 mg or placebo",
}
"""The designs, with what each is."""


def design(name: str, *, days: int = 98, block_days: int = 14) -> Design:
    """A named design.

    Args:
        name: One of ``DESIGNS``.
        days: Length of the diary; 98 is two weeks before and twelve weeks after the first dose.
        block_days: Length of a block in the blinded design.

    Raises:
        ValueError: When there is no such design, with the names that exist.
    """
    before = 14
    phases: tuple[Phase, ...]
    if name == "on-switch":
        phases = (Phase(0, 0), Phase(before, 15), Phase(before + 7, 30))
    elif name == "titration":
        phases = (Phase(0, 0), Phase(before, 15), Phase(before + 28, 30), Phase(before + 56, 45))
    elif name == "withdrawal":
        phases = (
            Phase(0, 0),
            Phase(before, 15),
            Phase(before + 7, 30),
            Phase(before + 56, 0),
            Phase(before + 84, 30),
        )
    elif name == "eight-on-four-off":
        # Of the blinded schedules of twelve weeks in steps of a week, the one that leaves the least doubt about a slow drug.
        phases = (
            Phase(0, 0),
            Phase(before, 15, masked=True),
            Phase(before + 7, 30, masked=True),
            Phase(before + 56, 0, masked=True),
        )
    elif name == "blinded":
        if block_days < 1:
            raise ValueError("a block lasts a day or more")
        return Design(
            name=name,
            days=days,
            phases=(Phase(0, 0), Phase(before, 0, masked=True)),
            block_days=block_days,
            block_dose_mg=30,
        )
    else:
        raise ValueError(f"no design {name!r}; there are {', '.join(DESIGNS)}")
    return Design(name=name, days=days, phases=phases)
