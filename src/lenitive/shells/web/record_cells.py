"""The kinds of things a record page shows, and their values from what is typed: read by the intake, as a line of a record's own file.

So a brand means its drug here too, a weight in pounds becomes kilograms, and a name that only looks like a drug's is asked about.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from lenitive.intake import read_folder, write_folder
from lenitive.record import (
    NIGHT_NUMBERS,
    ActivityDone,
    EffectReport,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    Record,
)
from lenitive.shells.web.models import (
    ActivityRow,
    EffectRow,
    MeasurementRow,
    NightRow,
    PeriodRow,
    StoredEntry,
)
from lenitive.shells.web.reviews import knowledge
from lenitive.terms import Place, Problem

__all__ = ["ABOUT", "KINDS", "RecordKind", "RecordValue", "cells_of", "read_cells"]

RecordValue = MedicinePeriod | EffectReport | Measurement | ActivityDone | ObjectiveNight | Patient

ABOUT = "about"
"""The key of the one thing that says who she is, and the name of its kind in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKind:
    """One kind of thing in a record, of which there may be many.

    Attributes:
        id: Its name, as in addresses and in ``Record``.
        heading: What a page calls it.
        one: What a page calls one of them.
        article: The article before that.
        model: The table of its rows.
        columns: The columns of its file; each is a field of the form.
        words: Which of the columns hold free text.
    """

    id: str
    heading: str
    one: str
    model: type[StoredEntry]
    columns: tuple[str, ...]
    words: frozenset[str]
    article: str = "a"

    @property
    def file(self) -> str:
        """The name of its file in a record folder."""
        return f"{self.id}.csv"


KINDS: dict[str, RecordKind] = {
    kind.id: kind
    for kind in (
        RecordKind(
            id="medicines",
            heading="Medicines",
            one="medicine",
            model=PeriodRow,
            columns=(
                "drug",
                "dose_mg",
                "times",
                "start",
                "end",
                "form",
                "reason",
                "missed",
                "masked",
                "believed",
            ),
            words=frozenset({"form", "reason", "believed"}),
        ),
        RecordKind(
            id="measurements",
            heading="Measurements",
            one="measurement",
            model=MeasurementRow,
            columns=("date", "measure", "value", "unit", "note"),
            words=frozenset({"note"}),
        ),
        RecordKind(
            id="effects",
            heading="Side effects",
            one="side effect",
            model=EffectRow,
            columns=("date", "effect", "severity", "stops_activities", "note"),
            words=frozenset({"note"}),
        ),
        RecordKind(
            id="activities",
            heading="Activities",
            one="activity",
            article="an",
            model=ActivityRow,
            columns=("date", "activity", "minutes"),
            words=frozenset(),
        ),
        RecordKind(
            id="nights",
            heading="Measured nights",
            one="measured night",
            model=NightRow,
            columns=("date", "source", "device_class", "definition", "start", "end", *NIGHT_NUMBERS),
            words=frozenset({"source", "definition"}),
        ),
    )
}
"""Every kind, in the order of the page."""


def cells_of(kind: RecordKind, value: RecordValue) -> dict[str, str]:
    """A value as it would be typed."""
    lines = write_folder(Record(**{kind.id: (value,)}))[kind.file].decode()  # type: ignore[arg-type]
    cells = next(csv.DictReader(io.StringIO(lines, newline="")))
    # A file marks text that a spreadsheet would run; a form does not.
    return cells | {name: getattr(value, name) or "" for name in kind.words}


def read_cells(kind: RecordKind, typed: Mapping[str, str]) -> tuple[RecordValue | None, tuple[Problem, ...]]:
    """The value that was typed, or None, and everything that is wrong with it. Never raises for content."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(kind.columns)
    writer.writerow([_cell(kind, name, typed.get(name, "")) for name in kind.columns])
    reading = read_folder({kind.file: out.getvalue().encode("utf-8", "replace")}, knowledge=knowledge())
    values = () if reading.record is None else getattr(reading.record, kind.id)
    if not values and not reading.problems:
        nothing = Problem(
            where=Place(file=kind.file), what="nothing is filled in", remedy="Fill in the form", fatal=True
        )
        return None, (nothing,)
    return (values[0] if values else None), reading.problems


def _cell(kind: RecordKind, name: str, text: str) -> str:
    text = text.replace("\r\n", "\n")
    # The reader takes one apostrophe off again where a file would have it.
    return "'" + text if name in kind.words and text.startswith("'") else text
