"""What a column of a table may be, as a person chooses it from a list; each choice is a name that the intake's own guess understands."""

from __future__ import annotations

from functools import cache

from django.utils.translation import gettext_lazy

from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES

__all__ = ["column_choices"]

_DIARY = (
    ("date", gettext_lazy("the day")),
    ("pain", gettext_lazy("pain")),
    ("bad sleep", gettext_lazy("how bad sleep was")),
    ("sleep quality", gettext_lazy("how good sleep was")),
    ("sleep hours", gettext_lazy("hours of sleep")),
    ("awakenings", gettext_lazy("how often awake")),
    ("fatigue", gettext_lazy("fatigue")),
    ("energy", gettext_lazy("energy")),
    ("interference", gettext_lazy("interference")),
    ("low mood", gettext_lazy("low mood")),
    ("mood", gettext_lazy("good mood")),
    ("taken", gettext_lazy("whether it was taken")),
    ("medication", gettext_lazy("medicines with their doses")),
    ("note", gettext_lazy("a note")),
)
_DRUGS = (
    "mirtazapine",
    "duloxetine",
    "pregabalin",
    "amitriptyline",
    "milnacipran",
    "cyclobenzaprine",
    "gabapentin",
    "tramadol",
)
"""Medicines that are chosen by name; any other is found by the column's own name."""


@cache
def column_choices() -> tuple[tuple[object, tuple[tuple[str, object], ...]], ...]:
    """The choices in groups: what stands in the form, and what a person reads."""
    measures = tuple(
        (
            f"{m.id.replace('_', ' ')} ({m.unit})" if not m.unit.startswith("{") else m.id,
            f"{m.words} ({m.unit})" if not m.unit.startswith("{") else m.words,
        )
        for m in sorted(MEASURES.values(), key=lambda m: m.words)
        if m.id != "drug_level"
    )
    return (
        (gettext_lazy("Diary"), _DIARY),
        (gettext_lazy("Dose, mg a day"), tuple((f"{drug} mg", drug) for drug in _DRUGS)),
        (gettext_lazy("Measurement"), measures),
        (
            gettext_lazy("Side effect, 0 to 3 or in words"),
            tuple((e.id, e.words) for e in sorted(EFFECTS.values(), key=lambda e: e.words)),
        ),
        (gettext_lazy("Activity, minutes"), tuple((a.id, a.words) for a in ACTIVITIES.values())),
    )
