"""``lenitive import sleep``: measured nights into a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import RECORD_HELP, REPLACE_HELP, Dates
from lenitive.shells.cli.sleep import (
    CODES_HELP,
    DEFINITION_HELP,
    DEVICE_HELP,
    EPOCH_HELP,
    FRAME_HELP,
    LIGHTS_HELP,
    RULE_HELP,
    SOURCE_HELP,
    START_HELP,
    ZONE_HELP,
    open_or_exit,
    options_or_exit,
    preferred_or_exit,
)
from lenitive.terms import DateOrder

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the group of imports."""
    app.command(name="sleep")(_import_sleep)


def _import_sleep(
    files: Annotated[list[Path], typer.Argument(help="Sleep files of this one patient.", show_default=False)],
    into: Annotated[Path, typer.Option(help=RECORD_HELP, show_default=False)],
    definition: Annotated[str, typer.Option(help=DEFINITION_HELP)] = "yasa-0.8",
    zone: Annotated[str | None, typer.Option(help=ZONE_HELP)] = None,
    union: Annotated[
        bool, typer.Option("--union", help="Merge all sources' sleep instead of one source a night.")
    ] = False,
    frame: Annotated[bool, typer.Option("--frame", help=FRAME_HELP)] = False,
    epoch: Annotated[float, typer.Option(help=EPOCH_HELP)] = 30.0,
    start: Annotated[str | None, typer.Option(help=START_HELP)] = None,
    codes: Annotated[str, typer.Option(help=CODES_HELP)] = "aasm",
    rule: Annotated[str, typer.Option(help=RULE_HELP)] = "cole-kripke",
    device: Annotated[str | None, typer.Option(help=DEVICE_HELP)] = None,
    lights: Annotated[str | None, typer.Option(help=LIGHTS_HELP)] = None,
    source: Annotated[str | None, typer.Option(help=SOURCE_HELP)] = None,
    dates: Dates = DateOrder.YMD,
    overwrite: Annotated[bool, typer.Option("--replace", help=REPLACE_HELP)] = False,
) -> None:
    """Add measured nights to a record, as its `nights.csv`.

    One row a day: one source a night, naps summed beside it. A night that the record already has from the same source by
    the same definition stays; where the file says something else it is listed, and taken only with `--replace`. A night that has
    grown since is brought up to date. No other file is touched, and diaries are read by `lenitive import FILE`.

    Example:

        lenitive import sleep export.zip --into my-record --zone Europe/London

    Exit status 2, and an unchanged record, when a file or the record cannot be used.
    """
    from lenitive.knowledge import load
    from lenitive.record import Record
    from lenitive.shells.cli.updating import bring_in, nights_words, standing_or_exit
    from lenitive.shells.importing import kept_nights
    from lenitive.sleep import nights

    known = load()
    definitions = known.sleep.definitions
    if definition not in definitions:
        refuse(f"--definition: one of {', '.join(definitions)}")
    standing = standing_or_exit(into, dates)
    options = options_or_exit(
        zone=zone, epoch=epoch, start=start, codes=codes, device=device, lights=lights, dates=dates, rule=rule
    )
    opened = open_or_exit(files, options)
    if not opened.sessions:
        refuse("no night has a date. Give the first epoch's time with --start 2026-03-01T22:30")
    found = nights(
        opened.sessions,
        definition=definitions[definition],
        lines=known.judgement.sleep,
        policy="union" if union else "one",
        prefer=preferred_or_exit(opened.sessions, source),
        frame=frame,
    )
    new = kept_nights(found)
    days = sorted(n.day for n in new)
    typer.echo(
        f"{nights_words(found)}, {days[0]} to {days[-1]}, from {', '.join(sorted({n.source for n in new}))}"
    )
    bring_in(standing, Record(nights=new), into, overwrite=overwrite)
