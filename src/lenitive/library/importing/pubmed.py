"""PubMed XML (PubmedArticleSet), as the E-utilities give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lenitive.knowledge import PersonName
from lenitive.library.importing.jats import checked_reference
from lenitive.library.importing.paper import Paper
from lenitive.library.importing.xml import RefusedFileError, inside, parse, text_of

__all__ = ["read_pubmed"]


def read_pubmed(data: bytes, *, licence: str = "") -> tuple[Paper, ...]:
    """Every record of a PubMed export: title, abstract and what identifies it.

    Args:
        data: The file.
        licence: What the site records; an abstract of PubMed states none.

    Raises:
        RefusedFileError: When it is unsafe or malformed, or holds no PubMed record.
    """
    root = parse(data)
    records = [root] if root.tag == "PubmedArticle" else root.findall("PubmedArticle")
    if not records:
        raise RefusedFileError("it is XML, but holds no PubmedArticle")
    return tuple(_paper(r, licence) for r in records)


def _people(article: Element) -> Iterator[PersonName]:
    for one in article.findall("AuthorList/Author"):
        family = inside(one, "LastName") or inside(one, "CollectiveName")
        if family:
            yield PersonName(family=family, given=inside(one, "ForeName") or inside(one, "Initials"))


def _abstract(article: Element) -> str:
    parts = []
    for part in article.findall("Abstract/AbstractText"):
        label = part.get("Label", "")
        parts.append(f"{label.capitalize()}: {text_of(part)}" if label else text_of(part))
    return "\n".join(p for p in parts if p)


def _paper(record: Element, licence: str) -> Paper:
    citation = record.find("MedlineCitation")
    article = None if citation is None else citation.find("Article")
    if citation is None or article is None:
        raise RefusedFileError("a PubmedArticle holds no MedlineCitation/Article")
    ids = {i.get("IdType", ""): text_of(i) for i in record.findall("PubmedData/ArticleIdList/ArticleId")}
    pmid = inside(citation, "PMID")
    year = inside(article, "Journal/JournalIssue/PubDate/Year") or inside(
        article, "Journal/JournalIssue/PubDate/MedlineDate"
    )
    found = re.search(r"\b(1[5-9]|20|21)\d\d\b", year)
    title = text_of(article.find("ArticleTitle")).rstrip(".")
    return Paper(
        reference=checked_reference(
            key=f"PMID{pmid}" if pmid else re.sub(r"\W+", "-", title.lower())[:60],
            title=title or "(no title)",
            authors=tuple(_people(article)),
            journal=inside(article, "Journal/Title"),
            year=int(found[0]) if found else None,
            volume=inside(article, "Journal/JournalIssue/Volume"),
            number=inside(article, "Journal/JournalIssue/Issue"),
            pages=inside(article, "Pagination/MedlinePgn"),
            doi=ids.get("doi", ""),
            pmid=pmid,
            pmcid=ids.get("pmc", ""),
            kind="; ".join(text_of(t) for t in article.findall("PublicationTypeList/PublicationType")),
            shelves=tuple(text_of(m) for m in citation.findall("MeshHeadingList/MeshHeading/DescriptorName")),
        ),
        abstract=_abstract(article),
        licence=licence or "not stated",
    )
