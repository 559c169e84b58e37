"""``lenitive review``: a record folder in, a review out."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.protocol import knowledge_with
from lenitive.shells.cli.question import Question, with_question
from lenitive.shells.cli.reading import record_or_exit

if TYPE_CHECKING:
    from lenitive.render import Report, ScoredNight
    from lenitive.review import Review

__all__ = ["Format", "refuse_garbling", "register", "report_of", "scored_or_exit", "write"]


class Format(StrEnum):
    """What a review can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"


def refuse_garbling(form: Format, out: Path | None) -> None:
    """Exit status 2 where a PDF would go to a terminal."""
    if form is Format.PDF and out is None and typer.get_binary_stream("stdout").isatty():
        refuse("a PDF would garble the terminal. Add --out review.pdf")


def report_of(review: Review, scored: Sequence[ScoredNight] = ()) -> Report:
    """The clinician's report of a review."""
    import lenitive
    from lenitive.render import clinician_report

    return clinician_report(review, version=lenitive.__version__, scored=scored)


def scored_or_exit(files: list[Path]) -> tuple[ScoredNight, ...]:
    """The nights with epochs in sleep files, each with a name to show; exit status 2 when a file has none."""
    from lenitive.shells.cli.sleep import open_or_exit
    from lenitive.sleep import ReaderOptions, nights

    opened = open_or_exit(files, ReaderOptions())
    found = [(night.scorer or name, night) for name, night in opened.hypnograms]
    found += [
        (f"Night to {n.day:%-d %B %Y}, {n.main.source}", n.main.scored)
        for n in nights(opened.sessions)
        if n.main.scored is not None
    ]
    if not found:
        refuse("--night: none of the files has a timeline of stages")
    return tuple(found)


def write(review: Review, form: Format, out: Path | None, scored: Sequence[ScoredNight] = ()) -> None:
    """Write a review in one form to a file, or to standard output."""
    match form:
        case Format.JSON:
            from lenitive.render import review_json

            data = review_json(review).encode()
        case Format.HTML:
            from lenitive.render import report_html

            data = report_html(report_of(review, scored)).encode()
        case Format.PDF:
            from lenitive.render import report_pdf

            data = report_pdf(report_of(review, scored), at=review.at)
        case Format.TEXT if out is None:
            from rich.console import Console

            from lenitive.render import print_report

            print_report(report_of(review, scored), Console())
            return
        case Format.TEXT:
            from lenitive.render import report_text

            data = report_text(report_of(review, scored)).encode()
    if out is None:
        typer.get_binary_stream("stdout").write(data)
    else:
        out.write_bytes(data)


@with_question
def _review(
    question: Question,
    outcomes: Annotated[
        str, typer.Option(help="Three 0-10 diary columns for the model's sleep, pain and fatigue slots.")
    ] = "sleep_disturbance,pain,fatigue",
    form: Annotated[
        Format, typer.Option("--format", help="text, json, html (one file) or pdf.")
    ] = Format.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
    night: Annotated[
        list[Path] | None,
        typer.Option(
            "--night",
            help="A scored night (hypnogram or export) to draw in the section on sleep; give it again for more. It enters no number.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Does the medicine help this patient, how sure is that, what does it cost, and what is not known?

    Examples:

        lenitive review examples/clear-responder

        lenitive review my-record --at 2026-05-01 --format html --out review.html

        lenitive review examples/watch-disagrees --with-nights

    Exit status 0 with an answer, also when the answer is "cannot tell"; 2 when the record cannot be read, with one
    problem a line on standard error.
    """
    record, problems = record_or_exit(question.record, question.dates)
    day = day_or_exit(question.at, "--at")

    from lenitive.review import ReviewError, review
    from lenitive.terms import Score

    names = [n.strip() for n in outcomes.split(",")]
    unknown = [n for n in names if n not in set(Score)]
    if unknown or len(names) != 3:
        refuse(f"--outcomes: name three of {', '.join(s.value for s in Score)}, separated by commas")
    slots = (Score(names[0]), Score(names[1]), Score(names[2]))
    refuse_garbling(form, out)
    scored = scored_or_exit(night) if night else ()
    try:
        made = review(
            record,
            knowledge_with(question.protocols),
            at=day,
            seed=question.seed,
            outcomes=slots,
            problems=problems,
            with_nights=question.with_nights,
            market=question.market.value,
            about=question.about,
        )
    except ReviewError as error:
        refuse(str(error))
    write(made, form, out, scored)
    if form is Format.TEXT or out is not None:
        shown = f" --shown {out}" if form is Format.JSON else ""
        typer.echo(f"next: lenitive decide {question.record}{shown}", err=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(_review)
