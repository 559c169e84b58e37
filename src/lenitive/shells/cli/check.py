"""``lenitive check``: is a record readable, and what was read?"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lenitive.shells.cli.reading import RECORD_HELP, Dates, tell
from lenitive.terms import DateOrder

if TYPE_CHECKING:
    from lenitive.intake import RecordReading, WrittenNames
    from lenitive.record import Record

__all__ = ["register"]


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    strict: Annotated[
        bool, typer.Option("--strict", help="Let anything left out count as unreadable too.")
    ] = False,
    output: Annotated[_Format, typer.Option("--format", help="How to write the answer.")] = _Format.TEXT,
    dates: Dates = DateOrder.YMD,
) -> None:
    """List everything that is wrong with a record, and say what was read.

    Problems go to standard error, one a line: file, line, column, what is wrong, and what to do. What was read goes
    to standard output.

    Exit status: 0 when the record can be used, 2 when it cannot. A value that the format does not allow (a score of
    11, an impossible date, an unknown unit) makes a record unusable, because what is left without it would be
    another record. A column, key or file that the format does not know is reported and left out.

    Example: `lenitive check my-diary`
    """
    from lenitive.shells.files import open_record

    reading = open_record(record, dates=dates)
    usable = reading.record is not None and not (strict and reading.problems)
    if output is _Format.JSON:
        typer.echo(json.dumps(_document(reading, usable), indent=2, ensure_ascii=False))
    else:
        tell(reading.problems)
        if reading.record is not None:
            typer.echo("\n".join(_lines(reading.record)))
        count = len(reading.problems)
        verdict = "can be used" if usable else "cannot be used until this is mended"
        typer.echo(f"{count or 'no'} problem{'' if count == 1 else 's'}; the record {verdict}")
    raise typer.Exit(0 if usable else 2)


def _document(reading: RecordReading, usable: bool) -> dict[str, Any]:
    return {
        "schema": "lenitive.check/1",
        "usable": usable,
        "problems": [
            {
                "file": p.where.file,
                "line": p.where.line,
                "field": p.where.field,
                "what": p.what,
                "remedy": p.remedy,
                "fatal": p.fatal,
            }
            for p in reading.problems
        ],
        "read": None if reading.record is None else _lines(reading.record),
    }


def _lines(record: Record) -> list[str]:
    """What was read, in a few lines: enough to see a name, a dose or a column that was meant otherwise."""
    from lenitive.intake import WrittenNames
    from lenitive.terms import SCORES

    names = WrittenNames()
    lines = _people(record, names) + _agreed(record)
    for drug in dict.fromkeys(p.drug for p in record.medicines):
        steps = [
            f"{p.dose_mg_per_day:g} mg{' as needed' if p.as_needed else '/day'}{' (masked)' if p.masked else ''} "
            + (f"on {p.start}" if p.end == p.start else f"from {p.start}" + (f" to {p.end}" if p.end else ""))
            for p in record.periods(drug)
        ]
        shown = steps if len(steps) <= 12 else [*steps[:5], f"({len(steps) - 10} more)", *steps[-5:]]
        written = dict.fromkeys(p.written for p in record.periods(drug) if p.written)
        read_as = f"{', '.join(written)} ({drug})" if written and names.drug(drug).known else drug
        unknown = (
            ""
            if names.drug(drug).known
            else "; a name not known here: nothing is checked for it, no verdict is given"
        )
        lines.append(f"{read_as}: {', '.join(shown)}{unknown}")
    if record.diary:
        days = [entry.day for entry in record.diary]
        filled = {s.value: sum(entry.score(s) is not None for entry in record.diary) for s in SCORES}
        counts = ", ".join(f"{name} {count}" for name, count in filled.items() if count)
        span = (max(days) - min(days)).days + 1
        lines.append(f"diary: {len(days)} of {span} days, {min(days)} to {max(days)}; {counts or 'no score'}")
    else:
        lines.append("diary: no day")
    for name, entries in (
        ("side effects", record.effects),
        ("measurements", record.measurements),
        ("activities", record.activities),
    ):
        if entries:
            kinds = sorted(
                {
                    getattr(e, "effect", "") or getattr(e, "measure", "") or getattr(e, "activity", "")
                    for e in entries
                }
            )
            lines.append(f"{name}: {len(entries)} ({', '.join(kinds)})")
    for source, definition in sorted({(n.source, n.definition) for n in record.nights}):
        nights = [n.day for n in record.nights if (n.source, n.definition) == (source, definition)]
        lines.append(f"measured nights: {len(nights)}, {nights[0]} to {nights[-1]}, {source} by {definition}")
    return lines


def _agreed(record: Record) -> list[str]:
    """How the texts of the plan are read, and which of them are left to the reader."""
    from lenitive.knowledge import load
    from lenitive.render import said
    from lenitive.review import plan_readings

    if record.patient.plan is None:
        return []
    window = load().judgement.verdict.window_days.whole
    return [
        f"plan, {key}: {'; '.join(map(said, read)) or 'not understood; shown as written, to be judged by you'}"
        for key, read in plan_readings(record.patient.plan, window).items()
    ]


def _people(record: Record, names: WrittenNames) -> list[str]:
    """Conditions and allergies, and which of them no rule knows."""
    lines = []
    for key, entries, known in (
        ("conditions", record.patient.conditions, names.condition),
        ("allergies", record.patient.allergies, names.allergy),
    ):
        if entries:
            strange = [e.display or e.code for e in entries if not known(e)[0]]
            unchecked = f"; in no list, so not checked: {', '.join(strange)}" if strange else ""
            lines.append(f"{key}: {', '.join(e.display or e.code for e in entries)}{unchecked}")
    return lines
