"""What holds for every record: its review comes back from its document."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from records import RECORDS

from lenitive import ask, load
from lenitive.record import Record
from lenitive.render.document import review_json
from lenitive.render.report import clinician_report
from lenitive.render.stored import review_from
from lenitive.render.text import report_text
from lenitive.terms.canonical import digest

KNOWLEDGE = load()


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_a_review_comes_back_from_its_document(record: Record) -> None:
    if record.last_day is None:
        return
    fresh = ask(record, KNOWLEDGE)
    text = review_json(fresh)
    back = review_from(text, record)
    assert back == fresh
    assert review_json(back) == text
    one, two = (report_text(clinician_report(r, version="1")) for r in (fresh, back))
    assert one == two


@settings(max_examples=60, deadline=None, derandomize=True)
@given(RECORDS, RECORDS)
def test_equal_records_have_equal_digests_and_others_have_not(one: Record, other: Record) -> None:
    assert digest(one) == digest(Record(**{name: getattr(one, name) for name in Record.__slots__}))
    assert hash(one) == hash(Record(**{name: getattr(one, name) for name in Record.__slots__}))
    assert (digest(one) == digest(other)) is (one == other)
