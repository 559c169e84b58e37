"""What a patient reads: her own entries in plain words, one page, no dose and no advice to change one."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parent))
import briefs

from lenitive.knowledge import load
from lenitive.library.reading import readability
from lenitive.record import DiaryDay, EffectReport, Record
from lenitive.render import (
    Sheet,
    diary_sheet,
    patient_html,
    patient_page,
    patient_pdf,
    plan_report,
    report_text,
)
from lenitive.render.blocks import Bullets, Callout, Details, Paragraph, Picture, Table
from lenitive.render.paper_diary.sheet import sheet_words
from lenitive.review import entered_score, review
from lenitive.terms import Score, Severity
from lenitive.titration import DosePlan, Planner

GRADE = 5.0
ADVICE = re.compile(
    r"\bmg\b|\bdos(e|es|ing)\b|\bswitch|\bstop|\btaper|\braise\b|\braising|\blower(ing)? (the|your)|\bhalf a tablet"
    r"|\bskip|\bstart(ing)? (the|your|a)|\btake (one|two|three|more|less|fewer)",
    re.IGNORECASE,
)
URGENT = ("mao_inhibitor", "several_critical")


@cache
def made(name):
    return review(briefs.RECORDS[name](), load())


def sentences_of(report):
    """What is read as sentences: titles, paragraphs and list items; names, pictures and tables of figures are looked at."""
    for section in report.sections:
        yield section.title
        for block in section.blocks:
            yield from _sentences(block)
    yield report.footer


def _sentences(block):
    match block:
        case Paragraph():
            yield f"{block.lead} {block.text}".strip()
        case Bullets():
            for item in block.items:
                yield from _sentences(item)
        case Callout():
            yield block.title
            yield block.text
            for item in block.items:
                yield from _sentences(item)
        case Details():
            for one in block.blocks:
                yield from _sentences(one)
        case Picture():
            yield block.caption
        case Table():
            yield block.caption


def grade_of(texts):
    """Flesch-Kincaid by the project's own count of syllables, which is held to the CMU dictionary (tests/oracle/library)."""
    ended = (t if re.search(r"[.?!:]$", t) else f"{t}." for t in texts if t and not t.startswith("Phone"))
    return readability("\n\n".join(ended)).grade


@pytest.mark.parametrize("name", briefs.RECORDS)
def test_it_reads_at_grade_five_or_below(name):
    assert grade_of(sentences_of(patient_page(made(name)))) <= GRADE


def test_the_measure_finds_a_hard_page():
    hard = ["Pharmacological intervention necessitates interdisciplinary consideration of contraindications."]
    assert grade_of(hard) > 2 * GRADE
    assert grade_of(["Call your clinic today. Do not wait."]) < GRADE


def test_the_sheet_of_a_week_reads_at_grade_five_or_below():
    assert grade_of(sheet_words()) <= GRADE


@pytest.mark.parametrize("name", briefs.RECORDS)
def test_it_is_one_sheet_of_paper(name):
    report = patient_page(made(name))
    pdf = PdfReader(io.BytesIO(patient_pdf(report, at=made(name).at)))
    overleaf = any(s.id == "trials" for s in report.sections)  # of thirty drugs no more than it has room for
    assert len(pdf.pages) == 1 + overleaf
    if overleaf:  # nothing of the front goes over
        assert pdf.pages[1].extract_text().startswith("What trials found")


@pytest.mark.parametrize("name", briefs.RECORDS)
def test_it_holds_no_dose_and_no_advice_to_change_one(name):
    page = replace(patient_page(made(name)), subtitle="")  # the name is the record's own
    for text in (report_text(page), patient_html(page)):
        shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
        assert not ADVICE.search(shown), ADVICE.search(shown)


@pytest.mark.parametrize("name", URGENT)
def test_under_a_critical_finding_it_says_only_to_call_today(name):
    page = patient_page(made(name))
    assert [s.id for s in page.sections] == ["today"]
    assert "Call your clinic today." in report_text(page)
    assert "To read" not in report_text(page)
    assert not any(isinstance(b, Picture) for s in page.sections for b in s.blocks)


def test_thoughts_of_suicide_are_urgent_whatever_else_is_recorded():
    record = briefs.with_effects(briefs.example(), "suicidal_thoughts")
    assert [s.id for s in patient_page(review(record, load())).sections] == ["today"]


def test_it_shows_what_was_entered_and_no_model():
    page = patient_page(made("clear-responder"))
    drawn = next(b.shows for s in page.sections for b in s.blocks if isinstance(b, Picture))
    assert [p.title for p in drawn.panels] == ["Bad nights", "Pain", "Tired"]
    assert all(p.estimate is None and p.due == () and p.entered and p.weekly for p in drawn.panels)
    assert drawn.lanes == drawn.steady == drawn.as_needed == drawn.flags == ()
    assert drawn.weight is None


