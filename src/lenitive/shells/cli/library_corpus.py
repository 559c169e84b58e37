"""A site's own reading beside the curated shelf: a folder with papers, their words and an index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tantivy

from lenitive.knowledge import Reference, SynonymGroup
from lenitive.library import (
    Lexicon,
    Paper,
    PaperSection,
    PaperTable,
    SearchIndex,
    document_of_paper,
    fill,
    schema,
)

__all__ = ["CorpusError", "add_papers", "default_corpus", "open_corpus", "read_corpus"]

_PAPERS, _WORDS, _INDEX = "papers.jsonl", "words.json", "index"


class CorpusError(Exception):
    """A corpus folder that cannot be used; the message says what to do."""


def default_corpus() -> Path:
    """Where a site's reading lies unless it says otherwise: ``LENITIVE_CORPUS`` or the user's data folder."""
    if chosen := os.environ.get("LENITIVE_CORPUS"):
        return Path(chosen)
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "lenitive" / "reading"


def _line(paper: Paper) -> str:
    content = asdict(paper)
    content["reference"] = paper.reference.model_dump(mode="json")
    content["cites"] = [c.model_dump(mode="json") for c in paper.cites]
    return json.dumps(content, ensure_ascii=False)


def _paper(content: dict[str, Any]) -> Paper:
    return Paper(
        reference=Reference.model_validate(content["reference"]),
        abstract=content["abstract"],
        sections=tuple(
            PaperSection(title=s["title"], level=s["level"], paragraphs=tuple(s["paragraphs"]))
            for s in content["sections"]
        ),
        tables=tuple(
            PaperTable(label=t["label"], caption=t["caption"], rows=tuple(map(tuple, t["rows"])))
            for t in content["tables"]
        ),
        cites=tuple(map(Reference.model_validate, content["cites"])),
        licence=content["licence"],
    )


def read_corpus(folder: Path) -> dict[str, Paper]:
    """The papers of a corpus by key; empty when there is none yet.

    Raises:
        CorpusError: When the folder was not written by this program.
    """
    path = folder / _PAPERS
    if not path.is_file():
        return {}
    try:
        papers = [_paper(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path} cannot be read as a corpus; add the papers again into an empty folder"
        ) from error
    return {p.reference.key: p for p in papers}


def add_papers(
    folder: Path, papers: Iterable[Paper], *, told: Callable[[int], None] | None = None
) -> tuple[int, int]:
    """Adds papers and makes the index anew; a paper with a known key replaces the old one.

    Returns:
        How many are new, and how many the corpus now holds.
    """
    known = read_corpus(folder)
    before = set(known)
    known |= {p.reference.key: p for p in papers}
    folder.mkdir(parents=True, exist_ok=True)
    index_folder = folder / _INDEX
    index_folder.mkdir(exist_ok=True)
    index = tantivy.Index(schema(), path=str(index_folder))
    words = fill(index, map(document_of_paper, known.values()), told=told)
    fresh = folder / (_PAPERS + ".new")
    fresh.write_text("".join(_line(p) + "\n" for p in known.values()), encoding="utf-8")
    fresh.replace(folder / _PAPERS)
    (folder / _WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    return len(set(known) - before), len(known)


def open_corpus(folder: Path, synonyms: tuple[SynonymGroup, ...]) -> SearchIndex | None:
    """A corpus ready to be searched, or None when there is none.

    Raises:
        CorpusError: When it cannot be opened.
    """
    if not (folder / _WORDS).is_file():
        return None
    try:
        words = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        index = tantivy.Index.open(str(folder / _INDEX))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{folder} cannot be opened; add its papers again into an empty folder") from error
    return SearchIndex(index, Lexicon(counts=words, groups=synonyms))
