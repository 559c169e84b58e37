"""A laboratory's unit to the measure's own unit, also where the substance decides."""

from __future__ import annotations

from lenitive.terms import MEASURES, Quantity, UnitError
from lenitive.terms.quantity import UNITS

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

# What people write, and UCUM's name for it: offered as the remedy, never taken silently.
_MEANT: dict[str, str] = {
    "mmhg": "mm[Hg]",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "in": "[in_i]",
    "inch": "[in_i]",
    "kgs": "kg",
    "bpm": "/min",
    "iu/l": "[IU]/L",
    "10^9/l": "10*9/L",
    "x10^9/l": "10*9/L",
    "g/dl": "g/L",
    "meq/l": "mmol/L",
    "µmol/l": "umol/L",
    "μmol/l": "umol/L",
    "µg/l": "ug/L",
    "μg/l": "ug/L",
}


def known_unit(unit: str) -> str:
    """The unit as this project spells it: UCUM has both ``l`` and ``L`` for the litre.

    Raises:
        UnitError: When it is not one of the known UCUM units; the message is the remedy.
    """
    for spelled in (unit, unit.removesuffix("l") + "L" if unit.endswith("l") else unit):
        if spelled in UNITS:
            return spelled
    meant = _MEANT.get(unit.lower())
    raise UnitError(
        f"UCUM writes {meant}" if meant else "Write it as UCUM does, such as kg, mmol/L or mm[Hg]"
    )


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
        if unit in {"", "1", "{score}"}:
            return Quantity(value, own)
        raise UnitError(f"{measure} is a score: leave the unit empty")
    if not unit:
        raise UnitError(f"Give the unit, such as {own}")
    given = Quantity(value, known_unit(unit))
    if given.dimension == dimension:
        return given.to(own)
    if given.dimension == "mass_concentration" and measure in _MOLAR_MASS:
        mmol_per_l = given.to("g/L").value / _MOLAR_MASS[measure] * 1000
        return Quantity(mmol_per_l, "mmol/L").to(own)
    if measure == "hba1c" and given.unit == "%":
        return Quantity((value - _NGSP_INTERCEPT) / _NGSP_SLOPE, own)
    raise UnitError(f"{measure} cannot be in this unit; use {own}")
