"""A review asked for by a value: one digest for one question, parts only when asked for, and no comparison that raises."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import lenitive.review.asked as asked_module
import lenitive.review.workings as workings
from lenitive.knowledge import load
from lenitive.record import MedicinePeriod, Record
from lenitive.response import fit_settings
from lenitive.review import Absent, Asked, Parts, Review, ReviewError, review
from lenitive.shells.files import open_record
from lenitive.terms import Place, Problem, Score

ROOT = Path(__file__).resolve().parents[3]
KNOWLEDGE = load()
RECORD = open_record(ROOT / "examples" / "clear-responder").record
EMPTY = Record(medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=date(2026, 1, 1)),))
PROBLEM = Problem(where=Place(file="diary.csv", line=2), what="a", remedy="b")


def asked(record=RECORD, knowledge=KNOWLEDGE, **choices) -> Asked:
    return Asked.of(record, knowledge, **choices)


def with_tablet(record):
    first = record.medicines[0]
    return replace(record, medicines=(replace(first, dose_mg=first.dose_mg + 7.5), *record.medicines[1:]))


def with_limit():
    name = "judgement/standing.toml"
    text = KNOWLEDGE.files.content[name]
    lower = text.replace(b"[helps]\nvalue = 0.8\n", b"[helps]\nvalue = 0.7\n")
    assert lower != text
    return replace(
        KNOWLEDGE, files=replace(KNOWLEDGE.files, content={**KNOWLEDGE.files.content, name: lower})
    )


CHANGES = {
    "a tablet": lambda: asked(with_tablet(RECORD)),
    "a preference": lambda: asked(
        replace(RECORD, patient=replace(RECORD.patient, preferences={"pain": 1.0}))
    ),
    "a limit": lambda: asked(knowledge=with_limit()),
    "the day": lambda: asked(at=date(2026, 3, 1)),
    "the seed": lambda: asked(seed=2),
    "the outcomes": lambda: asked(outcomes=(Score.SLEEP_DISTURBANCE, Score.FATIGUE, Score.PAIN)),
    "the market": lambda: asked(market="uk"),
    "the drug in question": lambda: asked(about="mirtazapine"),
    "the nights": lambda: asked(with_nights=True),
    "the horizon": lambda: asked(horizon_weeks=26),
    "the settings": lambda: asked(settings=replace(fit_settings(KNOWLEDGE.judgement), mcid=1.5)),
    "what reading reported": lambda: asked(problems=(PROBLEM,)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_the_answer_changes_the_digest(what):
    other = CHANGES[what]()
    assert other.digest != asked().digest
    assert other != asked()
    assert Review(other) != Review(asked())


def test_no_two_changes_give_one_digest():
    found = {make().digest for make in CHANGES.values()} | {asked().digest}
    assert len(found) == len(CHANGES) + 1


def test_another_code_is_another_question(monkeypatch):
    before = asked().digest
    monkeypatch.setattr(asked_module, "review_code", lambda: "0123456789abcdef")
    assert asked().digest != before


def test_the_same_question_is_one_key():
    one, two = asked(seed=3), asked(seed=3)
    assert one == two
    assert hash(one) == hash(two)
    assert {one: "kept"}[two] == "kept"
    assert asked() == asked(settings=fit_settings(KNOWLEDGE.judgement))
    assert asked() == asked(at=RECORD.last_day)
    assert asked() != RECORD


def test_what_comes_after_the_day_changes_nothing():
    day = date(2026, 3, 1)
    assert asked(at=day) == asked(RECORD.until(day), at=day)


def test_a_question_can_be_sent_to_another_process():
    again = pickle.loads(pickle.dumps(asked()))
    assert again == asked()
    assert review(again.record, again.knowledge).findings == Review(again).findings


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"outcomes": (Score.PAIN, Score.PAIN, Score.FATIGUE)}, "same score twice"),
        ({"seed": -1}, "seed is a whole number"),
        ({"seed": 2**128}, "seed is a whole number"),
        ({"horizon_weeks": 0}, "from 1 up"),
    ],
)
def test_a_question_that_cannot_be_put_is_refused(choices, says):
    with pytest.raises(ReviewError, match=says):
        asked(**choices)


def test_a_record_without_a_day_is_refused():
    with pytest.raises(ReviewError, match="no dated entry"):
        asked(Record())


def test_neither_shows_anything_of_the_patient():
    shown = repr(asked()) + repr(Review(asked()))
    assert asked().digest[:12] in shown
    assert len(shown) < 60


@pytest.fixture
def fits(monkeypatch):
    """Which fits were made."""
    made = []

    def counted(*args, **kwargs):
        made.append(kwargs["at"])
        return real(*args, **kwargs)

    real = workings.fit
    monkeypatch.setattr(workings, "fit", counted)
    return made


LIGHT = (
    "regimen",
    "findings",
    "monitoring",
    "data_quality",
    "evidence",
    "sleep",
    "levels",
    "levels_not_drawn",
)


def test_what_rests_on_no_fit_makes_none(fits):
    made = Review(asked())
    for part in LIGHT:
        getattr(made, part)
    assert made.asked.seed == 1
    assert made == Review(asked())
    assert fits == []
    assert "_workings" not in vars(made)


def test_a_fit_is_made_once_however_often_it_is_asked_for(fits):
    made = Review(asked())
    first = made.verdicts
    assert made.fit is made.fit
    assert made.verdicts is first
    _ = made.parts
    assert len(fits) == 1


def test_findings_alone_bring_neither_numpy_nor_the_model():
    code = (
        "import sys; from pathlib import Path; from lenitive import ask, load, open_record;"
        f"found = ask(open_record(Path({str(ROOT / 'examples' / 'clear-responder')!r})).record, load()).findings;"
        "assert isinstance(found, tuple);"
        "print([m for m in ('numpy', 'lenitive.response', 'lenitive.evidence', 'lenitive.kinetics') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("record", [RECORD, EMPTY], ids=["with a fit", "without"])
def test_every_part_is_there_and_comparing_never_raises(record):
    one, two = review(record, KNOWLEDGE), review(record, KNOWLEDGE)
    assert isinstance(one.parts, Parts)
    assert one == two
    assert one != one.record
    assert len({one, two}) == 1
    assert isinstance(one.fit, Absent) is (record is EMPTY)


def test_each_part_of_a_review_has_the_type_that_parts_names():
    from dataclasses import fields
    from functools import cached_property

    for field in fields(Parts):
        made = vars(Review)[field.name]
        assert isinstance(made, cached_property), field.name
        assert made.func.__annotations__["return"] == field.type, field.name


def test_a_review_does_not_change():
    made = Review(asked())
    with pytest.raises(AttributeError, match="does not change"):
        made.findings = ()
    other = Review.of(made.asked, made.record, replace(made.parts, findings=()))
    assert other.findings == ()
    assert other == made
