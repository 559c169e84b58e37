"""The mapping file: how a table from elsewhere becomes a record, as checked data."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from lenitive.intake.cells import number_from
from lenitive.intake.names import WrittenNames as DrugNames
from lenitive.intake.patient import patient_from
from lenitive.intake.report import ProblemReport
from lenitive.intake.toml import parsed
from lenitive.record import IntakeTime, refuse_unwritable
from lenitive.terms import (
    ACTIVITIES,
    ACTIVITY_WORDS,
    EFFECT_WORDS,
    EFFECTS,
    MEASURE_WORDS,
    MEASURES,
    plain_words,
)

__all__ = [
    "ActivityItem",
    "DoseItem",
    "EffectItem",
    "MeasureItem",
    "NumberItem",
    "Recognised",
    "ScoreItem",
    "TableMapping",
    "TakenItem",
    "TextItem",
    "When",
    "read_mapping",
]

DayRule = Literal["mean", "median", "first", "last", "max", "min", "sum", "same"]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("write a time zone's name, such as Europe/Amsterdam") from None
    return name


_NAMED_FORMS = ("iso", "unix", "unix-ms", "excel", "number")


def _pattern(pattern: str) -> str:
    if pattern not in _NAMED_FORMS:
        # A day of the month without a year tells no date; Python means to stop reading one.
        if "%d" in pattern and not any(year in pattern for year in ("%Y", "%y", "%G", "%c", "%x")):
            raise ValueError('a day needs its year: add %Y, as in "%d/%m/%Y"')
        try:
            datetime.strptime(datetime(2026, 3, 1, 13, 5).strftime(pattern), pattern)
        except (ValueError, LookupError, re.error):
            named = ", ".join(f'"{form}"' for form in _NAMED_FORMS)
            raise ValueError(f'write {named} or a strptime pattern, such as "%d/%m/%Y"') from None
    return pattern


def _codec(name: str) -> str:
    if name != "auto":
        try:
            if not codecs.lookup(name)._is_text_encoding:
                raise LookupError
        except (LookupError, ValueError, UnicodeError):
            raise ValueError("write auto or the name of an encoding, such as windows-1252") from None
    return name


def _plain(text: str) -> str:
    refuse_unwritable(text)
    return text


def _clock(text: Any) -> Any:
    if isinstance(text, str):
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            raise ValueError("write a time of day as HH:MM")
        return time.fromisoformat(text)
    return text


def _known(kind: str, names: dict[str, Any], words: Mapping[str, str]) -> AfterValidator:
    def check(name: str) -> str:
        id_ = name if name in names else words.get(plain_words(name))
        if id_ is None:
            raise ValueError(f"this {kind} is not known; known: {', '.join(names)}")
        return id_

    return AfterValidator(check)


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_plain)]
Clock = Annotated[time, BeforeValidator(_clock)]
Where = dict[str, Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]]
Sources = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileShape(_Part):
    """How the source is written."""

    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Annotated[str, AfterValidator(_codec)] = Field(
        default="auto", description='"auto", or a name such as utf-8, utf-16, windows-1252.'
    )
    skip_lines: int = Field(
        default=0, ge=0, le=1000, description="Lines before the one that names the columns."
    )
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    missing: tuple[str, ...] = Field(default=("",), description="Cells that say that nothing was recorded.")
    extra_cells: Literal["leave the row out", "ignore"] = Field(
        default="leave the row out",
        description="What becomes of a row with more cells than there are columns.",
    )
    fill_down: tuple[str, ...] = Field(
        default=(), description="Columns where empty means: as in the row above."
    )

    @model_validator(mode="after")
    def _marks_differ(self) -> FileShape:
        if self.thousands == self.decimal:
            raise ValueError("decimal and thousands cannot be the same mark")
        return self

    @property
    def codec(self) -> str:
        """The encoding as Python names it; a byte order mark is taken off."""
        return {"utf-8": "utf-8-sig"}.get(self.encoding, self.encoding)

    def number(self, text: str) -> float | None:
        """The number that a cell of this file writes, or None."""
        if self.thousands and re.fullmatch(
            rf"[+-]?\d{{1,3}}(?:{re.escape(self.thousands)}\d{{3}})+(?:{re.escape(self.decimal)}\d+)?", text
        ):
            text = text.replace(self.thousands, "")
        if self.decimal == ",":
            return None if "." in text else number_from(text.replace(",", "."))
        return None if "," in text else number_from(text)


class DayColumns(_Part):
    """A date that stands in three columns."""

    year: str
    month: str
    day: str


class Day(_Part):
    """Where a row's day stands, and when a day begins."""

    column: str = ""
    columns: DayColumns | None = None
    format: Annotated[str, AfterValidator(_pattern)] = Field(
        default="iso",
        description='"iso", a strptime pattern such as "%d/%m/%y", "unix", "unix-ms", "excel", or "number" for numbered days.',
    )
    else_column: str = Field(default="", description="The column that counts where the first is empty.")
    offset_column: str = Field(
        default="", description="The column with the seconds that local time is ahead of Unix time."
    )
    first: date | None = Field(default=None, description="The day that numbered days are counted from.")
    counts_from: int = Field(default=1, ge=0, le=1, description="The number of that first day: 1 or 0.")
    order: Literal["checked", "any"] = Field(
        default="checked", description='"any" for a table whose rows are not sorted by day.'
    )
    time_column: str = ""
    time_format: Annotated[str, AfterValidator(_pattern)] = "%H:%M"
    timezone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None,
        description="The patient's time zone; needed for entered_at and for moments with an offset.",
    )
    given_in: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="The time zone that the source's moments are in, when not the patient's."
    )
    starts: Clock = Field(
        default=time(0), description="Rows before this time of day count to the day before."
    )
    entered_at: bool = Field(
        default=False, description="Keep the moment of the day's last row as entered_at."
    )

    @model_validator(mode="after")
    def _one_place(self) -> Day:
        if bool(self.column) == (self.columns is not None):
            raise ValueError("name either column, or columns = { year, month, day }")
        if (self.format == "number") != (self.first is not None):
            raise ValueError('numbered days need format = "number" and first, the day of the first number')
        if (self.entered_at or self.given_in) and self.timezone is None:
            raise ValueError("entered_at and given_in need timezone")
        return self


