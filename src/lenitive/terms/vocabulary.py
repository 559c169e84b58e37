"""The closed vocabularies of a record: scores, side effects, measures and activities.

Names are the record folder's own (version 1). They are data about words, not clinical knowledge: ranges say what
can be written down at all, not what is normal.
"""

from __future__ import annotations

from enum import StrEnum

from lenitive.frozen import dataclass

__all__ = [
    "ACTIVITIES",
    "EFFECTS",
    "MEASURES",
    "PREFERENCES",
    "SCORES",
    "Activity",
    "Effect",
    "Measure",
    "Score",
    "Severity",
]


class Severity(StrEnum):
    """How bad a side effect is. ``none`` says that it was asked and absent."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """0 none to 3 severe."""
        return ("none", "mild", "moderate", "severe").index(self.value)


class Score(StrEnum):
    """A 0-10 diary column; higher is worse in every one."""

    PAIN = "pain"
    SLEEP_DISTURBANCE = "sleep_disturbance"
    FATIGUE = "fatigue"
    INTERFERENCE = "interference"
    MOOD_LOW = "mood_low"


SCORES: tuple[Score, ...] = tuple(Score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A side effect that a record may name.

    Attributes:
        id: The name in ``effects.csv``.
        words: What a clinician reads.
        plain: What a patient reads.
    """

    id: str
    words: str
    plain: str


def _effects(*rows: tuple[str, str, str]) -> dict[str, Effect]:
    return {id_: Effect(id=id_, words=words, plain=plain) for id_, words, plain in rows}


EFFECTS: dict[str, Effect] = _effects(
    ("somnolence", "somnolence", "sleepiness in the day"),
    ("increased_appetite", "increased appetite", "feeling hungrier"),
    ("weight_gain", "weight gain", "weight going up"),
    ("weight_loss", "weight loss", "weight going down"),
    ("decreased_appetite", "decreased appetite", "less appetite"),
    ("dry_mouth", "dry mouth", "dry mouth"),
    ("dizziness", "dizziness", "dizziness"),
    ("orthostatic_dizziness", "dizziness on standing", "dizziness when standing up"),
    ("fall", "fall", "a fall"),
    ("nausea", "nausea", "feeling sick"),
    ("vomiting", "vomiting", "being sick"),
    ("constipation", "constipation", "constipation"),
    ("diarrhoea", "diarrhoea", "diarrhoea"),
    ("headache", "headache", "headache"),
    ("sweating", "sweating", "sweating"),
    ("tremor", "tremor", "shaking"),
    ("restless_legs", "restless legs", "restless legs"),
    ("akathisia", "akathisia", "inner restlessness, cannot sit still"),
    ("vivid_dreams", "abnormal dreams", "vivid dreams"),
    ("nightmares", "nightmares", "nightmares"),
    ("insomnia", "insomnia", "trouble sleeping"),
    ("fatigue", "fatigue", "tiredness"),
    ("oedema", "peripheral oedema", "swollen ankles or hands"),
    ("confusion", "confusion", "confusion"),
    ("anxiety", "anxiety", "anxiety"),
    ("agitation", "agitation", "agitation"),
    ("irritability", "irritability", "irritability"),
    ("electric_shocks", "electric-shock sensations", "electric-shock feelings"),
    ("sexual_dysfunction", "sexual dysfunction", "sexual problems"),
    ("palpitations", "palpitations", "heart racing or pounding"),
    ("syncope", "syncope", "fainting"),
    ("blurred_vision", "blurred vision", "blurred vision"),
    ("urinary_retention", "urinary retention", "trouble passing water"),
    ("rash", "rash", "skin rash"),
    ("fever", "fever", "fever"),
    ("sore_throat", "sore throat", "sore throat"),
    ("mouth_ulcers", "mouth ulcers", "mouth ulcers"),
    ("joint_pain", "arthralgia", "joint pain"),
    ("muscle_pain", "myalgia", "muscle pain"),
    ("muscle_weakness", "muscle weakness", "muscle weakness"),
    ("jaundice", "jaundice", "yellow skin or eyes"),
    ("seizure", "seizure", "a fit"),
    ("mania", "manic symptoms", "feeling far too high or driven"),
    ("suicidal_thoughts", "suicidal thoughts", "thoughts of ending your life"),
    ("raised_blood_pressure", "raised blood pressure", "high blood pressure"),
    ("hot_flushes", "hot flushes", "hot flushes"),
    ("other", "other effect (see the note)", "something else (say what in the note)"),
)