def test_what_trials_found_is_drawn_as_people_and_said_to_be_averages():
    report = patient_page(made("clear-responder"))
    (trials,) = [s for s in report.sections if s.id == "trials"]
    words = " ".join(t for block in trials.blocks for t in _sentences(block))
    assert "can not tell how you will do" in words
    drawn = [b.shows for b in trials.blocks if isinstance(b, Picture)]
    assert [g.count for g in drawn[0].groups] == [31, 47]
    assert 'id="trials"' in patient_html(report)
    sheet = PdfReader(io.BytesIO(patient_pdf(report, at=made("clear-responder").at)))
    front, back = (p.extract_text() for p in sheet.pages)
    assert "What trials found" not in front
    assert "No one reads this page" in front
    assert back.startswith("What trials found")
    assert "31 had much less pain on a pill with no drug in it, and 47 on the drug" in " ".join(back.split())


def test_notes_of_the_record_do_not_reach_it():
    record = briefs.long_words()
    assert "dentist" not in report_text(patient_page(review(record, load())))
    assert "dentist" not in patient_html(patient_page(review(record, load())))


def test_what_was_felt_in_four_weeks_is_named_in_plain_words():
    record = briefs.example()
    last = record.last_day

    def felt(day, effect, severity=Severity.MILD):
        return EffectReport(day=day, effect=effect, severity=severity)

    effects = (
        felt(last - timedelta(days=28), "nausea"),
        felt(last - timedelta(days=27), "dry_mouth"),
        felt(last, "somnolence", Severity.NONE),
    )
    text = " ".join(report_text(patient_page(review(replace(record, effects=effects), load()))).split())
    assert "You wrote down dry mouth." in text
    assert "sick" not in text
    assert "sleepiness" not in text


START = date(2026, 1, 1)


def diary(*scores):
    days = tuple(
        DiaryDay(day=START + timedelta(days=i), pain=v) for i, v in enumerate(scores) if v is not None
    )
    return Record(diary=days)


def pain_entered(record: Record, at: date):
    lines = load().judgement.diary
    return entered_score(
        record, Score.PAIN, at, mean_days=lines.mean_days.whole, compared_days=lines.compared_days.whole
    )


@pytest.mark.parametrize(("days", "means"), [(1, ()), (2, (5.0,)), (3, (5.0,))])
def test_a_week_has_a_mean_from_two_days_on(days, means):
    found = pain_entered(diary(*[5.0] * days), START + timedelta(days=6))
    assert tuple(mean for _, mean in found.weekly) == means


@pytest.mark.parametrize(("days", "mean"), [(3, None), (4, 6.0), (5, 6.0)])
def test_two_weeks_are_compared_from_four_days_on(days, mean):
    few = [*[6.0] * days, *[None] * (14 - days)]
    at = START + timedelta(days=27)
    assert pain_entered(diary(*few, *[4.0] * 14), at).at_first == mean
    assert pain_entered(diary(*[4.0] * 14, *few), at).lately == mean


def test_means_of_weeks_end_with_the_day_and_need_two_days():
    record = diary(4.0, 6.0, None, None, None, None, None, None, None, None, None, None, None, 8.0)
    found = pain_entered(record, START + timedelta(days=13))
    assert found.weekly == ((START + timedelta(days=3), 5.0),)
    assert found.lately is None


def test_first_and_last_weeks_are_compared_only_where_they_are_apart():
    at = START + timedelta(days=27)
    even = pain_entered(diary(*[6.0] * 14, *[4.0] * 14), at)
    assert (even.at_first, even.lately) == (6.0, 4.0)
    short = pain_entered(diary(*[6.0] * 13, *[4.0] * 14), at - timedelta(days=1))
    assert short.lately is None


def test_the_sheet_of_a_week_is_one_page_with_eleven_keys_a_score():
    pdf = PdfReader(io.BytesIO(diary_sheet()))
    assert len(pdf.pages) == 1
    text = pdf.pages[0].extract_text()
    # Seven days, three scores each; the ten stands in the head too.
    assert text.count("10") == 7 * 3 + 3 + text.count("10 is worst")
    assert diary_sheet() == diary_sheet()


@pytest.fixture(scope="module")
def plans():
    planner, start = Planner(load(), "us"), date(2026, 3, 1)
    from lenitive.titration import Person

    asked = (
        planner.taper("mirtazapine", 30.0, start, Person(used_days=120)),
        planner.start("mirtazapine", 30.0, start, Person()),
        planner.switch("mirtazapine", 30.0, "duloxetine", 60.0, start, Person()),
    )
    assert all(isinstance(p, DosePlan) for p in asked)
    return asked


def test_a_plan_for_the_patient_reads_at_grade_five_or_below(plans):
    for plan in plans:
        sheet = plan_report(plan, Sheet.PATIENT, version="test", knowledge=load())
        assert grade_of(sentences_of(sheet)) <= GRADE
