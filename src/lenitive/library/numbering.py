"""Citations resolved and printed: numbers in running text, and a bibliography set by a citation library from a CSL style."""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from lenitive.frozen import dataclass
from lenitive.knowledge import ReadingDepth, Reference
from lenitive.library.markup import citations

__all__ = ["BibliographyEntry", "bibliography", "csl_item", "numbered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BibliographyEntry:
    """One line of a bibliography.

    Attributes:
        number: Its number in the text, from 1.
        reference: The work.
        text: The line as plain text.
        markup: The same with italics as HTML, escaped.
    """

    number: int
    reference: Reference
    text: str
    markup: str

    @property
    def told(self) -> str:
        """How far the work was read, in words a reader understands."""
        return {
            ReadingDepth.A: "read as abstract, page opening or table",
            ReadingDepth.B: "recorded with its address; named here, no number taken from it",
            ReadingDepth.C: "known by title only; no finding is taken from it",
        }[self.reference.reading]


def csl_item(reference: Reference) -> dict[str, Any]:
    """A reference as a CSL-JSON item."""
    item: dict[str, Any] = {
        "id": reference.key,
        "type": "article-journal" if reference.journal else "webpage",
        "title": reference.title,
    }
    people = [
        {"family": n.family, "given": n.given} if n.given else {"literal": n.family}
        for n in reference.authors
        if not n.is_others
    ]
    if people and any(n.is_others for n in reference.authors):
        people.append({"literal": "others"})
    if people:
        item["author"] = people
    if reference.year:
        item["issued"] = {"date-parts": [[reference.year]]}
    for ours, theirs in (
        ("journal", "container-title"),
        ("publisher", "publisher"),
        ("volume", "volume"),
        ("number", "issue"),
        ("pages", "page"),
    ):
        if value := getattr(reference, ours):
            item[theirs] = value
    return item


@lru_cache(maxsize=4)
def _style(style: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of CSL parts that it leaves out
        return CitationStylesStyle(BytesIO(style), validate=False)


def _tidy(line: str) -> str:
    """One set line without its number, with the doubled full stop after *et al.* mended."""
    line = re.sub(r"^\d+\.?\s*", "", line)
    line = re.sub(r",? <i>others</i>|,? others\b(?=[.,])", ", <i>et al.</i>", line)
    line = re.sub(r"(<i>et al\.</i>)\.", r"\1", line)
    return re.sub(r"(\.)\.(?!\.)", r"\1", line).strip()


def bibliography(references: Iterable[Reference], *, style: bytes) -> tuple[BibliographyEntry, ...]:
    """The bibliography of these works, numbered in the order given.

    Args:
        references: The works, each once.
        style: A CSL style file.
    """
    works = list(references)
    if not works:
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of CSL parts that it leaves out
        source = CiteProcJSON([csl_item(r) for r in works])
        setter = CitationStylesBibliography(_style(style), source, formatter.html)
        for work in works:
            setter.register(Citation([CitationItem(work.key)]))
        lines = [str(line) for line in setter.bibliography()]
    entries = []
    for number, (work, line) in enumerate(zip(works, lines, strict=True), start=1):
        markup = _tidy(line)
        text = html.unescape(re.sub(r"<[^>]+>", "", markup))
        entries.append(BibliographyEntry(number=number, reference=work, text=text, markup=markup))
    return tuple(entries)


def numbered(body: str, references: Mapping[str, Reference]) -> tuple[Reference, ...]:
    """The works a text cites, in the order of their first mention; keys that do not resolve are left out."""
    keys = dict.fromkeys(c.key for c in citations(body))
    return tuple(references[k] for k in keys if k in references)
