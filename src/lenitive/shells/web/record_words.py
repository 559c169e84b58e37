"""What a record's page says of one value: a cell for each column, and a line for each thing known of a patient."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenitive.record import (
    ActivityDone,
    Diagnosis,
    EffectReport,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    PlanTarget,
)
from lenitive.shells.web.record_cells import RecordValue
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["HEADS", "about_words", "entry_words"]

HEADS: dict[str, tuple[StrOrPromise, ...]] = {
    "medicines": (
        gettext_lazy("Medicine"),
        gettext_lazy("Dose"),
        gettext_lazy("From"),
        gettext_lazy("To"),
        gettext_lazy("Note"),
    ),
    "measurements": (
        gettext_lazy("Measure"),
        gettext_lazy("Value"),
        gettext_lazy("Day"),
        gettext_lazy("Note"),
    ),
    "effects": (
        gettext_lazy("Side effect"),
        gettext_lazy("Severity"),
        gettext_lazy("Day"),
        gettext_lazy("Note"),
    ),
    "activities": (gettext_lazy("Activity"), gettext_lazy("Minutes"), gettext_lazy("Day")),
    "nights": (gettext_lazy("Source"), gettext_lazy("Asleep"), gettext_lazy("Day"), gettext_lazy("Note")),
}
"""The columns of each kind's table."""


def _day(day: date | None) -> str:
    return "" if day is None else date_format(day, "j F Y")


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _number(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:.6g} {unit.replace('{score}', '')}".strip()


def entry_words(value: RecordValue) -> tuple[str, ...]:
    """The cells of one value, under ``HEADS``.

    Raises:
        TypeError: For a patient, who is no row of a table.
    """
    match value:
        case MedicinePeriod():
            return _medicine(value)
        case Measurement():
            known = MEASURES[value.measure]
            return (known.words, _number(value.value, known.unit), _day(value.day), value.note)
        case EffectReport():
            stops = "stops her activities" if value.stops_activities else ""
            words = "; ".join(part for part in (value.severity.value, stops) if part)
            return (EFFECTS[value.effect].words, words, _day(value.day), value.note)
        case ActivityDone():
            return (ACTIVITIES[value.activity].words, _number(value.minutes), _day(value.day))
        case ObjectiveNight():
            return _night(value)
        case _:
            raise TypeError("a patient is no row of a table")


def _medicine(period: MedicinePeriod) -> tuple[str, ...]:
    name = f"{period.written} ({period.drug})" if period.written else period.drug
    times = ", ".join("as needed" if str(t) == "prn" else str(t) for t in period.times)
    missed = (
        f"{len(period.missed)} days missed"
        if len(period.missed) > 1
        else "1 day missed"
        if period.missed
        else ""
    )
    hidden = "masked" if period.masked else ""
    notes = "; ".join(part for part in (period.form, period.reason, missed, hidden) if part)
    return (
        name,
        f"{_number(period.dose_mg, 'mg')} {times}",
        _day(period.start),
        _day(period.end) or "goes on",
        notes,
    )


def _night(night: ObjectiveNight) -> tuple[str, ...]:
    asleep = "" if night.tst_min is None else f"{int(night.tst_min // 60)} h {round(night.tst_min % 60)} min"
    bed = "" if night.tib_min is None else f"{round(night.tib_min)} min in bed"
    awake = "" if night.waso_min is None else f"{round(night.waso_min)} min awake"
    return (
        night.source,
        asleep,
        _day(night.day),
        "; ".join(part for part in (bed, awake, night.definition) if part),
    )


def about_words(value: RecordValue) -> list[tuple[str, str]]:
    """What is known of a patient, each with its label; nothing of what is not known."""
    assert isinstance(value, Patient)
    plan, diagnosis = value.plan or PlanTarget(), value.diagnosis or Diagnosis()
    weights = (
        f"{key.replace('_', ' ')} {_number(weight)}" for key, weight in sorted(value.preferences.items())
    )
    found = (
        (_("Year of birth"), "" if value.birth_year is None else str(value.birth_year)),
        (_("Sex"), value.sex or ""),
        (_("Height"), _number(value.height_cm, "cm")),
        (_("Smokes"), _yes(value.smoker)),
        (_("Pregnant"), _yes(value.pregnant)),
        (_("Breastfeeding"), _yes(value.breastfeeding)),
        (_("Kidneys: eGFR"), _number(value.egfr_ml_min, "mL/min")),
        (_("Liver: impairment"), value.hepatic_impairment or ""),
        (_("CYP2D6 metaboliser"), value.cyp2d6 or ""),
        (_("Conditions"), ", ".join(c.display or c.code for c in value.conditions)),
        (_("Allergies"), ", ".join(a.display or a.code for a in value.allergies)),
        (_("Diagnosis by"), diagnosis.criteria),
        (_("Widespread pain index"), "" if diagnosis.wpi is None else str(diagnosis.wpi)),
        (_("Symptom severity scale"), "" if diagnosis.sss is None else str(diagnosis.sss)),
        (_("What matters to her, 0 to 10"), ", ".join(weights)),
        (_("Agreed plan: about"), plan.about),
        (_("Outcome"), plan.outcome),
        (_("Success is"), plan.success),
        (_("Review on"), _day(plan.review_date)),
        (_("Stop when"), plan.stop_rule),
        (_("Worth taking from"), _number(plan.line, "points")),
    )
    return [(label, text) for label, text in found if text]
