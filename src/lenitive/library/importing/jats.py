"""JATS full text (https://jats.nlm.nih.gov/), as PubMed Central gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from lenitive.knowledge import PersonName, Reference
from lenitive.library.importing.paper import Paper, PaperSection, PaperTable
from lenitive.library.importing.xml import RefusedFileError, inside, parse, text_of

__all__ = ["checked_reference", "read_jats"]

_FLOATS = frozenset({"table-wrap", "fig", "disp-formula", "xref", "supplementary-material"})
_LICENCES = (
    (r"creativecommons\.org/publicdomain/zero", "CC0"),
    (r"creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/([\d.]+)", ""),
)


def read_jats(data: bytes, *, licence: str = "") -> Paper:
    """One JATS article.

    Args:
        data: The file.
        licence: Used when the file states none.

    Raises:
        RefusedFileError: When it is unsafe or malformed, or is no JATS article.
    """
    root = parse(data)
    article = root if root.tag == "article" else root.find(".//article")
    meta = None if article is None else article.find("front/article-meta")
    if article is None or meta is None:
        raise RefusedFileError("it is XML, but not a JATS article (no article/front/article-meta)")
    title = text_of(meta.find("title-group/article-title"), without=frozenset({"xref", "fn"}))
    if not title:
        raise RefusedFileError("the article has no title")
    ids = {i.get("pub-id-type", ""): text_of(i) for i in meta.findall("article-id")}
    pmcid = ids.get("pmc") or ids.get("pmcid", "")
    pmcid = pmcid if pmcid.startswith("PMC") or not pmcid else f"PMC{pmcid}"
    key = pmcid or ids.get("doi") or ids.get("pmid") or re.sub(r"\W+", "-", title.lower())[:60]
    reference = checked_reference(
        key=key,
        title=title,
        authors=tuple(_people(meta.findall("contrib-group/contrib[@contrib-type='author']"))),
        journal=inside(article, "front/journal-meta//journal-title"),
        year=_year(meta),
        volume=inside(meta, "volume"),
        number=inside(meta, "issue"),
        pages=_pages(meta),
        doi=ids.get("doi", ""),
        pmid=ids.get("pmid", ""),
        pmcid=pmcid,
        kind=article.get("article-type", ""),
    )
    body = article.find("body")
    abstract = " ".join(
        text_of(a) for a in meta.findall("abstract") if a.get("abstract-type") not in _NO_ABSTRACT
    )
    return Paper(
        reference=reference,
        abstract=abstract,
        sections=tuple(_sections(body)),
        tables=tuple(_table(t) for t in article.iter("table-wrap")),
        cites=tuple(_cited(article)),
        licence=_licence(meta) or licence or "not stated",
    )


def checked_reference(**fields: object) -> Reference:
    """A reference; an identifier that cannot be one is left out rather than the paper."""
    try:
        return Reference.model_validate(fields)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            fields[str(one["loc"][0])] = None if one["loc"][0] == "year" else ""
        fields["title"] = fields.get("title") or "(no title)"
        return Reference.model_validate(fields)


def _people(contributors: list[Element]) -> Iterator[PersonName]:
    for one in contributors:
        family, body = inside(one, "name/surname"), inside(one, "collab")
        if family:
            yield PersonName(family=family, given=inside(one, "name/given-names"))
        elif body:
            yield PersonName(family=body[:200])


_DATES = ("ppub", "collection", "epub-ppub", "epub", "pub")
_NO_ABSTRACT = {"graphical", "teaser", "toc", "precis", "key-points", "executive-summary", "editor-summary"}


def _year(meta: Element) -> int | None:
    """The year of the issue where there is one, else of the first publication."""
    years: dict[str, int] = {}
    for dated in meta.findall("pub-date"):
        text = inside(dated, "year")
        if re.fullmatch(r"\d{4}", text):
            years.setdefault(dated.get("pub-type") or dated.get("date-type") or "", int(text))
    return next((years[kind] for kind in _DATES if kind in years), min(years.values(), default=None))


def _pages(meta: Element) -> str:
    first, last = inside(meta, "fpage"), inside(meta, "lpage")
    if first and last and first != last:
        return f"{first}–{last}"
    return first or inside(meta, "elocation-id")


def _licence(meta: Element) -> str:
    permissions = meta.find("permissions")
    if permissions is None:
        return ""
    said = " ".join([text_of(permissions), *(v for e in permissions.iter() for v in e.attrib.values())])
    found: list[str] = []
    for pattern, name in _LICENCES:
        match = re.search(pattern, said, flags=re.IGNORECASE)
        if match:
            found.append(name or f"CC {match[1].upper()} {match[2]}")
    if not found and re.search(r"creative commons attribution", said, flags=re.IGNORECASE):
        found.append("CC BY (as worded in the article)")
    return "; ".join(reversed(found))


def _sections(body: Element | None) -> Iterator[PaperSection]:
    if body is None:
        return
    stack: list[tuple[Element, int]] = [(body, 0)]
    while stack:
        node, level = stack.pop()
        own = tuple(
            t for p in node if p.tag in {"p", "list", "disp-quote"} and (t := text_of(p, without=_FLOATS))
        )
        title = text_of(node.find("title"))
        if own or title:
            yield PaperSection(title=title, level=max(level, 1), paragraphs=own)
        stack.extend((child, level + 1) for child in reversed(node.findall("sec")))


def _table(wrap: Element) -> PaperTable:
    rows: list[list[str]] = []
    held: dict[tuple[int, int], str] = {}
    for row_at, row in enumerate(wrap.iter("tr")):
        cells: list[str] = []
        for cell in row:
            while (row_at, len(cells)) in held:
                cells.append(held.pop((row_at, len(cells))))
            text = text_of(cell)
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            for right in range(wide):
                for down in range(1, tall):
                    held[row_at + down, len(cells) + right] = text
            cells += [text] * wide
        while (row_at, len(cells)) in held:
            cells.append(held.pop((row_at, len(cells))))
        rows.append(cells)
    return PaperTable(
        label=inside(wrap, "label"),
        caption=text_of(wrap.find("caption")),
        rows=tuple(tuple(r) for r in rows if any(r)),
    )


def _span(cell: Element, name: str) -> int:
    text = cell.get(name, "1")
    return min(int(text), 100) if text.isdigit() and int(text) > 0 else 1


def _cited(article: Element) -> Iterator[Reference]:
    for number, one in enumerate(article.iterfind("back//ref-list//ref"), start=1):
        work = next(
            (
                w
                for tag in ("mixed-citation", "element-citation", "citation", "nlm-citation")
                for w in one.iter(tag)
            ),
            None,
        )
        if work is None:
            continue
        ids = {i.get("pub-id-type", ""): text_of(i) for i in work.iter("pub-id")}
        title = (
            inside(work, ".//article-title") or inside(work, ".//chapter-title") or inside(work, ".//source")
        )
        year = inside(work, ".//year")
        yield checked_reference(
            key=f"ref{number}",
            title=title or text_of(work)[:300] or "(no title)",
            authors=tuple(
                PersonName(family=f, given=inside(n, "given-names"))
                for n in work.iter("name")
                if (f := inside(n, "surname"))
            ),
            journal=inside(work, ".//source") if inside(work, ".//article-title") else "",
            year=int(y[0]) if (y := re.findall(r"\b(?:1[5-9]|20|21)\d\d\b", year)) else None,
            volume=inside(work, ".//volume"),
            pages=inside(work, ".//fpage"),
            doi=re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", ids.get("doi", ""), flags=re.IGNORECASE),
            pmid=ids.get("pmid", ""),
            pmcid=ids.get("pmcid") or ids.get("pmc", ""),
            reading="C",
        )
