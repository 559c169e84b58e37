"""The catalogues of words: every message is worded, every word is used, every value is printed as the words ask."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from babel.messages.pofile import read_po

import lenitive
from lenitive.knowledge.schema.interactions import Exposure, Mechanism
from lenitive.render.catalogue import LOCALES, PRINTED, Audience, CatalogueError, catalogue, said, sentences
from lenitive.render.words import exposure_words, mechanism_words
from lenitive.terms import Fact, Message, Outcome, Reason

SOURCE = Path(lenitive.__file__).parent
ROOMS = ("evidence", "render", "response", "review", "safety", "titration")
ID = re.compile(rf"^({'|'.join(ROOMS)})\.[a-z0-9_.]+$")


def entries(audience, language="en"):
    path = LOCALES / language / "LC_MESSAGES" / f"{audience.value}.po"
    with path.open("rb") as file:
        return [m for m in read_po(file, locale=language) if m.id]


def identity(entry):
    return entry.id[0] if isinstance(entry.id, tuple) else entry.id


def literals():
    """Every string in the judgement rooms that has the form of a message id, with where it stands."""
    found = {}
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.match(node.value):
                    found.setdefault(node.value, f"{path.relative_to(SOURCE)}:{node.lineno}")
    return found


def asked_for():
    """Ids that are handed to ``Message.of`` or ``Message(id=...)`` as they stand."""
    found = {}
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                of = isinstance(node.func, ast.Attribute) and node.func.attr == "of"
                name = node.func.value if of else node.func
                if not (isinstance(name, ast.Name) and name.id == "Message"):
                    continue
                given = node.args[0] if of and node.args else None
                given = given or next((k.value for k in node.keywords if k.arg == "id"), None)
                if isinstance(given, ast.Constant):
                    found.setdefault(given.value, f"{path.relative_to(SOURCE)}:{node.lineno}")
    return found


def reasons_given():
    """What is said of reasons that bring no words of their own: ``rule.outcome``, where both stand in the code.

    The words of the response room stand in ``render/sections`` so far.
    """
    found = {}
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason"):
                    continue
                given = {k.arg: k.value for k in node.keywords}
                rule, outcome = given["rule"], given["outcome"]
                if {"text", "says"} & set(given) or not isinstance(rule, ast.Constant):
                    continue
                if isinstance(outcome, ast.Attribute) and not rule.value.startswith("response."):
                    found[f"{rule.value}.{outcome.attr.lower()}"] = (
                        f"{path.relative_to(SOURCE)}:{node.lineno}"
                    )
    return found


def test_every_reason_is_worded():
    worded = {identity(e) for e in entries(Audience.CLINICIAN)}
    assert len(reasons_given()) >= 4
    missing = {id_: where for id_, where in reasons_given().items() if id_ not in worded}
    assert not missing, f"no words in clinician.po for {missing}"


def test_an_id_that_is_made_up_brings_its_words():
    """``Message(id=f"...")`` is a row of the knowledge: without its text no catalogue could have it."""
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                    given = {k.arg: k.value for k in node.keywords}
                    where = f"{path.relative_to(SOURCE)}:{node.lineno}"
                    assert not isinstance(given["id"], ast.JoinedStr) or "text" in given, where


def test_words_name_only_values_that_the_message_carries():
    """In each place where ``Message.of("id", name=...)`` stands in the code."""
    templates = {}
    for e in (*entries(Audience.PATIENT), *entries(Audience.CLINICIAN)):
        templates[identity(e)] = e.string if isinstance(e.string, tuple) else (e.string,)
    looked_at, wrong = 0, []
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                of = (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "of"
                )
                if not (of and node.args and isinstance(node.args[0], ast.Constant)):
                    continue
                id_, given = node.args[0].value, {k.arg for k in node.keywords}
                if None in given:
                    continue  # ``**values``: what it carries is known when it runs
                named = {
                    field
                    for text in templates.get(id_, ())
                    for _, field, _, _ in Formatter().parse(text)
                    if field
                }
                looked_at += bool(named)
                wrong += [f"{path.relative_to(SOURCE)}:{node.lineno}: {id_}: {sorted(named - given)}"] * bool(
                    named - given
                )
    assert looked_at > 40
    assert not wrong, "\n".join(wrong)


def test_every_id_is_worded():
    """What only patients read has words for them; everything else has words for clinicians."""
    worded = {a: {identity(e) for e in entries(a)} for a in Audience}
    missing = {
        id_: where
        for id_, where in asked_for().items()
        if id_ not in worded[Audience.PATIENT if id_.startswith("render.patient.") else Audience.CLINICIAN]
    }
    assert not missing, f"no words for {missing}"


@pytest.mark.parametrize("audience", list(Audience))
def test_every_word_is_reached(audience):
    used = literals()
    stems = {f"{id_}.{o.value}" for id_ in used for o in Outcome}
    idle = sorted({identity(e) for e in entries(audience)} - set(used) - stems)
    assert not idle, f"{audience.value}.po words what nothing says: {idle}"


@pytest.mark.parametrize("audience", list(Audience))
def test_a_catalogue_is_in_order(audience):
    ids = [identity(e) for e in entries(audience)]
    assert len(ids) == len(set(ids))
    assert ids == sorted(ids), "ids stand in alphabetical order, so that two changes seldom meet"
    for e in entries(audience):
        words = e.string if isinstance(e.string, tuple) else (e.string,)
        assert all(words), identity(e)
        for text in words:
            for _, field, spec, conversion in Formatter().parse(text):
                assert conversion is None, identity(e)
                assert field is None or (spec or "") in PRINTED, f"{identity(e)}: {spec!r}"


def test_values_are_printed_as_the_words_ask(monkeypatch):
    class Words:
        def gettext(self, id_):
            return {
                "review.x": "{drugs:drugs} at {mg:mg} since {day:day}: {p:percent}, {gone}",
                "review.y": "{nothing:mg}",
                "review.z": "{x:cubits}",
            }.get(id_, id_)

        def ngettext(self, id_, _, count):
            return "one step" if count == 1 else "{count} steps"

    monkeypatch.setattr("lenitive.render.catalogue.catalogue", lambda *_: Words())
    from datetime import date

    message = Message.of("review.x", drugs=("a_b", "c"), mg=7.5, day=date(2026, 5, 1), p=0.92, gone=None)
    assert said(message) == "a b and c at 7.5 mg since 1 May 2026: 92\u00a0%, not known"
    assert sentences([Message.of("review.n", count=1), Message.of("review.n", count=3)]) == "one step 3 steps"
    for wrong in ("review.y", "review.z", "review.none"):
        with pytest.raises(CatalogueError):
            said(Message.of(wrong, x=1.0))


def test_every_mechanism_and_size_of_an_interaction_has_words():
    for mechanism in get_args(Mechanism):
        assert mechanism_words(mechanism)
    for quantity in get_args(Exposure.model_fields["quantity"].annotation):
        assert exposure_words(quantity)


def test_a_row_of_the_knowledge_is_said_in_its_own_words():
    assert said(Message(id="safety.some.rule.met", text="Take {care}.")) == "Take {care}."


def test_a_rows_translation_stands_under_its_id_and_is_lost_when_the_row_changes(monkeypatch):
    translated = {"safety.some.rule.met\x04Take care.": "Vorsicht."}
    words = type("W", (), {"gettext": lambda self, id_: translated.get(id_, id_)})()
    monkeypatch.setattr("lenitive.render.catalogue.catalogue", lambda *_: words)
    assert said(Message(id="safety.some.rule.met", text="Take care."), language="de") == "Vorsicht."
    assert (
        said(Message(id="safety.some.rule.met", text="Take great care."), language="de") == "Take great care."
    )


def test_what_is_met_not_met_and_unknown_are_three_messages():
    ids = {Reason(rule="safety.r", outcome=o, facts=(Fact(name="a", value=1),)).message.id for o in Outcome}
    assert ids == {"safety.r.met", "safety.r.not_met", "safety.r.unknown"}


def test_a_catalogue_that_is_not_there_is_named():
    with pytest.raises(CatalogueError, match="no catalogue"):
        catalogue(Audience.CLINICIAN, "xx")


def test_names_from_a_record_keep_their_direction(monkeypatch):
    monkeypatch.setattr(
        "lenitive.render.catalogue.catalogue",
        lambda *_: type("W", (), {"gettext": lambda self, _: "{n:name} 13"})(),
    )
    assert said(Message.of("review.x", n="\u05d0\u05d1")) == "\u2068\u05d0\u05d1\u2069 13"
