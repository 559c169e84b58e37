"""What a report is made of, apart from how it is shown: the same blocks become a terminal view, a page and a PDF.

A section builder words a part of a review once, as blocks; the three renderers know nothing of reviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from lenitive.frozen import dataclass

if TYPE_CHECKING:
    # For its type alone: words as JSON need no pictures.
    from lenitive.render.pictures import Drawing

__all__ = [
    "Block",
    "Bullets",
    "Callout",
    "Chart",
    "Column",
    "Details",
    "Paragraph",
    "Picture",
    "Report",
    "Section",
    "Table",
    "Tone",
]

Tone = Literal["good", "bad", "unsure", "note", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; ``lead`` is printed before it in bold, ``quiet`` sets it back."""

    text: str
    lead: str = ""
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of paragraphs."""

    items: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's head and whether it holds numbers."""

    head: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of words already formatted; the first column names the row.

    Raises:
        ValueError: When a row is longer or shorter than the head.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row of a table has one cell for each column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A statistical figure, as Vega-Lite specifications in token colours.

    Attributes:
        wide: For pages of 60 rem and for paper.
        narrow: For phones.
        alt: What the chart shows, for those who do not see it.
        caption: What to look at.
    """

    wide: Mapping[str, Any]
    narrow: Mapping[str, Any]
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One of the product's own pictures, drawn for the place where it stands.

    Attributes:
        shows: The values that it shows.
        alt: What it shows in words, the finding first of all.
        caption: What to look at.
    """

    shows: Drawing
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """A boxed statement: what matters most on the page."""

    title: str
    tone: Tone = "note"
    text: str = ""
    items: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Blocks that a reader may open; always open on paper and in a terminal."""

    summary: str
    blocks: tuple[Paragraph | Bullets | Table | Chart | Picture | Callout, ...]


Block = Paragraph | Bullets | Table | Chart | Picture | Callout | Details


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of a report; ``id`` is its anchor."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report.

    Attributes:
        title: Its first heading.
        subtitle: The line below.
        banner: A warning above everything, such as that the patient is simulated; empty for none.
        sections: In reading order.
        footer: What the report was made from.
        language: BCP 47 tag.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footer: str
    banner: str = ""
    language: str = "en"
