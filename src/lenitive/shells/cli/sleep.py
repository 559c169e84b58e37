"""``lenitive sleep``: what nights were made of, from the files of laboratories, devices and apps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import Dates, tell
from lenitive.terms import DateOrder

if TYPE_CHECKING:
    from lenitive.knowledge import SleepDefinition
    from lenitive.render import DoseBand, SleepFiles
    from lenitive.shells.sleep_files import Opened
    from lenitive.sleep import ReaderOptions, Session

__all__ = [
    "CODES_HELP",
    "DEFINITION_HELP",
    "DEVICE_HELP",
    "EPOCH_HELP",
    "FRAME_HELP",
    "LIGHTS_HELP",
    "RULE_HELP",
    "SOURCE_HELP",
    "START_HELP",
    "ZONE_HELP",
    "open_or_exit",
    "options_or_exit",
    "preferred_or_exit",
    "register",
]

ZONE_HELP = "The patient's time zone, such as Europe/London, for files whose times are UTC."
DEFINITION_HELP = "How timelines are counted: yasa-0.8, dreem-2020 or lights-to-lights."
EPOCH_HELP = "Seconds of an epoch, for hypnograms that do not say."
START_HELP = "When the first epoch began (2026-03-01T22:30), for hypnograms that do not say."
DEVICE_HELP = (
    "What measured the nights, for files that do not say: psg, actigraph, wearable, nearable, phone, manual."
)
LIGHTS_HELP = (
    "When the lights went off and on (22:30-07:00), for scored records that do not say; the rest is cut off."
)
FRAME_HELP = (
    "Let time in bed that another source recorded frame the nights: latency and efficiency count from it."
)
RULE_HELP = "Which rule makes sleep and wake of an actigraph's counts: cole-kripke or sadeh."
SOURCE_HELP = (
    "Use the nights of this source (part of its name) where there are several; without it, the rules choose."
)
CODES_HELP = "What numbers mean: aasm (0 W, 1-3 N1-N3, 4 REM) or rk (0 W, 1-4, 5 REM)."


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class _Plot(StrEnum):
    HYPNOGRAM = "hypnogram"
    NIGHTS = "nights"
    STAGES = "stages"
    TIMES = "times"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="sleep")(_sleep)


def options_or_exit(
    *,
    zone: str | None = None,
    epoch: float = 30.0,
    start: str | None = None,
    codes: str = "aasm",
    device: str | None = None,
    lights: str | None = None,
    dates: DateOrder = DateOrder.YMD,
    rule: str = "cole-kripke",
) -> ReaderOptions:
    """What the command line says of files that leave it unsaid, or the end with exit status 2."""
    from zoneinfo import ZoneInfo

    from lenitive.record import DeviceClass
    from lenitive.sleep import ReaderOptions

    kind: DeviceClass | None = None
    if device is not None:
        try:
            kind = DeviceClass(device)
        except ValueError:
            refuse(f"--device: one of {', '.join(DeviceClass)}")
    cut: tuple[time, time] | None = None
    if lights is not None:
        try:
            off, on = (time.fromisoformat(text.strip()) for text in lights.split("-"))
        except ValueError:
            refuse("--lights: not two times of day. Write them as 22:30-07:00")
        cut = (off, on)

    place: tzinfo | None = None
    if zone is not None:
        try:
            place = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            refuse("--zone: not a time zone. Write it as Europe/London or America/New_York")
    begin: datetime | None = None
    if start is not None:
        try:
            begin = datetime.fromisoformat(start)
        except ValueError:
            refuse("--start: not a time. Write it as 2026-03-01T22:30")
    if not 1 <= epoch <= 120:
        refuse("--epoch: an epoch lasts 1 to 120 seconds")
    if codes not in {"aasm", "rk"}:
        refuse("--codes: aasm or rk")
    if rule not in {"cole-kripke", "sadeh"}:
        refuse("--rule: cole-kripke or sadeh")
    return ReaderOptions(
        zone=place, epoch_s=epoch, start=begin, codes=codes, device=kind, lights=cut, dates=dates, rule=rule
    )


def preferred_or_exit(sessions: Sequence[Session], source: str | None) -> str:
    """The source that was asked for, or the end with exit status 2 when no file has one of that name."""
    if source is None:
        return ""
    names = sorted({s.source for s in sessions})
    if not any(source.casefold() in name.casefold() for name in names):
        refuse(f"--source: no such source; the files have {', '.join(names) or 'none with a date'}")
    return source


def open_or_exit(files: list[Path], options: ReaderOptions) -> Opened:
    """What the files held, or the end with exit status 2 when one cannot be used.

    A progress line on standard error names each file of more than 50 MB while it is read.
    """
    from rich.console import Console

    from lenitive.shells.sleep_files import open_sleep

    console = Console(stderr=True)

    def name(path: Path) -> None:
        size = path.stat().st_size if path.is_file() else 0
        if size > 50e6:
            console.print(f"reading {path.name}, {size / 1e6:.0f} MB ...", style="dim", highlight=False)

    opened = open_sleep(files, options, name)
    tell(opened.problems)
    if not opened.usable:
        raise typer.Exit(2)
    return opened


def _draw(plot: _Plot, opened: Opened, made: SleepFiles, doses: Path | None, out: Path) -> None:
    from lenitive.render import hypnogram_spec, night_bars, picture, raster_spec, shares_spec, times_spec
    from lenitive.sleep import MixedDefinitionsError, to_record, week_shares

    if plot is _Plot.HYPNOGRAM:
        scored = [n for _, n in opened.hypnograms] or [
            s for n in made.nights if (s := n.main.scored) is not None
        ]
        if not scored:
            refuse("--plot hypnogram: none of the files has a timeline of stages")
        spec = hypnogram_spec(scored[0])
    else:
        if not made.nights:
            refuse(f"--plot {plot.value}: no night has a date. Give the first epoch's time with --start")
        bars = night_bars(made.nights)
        if plot is _Plot.NIGHTS:
            spec = raster_spec(bars)
        elif plot is _Plot.TIMES:
            spec = times_spec(bars)
        else:
            try:
                weeks = week_shares([to_record(n) for n in made.nights])
            except MixedDefinitionsError as error:
                refuse(f"--plot stages: {error}")
            if not weeks:
                refuse("--plot stages: no night tells stages apart")
            spec = shares_spec(weeks, _doses(doses, weeks[-1].monday + timedelta(days=6)))
    try:
        out.write_bytes(picture(spec, out.suffix.lower()))
    except ValueError as error:
        refuse(f"--out: {error}")
    except OSError:
        refuse("--out: the file cannot be written")


def _doses(path: Path | None, last: date) -> tuple[DoseBand, ...]:
    """The doses of a record up to a day, for drawing above; none without a record."""
    if path is None:
        return ()
    from lenitive.render import dose_bands
    from lenitive.shells.cli.reading import record_or_exit

    record, _ = record_or_exit(path)
    return dose_bands(record.until(last), last)


def _compare(opened: Opened, scored: Opened, definition: SleepDefinition) -> None:
    from rich.console import Console

    from lenitive.render import print_sections, validation_sections
    from lenitive.sleep import paired

    pairs = paired(opened.sessions, scored.sessions)
    sections = validation_sections(pairs, definition)
    if not sections:
        refuse(
            "--against: no night of the device shares an hour with a scored one. Both need their dates (--start) and a timeline of stages"
        )
    console = Console()
    print_sections(sections, console if console.is_terminal else Console(width=130))


def _sleep(
    files: Annotated[
        list[Path], typer.Argument(help="Sleep files; the format is found out.", show_default=False)
    ],
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
    against: Annotated[
        list[Path] | None,
        typer.Option(help="The same nights scored: how well does the device do against them?"),
    ] = None,
    output: Annotated[_Format, typer.Option("--format", help="text or json.")] = _Format.TEXT,
    plot: Annotated[
        _Plot | None, typer.Option(help="Draw one night, all nights, stage shares by week, or sleep times.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The picture's file, .svg or .png.", dir_okay=False)
    ] = None,
    doses: Annotated[
        Path | None, typer.Option(help="A record folder whose doses are drawn above the stage shares.")
    ] = None,
) -> None:
    """What were these nights made of, by a stated definition?

    Reads hypnograms (text, CSV, JSON, EDF+, NSRR and Profusion XML) and exports of Apple Health, Fitbit, Oura, Garmin,
    Withings (also the zip of an account), Google Fit, Health Connect (also its own backup), Open mHealth and Sleep as
    Android.

    Examples:

        lenitive sleep export.zip --zone Europe/London

        lenitive sleep watch.zip --against night.edf

        lenitive sleep night.edf --definition lights-to-lights --plot hypnogram --out night.svg

    Exit status 2 when a file cannot be used, with one problem a line on standard error.
    """
    from lenitive.knowledge import load
    from lenitive.sleep import nights, regularity

    known = load()
    definitions, lines = known.sleep.definitions, known.judgement.sleep
    if definition not in definitions:
        refuse(f"--definition: one of {', '.join(definitions)}")
    if (plot is None) != (out is None):
        refuse("--plot and --out go together, as in: --plot nights --out nights.svg")
    options = options_or_exit(
        zone=zone, epoch=epoch, start=start, codes=codes, device=device, lights=lights, dates=dates, rule=rule
    )
    opened = open_or_exit(files, options)

    from lenitive.render import SleepFiles, sleep_document, sleep_sections

    devices = known.sleep.devices
    found = nights(
        opened.sessions,
        definition=definitions[definition],
        lines=lines,
        policy="union" if union else "one",
        prefer=preferred_or_exit(opened.sessions, source),
        frame=frame,
    )
    made = SleepFiles(
        definition=definitions[definition],
        rule=known.sleep.cycles,
        nights=tuple(found),
        hypnograms=opened.hypnograms,
        regularity=regularity(found, lines=lines),
        rhythms=opened.rhythms,
        problems=opened.problems,
        caution=f"{devices.stages.value} {devices.wake.value} A change of stages alone is no ground for a change of treatment.",
    )
    if against is not None:
        _compare(opened, open_or_exit(against, options), definitions[definition])
        return
    if plot is not None and out is not None:
        _draw(plot, opened, made, doses, out)
    if output is _Format.JSON:
        typer.echo(json.dumps(sleep_document(made), indent=1, ensure_ascii=False))
        return
    from rich.console import Console

    from lenitive.render import print_sections

    console = Console()
    # A file or a pipe has no width of its own: the widest table fits in this one.
    print_sections(sleep_sections(made), console if console.is_terminal else Console(width=130))
