"""How much work a page is beside its review, in function calls, which no busy machine changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.render.document import review_json
from lenitive.render.html import report_html
from lenitive.render.report import clinician_report
from lenitive.review import review
from lenitive.shells.files import open_record

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))
from warm_review import function_calls

ROOT = Path(__file__).resolve().parents[3]

# What was reached (51,500; 1,500 more with what findings demand, 1,500 with who the patient is, 3,600 with signed numbers kept from left
# to right), with a small margin; 263,000 before paths were written whole.
PAGE = 60_000


@pytest.fixture(scope="module")
def asked():
    return open_record(ROOT / "examples" / "clear-responder").record, load()


def test_the_page_of_a_review_takes_no_more_calls_than_were_reached(asked):
    made = review(*asked)

    def page() -> None:
        report_html(clinician_report(made, version="test"))

    page()
    calls = function_calls(page)
    assert calls == function_calls(page), "the count does not depend on what was done before"
    assert PAGE / 2 < calls <= PAGE


def test_html_takes_at_most_twice_the_calls_of_the_document(asked):
    def html() -> None:
        report_html(clinician_report(review(*asked), version="test"))

    def document() -> None:
        review_json(review(*asked))

    html()
    document()
    assert function_calls(html) <= 2 * function_calls(document)
