"""Known apps: each mapping file in ``intake/mappings`` is a reader, recognised by its columns."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from importlib import resources

from lenitive.files import FileForm, Probe, Reader, RefusedError, grid_of
from lenitive.intake.diary_table import Imported, import_table
from lenitive.intake.draft import DraftHints
from lenitive.intake.drafted import import_drafted
from lenitive.intake.mapping import Recognised, TableMapping, read_mapping
from lenitive.intake.options import DiaryOptions
from lenitive.intake.report import ProblemReport
from lenitive.intake.write import toml_text
from lenitive.terms import Place, Problem

__all__ = ["READERS"]


def _ready() -> list[tuple[str, TableMapping]]:
    """The mappings that come with the program."""
    found = []
    for entry in sorted(
        resources.files("lenitive.intake").joinpath("mappings").iterdir(), key=lambda e: e.name
    ):
        if entry.name.endswith(".toml"):
            report = ProblemReport(entry.name)
            mapping = read_mapping(report, entry.read_bytes())
            if mapping is None or mapping.recognise is None:
                raise ValueError(f"{entry.name}: {'; '.join(map(str, report.problems)) or 'no [recognise]'}")
            found.append((entry.name.removesuffix(".toml"), mapping))
    return found


def _recognises(probe: Probe, mapping: TableMapping) -> bool:
    """Whether a table has every column that tells this app, and none that tells another."""
    known = mapping.recognise
    if known is None or probe.form not in {FileForm.TEXT, FileForm.WORKBOOK}:
        return False
    try:
        columns = [
            " ".join(c.casefold().split()) for c in grid_of(probe, skip_lines=mapping.file.skip_lines).columns
        ]
    except RefusedError:
        return False
    finally:
        probe.stream.seek(0)

    def there(pattern: str) -> bool:
        return any(fnmatchcase(column, pattern.casefold()) for column in columns)

    return all(map(there, known.columns)) and not any(map(there, known.without))


def _people(probe: Probe, column: str) -> list[str]:
    """The people in a table."""
    try:
        grid = grid_of(probe)
        at = grid.columns.index(column)
        return sorted({cells[at] for _, cells in grid.rows if at < len(cells) and cells[at]})
    except (RefusedError, ValueError):
        return []


def _asked(probe: Probe, known: Recognised, options: DiaryOptions) -> tuple[Problem, ...]:
    """What has to be said before such a file is read."""
    found = []
    if known.asks_zone and options.zone is None:
        what = "its moments are universal time and it names no time zone"
        found.append((what, "Give the patient's zone, such as --zone Europe/Berlin"))
    if known.person and known.person not in options.where and len(_people(probe, known.person)) > 1:
        count = len(_people(probe, known.person))
        found.append((f"{count} people are in it", f"Say which, as in --where {known.person}=ID"))
    return tuple(
        Problem(where=Place(file=probe.name), what=what, remedy=remedy, fatal=True) for what, remedy in found
    )


def _read(probe: Probe, options: DiaryOptions, *, mapping: TableMapping) -> Imported:
    """The table by its mapping, with what was said beside it; items are drafted where the app lets people name them."""
    known, day = mapping.recognise, mapping.day
    if known is None:
        return import_table(probe.name, probe, mapping, dates=options.dates)
    asked = _asked(probe, known, options)
    if asked:
        return Imported(record=None, problems=asked)
    where = {**mapping.where, **{column: (word,) for column, word in options.where.items()}}
    if known.drafted != "no":
        keys = day.model_dump(exclude_defaults=True, exclude_none=True)
        own = "".join(f"{key} = {toml_text(value)}\n" for key, value in keys.items())
        hints = DraftHints(
            dates=options.dates,
            scales=options.scales,
            first_day=options.first_day,
            title=mapping.title,
            day=own if known.drafted == "items" else "",
        )
        return import_drafted(probe, hints, where=where)
    zoned = day.model_copy(update={"timezone": options.zone}) if known.asks_zone else day
    return import_table(
        probe.name, probe, mapping.model_copy(update={"day": zoned, "where": where}), dates=options.dates
    )


READERS = tuple(
    Reader(
        name=name,
        words=mapping.recognise.words if mapping.recognise is not None else mapping.title,
        recognises=partial(_recognises, mapping=mapping),
        read=partial(_read, mapping=mapping),
        example=mapping.recognise.example.encode() if mapping.recognise is not None else None,
    )
    for name, mapping in _ready()
)
