"""A paper as it was imported: what a site added to its own reading."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.knowledge import Reference
from lenitive.library.search.document import Document, Origin

__all__ = ["Paper", "PaperSection", "PaperTable", "document_of_paper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSection:
    """A section: its title, how deep it lies (1 is the top) and its paragraphs."""

    title: str
    level: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table: label, caption and cells by row; spanned cells are repeated."""

    label: str
    caption: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper.

    Attributes:
        reference: What it is; the key is made from its identifier.
        abstract: Its abstract, or empty.
        sections: Its text, where the import held it.
        tables: Its tables, where the import held them.
        cites: What it cites, as far as that could be read.
        licence: The licence as stated in the file, or the one the site recorded; ``not stated`` when neither.
    """

    reference: Reference
    abstract: str = ""
    sections: tuple[PaperSection, ...] = ()
    tables: tuple[PaperTable, ...] = ()
    cites: tuple[Reference, ...] = ()
    licence: str = "not stated"


def document_of_paper(paper: Paper) -> Document:
    """A paper as a searchable text, marked as added and not curated."""
    parts = [paper.abstract]
    for section in paper.sections:
        parts += [section.title, *section.paragraphs]
    for table in paper.tables:
        parts += [f"{table.label} {table.caption}", *(" ".join(row) for row in table.rows)]
    reference = paper.reference
    return Document(
        key=f"added:{reference.key}",
        title=reference.title,
        summary=f"{reference.short}. {reference.journal}".strip(". "),
        body="\n".join(p for p in parts if p),
        origin=Origin.ADDED,
        year=reference.year,
        licence=paper.licence,
        keywords=reference.shelves,
        address=reference.address,
    )
