"""``lenitive demo``: the example records reviewed, and the reports named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse

__all__ = ["register"]

# This man had no pain to speak of: low mood stands in its place.
_OUTCOMES = {"real-antidepressant-taper": ("sleep_disturbance", "mood_low", "fatigue")}


def _demo(
    examples: Annotated[Path, typer.Option(help="Folder of example records.")] = Path("examples"),
    out: Annotated[
        Path, typer.Option(help="Folder for the reports; made when absent.", file_okay=False)
    ] = Path("out/demo"),
) -> None:
    """Review every example record, a real diary among them, and write an HTML and a PDF report of each.

    Run it from the project's folder, or name the examples' folder.
    """
    records = sorted(p.parent for p in examples.glob("*/diary.csv"))
    if not records:
        refuse(
            f"{examples}: no example record here. Run this from the project's folder, or name one with --examples"
        )

    from rich.console import Console
    from rich.progress import track

    from lenitive.knowledge import load
    from lenitive.render import day
    from lenitive.review import DEFAULT_OUTCOMES, review
    from lenitive.shells.cli.reading import record_or_exit
    from lenitive.shells.cli.written import Format, Written, report_of, write
    from lenitive.terms import Score

    console = Console()
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for folder in track(records, description="Reviewing the examples", console=console):
        record, problems = record_or_exit(folder)
        sleep, pain, fatigue = (Score(o) for o in _OUTCOMES.get(folder.name, DEFAULT_OUTCOMES))
        made = review(record, load(), outcomes=(sleep, pain, fatigue), problems=problems)
        for form in (Format.HTML, Format.PDF, Format.JSON):
            write(made, Written(form=form, out=out / f"{folder.name}.{form.value}"))
        written.append((folder, made))
    for folder, made in written:
        report = report_of(made)
        first = report.sections[0]
        console.print(f"\n[bold]{folder.name}[/bold] (as of {day(made.at)})", highlight=False)
        for block in first.blocks[:1]:
            console.print(f"  {getattr(block, 'title', '')}", highlight=False, markup=False)
        for ending in ("html", "pdf"):
            console.print(
                f"  {(out / f'{folder.name}.{ending}').resolve()}",
                highlight=False,
                soft_wrap=True,
                markup=False,
            )
    console.print(
        "\nAll example patients are simulated but one: real-antidepressant-taper is a real diary (CC BY 4.0, see examples/README.md). Open an HTML file in a browser, or read one here:"
    )
    console.print(f"  .venv/bin/lenitive review {records[0]}", highlight=False, soft_wrap=True, markup=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(_demo)
