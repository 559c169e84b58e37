"""``lenitive kinetics``: the level that the doses really taken make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.naming import drug_or_exit
from lenitive.shells.cli.reading import RECORD_HELP, Dates, record_or_exit
from lenitive.terms import DateOrder

__all__ = ["register"]

# Above this many days the axis is drawn in steps of several hours, and above twice that it begins later.
_FINE_DAYS = 60


def _kinetics(
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    plot: Annotated[
        Path | None, typer.Option(help="Write the drawing to this .svg or .png file.", dir_okay=False)
    ] = None,
    drug: Annotated[
        str | None, typer.Option(help="Only this drug. Default: every drug with kinetics.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Last day, YYYY-MM-DD. Default: the last day with any entry.")
    ] = None,
    zone: Annotated[
        str, typer.Option(help="The patient's time zone, such as Europe/Berlin; summer time counts.")
    ] = "UTC",
    days: Annotated[int, typer.Option(help="How many days to draw, at most.", min=1)] = 120,
    dates: Dates = DateOrder.YMD,
) -> None:
    """The level of each drug over time, from the doses really taken: bedtimes, missed days, changes, as-needed.

    A measured level (measurements.csv, measure drug_level, the drug and, if known, the time HH:MM in the note)
    updates the patient's clearance. 30 to 80 ng/mL is a range for depression; 15 mg of mirtazapine normally sits
    below it.

    Example: `lenitive kinetics examples/clear-responder --plot levels.svg --zone Europe/Berlin`
    """
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    read, _ = record_or_exit(record, dates)
    day = day_or_exit(at, "--at") or read.last_day
    if day is None:
        refuse("the record has no dated entry; name a day with --at")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        refuse("--zone: not a time zone. Write it as Area/City, for example Europe/Berlin")
    if plot is not None and plot.suffix not in {".svg", ".png"}:
        refuse("--plot: end the file's name in .svg or .png")

    from rich.console import Console

    import lenitive
    from lenitive.knowledge import load
    from lenitive.render import Report, levels_file, levels_section, print_report
    from lenitive.render import day as day_words
    from lenitive.review import levels

    knowledge = load()
    if drug is not None and drug not in read.drugs:
        drug = drug_or_exit(drug, "--drug", knowledge)
    histories, not_drawn = levels(
        read,
        knowledge,
        at=day,
        zone=zone,
        since=day - timedelta(days=days - 1),
        step_h=1.0 if days <= _FINE_DAYS else 3.0,
        only=drug,
    )
    if drug is not None and not histories and not not_drawn:
        refuse("--drug: the record does not hold that drug")
    if plot is not None:
        if not histories:
            refuse("no drug of this record has kinetics to draw")
        plot.write_bytes(levels_file(histories, suffix=plot.suffix))
    simulated = read.patient.simulated
    report = Report(
        title=f"Levels for {read.patient.id or 'this record'}",
        subtitle=f"Until {day_words(day)}, clock of {zone}. For clinicians.",
        banner=simulated[:1].upper() + simulated[1:],
        sections=(levels_section(histories, not_drawn),),
        footer=f"Lenitive {lenitive.__version__}",
    )
    print_report(report, Console())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("kinetics")(_kinetics)
