"""Plans and refusals speak by id and typed facts: worded for each reader, named by their content, read back whole."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod, Patient, Record
from lenitive.render.catalogue import LOCALES, Audience, CatalogueError, said
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.references import reference_words
from lenitive.render.refusal import refusal_words
from lenitive.render.text import report_text
from lenitive.safety import check
from lenitive.terms import Message, Source
from lenitive.titration import DosePlan, Person, Planner, Refusal

START = date(2026, 3, 1)
PERSON = Person(age=50, used_days=120)
ASKED = {
    "start": lambda p: p.start("mirtazapine", 30, START, PERSON),
    "start in liquid": lambda p: Planner(p.knowledge, "uk").start("mirtazapine", 30, START, Person(age=74)),
    "step up": lambda p: p.step("mirtazapine", 15, 30, START, PERSON),
    "step down": lambda p: p.step("mirtazapine", 30, 15, START, PERSON),
    "taper": lambda p: p.taper("mirtazapine", 30, START, PERSON),
    "taper in liquid": lambda p: Planner(p.knowledge, "uk").taper("mirtazapine", 30, START, PERSON),
    "back after withdrawal": lambda p: p.after_withdrawal("mirtazapine", 30, 15, START, PERSON),
    "stay after withdrawal": lambda p: p.after_withdrawal("mirtazapine", 45, 30, START, PERSON, hold=True),
    "withdrawal by dose": lambda p: p.after_withdrawal("pregabalin", 300, 225, START, PERSON),
    "crossed": lambda p: p.switch("mirtazapine", 30, "duloxetine", 60, START, PERSON),
    "apart": lambda p: p.switch("duloxetine", 60, "amitriptyline", 25, START, PERSON),
    "add": lambda p: p.add("pregabalin", 300, START, Person(age=50, others=("mirtazapine",))),
}  # fmt: skip


@pytest.fixture(scope="module")
def plans():
    planner = Planner(load(), "us")
    made = {name: ask(planner) for name, ask in ASKED.items()}
    assert all(isinstance(p, DosePlan) for p in made.values()), made
    return made


def messages(value):
    """Every message in a value, whatever it is nested in."""
    if isinstance(value, Message):
        return [value]
    if isinstance(value, tuple):
        return [m for v in value for m in messages(v)]
    return [m for f in fields(value) for m in messages(getattr(value, f.name))] if is_dataclass(value) else []


@pytest.mark.parametrize("name", ASKED)
def test_every_message_of_a_plan_has_words_and_begins_and_ends_as_a_sentence(plans, name):
    every = messages(plans[name])
    assert len(every) > 8
    for message in every:
        words = said(message)
        assert words
        assert "{" not in words, words
        if not message.id.startswith("titration.title."):
            assert words[-1] in ".:", words
            assert words[0] == words[0].upper(), words


@pytest.mark.parametrize("audience", list(Audience))
def test_no_sentence_begins_with_a_name_in_small_letters(audience):
    lines = (LOCALES / "en" / "LC_MESSAGES" / f"{audience.value}.po").read_text("utf-8").splitlines()
    ours = [text for id_, text in pairwise(lines) if id_.startswith('msgid "titration.')]
    assert len(ours) > 10
    assert [t for t in ours if t.startswith(('msgstr "{drug', 'msgstr "{to_drug', 'msgstr "{name'))] == []


@pytest.mark.parametrize("name", ASKED)
def test_the_patients_sheet_is_made_of_the_patients_words(plans, name):
    """Never one sentence for both by accident: what the catalogues word, they word differently."""
    plan = plans[name]
    told = (plan.title, *plan.going_badly, *(c.why for c in plan.contacts))
    for message in told:
        assert said(message, Audience.PATIENT) != said(message, Audience.CLINICIAN), message.id
    text = " ".join(report_text(plan_report(plan, Sheet.PATIENT, version="t", knowledge=load())).split())
    for message in (*told, *(w.patient for w in plan.watch), *plan.measuring):
        assert " ".join(said(message, Audience.PATIENT).split()) in text
    for message in (*plan.rests_on, *plan.going_badly, *(w.do for w in plan.watch)):
        assert said(message) not in text
    # What is for clinicians has no words for patients at all.
    with pytest.raises(CatalogueError):
        said(plan.load.basis, Audience.PATIENT)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("sheet", list(Sheet))
def test_no_sheet_shows_a_key_of_our_files(plans, name, sheet):
    knowledge = load()
    text = report_text(plan_report(plans[name], sheet, version="t", knowledge=knowledge))
    keys = [k for k in (*knowledge.sources, *knowledge.references) if "_" in k and k in text]
    assert keys == []
    drug_facts = [w for w in text.split() if w.count(".") >= 2 and w.split(".")[0] in knowledge.drugs]
    assert drug_facts == []


def test_a_source_is_named_as_readers_know_it():
    knowledge = load()
    words = reference_words(
        (
            Source(article="gpnotebook_taper"),
            Source(article="mirtazapine.stopping.label"),
            Source(article="nice_ng222_page21: 1.4.22"),
            Source(article="ours"),
            Source(article="https://example.org/not-listed"),
            Source(article="Timmer2000"),
        ),
        knowledge,
    )
    assert words.startswith("GPnotebook, stopping mirtazapine; ")
    assert ", 1.4.22" in words
    assert "our own judgement" in words
    assert "https://example.org/not-listed" in words
    assert "Timmer" in words
    assert "gpnotebook_taper" not in words


def test_a_plan_is_named_by_its_content(plans):
    knowledge = load()
    again = Planner(knowledge, "us").taper("mirtazapine", 30, START, PERSON)
    assert isinstance(again, DosePlan)
    assert again.id == plans["taper"].id
    assert len({p.id for p in plans.values()}) == len(plans)
    assert len(again.id) == 64
    moved = replace(again, start=again.start + timedelta(days=1))
    assert moved.id != again.id
    for sheet in Sheet:
        report = plan_report(again, sheet, version="t", knowledge=knowledge)
        assert f"Plan {again.id[:12]}." in report.footer


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.start("mirtazapine", 10, START, PERSON), "Possible: 7.5, 15, 22.5, 30, 37.5 and 45 mg."),
        (lambda p: p.start("mirtazapine", 60, START, PERSON), "60 mg a day of mirtazapine is more than may be planned"),
        (lambda p: p.taper("baclofen", 10, START), "never stopped at once"),
        (lambda p: p.start("nonsense", 10, START), "No drug of the name nonsense can be planned."),
        (
            lambda p: p.start("mirtazapine", 15, START, Person(others=("tranylcypromine",))),
            "Taking mirtazapine together with tranylcypromine is not allowed.",
        ),
        (lambda p: Planner(p.knowledge, "uk").taper("milnacipran", 100, START), "in this market (UK)"),
        (lambda p: p.switch("mirtazapine", 15, "Remeron", 30, START), "Both are mirtazapine"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_in_full(make, words):
    refused = make(Planner(load(), "us"))
    assert isinstance(refused, Refusal)
    text = refusal_words(refused)
    assert words in text
    assert text.endswith(".")
    assert refused.rule.count(".") == 2
    assert said(refused.title)
    with pytest.raises(CatalogueError):
        said(refused.reason, Audience.PATIENT)


def test_a_title_names_the_drug_that_a_brand_stands_for_case_a13():
    """case A13, of names that are known: the resolved one is printed."""
    plan = Planner(load(), "us").taper("Remeron", 30, START, PERSON)
    assert isinstance(plan, DosePlan)
    assert said(plan.title) == "Taper mirtazapine from 30 mg a day to nothing"
    assert said(plan.title, Audience.PATIENT) == "Coming off mirtazapine"


def test_findings_stand_on_top_and_in_the_row_of_the_days_they_begin_in(plans):
    knowledge = load()
    record = Record(
        patient=Patient(birth_year=1950, simulated="Made up for a test."),
        medicines=(
            MedicinePeriod(
                drug="tramadol",
                dose_mg=50,
                start=START - timedelta(days=90),
                end=None,
                times=(IntakeTime("bedtime"),),
            ),
            MedicinePeriod(
                drug="mirtazapine",
                dose_mg=30,
                start=START - timedelta(days=90),
                end=None,
                times=(IntakeTime("bedtime"),),
            ),
        ),
    )
    plan = plans["crossed"]
    findings = check(record, plan.as_plan(), knowledge=knowledge, at=START)
    loud = [f for f in findings if f.tier.value != "info"]
    assert loud, "the example has something to say"
    for sheet in (Sheet.CLINICIAN, Sheet.PHARMACY):
        report = plan_report(plan, sheet, version="t", knowledge=knowledge, findings=findings)
        assert report.sections[0].id == "findings"
        assert [
            b.title.partition(". ")[2].partition(":")[0] for b in report.sections[0].blocks[: len(loud)]
        ] == [said(f.title) for f in loud]
        table = next(s for s in report.sections if s.id == "schedule").blocks[0]
        assert table.columns[-1].head == "Findings"
        cells = " ".join(row[-1] for row in table.rows)
        begun = [f for f in loud if any(p.tier.value != "info" for p in f.parts)]
        assert all(said(f.title) in cells for f in begun)
        assert "safety check" not in report.footer, "what it found stands on the sheet"
    text = report_text(plan_report(plan, Sheet.PATIENT, version="t", knowledge=knowledge, findings=findings))
    assert "talk with your clinic or pharmacist" in text
    bare = plan_report(plan, Sheet.CLINICIAN, version="t", knowledge=knowledge)
    assert "The safety check was not made." in bare.footer
    quiet = plan_report(plan, Sheet.CLINICIAN, version="t", knowledge=knowledge, findings=())
    assert "The safety check had nothing to warn of in what it was told." in quiet.footer
