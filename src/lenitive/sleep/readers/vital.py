"""Weight, blood pressure and resting pulse that stand in the same exports as nights: one a day of each, the day's last."""

from __future__ import annotations

from datetime import date, datetime

from lenitive.record import Measurement
from lenitive.terms import MEASURES, Quantity

__all__ = ["Vitals"]

# To the measure's own unit. Pounds by the international pound (0.45359237 kg), stones of 14 of them.
_FACTORS = {
    "weight": {"kg": 1.0, "lb": 0.45359237, "lbs": 0.45359237, "st": 14 * 0.45359237, "g": 0.001},
    "heart_rate": {"count/min": 1.0, "bpm": 1.0, "/min": 1.0},
    "systolic_lying": {"mmHg": 1.0},
    "diastolic_lying": {"mmHg": 1.0},
    "systolic_standing": {"mmHg": 1.0},
    "diastolic_standing": {"mmHg": 1.0},
}


class Vitals:
    """Measurements being gathered. What has an unknown unit, or lies beyond what can be, is passed over and counted."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, date], tuple[float, float]] = {}
        self.left_out = 0

    def add(self, measure: str, value: float | None, unit: str, when: datetime) -> None:
        """One measurement."""
        factor = _FACTORS[measure].get(unit)
        known = MEASURES[measure]
        if value is None or factor is None or not known.low <= value * factor <= known.high:
            self.left_out += 1
            return
        place, at = (measure, when.date()), when.timestamp()
        if place not in self._last or at >= self._last[place][0]:
            self._last[place] = at, round(value * factor, 3)

    def measurements(self) -> tuple[Measurement, ...]:
        """All of them, in order of day."""
        return tuple(
            Measurement(day=day, measure=measure, quantity=Quantity(value, MEASURES[measure].unit), note="")
            for (measure, day), (_, value) in sorted(
                self._last.items(), key=lambda entry: (entry[0][1], entry[0][0])
            )
        )
