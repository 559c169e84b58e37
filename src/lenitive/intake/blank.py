"""An empty record folder that explains itself."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.intake import medicines
from lenitive.intake.daily import COLUMNS
from lenitive.intake.write import quoted, toml_text
from lenitive.record import DeviceClass
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES

__all__ = ["begun_folder", "blank_folder"]

_PATIENT = """\
# Who. Every key may stay out; take the # off a line to use it.
# id = "P-001"
# birth_year = 1971
# sex = "female"                   # female, male
# height_cm = 165
# smoker = false
# pregnant = false
# breastfeeding = false
# egfr_ml_min = 88
# hepatic_impairment = "none"      # none, mild, moderate, severe
# cyp2d6 = "normal"                # poor, intermediate, normal, ultrarapid
# conditions = ["fibromyalgia", { system = "http://snomed.info/sct", code = "203082005", display = "Fibromyalgia" }]
# allergies = []
# diagnosis = { criteria = "ACR 2016", wpi = 12, sss = 8 }

# What matters to her: a weight from 0 to 10 on outcomes and on side effects.
# [preferences]
# pain = 8
# sleep = 9
# fatigue = 6
# weight_gain = 5

# How fast a medicine acts in her, where that is known: days until about two thirds of its effect is there.
# [onset]
# "low-dose naltrexone" = 14

# What was agreed before treatment began.
# [plan]
# about = "mirtazapine"
# outcome = "pain"
# success = "2 points and 30 % less in the mean of two weeks"
# review_date = 2026-05-01
# stop_rule = "no change 8 weeks after the last dose step"
# How many points of relief she wants for it to be worth taking; without it, what people usually notice.
# line = 0.5
# Why doses above those that trials support are to be weighed, up to the label's highest; for clinicians.
# above_supported = "tolerated well, and the dose of the trial helped her half-way"
# The day on which she asked for a test herself: then a second one in half a year may be offered.
# test_wished = 2026-05-01
"""

_MEDICINES = """\
One row for each period of constant dosing. A changed dose is a new row.
drug: any name of it; a brand is read as its drug, a misspelling is asked about.
dose_mg: mg of one intake. times: bedtime morning noon evening or HH:MM joined by ; (one intake each).
start and end are both included; end stays empty while it goes on. As needed: times = prn, a row for each day taken.
missed: days not taken, joined by ;   masked: yes while the patient could not know the dose.   believed: what she thought.
For example
mirtazapine,15,2026-03-01,2026-03-28,bedtime,tablet,sleep and pain,2026-03-09,,
mirtazapine,30,2026-03-29,,bedtime,tablet,sleep and pain,,,
"""

_DIARY = """\
One row a day; date is the local day it is about. Higher is worse in every 0-10 column; empty is missing.
pain: average of 24 hours, asked in the evening. sleep_disturbance: the night that ended this morning.
taken: yes no part. entered_at: when it was written, with UTC offset.
For example
2026-03-01,6,7,5,,,5.5,3,yes,2026-03-01T21:30:00+01:00,first day
"""

_EFFECTS = """\
Side effects noticed. severity: none (asked and absent) mild moderate severe. stops_activities: yes no.
For example
2026-03-02,somnolence,moderate,no,gone by noon
effect is one of
{effects}
"""

_MEASUREMENTS = """\
Measurements; units as UCUM writes them. Scores have no unit. For drug_level the note names the drug.
For example
2026-03-01,weight,68.4,kg,
measure is one of (with the unit it is kept in; others of its kind are converted)
{measures}
"""

_ACTIVITIES = """\
Non-drug strategies done; minutes may stay empty.
For example
2026-03-01,walking,25
activity is one of
{activities}
"""

_NIGHTS = """\
Nights as a sleep laboratory or a device measured them; filled in by: lenitive import sleep FILE --into RECORD
date is the local day of the morning. device_class: {classes}.
definition says by which rules the numbers were made; numbers of different definitions are never pooled.
For example
2026-03-02,fitbit,wearable,yasa-0.8,2026-03-01T23:05:00,2026-03-02T06:50:00,465,402,12,51,4,86.5,,,240,66,96,71,
"""


def blank_folder() -> dict[str, bytes]:
    """The files of a record that holds nothing yet, each with comments on how to fill it in."""
    measures = [f"{m.id} ({m.unit})" if m.unit != "{score}" else m.id for m in MEASURES.values()]
    comments = {
        medicines.FILE: _MEDICINES,
        "diary.csv": _DIARY,
        "effects.csv": _EFFECTS.format(effects=_wrapped(list(EFFECTS))),
        "measurements.csv": _MEASUREMENTS.format(measures=_wrapped(measures)),
        "activities.csv": _ACTIVITIES.format(activities=_wrapped(list(ACTIVITIES))),
        "nights.csv": _NIGHTS.format(classes=" ".join(c.value for c in DeviceClass)),
    }
    columns = {medicines.FILE: (medicines.REQUIRED, medicines.OPTIONAL), **COLUMNS}
    files = {"patient.toml": _PATIENT.encode()}
    for name, text in comments.items():
        required, optional = columns[name]
        lines = [",".join((*required, *optional)), *(f"# {line}" for line in text.splitlines())]
        files[name] = ("\n".join(lines) + "\n").encode()
    return files


def begun_folder(
    drugs: Sequence[str] = (), conditions: Sequence[str] = (), allergies: Sequence[str] = ()
) -> dict[str, bytes]:
    """An empty folder with what is known at the start written in; reading it says what is wrong with that.

    Args:
        drugs: Name, mg of one intake, first day and times of each medicine, parted by ``:``.
        conditions: Names of conditions.
        allergies: Names of drugs or of classes of drugs.
    """
    files = blank_folder()
    columns = (*medicines.REQUIRED, *medicines.OPTIONAL)
    rows = []
    for written in drugs:
        # The times may hold a colon of their own, and come last.
        parts = dict(zip(("drug", "dose_mg", "start", "times"), written.split(":", 3), strict=False))
        rows.append(",".join(quoted(parts.get(column, "").strip()) for column in columns))
    if rows:
        head, _, comments = files[medicines.FILE].decode().partition("\n")
        files[medicines.FILE] = "\n".join([head, *rows, comments]).encode()
    known = (("conditions", conditions), ("allergies", allergies))
    lines = [f"{key} = [{', '.join(map(toml_text, names))}]" for key, names in known if names]
    if lines:
        files["patient.toml"] = ("\n".join(lines) + "\n\n").encode() + files["patient.toml"]
    return files


def _wrapped(names: list[str]) -> str:
    """The names on lines of about a hundred characters."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 100:
            lines.append("")
        lines[-1] = f"{lines[-1]} {name}".strip()
    return "\n".join(lines)
