"""The medicine in question: who is judged, who is background, and what neither may move."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import (
    ActivityDone,
    Coded,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    PlanTarget,
    Record,
)
from lenitive.render.catalogue import said
from lenitive.render.codec import decoded, encoded
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Absent, InQuestion, ReviewError, review
from lenitive.review.diagnosis import fibromyalgia_recorded
from lenitive.shells.files import open_record
from lenitive.terms import Outcome, Quantity, Severity

ROOT = Path(__file__).resolve().parents[3]
KNOWLEDGE = load()
START = date(2026, 1, 1)
AT = START + timedelta(days=120)


def day(n: int) -> date:
    return START + timedelta(days=n)


def period(drug: str, start: int, end: int | None = None, mg: float = 30.0, **more) -> MedicinePeriod:
    return MedicinePeriod(
        drug=drug, dose_mg=mg, start=day(start), end=None if end is None else day(end), **more
    )


def prn(drug: str, n: int, reason: str = "") -> MedicinePeriod:
    return period(drug, n, n, times=(IntakeTime("prn"),), reason=reason)


def record(*medicines: MedicinePeriod, patient: Patient | None = None, **more) -> Record:
    diary = tuple(
        DiaryDay(day=day(n), pain=5.0 + n % 3, sleep_disturbance=4.0 + n % 2, fatigue=5.0) for n in range(120)
    )
    return Record(patient=patient or Patient(), medicines=medicines, diary=diary, **more)


def question(made: Record, about: str | None = None) -> InQuestion:
    return review(made, KNOWLEDGE, at=AT, about=about).question


MIRTAZAPINE = period("mirtazapine", 30, reason="fibromyalgia")
AMLODIPINE = period("amlodipine", -900, mg=5, reason="blood pressure", times=(IntakeTime("morning"),))


@pytest.mark.parametrize(
    ("medicines", "drugs", "beside", "background"),
    [
        pytest.param((MIRTAZAPINE, AMLODIPINE), ["mirtazapine"], [], ["amlodipine"], id="case A10"),
        pytest.param(
            (MIRTAZAPINE, period("duloxetine", -10, 60, reason="fibromyalgia")),
            ["mirtazapine", "duloxetine"], [], [], id="two, one of them stopped later: what is taken now first",
        ),
        pytest.param(
            (MIRTAZAPINE, period("duloxetine", 50, mg=60, reason="Fibromyalgia")),
            ["duloxetine", "mirtazapine"], [], [], id="two in the order of their latest change",
        ),
        pytest.param(
            (period("duloxetine", 50, mg=60, reason="fibromyalgia"), period("mirtazapine", 30, 79, mg=15, reason="fibromyalgia"),
             period("mirtazapine", 80, reason="fibromyalgia")),
            ["mirtazapine", "duloxetine"], [], [], id="a later rise of the dose is the later change",
        ),
        pytest.param(
            (period("mirtazapine", 30, reason="Schlafstörung bei Fibromyalgie"), AMLODIPINE),
            ["mirtazapine"], [], ["amlodipine"], id="a reason in German",
        ),
        pytest.param(
            (period("mirtazapine", 30, reason="線維筋痛症"), period("candesartan", 40, mg=8, reason="Bluthochdruck")),
            ["mirtazapine"], [], ["candesartan"], id="a reason in Japanese, and a background that cannot act",
        ),
        pytest.param(
            (period("mirtazapine", 30), period("amlodipine", -900, mg=5)),
            ["mirtazapine"], [], ["amlodipine"], id="no reason at all: the treatment of these symptoms",
        ),
        pytest.param(
            (MIRTAZAPINE, period("duloxetine", -400, -200, mg=60, reason="fibromyalgia")),
            ["mirtazapine"], [], ["duloxetine"], id="one that was stopped before the diary",
        ),
        pytest.param(
            (MIRTAZAPINE, period("sertraline", 60, mg=50, reason="depression")),
            ["mirtazapine"], ["sertraline"], [], id="a background begun mid-diary that may act",
        ),
        pytest.param(
            (MIRTAZAPINE, period("amlodipine", 60, mg=5, reason="blood pressure")),
            ["mirtazapine"], [], ["amlodipine"], id="a background begun mid-diary that cannot act",
        ),
        pytest.param(
            (MIRTAZAPINE, period("prednisolone", 60, 66, mg=20, reason="asthma")),
            ["mirtazapine"], ["prednisolone"], [], id="a week of a corticosteroid",
        ),
        pytest.param(
            (MIRTAZAPINE, period("sertraline", -500, mg=50, reason="depression")),
            ["mirtazapine"], [], ["sertraline"], id="one that may act and stayed the same",
        ),
        pytest.param(
            (MIRTAZAPINE, period("sertraline", -500, 59, mg=50, reason="depression"),
             period("sertraline", 60, mg=50, reason="depression", times=(IntakeTime("morning"),))),
            ["mirtazapine"], [], ["sertraline"], id="another hour of intake is no change",
        ),
        pytest.param(
            (MIRTAZAPINE, period("zopiclone", -700, mg=7.5, reason="sleep")),
            ["mirtazapine"], [], ["zopiclone"], id="an old sleeping tablet beside the new medicine",
        ),
        pytest.param(
            tuple(prn("ibuprofen", n, "pain") for n in range(5, 110, 9)),
            ["ibuprofen"], [], [], id="only as needed",
        ),
        pytest.param(
            (MIRTAZAPINE, *(prn("ibuprofen", n, "back pain") for n in range(5, 110, 9))),
            ["mirtazapine"], ["ibuprofen"], [], id="as needed beside a daily one",
        ),
        pytest.param(
            (period("mirtazapine", 10, 39, reason="trial: fibromyalgia", masked=True),
             period("mirtazapine", 40, 69, mg=0.0, reason="trial: fibromyalgia", masked=True),
             period("mirtazapine", 70, reason="trial: fibromyalgia", masked=True), AMLODIPINE),
            ["mirtazapine"], [], ["amlodipine"], id="masked stretches of a trial",
        ),
        pytest.param(
            (MIRTAZAPINE, period("trial medicine b", 50, mg=1.0, masked=True)),
            ["mirtazapine"], ["trial medicine b"], [], id="a name of a trial that means nothing",
        ),
        pytest.param(
            (period("venlafaxine", -900, 40, mg=75, reason="depression"), period("venlafaxine", 41, mg=37.5, reason="depression")),
            ["venlafaxine"], [], [], id="nothing for the symptoms: what may act and was changed last",
        ),
        pytest.param(
            (period("sertraline", -900, mg=50, reason="depression"), *(prn("ibuprofen", n) for n in range(5, 110, 9))),
            ["ibuprofen"], [], ["sertraline"], id="one without a reason before one that is for something else",
        ),
        pytest.param(
            (period("venlafaxine", -900, 40, mg=75, reason="depression"), period("venlafaxine", 41, mg=37.5, reason="depression"),
             *(prn("paracetamol", n, "headache") for n in range(60, 110, 9))),
            ["venlafaxine"], ["paracetamol"], [], id="a daily one that was changed before one as needed",
        ),
        pytest.param((AMLODIPINE,), [], [], ["amlodipine"], id="nothing that could be in question"),
        pytest.param((), [], [], [], id="no medicine"),
    ],
)  # fmt: skip
def test_who_is_in_question(medicines, drugs, beside, background):
    found = question(record(*medicines))
    assert list(found.drugs) == drugs
    assert sorted(found.beside) == sorted(beside)
    assert sorted(found.background) == sorted(background)
    # Every drug has its reason, and every reason its words.
    assert len(found.because) == len({*drugs, *beside, *background})
    assert all(said(r.message) for r in found.because)
    assert [r.outcome for r in found.because].count(Outcome.MET) == len(drugs)
    assert decoded(InQuestion, json.loads(json.dumps(encoded(InQuestion, found)))) == found


def test_what_is_asked_for_comes_before_what_is_agreed_and_that_before_what_is_decided():
    agreed = Patient(plan=PlanTarget(about="Cymbalta"))
    medicines = (MIRTAZAPINE, period("duloxetine", -10, mg=60, reason="depression"))
    assert question(record(*medicines)).drugs == ("mirtazapine",)
    assert question(record(*medicines, patient=agreed)).drugs == ("duloxetine",)
    asked = question(record(*medicines, patient=agreed), about="Remeron")
    assert asked.drugs == ("mirtazapine",)
    # Begun during the first days of the diary's lead and the same since: in no model.
    assert asked.background == ("duloxetine",)
    lost = question(record(*medicines, patient=Patient(plan=PlanTarget(about="yoga"))))
    assert lost.drugs == ("mirtazapine",)
    assert "agreed plan is about yoga, which the record does not hold" in said(lost.because[-1].message)


@pytest.mark.parametrize("name", ["lisinopril", "mirtazepine", "walking", ""])
def test_what_the_record_does_not_hold_cannot_be_asked_about(name):
    with pytest.raises(ReviewError, match="no medicine or activity of that name"):
        review(record(MIRTAZAPINE), KNOWLEDGE, at=AT, about=name)


def test_the_same_is_asked_by_any_name():
    made = record(MIRTAZAPINE, AMLODIPINE)
    asked = {
        review(made, KNOWLEDGE, at=AT, about=name).asked.digest
        for name in ("Remeron", "mirtazapine", " MIRTAZAPINE")
    }
    assert len(asked) == 1


def test_the_first_dose_is_that_of_what_is_in_question():
    """case A10"""
    assert question(record(MIRTAZAPINE, AMLODIPINE)).since == day(30)
    # Taken for years and changed in the diary, beside one begun for it: counted from the new one.
    old = (
        period("duloxetine", -900, 59, mg=30, reason="pain"),
        period("duloxetine", 60, mg=60, reason="pain"),
    )
    both = question(record(MIRTAZAPINE, *old))
    assert both.drugs == ("duloxetine", "mirtazapine")
    assert both.since == day(30)
    assert question(record(*old)).since == day(-900)


@cache
def example(*lines: str):
    """The simulated responder, with lines added to her medicines."""
    made = open_record(ROOT / "examples" / "clear-responder").record
    more = {
        "amlodipine": MedicinePeriod(
            drug="amlodipine", dose_mg=5, start=date(2023, 5, 1), times=(IntakeTime("morning"),), reason="blood pressure"
        ),
        "sertraline": MedicinePeriod(
            drug="sertraline", dose_mg=50, start=date(2023, 5, 1), times=(IntakeTime("morning"),), reason="depression"
        ),
    }  # fmt: skip
    harm = tuple(
        EffectReport(
            day=date(2025, 10, 1) + timedelta(days=4 * n), effect="dry_mouth", severity=Severity.MILD
        )
        for n in range(9)
    )
    kg = tuple(
        Measurement(day=d, measure="weight", quantity=Quantity(70.0 + n, "kg"))
        for n, d in enumerate((date(2025, 9, 20), date(2025, 12, 1), date(2026, 2, 1)))
    )
    made = replace(
        made,
        medicines=(*made.medicines, *(more[x] for x in lines)),
        effects=harm,
        measurements=tuple(m for m in made.measurements if m.measure != "weight") + kg,
    )
    return review(made, KNOWLEDGE, seed=1)


PARTS = (
    "beliefs", "followed", "fit", "bands", "sensitivity", "robustness", "side_effects", "weight", "answers",
    "settling", "evidence", "data_quality", "measured", "joint", "needed",
)  # fmt: skip


@pytest.mark.parametrize("old", ["amlodipine", "sertraline"])
def test_an_old_medicine_moves_nothing_of_the_one_in_question(old):
    """case A10: not one digit, of any part that is about benefit, harm, weight or the diary."""
    plain, more = review_document(example()), review_document(example(old))
    for part in PARTS:
        assert json.dumps(plain["parts"][part]) == json.dumps(more["parts"][part]), part
    assert plain["parts"]["weight"]["is"] == "WeightTrajectory"
    assert [v["drug"] for v in more["verdicts"]] == ["mirtazapine"]
    assert list(example(old).settling) == ["mirtazapine"]
    assert {o.drug for o in example(old).options.options} & {old} == set()
    # What is offered, and what it is expected to bring, is the same as long as no rule of safety is about the company.
    worth = {(o.action, o.drug, o.dose_mg): o.expected.worth for o in example().options.options}
    assert all(worth[o.action, o.drug, o.dose_mg] == o.expected.worth for o in example(old).options.options)


def test_a_medicine_that_nobody_asked_about_has_no_section_and_one_quiet_line():
    """case A10"""
    text = " ".join(report_text(clinician_report(example("amlodipine"), version="test")).split())
    assert "What amlodipine does" not in text
    assert "Amlodipine was not asked about and stayed the same during the diary" in text
    assert "amlodipine at 5 mg" not in text


def test_a_background_that_changed_takes_its_part_and_gets_no_verdict():
    made = review(
        record(MIRTAZAPINE, period("tramadol", 60, mg=50, reason="back injury")), KNOWLEDGE, at=AT, seed=1
    )
    assert {i.name for i in made.fit.inputs} == {"mirtazapine", "tramadol"}
    document = review_document(made)
    assert {v["drug"] for v in document["verdicts"]} == {"mirtazapine"}
    assert {e["drug"] for e in document["effects"]} == {"mirtazapine"}
    assert set(made.settling) == {"mirtazapine"}
    assert document["question"]["beside"] == ["tramadol"]
    assert "its part is estimated beside" in " ".join(document["question"]["because"])


def test_more_medicines_than_the_model_takes_in_leave_the_one_in_question_in_it():
    acting = (
        "sertraline",
        "tramadol",
        "codeine",
        "ibuprofen",
        "naproxen",
        "zopiclone",
        "diazepam",
        "gabapentin",
        "lithium",
    )
    found = question(
        record(
            period("mirtazapine", 30, 60, reason="fibromyalgia"),
            *(period(d, 40 + n, reason="other") for n, d in enumerate(acting)),
        )
    )
    assert found.drugs == ("mirtazapine",)
    assert len(found.modelled) == 8
    # Those changed first are left out, and that is said.
    assert set(found.background) == {"sertraline", "tramadol"}
    assert sum("takes in no more" in said(r.message) for r in found.because) == 2


WALKING = tuple(
    ActivityDone(day=day(40 + 3 * n), activity="walking", minutes=15.0 + 5 * (n % 4)) for n in range(18)
)


def test_walking_is_described_in_minutes_and_not_judged():
    """case A16"""
    made = review(record(MIRTAZAPINE, activities=WALKING), KNOWLEDGE, at=AT, seed=1)
    assert {v.drug for v in made.verdicts} == {"mirtazapine"}
    (done,) = made.question.done
    assert (done.days, done.minutes, done.first, done.last) == (18, 20.0, day(40), day(91))
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert "Walking: on 18 days" in text
    assert "usually for 20 minutes. Described, not judged." in text
    assert "No: walking" not in text


@pytest.mark.parametrize("by", ["about", "plan"])
def test_walking_is_judged_when_it_is_asked_about_and_never_discouraged(by):
    """case A16"""
    patient = Patient(plan=PlanTarget(about="walking" if by == "plan" else ""))
    about = "walking" if by == "about" else None
    made = review(
        record(MIRTAZAPINE, patient=patient, activities=WALKING), KNOWLEDGE, at=AT, seed=1, about=about
    )
    assert [v.drug for v in made.verdicts] == ["mirtazapine", "walking"]
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert re.search("Walking, about [0-9]+ minutes a day on average", text)
    assert "min/d" not in text
    assert "No: walking" not in text
    assert "walking does not" not in text


def test_a_record_without_activity_has_none_described():
    assert question(record(MIRTAZAPINE)).done == ()
    only = tuple(ActivityDone(day=day(n), activity="cbt_session") for n in (3, 10, 17))
    (done,) = question(record(MIRTAZAPINE, activities=only)).done
    assert (done.days, done.minutes) == (3, None)
    assert "minutes" not in said(done.message)


@pytest.mark.parametrize(("silent", "stale"), [(0, False), (20, False), (21, True), (22, True), (1400, True)])
def test_three_weeks_without_an_entry_are_too_old(silent, stale):
    """case A17: at the line, just below it and just above it."""
    made = review(record(MIRTAZAPINE), KNOWLEDGE, at=day(119 + silent), seed=1)
    assert made.data_quality.silent_days == silent
    assert made.data_quality.stale is stale
    assert (made.data_quality.silence is not None) is stale


def test_a_stale_record_says_so_first_and_gives_no_verdict_on_now():
    """case A17"""
    made = example()
    old = review(made.record, KNOWLEDGE, at=date(2030, 1, 1), seed=1)
    (v,) = old.verdicts
    assert (v.verdict.value, v.probability, v.benefit_mean, v.share_from_diary) == (
        "cannot_tell",
        None,
        None,
        None,
    )
    assert [r.rule for r in v.because] == ["response.verdict.entries_lately"]
    assert old.settling == {}
    assert old.needed == old.outcomes
    assert "verdict" not in old.options.facts
    assert "harm" not in old.options.facts
    report = clinician_report(old, version="test")
    assert report.sections[0].id == "silence"
    text = " ".join(report_text(report).split())
    assert "No entry since 27 February 2026." in text
    assert "Yes: mirtazapine" not in text
    assert "Due to mirtazapine now" not in text
    assert "By then, and not now: No entry since 27 February 2026." in text
    assert review_document(old)["data_quality"]["stale"] is True


def test_no_diary_is_not_a_stale_one():
    bare = review(Record(medicines=(MIRTAZAPINE,)), KNOWLEDGE, at=AT, seed=1)
    assert (bare.data_quality.silent_days, bare.data_quality.stale) == (None, False)


@pytest.mark.parametrize(
    ("made", "recorded"),
    [
        (Record(), False),
        (Record(patient=Patient(conditions=(Coded(display="fibromyalgia"),))), True),
        (Record(patient=Patient(conditions=(Coded(display="Fibromyalgie"),))), True),
        (Record(patient=Patient(conditions=(Coded(display="chronic widespread pain"),))), True),
        (
            Record(patient=Patient(conditions=(Coded(system="http://snomed.info/sct", code="203082005"),))),
            True,
        ),
        (Record(patient=Patient(conditions=(Coded(code="m79.7"),))), True),
        (Record(patient=Patient(conditions=(Coded(display="no fibromyalgia"),))), False),
        (
            Record(patient=Patient(conditions=(Coded(display="depression"), Coded(display="hypertension")))),
            False,
        ),
        (Record(medicines=(MIRTAZAPINE,)), True),
        (Record(medicines=(period("mirtazapine", 0, reason="Schmerzen bei Fibromyalgie"),)), True),
        (Record(medicines=(period("mirtazapine", 0, reason="depression"),)), False),
    ],
)
def test_whether_fibromyalgia_is_recorded(made, recorded):
    """case A18, case R18"""
    assert fibromyalgia_recorded(made, KNOWLEDGE) is recorded


def test_without_the_diagnosis_it_is_asked_first_and_nothing_is_begun():
    """case A18, case R18"""
    bare = review(record(), KNOWLEDGE, at=AT, seed=1)
    assert bare.options.facts["diagnosis"] is False
    assert {o.action for o in bare.options.options} == {"no_change"}
    assert any("asked first" in said(r.message) for o in bare.options.options for r in o.because)
    report = clinician_report(bare, version="test")
    verdict = next(s for s in report.sections if s.id == "verdict")
    assert verdict.blocks[0].title == "Is this fibromyalgia? No such diagnosis is recorded."
    assert "consider starting" not in report_text(report).lower()
    known = review(
        record(patient=Patient(conditions=(Coded(display="fibromyalgia"),))), KNOWLEDGE, at=AT, seed=1
    )
    assert "start" in {o.action for o in known.options.options}
    assert known.question.asks is None


def test_no_option_is_given_on_a_treatment_that_nobody_asked_about():
    medicines = (
        period("pregabalin", 30, mg=150, reason="fibromyalgia"),
        period("mirtazapine", -400, mg=30, reason="depression"),
    )
    made = review(record(*medicines), KNOWLEDGE, at=AT, seed=1)
    assert made.question.drugs == ("pregabalin",)
    assert isinstance(made.options, Absent)
    assert "nobody asked about" in said(made.options.reason)


@pytest.mark.parametrize(
    ("drug", "says", "never"),
    [
        ("mirtazapine", ("On pain the rest comes from trials of this medicine.",), ()),
        ("melatonin", ("the rest is a wide belief",), ("comes from trials",)),
        ("venlafaxine", ("where no trial of this medicine has figures, the rest is a wide belief",), ("comes from trials",)),
        ("qwertazepam", (), ("comes from trials",)),
    ],
)  # fmt: skip
def test_what_the_rest_is(drug, says, never):
    """case A18, case R17"""
    made = review(record(period(drug, 30, reason="fibromyalgia")), KNOWLEDGE, at=AT, seed=1)
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    text = text.replace("│ ", "").replace(" │", "")
    assert all(s in text for s in says)
    assert not any(s in text for s in never)
    assert "the rest from trials" not in text


def test_a_name_that_means_nothing_is_in_question_by_its_reason_and_gets_no_verdict():
    """case A12"""
    made = review(record(period("qwertazepam", 30, reason="fibromyalgia")), KNOWLEDGE, at=AT, seed=1)
    assert made.question.drugs == ("qwertazepam",)
    assert made.verdicts == ()
    assert question(record(period("qwertazepam", 30))).drugs == ()


STEADY = (
    "amlodipine", "candesartan", "levothyroxine", "metformin", "sertraline", "tramadol", "zopiclone", "duloxetine",
    "ibuprofen", "qwertazepam", "prednisolone", "gabapentin",
)  # fmt: skip


@cache
def half_a_year():
    return review_document(review(record(MIRTAZAPINE), KNOWLEDGE, at=AT, seed=1))["parts"]


@pytest.mark.parametrize("drug", STEADY)
def test_whatever_is_taken_unchanged_all_the_while_moves_nothing(drug):
    """case A10, for a dozen medicines: what can act and what cannot, known and not."""
    steady = period(drug, -800, mg=10, reason="something else", times=(IntakeTime("morning"),))
    made = review(record(MIRTAZAPINE, steady), KNOWLEDGE, at=AT, seed=1)
    found = review_document(made)["parts"]
    assert made.question.background == (drug,)
    # A medicine that changes how another is broken down changes the level that its effect follows: none of these does.
    for part in PARTS:
        assert json.dumps(found[part]) == json.dumps(half_a_year()[part]), part


def test_the_course_without_is_without_what_is_in_question_alone():
    both = review(
        record(MIRTAZAPINE, period("tramadol", 60, mg=50, reason="back injury")), KNOWLEDGE, at=AT, seed=1
    )
    without = next(b.without for b in both.bands if b.outcome is both.outcomes[1])
    from lenitive.response import bands

    none = next(b.without for b in bands(both.fit) if b.outcome is both.outcomes[1])
    tramadol = bands(both.fit, without=["tramadol"])[1].without
    # Before either was begun the three courses are one; afterwards each leaves out its own.
    assert abs(without[:29] - none[:29]).max() < 1e-9
    assert abs(without[65:] - none[65:]).max() > 1e-3
    assert abs(without - tramadol).max() > 1e-3
    text = report_text(clinician_report(both, version="test"))
    assert "had none of the medicines been taken" not in text


def kilos(*pairs: tuple[int, float]) -> tuple[Measurement, ...]:
    return tuple(Measurement(day=day(n), measure="weight", quantity=Quantity(kg, "kg")) for n, kg in pairs)


def test_weight_counts_from_the_medicine_in_question_and_charges_it_its_own_part():
    weighed = kilos((20, 70.0), (50, 70.5), (80, 74.0), (110, 76.0))
    alone = review(record(MIRTAZAPINE, measurements=weighed), KNOWLEDGE, at=AT, seed=1).weight
    beside = review(
        record(MIRTAZAPINE, period("pregabalin", 55, mg=300, reason="epilepsy"), measurements=weighed),
        KNOWLEDGE, at=AT, seed=1,
    ).weight  # fmt: skip
    assert alone.since == beside.since == day(30)
    # The gain came with the second medicine: less of it is put down to the first.
    assert beside.from_drug_percent < alone.from_drug_percent - 0.5
    assert abs(alone.change_percent - beside.change_percent) < 1.0


def test_a_side_effect_that_came_with_a_background_medicine_is_not_the_one_in_question_s():
    dizzy = tuple(
        EffectReport(day=day(n), effect="dizziness", severity=Severity.MODERATE) for n in range(62, 118, 5)
    )
    asked = tuple(
        EffectReport(day=day(n), effect="dizziness", severity=Severity.NONE) for n in range(3, 60, 6)
    )
    doxazosin = period("doxazosin", 60, mg=4, reason="blood pressure")
    made = review(record(MIRTAZAPINE, doxazosin, effects=asked + dizzy), KNOWLEDGE, at=AT, seed=1)
    (course,) = made.side_effects
    assert course.drug == "doxazosin"
    assert made.verdicts[0].costs == ()
    # It is in no model of benefit: nothing known says that it acts on the scores.
    assert {i.name for i in made.fit.inputs} == {"mirtazapine"}
    (alone,) = review(record(MIRTAZAPINE, effects=asked + dizzy), KNOWLEDGE, at=AT, seed=1).side_effects
    assert alone.drug == "mirtazapine"
