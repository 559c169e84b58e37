"""A context-aware query in the manner of HL7 Infobutton: coded context in, ordered articles out.

The names follow the URL-based implementation guide of the HL7 Context-Aware Knowledge Retrieval (Infobutton)
standard: main search criteria, age, gender, performer (who asks), and task.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lenitive.frozen import dataclass
from lenitive.knowledge import Article, Kind, Shelf
from lenitive.terms import Audience

__all__ = ["TASKS", "Answer", "Context", "DrugCodes", "ask"]

TASKS: dict[str, Shelf] = {
    "MEDOE": Shelf.DOSING,  # medication order entry
    "MEDREV": Shelf.SIDE_EFFECTS,  # medication review
    "PROBLISTREV": Shelf.EVIDENCE,  # problem list review
}
"""ActTask codes that say which shelf comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugCodes:
    """The codes of one drug."""

    drug: str
    atc: tuple[str, ...] = ()
    rxnorm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is asked, and for whom.

    Attributes:
        drug: A drug's ATC or RxNorm code, or its id.
        condition: A SNOMED CT or ICD-10 code.
        age_years: The patient's age.
        reader: Who reads the answer.
        task: An ActTask code, or empty.
        words: A sub-topic in words, or empty.
    """

    drug: str = ""
    condition: str = ""
    age_years: float | None = None
    reader: Audience = Audience.CLINICIAN
    task: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One article that answers, with what it matched."""

    article: Article
    score: int
    matched: tuple[str, ...] = field(default=())


def _drug(code: str, drugs: Mapping[str, DrugCodes]) -> str | None:
    wanted = code.strip()
    for drug in drugs.values():
        if wanted.lower() == drug.drug or wanted in drug.rxnorm or wanted.upper() in drug.atc:
            return drug.drug
    return None


def ask(
    context: Context, articles: Mapping[str, Article], drugs: Mapping[str, DrugCodes], *, older_from: float
) -> tuple[Answer, ...]:
    """The articles that fit a context, best first.

    Args:
        context: What is asked.
        articles: The library.
        drugs: Codes of the drugs it knows, by id.
        older_from: The age from which a reader is an older adult, years.

    Raises:
        ValueError: When the drug's code is not known; the message says which systems are understood.
    """
    drug = None
    if context.drug:
        drug = _drug(context.drug, drugs)
        if drug is None:
            raise ValueError("the drug code is not known; give an ATC code, an RxNorm code or a drug's id")
    first = TASKS.get(context.task.upper())
    found = []
    for article in articles.values():
        head = article.head
        if head.audience is not context.reader:
            continue
        score, matched = 0, []
        if drug is not None:
            if drug not in head.drugs:
                continue
            score += 8 - min(len(head.drugs), 4)
            matched.append(f"drug {drug}")
        if context.condition:
            if context.condition in head.conditions:
                score += 4
                matched.append(f"condition {context.condition}")
            elif drug is None:
                continue
        if context.age_years is not None and head.older:
            if context.age_years < older_from:
                continue
            score += 3
            matched.append(f"age {older_from:g} or over")
        if first is head.shelf:
            score += 2
            matched.append(f"task {context.task.upper()}")
        if context.words:
            wanted = set(context.words.lower().split())
            known = f"{head.title} {head.summary} {' '.join(head.keywords)} {' '.join(head.effects)}".lower()
            hits = [w for w in sorted(wanted) if w in known.replace("_", " ")]
            score += 3 * len(hits) + sum(2 for w in hits if w in head.title.lower())
            matched += [f"word {w}" for w in hits]
        if matched:
            found.append(Answer(article=article, score=score, matched=tuple(matched)))
    # of two that fit equally the article comes before the case: frequency before anecdote
    return tuple(
        sorted(found, key=lambda a: (-a.score, a.article.head.kind is not Kind.ARTICLE, a.article.id))
    )
