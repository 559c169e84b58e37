"""``lenitive import``: a record from what other systems keep; each source is a command of its own."""

from __future__ import annotations

import typer

from lenitive.shells.cli import import_sleep, import_table

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the group with its commands."""
    group = typer.Typer(
        help="Make a record from a table or from another system's export.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
    )
    for command in (import_sleep, import_table):
        command.register(group)
    app.add_typer(group, name="import")
