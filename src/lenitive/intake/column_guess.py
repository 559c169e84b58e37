"""What one column of a table is mapped to: by the words of its name, and on the scale that its name or its cells tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lenitive.frozen import dataclass
from lenitive.intake.amounts import split_dose
from lenitive.intake.column_words import ColumnMeaning, meaning_of, says
from lenitive.intake.names import WrittenNames
from lenitive.intake.write import toml_text
from lenitive.terms import ACTIVITY_WORDS, EFFECT_WORDS, MEASURE_WORDS, MEASURES, plain_words

__all__ = ["ColumnGuess", "guess_column"]

# "(0-10)", "0 to 100", "von 0 bis 10", "/10" in a column's name.
_RANGE = re.compile(r"(?<!\d)(\d{1,3})\s*(?:-|\u2013|\.\.|to|bis|tot|a|à|/)\s*(\d{1,3})(?!\d)", re.IGNORECASE)
_OUT_OF = re.compile(r"(?:/|of|von|van|sur|de|su)\s*(10|100)(?!\d)", re.IGNORECASE)
_UNIT = re.compile(r"[(\[]\s*([A-Za-z/%\[\]*0-9]{1,10})\s*[)\]]|[ _](kg|lb|lbs|cm|mmHg|bpm)$", re.IGNORECASE)
_SCORES = {"pain", "sleep_disturbance", "fatigue", "interference", "mood_low"}
# Effects of the vocabulary that in a diary of fibromyalgia are the illness itself, and answers of its own columns.
_ILLNESS = {"fatigue", "muscle_pain", "joint_pain"}
_YES = {"yes", "no", "part", "ja", "nein", "nee", "oui", "non", "si", "true", "false", "1", "0", "y", "n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess:
    """What a column is mapped to.

    Attributes:
        told: The guess and what told it, for people.
        target: Where it goes; empty when it is left out.
        lines: Its part of the mapping; empty when it is left out.
        question: What has to be asked before anything is read, and the remedy.
    """

    told: str
    target: str = ""
    lines: str = ""
    question: tuple[str, str] | None = None


def _numbers(texts: Sequence[str], decimal: str) -> list[float]:
    found = []
    for text in texts:
        plain = text.replace(",", ".") if decimal == "," else text
        if re.fullmatch(r"-?\d+(?:\.\d+)?", plain):
            found.append(float(plain))
    return found


def _stated_range(name: str) -> tuple[float, float] | None:
    found = _RANGE.search(name)
    if found is not None and float(found[1]) < float(found[2]):
        return float(found[1]), float(found[2])
    out_of = _OUT_OF.search(name)
    return (0.0, float(out_of[1])) if out_of is not None else None


def _scale(
    name: str, texts: Sequence[str], said: tuple[float, float] | None, decimal: str
) -> tuple[tuple[float, float], str] | tuple[None, str]:
    """The scale of a score and what told it; None with why where nothing tells it."""
    if said is not None:
        return said, "as was said"
    stated = _stated_range(name)
    if stated is not None:
        return stated, "by the column's name"
    out_of = [text for text in texts if re.fullmatch(r".+/\s*10", text)]
    if len(out_of) > len(texts) / 2:
        return (0.0, 10.0), "its cells say /10"
    values = _numbers(texts, decimal)
    if not values:
        return None, "its cells are no numbers"
    low, high = min(values), max(values)
    if low < 0 or high > 100:
        return None, f"values from {low:g} to {high:g}"
    if high > 10:
        return (0.0, 100.0), f"values up to {high:g}"
    if high > 7:
        return (0.0, 10.0), f"values up to {high:g}"
    return None, f"values from {low:g} to {high:g}, which several scales have"


def guess_column(
    name: str,
    texts: Sequence[str],
    names: WrittenNames,
    *,
    scale: tuple[float, float] | None,
    decimal: str,
    called: str = "",
) -> ColumnGuess | None:
    """What a column is mapped to, or None when its name means nothing here.

    Args:
        name: The column's name, or in a long table the name of an answer.
        texts: Its cells that hold something.
        names: What the names of drugs mean.
        scale: The values that become 0 and 10, where that was said.
        decimal: The decimal mark.
        called: A name that says what it is, where somebody gave it one; it is judged by that instead of its own.
    """
    called = called or name
    bare = re.sub(r"[(\[].*?[)\]]", " ", called).strip() or called
    dose = _dose(name, called, bare, texts, names, decimal)
    if dose is not None:
        return dose
    plain = plain_words(bare.replace("_", " "))
    if plain in EFFECT_WORDS and EFFECT_WORDS[plain] not in _ILLNESS:
        return _effect(name, EFFECT_WORDS[plain], texts, scale, decimal)
    if plain in MEASURE_WORDS:
        return _measure(name, MEASURE_WORDS[plain], texts, decimal, called)
    if plain in ACTIVITY_WORDS:
        target = f"activities.{ACTIVITY_WORDS[plain]}"
        lines = f'[[activities]]\nactivity = "{ACTIVITY_WORDS[plain]}"\nof = {toml_text(name)}\n'
        return ColumnGuess(told=f"minutes of {ACTIVITY_WORDS[plain]}", target=target, lines=lines)
    meant = meaning_of(called)
    return None if meant is None else _diary(name, texts, meant, scale, decimal)


def _diary(
    name: str, texts: Sequence[str], meant: ColumnMeaning, said: tuple[float, float] | None, decimal: str
) -> ColumnGuess:
    if meant.target == "sleep":
        clock = sum(bool(re.fullmatch(r"\d{1,2}\s*(?::|h)\s*\d{2}", text)) for text in texts)
        if clock > len(texts) / 2:
            meant = ColumnMeaning(target="sleep_hours")
        else:
            return ColumnGuess(told=f"left out: it may be {meant.doubt}; rename it, or map it by hand")
    head = f"[diary.{meant.target}]\nof = {toml_text(name)}\n"
    if meant.target == "note":
        return ColumnGuess(told="the patient's own words", target="note", lines=head)
    if meant.target == "taken":
        words = {" ".join(text.casefold().split()) for text in texts}
        if not words <= _YES:
            return ColumnGuess(told="left out: its words are not yes and no; map it by hand")
        yes = {"yes", "ja", "oui", "si", "true", "1", "y"}
        codes = ", ".join(
            f"{toml_text(w)} = {toml_text('part' if w == 'part' else 'yes' if w in yes else 'no')}"
            for w in sorted(words)
        )
        return ColumnGuess(
            told="whether the medicine was taken", target="taken", lines=f"{head}codes = {{ {codes} }}\n"
        )
    if meant.target in {"sleep_hours", "awakenings"}:
        words_of = "hours of sleep" if meant.target == "sleep_hours" else "how often awake"
        return ColumnGuess(told=words_of, target=meant.target, lines=head)
    found, why = _scale(name, texts, said, decimal)
    if found is None:
        what = f"the scale of {name} is not told: {why}"
        remedy = (
            f'Say what becomes 0 (best) and 10 (worst), as in --scale "{name}=0-10" or --scale "{name}=5-1"'
        )
        return ColumnGuess(
            told=f"{meant.target}, on a scale that has to be said",
            target=meant.target,
            question=(what, remedy),
        )
    best, worst = (found[1], found[0]) if meant.reversed and said is None else found
    turned = ", higher being better" if best > worst else ""
    return ColumnGuess(
        told=f"{meant.target}, {min(found):g} to {max(found):g} ({why}){turned}",
        target=meant.target,
        lines=f"{head}scale = [{best:g}, {worst:g}]\n",
    )


def _effect(
    name: str, effect: str, texts: Sequence[str], said: tuple[float, float] | None, decimal: str
) -> ColumnGuess:
    """A side effect in words of severity, or in numbers from 0 to 3 or to 10."""
    target = f"effects.{effect}"
    head = f'[[effects]]\neffect = "{effect}"\nof = {toml_text(name)}\n'
    values = _numbers(texts, decimal)
    if len(values) < len(texts) / 2:
        told = f"the side effect {effect}, in words of severity"
        return ColumnGuess(
            told=told, target=target, lines=f"{head}levels = {{ mild = 1, moderate = 2, severe = 3 }}\n"
        )
    if said not in {None, (0.0, 3.0)} or not values or min(values) < 0 or max(values) > 3:
        return ColumnGuess(
            told=f"left out: which values of {effect} are mild, moderate and severe is not told; map it by hand"
        )
    return ColumnGuess(
        told=f"the side effect {effect}, 0 to 3 being none to severe",
        target=target,
        lines=f"{head}levels = {{ mild = 1, moderate = 2, severe = 3 }}\n",
    )


def _measure(name: str, measure: str, texts: Sequence[str], decimal: str, called: str) -> ColumnGuess:
    if measure == "drug_level" or not _numbers(texts, decimal):
        return ColumnGuess(told=f"left out: {measure} needs more than a number; map it by hand")
    found = _UNIT.search(called)
    unit = next((group for group in found.groups() if group), "") if found is not None else ""
    if not unit and not MEASURES[measure].unit.startswith("{"):
        return ColumnGuess(
            told=f"left out: {measure} without a unit; name the column {name} ({MEASURES[measure].unit})"
        )
    lines = f'[[measurements]]\nmeasure = "{measure}"\nof = {toml_text(name)}\n' + (
        f"unit = {toml_text(unit)}\n" if unit else ""
    )
    return ColumnGuess(
        told=f"{measure}{f' in {unit}' if unit else ''}", target=f"measurements.{measure}", lines=lines
    )


_MG = re.compile(r"(?<![^\W\d_])mgs?(?![^\W\d_])", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"(?<![^\W\d_])(?:tab(?:let(?:te|ta)?)?[ns]?|compresse|comprimidos?|comprimes?|pills?|caps?(?:ules?)?|kapseln?|drops?|tropfen|puffs?|"
    r"patch(?:es)?|m[lL]|[\u00b5\u03bcu]g|mcg|g|iu|ie|units?)(?![^\W\d_])",
    re.IGNORECASE,
)
_FEW = 4.0  # as many as somebody counts in tablets, or ticks as yes and no


def _unit_open(called: str, texts: Sequence[str], decimal: str) -> bool:
    """Whether bare numbers under a drug's name may be something else than mg: tablets, yes and no, another unit."""
    if _MG.search(called.replace("_", " ")) or any(split_dose(text) for text in texts):
        return False
    values = _numbers(texts, decimal)
    return _OTHER_UNIT.search(called.replace("_", " ")) is not None or max(values, default=0) <= _FEW


