"""An article of the library: its front matter, the rules that open it, and the words that find it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.terms import Audience, Source

__all__ = [
    "Article",
    "Condition",
    "Expectation",
    "FrontMatter",
    "Kind",
    "OpeningFile",
    "OpeningRule",
    "Shelf",
    "SynonymFile",
    "SynonymGroup",
]


class Shelf(StrEnum):
    """Where an article stands."""

    DOSING = "dosing"
    SIDE_EFFECTS = "side_effects"
    SWITCHING = "switching"
    SLEEP = "sleep"
    NON_DRUG = "non_drug"
    EVIDENCE = "evidence"
    CASES = "cases"

    @property
    def words(self) -> str:
        """What a reader sees."""
        return {
            "dosing": "Dosing and timing",
            "side_effects": "Side effects and what to do",
            "switching": "Switching, tapering and adding",
            "sleep": "Sleep",
            "non_drug": "Non-drug strategies",
            "evidence": "Evidence and comparisons",
            "cases": "Case studies",
        }[self.value]


class Kind(StrEnum):
    """What sort of text it is."""

    ARTICLE = "article"
    CASE_PUBLISHED = "case_published"
    CASE_SIMULATED = "case_simulated"


class Expectation(KnowledgeModel):
    """What the prose takes for granted about a computed figure; outside it the text must be written again."""

    figure: str = Field(min_length=1)
    low: float | None = None
    high: float | None = None
    text: str = ""

    @model_validator(mode="after")
    def _one(self) -> Expectation:
        if self.low is None and self.high is None and not self.text:
            raise ValueError("an expectation needs low, high or text")
        return self


class FrontMatter(KnowledgeModel):
    """The head of an article file. Its id is the file's name.

    Attributes:
        pair: The id of the same subject written for the other audience.
        effects: Names of the side-effects vocabulary it is about.
        states: Titration states it is about.
        activities: Names of the activities vocabulary.
        conditions: SNOMED CT or ICD-10 codes it is about.
        older: Written above all for people of 65 and over.
        reading_grade: The US school grade that the text promises to stay at or below.
        expects: What the prose takes for granted about its figures.
    """

    title: str = Field(min_length=3, max_length=110)
    audience: Audience
    shelf: Shelf
    kind: Kind = Kind.ARTICLE
    summary: str = Field(min_length=20, max_length=320)
    drugs: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    older: bool = False
    pair: str = ""
    written: date
    reviewed: date
    next_review: date
    authors: tuple[str, ...] = Field(min_length=1)
    conflicts: str = Field(min_length=4)
    reading_grade: float = Field(gt=0, le=25)
    expects: tuple[Expectation, ...] = ()

    @model_validator(mode="after")
    def _dates(self) -> FrontMatter:
        if not self.written <= self.reviewed < self.next_review:
            raise ValueError("dates must run: written, reviewed, next_review")
        if self.shelf is Shelf.CASES and self.kind is Kind.ARTICLE:
            raise ValueError("a case study says whether it is published or simulated")
        return self


class Article(KnowledgeModel):
    """An article as it lies in its file: id, head and unrendered body."""

    id: str = Field(pattern=r"[a-z0-9]+(-[a-z0-9]+)*")
    head: FrontMatter
    body: str = Field(min_length=1)


class Condition(KnowledgeModel):
    """A test on one fact: exactly one of ``is``, ``one_of``, ``at_least``/``at_most``."""

    fact: str = Field(min_length=1)
    is_: bool | str | None = Field(default=None, alias="is")
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Condition:
        kinds = (
            (self.is_ is not None)
            + bool(self.one_of)
            + (self.at_least is not None or self.at_most is not None or self.below is not None)
        )
        if kinds != 1:
            raise ValueError("a condition states exactly one of: is, one_of, or limits")
        return self


class OpeningRule(KnowledgeModel):
    """When articles are offered beside a review.

    Attributes:
        id: A stable rule id, ``library.open.<name>``.
        when: All of these must hold.
        articles: What is offered, best first; each audience gets its own versions.
        why: The reason shown to a clinician; ``{fact}`` names are replaced by the facts' values.
        why_patient: The reason shown to a patient.
        weight: Higher is shown earlier.
        source: What the rule itself rests on: a citation key, or ``design`` when it is a reading aid of ours.
    """

    id: str = Field(pattern=r"library\.open\.[a-z0-9_]+")
    when: tuple[Condition, ...] = Field(min_length=1)
    articles: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=8)
    why_patient: str = Field(min_length=8)
    weight: int = Field(ge=1, le=100)
    source: str = Field(min_length=1)
    at: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """The rule's source as a term; none for a design choice."""
        return () if self.source == "design" else (Source(article=self.source, at=self.at),)


class OpeningFile(KnowledgeModel):
    """All opening rules."""

    schema_: Literal["lenitive.opening/1"] = Field(alias="schema")
    rule: tuple[OpeningRule, ...]


class SynonymGroup(KnowledgeModel):
    """Words and phrases that a reader may use for one thing."""

    name: str = Field(min_length=1)
    words: tuple[str, ...] = Field(min_length=2)


class SynonymFile(KnowledgeModel):
    """All synonym groups."""

    schema_: Literal["lenitive.synonyms/1"] = Field(alias="schema")
    group: tuple[SynonymGroup, ...]
