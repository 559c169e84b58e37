"""A laboratory's unit to the measure's own unit, also where the substance decides."""

from __future__ import annotations

import unicodedata

from lenitive.terms import MEASURES, UNITS, Quantity, UnitError

__all__ = ["in_own_unit", "known_unit"]

# Molar masses, g/mol, from the molecular formulas and the IUPAC abridged standard atomic weights (C 12.011, H 1.008,
# N 14.007, O 15.999; Prohaska T et al., Pure Appl Chem 2022;94:573, doi:10.1515/pac-2019-0603):
# glucose C6H12O6, cholesterol C27H46O, creatinine C4H7N3O. Triglycerides are a mixture that laboratories count as
# triolein, C57H104O6.
_MOLAR_MASS: dict[str, float] = {
    "glucose": 6 * 12.011 + 12 * 1.008 + 6 * 15.999,
    "total_cholesterol": 27 * 12.011 + 46 * 1.008 + 15.999,
    "creatinine": 4 * 12.011 + 7 * 1.008 + 3 * 14.007 + 15.999,
    "triglycerides": 57 * 12.011 + 104 * 1.008 + 6 * 15.999,
}

# HbA1c, NGSP per cent to IFCC mmol/mol: NGSP = 0.09148 IFCC + 2.152
# (Hoelzel W et al., Clin Chem 2004;50:166, doi:10.1373/clinchem.2003.024802).
_NGSP_SLOPE, _NGSP_INTERCEPT = 0.09148, 2.152

# What people write, and UCUM's name for it. Each has one meaning; what has two (``U``, ``%`` of what, ``st`` and ``lb`` together) is
# in no list.
_MEANT: dict[str, str] = {
    "mmhg": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "pound": "[lb_av]",
    "pounds": "[lb_av]",
    "oz": "[oz_av]",
    "st": "[stone_av]",
    "stone": "[stone_av]",
    "stones": "[stone_av]",
    "kgs": "kg",
    "kilo": "kg",
    "kilos": "kg",
    "in": "[in_i]",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "ft": "[ft_i]",
    "feet": "[ft_i]",
    "metre": "m",
    "meter": "m",
    "bpm": "/min",
    "beats/min": "/min",
    "1/min": "/min",
    "iu/l": "[IU]/L",
    "10^9/l": "10*9/L",
    "10e9/l": "10*9/L",
    "x10^9/l": "10*9/L",
    "x10e9/l": "10*9/L",
    "x 10^9/l": "10*9/L",
    "10^3/ul": "10*3/uL",
    "x10^3/ul": "10*3/uL",
    "k/ul": "10*3/uL",
    "cells/ul": "/uL",
    "/mm3": "/uL",
    "cells/mm3": "/uL",
    "mcmol/l": "umol/L",
    "mcg/l": "ug/L",
    "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "ml/min/1.73 m2": "mL/min/{1.73_m2}",
    "msec": "ms",
    "sec": "s",
}
# In these one ion carries one charge, so that a milliequivalent is a millimole.
_ONE_CHARGE = frozenset({"sodium", "potassium"})
_BY_CASE = {unit.lower(): unit for unit in UNITS}


def known_unit(unit: str) -> str:
    """The UCUM unit that a text names: UCUM's own spelling, another case of it, or a common word for it.

    Raises:
        UnitError: When it names none; the message is the remedy.
    """
    if unit in UNITS:
        return unit
    # NFKC makes one sign of the two that look like a micro sign, and a 2 of a raised one.
    plain = " ".join(unicodedata.normalize("NFKC", unit).replace("μ", "u").lower().split())
    found = _MEANT.get(plain) or _BY_CASE.get(plain)
    if found is None:
        raise UnitError("Write it as UCUM does, such as kg, mmol/L or mm[Hg]")
    return found


def in_own_unit(measure: str, value: float, unit: str) -> Quantity:
    """A value in the measure's own unit.

    Args:
        measure: The measure's id.
        value: The number as it was given.
        unit: Its UCUM unit; may be empty for scores, which have none.

    Raises:
        UnitError: When the unit is missing, unknown, or of another dimension; the message is the remedy.
    """
    own = MEASURES[measure].unit
    dimension = UNITS[own][0]
    if dimension == "score":
        if unit.lower() in {"", "1", "{score}", "points", "point"}:
            return Quantity(value, own)
        raise UnitError(f"{measure} is a score: leave the unit empty")
    if not unit:
        raise UnitError(f"Give the unit, such as {own}")
    given = Quantity(
        value, "mmol/L" if measure in _ONE_CHARGE and unit.lower() == "meq/l" else known_unit(unit)
    )
    if given.dimension == dimension:
        return given.to(own)
    if given.dimension == "mass_concentration" and measure in _MOLAR_MASS:
        mmol_per_l = given.to("g/L").value / _MOLAR_MASS[measure] * 1000
        return Quantity(mmol_per_l, "mmol/L").to(own)
    if measure == "hba1c" and given.unit == "%":
        return Quantity((value - _NGSP_INTERCEPT) / _NGSP_SLOPE, own)
    raise UnitError(f"{measure} cannot be in this unit; use {own}")
