"""Words that run from right to left in a record: kept apart in the page and in the PDF, so that ours stay in order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod
from lenitive.render.direction import isolate_runs, isolated
from lenitive.render.html import report_html
from lenitive.render.pdf import report_pdf
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import review
from lenitive.shells.files import open_record

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "older-adult-dizziness-thin-data"
FSI, PDI = "\u2068", "\u2069"
HEBREW, ARABIC = "שרה כהן 12", "ميرتازابين"


def test_a_name_is_one_piece_with_its_number():
    assert isolated(HEBREW) == f"{FSI}{HEBREW}{PDI}"
    assert isolated("mirtazapine") == "mirtazapine"
    assert isolated("") == ""


def test_signs_that_turn_the_direction_are_taken_out():
    # Shown as written this would read "30 mg" from a text that holds "gm 03".
    assert isolated("\u202egm 03\u202c") == "gm 03"
    assert isolate_runs("a \u202egm 03\u202c b") == "a gm 03 b"
    assert isolated(f"{PDI}{PDI}{ARABIC}") == f"{FSI}{ARABIC}{PDI}"


def test_runs_in_a_sentence_leave_its_numbers_outside():
    assert isolate_runs(f"{ARABIC} 15 mg (2 of 3)") == f"{FSI}{ARABIC}{PDI} 15 mg (2 of 3)"
    assert isolate_runs("a אב, גד b ה 5") == f"a {FSI}אב, גד{PDI} b {FSI}ה{PDI} 5"
    once = f"Review of {isolated(HEBREW)} 1"
    assert isolate_runs(once) == once


MIXED = st.text(alphabet="ab 12.,()אבגמיר\u0627\u0628\u202e\u2068\u2069\u200f", max_size=40)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(MIXED)
def test_every_text_keeps_its_letters_and_closes_what_it_opens(text):
    found = isolate_runs(isolated(text))
    bare = re.sub("[\u2066-\u2069\u200e\u200f\u202a-\u202e]", "", text)
    assert found.replace(FSI, "").replace(PDI, "") == bare
    depth = 0
    for c in found:
        depth += (c == FSI) - (c == PDI)
        assert depth in {0, 1}
    assert depth == 0
    outside = re.sub(f"{FSI}[^{PDI}]*{PDI}", "", found)
    assert not re.search("[א-תا-ي]", outside)


@pytest.fixture(scope="module")
def made():
    record = open_record(EXAMPLE).record
    assert record is not None
    at = record.last_day
    assert at is not None
    more = MedicinePeriod(drug=ARABIC, dose_mg=15, start=at, times=(IntakeTime("bedtime"),))
    spaced = MedicinePeriod(drug="אקמול 500", dose_mg=500, start=at, times=(IntakeTime("morning"),))
    changed = replace(
        record, patient=replace(record.patient, id=HEBREW), medicines=(*record.medicines, more, spaced)
    )
    return review(changed, load(), seed=1)


def test_in_the_page_each_name_is_apart_and_every_link_finds_its_section(made):
    html = report_html(clinician_report(made, version="test"))
    assert f"<h1>Review of {FSI}{HEBREW}{PDI}</h1>" in html
    body = re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", html, flags=re.DOTALL)
    # In attributes a name may stand bare: it is read there, not laid out.
    shown = re.sub(r"<[^>]*>", "", body)
    outside = re.sub(f"{FSI}[^{PDI}]*{PDI}", "", shown)
    assert not re.search("[א-תا-ي]", outside)
    ids = set(re.findall(r'<section id="([^"]*)"', html))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= ids
    assert all(not re.search(f"[\\s{FSI}{PDI}]", i) for i in ids)
    # Begun on the last day and named for nothing, the others are background: no section is theirs.
    assert {i for i in ids if i.startswith("effect-")} == {"effect-mirtazapine"}


def test_the_anchor_of_a_name_with_a_space_has_none(made):
    asked = review(made.record, load(), seed=1, about="אקמול 500")
    html = report_html(clinician_report(asked, version="test"))
    ids = set(re.findall(r'<section id="([^"]*)"', html))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= ids
    assert "effect-אקמול-500" in ids


def test_in_the_pdf_the_page_number_stays_right_of_the_title_and_in_order(made):
    pdf = PdfReader(io.BytesIO(report_pdf(clinician_report(made, version="test"), at=date(2026, 5, 1))))
    pieces: list[tuple[float, float, str]] = []
    pdf.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, _font, _size: pieces.append(
            (cm[5] + tm[5], cm[4] + tm[4], text.strip())
        )
    )
    lowest = min(y for y, _, text in pieces if text)
    footer = sorted((x, text) for y, x, text in pieces if text and y - lowest < 3)
    assert footer[0][1].startswith("Review of")
    assert footer[-1][1] == f"1 / {len(pdf.pages)}"
    assert "שרה" in {text for _, text in footer}


def test_in_the_terminal_the_words_are_all_there(made):
    text = report_text(clinician_report(made, version="test"))
    assert HEBREW in text
    assert ARABIC in text
