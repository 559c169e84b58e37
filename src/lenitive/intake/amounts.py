"""A dose with its unit, as people type it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["mg_from", "split_dose"]

_MG = {
    "mg": 1.0, "mgs": 1.0, "milligram": 1.0, "milligrams": 1.0,
    "g": 1000.0, "gram": 1000.0, "grams": 1000.0,
    "ug": 0.001, "mcg": 0.001, "microgram": 0.001, "micrograms": 0.001,
}  # fmt: skip
_DOSE = re.compile(r"(?P<number>\d{1,9}(?:[.,]\d{1,9})?)\s*(?P<unit>[^\W\d_]+)\b")


def mg_from(text: str) -> float | None:
    """The mg of a number with its unit (``15mg``, ``0.5 g``, ``500 mcg``); None when it is anything else.

    A comma before exactly three digits could also part thousands, so that it is not taken for either.
    """
    found = _DOSE.fullmatch(_plain(text))
    return None if found is None else _mg(found)


def split_dose(text: str) -> tuple[str, float] | None:
    """What stands around the one dose in a text, and its mg: ``mirtazapine 15 mg`` is a name and 15. None without exactly one."""
    plain = _plain(text)
    found = [(m, mg) for m in _DOSE.finditer(plain) if (mg := _mg(m)) is not None]
    if len(found) != 1:
        return None
    match, mg = found[0]
    return f"{plain[: match.start()]} {plain[match.end() :]}".strip(), mg


def _plain(text: str) -> str:
    """One of the two signs that look like a micro sign, as u."""
    return unicodedata.normalize("NFKC", text.strip()).replace("μ", "u")


def _mg(found: re.Match[str]) -> float | None:
    factor = _MG.get(found["unit"].lower())
    whole, _, digits = found["number"].replace(",", ".").partition(".")
    if factor is None or ("," in found["number"] and len(digits) == 3):
        return None
    # Rounded so that 0.3 g is 300 mg, not 299.99999999999994.
    return round(float(f"{whole}.{digits or 0}") * factor, 9)
