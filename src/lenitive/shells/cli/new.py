"""``lenitive new``: an empty record folder that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import tell

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(new)


def new(
    record: Annotated[
        Path,
        typer.Argument(help="The folder to make; it may be there, but no record in it.", show_default=False),
    ],
    medicine: Annotated[
        list[str] | None,
        typer.Option(
            "--medicine",
            help="A medicine taken now: name, mg of one intake, first day and times, as Zispin:15:2026-03-01:bedtime. "
            "Give it again for more.",
            show_default=False,
        ),
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option("--condition", help="A condition; give it again for more.", show_default=False),
    ] = None,
    allergy: Annotated[
        list[str] | None,
        typer.Option(
            "--allergy", help="A drug or a class of drugs; give it again for more.", show_default=False
        ),
    ] = None,
    sheet: Annotated[
        bool,
        typer.Option(
            "--diary-sheet", help="Add diary-sheet.pdf: a week of the diary on one A4 page, to print."
        ),
    ] = False,
) -> None:
    """Make an empty record folder whose comments say how to fill it in.

    The files are plain text: fill them in with a spreadsheet or an editor, then run lenitive check on the folder. Names given
    here are read as check reads them; one that looks like a slip is asked about, and nothing is made.

    Examples:

        lenitive new my-diary

        lenitive new my-diary --diary-sheet

        lenitive new my-diary --medicine mirtazapine:15:2026-03-01:bedtime --condition fibromyalgia
    """
    from lenitive.intake import FILES, begun_folder, read_folder

    if not all(text.strip() for text in (*(medicine or ()), *(condition or ()), *(allergy or ()))):
        refuse("--medicine, --condition, --allergy: write a name")
    files = begun_folder(tuple(medicine or ()), tuple(condition or ()), tuple(allergy or ()))
    reading = read_folder(files)
    tell(reading.problems)
    if reading.record is None:
        raise typer.Exit(2)
    try:
        record.mkdir(parents=True, exist_ok=True)
        there = [name for name in FILES if (record / name).exists()]
        if there:
            typer.echo(f"{there[0]}: the folder already holds a record. Name another folder.", err=True)
            raise typer.Exit(2)
        for name, data in files.items():
            (record / name).write_bytes(data)
        if sheet:
            from lenitive.render import diary_sheet

            (record / "diary-sheet.pdf").write_bytes(diary_sheet())
    except OSError as error:
        typer.echo(f".: the folder cannot be written ({error.strerror}). Name another folder.", err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"made {record} with {', '.join(FILES)}; next: fill them in, then run: lenitive check {record}"
    )
