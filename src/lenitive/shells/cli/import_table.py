"""``lenitive import table``: any diary table to a record folder, by a mapping file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import REPLACE_HELP, Dates, tell
from lenitive.terms import DateOrder, one_line

__all__ = ["register"]

_HELP = """
Bring any diary table into a record folder, by a mapping file; the folder is made where there is none.

What was wrong with the source goes to standard error, one a line; those rows and cells are left out. How each part
of the record was made goes to standard output, and into the folder as `import.txt`. Columns that the mapping does not
mention are reported. A record that is there is brought up to date: what is new is added, what the table does not speak of stays,
what differs is listed and taken only with `--replace`. Exit status: 0; 1 when something was read that you should look at; 2, and an unchanged
record, when it could not be used.

Example: `lenitive import table diary.csv --mapping my.toml --into my-record`

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

**[file]** delimiter (auto , ; tab |), encoding (auto, or a name such as utf-8, utf-16, windows-1252), skip_lines, decimal (. or ,),
thousands, missing = ["NA", ""], fill_down = columns where empty means "as in the row above", extra_cells (leave the
row out; ignore) for rows with more cells than there are columns.

**[where]** COLUMN = "word" or a list: only these rows, in any case; \\* stands for any text. One person of several, say.

**[day]** column and format (iso, a pattern, unix, unix-ms, excel, number); or columns = { year, month, day }. else_column counts where the first is
empty. number needs first, the day it counts from, and counts_from (1 or 0). offset_column: seconds that local time is ahead of Unix time.
order = "any" for rows that are not sorted. time_column, time_format. timezone (such as
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
- where = { category = "Symptom" }: only rows whose column holds a word; value: the column with the value in a long table,
  where it is another one
- multiply, codes = { "often" = 7 }, shift_days = -1

**[diary.taken]** of, codes = { "1" = "yes" }. **[diary.note]** of.

**[[effects]]** effect, of, levels = { mild = 2, moderate = 4, severe = 6 } (lowest source value of each; below mild
it was asked and absent).

**[[measurements]]** measure, of, unit. **[[activities]]** activity, of (minutes).

**[[medicines]]** drug, times = ["bedtime"], and either dose_of (the column with the dose in mg), dose_is (day or
intake), rows (last, or sum of a day's intakes), codes (arms and words to mg), drug_of (the column that names the drug), where, begun, at_end (goes on; ends with the diary), masked = { of, values }, missed = { of, values }; or dose_mg,
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
    into: Annotated[
        Path | None, typer.Option("--into", "--out", "-o", help="The record folder.", show_default=False)
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Say what would be read, item by item, and write nothing.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help=REPLACE_HELP)] = False,
    dates: Dates = DateOrder.YMD,
) -> None:
    """Bring any diary table into a record folder, by a mapping file."""
    from lenitive.files import RefusedError, probed
    from lenitive.intake import LIMIT_BYTES, ProblemReport, import_table, read_mapping
    from lenitive.record import Record
    from lenitive.shells.cli.updating import bring_in, standing_or_exit

    if into is None and not check:
        refuse("name the record with --into, or say --check to see what would be read")
    report = ProblemReport(mapping.name)
    checked = read_mapping(report, _bytes(mapping, LIMIT_BYTES))
    tell(report.problems)
    if checked is None:
        raise typer.Exit(2)
    try:
        with source.open("rb") as stream:
            done = import_table(source.name, probed(source.name, stream), checked, dates=dates)
    except OSError as error:
        refuse(f"{source}: the file cannot be opened ({error.strerror}). Check its name.")
    except RefusedError as no:
        refuse(f"{source.name}: {no.what}. {no.remedy}.")
    tell(done.problems)
    if done.record is None:
        raise typer.Exit(2)
    standing = Record() if into is None else standing_or_exit(into, dates)
    typer.echo("\n".join(map(one_line, done.account)))
    if check or into is None:
        typer.echo("nothing was written")
        raise typer.Exit(1 if done.loud else 0)
    bring_in(standing, done.record, into, overwrite=replace, account=done.account)
    typer.echo(f"next: lenitive check {into}")
    if done.loud:
        raise typer.Exit(1)


def _bytes(path: Path, limit: int) -> bytes:
    """The start of a file, to one byte beyond the limit; the end of the command when it cannot be opened."""
    try:
        with path.open("rb") as opened:
            return opened.read(limit + 1)
    except OSError as error:
        refuse(f"{path}: the file cannot be opened ({error.strerror}). Check its name.")
