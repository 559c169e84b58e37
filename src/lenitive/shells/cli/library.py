"""``lenitive library``: check, search, ask, cite, add, build."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lenitive.library import Results

__all__ = ["register"]

_DAY = ["%Y-%m-%d"]


class Form(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"
    ATOM = "atom"


group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Articles that cite, compute and open at the right moment. Start with: `lenitive library search restless legs`",
)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    app.add_typer(group, name="library")


def _day(at: datetime | None) -> date:
    """The day of a check: as asked, or today; reviews of articles fall due on real days."""
    return at.date() if at else datetime.now().astimezone().date()


@group.command()
def check(
    at: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The day of the check (default: today).")
    ] = None,
    grades: Annotated[bool, typer.Option("--grades", help="List every reading grade.")] = False,
) -> None:
    """Counts by shelf and audience, citations, reviews due, numbers recomputed, reading grades.

    Exit status 1 when anything is wrong. Example: `lenitive library check`
    """
    from lenitive.knowledge import load
    from lenitive.library import check as run
    from lenitive.shells.cli.library_words import report_lines
    from lenitive.shells.library_figures import figures_of

    knowledge = load()
    report = run(
        knowledge.articles,
        references=knowledge.references,
        figures=figures_of(knowledge),
        openings=knowledge.openings,
        at=_day(at),
    )
    for line in report_lines(report, all_grades=grades):
        typer.echo(line)
    if not report.sound:
        for fault in report.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(1)


@group.command()
def search(
    words: Annotated[
        list[str], typer.Argument(help="What you look for; typing errors and brand names are fine.")
    ],
    shelf: Annotated[str, typer.Option(help="Only this shelf.")] = "",
    audience: Annotated[str, typer.Option(help="Only for: patient or clinician.")] = "",
    drug: Annotated[str, typer.Option(help="Only about this drug.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many results.")] = 5,
    corpus: Annotated[Path | None, typer.Option(help="The folder of added papers.")] = None,
    form: Annotated[Form, typer.Option("--format", help="text or json.")] = Form.TEXT,
) -> None:
    """Search the curated articles and, below them, the papers that your site added.

    Example: `lenitive library search "legs wont keep still" --audience patient`
    """
    from lenitive.knowledge import load
    from lenitive.library import Filters, SearchIndex, document_of
    from lenitive.shells.cli.library_corpus import CorpusError, default_corpus, open_corpus
    from lenitive.shells.cli.library_words import results_json, results_lines

    knowledge = load()
    filters = Filters(shelf=shelf, audience=audience, drug=drug)
    index = SearchIndex.of(map(document_of, knowledge.articles.values()), synonyms=knowledge.synonyms)
    asked = " ".join(words)
    curated = index.search(asked, filters=filters, limit=limit, facets=True)
    added: Results | None = None
    try:
        own = open_corpus(corpus or default_corpus(), knowledge.synonyms)
    except CorpusError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if own is not None and not (shelf or audience or drug):
        added = own.search(asked, limit=limit)
    if form is Form.JSON:
        typer.echo(results_json(curated, added))
    else:
        for line in results_lines(asked, curated, added):
            typer.echo(line)


@group.command()
def show(article: Annotated[str, typer.Argument(help="An article's id, as search prints it.")]) -> None:
    """One article as text, with its figures computed and its sources listed.

    Example: `lenitive library show low-sodium`
    """
    from lenitive.knowledge import load
    from lenitive.library import PageError, page_of
    from lenitive.render import page_text
    from lenitive.shells.library_figures import figures_of

    knowledge = load()
    if article not in knowledge.articles:
        typer.echo(
            f"{article}: there is no such article. Find one with: lenitive library search WORDS", err=True
        )
        raise typer.Exit(2)
    try:
        page = page_of(
            knowledge.articles[article],
            articles=knowledge.articles,
            references=knowledge.references,
            figures=figures_of(knowledge),
            style=knowledge.citation_style,
        )
    except PageError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(page_text(page))


@group.command()
def ask(
    drug: Annotated[str, typer.Option(help="ATC or RxNorm code, or a drug's id.")] = "",
    condition: Annotated[str, typer.Option(help="SNOMED CT or ICD-10 code.")] = "",
    age: Annotated[float | None, typer.Option(min=0, max=120, help="The patient's age in years.")] = None,
    role: Annotated[str, typer.Option(help="Who reads: clinician (PROV) or patient (PAT).")] = "clinician",
    task: Annotated[str, typer.Option(help="ActTask code: MEDOE, MEDREV, PROBLISTREV.")] = "",
    words: Annotated[str, typer.Option(help="A sub-topic in words.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100)] = 8,
    form: Annotated[Form, typer.Option("--format", help="text, json or atom.")] = Form.TEXT,
) -> None:
    """Articles for a coded context, in the manner of HL7 Infobutton.

    Example: `lenitive library ask --drug N06AX11 --age 74 --words dizziness`
    """
    from lenitive.knowledge import load
    from lenitive.library import Context
    from lenitive.library import ask as run
    from lenitive.shells.cli.library_words import answers_atom, answers_json, answers_lines, drug_codes
    from lenitive.terms import Audience

    readers = {"clinician": "clinician", "prov": "clinician", "patient": "patient", "pat": "patient"}
    if role.lower() not in readers:
        typer.echo("--role: give clinician (PROV) or patient (PAT).", err=True)
        raise typer.Exit(2)
    if not (drug or condition or words):
        typer.echo("Give at least one of --drug, --condition, --words.", err=True)
        raise typer.Exit(2)
    knowledge = load()
    context = Context(
        drug=drug,
        condition=condition,
        age_years=age,
        reader=Audience(readers[role.lower()]),
        task=task,
        words=words,
    )
    try:
        answers = run(
            context,
            knowledge.articles,
            drug_codes(knowledge),
            older_from=knowledge.judgement.people.older_adult_age.value,
        )[:limit]
    except ValueError as error:
        typer.echo(f"--drug: {error}.", err=True)
        raise typer.Exit(2) from error
    if form is Form.JSON:
        typer.echo(answers_json(answers))
    elif form is Form.ATOM:
        typer.echo(answers_atom(answers, context))
    else:
        for line in answers_lines(answers):
            typer.echo(line)


@group.command()
def cite(
    keys: Annotated[
        list[str] | None, typer.Argument(help="Citation keys, or words from a title or author.")
    ] = None,
    used: Annotated[bool, typer.Option("--used", help="Only works that an article cites.")] = False,
) -> None:
    """The bibliography, or the works that fit, with how far each was read.

    Example: `lenitive library cite Miki2016`
    """
    from lenitive.knowledge import load
    from lenitive.library import bibliography, citations

    knowledge = load()
    chosen = list(knowledge.references.values())
    if used:
        cited = {c.key for a in knowledge.articles.values() for c in citations(a.body)}
        chosen = [r for r in chosen if r.key in cited]
    for wanted in keys or []:
        low = wanted.lower()
        chosen = [
            r
            for r in chosen
            if low == r.key.lower() or low in f"{r.title} {' '.join(n.family for n in r.authors)}".lower()
        ]
    if not chosen:
        typer.echo("No work fits. Try a part of its title: lenitive library cite mirtazapine", err=True)
        raise typer.Exit(2)
    for entry in bibliography(sorted(chosen, key=lambda r: r.key.lower()), style=knowledge.citation_style):
        found = entry.reference
        typer.echo(f"{found.key}: {entry.text}")
        typer.echo(f"    {found.identifier or 'no DOI or PMID known'} · {found.kind} · {entry.told}")


@group.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="JATS or PubMed XML, RIS or BibTeX files.")],
    corpus: Annotated[Path | None, typer.Option(help="The folder of added papers.")] = None,
    licence: Annotated[str, typer.Option(help="Recorded where a file states no licence.")] = "",
    form: Annotated[
        str, typer.Option("--format", help="jats, pubmed, ris or bibtex; guessed when left out.")
    ] = "",
) -> None:
    """Add papers to your site's own reading, marked as not curated.

    Example: `lenitive library add reading/*.nxml --licence "CC BY 4.0"`
    """
    from rich.progress import track

    from lenitive.library import MOST_BYTES, Paper, read_papers
    from lenitive.shells.cli.library_corpus import CorpusError, add_papers, default_corpus

    papers: list[Paper] = []
    refused = False
    for path in track(files, description="reading", transient=True, disable=len(files) < 10):
        if not path.is_file():
            typer.echo(f"{path}: there is no such file. Check the path.", err=True)
            refused = True
            continue
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        found, problems = read_papers(data, name=path.name, form=form, licence=licence)
        papers += found
        refused = refused or any(p.fatal for p in problems)
        for problem in problems:
            typer.echo(str(problem), err=True)
    folder = corpus or default_corpus()
    if papers:
        try:
            new, total = add_papers(folder, papers)
        except (CorpusError, OSError) as error:
            typer.echo(f"{folder}: {error}", err=True)
            raise typer.Exit(2) from error
        unstated = sum(1 for p in papers if p.licence == "not stated")
        typer.echo(f"{len(papers)} read, {new} new; {folder} now holds {total}, marked as not curated.")
        if unstated:
            typer.echo(f"{unstated} state no licence: search may show a passage; do not pass their text on.")
    if refused:
        raise typer.Exit(2)


@group.command()
def build(
    out: Annotated[Path, typer.Option(help="An empty or earlier output folder.")],
    at: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The day of the build (default: today).")
    ] = None,
) -> None:
    """Build the library as a static site: pages, topics, feeds, handouts and search without a server.

    Open `index.html` in the folder; nothing is fetched from anywhere. Example: `lenitive library build --out site`
    """
    from lenitive.knowledge import load
    from lenitive.library import check as run
    from lenitive.render import site_files
    from lenitive.shells.library_figures import figures_of

    knowledge = load()
    figures = figures_of(knowledge)
    day = _day(at)
    report = run(
        knowledge.articles,
        references=knowledge.references,
        figures=figures,
        openings=knowledge.openings,
        at=day,
    )
    if report.faults or report.unresolved:
        for fault in report.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(2)
    if out.exists() and any(out.iterdir()) and not (out / "library-search.js").is_file():
        typer.echo(f"{out}: holds other files. Give an empty folder.", err=True)
        raise typer.Exit(2)
    count = 0
    for name, content in site_files(
        articles=knowledge.articles,
        references=knowledge.references,
        figures=figures,
        style=knowledge.citation_style,
        synonyms=knowledge.synonyms,
        report=report,
        at=day,
    ):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        count += 1
    typer.echo(f"{count} files in {out}. Open {out / 'index.html'}")
