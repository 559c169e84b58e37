"""The library as files: pages, topics, feeds, large-type handouts, and an index that is searched in the page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from lenitive.knowledge import Article, Reference, Shelf, SynonymGroup
from lenitive.library import (
    STOP_WORDS,
    Figures,
    LibraryReport,
    Mark,
    MarkKind,
    Page,
    bibliography,
    citations,
    document_of,
    page_of,
    tokens,
)
from lenitive.terms import ACTIVITIES, EFFECTS, Audience, Source

__all__ = ["body_html", "site_files", "source_links"]

_FOLDER = Path(__file__).parent
_COPIED = {
    "library.css": "library.css",
    "find.js": "find.js",
    "minisearch.js": "vendor/minisearch.js",
    "minisearch.LICENSE.txt": "vendor/minisearch.LICENSE.txt",
}
Topics = dict[str, tuple[str, list[Article]]]


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["links"] = source_links
    return found


def _link(address: str, words: str) -> Markup:
    return Markup('<a href="{}" rel="noreferrer noopener external">{}</a>').format(address, words)


def source_links(reference: Reference) -> Markup:
    """The work's identifiers as links; an address without a DOI or PMID is printed and not linked."""
    found = []
    if reference.doi:
        found.append(_link(f"https://doi.org/{reference.doi}", f"doi:{reference.doi}"))
    if reference.pmid:
        found.append(_link(f"https://pubmed.ncbi.nlm.nih.gov/{reference.pmid}/", f"PMID {reference.pmid}"))
    if reference.pmcid:
        found.append(_link(f"https://pmc.ncbi.nlm.nih.gov/articles/{reference.pmcid}/", reference.pmcid))
    if not found:
        return Markup("No DOI or PMID known; seen at <span>{}</span>").format(
            reference.url or "an unrecorded address"
        )
    return Markup(" · ").join(found)


def _mark_html(mark: Mark, address: Callable[[str], str]) -> Markup:
    if mark.kind is MarkKind.CITATION:
        links = Markup(", ").join(
            Markup('<a href="#source-{}"{}>{}</a>').format(
                number, Markup(' title="{}"').format(at) if at else "", number
            )
            for number, at in mark.numbers
        )
        return Markup('<span class="cite">[{}]</span>').format(links)
    if mark.kind is MarkKind.LINK:
        found = address(mark.target)
        return (
            Markup('<a href="{}">{}</a>').format(found, mark.text)
            if found
            else Markup("{}").format(mark.text)
        )
    value = mark.figure.value if mark.figure else ""
    return Markup('<data value="{}">{}</data>').format(value, mark.text)


