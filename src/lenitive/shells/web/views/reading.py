"""What the library has: for a patient this week and on the whole, and for a clinician beside a review."""

from __future__ import annotations

from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from lenitive.knowledge import Article
from lenitive.library import Figures, Filters, SearchIndex, document_of, page_of
from lenitive.render import FROM_THE_CLINIC, body_html, own_articles, source_links
from lenitive.review import ReviewError
from lenitive.shells.library_figures import figures_of
from lenitive.shells.web.access import allow, enters_for
from lenitive.shells.web.models import PatientRow, User
from lenitive.shells.web.reviews import knowledge, make
from lenitive.terms import Audience

__all__ = ["library", "one_article", "own_article", "own_reading", "reading"]

_LONGEST_SEARCH = 120
_MOST_FOUND = 12
_THIS_WEEK = 3


@cache
def _figures() -> Figures:
    return figures_of(knowledge())


@cache
def _index() -> SearchIndex:
    return SearchIndex.of(map(document_of, knowledge().articles.values()), synonyms=knowledge().synonyms)


def _for_patients(which: str) -> Article | None:
    """An article for patients that needs no clinician beside it."""
    found = knowledge().articles.get(which)
    if found is None or found.head.audience is not Audience.PATIENT or which in FROM_THE_CLINIC:
        return None
    return found


def _found(words: str, audience: str = "") -> list[Article]:
    """Articles that a search finds, the most fitting first."""
    if not words:
        return []
    hits = _index().search(words, filters=Filters(audience=audience), limit=_MOST_FOUND).hits
    return [knowledge().articles[hit.key] for hit in hits if hit.key in knowledge().articles]


def _shelves(articles: list[Article]) -> list[tuple[str, list[Article]]]:
    found: dict[str, list[Article]] = {}
    for one in articles:
        found.setdefault(one.head.shelf.words, []).append(one)
    return list(found.items())


@allow("reads a diary")
@require_GET
def own_reading(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """What to read this week and why, the guided exercises, and everything there is for patients."""
    assert isinstance(request.user, User)
    try:
        week = [a for a in own_articles(make(patient)) if _for_patients(a.article)][:_THIS_WEEK]
    except ReviewError:
        week = []
    words = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    return render(
        request,
        "diary/reading.html",
        {
            "patient": patient,
            "week": week,
            "words_asked": words,
            "found": [a for a in _found(words, Audience.PATIENT.value) if _for_patients(a.id)],
            "shelves": _shelves([a for i, a in knowledge().articles.items() if _for_patients(i)]),
            "exercises": knowledge().programme.values(),
            "may_enter": enters_for(request.user, patient),
            "tab": "read",
        },
    )


def _article_page(found: Article) -> dict[str, object]:
    known = knowledge()
    page = page_of(
        found,
        articles=known.articles,
        references=known.references,
        figures=_figures(),
        style=known.citation_style,
    )
    sources = [
        {
            "number": e.number,
            "text": mark_safe(e.markup),
            "links": source_links(e.reference),
            "kind": e.reference.kind,
            "told": e.told,
        }
        for e in page.sources
    ]
    return {"page": page, "sources": sources}


@allow("reads a diary")
@require_GET
def own_article(request: HttpRequest, patient: PatientRow, article: str) -> HttpResponse:
    """One article for patients."""
    found = _for_patients(article)
    if found is None:
        raise Http404
    given = _article_page(found)

    def address(other: str) -> str:
        return reverse("own_article", args=[patient.uid, other]) if _for_patients(other) else ""

    body = body_html(given["page"], address=address)  # type: ignore[arg-type]
    exercise = next((e for e in knowledge().programme.values() if e.article == article), None)
    return render(
        request,
        "diary/article.html",
        {**given, "patient": patient, "body": mark_safe(body), "exercise": exercise, "tab": "read"},
    )


@allow("clinician")
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Every article, by shelf, with a search."""
    words = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    shelves = _shelves(list(knowledge().articles.values()))
    return render(
        request, "clinic/library.html", {"words_asked": words, "found": _found(words), "shelves": shelves}
    )


@allow("clinician")
@require_GET
def one_article(request: HttpRequest, article: str) -> HttpResponse:
    """One article."""
    found = knowledge().articles.get(article)
    if found is None:
        raise Http404
    given = _article_page(found)
    body = body_html(given["page"], address=lambda other: reverse("article", args=[other]))  # type: ignore[arg-type]
    return render(request, "clinic/article.html", {**given, "body": mark_safe(body)})


@allow("clinician reads a patient")
@require_GET
def reading(request: HttpRequest, patient: PatientRow) -> HttpResponse:
    """What the library has beside this patient's review: for the clinician, and to hand to the patient."""
    try:
        offered = make(patient).articles
    except ReviewError as error:
        raise Http404 from error
    groups = [(audience.value, [a for a in offered if a.audience is audience]) for audience in Audience]
    return render(request, "clinic/reading.html", {"patient": patient, "groups": groups})
