"""A column of doses to periods of constant dosing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from lenitive.frozen import dataclass
from lenitive.intake.amounts import split_dose
from lenitive.intake.mapping import DoseItem, FileShape, When
from lenitive.intake.names import WrittenNames as DrugNames
from lenitive.intake.names import suggestion
from lenitive.intake.report import ProblemReport
from lenitive.intake.scripts import LOOK_ALIKE
from lenitive.intake.source import DAY, LINE, Row, TableSource, same_word
from lenitive.record import IntakeTime, MedicinePeriod

__all__ = ["periods_from"]


def periods_from(
    item: DoseItem, source: TableSource, shape: FileShape, report: ProblemReport, account: list[str]
) -> tuple[MedicinePeriod, ...]:
    """The periods of one medicine, or of each that a column names: by the dose column or as the mapping states them.

    The last row of a day counts, or the sum of a day's intakes. A dose goes on until the first row that shows another, also
    over days without a row; a period of dose 0 is kept, because it says that the drug was known not to be taken.
    """
    rows = [
        row
        for row in source.rows
        if all(same_word(row[source.places[column]], words) for column, words in item.where.items())
    ]
    if not item.drug_of:
        return _one_drug(item, _Rows(rows, source.places), shape, report, account)
    named: dict[str, list[Row]] = {}
    for row in rows:
        text = row[source.places[item.drug_of]]
        if text:
            found = split_dose(text)
            named.setdefault(found[0] if found is not None else text, []).append(row)
    periods: list[MedicinePeriod] = []
    for name, own in named.items():
        one = item.model_copy(update={"drug": name, "drug_of": ""})
        periods += _one_drug(one, _Rows(own, source.places), shape, report, account)
    return tuple(periods)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one medicine, and where in them the cells of a column stand."""

    rows: list[Row]
    places: dict[str, int]

    def cell(self, row: Row, column: str) -> str:
        """What a row holds in a column."""
        text: str = row[self.places[column]]
        return text


def _one_drug(
    item: DoseItem, source: _Rows, shape: FileShape, report: ProblemReport, account: list[str]
) -> tuple[MedicinePeriod, ...]:
    times = tuple(IntakeTime(text) for text in item.times)
    written = " ".join(item.drug.split())
    names = DrugNames()
    name = names.drug(written)
    if name.deceptive or name.near:
        remedy = LOOK_ALIKE[1] if name.deceptive else suggestion(name.near)
        what = (
            LOOK_ALIKE[0] if name.deceptive else "the name is in no list of drugs, and looks like one that is"
        )
        report.add(None, "medicines.drug", what, f"{remedy} Correct [[medicines]] in the mapping")
        return ()
    drug = name.drug
    made = partial(
        MedicinePeriod,
        drug=drug,
        written="" if written == drug else written,
        times=times,
        form=item.form,
        reason=item.reason,
    )
    try:
        if not item.dose_of:
            period = made(dose_mg=item.dose_mg or 0.0, start=item.start or date.min, end=item.end)
            account.append(f"medicines.{drug}: the period that the mapping states.")
            return (period,)
        return _from_column(
            item, made, source, partial(_dose, shape=shape, item=item, names=names), report, account
        )
    except ValueError as error:
        report.add(None, f"medicines.{drug}", str(error), "Correct [[medicines]] in the mapping")
        return ()


def _dose(text: str, *, shape: FileShape, item: DoseItem, names: DrugNames) -> float | None:
    """The mg of a cell: a number, one with its unit, or one beside the drug's own name; None for anything else."""
    if item.codes is not None:
        return {" ".join(k.casefold().split()): v for k, v in item.codes.items()}.get(
            " ".join(text.casefold().split())
        )
    plain = shape.number(text)
    if plain is not None:
        return plain
    found = split_dose(text)
    if found is None:
        return None
    around, mg = found
    return mg if not around or names.drug(around).drug == names.drug(item.drug).drug else None


def _from_column(
    item: DoseItem,
    made: Callable[..., MedicinePeriod],
    source: _Rows,
    read: Callable[[str], float | None],
    report: ProblemReport,
    account: list[str],
) -> tuple[MedicinePeriod, ...]:
    by_day: dict[date, tuple[float, bool]] = {}
    asked = 0
    for row in source.rows:
        text = source.cell(row, item.dose_of)
        if not text:
            continue
        asked += 1
        dose = read(text)
        if dose is None or dose < 0:
            report.add(
                row[LINE],
                item.dose_of,
                "this is not a dose; it was left out",
                "Correct it, or add it to file.missing",
                fatal=False,
            )
            continue
        before = by_day.get(row[DAY], (0.0, False))[0] if item.rows == "sum" else 0.0
        by_day[row[DAY]] = (before + dose, _says(item.masked, source, row))
    if asked and not by_day:
        report.add(
            None,
            item.dose_of,
            f"medicines.{item.drug}: 0 of {asked} doses read",
            "Correct its codes in the mapping, or take the medicine out",
        )
    missed = {row[DAY] for row in source.rows if _says(item.missed, source, row)}
    share = len(item.times) if item.dose_is == "day" else 1
    runs = [
        (key, [day for day, _ in run])
        for key, run in groupby(sorted(by_day.items()), key=lambda entry: entry[1])
    ]
    found = []
    for i, ((dose, masked), days) in enumerate(runs):
        start = item.begun if i == 0 and item.begun is not None else days[0]
        if i + 1 < len(runs):
            end: date | None = runs[i + 1][1][0] - timedelta(days=1)
        else:
            end = None if item.at_end == "goes on" else days[-1]
        found.append(
            made(
                dose_mg=round(dose / share, 6),
                start=start,
                end=end,
                missed=frozenset(
                    day for day in missed if dose > 0 and start <= day and (end is None or day <= end)
                ),
                masked=masked,
            )
        )
    begun = f", the first taken to have begun on {item.begun}" if item.begun is not None else ""
    per = "mg a day" if item.dose_is == "day" else "mg an intake"
    hidden = sum(period.masked for period in found)
    account.append(
        f"medicines.{found[0].drug if found else item.drug}: {'sum' if item.rows == 'sum' else 'last'} {item.dose_of} of a day, {per}; {len(found)} periods, {hidden} of them masked{begun}."
    )
    return tuple(found)


def _says(when: When | None, source: _Rows, row: Row) -> bool:
    return when is not None and same_word(source.cell(row, when.of), when.values)
