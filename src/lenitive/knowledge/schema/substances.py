"""The shape of the substance tables: what exists, its names, and the classes it belongs to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.facts import FactRow
from lenitive.terms import AtcCode, RxNormCode

__all__ = ["DrugClass", "ListedSource", "Membership", "Name", "Substance"]


class ListedSource(KnowledgeModel):
    """A source that drug, interaction and substance files name by its key.

    Attributes:
        article: Where it was read: an address, or a key of the bibliography.
        kind: What stands there, in our words.
        copy_of_official: Whether it is a copy of an official text on another site.
        nature: What it is, wherever it was read: a label or leaflet, a regulator, a guideline or health service, a paper, a registry, a database, a reference
            work; or a page that is none of these (machine-written, study cards, an encyclopaedia, a shop, a site without an editor).
        record: Its identity where that is known: ``setid:``, ``emc:``, ``swissmedic:``, ``doi:``, ``pmid:``, ``pmcid:``, ``nct:``, or the guideline's name.
    """

    key: str = Field(pattern=r"[a-z][a-z0-9_]*")
    article: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    copy_of_official: bool = Field(default=False, alias="copy")
    nature: Literal["label", "agency", "guideline", "paper", "registry", "database", "reference", "page"]
    record: str = ""

    @field_validator("copy_of_official", mode="before")
    @classmethod
    def _yes(cls, value: object) -> bool:
        if value not in {"", "yes", None}:
            raise ValueError("copy is yes or empty")
        return value == "yes"

    @property
    def may_carry(self) -> bool:
        """Whether a decision may rest on it alone."""
        return self.nature != "page"


class Substance(KnowledgeModel):
    """A drug that a record may name.

    Attributes:
        ingredient: The substance, when this entry is one way of giving it; otherwise empty.
        atc: WHO ATC codes, as checked against the index; empty when none was found.
        rxnorm: RxNorm ingredient, verified ones only.
    """

    id: str
    name: str
    ingredient: str = ""
    atc: tuple[str, ...] = ()
    rxnorm: str = ""

    @field_validator("atc")
    @classmethod
    def _atc_shape(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(AtcCode(c).value for c in codes)

    @field_validator("rxnorm")
    @classmethod
    def _rxnorm_shape(cls, code: str) -> str:
        return RxNormCode(code).value if code else ""


class DrugClass(KnowledgeModel):
    """A class of drugs; ``words`` is what a reader sees, plural, ``names`` what people write besides."""

    id: str
    words: str
    names: tuple[str, ...] = ()


class Name(KnowledgeModel):
    """Another name of a substance."""

    name: str
    substance: str
    how: Literal["brand", "synonym", "salt", "abbreviation"]


class Membership(FactRow):
    """What a source puts into a class: substances, or narrower classes with all that belongs to them."""

    of_class: str
    members: tuple[str, ...]
    decides: bool = True
