"""``lenitive monitor``: what to measure or ask, and when."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.reading import RECORD_HELP, Dates, record_or_exit
from lenitive.terms import DateOrder

__all__ = ["register"]


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    ICS = "ics"


def _monitor(
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    at: Annotated[
        str | None, typer.Option(help="Day, YYYY-MM-DD. Default: the last day with any entry.")
    ] = None,
    output: Annotated[
        _Format, typer.Option("--format", help="text, json, or ics for a calendar.")
    ] = _Format.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
    dates: Dates = DateOrder.YMD,
) -> None:
    """What is overdue, due and upcoming: weight, sodium, pressure, mood and what else the drugs ask for.

    Each line says which drug asks, why, and whether the timing is a source's or ours. A calendar names what to do
    and no patient.

    Example: `lenitive monitor examples/older-adult-dizziness-thin-data --format ics --out checks.ics`
    """
    read, _ = record_or_exit(record, dates)
    day = day_or_exit(at, "--at") or read.last_day
    if day is None:
        refuse("the record has no dated entry; name a day with --at")

    from lenitive.knowledge import load
    from lenitive.safety import monitoring

    items = monitoring(read, knowledge=load(), at=day)
    if output is _Format.TEXT and out is None:
        from rich.console import Console

        import lenitive
        from lenitive.render import Report, monitoring_section, print_report
        from lenitive.render import day as day_words

        simulated = read.patient.simulated
        report = Report(
            title=f"Checks due for {read.patient.id or 'this record'}",
            subtitle=f"As of {day_words(day)}. For clinicians.",
            banner=simulated[:1].upper() + simulated[1:],
            sections=(monitoring_section(items),),
            footer=f"Lenitive {lenitive.__version__}",
        )
        print_report(report, Console())
        return
    match output:
        case _Format.ICS:
            from lenitive.render import monitoring_ics

            data = monitoring_ics(items, at=day)
        case _Format.JSON:
            from lenitive.render import monitoring_document

            document = {
                "schema": "lenitive.monitor/1",
                "at": day.isoformat(),
                "monitoring": monitoring_document(items),
            }
            data = (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
        case _Format.TEXT:
            refuse("text goes to the terminal; to write a file use --format json or --format ics")
    if out is None:
        typer.get_binary_stream("stdout").write(data)
    else:
        out.write_bytes(data)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("monitor")(_monitor)
