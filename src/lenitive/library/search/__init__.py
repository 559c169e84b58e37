"""Full-text search over the curated shelf and over a reader's own corpus."""

from lenitive.library.search.document import Document, Origin, document_of
from lenitive.library.search.index import Filters, Hit, Results, SearchIndex, schema
from lenitive.library.search.measure import Scores, score
from lenitive.library.search.words import STOP_WORDS, Lexicon, tokens

__all__ = [
    "STOP_WORDS",
    "Document",
    "Filters",
    "Hit",
    "Lexicon",
    "Origin",
    "Results",
    "Scores",
    "SearchIndex",
    "document_of",
    "schema",
    "score",
    "tokens",
]
