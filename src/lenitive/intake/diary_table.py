"""Any diary table to a record, by a mapping; every choice is accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta, timezone
from fnmatch import fnmatchcase
from statistics import fmean, median
from typing import Any

from lenitive.files import Probe
from lenitive.frozen import dataclass
from lenitive.intake.doses import periods_from
from lenitive.intake.folder import read_folder
from lenitive.intake.mapping import (
    ActivityItem,
    EffectItem,
    MeasureItem,
    NumberItem,
    ScoreItem,
    TableMapping,
    TakenItem,
    TextItem,
    _Item,
)
from lenitive.intake.names import WrittenNames as DrugNames
from lenitive.intake.numbers import Numbers
from lenitive.intake.patient import patient_from
from lenitive.intake.report import ProblemReport
from lenitive.intake.source import AT, DAY, LINE, MOMENT, Row, TableSource, read_source, same_word
from lenitive.intake.units import in_own_unit
from lenitive.intake.write import write_folder
from lenitive.record import LONGEST, ActivityDone, DiaryDay, EffectReport, Measurement, Record, Taken
from lenitive.terms import MEASURES, DateOrder, Problem, Quantity, Severity, UnitError

__all__ = ["Imported", "import_table"]

# Means of several prompts are kept to this many decimals, which is far below what a 0-10 answer can tell apart.
_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of importing a table.

    Attributes:
        record: The record, or None when a problem is fatal.
        problems: What was wrong with the source, in order of line; rows and cells named there were left out.
        account: How each part of the record was made, a sentence each.
        loud: Whether something was read that a person must look at before it is believed.
    """

    record: Record | None
    problems: tuple[Problem, ...]
    account: tuple[str, ...] = ()
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Answers:
    """What was answered under one name: rows in order of day and time, and where in a row the answer stands."""

    rows: list[Row]
    place: int


def import_table(
    name: str, data: bytes | Probe, mapping: TableMapping, *, dates: DateOrder = DateOrder.YMD
) -> Imported:
    """The record that a table holds by a mapping, and how it was made.

    Args:
        name: The source's name, for problems.
        data: Its bytes, or the file looked at.
        mapping: What its columns mean.
        dates: In which order dates that end with their year are written, where the mapping gives no pattern of its own.

    Returns:
        The record, or None with at least one fatal problem. Rows and cells that cannot be read are reported and
        left out: a source, unlike a record, is often not ours to mend.
    """
    report = ProblemReport(name, order=dates)
    source = read_source(report, data, mapping)
    if source is None:
        return Imported(record=None, problems=tuple(report.gathered(left_out=True)))
    work = _Import(report, source, mapping)
    record = work.record()
    # What is wrong only between rows (a year mistyped, mg mixed with g) shows when the record is read as a folder.
    for problem in read_folder(write_folder(record)).problems:
        if problem.fatal:
            report.add(
                None,
                None,
                f"the record made from it fails at {problem.where}: {problem.what}",
                problem.remedy,
            )
    fatal = any(problem.fatal for problem in report.problems)
    return Imported(
        record=None if fatal else record,
        problems=tuple(report.gathered(left_out=True)),
        account=() if fatal else tuple(work.account),
        loud=source.loud,
    )


