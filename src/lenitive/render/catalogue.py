"""Words for messages: one gettext catalogue an audience and language, and the ways a value is printed in a sentence.

The judgement rooms return ids with typed facts (`lenitive.terms.Message`); here they become sentences. A catalogue is
``locale/LANGUAGE/LC_MESSAGES/AUDIENCE.po``: its message ids are our ids. A message that comes from a row of the
knowledge carries the row's English wording; a translation of it stands under the id as context, beside that wording, so
that a changed row loses its translation instead of keeping a false one.

How a value is printed is the catalogue's matter: ``{dose_mg:mg}`` is "15 mg", ``{day:day}`` is "1 May 2026"; see `PRINTED`.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from lenitive.render.direction import isolated
from lenitive.render.words import (
    activity_name,
    and_list,
    day,
    days_words,
    dose,
    drug_name,
    effect_words,
    exposure_words,
    fraction_words,
    in_100,
    mechanism_words,
    percent,
    points,
    risk_shares,
    score,
    score_name,
    share_words,
)
from lenitive.terms import ACTIVITIES, MEASURES, Audience, Message, Score

__all__ = ["LOCALES", "PRINTED", "Audience", "CatalogueError", "catalogue", "said", "sentences"]

LOCALES = Path(__file__).parent / "locale"
_SUBJECTS = {"sleep_hours": "hours of sleep", "psd": "polysymptomatic distress scale"}
_UNITS = {"share": "%", "kg": "kg", "min": "minutes", "h": "hours"}
_NOT_KNOWN = "not known"
# Between a message's context and its id in a catalogue, by the format of gettext.
_CONTEXT = "\x04"


class CatalogueError(LookupError):
    """A message without words, or words that name a value which the message does not carry: a mistake of ours."""


def _list(words: Callable[[str], str]) -> Callable[[Any], str]:
    return lambda value: and_list([words(v) for v in ((value,) if isinstance(value, str) else value)])


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return and_list([_plain(v) for v in value])
    return f"{value:g}" if isinstance(value, int | float) else isolated(str(value))


def _first(words: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same at the start of a sentence."""

    def printed(value: Any) -> str:
        text = words(value)
        return text[:1].upper() + text[1:]

    return printed


def _outcome(value: str) -> str:
    return score_name(Score(value))


def _subject(value: str) -> str:
    """What a goal is about."""
    if value in _SUBJECTS:
        return _SUBJECTS[value]
    if value in MEASURES:
        return MEASURES[value].words
    return activity_name(value) if value in ACTIVITIES else score_name(Score(value))


def _with_unit(value: tuple[str, str], *, points: str) -> str:
    """``82 kg``, ``30 %``, ``1 point``: at most one decimal."""
    number, unit = float(value[0]), value[1]
    shown = f"{round(100 * number if unit == 'share' else number, 1):g}"
    words = _UNITS.get(unit, points)
    if not words:
        return shown
    return f"{shown}\N{NO-BREAK SPACE}{words[:-1] if shown == '1' and words.endswith('s') else words}"


