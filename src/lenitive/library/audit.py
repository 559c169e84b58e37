"""What is wrong with the articles, and what may be said of them: every fault names its article and line.

A sentence must show where it comes from: a citation, a computed figure, or a place in a block marked as our own words.
Own words claim no fact from outside, so they hold no percentages, no amounts of drug and no p values. To a patient no
article says what amount to take or when to change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Article, Kind, OpeningRule, ReadingDepth, Reference, Shelf
from lenitive.library.figures import FigureError, Figures, keeps, word
from lenitive.library.markup import CITATION, FIGURE, LINK, BlockKind, blocks, citations, sentences
from lenitive.library.reading import readability
from lenitive.terms import ACTIVITIES, EFFECTS, Audience

__all__ = ["PATIENT_GRADE", "ArticleFault", "LibraryReport", "check", "faults_of_article"]

PATIENT_GRADE = 7.0
"""Flesch-Kincaid grade that a patient's article may reach: a reading age of 12."""

_HARD = re.compile(r"\d\s?%|\d\s?mg\b|\bp\s?[<=]|\bodds ratio|\bCI\b|\bin (?:10|100)\b", re.IGNORECASE)
_DOSE_ADVICE = re.compile(
    r"\b(?:take|swallow|start|stop|increase|raise|reduce|lower|halve|double|skip|cut)\b[^.?!]{0,40}?"
    r"(?:\d+(?:[.,]\d+)?\s?mg\b|\b(?:half|two|double|extra|another|a|the|your) (?:a )?(?:tablet|dose)s?\b)",
    re.IGNORECASE,
)
_REFUSALS = re.compile(
    r"\b(?:do not|don['’]t|never|not to|without|before you|no one|please do not)\b", re.IGNORECASE
)
_SIMULATED = re.compile(r"\bsimulated\b", re.IGNORECASE)
_SINGLE = re.compile(r"one person|single (?:case|person|patient)|no control|without a control", re.IGNORECASE)
_POINTER = re.compile(r"(?:(?:see|read|and|also|its)\b|[\s.,;:])*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ArticleFault:
    """One fault of one article."""

    article: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        """One line."""
        place = f"articles/{self.article}.md" + (f":{self.line}" if self.line else "")
        return f"{place}: {self.what}. {self.remedy}."


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryReport:
    """The state of the library.

    Attributes:
        articles: How many there are.
        shelves: Number by shelf and audience.
        kinds: Number by kind.
        grades: Flesch-Kincaid grade by article id.
        cited: Citation marks that resolve, counted by key.
        unresolved: Citation keys that do not resolve.
        figures: Distinct figures asked for, and how many of them were computed.
        past_review: Articles whose next review is behind the day of the check.
        faults: Everything wrong.
    """

    articles: int
    shelves: tuple[tuple[Shelf, Audience, int], ...]
    kinds: tuple[tuple[Kind, int], ...]
    grades: tuple[tuple[str, float], ...]
    cited: tuple[tuple[str, int], ...]
    unresolved: tuple[str, ...]
    figures: tuple[int, int]
    past_review: tuple[str, ...]
    faults: tuple[ArticleFault, ...]

    @property
    def sound(self) -> bool:
        """Whether the library may be built."""
        return not (self.faults or self.unresolved or self.past_review) and self.figures[0] == self.figures[1]


def _citation_faults(article: Article, references: Mapping[str, Reference]) -> Iterable[ArticleFault]:
    for block in blocks(article.body):
        for sentence in sentences(block.text):
            for cited in citations(sentence):
                known = references.get(cited.key)
                if known is None:
                    yield ArticleFault(
                        article=article.id,
                        line=block.line,
                        what=f"@{cited.key} is not in the bibliography",
                        remedy="Correct the key or add the entry",
                    )
                elif known.reading is ReadingDepth.C:
                    yield ArticleFault(
                        article=article.id,
                        line=block.line,
                        what=f"@{cited.key} is only a lead (reading C)",
                        remedy="Read it first or leave it out",
                    )
            read = [references[c.key].reading for c in citations(sentence) if c.key in references]
            bare = FIGURE.sub("", CITATION.sub("", sentence))
            if read and all(r is ReadingDepth.B for r in read) and re.search(r"(?<![A-Za-z])\d", bare):
                yield ArticleFault(
                    article=article.id,
                    line=block.line,
                    what="a number is printed from entries that were only recorded (reading B)",
                    remedy="Read one of them again, or say it without the number",
                )


def _claim_faults(article: Article) -> Iterable[ArticleFault]:
    patient = article.head.audience is Audience.PATIENT
    for block in blocks(article.body):
        if block.kind is BlockKind.HEADING:
            continue
        for sentence in sentences(block.text):
            shown = bool(citations(sentence) or FIGURE.search(sentence)) or bool(
                LINK.search(sentence) and _POINTER.fullmatch(LINK.sub("", sentence))
            )
            words = LINK.sub("", sentence)
            if not block.own and not shown:
                yield ArticleFault(
                    article=article.id,
                    line=block.line,
                    what=f"a sentence without a source: {sentence[:60]!r}",
                    remedy="Cite it, compute it, or mark the block as own words with ~",
                )
            if block.own and block.kind is not BlockKind.ROW and not shown and _HARD.search(words):
                yield ArticleFault(
                    article=article.id,
                    line=block.line,
                    what=f"own words that hold a clinical number: {sentence[:60]!r}",
                    remedy="Cite or compute it",
                )
            if patient and _DOSE_ADVICE.search(words) and not _REFUSALS.search(words):
                yield ArticleFault(
                    article=article.id,
                    line=block.line,
                    what=f"dose advice to a patient: {sentence[:60]!r}",
                    remedy="Point to the clinic instead",
                )


def _figure_faults(article: Article, figures: Figures, seen: dict[str, bool]) -> Iterable[ArticleFault]:
    for block in blocks(article.body):
        for mark in FIGURE.finditer(block.text):
            figure = figures(mark[1])
            seen[mark[1]] = figure is not None
            if figure is None:
                problem = f"the figure {mark[1]} cannot be computed"
            else:
                try:
                    word(figure, mark[2] or "")
                except FigureError as error:
                    problem = str(error)
                else:
                    continue
            yield ArticleFault(
                article=article.id,
                line=block.line,
                what=problem,
                remedy="Correct the path or form, or the knowledge behind it",
            )
    for expected in article.head.expects:
        figure = figures(expected.figure)
        seen[expected.figure] = figure is not None
        if figure is None or not keeps(figure, expected):
            now = (
                "nothing"
                if figure is None
                else (figure.value if isinstance(figure.value, str) else f"{figure.value:.4g}")
            )
            yield ArticleFault(
                article=article.id,
                line=0,
                what=f"the prose takes {expected.figure} to be {_wanted(expected.low, expected.high, expected.text)}; it is {now}",
                remedy="Read the article again and change the words or the expectation",
            )


def _wanted(low: float | None, high: float | None, text: str) -> str:
    if text:
        return repr(text)
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def _head_faults(article: Article, articles: Mapping[str, Article]) -> Iterable[ArticleFault]:
    head = article.head
    problems = [f"{e} is not in the effects vocabulary" for e in head.effects if e not in EFFECTS]
    problems += [f"{a} is not in the activities vocabulary" for a in head.activities if a not in ACTIVITIES]
    problems += [f"[[{m[1]}]] is not an article" for m in LINK.finditer(article.body) if m[1] not in articles]
    if head.kind is Kind.CASE_SIMULATED and not (
        _SIMULATED.search(head.title) and _SIMULATED.search(article.body)
    ):
        problems.append("a simulated case does not say so in its title and text")
    if head.kind is Kind.CASE_PUBLISHED and not _SINGLE.search(article.body):
        problems.append("a published case does not say that it is one person without a control group")
    grade = readability(article.body).grade
    if head.audience is Audience.PATIENT and head.reading_grade > PATIENT_GRADE:
        problems.append(f"it promises grade {head.reading_grade:g}; patients are promised {PATIENT_GRADE:g}")
    if grade > head.reading_grade + 0.05:
        problems.append(f"reading grade {grade:.1f} is above the promised {head.reading_grade:g}")
    for problem in problems:
        yield ArticleFault(article=article.id, line=0, what=problem, remedy="Mend the article")


def faults_of_article(
    article: Article,
    *,
    articles: Mapping[str, Article],
    references: Mapping[str, Reference],
    figures: Figures,
    seen: dict[str, bool] | None = None,
) -> tuple[ArticleFault, ...]:
    """Everything wrong with one article.

    Args:
        article: The article.
        articles: All articles, for its links.
        references: The bibliography.
        figures: Computes figures.
        seen: Receives each figure asked for and whether it was computed.
    """
    return tuple(
        sorted(
            {
                *_head_faults(article, articles),
                *_claim_faults(article),
                *_citation_faults(article, references),
                *_figure_faults(article, figures, {} if seen is None else seen),
            }
        )
    )


def check(
    articles: Mapping[str, Article],
    *,
    references: Mapping[str, Reference],
    figures: Figures,
    openings: Iterable[OpeningRule] = (),
    at: date,
) -> LibraryReport:
    """The state of the library on a day."""
    seen: dict[str, bool] = {}
    faults: list[ArticleFault] = []
    cited: Counter[str] = Counter()
    for article in articles.values():
        faults += faults_of_article(
            article, articles=articles, references=references, figures=figures, seen=seen
        )
        cited.update(c.key for c in citations(article.body))
    for rule in openings:
        faults += [
            ArticleFault(
                article=name,
                line=0,
                what=f"{rule.id} offers it and it does not exist",
                remedy="Correct the rule",
            )
            for name in rule.articles
            if name not in articles
        ]
        if rule.source != "design" and rule.source not in references:
            faults.append(
                ArticleFault(
                    article="opening",
                    line=0,
                    what=f"{rule.id} rests on unknown {rule.source}",
                    remedy="Correct it",
                )
            )
    shelves = Counter((a.head.shelf, a.head.audience) for a in articles.values())
    kinds = Counter(a.head.kind for a in articles.values())
    return LibraryReport(
        articles=len(articles),
        shelves=tuple((s, a, shelves[s, a]) for s in Shelf for a in Audience if shelves[s, a]),
        kinds=tuple((k, kinds[k]) for k in Kind),
        grades=tuple((a.id, readability(a.body).grade) for a in articles.values()),
        cited=tuple(sorted((k, n) for k, n in cited.items() if k in references)),
        unresolved=tuple(sorted(k for k in cited if k not in references)),
        figures=(len(seen), sum(seen.values())),
        past_review=tuple(a.id for a in articles.values() if a.head.next_review <= at),
        faults=tuple(faults),
    )
