"""Every article: cited, computed, readable, within review; and faults that must be noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lenitive.knowledge.load import load
from lenitive.knowledge.schema.articles import Article, Kind, Shelf
from lenitive.library.audit import PATIENT_GRADE, LibraryReport, check, faults_of_article
from lenitive.library.figures import Figure
from lenitive.library.reading import readability
from lenitive.shells.library_figures import figures_of
from lenitive.terms import Audience

AT = date(2026, 11, 22)


@pytest.fixture(scope="module")
def report() -> LibraryReport:
    knowledge = load()
    return check(
        knowledge.articles,
        references=knowledge.references,
        figures=figures_of(knowledge),
        openings=knowledge.openings,
        at=AT,
    )


def test_the_library_is_sound(report: LibraryReport) -> None:
    assert [str(f) for f in report.faults] == []
    assert report.unresolved == ()
    assert report.past_review == ()
    assert report.figures[0] == report.figures[1] >= 40
    assert report.sound


def test_the_shelves_are_full(report: LibraryReport) -> None:
    kinds = dict(report.kinds)
    assert kinds[Kind.ARTICLE] >= 36
    assert kinds[Kind.CASE_PUBLISHED] >= 6
    assert kinds[Kind.CASE_SIMULATED] >= 6
    assert {s for s, _, _ in report.shelves} == set(Shelf)


def test_patients_can_read_theirs() -> None:
    patients = [a for a in load().articles.values() if a.head.audience is Audience.PATIENT]
    assert len(patients) >= 20
    assert all(readability(a.body).grade <= PATIENT_GRADE for a in patients)
    assert all(a.id.endswith("-patient") for a in patients)


def test_pairs_name_each_other() -> None:
    articles = load().articles
    for article in articles.values():
        if article.head.pair:
            assert articles[article.head.pair].head.pair == article.id


def _faults(body: str, **head: object) -> list[str]:
    knowledge = load()
    base = knowledge.articles["sleepiness-patient"]
    article = Article(id="x-patient", head=base.head.model_copy(update=head), body=body)

    def figures(path: str) -> Figure | None:
        return Figure(path=path, value=0.44, unit="points") if path == "a.b" else None

    return [
        f.what
        for f in faults_of_article(
            article, articles=knowledge.articles, references=knowledge.references, figures=figures
        )
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Sleep gets better.", "without a source"),
        ("Sleep gets better [@Nobody2020].", "not in the bibliography"),
        ("Stretching was tested [@AssumpcaoStretching].", "only a lead"),
        ("It was 26% lower [@Grasmaeder2004].", "only recorded"),
        ("~ About 30% get better.", "clinical number"),
        ("~ Take 15 mg tonight.", "dose advice"),
        ("~ You can take half a tablet more.", "dose advice"),
        ("~ Skip a dose if you feel well.", "dose advice"),
        ("It fell by {{ a.c }} points.", "cannot be computed"),
        ("It fell by {{ a.b | nonsense }} points.", "no form"),
        ("It fell by {{ a.b | size_interval }} points.", "no interval"),
        ("~ See [[no-such-article]].", "not an article"),
        (
            "~ Notwithstanding considerable heterogeneity, multidisciplinary interventions necessitate individualised "
            "pharmacotherapeutic reconsideration throughout longitudinal rehabilitation.",
            "above the promised",
        ),
    ],
)
def test_faults_are_noticed(body: str, says: str) -> None:
    assert any(says in what for what in _faults(body)), _faults(body)


def test_good_lines_pass() -> None:
    assert (
        _faults(
            "It fell by {{ a.b | size }} points [@Miki2016].\n\n~ Please never take a dose more by yourself. See [[dreams]]."
        )
        == []
    )


def test_a_moved_number_fails_with_the_articles_name() -> None:
    knowledge = load()
    article = knowledge.articles["does-mirtazapine-help"]
    real = figures_of(knowledge)

    def moved(path: str) -> Figure | None:
        figure = real(path)
        if figure is not None and path == "evidence.mirtazapine.pain.md":
            return replace(figure, value=-1.4, low=-2.0, high=-0.8)
        return figure

    faults = faults_of_article(
        article, articles=knowledge.articles, references=knowledge.references, figures=moved
    )
    assert [f.article for f in faults] == ["does-mirtazapine-help"]
    assert "evidence.mirtazapine.pain.md to be -0.6 to -0.3; it is -1.4" in faults[0].what


def test_past_review_is_told() -> None:
    knowledge = load()
    some = {"dreams": knowledge.articles["dreams"], "dreams-patient": knowledge.articles["dreams-patient"]}
    late = check(some, references=knowledge.references, figures=lambda _: None, at=date(2028, 1, 1))
    assert set(late.past_review) == set(some)
    assert not late.sound