PRINTED: Mapping[str, Callable[[Any], str]] = {
    "": _plain,
    "Drugs": _first(_list(drug_name)),
    "Effects": _first(_list(effect_words)),
    "Outcome": _first(_outcome),
    "activities": _list(activity_name),
    "Subject": _first(_subject),
    "amount": lambda value: _with_unit(value, points="points"),
    "band": lambda value: value.replace("_", " "),
    "covariates": _list(lambda id_: id_.replace(".", " ").replace("_", " ")),
    "day": lambda value: day(date.fromisoformat(value)),
    "days": lambda value: days_words(round(value)),
    "drugs": _list(drug_name),
    "effects": _list(effect_words),
    "exposure": exposure_words,
    "fraction": fraction_words,
    "in_100": in_100,
    "market": lambda value: and_list([m.upper() for m in ((value,) if isinstance(value, str) else value)]),
    "measures": _list(lambda m: MEASURES[m].words if m in MEASURES else m.replace("_", " ")),
    "mechanisms": _list(mechanism_words),
    "Activities": _first(_list(activity_name)),
    "level": lambda value: _with_unit(value, points=""),
    "mg": dose,
    "minutes": lambda value: f"{value:.0f} minute{'' if round(value) == 1 else 's'}",
    "mg_a_day": lambda value: f"{dose(value)} a day",
    "mg_or_nothing": lambda value: f"{dose(value)} a day" if value else "nothing",
    "named": _list(lambda n: activity_name(n) if n in ACTIVITIES else drug_name(n)),
    "Named": _first(_list(lambda n: activity_name(n) if n in ACTIVITIES else drug_name(n))),
    "name": _list(lambda n: isolated(n.replace("_", " "))),
    "benefit": lambda value: f"{value:.1f}".replace("-", "\N{MINUS SIGN}"),
    "number": lambda value: f"{round(value, 1):g}",
    "number1": lambda value: f"{value:.1f}",
    "number2": lambda value: f"{value:.2f}",
    "number3": lambda value: f"{value:.3g}",
    "other_fraction": lambda value: fraction_words(1 - value),
    "or": lambda value: " or ".join([_plain(v) for v in ((value,) if isinstance(value, str) else value)]),
    "outcome": _outcome,
    "outcomes": _list(_outcome),
    "p_value": lambda value: f"{value:.2g}",
    "people": lambda value: f"{value:,.0f}",
    "percent": percent,
    "percent1": lambda value: f"{100 * value:.1f}\N{NO-BREAK SPACE}%",
    "points": points,
    "risks": risk_shares,
    "score": score,
    "share": share_words,
    "share_of_100": lambda value: f"{100 * value:.0f} %",
    "subject": _subject,
}
"""How a value may be printed: the word after the colon in a catalogue's placeholder."""


class _Values(Formatter):
    """Fills placeholders from facts, each printed as the catalogue asks."""

    def __init__(self, message: Message) -> None:
        self._id = message.id
        self._facts = {fact.name: fact.value for fact in message.facts}

    def get_value(self, key: int | str, args: object, kwargs: object) -> object:
        if key not in self._facts:
            raise CatalogueError(f"{self._id}: the words name {key!r}, which the message does not carry")
        return self._facts[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec not in PRINTED:
            raise CatalogueError(f"{self._id}: no way of printing is called {format_spec!r}")
        return _NOT_KNOWN if value is None else PRINTED[format_spec](value)


@cache
def catalogue(audience: Audience, language: str = "en") -> gettext.GNUTranslations:
    """The words for an audience in a language; the compiled file where it is current, else the text it is compiled from.

    Raises:
        CatalogueError: When there is none.
    """
    text = LOCALES / language / "LC_MESSAGES" / f"{audience.value}.po"
    compiled = text.with_suffix(".mo")
    if compiled.exists() and (not text.exists() or compiled.stat().st_mtime >= text.stat().st_mtime):
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    if not text.exists():
        raise CatalogueError(f"no catalogue for {audience.value}s in {language!r}")
    # Slower by a tenth of a second; only a checkout whose texts were just changed comes here.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = io.BytesIO()
    with text.open("rb") as file:
        write_mo(written, read_po(file, locale=language))
    written.seek(0)
    return gettext.GNUTranslations(written)


def _template(message: Message, audience: Audience, language: str) -> str:
    words = catalogue(audience, language)
    if message.text:
        # An untranslated row is said in English: better than not at all.
        found = words.gettext(f"{message.id}{_CONTEXT}{message.text}")
        return message.text if _CONTEXT in found else found
    count = next((fact.value for fact in message.facts if fact.name == "count"), None)
    found = (
        words.ngettext(message.id, message.id, int(count))
        if isinstance(count, int | float) and not isinstance(count, bool)
        else words.gettext(message.id)
    )
    if found == message.id:
        raise CatalogueError(f"{message.id}: no words for {audience.value}s in {language!r}")
    return found


def said(message: Message, audience: Audience = Audience.CLINICIAN, language: str = "en") -> str:
    """A message as words. A fact named ``count`` chooses between singular and plural.

    Raises:
        CatalogueError: When the catalogue has no words for it, or they name a value that it does not carry.
    """
    template = _template(message, audience, language)
    # A row's own wording has no placeholders: what looks like one is the row's text.
    return template if message.text else _Values(message).format(template)


def sentences(
    messages: Iterable[Message], audience: Audience = Audience.CLINICIAN, language: str = "en"
) -> str:
    """Several messages, one after the other."""
    return " ".join(said(m, audience, language) for m in messages)