class LongTable(_Part):
    """A long table: one column names the item, another holds its value."""

    column: str
    value: str


class _Item(_Part):
    of: Sources = Field(
        description="The source column, or several; in a long table names, in which * stands for any text."
    )
    between: tuple[Clock, Clock] | None = Field(
        default=None, description="Only rows from the first time to before the second."
    )
    where: Where = Field(
        default_factory=dict,
        description="Only rows whose column holds one of some words, in any case; * stands for any text.",
    )
    value: str = Field(
        default="", description="In a long table: the column with the value, when it is another one."
    )
    shift_days: int = Field(
        default=0, ge=-2, le=2, description="Days to add: -1 when the row tells of yesterday."
    )


class NumberItem(_Item):
    """A number a day."""

    day: DayRule = "mean"
    across: Literal["mean", "max", "min", "sum", "first"] = "mean"
    codes: dict[str, float] | None = Field(
        default=None, description="Source word -> number, for coded answers."
    )
    multiply: float = Field(default=1.0, gt=0)


class ScoreItem(NumberItem):
    """A 0-10 score a day, higher is worse."""

    scale: tuple[float, float] = Field(
        default=(0.0, 10.0),
        description="The source values that become 0 (best) and 10 (worst), linear between: [7, 1] reverses.",
    )

    @model_validator(mode="after")
    def _scale_has_width(self) -> ScoreItem:
        if self.scale[0] == self.scale[1]:
            raise ValueError(
                "scale needs two different values: the one that becomes 0 and the one that becomes 10"
            )
        return self


