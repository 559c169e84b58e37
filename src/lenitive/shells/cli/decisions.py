"""``lenitive decisions verify``: whether the decisions on a record are whole, and what is proven of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import RECORD_HELP, Dates
from lenitive.terms import DateOrder

if TYPE_CHECKING:
    from datetime import date

    from lenitive.review import Entry

__all__ = ["entries_or_exit", "register"]

decisions = typer.Typer(help="The decisions that were recorded on a record.", no_args_is_help=True)


def entries_or_exit(folder: Path, latest: date | None) -> tuple[Entry, ...]:
    """The decisions of a record, or the end of the command with exit status 2."""
    from lenitive.review import DecisionError
    from lenitive.shells.decisions import FILE, kept

    try:
        return kept(folder, latest=latest)
    except OSError:
        refuse(f"{FILE}: cannot be opened. Check its permissions")
    except DecisionError as error:
        remedy = "Put an untouched copy in its place"
        if error.at:
            remedy += (
                f"; without one, keep this file elsewhere, take {error.at} and all after it out, "
                "and record those decisions again"
            )
        refuse(f"{FILE}: {error}. The record of decisions is not whole. {remedy}")


def _line(entry: Entry) -> str:
    from lenitive.render import isolated

    option = entry.option
    what = f"{option.action.replace('_', ' ')} {option.drug}".strip() if option else ""
    by = "".join(c for c in entry.by if c.isprintable())
    return f"{entry.number}. {entry.on.isoformat()}, {isolated(by)}: option {entry.chosen}, {what}"


@decisions.command("verify")
def verify(
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", help="File of the public keys that the site knows (TOML).", show_default=False
        ),
    ] = None,
    dates: Dates = DateOrder.YMD,
) -> None:
    """Say whether the decisions on a record are whole, and with the site's keys what is proven of each.

    Without keys: that no line was changed, removed, added or moved within the file, and that each could be a decision. Not: who wrote it,
    when, and whether lines were cut off the end or the whole file was written anew.

    Example: `lenitive decisions verify my-record --keys keys.toml`

    Exit status 0 when the file is whole and, with --keys, each decision is signed or stands before one that is; 1 when one is neither;
    2 when the file is not whole or the keys cannot be read.
    """
    from lenitive.shells.decisions import FILE, clock_day, latest_day
    from lenitive.shells.files import open_record

    # Decisions can be looked at where the record beside them cannot be read.
    entries = entries_or_exit(record, latest_day(open_record(record, dates=dates).record, clock_day()))
    if not entries:
        typer.echo(f"{FILE}: no decision was recorded. next: lenitive decide {record}")
        return
    if keys is None:
        for entry in entries:
            typer.echo(f"{_line(entry)}. {_unchecked(entry)}")
        typer.echo(
            f"{FILE} is whole: {_count(entries)}, the last digest {entries[-1].digest}. This does not show who wrote "
            "them, or that none was cut off the end: compare that digest with the one kept elsewhere"
            + (", or check signatures with --keys FILE" if any(e.signed_by for e in entries) else "")
        )
        return

    from lenitive.render import said
    from lenitive.review import proofs
    from lenitive.shells.keys import KeyFileError, read_keys

    try:
        found = proofs(entries, read_keys(keys))
    except KeyFileError as error:
        refuse(f"--keys: {error}")
    for entry, proof in zip(entries, found, strict=True):
        typer.echo(f"{_line(entry)}. {said(proof.message)}")
    held = Counter(p.holds for p in found)
    typer.echo(
        f"{FILE} is whole: {_count(entries)}, {held[True]} proven by a signature, {held[False]} not; "
        f"the last digest {entries[-1].digest}"
    )
    if held[False]:
        raise typer.Exit(1)


def _count(entries: Sequence[Entry]) -> str:
    return "1 decision" if len(entries) == 1 else f"{len(entries)} decisions"


def _unchecked(entry: Entry) -> str:
    return f"Signed with key {entry.signed_by[:16]}, not checked" if entry.signed_by else "Not signed"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(decisions, name="decisions")
