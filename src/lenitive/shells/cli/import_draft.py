"""``lenitive import draft``: a mapping file drafted from a table, its guesses shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.import_files import diary_options_or_exit
from lenitive.shells.cli.reading import Dates
from lenitive.terms import DateOrder, one_line

__all__ = ["register"]


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(name="draft")(_draft)


def _draft(
    file: Annotated[Path, typer.Argument(help="A table: CSV, XLSX or ODS.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The mapping file to make; else it is printed.")
    ] = None,
    dates: Dates = DateOrder.YMD,
    scale: Annotated[
        list[str] | None, typer.Option(help='Best and worst value of a column, as in "Pain=0-10".')
    ] = None,
    first_day: Annotated[str | None, typer.Option(help="The day that numbered days begin on.")] = None,
) -> None:
    """Draft a mapping for a table: what each column was taken for, what told it, and what has to be asked.

    The draft is a mapping file for `lenitive import table`, to be corrected by hand. Its guesses stand in it as comments: separator,
    decimal mark, encoding, order of dates, scales, and which column is what. What nothing tells is a line that begins with ASK.

    Example:

        lenitive import draft diary.csv --out my.toml

    Exit status 0; 1 when something has to be asked; 2 when it is no table.
    """
    from lenitive.files import RefusedError, probed
    from lenitive.intake import DraftHints, ProblemReport, draft_of, import_table, read_mapping

    said = diary_options_or_exit(dates, scale or [], first_day, [], None)
    try:
        with file.open("rb") as stream:
            probe = probed(file.name, stream)
            hints = DraftHints(
                dates=said.dates, scales=said.scales, first_day=said.first_day, title=file.stem
            )
            draft = draft_of(probe, hints)
            checked = read_mapping(ProblemReport(file.name), draft.text.encode())
            counts: tuple[str, ...] = ()
            if checked is not None and not draft.questions:
                counts = import_table(file.name, probe, checked).account
    except OSError:
        refuse(f"{file.name}: the file cannot be opened; check its name and that you may read it")
    except RefusedError as no:
        refuse(f"{file.name}: {no.what}. {no.remedy}.")
    text = draft.text + "".join(f"# {one_line(line)}\n" for line in counts)
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            out.write_text(text, encoding="utf-8", newline="\n")
        except OSError:
            refuse(f"{out}: the file cannot be written; name another")
        for line in (*draft.guesses, *map(one_line, counts)):
            typer.echo(line)
        typer.echo(f"made {out}; next: lenitive import table {file} --mapping {out} --into RECORD")
    for what, remedy in draft.questions:
        typer.echo(one_line(f"{file.name}: {what}. {remedy}."), err=True)
    if draft.questions:
        raise typer.Exit(1)