class TextItem(_Item):
    """Text a day: all that differs, in order, joined by "; "."""


class TakenItem(_Item):
    """Whether the medicine was taken; the day's last answer counts."""

    codes: dict[str, Literal["yes", "no", "part"]]


class Diary(_Part):
    """The columns of diary.csv."""

    pain: ScoreItem | None = None
    sleep_disturbance: ScoreItem | None = None
    fatigue: ScoreItem | None = None
    interference: ScoreItem | None = None
    mood_low: ScoreItem | None = None
    sleep_hours: NumberItem | None = None
    awakenings: NumberItem | None = None
    taken: TakenItem | None = None
    note: TextItem | None = None


class Levels(_Part):
    """The lowest source value of each severity; below mild it was asked and absent."""

    mild: float
    moderate: float
    severe: float

    @model_validator(mode="after")
    def _rising(self) -> Levels:
        if not self.mild < self.moderate < self.severe:
            raise ValueError("mild, moderate and severe must rise")
        return self


class EffectItem(NumberItem):
    """A side effect asked as a number."""

    effect: Annotated[str, _known("effect", EFFECTS, EFFECT_WORDS)]
    levels: Levels
    day: DayRule = "max"


class MeasureItem(NumberItem):
    """A measurement."""

    measure: Annotated[str, _known("measure", MEASURES, MEASURE_WORDS)]
    unit: str = ""
    note: Text = ""
    day: DayRule = "last"

    @model_validator(mode="after")
    def _drug_is_named(self) -> MeasureItem:
        if self.measure == "drug_level" and not self.note.strip():
            raise ValueError("a drug level needs its drug's name as note")
        return self


class ActivityItem(NumberItem):
    """A non-drug strategy in minutes."""

    activity: Annotated[str, _known("activity", ACTIVITIES, ACTIVITY_WORDS)]
    day: DayRule = "sum"


class When(_Part):
    """A column that says something of the whole day when it holds one of the values."""

    of: str
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class DoseItem(_Part):
    """A medicine: from a dose column, or a period stated here."""

    drug: str
    times: tuple[Annotated[str, AfterValidator(lambda text: IntakeTime(text).text)], ...] = Field(
        min_length=1
    )
    form: str = ""
    reason: str = ""
    dose_of: str = Field(
        default="", description="The column with the dose, mg; the last row of a day counts."
    )
    drug_of: str = Field(
        default="",
        description="The column that names the drug, where one table has several; drug is then how rows of it are called.",
    )
    where: Where = Field(default_factory=dict, description="Only rows whose column holds one of some words.")
    codes: dict[str, float] | None = Field(
        default=None, description="What a cell of dose_of means in mg, for arms and other codes, in any case."
    )
    rows: Literal["last", "sum"] = Field(
        default="last", description="What rows of one day make: the last one's dose, or the sum of intakes."
    )
    dose_is: Literal["day", "intake"] = Field(default="day", description="mg a day, or mg of each intake.")
    begun: date | None = Field(
        default=None, description="When the first dose in the column began, if before the diary."
    )
    at_end: Literal["goes on", "ends with the diary"] = "goes on"
    masked: When | None = None
    missed: When | None = None
    dose_mg: float | None = Field(
        default=None, ge=0, description="mg of one intake, for a period stated here."
    )
    start: date | None = None
    end: date | None = None

    @model_validator(mode="after")
    def _column_or_period(self) -> DoseItem:
        stated = self.dose_mg is not None and self.start is not None
        if bool(self.dose_of) == stated:
            raise ValueError("give either dose_of, or dose_mg and start")
        return self


class Recognised(_Part):
    """How the exports of one app are known, for a mapping that comes with the program."""

    words: Text = Field(description="What it is, for people.")
    columns: Sources = Field(description="Columns that are all there; * stands for any text.")
    without: tuple[str, ...] = Field(default=(), description="Columns that are not there.")
    drafted: Literal["no", "items", "all"] = Field(
        default="no",
        description="What is drafted from the table, where people name what they answer: items, or the day as well.",
    )
    asks_zone: bool = Field(
        default=False, description="Whether moments are universal, so that a zone must be said."
    )
    person: str = Field(default="", description="The column that names people, of whom one must be chosen.")
    example: str = Field(description="A small export of this kind, made up.")


