"""Steady-state levels by the clock: what an hour of intake leaves at an hour of the day.

Doses repeat every 24 hours until what is missing of the sum is below a billionth; the day looked at is the last.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from lenitive.frozen import dataclass
from lenitive.kinetics.curve import Array, concentration
from lenitive.kinetics.occupancy import occupancy
from lenitive.kinetics.person import PersonKinetics

__all__ = ["ClockLevels", "clock_levels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLevels:
    """Levels and occupancy at hours of the day, at steady state.

    Attributes:
        clock_h: Hours after midnight, rising, shape (clock,).
        typical: ng/mL of the expected patient, shape (clock,).
        spread: ng/mL of patients like her, shape (draw, clock).
        occupancy: By target, of the expected patient at the central constant, shape (clock,).
    """

    clock_h: Array
    typical: Array
    spread: Array
    occupancy: Mapping[str, Array]


def clock_levels(
    who: PersonKinetics,
    *,
    intake_h: npt.ArrayLike,
    dose_mg: float,
    clock_h: npt.ArrayLike,
    eta: npt.ArrayLike = (0.0, 0.0),
    draws: npt.ArrayLike | None = None,
) -> ClockLevels:
    """The levels of a daily regimen at hours of the day.

    Args:
        who: The patient's expected parameters.
        intake_h: Hours after midnight of each intake.
        dose_mg: mg of each intake.
        clock_h: Hours after midnight to look at, 0 up to 24, rising.
        eta: Log ratios of the expected patient's parameters, such as after measured levels.
        draws: Log ratios of patients like her, shape (draw, 2); without them ``spread`` has no row.

    Raises:
        ValueError: When an hour does not lie from 0 up to 24, or the hours looked at do not rise.
    """
    intake, clock = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (intake_h, clock_h))
    if not all(((a >= 0) & (a < 24)).all() for a in (intake, clock)):
        raise ValueError("hours of the day lie from 0 up to 24")
    rows = np.atleast_2d(np.asarray(eta, dtype=np.float64))
    if draws is not None:
        rows = np.concatenate([rows, np.atleast_2d(np.asarray(draws, dtype=np.float64))])
    curve = who.curve(rows)
    slowest = min(float(curve.rate.min()), float(curve.ka.min()))
    days = int(np.ceil(21.0 / (slowest * 24.0))) + 2
    at = np.sort((np.arange(days)[:, None] * 24.0 + intake[None, :]).ravel())
    mg = np.full(at.size, dose_mg)
    look = (days - 1) * 24.0 + clock
    levels = concentration(curve, at, mg, look)
    typical = levels[0]
    return ClockLevels(
        clock_h=clock,
        typical=typical,
        spread=levels[1:],
        occupancy={
            o.target: occupancy(
                o,
                who=who,
                dose_h=at,
                dose_mg=mg,
                times_h=look,
                level=typical,
                level_low=typical,
                level_high=typical,
            ).typical
            for o in who.model.occupancy
        },
    )
