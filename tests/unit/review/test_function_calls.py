"""How much work a review is, counted in function calls: a busy machine changes seconds, and not these.

The bound is what was reached with a small margin. Whoever passes it has made every review slower: find what is done twice, or
raise the bound and say in the commit what the work is for. Calls of other Python versions and library releases differ by a few
percent, which is what the margin is for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.render.document import review_document
from lenitive.response import compiled
from lenitive.review import review
from lenitive.safety import check
from lenitive.shells.files import open_record

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))
from warm_review import function_calls, year_with_three_drugs

ROOT = Path(__file__).resolve().parents[3]
PARTS = {"clear-responder": 82_000, "a year with three drugs": 215_000}
DOCUMENT = {"clear-responder": 28_800, "a year with three drugs": 52_000}
FINDINGS = {"clear-responder": 3_000, "a year with three drugs": 4_800}


@pytest.fixture(scope="module", params=sorted(PARTS))
def asked(request):
    if request.param != "clear-responder":
        return request.param, year_with_three_drugs()
    return request.param, open_record(ROOT / "examples" / request.param).record


def counted(action) -> int:
    """Calls once everything that is loaded once has been; twice, to see that they are the same."""
    action()
    first, second = function_calls(action), function_calls(action)
    assert first == second, "the count does not depend on what was done before"
    return first


def test_all_parts_take_no_more_calls_than_were_reached(asked):
    """Without the kernel loops over days run in NumPy, which is other work."""
    if compiled.MODULE is None:
        pytest.skip("the response kernel was not built (no C compiler)")
    name, record = asked
    knowledge = load()
    calls = counted(lambda: review(record, knowledge).parts)
    assert PARTS[name] / 2 < calls <= PARTS[name]


def test_a_document_takes_no_more_calls_than_were_reached(asked):
    name, record = asked
    made = review(record, load())
    assert made.parts
    calls = counted(lambda: review_document(made))
    assert DOCUMENT[name] / 2 < calls <= DOCUMENT[name]


def test_findings_alone_take_no_more_calls_than_were_reached(asked):
    name, record = asked
    knowledge = load()
    calls = counted(lambda: check(record, knowledge=knowledge, at=record.last_day))
    assert FINDINGS[name] / 2 < calls <= FINDINGS[name]


def test_calls_are_counted_one_by_one():
    def thrice() -> None:
        len("")
        len("")
        len("")

    assert function_calls(thrice) == function_calls(lambda: None) + 3
