"""``patient.toml``: who, what she prefers, and what was agreed beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast, get_args

from lenitive.files import day_from
from lenitive.intake.names import WrittenNames, suggestion
from lenitive.intake.report import ProblemReport
from lenitive.intake.scripts import LOOK_ALIKE, deceptive
from lenitive.intake.toml import parsed
from lenitive.record import (
    Coded,
    Diagnosis,
    Impairment,
    MedicinePeriod,
    Metaboliser,
    Patient,
    PlanTarget,
    Sex,
    refuse_unwritable,
)
from lenitive.terms import EARLIEST, EFFECT_WORDS, LATEST, PREFERENCES, plain_words

__all__ = ["patient_from", "read_patient"]

_T = TypeVar("_T")

# Conditions or allergies of one patient: more than any problem list, few enough to look each up.
_MOST_CODED = 300


class _Keys:
    """One table of the file; ``take`` empties it, so that what is left at the end was not known."""

    def __init__(self, text: str, path: str, table: Mapping[str, Any], report: ProblemReport) -> None:
        self._text = text
        self._path = path
        self._left = dict(table)
        self._report = report

    def report(self, key: str, what: str, remedy: str, *, fatal: bool = True) -> None:
        shown = key if re.fullmatch(r"[\w.\- ]{1,40}", key) else "a key"
        line = None if self._report.full else _line_of(self._text, key)
        self._report.add(line, self._path + shown, what, remedy, fatal=fatal)

    def take(self, key: str, check: Callable[[Any], _T | None], remedy: str) -> _T | None:
        """The checked value of a key; None when it is absent, or wrong and reported."""
        if key not in self._left:
            return None
        value = check(self._left.pop(key))
        if value is None:
            self.report(key, "the value is not of the kind this key has", remedy)
        return value

    def words(self, key: str) -> str:
        return self.take(key, _plain, "Write text in quotation marks, without control characters") or ""

    def number(self, key: str, low: float, high: float) -> float | None:
        def check(value: Any) -> float | None:
            good = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
            return float(value) if good else None

        return self.take(key, check, f"Write a number from {low:g} to {high:g}, without quotation marks")

    def whole(self, key: str, low: int, high: int) -> int | None:
        def check(value: Any) -> int | None:
            good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            return value if good else None

        return self.take(key, check, f"Write a whole number from {low} to {high}, without quotation marks")

    def truth(self, key: str) -> bool | None:
        return self.take(key, lambda v: v if isinstance(v, bool) else None, "Write true or false")

    def one_of(self, key: str, kind: Any) -> str | None:
        known = get_args(kind)
        remedy = "Write one of " + ", ".join(f'"{word}"' for word in known)
        return self.take(key, lambda v: v if isinstance(v, str) and v in known else None, remedy)

    def day(self, key: str) -> date | None:
        def check(value: Any) -> date | None:
            if isinstance(value, str):
                value = day_from(value, self._report.order)
            good = isinstance(value, date) and not isinstance(value, datetime) and EARLIEST <= value <= LATEST
            return cast("date", value) if good else None

        return self.take(key, check, "Write a date such as 2026-05-01")

    def table(self, key: str) -> Mapping[str, Any] | None:
        return self.take(key, lambda v: v if isinstance(v, dict) else None, f"Write it as a table, [{key}]")

    def coded(self, key: str) -> tuple[Coded, ...]:
        def one(value: Any) -> Coded | None:
            if isinstance(value, str):
                value = {"display": value}
            if not isinstance(value, dict) or not value.keys() <= {"system", "code", "display"}:
                return None
            parts = {name: part for name, part in value.items() if _plain(part) is not None}
            if len(parts) != len(value) or not (parts.get("display") or parts.get("code")):
                return None
            return Coded(
                display=parts.get("display", ""), system=parts.get("system", ""), code=parts.get("code", "")
            )

        def check(value: Any) -> tuple[Coded, ...] | None:
            if isinstance(value, list) and len(value) > _MOST_CODED:
                return None
            found = [one(item) for item in value] if isinstance(value, list) else [None]
            return None if None in found else cast("tuple[Coded, ...]", tuple(found))

        remedy = (
            'Write a list of names, or of {system = "...", code = "...", display = "..."}, '
            f"{_MOST_CODED} of them at most"
        )
        return self.take(key, check, remedy) or ()

    def weights(self) -> dict[str, float]:
        """Every key left as a preference; one that is not a known name is reported and left out."""
        found: dict[str, float] = {}
        for key in list(self._left):
            id_ = key if key in PREFERENCES else EFFECT_WORDS.get(plain_words(key))
            if id_ is None:
                continue
            weight = self.number(key, 0, 10)
            if id_ in found:
                self.report(key, "another key here means the same", "Keep one of them")
            elif weight is not None:
                found[id_] = weight
        return found

    def rest(self, known: str) -> None:
        """Report what nobody took."""
        for key in self._left:
            self.report(key, "the key is not known; it was left out", f"Known here: {known}", fatal=False)


def _plain(value: Any) -> str | None:
    """The value when it is text that can be written and read back."""
    if not isinstance(value, str):
        return None
    try:
        refuse_unwritable(value)
    except ValueError:
        return None
    return value


def _line_of(text: str, key: str) -> int | None:
    """The first line that names a key: TOML's reader does not say where a value stood."""
    found = re.search(rf"(?m)^[^#\n]*(?<![\w-])[\"']?{re.escape(key)}[\"']?\s*(?:=|\]|\.)", text)
    return text.count("\n", 0, found.end()) + 1 if found else None


