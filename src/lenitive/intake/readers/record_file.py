"""A record's own tables given alone: diary.csv, effects.csv and their like, also filled in with a spreadsheet."""

from __future__ import annotations

from functools import partial

from lenitive.files import FileForm, Grid, Probe, Reader, RefusedError, grid_of
from lenitive.intake import medicines
from lenitive.intake.daily import COLUMNS
from lenitive.intake.diary_table import Imported
from lenitive.intake.folder import read_folder
from lenitive.intake.options import DiaryOptions

__all__ = ["READERS"]

_TABLES = {**COLUMNS, medicines.FILE: (medicines.REQUIRED, medicines.OPTIONAL)}
# Columns that no other table has by these names, one of which tells each file.
_TELLS = {
    "diary.csv": ("sleep_disturbance", "mood_low", "interference", "entered_at"),
    "effects.csv": ("effect",),
    "measurements.csv": ("measure",),
    "activities.csv": ("activity",),
    "nights.csv": ("device_class",),
    "medicines.csv": ("dose_mg",),
}
_EXAMPLES = {
    "diary.csv": b"date,pain,sleep_disturbance,fatigue\n2026-03-01,5,4,6\n",
    "effects.csv": b"date,effect,severity\n2026-03-01,nausea,mild\n",
    "measurements.csv": b"date,measure,value,unit\n2026-03-01,weight,70,kg\n",
    "activities.csv": b"date,activity,minutes\n2026-03-01,walking,20\n",
    "nights.csv": b"date,source,device_class,definition,tib_min,tst_min\n2026-03-01,watch,wearable,device:times,480,420\n",
    "medicines.csv": b"drug,dose_mg,start,end,times\nmirtazapine,15,2026-03-01,,bedtime\n",
}


def _head(probe: Probe) -> Grid | None:
    if probe.form not in {FileForm.TEXT, FileForm.WORKBOOK}:
        return None
    try:
        return grid_of(probe, skip_lines=_comments(probe))
    except RefusedError:
        return None
    finally:
        probe.stream.seek(0)


def _comments(probe: Probe) -> int:
    """Lines of comment before the names of the columns."""
    lines = probe.head_text.splitlines() if probe.form is FileForm.TEXT else []
    return next((i for i, line in enumerate(lines) if line.strip() and not line.startswith(("#", '"#'))), 0)


def _is(probe: Probe, file: str) -> bool:
    """Whether a table has the columns of a record's file, and no others."""
    grid = _head(probe)
    required, optional = _TABLES[file]
    columns = {column.casefold() for column in grid.columns if column} if grid is not None else set()
    return set(required) <= columns <= {*required, *optional} and any(c in columns for c in _TELLS[file])


def _read(probe: Probe, options: DiaryOptions, *, file: str) -> Imported:
    data = _as_csv(probe) if probe.form is FileForm.WORKBOOK else probe.text.encode("utf-8")
    reading = read_folder({file: data}, dates=options.dates)
    return Imported(
        record=reading.record,
        problems=reading.problems,
        account=(f"{probe.name}: the columns of a record's {file}.",),
    )


def _as_csv(probe: Probe) -> bytes:
    import csv
    import io

    grid = grid_of(probe)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(grid.columns)
    writer.writerows(cells for _, cells in grid.rows)
    return out.getvalue().encode()


READERS = tuple(
    Reader(
        name=f"record-{file.removesuffix('.csv')}",
        words=f"a record's own {file}",
        recognises=partial(_is, file=file),
        read=partial(_read, file=file),
        example=_EXAMPLES[file],
        members=(file,),
    )
    for file in _TABLES
)
