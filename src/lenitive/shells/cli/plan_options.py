"""What every plan command may be told: the first day, the patient, the market, and how the plan is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.frozen import dataclass
from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.market import Market, SoldIn
from lenitive.shells.cli.naming import drug_or_exit

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge
    from lenitive.record import Record
    from lenitive.titration import Person

__all__ = ["From", "PlanOptions", "To", "WrittenAs", "WrittenFor", "dose_of"]


class WrittenAs(StrEnum):
    """The format of a plan."""

    TEXT = "text"
    JSON = "json"
    PDF = "pdf"
    ICS = "ics"


class WrittenFor(StrEnum):
    """Whom a sheet is printed for."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    PHARMACY = "pharmacy"


class _Liver(StrEnum):
    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


_DOSE_HELP = "A drug and its dose a day in mg, as mirtazapine:30."
From = Annotated[str, typer.Option("--from", help=_DOSE_HELP, show_default=False)]
To = Annotated[str, typer.Option("--to", help=_DOSE_HELP, show_default=False)]
Start = Annotated[str, typer.Option("--start", help="First day of the plan, YYYY-MM-DD.", show_default=False)]
RecordFolder = Annotated[
    Path | None,
    typer.Option(
        "--record",
        help="The patient's record folder: age, kidneys, liver, pregnancy, other medicines, allergies, forms and days of use "
        "are taken from it, as they stand on the day before the plan. Other options go before it.",
        show_default=False,
    ),
]
Age = Annotated[
    int | None,
    typer.Option(
        "--age", help="Years; from 65 on the cautious limits hold.", min=0, max=120, show_default=False
    ),
]
Kidneys = Annotated[
    float | None,
    typer.Option(
        "--egfr",
        help="Kidney function, mL/min; rows on weak kidneys hold.",
        min=1,
        max=250,
        show_default=False,
    ),
]
Liver = Annotated[
    _Liver | None,
    typer.Option(
        "--liver",
        help="Liver disease: none, mild, moderate or severe (Child-Pugh A, B, C).",
        show_default=False,
    ),
]
Used = Annotated[
    int | None,
    typer.Option(
        "--used-days", help="Days of use so far; unknown counts as long.", min=0, show_default=False
    ),
]
Pace = Annotated[int, typer.Option("--pace", help="1 is usual; 2 takes twice as long.", min=1, max=8)]
Beside = Annotated[str, typer.Option("--beside", help="Other drugs taken, separated by commas.")]
Liquid = Annotated[
    bool,
    typer.Option(
        "--liquid/--no-liquid",
        help="Oral solution where the market sells it and tablets cannot make the dose, or fall in larger steps.",
    ),
]
Form = Annotated[WrittenAs, typer.Option("--format", help="text, json, pdf, or ics for a calendar.")]
SheetOption = Annotated[
    WrittenFor,
    typer.Option("--for", "--sheet", help="Whom it is printed for; the patient's is in large print."),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="File to write; default: standard output.", dir_okay=False)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """The options of every plan command; the order is that of the help page."""

    start: Start
    market: Market = SoldIn.US
    record: RecordFolder = None
    age: Age = None
    egfr: Kidneys = None
    liver: Liver = None
    used_days: Used = None
    pace: Pace = 1
    beside: Beside = ""
    liquid: Liquid = True
    form: Form = WrittenAs.TEXT
    sheet: SheetOption = WrittenFor.CLINICIAN
    out: Out = None

    @property
    def day(self) -> date:
        """The first day; or the end of the command with exit status 2."""
        day = day_or_exit(self.start, "--start")
        assert day is not None
        return day

    @property
    def patient_record(self) -> Record | None:
        """The patient's record, where one is named; or the end of the command with exit status 2."""
        if self.record is None:
            return None
        from lenitive.shells.cli.reading import record_or_exit

        record, _ = record_or_exit(self.record)
        return record

    def person(self, knowledge: Knowledge, drug: str, record: Record | None) -> Person:
        """The patient: as the record says, and as the options say where they are given.

        Args:
            knowledge: Resolves names.
            drug: Id of the drug that is taken and changes; empty for none.
            record: The patient's record; None for none.
        """
        from lenitive.titration import Person, person_from

        person = Person(pace=self.pace)
        if record is not None:
            person = person_from(record, knowledge, drug, self.day - timedelta(days=1), pace=self.pace)
        others = dict.fromkeys((*person.others, *self._beside(knowledge)))
        return replace(
            person,
            age=person.age if self.age is None else self.age,
            egfr_ml_min=person.egfr_ml_min if self.egfr is None else self.egfr,
            hepatic_impairment=person.hepatic_impairment if self.liver is None else self.liver.value,
            used_days=person.used_days if self.used_days is None else self.used_days,
            others=tuple(others),
        )

    def _beside(self, knowledge: Knowledge) -> list[str]:
        words = filter(None, (w.strip() for w in self.beside.split(",")))
        found = list(dict.fromkeys(drug_or_exit(word, "--beside", knowledge) for word in words))
        for other in found:
            if other not in knowledge.substances:
                typer.echo(f"Nothing is held on {other}, so overlaps with it are not checked.", err=True)
        return found


def dose_of(text: str, option: str) -> tuple[str, float]:
    """A drug's id and its mg a day from ``mirtazapine:30``; or the end of the command with exit status 2."""
    name, _, amount = text.rpartition(":")
    try:
        mg = float(amount)
    except ValueError:
        mg = 0.0
    if not name.strip() or not 0 < mg < 100_000:
        refuse(f"{option}: not a drug and dose. Write it as mirtazapine:30 (mg a day)")

    from lenitive.knowledge import load

    return drug_or_exit(name, option, load()), mg
