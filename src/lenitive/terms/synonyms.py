"""What people write for the words of a record: each means one id of a vocabulary, or nothing.

A word that could mean two things (``systolic`` without lying or standing, ``gym``, ``tired``) is in no list: it is asked
about, never guessed. The words are everyday English of ours; two of one meaning are safe to add, one of two meanings never is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from lenitive.terms.vocabulary import ACTIVITIES, EFFECTS, MEASURES, SCORES

__all__ = ["ACTIVITY_WORDS", "EFFECT_WORDS", "MEASURE_WORDS", "SCORE_WORDS", "near_words", "plain_words"]


def plain_words(text: str) -> str:
    """Lower case without accents or marks, words by single spaces: how names are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", kept).strip()


def near_words(text: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Known words within one slip of a written one (two from nine letters on), the nearest first; none for a short word."""
    plain = plain_words(text)
    if not 5 <= len(plain) <= 80:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slips = 1 if len(plain) < 9 else 2
    found = process.extract(plain, list(known), scorer=OSA.distance, score_cutoff=slips, limit=most)
    return tuple(word for word, _, _ in found)


_EFFECTS = {
    "somnolence": "drowsiness; drowsy; sleepiness; sleepy; daytime sleepiness; sedation; sedated",
    "increased_appetite": "appetite increase; appetite increased; more appetite; hunger; hungry; always hungry; more hungry",
    "weight_gain": "weight increase; weight increased; gained weight; gaining weight; putting on weight; weight up",
    "weight_loss": "lost weight; losing weight; weight decrease; weight down",
    "decreased_appetite": "loss of appetite; lost appetite; poor appetite; no appetite; appetite loss",
    "dry_mouth": "mouth dry; xerostomia; dryness of mouth; mouth dryness",
    "dizziness": "dizzy; light headed; lightheaded; lightheadedness; light headedness",
    "orthostatic_dizziness": "dizzy on standing; dizzy when standing up; dizzy standing up; orthostatic symptoms",
    "fall": "falls; fell; fell over",
    "nausea": "nauseous; nauseated; queasy; feel sick",
    "vomiting": "vomit; vomited; threw up; throwing up",
    "constipation": "constipated",
    "diarrhoea": "diarrhea; loose stools; loose stool",
    "headache": "headaches; head ache; head aches",
    "sweating": "sweats; sweaty; night sweats; excessive sweating; hyperhidrosis",
    "tremor": "tremors; trembling; shaky; shaky hands",
    "restless_legs": "restless leg; restless legs syndrome; rls",
    "akathisia": "inner restlessness",
    "vivid_dreams": "vivid dream; strange dreams",
    "nightmares": "nightmare; bad dreams",
    "insomnia": "sleeplessness; cannot sleep; difficulty sleeping",
    "fatigue": "exhaustion; exhausted",
    "oedema": "edema; peripheral edema; swollen ankles; swollen feet; swollen hands; ankle swelling; swelling of ankles",
    "confusion": "confused; disorientation; disoriented",
    "anxiety": "anxious; nervousness",
    "agitation": "agitated",
    "irritability": "irritable",
    "electric_shocks": "brain zaps; brain zap; zaps; electric shocks; electric shock",
    "sexual_dysfunction": "loss of libido; low libido; reduced libido; impotence; sexual problem",
    "palpitations": "palpitation; racing heart; heart racing; pounding heart",
    "syncope": "fainted; passed out",
    "blurred_vision": "blurry vision; vision blurred",
    "urinary_retention": "trouble urinating; difficulty urinating; cannot pass water",
    "rash": "rashes",
    "fever": "pyrexia; high temperature; feverish",
    "sore_throat": "throat sore",
    "mouth_ulcers": "mouth ulcer; mouth sores; mouth sore",
    "joint_pain": "joint pains; aching joints",
    "muscle_pain": "muscle pains; muscle ache; muscle aches",
    "jaundice": "yellow skin; yellow eyes",
    "seizure": "seizures; fit; fits; convulsion; convulsions",
    "mania": "manic; hypomania",
    "suicidal_thoughts": "suicidal; suicidal thought; suicidal ideation; suicidality; thoughts of suicide; suicide thoughts",
    "raised_blood_pressure": "hypertension; blood pressure up; blood pressure raised",
    "hot_flushes": "hot flush; hot flashes; hot flash; flushes",
}
_MEASURES = {
    "weight": "body weight; bodyweight",
    "height": "body height",
    "waist": "waist circumference",
    "heart_rate": "pulse; pulse rate; hr",
    "sodium": "na; serum sodium",
    "potassium": "serum potassium",
    "alt": "alat; gpt; sgpt; alanine transaminase",
    "total_cholesterol": "cholesterol",
    "triglycerides": "triglyceride",
    "glucose": "blood glucose; blood sugar",
    "hba1c": "a1c; hb a1c; glycated haemoglobin; glycated hemoglobin",
    "neutrophils": "neutrophil; neutrophil count; absolute neutrophil count; anc",
    "creatinine": "serum creatinine",
    "egfr": "gfr",
    "qtc": "qt c",
    "drug_level": "blood level; plasma level; serum level; drug concentration",
    "phq9": "phq 9",
    "phq9_item9": "phq 9 item 9",
    "gad7": "gad 7",
    "fiqr": "fiq r",
    "sss": "symptom severity; symptom severity score",
    "cycle_day": "day of cycle; day of the cycle; menstrual cycle day",
    "pgic": "patient global impression of change; pgi c",
    "ahi": "apnea hypopnea index; apnoea hypopnoea index",
}
_ACTIVITIES = {
    "stretching": "stretch; stretches; stretching exercises",
    "walking": "walk; walks; walked; hike; hiking; nordic walking",
    "aerobic": "aerobics; aerobic training; cardio; running; jogging; cycling; biking; exercise bike; dancing; treadmill",
    "strength": "weights; weight training; resistance training; strength exercises",
    "aquatic": "swimming; swim; swam; aqua aerobics; water aerobics; water exercise; pool exercise; hydrotherapy; aqua fitness",
    "cbt_session": "cbt; cognitive behavioural therapy; cognitive behavioral therapy",
    "breathing": "breathing exercise; breathing exercises; deep breathing; breathwork",
    "mindfulness": "meditation; meditating; mindfulness meditation; mbsr",
    "tai_chi": "taichi; tai chi chuan; taiji",
    "sleep_hygiene": "sleep hygiene",
    "relaxation": "progressive muscle relaxation; muscle relaxation; relaxation exercises",
    "heat": "heat pad; heating pad; hot bath; warm bath; hot water bottle",
    "massage": "massages",
}

_SCORES = {
    "sleep_disturbance": "sleep; sleep quality",
    "fatigue": "tiredness",
    "mood_low": "low mood; mood",
}


def _meanings(kinds: Mapping[str, tuple[str, ...]], more: Mapping[str, str]) -> dict[str, str]:
    """Plain words -> id, from the vocabulary's own words and from ours.

    Raises:
        ValueError: When one word means two ids, or a list is about no id.
    """
    found: dict[str, str] = {}
    for id_, own in kinds.items():
        for word in (id_, *own, *more.get(id_, "").split(";")):
            plain = plain_words(word)
            if plain and found.setdefault(plain, id_) != id_:
                raise ValueError(f"{word} means {found[plain]} and {id_}")
    if more.keys() - kinds.keys():
        raise ValueError(f"no id: {sorted(more.keys() - kinds.keys())}")
    return found


EFFECT_WORDS: Mapping[str, str] = _meanings({e.id: (e.words, e.plain) for e in EFFECTS.values()}, _EFFECTS)
MEASURE_WORDS: Mapping[str, str] = _meanings({m.id: (m.words,) for m in MEASURES.values()}, _MEASURES)
ACTIVITY_WORDS: Mapping[str, str] = _meanings({a.id: (a.words,) for a in ACTIVITIES.values()}, _ACTIVITIES)
SCORE_WORDS: Mapping[str, str] = _meanings({s.value: () for s in SCORES}, _SCORES)
