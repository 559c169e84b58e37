"""One entry of the bibliography, with how far it was read."""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import Field, field_validator

from lenitive.knowledge.schema.base import KnowledgeModel

__all__ = ["PersonName", "ReadingDepth", "Reference"]

_PMID = re.compile(r"[1-9]\d{0,8}")
_PMCID = re.compile(r"PMC[1-9]\d{0,9}")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


class ReadingDepth(StrEnum):
    """How far an entry was read. A number may be printed from A; B names a finding; C is only a pointer."""

    A = "A"
    """An abstract, a page opening or a table was read."""
    B = "B"
    """Recorded with its address and not opened again: no number may be printed from it."""
    C = "C"
    """A lead: it exists. No finding may be cited from it."""


class PersonName(KnowledgeModel):
    """A person or a body; a body has only a family name."""

    family: str = Field(min_length=1)
    given: str = ""

    @property
    def is_others(self) -> bool:
        """Whether this stands for the rest of a long list."""
        return self.family == "others" and not self.given


class Reference(KnowledgeModel):
    """One work.

    Attributes:
        key: The citation key.
        title: As printed; in square brackets it is our description because the title was not seen.
        kind: What it is: RCT, case report, label.
        reading: How far it was read.
        licence: What was seen of its licence.
        checked: The day and place its identity was checked again, or empty.
    """

    key: str = Field(min_length=1)
    title: str = Field(min_length=1)
    authors: tuple[PersonName, ...] = ()
    journal: str = ""
    publisher: str = ""
    year: int | None = Field(default=None, ge=1500, le=2200)
    volume: str = ""
    number: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    kind: str = ""
    shelves: tuple[str, ...] = ()
    licence: str = ""
    reading: ReadingDepth = ReadingDepth.C
    checked: str = ""

    @field_validator("doi")
    @classmethod
    def _doi(cls, value: str) -> str:
        if value and not _DOI.fullmatch(value):
            raise ValueError("a DOI starts with 10. and a registrant")
        return value

    @field_validator("pmid")
    @classmethod
    def _pmid(cls, value: str) -> str:
        if value and not _PMID.fullmatch(value):
            raise ValueError("a PMID is a whole number")
        return value

    @field_validator("pmcid")
    @classmethod
    def _pmcid(cls, value: str) -> str:
        if value and not _PMCID.fullmatch(value):
            raise ValueError("a PMCID is PMC and a whole number")
        return value

    @property
    def address(self) -> str:
        """Where to read it: DOI first, then PubMed Central, PubMed, then the page that was read."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return self.url

    @property
    def identifier(self) -> str:
        """``doi:...``, ``PMC...`` or ``PMID ...``; empty when none is known."""
        if self.doi:
            return f"doi:{self.doi}"
        return self.pmcid or (f"PMID {self.pmid}" if self.pmid else "")

    @property
    def title_is_ours(self) -> bool:
        """Whether the title is our description of it."""
        return self.title.startswith("[") and self.title.endswith("]")

    @property
    def short(self) -> str:
        """``Miki et al. 2016``: what a reader sees in running text."""
        people = [n for n in self.authors if not n.is_others]
        if not people:
            who = self.publisher or self.journal or self.title.strip("[]")
            who = who if len(who) <= 48 else who[:45].rsplit(" ", 1)[0] + "..."
        elif len(people) == 1 and len(self.authors) == 1:
            who = people[0].family
        elif len(self.authors) == 2 and len(people) == 2:
            who = f"{people[0].family} and {people[1].family}"
        else:
            who = f"{people[0].family} et al."
        return f"{who} {self.year}" if self.year else who
