"""``lenitive new``: an empty record folder that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(new)


def new(
    record: Annotated[
        Path,
        typer.Argument(help="The folder to make; it may be there, but no record in it.", show_default=False),
    ],
) -> None:
    """Make an empty record folder whose comments say how to fill it in.

    The files are plain text: fill them in with a spreadsheet or an editor, then run lenitive check on the folder.

    Example: `lenitive new my-diary`
    """
    from lenitive.intake import FILES
    from lenitive.intake.blank import blank_folder

    try:
        record.mkdir(parents=True, exist_ok=True)
        there = [name for name in FILES if (record / name).exists()]
        if there:
            typer.echo(f"{there[0]}: the folder already holds a record. Name another folder.", err=True)
            raise typer.Exit(2)
        for name, data in blank_folder().items():
            (record / name).write_bytes(data)
    except OSError as error:
        typer.echo(f".: the folder cannot be written ({error.strerror}). Name another folder.", err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"made {record} with {', '.join(FILES)}; next: fill them in, then run: lenitive check {record}"
    )