class _Import:
    """One import under way."""

    def __init__(self, report: ProblemReport, source: TableSource, mapping: TableMapping) -> None:
        self.report = report
        self.source = source
        self.mapping = mapping
        self.account: list[str] = []
        self.counts: dict[str, tuple[int, int]] = {}
        self.named = self._by_name()
        self.given = tuple(sorted(self.named)) if mapping.names is not None else source.columns

    def _by_name(self) -> dict[str, list[Row]]:
        """In a long table, the rows under each name; empty elsewhere."""
        found: dict[str, list[Row]] = {}
        names = self.mapping.names
        if names is not None:
            place = self.source.places[names.column]
            for row in self.source.rows:
                if row[place]:
                    found.setdefault(row[place], []).append(row)
        return found

    def _meant(self, of: tuple[str, ...]) -> tuple[str, ...]:
        """The names that an item's patterns mean; a pattern never takes what the mapping ignores."""
        found: list[str] = []
        for pattern in of:
            if self.mapping.names is None or pattern in self.given:
                found.append(pattern)
            else:
                found += [n for n in self.given if fnmatchcase(n, pattern) and not self._ignored(n)]
        return tuple(dict.fromkeys(found))

    def _ignored(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.mapping.ignore)

    def _answers(self, of: str, item: _Item) -> _Answers:
        """What was answered to one name of an item: rows of its time of day that pass its filter and hold something."""
        long, places = self.mapping.names, self.source.places
        rows = self.source.rows if long is None else self.named.get(of, [])
        place = places[of if long is None else item.value or long.value]
        filters = [(places[column], words) for column, words in item.where.items()]
        between = item.between
        return _Answers(
            rows=[
                row
                for row in rows
                if row[place]
                and (between is None or _within(row[AT], between))
                and all(same_word(row[at], words) for at, words in filters)
            ],
            place=place,
        )

    def record(self) -> Record:
        """The record; what it was made from goes to the account."""
        source, mapping = self.source, self.mapping
        days = sorted({row[DAY] for row in source.rows})
        self.account.append(f"{mapping.title}.")
        if mapping.source:
            self.account.append(f"Source: {mapping.source}.")
        span = f", {days[0]} to {days[-1]} ({(days[-1] - days[0]).days + 1} calendar days)" if days else ""
        self.account.append(f"{len(source.rows)} of {source.read} rows on {len(days)} days{span}.")
        if source.read and not source.rows:
            self.report.add(None, None, "no row has a day that can be read", "Correct [day] in the mapping")
        patient = patient_from(
            mapping.patient, "", ProblemReport("mapping"), DrugNames()
        )  # checked when the mapping was read
        diary = self._diary()
        effects = tuple(effect for item in mapping.effects for effect in self._effect(item))
        measurements = tuple(m for item in mapping.measurements for m in self._measurement(item))
        activities = tuple(a for item in mapping.activities for a in self._activity(item))
        medicines = tuple(
            period
            for item in mapping.medicines
            for period in periods_from(item, source, mapping.file, self.report, self.account)
        )
        self._unmapped()
        self.account += [f"Note: {text}." for text in mapping.limits]
        try:
            return Record(
                patient=patient,
                medicines=medicines,
                diary=diary,
                effects=effects,
                measurements=measurements,
                activities=activities,
            )
        except ValueError as error:
            self.report.add(None, None, str(error), "Correct [[medicines]] in the mapping")
            return Record()

    # --- the diary -----------------------------------------------------------------------------------------------

    def _diary(self) -> tuple[DiaryDay, ...]:
        cells: dict[date, dict[str, Any]] = {}
        diary = self.mapping.diary
        for name in type(diary).model_fields:
            item = getattr(diary, name)
            if item is None:
                continue
            if isinstance(item, ScoreItem):
                values = self._numbers(f"diary.{name}", item, 0, 10, _rescale(item))
            elif isinstance(item, NumberItem):
                values = self._numbers(f"diary.{name}", item, 0, 24 if name == "sleep_hours" else 100)
            else:
                values = self._words(name, item)
            for day, value in values.items():
                cells.setdefault(day, {})[name] = round(value) if name == "awakenings" else value
        moments = {}
        if self.mapping.day.entered_at:
            moments = {row[DAY]: row[MOMENT] for row in self.source.rows if row[MOMENT] is not None}
        found = []
        for day in sorted(cells):
            moment = moments.get(day)
            offset = None if moment is None else moment.utcoffset()
            if moment is not None and offset is not None:
                moment = moment.astimezone(timezone(offset))
            found.append(DiaryDay(day=day, entered_at=moment, **cells[day]))
        return tuple(found)

    def _words(self, name: str, item: TextItem | TakenItem) -> dict[date, Any]:
        by_day: dict[date, list[str]] = {}
        for of in self._meant(item.of):
            answers = self._answers(of, item)
            for row in answers.rows:
                by_day.setdefault(row[DAY] + timedelta(days=item.shift_days), []).append(row[answers.place])
        self.account.append(f"diary.{name}: from {_list(item.of)}, {len(by_day)} days.")
        if isinstance(item, TextItem):
            notes = {day: _printable("; ".join(dict.fromkeys(texts))) for day, texts in by_day.items()}
            for day in [day for day, text in notes.items() if len(text) > LONGEST]:
                what = f"the text of {day} is longer than {LONGEST} characters; it was left out"
                self.report.add(None, item.of[0], what, "Shorten it", fatal=False)
                del notes[day]
            return notes
        codes = {_plain(word): value for word, value in item.codes.items()}
        last = {day: _plain(texts[-1]) for day, texts in by_day.items()}
        taken = {day: Taken(codes[word]) for day, word in last.items() if word in codes}
        self._read(f"diary.{name}", item, len(last), len(taken))
        return taken

    # --- what is a number a day ------------------------------------------------------------------------------------

    def _effect(self, item: EffectItem) -> Iterable[EffectReport]:
        levels = item.levels
        values = self._numbers(f"effects.{item.effect}", item, -1e9, 1e9)
        self.account.append(
            f"effects.{item.effect}: mild from {levels.mild:g}, moderate from {levels.moderate:g}, severe from "
            f"{levels.severe:g}; below that asked and absent."
        )
        for day, value in values.items():
            rank = (value >= levels.mild) + (value >= levels.moderate) + (value >= levels.severe)
            yield EffectReport(day=day, effect=item.effect, severity=tuple(Severity)[rank])

    def _measurement(self, item: MeasureItem) -> Iterable[Measurement]:
        known = MEASURES[item.measure]
        values = self._numbers(f"measurements.{item.measure}", item, -1e9, 1e9)
        for day, value in values.items():
            try:
                quantity = in_own_unit(item.measure, value, item.unit)
                yield Measurement(
                    day=day,
                    measure=item.measure,
                    quantity=Quantity(round(quantity.value, 6), quantity.unit),
                    note=item.note,
                )
            except UnitError as error:
                self.report.add(
                    None, f"measurements.{item.measure}", "the unit is not one of this measure", str(error)
                )
                return
            except ValueError:
                what = f"a value on {day} is not within {known.low:g} to {known.high:g} {known.unit}; it was left out"
                self.report.add(None, item.of[0], what, "Correct it, or the unit in the mapping", fatal=False)

    def _activity(self, item: ActivityItem) -> Iterable[ActivityDone]:
        for day, value in self._numbers(f"activities.{item.activity}", item, 0, 1440).items():
            yield ActivityDone(day=day, activity=item.activity, minutes=value)

    def _numbers(
        self,
        target: str,
        item: NumberItem,
        low: float,
        high: float,
        change: Callable[[float], float] | None = None,
    ) -> dict[date, float]:
        """One number a day: each source by the day's rule, then across the sources."""
        shift = timedelta(days=item.shift_days)
        by_source: dict[str, dict[date, list[float]]] = {}
        asked = prompts = 0
        sources = self._meant(item.of)
        read = Numbers(item, self.mapping.file, target)
        for of in sources:
            answers = self._answers(of, item)
            asked += len(answers.rows)
            days_of = by_source.setdefault(of, {})
            place = answers.place
            for row in answers.rows:
                value = read.number(row[place])
                if value is None:
                    self.report.add(row[LINE], of, *read.why, fatal=False)
                    continue
                value = value * item.multiply if change is None else change(value * item.multiply)
                if not low <= value <= high:
                    what = "the value lies outside the scale that the mapping gives; it was left out"
                    self.report.add(row[LINE], of, what, "Correct it, or the mapping's scale", fatal=False)
                    continue
                prompts += 1
                days_of.setdefault(row[DAY] + shift, []).append(value)
        self._read(target, item, asked, prompts)
        by_day: dict[date, list[float]] = {}
        for of, days in by_source.items():
            for day, values in days.items():
                if item.day == "same" and len(set(values)) > 1:
                    what = f"the answers of {day - shift} differ where the mapping says they are the same; they were left out"
                    self.report.add(
                        None, of, what, "Correct them, or choose another rule for day", fatal=False
                    )
                    continue
                by_day.setdefault(day, []).append(_RULES[item.day](values))
        found = {day: round(_RULES[item.across](values), _DECIMALS) for day, values in sorted(by_day.items())}
        self.account.append(f"{target}: {_how(item, sources)}; {prompts} answers on {len(found)} days.")
        return found

    def _read(self, target: str, item: _Item, asked: int, read: int) -> None:
        """Report an item of which cells were there and none was read: that is no item without answers."""
        self.counts[target] = (
            self.counts.get(target, (0, 0))[0] + read,
            self.counts.get(target, (0, 0))[1] + asked,
        )
        if asked and not read:
            self.report.add(
                None,
                item.of[0],
                f"{target}: 0 of {asked} cells read",
                "Correct its codes or its scale in the mapping, or take the item out",
            )

    # --- what the mapping says nothing about -----------------------------------------------------------------------

    def _unmapped(self) -> None:
        """Report each column or name that the mapping neither uses nor ignores, and items that nothing answers."""
        mapping = self.mapping
        line = mapping.file.skip_lines + 1
        items = {of for _, item in mapping.items() for of in self._meant(item.of)}
        used = mapping.columns() | items
        for _, item in mapping.items():
            exact = [of for of in item.of if not set("*?[") & set(of)]
            absent = [of for of in exact if of not in self.given] or (
                [] if self._meant(item.of) else list(item.of)
            )
            for of in absent:
                what = "the mapping names an item that no row holds"
                self.report.add(None, of, what, "Correct its name in the mapping", fatal=False)
        left = [name for name in dict.fromkeys((*self.source.columns, *self.given)) if name not in used]
        ignored = [name for name in left if self._ignored(name)]
        for name in left:
            if name not in ignored:
                what = "the mapping says nothing about this; it was left out"
                self.report.add(line, name or "(no name)", what, "Map it, or add it to ignore", fatal=False)
        if ignored:
            self.account.append(f"Left out on purpose: {len(ignored)} columns or items ({_list(ignored)}).")


