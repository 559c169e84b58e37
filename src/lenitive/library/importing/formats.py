"""One door for every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any

import rispy

from lenitive.knowledge import Fault, PersonName, read_bibtex
from lenitive.library.importing.jats import checked_reference, read_jats
from lenitive.library.importing.paper import Paper
from lenitive.library.importing.pubmed import read_pubmed
from lenitive.library.importing.xml import MOST_BYTES, RefusedFileError
from lenitive.terms import Place, Problem

__all__ = ["FORMATS", "guess", "read_papers"]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFileError("it is not UTF-8 text; save it as UTF-8") from error


def _jats(data: bytes, licence: str, name: str, problems: list[Problem]) -> Iterable[Paper]:
    return (read_jats(data, licence=licence),)


def _pubmed(data: bytes, licence: str, name: str, problems: list[Problem]) -> Iterable[Paper]:
    return read_pubmed(data, licence=licence)


def _bibtex(data: bytes, licence: str, name: str, problems: list[Problem]) -> Iterable[Paper]:
    faults: list[Fault] = []
    text = _text(data)
    found = read_bibtex(text, file=name, faults=faults)
    problems += [
        Problem(where=Place(file=name, field=f.key), what=f.what, remedy=f.remedy, fatal=f.key == "-")
        for f in faults
    ]
    return tuple(
        Paper(reference=reference, licence=reference.licence or licence or "not stated")
        for reference in found.values()
    )


def _ris(data: bytes, licence: str, name: str, problems: list[Problem]) -> Iterable[Paper]:
    try:
        entries: list[dict[str, Any]] = rispy.load(StringIO(_text(data)))
    except (OSError, ValueError, KeyError, IndexError, rispy.parser.ParseError) as error:
        raise RefusedFileError("it is not readable as RIS (each record runs from TY to ER)") from error
    if not entries:
        raise RefusedFileError("it holds no RIS record (each record runs from TY to ER)")
    return tuple(_from_ris(e, number, licence) for number, e in enumerate(entries, start=1))


def _from_ris(entry: dict[str, Any], number: int, licence: str) -> Paper:
    people = []
    for person in entry.get("authors") or entry.get("first_authors") or []:
        family, _, given = str(person).partition(",")
        if family.strip():
            people.append(PersonName(family=family.strip(), given=given.strip()))
    year = re.search(r"\b(1[5-9]|20|21)\d\d\b", str(entry.get("year") or entry.get("publication_year") or ""))
    doi = re.sub(
        r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", str(entry.get("doi") or ""), flags=re.IGNORECASE
    )
    title = str(entry.get("primary_title") or entry.get("title") or "").strip()
    first, last = str(entry.get("start_page") or ""), str(entry.get("end_page") or "")
    reference = checked_reference(
        key=str(entry.get("id") or doi or f"ris{number}-{re.sub(r'[^a-z0-9]+', '-', title.lower())[:50]}"),
        title=title or "(no title)",
        authors=tuple(people),
        journal=str(
            entry.get("journal_name") or entry.get("secondary_title") or entry.get("alternate_title1") or ""
        ),
        year=int(year[0]) if year else None,
        volume=str(entry.get("volume") or ""),
        number=str(entry.get("number") or ""),
        pages=f"{first}–{last}" if first and last and first != last else first,
        doi=doi,
        url=str((entry.get("urls") or [""])[0]),
        kind=str(entry.get("type_of_reference") or ""),
        shelves=tuple(str(k) for k in entry.get("keywords") or ()),
    )
    abstract = str(entry.get("abstract") or entry.get("notes_abstract") or "")
    return Paper(reference=reference, abstract=abstract, licence=licence or "not stated")


FORMATS: dict[str, Callable[[bytes, str, str, list[Problem]], Iterable[Paper]]] = {
    "jats": _jats,
    "pubmed": _pubmed,
    "ris": _ris,
    "bibtex": _bibtex,
}
"""Readers by format."""


def guess(data: bytes) -> str | None:
    """The format of a file by its first lines, or None."""
    head = data[:6000].decode("utf-8", errors="ignore").lstrip("\ufeff \r\n\t")
    if head.startswith("<"):
        if "<PubmedArticle" in head or "PubmedArticleSet" in head:
            return "pubmed"
        return "jats"
    if re.match(r"TY {1,2}- ", head):
        return "ris"
    if re.search(r"^\s*@\w+\s*[{(]", head, flags=re.MULTILINE):
        return "bibtex"
    return None


def read_papers(
    data: bytes, *, name: str, form: str = "", licence: str = ""
) -> tuple[tuple[Paper, ...], tuple[Problem, ...]]:
    """The papers of a file, and what was wrong with it.

    Args:
        data: The file's bytes.
        name: Its name, for problems.
        form: One of :data:`FORMATS`, or empty to guess.
        licence: What the site records where the file states none.

    Returns:
        The papers that could be read, and the problems. A file that is refused gives no paper and one fatal problem.
    """
    problems: list[Problem] = []
    where = Place(file=name)
    if len(data) > MOST_BYTES:
        what = f"the file has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read"
        return (), (Problem(where=where, what=what, remedy="Split it", fatal=True),)
    chosen = form or guess(data)
    if chosen not in FORMATS:
        what = "the format is not known"
        remedy = f"Give JATS or PubMed XML, RIS or BibTeX, or name it with --format {'|'.join(FORMATS)}"
        return (), (Problem(where=where, what=what, remedy=remedy, fatal=True),)
    try:
        papers = tuple(FORMATS[chosen](data, licence, name, problems))
    except RefusedFileError as error:
        remedy = "Export the file again from its source"
        return (), (Problem(where=where, what=str(error), remedy=remedy, fatal=True),)
    return papers, tuple(problems)