def _dose(
    name: str, called: str, bare: str, texts: Sequence[str], names: WrittenNames, decimal: str
) -> ColumnGuess | None:
    """A column of doses: its name is a drug's, or its cells name drugs with their doses."""
    plain = re.sub(
        r"\b(?:mg|dose|dosis|daily|tablets?|taken|am|pm|abends|morgens)\b",
        " ",
        bare.replace("_", " "),
        flags=re.IGNORECASE,
    ).strip(" _-:")
    # Without a letter it would be looked up as a code: 154 is one of a drug, and one of steps.
    drug = names.drug(plain) if any(map(str.isalpha, plain)) else None
    if drug is not None and drug.known and (_numbers(texts, decimal) or any(split_dose(t) for t in texts)):
        if _unit_open(called, texts, decimal):
            what = f"what the numbers of {name} count is not told: mg, tablets, or yes and no"
            remedy = f"Name the column {plain} mg and write mg a day, or draft a mapping and say there what each number means (codes)"
            return ColumnGuess(
                told=f"doses of {drug.drug}, whose unit has to be said", question=(what, remedy)
            )
        lines = (
            f'[[medicines]]\ndrug = {toml_text(plain)}\ndose_of = {toml_text(name)}\ntimes = ["bedtime"]\n'
        )
        return ColumnGuess(
            told=f"doses of {drug.drug}, mg a day, taken to be at bedtime; a day without one is as the day before",
            target=f"medicines.{drug.drug}",
            lines=lines,
        )
    named = [found for text in texts if (found := split_dose(text)) is not None and found[0]]
    if says(name, "medicine") and len(named) > len(texts) / 2 and names.drug(named[0][0]).known:
        lines = f'[[medicines]]\ndrug = "as named"\ndrug_of = {toml_text(name)}\ndose_of = {toml_text(name)}\nrows = "sum"\ntimes = ["bedtime"]\n'
        return ColumnGuess(
            told="medicines with their doses, mg a day, taken to be at bedtime; a day without one is as the day before",
            target="medicines",
            lines=lines,
        )
    if says(name, "medicine") and not named:
        return ColumnGuess(told="left out: it names no drug with a dose; map it by hand")
    return None
