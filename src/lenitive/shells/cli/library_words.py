"""What the library commands print."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from xml.etree.ElementTree import Element, SubElement, tostring

from lenitive.knowledge import Knowledge
from lenitive.library import Answer, Context, DrugCodes, Hit, LibraryReport, Results
from lenitive.terms import Audience

__all__ = [
    "answers_atom",
    "answers_json",
    "answers_lines",
    "drug_codes",
    "report_lines",
    "results_json",
    "results_lines",
]


def drug_codes(knowledge: Knowledge) -> dict[str, DrugCodes]:
    """The codes of every drug that an article is about, from the drugs' own files."""
    wanted = {d for a in knowledge.articles.values() for d in a.head.drugs}
    return {name: _codes(knowledge, name) for name in sorted(wanted)}


def _codes(knowledge: Knowledge, name: str) -> DrugCodes:
    drug = knowledge.drugs.get(name)
    if drug is None:
        return DrugCodes(drug=name)
    atc, rxnorm = drug.code("atc"), drug.code("rxnorm")
    return DrugCodes(drug=name, atc=(atc,) if atc else (), rxnorm=(rxnorm,) if rxnorm else ())


def report_lines(report: LibraryReport, *, all_grades: bool = False) -> Iterator[str]:
    """The report of ``lenitive library check``."""
    yield f"articles: {report.articles}"
    by_shelf: dict[str, list[str]] = {}
    for shelf, audience, count in report.shelves:
        by_shelf.setdefault(shelf.words, []).append(f"{count} {audience}")
    for words, counts in by_shelf.items():
        yield f"  {words}: {', '.join(counts)}"
    yield "kinds: " + ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in report.kinds)
    marks = sum(n for _, n in report.cited)
    yield f"citations: {marks} to {len(report.cited)} works, unresolved: {len(report.unresolved)}"
    for key in report.unresolved:
        yield f"  not in the bibliography: {key}"
    yield f"articles past review: {len(report.past_review)}"
    for name in report.past_review:
        yield f"  past review: {name}"
    asked, computed = report.figures
    yield f"numbers recomputed: {computed} of {asked}"
    patients = {a: g for a, g in report.grades if a.endswith("-patient")}
    clinicians = {a: g for a, g in report.grades if a not in patients}
    for who, grades in (("patient", patients), ("clinician", clinicians)):
        if grades:
            hardest = max(grades, key=lambda a: grades[a])
            mean = sum(grades.values()) / len(grades)
            yield (
                f"reading grade, {who}: mean {mean:.1f} (age {mean + 5:.0f}), "
                f"hardest {grades[hardest]:.1f} (age {grades[hardest] + 5:.0f}, {hardest})"
            )
    if all_grades:
        for name, grade in sorted(report.grades, key=lambda g: -g[1]):
            yield f"  {grade:5.1f}  {name}"
    yield f"faults: {len(report.faults)}"


def _marked(hit: Hit) -> str:
    return "".join(f"\x1b[1m{text}\x1b[0m" if found else text for text, found in hit.snippet).strip()


def _hits(results: Results) -> Iterator[str]:
    for place, hit in enumerate(results.hits, start=1):
        yield f"{place}. \x1b[1m{hit.title}\x1b[0m  [{hit.key}]"
        if hit.licence and hit.origin == "added":
            yield f"   {hit.summary} · licence: {hit.licence} · {hit.address}"
        if hit.snippet:
            yield f"   ... {_marked(hit)} ..."


def results_lines(asked: str, curated: Results, added: Results | None) -> Iterator[str]:
    """Search results for a terminal; matched words are bold."""
    if curated.read_as:
        yield "Read as: " + ", ".join(f"{b} (you typed {a})" for a, b in curated.read_as)
    if curated.also:
        yield "Also looked for: " + ", ".join(curated.also[:8])
    if not curated.hits:
        yield f"No article fits “{asked}”. Try fewer or other words."
    yield from _hits(curated)
    counts = [
        f"{name} {value}: {count}"
        for name in ("shelf", "audience", "drugs")
        for value, count in curated.facets.get(name, ())[:6]
    ]
    if curated.hits:
        yield f"{curated.total} articles hold these words. " + " · ".join(counts)
        yield "Read one: lenitive library show ID"
    if added is not None and added.hits:
        yield ""
        yield "Added by your site, not curated:"
        yield from _hits(added)


def _content(results: Results) -> dict[str, object]:
    return {
        "total": results.total,
        "read_as": dict(results.read_as),
        "also": list(results.also),
        "facets": {name: dict(counts) for name, counts in results.facets.items()},
        "hits": [
            asdict(h) | {"snippet": [{"text": t, "match": m} for t, m in h.snippet]} for h in results.hits
        ],
    }


def results_json(curated: Results, added: Results | None) -> str:
    """Search results for a program."""
    content = {"curated": _content(curated), "added": _content(added) if added else None}
    return json.dumps(content, ensure_ascii=False, indent=2)


def answers_lines(answers: Sequence[Answer]) -> Iterator[str]:
    """Infobutton answers for a terminal."""
    if not answers:
        yield "No article fits this context."
    for answer in answers:
        yield f"{answer.article.head.title}  [{answer.article.id}]"
        yield f"   {answer.article.head.summary}"
        yield f"   because: {', '.join(answer.matched)}"


def answers_json(answers: Sequence[Answer]) -> str:
    """Infobutton answers for a program."""
    rows = [
        {
            "id": a.article.id,
            "title": a.article.head.title,
            "summary": a.article.head.summary,
            "shelf": a.article.head.shelf,
            "audience": a.article.head.audience,
            "reviewed": a.article.head.reviewed.isoformat(),
            "score": a.score,
            "matched": list(a.matched),
        }
        for a in answers
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def answers_atom(answers: Sequence[Answer], context: Context) -> str:
    """Infobutton answers as an Atom feed, each entry with why it was chosen as its category."""
    feed = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    SubElement(feed, "title").text = "Lenitive library"
    reader = "PAT" if context.reader is Audience.PATIENT else "PROV"
    SubElement(feed, "id").text = f"urn:lenitive:library:ask:{reader}"
    newest = max((a.article.head.reviewed for a in answers), default=None)
    SubElement(feed, "updated").text = f"{newest.isoformat() if newest else '1970-01-01'}T00:00:00Z"
    for scheme, term in (
        ("mainSearchCriteria.v.c", context.drug or context.condition),
        ("performer", reader),
    ):
        if term:
            SubElement(feed, "category", scheme=scheme, term=term)
    for answer in answers:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"urn:lenitive:article:{answer.article.id}"
        SubElement(entry, "title").text = answer.article.head.title
        SubElement(entry, "updated").text = f"{answer.article.head.reviewed.isoformat()}T00:00:00Z"
        SubElement(entry, "summary").text = answer.article.head.summary
        SubElement(entry, "link", href=f"{answer.article.id}.html", rel="alternate")
        for why in answer.matched:
            SubElement(entry, "category", scheme="matched", term=why)
    return tostring(feed, encoding="unicode", xml_declaration=True)
