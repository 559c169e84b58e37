"""Reads what the library holds: the bibliography, the articles, the opening rules and the synonyms."""

from __future__ import annotations

import re
import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pydantic import ValidationError

from lenitive.knowledge.fault import Fault, KnowledgeError, faults_of
from lenitive.knowledge.files import Files
from lenitive.knowledge.schema.articles import Article, FrontMatter
from lenitive.knowledge.schema.references import PersonName, Reference

if TYPE_CHECKING:
    from pybtex.database import Entry, Person

__all__ = ["read_articles", "read_bibtex", "read_references", "reference_of"]

_HEAD = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n(.*)\Z", re.DOTALL)


def _plain(value: str) -> str:
    """A BibTeX field as plain text; only fields that hold TeX pay for its decoder."""
    text = value.strip()
    if "\\" in text or "$" in text:
        from pybtex.richtext import Text

        text = str(Text.from_latex(text))
    return re.sub(r"\s+", " ", text.replace("{", "").replace("}", "").replace("--", "–")).strip()


def _name(person: Person) -> PersonName:
    return PersonName(
        family=_plain(" ".join([*person.prelast_names, *person.last_names, *person.lineage_names]) or "-"),
        given=_plain(" ".join([*person.first_names, *person.middle_names])),
    )


def reference_of(key: str, entry: Entry) -> Reference:
    """A parsed BibTeX entry as a reference.

    Raises:
        ValidationError: When a field cannot be what it says, such as a DOI that is none.
    """
    fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", fields.get("doi", ""), flags=re.IGNORECASE)
    return Reference.model_validate(
        {
            "key": key,
            "title": fields.get("title", ""),
            "authors": tuple(_name(p) for p in entry.persons.get("author", [])),
            "journal": fields.get("journal") or fields.get("booktitle", ""),
            "publisher": fields.get("publisher")
            or fields.get("institution")
            or fields.get("organization", ""),
            "year": fields.get("year") or None,
            "volume": fields.get("volume", ""),
            "number": fields.get("number", ""),
            "pages": fields.get("pages", ""),
            "doi": doi,
            "pmid": fields.get("pmid", ""),
            "pmcid": fields.get("pmcid") or fields.get("pmc", ""),
            "url": fields.get("url", ""),
            "kind": fields.get("type") or fields.get("note", "") or entry.type,
            "shelves": tuple(k.strip() for k in fields.get("keywords", "").split(",") if k.strip()),
            "licence": fields.get("license") or fields.get("licence", ""),
            "reading": fields.get("provenance") or "C",
            "checked": fields.get("checked", ""),
        }
    )


def read_bibtex(text: str, *, file: str, faults: list[Fault]) -> dict[str, Reference]:
    """References by key; entries with faults are left out and their faults added to the list."""
    # Imported here: a bibliography that was parsed ahead needs no parser.
    from pybtex.database import parse_string
    from pybtex.exceptions import PybtexError

    try:
        entries = parse_string(text, "bibtex").entries
    except PybtexError as error:
        what = re.sub(r"\s+", " ", str(error))
        faults.append(
            Fault(file=file, key="-", what=f"not readable as BibTeX ({what})", remedy="Mend the syntax")
        )
        return {}
    found: dict[str, Reference] = {}
    for key, entry in entries.items():
        try:
            found[key] = reference_of(key, entry)
        except ValidationError as error:
            faults.extend(faults_of(error, file=file, prefix=f"{key}."))
    return found


def read_references(files: Files) -> dict[str, Reference]:
    """The bibliography of a knowledge folder, by citation key.

    Raises:
        KnowledgeError: With every fault.
    """
    faults: list[Fault] = []
    name = "references.bib"
    text = files.text(name, faults)
    found = read_bibtex(text, file=name, faults=faults) if text is not None else {}
    if faults:
        raise KnowledgeError(faults)
    return found


def _article(files: Files, name: str, faults: list[Fault]) -> Article | None:
    text = files.text(name, faults)
    if text is None:
        return None
    match = _HEAD.match(text)
    if match is None:
        faults.append(
            Fault(
                file=name, key="-", what="no front matter", remedy="Begin with a TOML head between +++ lines"
            )
        )
        return None
    try:
        head = FrontMatter.model_validate(tomllib.loads(match[1]))
        return Article(id=PurePosixPath(name).stem, head=head, body=match[2].strip())
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(file=name, key="-", what=f"front matter: {error}", remedy="Mend the syntax"))
    except ValidationError as error:
        faults.extend(faults_of(error, file=name))
    return None


def read_articles(files: Files) -> dict[str, Article]:
    """Articles by id, in the order of their names.

    Raises:
        KnowledgeError: With every fault.
    """
    faults: list[Fault] = []
    found = {}
    for name in files.named("articles/*.md"):
        article = _article(files, name, faults)
        if article is not None:
            found[article.id] = article
    for article in found.values():
        pair = article.head.pair
        if pair and (pair not in found or found[pair].head.audience is article.head.audience):
            faults.append(
                Fault(
                    file=f"articles/{article.id}.md",
                    key="pair",
                    what=f"{pair} is not an article for the other audience",
                    remedy="Name the other version or leave it out",
                )
            )
    if faults:
        raise KnowledgeError(faults)
    return found
