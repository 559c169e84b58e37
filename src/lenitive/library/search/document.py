"""What can be found: one text with the properties it can be filtered by."""

from __future__ import annotations

from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.knowledge import Article
from lenitive.library.markup import plain

__all__ = ["Document", "Origin", "document_of"]


class Origin(StrEnum):
    """Where a text comes from."""

    CURATED = "curated"
    """Written and checked by the project."""
    ADDED = "added"
    """Added by a reader's site; not curated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One searchable text.

    Attributes:
        key: Its id, unique within the index.
        title: Its title.
        summary: One or two sentences.
        body: Its text without marks.
        origin: Curated or added.
        shelf: Shelf id, or empty.
        audience: Audience id, or empty.
        drugs: Ids of the drugs it is about.
        year: Year of publication, where known.
        licence: Its licence, where known.
        keywords: Words that find it and need not stand in it.
        address: Where to read it.
    """

    key: str
    title: str
    body: str
    summary: str = ""
    origin: Origin = Origin.ADDED
    shelf: str = ""
    audience: str = ""
    drugs: tuple[str, ...] = ()
    year: int | None = None
    licence: str = ""
    keywords: tuple[str, ...] = ()
    address: str = ""

    def __post_init__(self) -> None:
        if not self.key or not self.title:
            raise ValueError("a document has a key and a title")


def document_of(article: Article) -> Document:
    """A curated article as a searchable text."""
    head = article.head
    return Document(
        key=article.id,
        title=head.title,
        summary=head.summary,
        body=plain(article.body, figure=""),
        origin=Origin.CURATED,
        shelf=head.shelf,
        audience=head.audience,
        drugs=head.drugs,
        year=head.reviewed.year,
        licence="Apache-2.0",
        keywords=(*head.keywords, *(e.replace("_", " ") for e in (*head.effects, *head.activities))),
    )
