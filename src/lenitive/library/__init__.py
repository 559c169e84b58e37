"""Finds, checks and orders the articles behind a statement."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door

if TYPE_CHECKING:
    from lenitive.library.audit import LibraryReport, check
    from lenitive.library.figures import Figure, Figures, keeps
    from lenitive.library.importing import (
        MOST_BYTES,
        Paper,
        PaperSection,
        PaperTable,
        document_of_paper,
        read_papers,
    )
    from lenitive.library.infobutton import Answer, Context, DrugCodes, ask
    from lenitive.library.markup import citations
    from lenitive.library.numbering import bibliography
    from lenitive.library.opening import Opening, considered, open_articles
    from lenitive.library.page import Mark, MarkKind, Page, PageError, page_of
    from lenitive.library.search import (
        STOP_WORDS,
        Filters,
        Hit,
        Lexicon,
        Results,
        SearchIndex,
        document_of,
        schema,
        tokens,
    )
    from lenitive.library.search.index import fill

__all__ = [
    "MOST_BYTES",
    "STOP_WORDS",
    "Answer",
    "Context",
    "DrugCodes",
    "Figure",
    "Figures",
    "Filters",
    "Hit",
    "Lexicon",
    "LibraryReport",
    "Mark",
    "MarkKind",
    "Opening",
    "Page",
    "PageError",
    "Paper",
    "PaperSection",
    "PaperTable",
    "Results",
    "SearchIndex",
    "ask",
    "bibliography",
    "check",
    "citations",
    "considered",
    "document_of",
    "document_of_paper",
    "fill",
    "keeps",
    "open_articles",
    "page_of",
    "read_papers",
    "schema",
    "tokens",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "audit": (
                "LibraryReport",
                "check",
            ),
            "figures": (
                "Figure",
                "Figures",
                "keeps",
            ),
            "importing": (
                "MOST_BYTES",
                "Paper",
                "PaperSection",
                "PaperTable",
                "document_of_paper",
                "read_papers",
            ),
            "infobutton": (
                "Answer",
                "Context",
                "DrugCodes",
                "ask",
            ),
            "markup": ("citations",),
            "numbering": ("bibliography",),
            "opening": (
                "Opening",
                "considered",
                "open_articles",
            ),
            "page": (
                "Mark",
                "MarkKind",
                "Page",
                "PageError",
                "page_of",
            ),
            "search": (
                "Filters",
                "Hit",
                "Lexicon",
                "Results",
                "STOP_WORDS",
                "SearchIndex",
                "document_of",
                "schema",
                "tokens",
            ),
            "search.index": ("fill",),
        },
    )
