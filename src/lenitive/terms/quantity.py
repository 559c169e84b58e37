"""Numbers with units. An unknown unit is an error, never a guess."""

from __future__ import annotations

import math

from lenitive.frozen import dataclass

__all__ = ["UNITS", "Quantity", "UnitError"]

# UCUM unit -> (dimension, factor to the dimension's first unit). Amounts of substance stay apart from masses: to
# convert between them needs the substance, which is a matter for the room that knows it.
UNITS: dict[str, tuple[str, float]] = {
    "1": ("number", 1.0),
    "%": ("number", 0.01),
    "{score}": ("score", 1.0),
    "mg": ("mass", 1.0),
    "g": ("mass", 1e3),
    "ug": ("mass", 1e-3),
    "kg": ("mass", 1e6),
    "[lb_av]": ("mass", 453592.37),
    "[oz_av]": ("mass", 28349.523125),
    "[stone_av]": ("mass", 6350293.18),
    "cm": ("length", 1.0),
    "m": ("length", 100.0),
    "mm": ("length", 0.1),
    "[in_i]": ("length", 2.54),
    "[ft_i]": ("length", 30.48),
    "mm[Hg]": ("pressure", 1.0),
    "kPa": ("pressure", 7.500615758),
    "mmol/L": ("substance_concentration", 1.0),
    "umol/L": ("substance_concentration", 1e-3),
    "nmol/L": ("substance_concentration", 1e-6),
    "mmol/mol": ("substance_fraction", 1.0),
    "mg/dL": ("mass_concentration", 1.0),
    "g/L": ("mass_concentration", 100.0),
    "g/dL": ("mass_concentration", 1000.0),
    "mg/L": ("mass_concentration", 0.1),
    "ng/mL": ("mass_concentration", 1e-4),
    "ug/L": ("mass_concentration", 1e-4),
    "U/L": ("catalytic_concentration", 1.0),
    "[IU]/L": ("catalytic_concentration", 1.0),
    "10*9/L": ("number_concentration", 1.0),
    "10*3/uL": ("number_concentration", 1.0),
    "/uL": ("number_concentration", 1e-3),
    "10*6/L": ("number_concentration", 1e-3),
    "mL/min": ("flow", 1.0),
    "mL/min/{1.73_m2}": ("indexed_flow", 1.0),
    "min": ("time", 1.0),
    "s": ("time", 1 / 60),
    "ms": ("time", 1 / 60000),
    "h": ("time", 60.0),
    "d": ("time", 1440.0),
    "wk": ("time", 10080.0),
    "/min": ("rate", 1.0),
}


class UnitError(ValueError):
    """A unit that is not known, or that cannot be converted as asked."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A finite number with a UCUM unit.

    Raises:
        UnitError: When the unit is not one of ``UNITS``. The remedy is to write it as UCUM does.
        ValueError: When the value is not finite.
    """

    value: float
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise UnitError(f"unknown unit {self.unit!r}; known: {', '.join(sorted(UNITS))}")
        if not math.isfinite(self.value):
            raise ValueError("a quantity is a finite number")

    @property
    def dimension(self) -> str:
        """What kind of thing it measures."""
        return UNITS[self.unit][0]

    def to(self, unit: str) -> Quantity:
        """The same quantity in another unit of its dimension.

        Raises:
            UnitError: When the other unit is unknown or of another dimension.
        """
        if unit not in UNITS or UNITS[unit][0] != self.dimension:
            raise UnitError(f"cannot convert {self.unit!r} to {unit!r}")
        return (
            self if unit == self.unit else Quantity(self.value * UNITS[self.unit][1] / UNITS[unit][1], unit)
        )

    def __str__(self) -> str:
        """``72.5 kg``."""
        return f"{self.value:g} {self.unit}"
