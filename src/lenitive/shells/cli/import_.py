"""``lenitive import``: a record from what apps, devices and other systems keep; a first word that is no verb is a file."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from lenitive.shells.cli import import_draft, import_files, import_sleep, import_table

__all__ = ["register"]

# Verbs, also those that other commands of this group have or will have; a file of such a name is given as ./table.
_VERBS = frozenset({"files", "table", "sleep", "fhir", "draft"})


class _FilesByDefault(TyperGroup):
    """A group whose first word may be a file: ``lenitive import export.zip --into RECORD``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with the verb for files put before a first word that is none."""
        if (args and args[0] not in _VERBS and args[0] not in {"--help", "--kinds"}) or args[:1] == [
            "--kinds"
        ]:
            args = ["files", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the group with its commands."""
    group = typer.Typer(
        help="Bring exports of apps, devices and spreadsheets into a record: lenitive import FILE... --into RECORD.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        cls=_FilesByDefault,
    )
    for command in (import_files, import_draft, import_table, import_sleep):
        command.register(group)
    app.add_typer(group, name="import")
