"""Papers from outside: JATS XML, PubMed XML, RIS and BibTeX, from bytes, with every problem named."""

from lenitive.library.importing.formats import FORMATS, guess, read_papers
from lenitive.library.importing.paper import Paper, PaperSection, PaperTable, document_of_paper
from lenitive.library.importing.xml import MOST_BYTES, RefusedFileError

__all__ = [
    "FORMATS",
    "MOST_BYTES",
    "Paper",
    "PaperSection",
    "PaperTable",
    "RefusedFileError",
    "document_of_paper",
    "guess",
    "read_papers",
]
