"""A review read back from its document renders to the same bytes everywhere, or the document is refused with a reason."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from lenitive import ask, load, open_record
from lenitive.record import DeviceClass, DiaryDay, IntakeTime, MedicinePeriod, ObjectiveNight, Patient, Record
from lenitive.render.document import review_document, review_json
from lenitive.render.html import report_html
from lenitive.render.pdf import report_pdf
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.report import clinician_report
from lenitive.render.stored import DocumentError, document_digest, review_from
from lenitive.render.text import report_text
from lenitive.review import Absent, Parts
from lenitive.terms import Score
from lenitive.titration import DosePlan

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted(p.parent.name for p in (ROOT / "examples").glob("*/diary.csv"))
FIRST = date(2026, 1, 1)


def days(count: int, **scores) -> tuple[DiaryDay, ...]:
    return tuple(DiaryDay(day=FIRST + timedelta(days=i), **scores) for i in range(count))


def medicine(drug: str = "mirtazapine", start: int = 0, end: int | None = None, **more) -> MedicinePeriod:
    last = None if end is None else FIRST + timedelta(days=end)
    return MedicinePeriod(
        **{"drug": drug, "dose_mg": 15.0, "start": FIRST + timedelta(days=start), "end": last, **more}
    )


def nights(count: int) -> tuple[ObjectiveNight, ...]:
    return tuple(
        ObjectiveNight(
            day=FIRST + timedelta(days=i),
            source="watch",
            device_class=DeviceClass.WEARABLE,
            definition="device",
            tib_min=480.0,
            tst_min=400.0 + 7 * (i % 5),
        )
        for i in range(count)
    )


def diary(count: int) -> tuple[DiaryDay, ...]:
    return tuple(
        DiaryDay(
            day=FIRST + timedelta(days=i),
            pain=5.0 + (i % 3),
            sleep_disturbance=6.0 - (i % 4),
            fatigue=4.0 + (i % 2),
            note="\u202eevil\u202c \u0000"[:6],
        )
        for i in range(count)
        if i % 7
    )


HOSTILE = {
    "an empty diary": Record(medicines=(medicine(),)),
    "a diary without scores": Record(medicines=(medicine(),), diary=days(30)),
    "no medicines": Record(diary=diary(40)),
    "one day": Record(diary=days(1, pain=10.0, sleep_disturbance=10.0, fatigue=10.0)),
    "everything at the floor": Record(
        diary=days(40, pain=0.0, sleep_disturbance=0.0, fatigue=0.0), medicines=(medicine(start=20),)
    ),
    "a drug that nobody knows": Record(diary=diary(60), medicines=(medicine("zzyzx forte", start=20),)),
    "masked periods": Record(
        diary=diary(80),
        medicines=(
            medicine(start=20, end=39, masked=True, believed="placebo"),
            medicine(start=40, dose_mg=0.0, end=59, masked=True),
            medicine(start=60, dose_mg=30.0),
        ),
    ),
    "nights": Record(diary=diary(60), medicines=(medicine(start=25),), nights=nights(50)),
    "many drugs": Record(
        diary=diary(90),
        medicines=(
            medicine(start=10),
            medicine("duloxetine", start=30, dose_mg=60.0, times=(IntakeTime("morning"),)),
            medicine("tramadol", start=50, end=50, dose_mg=50.0, times=(IntakeTime("prn"),)),
            medicine("phenelzine", start=60),
        ),
        patient=Patient(birth_year=1940, egfr_ml_min=20.0, preferences={"pain": 9, "weight_gain": 10}),
    ),
}


def record_of(name: str) -> Record:
    return HOSTILE[name] if name in HOSTILE else open_record(ROOT / "examples" / name).record


@cache
def made(name: str):
    """A fresh review, its document, and the review read back from that."""
    fresh = ask(record_of(name), load(), seed=1)
    text = review_json(fresh)
    return fresh, text, review_from(text, record_of(name))


def test_the_fields_that_are_not_kept_are_these_alone():
    """All 30 parts are kept; of what they hold only the draws behind the fit are not."""
    assert len(fields(Parts)) == 30
    _, text, back = made("clear-responder")
    assert set(json.loads(text)["parts"]) == {f.name for f in fields(Parts)}
    assert back.fit.posterior is None
    fresh = made("clear-responder")[0]
    assert fresh.fit.posterior is not None


@pytest.mark.parametrize("name", [*EXAMPLES, *HOSTILE])
def test_document_to_review_to_document_gives_the_same_bytes(name):
    fresh, text, back = made(name)
    assert back == fresh
    assert back.asked == fresh.asked
    assert review_json(back) == text
    assert json.loads(text) == json.loads(json.dumps(review_document(fresh)))


@pytest.mark.parametrize("name", [*EXAMPLES, *HOSTILE])
def test_text_html_and_sections_have_the_same_bytes(name):
    fresh, _, back = made(name)
    one, two = (clinician_report(r, version="1") for r in (fresh, back))
    assert [s.title for s in two.sections] == [s.title for s in one.sections]
    assert two == one
    assert report_text(two) == report_text(one)
    assert report_html(two) == report_html(one)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_pdf_has_the_same_bytes(name):
    fresh, _, back = made(name)
    one, two = (report_pdf(clinician_report(r, version="1"), at=r.at) for r in (fresh, back))
    assert two == one


def test_sheets_of_every_planned_option_have_the_same_bytes():
    seen = 0
    for name in EXAMPLES:
        fresh, _, back = made(name)
        for one, two in zip(fresh.options.options, back.options.options, strict=True):
            assert two.id == one.id
            if not isinstance(one.plan, DosePlan):
                continue
            for sheet in Sheet:
                pages = [plan_report(o.plan, sheet, version="1", knowledge=load()) for o in (one, two)]
                assert report_text(pages[1]) == report_text(pages[0])
            seen += 1
    assert seen >= 5


def test_options_and_plans_have_ids_of_their_own():
    for name in EXAMPLES:
        document = json.loads(made(name)[1])
        ids = [o["id"] for o in document["options"]]
        assert len(set(ids)) == len(ids)
        plans = [o["plan"]["id"] for o in document["options"] if o["plan"]]
        assert all(len(i) == 64 for i in (*ids, *plans))


def test_an_id_is_of_what_is_done_and_not_of_what_is_expected():
    fresh = made("improved-not-from-the-drug")[0]
    option = next(o for o in fresh.options.options if isinstance(o.plan, DosePlan))
    assert replace(option, rank=7, expected=replace(option.expected, worth=9.9)).id == option.id
    for other in (
        replace(option, dose_mg=1.0),
        replace(option, action="stop"),
        replace(option, withheld_by=("a",)),
        replace(option, plan=replace(option.plan, market="uk")),
    ):
        assert other.id != option.id


def test_the_document_says_what_was_asked():
    fresh, text, _ = made("clear-responder")
    asked = json.loads(text)["asked"]
    assert asked["digest"] == fresh.asked.digest
    assert {"record", "knowledge", "code", "at", "seed", "market", "settings"} <= set(asked)
    assert asked["knowledge"] == load().version


def test_days_after_the_review_do_not_matter_and_days_before_do():
    fresh, text, _ = made("clear-responder")
    record = record_of("clear-responder")
    later = DiaryDay(day=fresh.at + timedelta(days=3), pain=1.0)
    assert review_from(text, replace(record, diary=(*record.diary, later))) == fresh
    with pytest.raises(DocumentError, match="record is not the one"):
        review_from(text, replace(record, diary=record.diary[1:]))


def test_a_stored_review_makes_no_part_anew():
    *_, back = made("clear-responder")
    assert set(vars(back)) >= {f.name for f in fields(Parts)}
    with pytest.raises(TypeError, match="read back"):
        _ = back._workings


@pytest.mark.parametrize("place", ["verdicts", "parts", "asked", "seed", "at"])
def test_an_altered_document_is_refused(place):
    document = json.loads(made("clear-responder")[1])
    match document[place]:
        case list() as items:
            items.reverse()
            items.append(items[0])
        case dict() as inner:
            inner[next(iter(inner))] = "changed"
        case _:
            document[place] = "changed"
    with pytest.raises(DocumentError, match="was altered"):
        review_from(document, record_of("clear-responder"))


def resealed(**changed):
    document = {**json.loads(made("clear-responder")[1]), **changed}
    return {**document, "digest": document_digest(document)}


def test_a_document_that_was_sealed_again_is_still_checked_inside():
    record = record_of("clear-responder")
    document = json.loads(made("clear-responder")[1])
    with pytest.raises(DocumentError, match="its digest is not"):
        review_from(resealed(asked={**document["asked"], "seed": 2}), record)
    with pytest.raises(DocumentError, match="asked"):
        review_from(resealed(asked={"digest": "x"}), record)
    parts = {**document["parts"], "needed": ["bliss"]}
    with pytest.raises(DocumentError, match=r"needed.*written by other code"):
        review_from(resealed(parts=parts), record)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
        ("[]", "no review"),
        ("{}", "no review"),
        ('{"schema": "lenitive.plan/1"}', "no review"),
        ('{"schema": "lenitive.review/1"}', "no asked and no parts and no digest"),
    ],
)
def test_what_is_no_document_is_refused_with_a_remedy(data, says):
    with pytest.raises(DocumentError, match=says):
        review_from(data, Record())


def test_a_refused_fit_comes_back_as_refused():
    *_, back = made("an empty diary")
    assert isinstance(back.fit, Absent)
    assert back.needed == (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