def _within(at: time | None, between: tuple[time, time]) -> bool:
    """Whether a time of day lies from the first to before the second, also over midnight."""
    first, last = between
    if at is None:
        return False
    return first <= at < last if first <= last else at >= first or at < last


def _plain(text: str) -> str:
    """A word as it is compared: in any case, with any space."""
    return " ".join(text.casefold().split())


def _printable(text: str) -> str:
    """The text with a space for each character that no record may hold."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", " ", text)


def _rescale(item: ScoreItem) -> Callable[[float], float]:
    best, worst = item.scale
    return lambda value: 10 * (value - best) / (worst - best) + 0.0


def _list(names: Iterable[str]) -> str:
    return ", ".join(name or "(no name)" for name in names)


def _how(item: NumberItem, sources: tuple[str, ...]) -> str:
    """How one number a day is made, in words."""
    rule = {"same": "the one answer", "sum": "sum", "max": "highest", "min": "lowest"}.get(item.day, item.day)
    text = f"{rule} of a day of {_list(sources)}"
    if len(sources) > 1:
        text += f", then {item.across} across them"
    if item.between is not None:
        text += f", from {item.between[0]:%H:%M} to before {item.between[1]:%H:%M}"
    if item.multiply != 1:
        text += f", times {item.multiply:g}"
    if isinstance(item, ScoreItem):
        text += f", {item.scale[0]:g} becoming 0 and {item.scale[1]:g} becoming 10"
    if item.shift_days:
        text += f", counted {item.shift_days:+d} day"
    return text


_RULES: dict[str, Callable[[list[float]], float]] = {
    "mean": fmean,
    "median": median,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "same": lambda values: values[0],
    "max": max,
    "min": min,
    "sum": sum,
}
