"""``lenitive import table``: any diary table to a record folder, by a mapping file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.reading import Dates, tell
from lenitive.terms import DateOrder

__all__ = ["register"]

_HELP = """
Make a record folder from any diary table, by a mapping file.

What was wrong with the source goes to standard error, one a line; those rows and cells are left out. How each part
of the record was made goes to standard output, and into OUT as `import.txt`. Columns that the mapping does not
mention are reported. Exit status: 0 when the record was made, 2 when it was not.

Example, from the repository's root:

`lenitive import table diary.csv --mapping examples/mappings/esm-taper.toml --out my-record`

---

**The mapping file** is TOML. The smallest:

    format = "lenitive.mapping/1"
    title = "My diary"

    [day]
    column = "Date"
    format = "%d/%m/%Y"        # "iso", or a strptime pattern

    [diary.pain]
    of = "Pain tonight"        # a column, or a list of columns
    scale = [0, 100]           # the source values that become 0 (best) and 10 (worst)

**[file]** delimiter (auto , ; tab |), encoding (utf-8, utf-16, latin-1, windows-1252), skip_lines, decimal (. or ,),
thousands, missing = ["NA", ""], fill_down = columns where empty means "as in the row above", extra_cells (leave the
row out; ignore) for rows with more cells than there are columns.

**[day]** column and format; or columns = { year, month, day }. time_column, time_format. timezone (such as
Europe/Amsterdam), given_in (the zone of the source's moments), starts = "04:00" (earlier rows count to the day
before), entered_at = true (keep the last moment of the day).

**[names]** column, value: for a long table, one row for each answer; `of` then gives names, in which \\* stands for
any text.

**[diary.NAME]** for pain, sleep_disturbance, fatigue, interference, mood_low, sleep_hours, awakenings:

- of: the column or columns
- day: how several answers of a day become one: mean (default), median, first, last, max, min, sum, or same (they are
  copies; if they differ they are left out)
- across: how several columns become one: mean (default), max, min, sum, first
- between = ["18:00", "23:59"]: only rows of that time of day
- scale = [best, worst]: rescales to 0-10; [7, 1] reverses
- multiply, codes = { "often" = 7 }, shift_days = -1

**[diary.taken]** of, codes = { "1" = "yes" }. **[diary.note]** of.

**[[effects]]** effect, of, levels = { mild = 2, moderate = 4, severe = 6 } (lowest source value of each; below mild
it was asked and absent).

**[[measurements]]** measure, of, unit. **[[activities]]** activity, of (minutes).

**[[medicines]]** drug, times = ["bedtime"], and either dose_of (the column with the dose in mg), dose_is (day or
intake), begun, at_end (goes on; ends with the diary), masked = { of, values }, missed = { of, values }; or dose_mg,
start, end.

**[patient]** as in patient.toml. **ignore** = columns left out on purpose, such as ["soc_\\*"]. **limits** =
sentences that a reader of the record must know.
"""


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("table", help=_HELP)(table)


def table(
    source: Annotated[
        Path, typer.Argument(help="The table: CSV, or another delimited text.", show_default=False)
    ],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="The mapping file.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The record folder to make.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Put it over a record that is there.")] = False,
    dates: Dates = DateOrder.YMD,
) -> None:
    """Make a record folder from any diary table, by a mapping file."""
    from lenitive.intake import (
        FILES,
        LIMIT_BYTES,
        SOURCE_LIMIT_BYTES,
        ProblemReport,
        import_table,
        read_mapping,
    )
    from lenitive.shells.files import save_record

    if not replace and any((out / name).exists() for name in FILES):
        typer.echo(f"{out}: there is a record already. Name another folder, or add --replace.", err=True)
        raise typer.Exit(2)
    report = ProblemReport(mapping.name)
    checked = read_mapping(report, _bytes(mapping, LIMIT_BYTES))
    tell(report.problems)
    if checked is None:
        raise typer.Exit(2)
    done = import_table(source.name, _bytes(source, SOURCE_LIMIT_BYTES), checked, dates=dates)
    tell(done.problems)
    if done.record is None:
        raise typer.Exit(2)
    try:
        save_record(done.record, out)
        (out / "import.txt").write_text("\n".join(done.account) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        typer.echo(f"{out}: the folder cannot be written ({error.strerror}). Name another folder.", err=True)
        raise typer.Exit(2) from None
    typer.echo("\n".join(done.account))
    typer.echo(f"made {out}; next: lenitive check {out}")


def _bytes(path: Path, limit: int) -> bytes:
    """The start of a file, to one byte beyond the limit; the end of the command when it cannot be opened."""
    try:
        with path.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as error:
        typer.echo(f"{path}: the file cannot be opened ({error.strerror}). Check its name.", err=True)
        raise typer.Exit(2) from None