def body_html(page: Page, *, address: Callable[[str], str]) -> Markup:
    """The article's text as HTML. Raw HTML in an article stays text.

    Args:
        page: The article.
        address: Where another article stands, by its id; empty where a reader is not led there.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = reader.render(page.markdown)
    text = text.replace(
        "<table>", '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    )
    text = text.replace("</table>", "</table></div>")
    return Markup(page.filled(text, lambda mark: str(_mark_html(mark, address))))


def _topics(articles: Mapping[str, Article]) -> Topics:
    found: Topics = {}
    for article in articles.values():
        head = article.head
        names = [(d, d.replace("_", " ")) for d in head.drugs]
        names += [(e.replace("_", "-"), EFFECTS[e].words) for e in head.effects]
        names += [(a.replace("_", "-"), ACTIVITIES[a].words) for a in head.activities]
        if head.older:
            names.append(("older-people", "older people"))
        for slug, words in names:
            found.setdefault(slug, (words, []))[1].append(article)
    return dict(sorted(found.items(), key=lambda item: item[1][0].lower()))


def _feed(articles: Sequence[Article], name: str, words: str) -> bytes:
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    SubElement(feed, "title").text = words
    SubElement(feed, "id").text = f"urn:lenitive:library:{name}"
    ordered = sorted(articles, key=lambda a: (a.head.reviewed.toordinal(), a.id), reverse=True)
    newest = ordered[0].head.reviewed.isoformat() if ordered else "1970-01-01"
    SubElement(feed, "updated").text = f"{newest}T00:00:00Z"
    SubElement(SubElement(feed, "author"), "name").text = "The Lenitive project"
    SubElement(feed, "link", rel="self", href=f"{name}.xml")
    for article in ordered:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"urn:lenitive:article:{article.id}"
        SubElement(entry, "title").text = article.head.title
        SubElement(entry, "published").text = f"{article.head.written}T00:00:00Z"
        SubElement(entry, "updated").text = f"{article.head.reviewed}T00:00:00Z"
        SubElement(entry, "link", rel="alternate", href=f"{article.id}.html")
        SubElement(entry, "category", term=article.head.shelf.value)
        SubElement(entry, "summary").text = article.head.summary
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def _search_index(articles: Mapping[str, Article], synonyms: Sequence[SynonymGroup]) -> bytes:
    documents = []
    for article in articles.values():
        text = document_of(article)
        documents.append(
            {
                "id": article.id,
                "title": text.title,
                "summary": text.summary,
                "keywords": " ".join(text.keywords),
                "audience": text.audience,
                "body": " ".join(text.body.split()),
            }
        )
    content = {
        "documents": documents,
        "synonyms": [[" ".join(tokens(w)) for w in g.words] for g in synonyms],
        "stop": sorted(STOP_WORDS),
    }
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"window.LENITIVE = {written};\n".encode()


def site_files(
    *,
    articles: Mapping[str, Article],
    references: Mapping[str, Reference],
    figures: Figures,
    style: bytes,
    synonyms: Sequence[SynonymGroup],
    report: LibraryReport,
    at: date,
) -> Iterator[tuple[str, bytes]]:
    """Every file of the site, by its name in the output folder.

    Args:
        articles: The library.
        references: The bibliography.
        figures: Computes figures.
        style: A CSL style.
        synonyms: Words that stand for one another in the search.
        report: The state of the library, for the page about it.
        at: The day of the build.

    Raises:
        PageError: When an article cannot be built; the message names it.
    """
    environment = _environment()

    def write(name: str, template: str, **values: Any) -> tuple[str, bytes]:
        given = {"root": "", "summary": "", "body_class": "", **values}
        return name, environment.get_template(template).render(given).encode()

    def source_words(source: Source) -> str:
        known = references.get(source.article)
        words = known.short if known else source.article
        return f"{words}, {source.at}" if source.at else words

    topics = _topics(articles)
    topic_rows = [(slug, words, len(found)) for slug, (words, found) in topics.items()]
    shelves = [(s, [a for a in articles.values() if a.head.shelf is s]) for s in Shelf]
    shelves = [(s, found) for s, found in shelves if found]
    for article in articles.values():
        page = page_of(article, articles=articles, references=references, figures=figures, style=style)
        seen: dict[str, Mark] = {}
        for mark in page.marks:
            if mark.figure is not None:
                seen.setdefault(f"{mark.figure.path} {mark.text}", mark)
        shared = {
            "title": article.head.title,
            "summary": article.head.summary,
            "page": page,
            "computed": list(seen.values()),
            "source_words": source_words,
            "age": f"{page.reading.age:.0f}",
            "grade": f"{page.reading.grade:.1f}",
        }
        yield write(
            f"{article.id}.html", "article.html.j2", body=body_html(page, address="{}.html".format), **shared
        )
        shared |= {"root": "../", "body_class": "handout"}
        yield write(
            f"handouts/{article.id}.html",
            "article.html.j2",
            body=body_html(page, address="../{}.html".format),
            **shared,
        )
    patients = {s: sum(1 for a in found if a.head.audience is Audience.PATIENT) for s, found in shelves}
    title = "Does it really ease symptoms?"
    yield write(
        "index.html",
        "index.html.j2",
        title=title,
        count=len(articles),
        shelves=shelves,
        patients=patients,
        topics=topic_rows,
    )
    yield write("topics.html", "topics.html.j2", title="Topics", topics=topic_rows)
    for shelf, found in shelves:
        groups = [(f"For {a}s", [x for x in found if x.head.audience is a]) for a in Audience]
        groups = [g for g in groups if g[1]]
        yield write(f"shelf-{shelf.value}.html", "list.html.j2", title=shelf.words, groups=groups)
    for slug, (words, found) in topics.items():
        name = words[0].upper() + words[1:]
        yield write(f"topic-{slug}.html", "list.html.j2", title=name, groups=[("", found)])
    used: dict[str, list[str]] = {}
    for article in articles.values():
        for key in dict.fromkeys(c.key for c in citations(article.body)):
            used.setdefault(key, []).append(article.id)
    works = [references[k] for k in sorted(used, key=str.lower)]
    entries = [(e, used[e.reference.key]) for e in bibliography(works, style=style)]
    titles = {a.id: a.head.title for a in articles.values()}
    yield write("sources.html", "sources.html.j2", title="Sources", entries=entries, titles=titles)
    yield write("about.html", "about.html.j2", title="About this library", report=report, at=at)
    every = list(articles.values())
    yield "feed.xml", _feed(every, "feed", "Lenitive library")
    for audience in Audience:
        found = [a for a in every if a.head.audience is audience]
        yield (
            f"feed-{audience.value}.xml",
            _feed(found, f"feed-{audience.value}", f"Lenitive library, for {audience.value}s"),
        )
    yield "library-search.js", _search_index(articles, synonyms)
    for name, place in _COPIED.items():
        yield name, (_FOLDER / place).read_bytes()
