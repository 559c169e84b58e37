"""The forms of a record's page: fields to type into. What was typed is judged by the intake and the record's own values, not here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from lenitive.record import (
    NIGHT_NUMBERS,
    Coded,
    DeviceClass,
    Diagnosis,
    Impairment,
    Metaboliser,
    Patient,
    PlanTarget,
    Sex,
    refuse_unwritable,
)
from lenitive.shells.web.record_cells import ABOUT, KINDS, RecordValue, cells_of, read_cells
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES, PREFERENCES, Problem, Severity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["AboutForm", "EntryForm", "form_of"]

_UNKNOWN = ("", _("not known"))
_YES_NO = (_UNKNOWN, ("yes", _("yes")), ("no", _("no")))
_USUAL = 9
"""Of what a patient may weigh, so many are asked about by name; the rest can be chosen."""


def _words(label: StrOrPromise, help_text: StrOrPromise = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=2_000)


def _long(label: StrOrPromise, help_text: StrOrPromise = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=10_000, strip=False, widget=area
    )


def _day(label: StrOrPromise, help_text: StrOrPromise = "", *, required: bool = False) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "date"})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=40, widget=widget)


def _choice(
    label: StrOrPromise, choices: Iterable[tuple[str, StrOrPromise]], *, required: bool = False
) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=tuple(choices), required=required)


def _named(table: dict[str, Any]) -> list[tuple[str, StrOrPromise]]:
    named = ((id_, item.words) for id_, item in table.items())
    return [("", _("choose")), *sorted(named, key=lambda pair: pair[1].casefold())]


class _RecordForm(forms.Form):
    """What every form of a record carries along: which row it showed, the id of the row it makes, the answer to a question."""

    uid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def say(self, problems: Iterable[Problem]) -> None:
        """Put problems beside the fields that they are about."""
        for p in problems:
            field = p.where.field if p.where.field in self.fields else None
            self.add_error(field, f"{p.what[:1].upper()}{p.what[1:]}. {p.remedy}.".replace("?.", "?"))

    def made_uid(self) -> UUID:
        """The id of the row that the form makes."""
        uid: UUID = self.cleaned_data["uid"]
        return uid


_NIGHT_LABELS = {
    "tib_min": _("In bed, min"),
    "tst_min": _("Asleep, min"),
    "sol_min": _("Until asleep, min"),
    "waso_min": _("Awake after that, min"),
    "awakenings": _("How often awake"),
    "se_pct": _("Sleep efficiency, %"),
    "n1_min": _("N1, min"),
    "n2_min": _("N2, min"),
    "light_min": _("Light sleep, min"),
    "n3_min": _("N3, min"),
    "rem_min": _("REM, min"),
    "rem_latency_min": _("Until REM, min"),
    "nap_min": _("Naps, min"),
}

_FIELDS: dict[str, dict[str, Any]] = {
    "medicines": {
        "drug": lambda: _words(_("Medicine"), _("Its name, or its brand."), required=True),
        "dose_mg": lambda: _words(
            _("Dose of one intake, mg"), _("Such as 7.5; 0 for a time without it."), required=True
        ),
        "times": lambda: _words(
            "Times of intake",
            "bedtime, morning, noon, evening or HH:MM, with ; between them; prn for one day as needed.",
            required=True,
        ),
        "start": lambda: _day(_("First day"), required=True),
        "end": lambda: _day(_("Last day"), _("Leave it empty while it goes on.")),
        "form": lambda: _words(_("Form"), _("Such as tablet or odt.")),
        "reason": lambda: _long(_("Reason")),
        "missed": lambda: _words(_("Days missed"), _("Such as 2026-05-01; 2026-05-09.")),
        "masked": lambda: _choice(
            _("Could she not know which dose or medicine it was?"), (("", _("no")), ("yes", _("yes")))
        ),
        "believed": lambda: _long(_("What she believed it was")),
    },
    "measurements": {
        "date": lambda: _day(_("Day"), required=True),
        "measure": lambda: _choice(_("Measure"), _named(MEASURES), required=True),
        "value": lambda: _words(_("Value"), required=True),
        "unit": lambda: _words(_("Unit"), _("Such as kg, lb or mmol/L; leave it empty for a score.")),
        "note": lambda: _long(_("Note"), _("Of a drug level: the medicine.")),
    },
    "effects": {
        "date": lambda: _day(_("Day"), required=True),
        "effect": lambda: _choice(_("Side effect"), _named(EFFECTS), required=True),
        "severity": lambda: _choice(
            _("Severity"), [("", _("choose")), *((s.value, s.value) for s in Severity)], required=True
        ),
        "stops_activities": lambda: _choice(_("Does it stop her activities?"), _YES_NO),
        "note": lambda: _long(_("Note")),
    },
    "activities": {
        "date": lambda: _day(_("Day"), required=True),
        "activity": lambda: _choice(_("Activity"), _named(ACTIVITIES), required=True),
        "minutes": lambda: _words(_("Minutes"), _("Leave it empty when they are not known.")),
    },
    "nights": {
        "date": lambda: _day(_("Day"), _("The morning on which the night ended."), required=True),
        "source": lambda: _words(_("What recorded it"), required=True),
        "device_class": lambda: _choice(
            _("Kind"), [("", _("choose")), *((c.value, c.value) for c in DeviceClass)], required=True
        ),
        "definition": lambda: _words(
            _("How its numbers are defined"),
            _("The id of a definition, such as yasa-0.8, or the device's name."),
            required=True,
        ),
        "start": lambda: _words(_("Began"), _("Such as 2026-03-01T23:10.")),
        "end": lambda: _words(_("Ended")),
        **{name: partial(_words, _NIGHT_LABELS.get(name, name)) for name in NIGHT_NUMBERS},
    },
}


class EntryForm(_RecordForm):
    """One medicine period, measurement, side effect or activity."""

    def __init__(self, *args: Any, kind: str, value: RecordValue | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        if value is not None:
            kwargs["initial"] = {**cells_of(KINDS[kind], value), **kwargs["initial"]}
        super().__init__(*args, **kwargs)
        self._kind = KINDS[kind]
        for name, make in _FIELDS[kind].items():
            self.fields[name] = make()

    def value(self) -> tuple[RecordValue | None, tuple[Problem, ...]]:
        """What was typed, or None, and what is wrong or doubtful with it."""
        typed = {name: str(self.cleaned_data.get(name) or "") for name in self._kind.columns}
        return read_cells(self._kind, typed)


def _shown(item: Coded) -> str:
    return item.display or item.code


def _lines(text: str, before: tuple[Coded, ...]) -> tuple[Coded, ...]:
    """A name on each line; one that stood there before keeps its code."""
    stood = {_shown(item): item for item in reversed(before)}
    names = dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip())
    return tuple(stood.get(name) or Coded(display=name) for name in names)


class AboutForm(_RecordForm):
    """Who she is, what she prefers, and what was agreed."""

    birth_year = forms.IntegerField(required=False, label=_("Year of birth"))
    sex = _choice(_("Sex"), (_UNKNOWN, *((s, s) for s in get_args(Sex))))
    height_cm = forms.FloatField(required=False, label=_("Height, cm"))
    smoker = _choice(_("Smokes"), _YES_NO)
    pregnant = _choice(_("Pregnant"), _YES_NO)
    breastfeeding = _choice(_("Breastfeeding"), _YES_NO)
    egfr_ml_min = forms.FloatField(required=False, label=_("Kidneys: eGFR, mL/min"))
    hepatic_impairment = _choice(_("Liver: impairment"), (_UNKNOWN, *((s, s) for s in get_args(Impairment))))
    cyp2d6 = _choice(_("CYP2D6 metaboliser"), (_UNKNOWN, *((s, s) for s in get_args(Metaboliser))))
    conditions = _long(_("Conditions"), _("One on each line."))
    allergies = _long(_("Allergies"), _("One on each line: a medicine, or a class of medicines."))
    criteria = _words(_("Diagnosis by"), _("The criteria, such as ACR 2016."))
    wpi = forms.IntegerField(required=False, label=_("Widespread pain index"))
    sss = forms.IntegerField(required=False, label=_("Symptom severity scale"))
    plan_about = _words(_("Agreed plan: about"), _("The medicine or activity."))
    plan_outcome = _words(_("Outcome"))
    plan_success = _words(_("Success is"))
    plan_review_date = forms.DateField(
        required=False,
        label=_("Review on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    plan_stop_rule = _long(_("Stop when"))
    plan_line = forms.FloatField(
        required=False, label=_("How much relief makes it worth taking, points of 10")
    )

    def __init__(self, *args: Any, value: Patient, **kwargs: Any) -> None:
        self._before = value
        kwargs["initial"] = {**_typed(value), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        named = dict.fromkeys((*PREFERENCES[:_USUAL], *sorted(value.preferences)))
        self._weights = {f"weight_{key}": key for key in named}
        for name, key in self._weights.items():
            label = f"How much {key.replace('_', ' ')} matters to her, 0 to 10"
            self.fields[name] = forms.FloatField(required=False, label=label)
        rest = [(key, key.replace("_", " ")) for key in PREFERENCES[_USUAL:]]
        self.fields["preference"] = _choice(
            _("Something else that matters to her"), (("", "nothing else"), *sorted(rest))
        )
        self.fields["preference_weight"] = forms.FloatField(required=False, label=_("How much, 0 to 10"))

    def patient(self) -> Patient | None:
        """Who she is by what was typed, or None with the errors beside their fields."""
        given = self.cleaned_data
        try:
            refuse_unwritable(*(v for v in given.values() if isinstance(v, str)))
        except ValueError as error:
            self.add_error(None, f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return None
        for name in ("birth_year", "height_cm", "egfr_ml_min"):
            self._try(name, Patient, **{name: given[name]})
        weights = {key: given[name] for name, key in self._weights.items() if given[name] is not None}
        if given["preference"] and given["preference_weight"] is not None:
            weights[given["preference"]] = given["preference_weight"]
        elif given["preference"]:
            self.add_error("preference_weight", "Say how much it matters, from 0 to 10.")
        for key, weight in weights.items():
            field = f"weight_{key}" if f"weight_{key}" in self._weights else "preference_weight"
            self._try(field, Patient, preferences={key: weight})
        for name in ("wpi", "sss"):
            self._try(name, Diagnosis, **{name: given[name]})
        self._try("plan_line", PlanTarget, line=given["plan_line"])
        return None if self.errors else self._made(weights)

    def _try(self, field: str, kind: Any, **given: Any) -> None:
        try:
            kind(**given)
        except ValueError:
            self.add_error(field, "This number cannot be right. Correct it, or leave it empty.")

    def _made(self, weights: dict[str, float]) -> Patient:
        given, before = self.cleaned_data, self._before
        diagnosis = Diagnosis(criteria=given["criteria"], wpi=given["wpi"], sss=given["sss"])
        plan = PlanTarget(
            about=given["plan_about"],
            outcome=given["plan_outcome"],
            success=given["plan_success"],
            review_date=given["plan_review_date"],
            stop_rule=given["plan_stop_rule"].replace("\r\n", "\n"),
            line=given["plan_line"],
        )
        return Patient(
            id=before.id,
            simulated=before.simulated,
            birth_year=given["birth_year"],
            sex=given["sex"] or None,
            height_cm=given["height_cm"],
            smoker=_truth(given["smoker"]),
            pregnant=_truth(given["pregnant"]),
            breastfeeding=_truth(given["breastfeeding"]),
            egfr_ml_min=given["egfr_ml_min"],
            hepatic_impairment=given["hepatic_impairment"] or None,
            cyp2d6=given["cyp2d6"] or None,
            conditions=_lines(given["conditions"], before.conditions),
            allergies=_lines(given["allergies"], before.allergies),
            diagnosis=None if diagnosis == Diagnosis() else diagnosis,
            preferences=weights,
            plan=None if plan == PlanTarget() else plan,
        )


def _truth(text: str) -> bool | None:
    return None if not text else text == "yes"


def _typed(value: Patient) -> dict[str, Any]:
    """Who she is as it would be typed."""
    plan, diagnosis = value.plan or PlanTarget(), value.diagnosis or Diagnosis()
    plain = ("birth_year", "sex", "height_cm", "egfr_ml_min", "hepatic_impairment", "cyp2d6")
    found: dict[str, Any] = {name: getattr(value, name) for name in plain}
    for name in ("smoker", "pregnant", "breastfeeding"):
        said = getattr(value, name)
        found[name] = "" if said is None else "yes" if said else "no"
    for name in ("conditions", "allergies"):
        found[name] = "\n".join(_shown(item) for item in getattr(value, name))
    found |= {name: getattr(diagnosis, name) for name in ("criteria", "wpi", "sss")}
    for name in ("about", "outcome", "success", "review_date", "stop_rule", "line"):
        found[f"plan_{name}"] = getattr(plan, name)
    found |= {f"weight_{key}": weight for key, weight in value.preferences.items()}
    # 167 and not 167.0: as it is written by hand.
    return {name: int(v) if isinstance(v, float) and v.is_integer() else v for name, v in found.items()}


def form_of(
    kind: str, data: Any, value: RecordValue | None, seen: str, today: date | None = None
) -> EntryForm | AboutForm:
    """The form of a kind for what stands, or for something new.

    Args:
        kind: A kind's id, or ``about``.
        data: What was sent; None for a form to fill in.
        value: What stands; None where nothing does.
        seen: The uid of the row that says so.
        today: The day that something new is taken to be of until another is typed.
    """
    if kind == ABOUT:
        return AboutForm(
            data, value=value if isinstance(value, Patient) else Patient(), initial={"seen": seen}
        )
    new = {} if value is not None or today is None else dict.fromkeys(("date", "start"), today.isoformat())
    return EntryForm(data, kind=kind, value=value, initial={"seen": seen, **new})
