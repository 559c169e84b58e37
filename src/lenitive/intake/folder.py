"""The record folder: all its files to one record, and every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lenitive.frozen import dataclass
from lenitive.intake.daily import read_activities, read_diary, read_effects, read_measurements
from lenitive.intake.medicines import read_medicines
from lenitive.intake.names import WrittenNames
from lenitive.intake.nights import read_nights
from lenitive.intake.patient import read_patient
from lenitive.intake.report import ProblemReport
from lenitive.intake.stray import report_stray_days
from lenitive.record import Record
from lenitive.terms import DateOrder, Place, Problem

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge

__all__ = ["FILES", "RecordReading", "read_folder"]

FILES: tuple[str, ...] = (
    "patient.toml",
    "medicines.csv",
    "diary.csv",
    "effects.csv",
    "measurements.csv",
    "activities.csv",
    "nights.csv",
)

# Another table in the folder is likely to be one of these under another name; other files may lie there.
_TABLES = (".csv", ".tsv", ".toml", ".xlsx", ".ods")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReading:
    """What came of reading a record folder.

    Attributes:
        record: The record, or None when a problem is fatal.
        problems: Everything that is wrong, in order of file and line.
    """

    record: Record | None
    problems: tuple[Problem, ...] = ()


def read_folder(
    files: Mapping[str, bytes], *, dates: DateOrder = DateOrder.YMD, knowledge: Knowledge | None = None
) -> RecordReading:
    """The record that a folder's files hold, with everything that is wrong with them.

    A value that the format does not allow is fatal: no record is made from a guess, nor from what is left when
    wrong rows are taken out. What the format does not know (a column, a key, a file) is reported and left out.

    Args:
        files: The bytes of each file by its name in the folder. A missing file means that nothing was recorded;
            names other than ``FILES`` are reported when they look like tables.
        dates: In which order dates that end with their year are written. It is never guessed: without it they are a problem.
        knowledge: What names mean; without it, what comes with the program. Only the parts that a name asks for are read.

    Returns:
        The record, or None with at least one fatal problem. Never raises for content.
    """
    reports = {name: ProblemReport(name, order=dates) for name in FILES}
    names = WrittenNames(knowledge)
    given = {name: files.get(name, b"") for name in FILES}
    patient = read_patient(given["patient.toml"], reports["patient.toml"], names)
    medicines = read_medicines(given["medicines.csv"], reports["medicines.csv"], names)
    diary = read_diary(given["diary.csv"], reports["diary.csv"])
    effects = read_effects(given["effects.csv"], reports["effects.csv"])
    measurements = read_measurements(given["measurements.csv"], reports["measurements.csv"])
    activities = read_activities(given["activities.csv"], reports["activities.csv"])
    nights = read_nights(given["nights.csv"], reports["nights.csv"])
    report_stray_days(reports)
    first = min((day.year for day, _, _ in reports["diary.csv"].days), default=None)
    if patient.birth_year is not None and first is not None and first < patient.birth_year:
        reports["patient.toml"].add(
            None,
            "birth_year",
            "the year of birth comes after the first day of the diary",
            "Correct the year of birth, or the dates",
        )
    problems = [*_names(files), *(problem for report in reports.values() for problem in report.gathered())]
    if any(problem.fatal for problem in problems):
        return RecordReading(record=None, problems=tuple(problems))
    record = Record(
        patient=patient,
        medicines=medicines,
        diary=diary,
        effects=effects,
        measurements=measurements,
        activities=activities,
        nights=nights,
    )
    return RecordReading(record=record, problems=tuple(problems))


def _names(files: Mapping[str, bytes]) -> list[Problem]:
    """What is wrong with the names in the folder."""
    found = []
    if not any(name.lower() in FILES for name in files):
        found.append(
            Problem(
                where=Place(file="."),
                what="the folder holds none of a record's files",
                remedy=f"Name a folder with {', '.join(FILES)}, or make one with: lenitive new FOLDER",
                fatal=True,
            )
        )
    for name in sorted(set(files) - set(FILES)):
        lower = name.lower()
        if lower in FILES:
            what, remedy = "the name of the file has capitals", f"Rename it to {lower}"
            found.append(Problem(where=Place(file=name), what=what, remedy=remedy, fatal=True))
        elif lower.endswith(_TABLES):
            what, remedy = (
                "the file is not part of a record; it was not read",
                f"A record's files are {', '.join(FILES)}",
            )
            found.append(Problem(where=Place(file=name), what=what, remedy=remedy))
    return found
