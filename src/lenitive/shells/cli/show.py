"""``lenitive show``: a stored review shown again, without being made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import RECORD_HELP, record_or_exit
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

__all__ = ["register"]


def _show(
    document: Annotated[
        Path,
        typer.Argument(
            help="A document that `lenitive review --format json` wrote.", show_default=False, dir_okay=False
        ),
    ],
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    form: AsFormat = Format.TEXT,
    out: OutFile = None,
    brief: AsBrief = False,
    whom: ForWhom = For.CLINICIAN,
    schema: AsSchema = SchemaVersion.NOW,
) -> None:
    """Show a stored review again: the same bytes as when it was made, in any form.

    What is dated after the day of the review may have been added to the record since.

    Example: `lenitive show review.json my-record --format html --out review.html`

    Exit status 0 when it is shown; 2 when the document was altered, cannot be read, or belongs to another record.
    """
    how = Written(form=form, out=out, brief=brief, whom=whom, schema=schema)
    how.refuse_what_cannot_be()
    patient_record, _ = record_or_exit(record)
    try:
        data = document.read_bytes()
    except OSError:
        refuse(f"{document.name}: cannot be opened. Check its name and permissions")

    from lenitive.render import DocumentError, review_from

    try:
        stored = review_from(data, patient_record)
    except DocumentError as error:
        refuse(f"{document.name}: {error}")
    write(stored, how)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(_show)
