"""An article ready to be shown: figures filled in, citations numbered, links resolved; the layout is render's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import Article, FrontMatter, Reference
from lenitive.library.figures import Figure, FigureError, Figures, word
from lenitive.library.markup import CITATION, FIGURE, LINK, citations, without_own_marks
from lenitive.library.numbering import BibliographyEntry, bibliography, numbered
from lenitive.library.reading import Readability, readability

__all__ = ["Mark", "MarkKind", "Page", "PageError", "page_of"]


class PageError(ValueError):
    """An article that cannot be shown; the message names it and what is missing."""


class MarkKind(StrEnum):
    """What a mark in the text becomes."""

    CITATION = "citation"
    FIGURE = "figure"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark.

    Attributes:
        kind: What it becomes.
        text: What a reader sees.
        numbers: Bibliography numbers with the place in the work (citations).
        figure: The figure (figures).
        target: The article's id (links).
    """

    kind: MarkKind
    text: str
    numbers: tuple[tuple[int, str], ...] = ()
    figure: Figure | None = None
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article ready to be shown.

    Attributes:
        id: Its id.
        head: Its front matter.
        markdown: Its body, each mark replaced by :meth:`slot` of its place in ``marks``.
        marks: The marks in order.
        sources: Its bibliography.
        reading: How hard it is to read.
        pair_title: Title of the version for the other audience, or empty.
    """

    id: str
    head: FrontMatter
    markdown: str
    marks: tuple[Mark, ...]
    sources: tuple[BibliographyEntry, ...]
    reading: Readability
    pair_title: str = ""

    @staticmethod
    def slot(place: int) -> str:
        """The text that stands for a mark: private-use characters that no article holds."""
        return f"\ue000{place}\ue001"

    def filled(self, text: str, show: Callable[[Mark], str]) -> str:
        """A text with every slot replaced by what ``show`` gives for its mark."""
        return re.sub("\ue000(\\d+)\ue001", lambda m: show(self.marks[int(m[1])]), text)


def page_of(
    article: Article,
    *,
    articles: Mapping[str, Article],
    references: Mapping[str, Reference],
    figures: Figures,
    style: bytes,
) -> Page:
    """An article as a page.

    Raises:
        PageError: When a citation, figure or link does not resolve; it names the article.
    """
    works = numbered(article.body, references)
    number = {work.key: place for place, work in enumerate(works, start=1)}
    marks: list[Mark] = []

    def put(mark: Mark) -> str:
        marks.append(mark)
        return Page.slot(len(marks) - 1)

    def cited(match: re.Match[str]) -> str:
        found = []
        for one in citations(match[0]):
            if one.key not in number:
                raise PageError(f"{article.id}: @{one.key} is not in the bibliography")
            found.append((number[one.key], one.at))
        text = "[" + ", ".join(str(n) for n, _ in found) + "]"
        return put(Mark(kind=MarkKind.CITATION, text=text, numbers=tuple(found)))

    def figured(match: re.Match[str]) -> str:
        figure = figures(match[1])
        if figure is None:
            raise PageError(f"{article.id}: the figure {match[1]} cannot be computed")
        try:
            text = word(figure, match[2] or "")
        except FigureError as error:
            raise PageError(f"{article.id}: {error}") from error
        return put(Mark(kind=MarkKind.FIGURE, text=text, figure=figure))

    def linked(match: re.Match[str]) -> str:
        other = articles.get(match[1])
        if other is None:
            raise PageError(f"{article.id}: [[{match[1]}]] is not an article")
        return put(Mark(kind=MarkKind.LINK, text=match[2] or other.head.title, target=other.id))

    body = CITATION.sub(cited, without_own_marks(article.body))
    body = LINK.sub(linked, FIGURE.sub(figured, body))
    pair = articles.get(article.head.pair)
    return Page(
        id=article.id,
        head=article.head,
        markdown=body,
        marks=tuple(marks),
        sources=bibliography(works, style=style),
        reading=readability(article.body),
        pair_title=pair.head.title if pair else "",
    )
