"""``lenitive review``: a record folder in, a review out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.leaving import ReviewQuestion, left_behind
from lenitive.shells.cli.progress import made_in_sight
from lenitive.shells.cli.protocol import knowledge_with
from lenitive.shells.cli.question import with_question
from lenitive.shells.cli.reading import record_or_exit
from lenitive.shells.cli.written import (
    AsBrief,
    AsFormat,
    AsSchema,
    For,
    Format,
    ForWhom,
    OutFile,
    SchemaVersion,
    Written,
    write,
)

if TYPE_CHECKING:
    from lenitive.render import ScoredNight

__all__ = ["register", "scored_or_exit"]


def scored_or_exit(files: list[Path]) -> tuple[ScoredNight, ...]:
    """The nights with epochs in sleep files, each with a name to show; exit status 2 when a file has none."""
    from lenitive.knowledge import load
    from lenitive.shells.cli.sleep import open_or_exit
    from lenitive.sleep import ReaderOptions, architecture, nights

    known = load()
    definition = known.sleep.definitions[known.sleep.default]
    opened = open_or_exit(files, ReaderOptions())
    found = [(night.scorer or name, night) for name, night in opened.hypnograms]
    found += [
        (f"Night to {n.day:%-d %B %Y}, {n.main.source}", n.main.scored)
        for n in nights(opened.sessions, definition=definition, lines=known.judgement.sleep)
        if n.main.scored is not None
    ]
    if not found:
        refuse("--night: none of the files has a timeline of stages")
    return tuple((name, night, architecture(night, definition)) for name, night in found)


@with_question
def _review(
    question: ReviewQuestion,
    outcomes: Annotated[
        str, typer.Option(help="Three 0-10 diary columns for the model's sleep, pain and fatigue slots.")
    ] = "sleep_disturbance,pain,fatigue",
    form: AsFormat = Format.TEXT,
    out: OutFile = None,
    brief: AsBrief = False,
    whom: ForWhom = For.CLINICIAN,
    schema: AsSchema = SchemaVersion.NOW,
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

        lenitive review my-record --brief --format pdf --out visit.pdf

        lenitive review my-record --for patient --format pdf --out my-page.pdf

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
    if brief and night:
        refuse("--night: the one page draws no nights. Leave --night or --brief out")
    how = Written(
        form=form,
        out=out,
        brief=brief,
        whom=whom,
        scored=scored_or_exit(night) if night else (),
        schema=schema,
    )
    how.refuse_what_cannot_be()
    knowledge = knowledge_with(question.protocols)
    what = question.leaving(knowledge)
    record, left = left_behind(record, what, knowledge, day or record.last_day)
    try:
        made = review(
            record,
            knowledge,
            at=day,
            seed=question.seed,
            outcomes=slots,
            problems=(*left, *problems),
            with_nights=question.with_nights,
            market=question.market.value,
            about=question.about,
        )
    except ReviewError as error:
        refuse(str(error))
    if not brief and whom is For.CLINICIAN:
        made_in_sight(made, sys.stderr, time.monotonic)
    write(made, how)
    if whom is For.CLINICIAN and (form is Format.TEXT or out is not None):
        shown = f" --shown {out}" if form is Format.JSON else ""
        typer.echo(f"next: lenitive decide {question.record}{shown}", err=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("review")(_review)