class TableMapping(_Part):
    """How one table becomes a record."""

    format: Literal["lenitive.mapping/1"]
    title: Text
    recognise: Recognised | None = Field(
        default=None, description="How such a table is known; for mappings that come with the program."
    )
    source: Text = Field(default="", description="Where the table comes from, for the report of the import.")
    limits: tuple[Text, ...] = Field(default=(), description="What a reader of the record must know.")
    file: FileShape = FileShape()
    day: Day
    names: LongTable | None = None
    where: Where = Field(
        default_factory=dict,
        description="Only rows whose column holds one of some words: one person of several, say.",
    )
    ignore: tuple[str, ...] = Field(
        default=(), description="Columns or names left out on purpose; * stands for any text."
    )
    patient: dict[str, Any] = Field(default_factory=dict, description="As in patient.toml.")
    diary: Diary = Diary()
    effects: tuple[EffectItem, ...] = ()
    measurements: tuple[MeasureItem, ...] = ()
    activities: tuple[ActivityItem, ...] = ()
    medicines: tuple[DoseItem, ...] = ()

    @model_validator(mode="after")
    def _times_are_there(self) -> TableMapping:
        timed = (
            bool(self.day.time_column)
            or self.day.format in {"iso", "unix", "unix-ms", "excel"}
            or "%H" in self.day.format
            or "%I" in self.day.format
        )
        wanted = [item for _, item in self.items() if item.between is not None]
        if not timed and (wanted or self.day.starts != time(0)):
            raise ValueError(
                "between and starts need a time of day: give day.time_column, or a format with a time"
            )
        return self

    def columns(self) -> set[str]:
        """The columns named outside the items: days, times, doses, fill-down, and a long table's own two."""
        day = self.day
        named = {
            day.column,
            day.else_column,
            day.offset_column,
            day.time_column,
            *self.file.fill_down,
            *self.where,
        }
        if day.columns is not None:
            named |= {day.columns.year, day.columns.month, day.columns.day}
        for medicine in self.medicines:
            named |= {medicine.dose_of, medicine.drug_of, *medicine.where}
            named |= {*(when.of for when in (medicine.masked, medicine.missed) if when)}
        if self.names is not None:
            named |= {self.names.column, self.names.value}
        for _, item in self.items():
            named |= {item.value, *item.where}
        return named - {""}

    def items(self) -> list[tuple[str, _Item]]:
        """Every item with the place it is mapped to, such as ``diary.pain``."""
        found: list[tuple[str, _Item]] = []
        for name in Diary.model_fields:
            item = getattr(self.diary, name)
            if item is not None:
                found.append((f"diary.{name}", item))
        found += [(f"effects.{item.effect}", item) for item in self.effects]
        found += [(f"measurements.{item.measure}", item) for item in self.measurements]
        found += [(f"activities.{item.activity}", item) for item in self.activities]
        return found


def read_mapping(report: ProblemReport, data: bytes) -> TableMapping | None:
    """The mapping in a TOML file, or None after reporting everything that is wrong with it."""
    found = parsed(report, data, remedy="See docs/guide/import.md for an example")
    if found is None:
        return None
    content, text = found
    try:
        mapping = TableMapping.model_validate(content)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            path = ".".join(str(part) for part in fault["loc"]) or None
            what = fault["msg"].removeprefix("Value error, ")
            if fault["type"] == "extra_forbidden":
                what = "this key is not known"
            report.add(None, path, what[:1].lower() + what[1:], "See lenitive import table --help")
        return None
    patient_from(mapping.patient, text, report, DrugNames())
    return None if any(problem.fatal for problem in report.problems) else mapping
