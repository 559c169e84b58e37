"""What every command that takes a record does first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from lenitive.record import Record
from lenitive.terms import DateOrder, Problem

__all__ = ["RECORD_HELP", "REPLACE_HELP", "Dates", "record_or_exit", "tell"]

REPLACE_HELP = (
    "Where the record already says something else, take what the file says; a copy of what stood is kept."
)
RECORD_HELP = "A record folder (make one with: lenitive new FOLDER)."


Dates = Annotated[
    DateOrder,
    typer.Option(
        "--dates",
        help="Order of dates that end with the year: dmy (31/05/2026) or mdy (05/31/2026). Never guessed.",
    ),
]


def tell(problems: Iterable[Problem]) -> None:
    """Write problems to standard error, one a line."""
    for problem in problems:
        typer.echo(str(problem), err=True)


def record_or_exit(path: Path, dates: DateOrder = DateOrder.YMD) -> tuple[Record, tuple[Problem, ...]]:
    """The record in a folder, with what was left out; or the end of the command with exit status 2.

    All problems go to standard error, one a line, in both cases.
    """
    from lenitive.shells.files import open_record

    reading = open_record(path, dates=dates)
    tell(reading.problems)
    if reading.record is None:
        raise typer.Exit(2)
    return reading.record, reading.problems