# What a patient may weigh, 0-10, in [preferences]: the outcomes, and any side effect. ``sleep``, ``mood`` and
# ``sedation`` are the words people use for sleep disturbance, low mood and somnolence.
PREFERENCES: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            "pain",
            "sleep",
            "fatigue",
            "weight_gain",
            "sedation",
            "dry_mouth",
            "dizziness",
            "interference",
            "mood",
            *EFFECTS,
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that ``measurements.csv`` may hold.

    Attributes:
        id: The name in the file.
        words: What a reader sees.
        unit: The unit values are kept in.
        low: Below this it cannot be written down (in ``unit``).
        high: Above this it cannot be written down (in ``unit``).
        whole: Whether only whole numbers occur.
    """

    id: str
    words: str
    unit: str
    low: float
    high: float
    whole: bool = False


MEASURES: dict[str, Measure] = {
    m.id: m
    for m in (
        Measure(id="weight", words="weight", unit="kg", low=20, high=400),
        Measure(id="height", words="height", unit="cm", low=80, high=260),
        Measure(id="waist", words="waist", unit="cm", low=30, high=300),
        Measure(id="systolic_lying", words="systolic pressure, lying", unit="mm[Hg]", low=40, high=300),
        Measure(id="systolic_standing", words="systolic pressure, standing", unit="mm[Hg]", low=30, high=300),
        Measure(id="diastolic_lying", words="diastolic pressure, lying", unit="mm[Hg]", low=20, high=200),
        Measure(
            id="diastolic_standing", words="diastolic pressure, standing", unit="mm[Hg]", low=10, high=200
        ),
        Measure(id="heart_rate", words="heart rate", unit="/min", low=20, high=250),
        Measure(id="sodium", words="sodium", unit="mmol/L", low=90, high=200),
        Measure(id="potassium", words="potassium", unit="mmol/L", low=1, high=10),
        Measure(id="alt", words="alanine aminotransferase", unit="U/L", low=1, high=20000),
        Measure(id="total_cholesterol", words="total cholesterol", unit="mmol/L", low=0.5, high=40),
        Measure(id="triglycerides", words="triglycerides", unit="mmol/L", low=0.1, high=100),
        Measure(id="glucose", words="glucose", unit="mmol/L", low=0.5, high=80),
        Measure(id="hba1c", words="HbA1c", unit="mmol/mol", low=10, high=250),
        Measure(id="neutrophils", words="neutrophils", unit="10*9/L", low=0, high=100),
        Measure(id="creatinine", words="creatinine", unit="umol/L", low=5, high=3000),
        Measure(id="egfr", words="estimated GFR", unit="mL/min/{1.73_m2}", low=1, high=200),
        Measure(id="qtc", words="QTc interval", unit="ms", low=200, high=800),
        Measure(id="drug_level", words="drug level", unit="ng/mL", low=0, high=100000),
        Measure(id="phq9", words="PHQ-9 total", unit="{score}", low=0, high=27, whole=True),
        Measure(id="phq9_item9", words="PHQ-9 item 9", unit="{score}", low=0, high=3, whole=True),
        Measure(id="gad7", words="GAD-7 total", unit="{score}", low=0, high=21, whole=True),
        Measure(id="fiqr", words="FIQR total", unit="{score}", low=0, high=100),
        Measure(id="wpi", words="widespread pain index", unit="{score}", low=0, high=19, whole=True),
        Measure(id="sss", words="symptom severity scale", unit="{score}", low=0, high=12, whole=True),
        Measure(id="cycle_day", words="day of the monthly cycle", unit="d", low=1, high=90, whole=True),
        Measure(id="pgic", words="global impression of change", unit="{score}", low=1, high=7, whole=True),
        Measure(
            id="scl90r_depression", words="SCL-90-R depression, mean of items", unit="{score}", low=0, high=5
        ),
        Measure(id="recalled_pain", words="average pain recalled at a visit", unit="{score}", low=0, high=10),
        Measure(id="ahi", words="apnoea-hypopnoea index (per hour)", unit="{score}", low=0, high=200),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A non-drug strategy; ``counted_in`` is ``min`` or ``session``."""

    id: str
    words: str
    counted_in: str = "min"


ACTIVITIES: dict[str, Activity] = {
    a.id: a
    for a in (
        Activity(id="stretching", words="stretching"),
        Activity(id="walking", words="walking"),
        Activity(id="aerobic", words="aerobic exercise"),
        Activity(id="strength", words="strength training"),
        Activity(id="aquatic", words="exercise in water"),
        Activity(id="cbt_session", words="CBT session", counted_in="session"),
        Activity(id="breathing", words="mindful breathing"),
        Activity(id="mindfulness", words="mindfulness"),
        Activity(id="yoga", words="yoga"),
        Activity(id="tai_chi", words="tai chi"),
        Activity(id="pacing", words="pacing"),
        Activity(id="sleep_hygiene", words="sleep habits"),
        Activity(id="relaxation", words="relaxation"),
        Activity(id="heat", words="heat"),
        Activity(id="massage", words="massage"),
        Activity(id="other", words="other"),
    )
}