def read_patient(data: bytes, report: ProblemReport, names: WrittenNames) -> Patient:
    """The patient of ``patient.toml``; what is wrong is reported."""
    remedy = 'Write key = value lines, text in quotation marks, such as sex = "female"'
    found = parsed(report, data, remedy=remedy)
    return Patient() if found is None else patient_from(*found, report, names)


def patient_from(
    content: Mapping[str, Any], text: str, report: ProblemReport, names: WrittenNames
) -> Patient:
    """The patient of parsed TOML; ``text`` is searched for the lines that problems name."""
    top = _Keys(text, "", content, report)
    patient = Patient(
        id=top.words("id"),
        birth_year=top.whole("birth_year", 1850, LATEST.year),
        sex=cast("Sex | None", top.one_of("sex", Sex)),
        height_cm=top.number("height_cm", 80, 260),
        smoker=top.truth("smoker"),
        pregnant=top.truth("pregnant"),
        breastfeeding=top.truth("breastfeeding"),
        egfr_ml_min=top.number("egfr_ml_min", 1, 250),
        hepatic_impairment=cast("Impairment | None", top.one_of("hepatic_impairment", Impairment)),
        cyp2d6=cast("Metaboliser | None", top.one_of("cyp2d6", Metaboliser)),
        conditions=top.coded("conditions"),
        allergies=top.coded("allergies"),
        diagnosis=_diagnosis(top, text, report),
        preferences=_preferences(top, text, report),
        onset=_onset(top, text, report, names),
        plan=_plan(top, text, report),
        simulated=top.words("simulated"),
    )
    top.rest(", ".join(Patient.__dataclass_fields__))
    if patient.sex == "male" and (patient.pregnant or patient.breastfeeding):
        key = "pregnant" if patient.pregnant else "breastfeeding"
        top.report(key, f"{key} is true and sex is male", "Correct one of the two, or leave sex out")
    for key, written, look_up in (
        ("conditions", patient.conditions, names.condition),
        ("allergies", patient.allergies, names.allergy),
    ):
        for item in written:
            if deceptive(item.display):
                top.report(key, f"{LOOK_ALIKE[0]}; no rule can know this name", LOOK_ALIKE[1], fatal=False)
                continue
            known, near = look_up(item)
            if not known and near:
                what = "a name here is in no list, so that no rule checks it; it was kept"
                top.report(key, what, f"{suggestion(near)} If not, check it by hand", fatal=False)
    return patient


def _diagnosis(top: _Keys, text: str, report: ProblemReport) -> Diagnosis | None:
    table = top.table("diagnosis")
    if table is None:
        return None
    keys = _Keys(text, "diagnosis.", table, report)
    found = Diagnosis(
        criteria=keys.words("criteria"), wpi=keys.whole("wpi", 0, 19), sss=keys.whole("sss", 0, 12)
    )
    keys.rest("criteria, wpi, sss")
    return found


def _preferences(top: _Keys, text: str, report: ProblemReport) -> dict[str, float]:
    table = top.table("preferences")
    if table is None:
        return {}
    keys = _Keys(text, "preferences.", table, report)
    found = keys.weights()
    keys.rest("pain, sleep, fatigue, interference, mood, sedation, and the names of side effects")
    return found


def _onset(top: _Keys, text: str, report: ProblemReport, names: WrittenNames) -> dict[str, float]:
    table = top.table("onset")
    if table is None:
        return {}
    keys = _Keys(text, "onset.", table, report)
    found: dict[str, float] = {}
    for written in list(table):
        days = keys.number(written, 0.1, 366)
        name = names.drug(written)
        if name.deceptive:
            keys.report(written, *LOOK_ALIKE)
        elif name.near:
            keys.report(
                written,
                "the name is in no list of drugs, and looks like one that is",
                f"{suggestion(name.near)} Correct it",
            )
        elif not re.fullmatch(MedicinePeriod.DRUG, name.drug):
            keys.report(written, "this is not a drug's name", "Write the name alone, in letters")
        elif name.drug in found:
            keys.report(written, "another key here means the same drug", "Keep one of them")
        elif days is not None:
            found[name.drug] = days
    return found


def _plan(top: _Keys, text: str, report: ProblemReport) -> PlanTarget | None:
    table = top.table("plan")
    if table is None:
        return None
    keys = _Keys(text, "plan.", table, report)
    found = PlanTarget(
        about=keys.words("about"),
        outcome=keys.words("outcome"),
        success=keys.words("success"),
        review_date=keys.day("review_date"),
        stop_rule=keys.words("stop_rule"),
        line=keys.number("line", 0.1, 10),
        above_supported=keys.words("above_supported").strip(),
        test_wished=keys.day("test_wished"),
    )
    keys.rest("about, outcome, success, review_date, stop_rule, line, above_supported, test_wished")
    return found
