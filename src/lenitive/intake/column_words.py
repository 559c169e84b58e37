"""What a column's name says it holds, in the languages of the patients seen so far: whole words, or beginnings of words.

A word decides only which question a column answers; how its cells are read is told by the cells.
"""

from __future__ import annotations

import re

from lenitive.frozen import dataclass
from lenitive.terms import plain_words

__all__ = ["ColumnMeaning", "meaning_of", "says"]

# Words end with "*" where anything may follow: German and Dutch write compounds.
_WORDS: dict[str, str] = {
    "day": "date day datum tag dag fecha dia jour data giorno timestamp zeitstempel when created entered logged dato pvm dzien",
    "year": "year startyear jahr annee ano jaar anno",
    "month": "month startmonth monat mois mes maand mese",
    "day_of_month": "day startday tag jour dia dag giorno",
    "number": "day tag dag dia jour giorno studientag dayno daynumber studyday",
    "time": "time uhrzeit zeit clock tijd hora heure ora kl tid beeptime",
    "pain": "pain schmerz* douleur* dolor* pijn* dolore* smerte* smarta* bol kipu ache aches",
    "fatigue": "fatigue tired* exhaust* mudigkeit* mude erschopf* moe* vermoeid* cansancio fatiga stanchezza trott* traett*",
    "energy": "energy energie* energia vitality",
    "sleep": "sleep* slept schlaf* sommeil dormi sueno slaap* geslapen sonno sovn somn",
    "hours": "hours hour hrs h stunden std dauer duration heures horas uur ore duree timer timmar length",
    "good": "quality well good rested refreshed qualitat qualite calidad kwaliteit qualita gut erholt refresh* goed bien bene satisf*",
    "bad": "problem* disturb* trouble poor* bad schlecht* storung* insomnia unrefreshed difficult* gestort mauvais* mal slecht",
    "awakenings": "awaken* woke wakeups wakeup wakings aufgewacht aufwach* wakker reveils despertares risvegli",
    "interference": "interfer* beeintrachtig* limitation* impact hinder* belemmer*",
    "mood": "mood stimmung* humeur animo humor stemming umore humor feeling happiness happy glucklich",
    "low": "low depress* down sad sadness traurig* niedergeschlagen triste somber deprim*",
    "note": "note notes comment comments remark* bemerkung* notiz* kommentar* opmerking* notas nota remarque* journal notities",
    "taken": "taken eingenommen genommen pris ingenomen tomado preso adherence taken?",
    "medicine": "medication* medicine* drug* med meds tablet* medikament* arznei* medicament* medicijn* medicin* farmac* dose dosis dosage pill* tabletten",
    "name": "name item tracker symptom detail question variable measure label tracker_name what",
    "value": "value rating score intensity amount response answer severity wert observation level",
    "category": "category type kind group kategorie categorie",
    "person": "participant* patient* person* subject* pid ppid user_id participant_id teilnehmer*",
}  # fmt: skip
_PATTERNS = {
    kind: re.compile(
        r"(?<!\w)(?:"
        + "|".join(
            re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) for word in words.split()
        )
        + r")(?!\w)"
    )
    for kind, words in _WORDS.items()
}


def says(name: str, kind: str) -> bool:
    """Whether a column's name holds a word of this kind."""
    plain = plain_words(name.replace("_", " "))
    return _PATTERNS[kind].search(plain) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMeaning:
    """What a column's name says.

    Attributes:
        target: Where its cells go, such as ``pain``; empty where the name says too little.
        reversed: Whether a higher value is better, so that the scale turns.
        doubt: Why the name says too little, where it says something; empty elsewhere.
    """

    target: str
    reversed: bool = False
    doubt: str = ""


def meaning_of(name: str) -> ColumnMeaning | None:
    """The diary column that a name means; None when it means none."""
    if says(name, "note"):
        return ColumnMeaning(target="note")
    if says(name, "sleep"):
        if says(name, "hours"):
            return ColumnMeaning(target="sleep_hours")
        if says(name, "bad"):
            return ColumnMeaning(target="sleep_disturbance")
        if says(name, "good"):
            return ColumnMeaning(target="sleep_disturbance", reversed=True)
        return ColumnMeaning(
            target="sleep", doubt="hours of sleep, or how well; and if how well, which end is good"
        )
    if says(name, "awakenings"):
        return ColumnMeaning(target="awakenings")
    if says(name, "interference"):
        return ColumnMeaning(target="interference")
    if says(name, "pain"):
        return ColumnMeaning(target="pain")
    if says(name, "fatigue"):
        return ColumnMeaning(target="fatigue")
    if says(name, "energy"):
        return ColumnMeaning(target="fatigue", reversed=True)
    if says(name, "mood") or says(name, "low"):
        return ColumnMeaning(target="mood_low", reversed=not says(name, "low"))
    return ColumnMeaning(target="taken") if says(name, "taken") else None
