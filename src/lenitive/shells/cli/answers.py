"""How commands refuse, and how they read a day."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

import typer

from lenitive.terms import EARLIEST, LATEST

__all__ = ["day_or_exit", "refuse"]


def refuse(*lines: str) -> NoReturn:
    """End with status 2 and one problem a line on standard error."""
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(2)


def day_or_exit(text: str | None, option: str) -> date | None:
    """A day given as text, or None when none was given."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse(f"{option}: not a day. Write it as YYYY-MM-DD, for example 2026-05-01")
    if not EARLIEST <= day <= LATEST:
        refuse(f"{option}: the year cannot be right. Use years from {EARLIEST.year} to {LATEST.year}")
    return day
