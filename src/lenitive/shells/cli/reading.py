"""What every command that takes a record does first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from lenitive.record import Record
from lenitive.terms import Problem

__all__ = ["RECORD_HELP", "record_or_exit", "tell"]

RECORD_HELP = "A record folder (make one with: lenitive new FOLDER)."


def tell(problems: Iterable[Problem]) -> None:
    """Write problems to standard error, one a line."""
    for problem in problems:
        typer.echo(str(problem), err=True)


def record_or_exit(path: Path) -> tuple[Record, tuple[Problem, ...]]:
    """The record in a folder, with what was left out; or the end of the command with exit status 2.

    All problems go to standard error, one a line, in both cases.
    """
    from lenitive.shells.files import open_record

    reading = open_record(path)
    tell(reading.problems)
    if reading.record is None:
        raise typer.Exit(2)
    return reading.record, reading.problems
