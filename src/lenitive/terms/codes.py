"""Code systems as types, so that a code of one can never stand for a code of another."""

from __future__ import annotations

import re
from typing import ClassVar

from lenitive.frozen import dataclass

__all__ = ["AtcCode", "LoincCode", "RxNormCode", "SnomedCode"]


@dataclass(frozen=True, slots=True, order=True)
class _Code:
    """A code of one system; the constructor refuses what cannot be one."""

    value: str

    system: ClassVar[str] = ""
    pattern: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(self.pattern, self.value):
            raise ValueError(f"{self.value!r} is not a code of {self.system}")

    def __str__(self) -> str:
        """The code alone."""
        return self.value


class AtcCode(_Code):
    """A WHO ATC code, any level. https://www.whocc.no/atc"""

    __slots__ = ()
    system: ClassVar[str] = "http://www.whocc.no/atc"
    pattern: ClassVar[str] = r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?"


class RxNormCode(_Code):
    """An RxNorm concept identifier (RXCUI)."""

    __slots__ = ()
    system: ClassVar[str] = "http://www.nlm.nih.gov/research/umls/rxnorm"
    pattern: ClassVar[str] = r"[1-9]\d{0,7}"


class SnomedCode(_Code):
    """A SNOMED CT concept identifier."""

    __slots__ = ()
    system: ClassVar[str] = "http://snomed.info/sct"
    pattern: ClassVar[str] = r"[1-9]\d{5,17}"


class LoincCode(_Code):
    """A LOINC code."""

    __slots__ = ()
    system: ClassVar[str] = "http://loinc.org"
    pattern: ClassVar[str] = r"\d{1,7}-\d"
