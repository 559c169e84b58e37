"""``lenitive evidence``: what the fibromyalgia trials say."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.render import Report

__all__ = ["Face", "register", "write_report"]

OUTCOMES = (
    "pain,sleep_disturbance,fatigue,responders_30pct,responders_50pct,withdrawal_ae,weight_gain,somnolence"
)


class Face(StrEnum):
    """What evidence can be written as."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


def write_report(report: Report, form: Face, out: Path | None, *, at: date) -> None:
    """Write a report as text, as a page or as a PDF of a day, to a file or to standard output."""
    if form is Face.PDF:
        if out is None:
            refuse("a PDF would garble the terminal. Add --out report.pdf")
        from lenitive.render import report_pdf

        try:
            out.write_bytes(report_pdf(report, at=at))
        except OSError as error:
            refuse(f"--out: {out} cannot be written ({error.strerror}). Choose another file")
        return
    if form is Face.HTML:
        from lenitive.render import report_html

        data = report_html(report)
    elif out is None:
        from rich.console import Console

        from lenitive.render import print_report

        print_report(report, Console())
        return
    else:
        from lenitive.render import report_text

        data = report_text(report)
    put(data, out)


def put(text: str, out: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if out is None:
        typer.get_binary_stream("stdout").write(text.encode())
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"--out: {out} cannot be written ({error.strerror}). Choose another file")


def _evidence(
    outcome: Annotated[
        str, typer.Option(help="Outcomes, separated by commas; 'all' for every one there is.")
    ] = OUTCOMES,
    form: Annotated[Face, typer.Option("--format", help="text, html (one file), pdf or json.")] = Face.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
) -> None:
    """What do the fibromyalgia trials say, drug by drug and against one another, and what is missing?

    Examples:

        lenitive evidence --outcome pain

        lenitive evidence --format html --out evidence.html

    Exit status 0 with an answer; 2 when an outcome is not known.
    """
    import lenitive
    from lenitive.evidence import synthesise
    from lenitive.knowledge import load

    knowledge = load()
    known = [o.id for o in knowledge.trials.judgements.outcome]
    wanted = known if outcome.strip() == "all" else [o.strip() for o in outcome.split(",") if o.strip()]
    unknown = [o for o in wanted if o not in known]
    if unknown or not wanted:
        named = ", ".join(unknown) or "nothing"
        refuse(f"--outcome: {named} is not an outcome of the trials. There are: {', '.join(known)}")
    syntheses = [synthesise(knowledge.trials, o) for o in dict.fromkeys(wanted)]
    if form is Face.JSON:
        from lenitive.render import evidence_json

        put(evidence_json(knowledge, syntheses, version=lenitive.__version__), out)
        return
    from lenitive.render import evidence_report

    write_report(
        evidence_report(knowledge, syntheses, version=lenitive.__version__),
        form,
        out,
        at=knowledge.trials.bias.read,
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evidence")(_evidence)
