"""``lenitive import FILE...``: exports as apps and devices made them, recognised, into a record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.reading import REPLACE_HELP, Dates, tell
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
    options_or_exit,
)
from lenitive.terms import DateOrder

if TYPE_CHECKING:
    from lenitive.intake import DiaryOptions
    from lenitive.record import Record
    from lenitive.shells.importing import Gathered

__all__ = ["diary_options_or_exit", "register"]

INTO_HELP = "The record folder; it is made where there is none."


def register(group: typer.Typer) -> None:
    """Add the command; its name is not needed."""
    group.command(name="files")(_files)


def diary_options_or_exit(
    dates: DateOrder, scale: list[str], first_day: str | None, where: list[str], zone: str | None
) -> DiaryOptions:
    """What the command line says beside a diary, or the end with exit status 2."""
    from lenitive.intake import DiaryOptions

    scales: dict[str, tuple[float, float]] = {}
    for text in scale:
        name, _, ends = text.rpartition("=")
        try:
            best, worst = (float(end) for end in ends.split("-"))
        except ValueError:
            refuse(
                f'--scale: write the column and its best and worst value, as in --scale "Pain=0-10"; not {text}'
            )
        if not name or best == worst:
            refuse('--scale: name a column and two different values, as in --scale "Mood=5-1"')
        scales[name] = (best, worst)
    words: dict[str, str] = {}
    for text in where:
        column, mark, word = text.partition("=")
        if not column or not mark:
            refuse("--where: write it as COLUMN=WORD, as in --where participant_id=17")
        words[column] = word
    return DiaryOptions(
        dates=dates, scales=scales, first_day=day_or_exit(first_day, "--first-day"), where=words, zone=zone
    )


def _files(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Exports of this one patient.", show_default=False)
    ] = None,
    into: Annotated[Path | None, typer.Option(help=INTO_HELP, show_default=False)] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="What the files are, where they are taken for something else.")
    ] = None,
    show_kinds: Annotated[
        bool, typer.Option("--kinds", help="List the kinds of file that are read, and end.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what would be read, item by item, and write nothing.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--replace", help=REPLACE_HELP)] = False,
    dates: Dates = DateOrder.YMD,
    zone: Annotated[str | None, typer.Option(help=ZONE_HELP)] = None,
    scale: Annotated[
        list[str] | None, typer.Option(help='Best and worst value of a column, as in "Pain=0-10".')
    ] = None,
    first_day: Annotated[str | None, typer.Option(help="The day that numbered days begin on.")] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Only rows whose column holds a word: COLUMN=WORD.")
    ] = None,
    definition: Annotated[str, typer.Option(help=DEFINITION_HELP)] = "yasa-0.8",
    source: Annotated[str | None, typer.Option(help=SOURCE_HELP)] = None,
    union: Annotated[
        bool, typer.Option("--union", help="Merge all sources' sleep instead of one source a night.")
    ] = False,
    frame: Annotated[bool, typer.Option("--frame", help=FRAME_HELP)] = False,
    device: Annotated[str | None, typer.Option(help=DEVICE_HELP)] = None,
    lights: Annotated[str | None, typer.Option(help=LIGHTS_HELP)] = None,
    start: Annotated[str | None, typer.Option(help=START_HELP)] = None,
    epoch: Annotated[float, typer.Option(help=EPOCH_HELP)] = 30.0,
    codes: Annotated[str, typer.Option(help=CODES_HELP)] = "aasm",
    rule: Annotated[str, typer.Option(help=RULE_HELP)] = "cole-kripke",
) -> None:
    """Bring exports into a record, as the app or the watch made them.

    Each file is recognised by its content (zip, gzip or plain; CSV, XLSX, ODS, JSON, XML, EDF+, SQLite) and named as what it was taken
    for; `--as` overrules. Diaries and nights may be given together. A record that is there is brought up to date: what is new is
    added, what the files do not speak of stays, and where they differ it is listed and nothing is overwritten without `--replace`.

    Examples:

        lenitive import export.zip --into my-record --zone Europe/London

        lenitive import diary.xlsx --into my-record --dates dmy --scale "Pain=0-10"

    Exit status 0; 1 when something was read that you should look at; 2, and an unchanged record, when a file or the record cannot be used.
    """
    from lenitive.shells.importing import TABLE, gather, kinds

    if show_kinds:
        for reader in kinds():
            typer.echo(f"{reader.name:24} {reader.words}")
        typer.echo(f"{TABLE:24} any other table, read by the names of its columns")
        return
    if not files or (into is None and not check):
        refuse("name the files and the record, as in: lenitive import export.zip --into my-record")
    if kind is not None and kind not in {TABLE, *(reader.name for reader in kinds())}:
        refuse("--as: no such kind of file; lenitive import --kinds lists them")
    found = gather(
        files,
        kind=kind,
        diary=diary_options_or_exit(dates, scale or [], first_day, where or [], zone),
        nights=options_or_exit(
            zone=zone,
            epoch=epoch,
            start=start,
            codes=codes,
            device=device,
            lights=lights,
            dates=dates,
            rule=rule,
        ),
        progress=_progress,
    )
    for line in found.taken:
        typer.echo(line)
    for line in found.account:
        typer.echo(f"  {line}")
    tell(found.problems)
    if not found.usable:
        raise typer.Exit(2)
    record = _with_nights(found, definition, union, source, frame)
    if check or into is None:
        typer.echo("nothing was written")
        raise typer.Exit(1 if found.loud else 0)
    from lenitive.shells.cli.updating import bring_in, standing_or_exit

    bring_in(
        standing_or_exit(into, dates),
        record,
        into,
        overwrite=overwrite,
        account=(*found.taken, *found.account),
        contradictions=found.differences,
    )
    typer.echo(f"next: lenitive check {into}")
    if found.loud:
        raise typer.Exit(1)


def _progress(path: Path) -> None:
    size = path.stat().st_size if path.is_file() else 0
    if size > 50e6:
        typer.echo(f"reading {path.name}, {size / 1e6:.0f} MB ...", err=True)


def _with_nights(found: Gathered, definition: str, union: bool, source: str | None, frame: bool) -> Record:
    """The record that the files make together, their sleeps as nights."""
    from dataclasses import replace

    from lenitive.knowledge import load
    from lenitive.shells.cli.sleep import preferred_or_exit
    from lenitive.shells.cli.updating import nights_words
    from lenitive.shells.importing import kept_nights, nights_of
    from lenitive.sleep import DIARY_SOURCE

    known = load()
    if definition not in known.sleep.definitions:
        refuse(f"--definition: one of {', '.join(known.sleep.definitions)}")
    if not found.sessions:
        if found.hypnograms and found.record == type(found.record)():
            refuse("no night has a date. Give the first epoch's time with --start 2026-03-01T22:30")
        return found.record
    made = nights_of(
        found.sessions,
        definition=known.sleep.definitions[definition],
        lines=known.judgement.sleep,
        union=union,
        prefer=preferred_or_exit([s for s in found.sessions if s.source != DIARY_SOURCE], source),
        frame=frame,
    )
    kept = kept_nights(made)
    days = sorted(n.day for n in kept)
    sources = ", ".join(sorted({n.source for n in kept}))
    typer.echo(f"{nights_words(made)}, {days[0]} to {days[-1]}, from {sources}")
    left = sorted({other for night in made for other in night.others})
    if left:
        typer.echo(f"one source a night; also recorded and not added: {', '.join(left)} (--source picks one)")
    return replace(found.record, nights=(*found.record.nights, *kept))
