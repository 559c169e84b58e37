"""The patient's page of any record: no dose, no advice to change a medicine, one way only under what binds."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from records import RECORDS

from lenitive.knowledge import load
from lenitive.render import patient_page, report_text
from lenitive.review import binds, review

ADVICE = re.compile(
    r"\bmg\b|\bdos(e|es|ing)\b|\bswitch|\bstop|\btaper|\braise\b|\braising|\blower(ing)? (the|your)|\bhalf a tablet"
    r"|\bskip|\bstart(ing)? (the|your|a)|\btake (one|two|three|more|less|fewer)",
    re.IGNORECASE,
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_no_dose_and_no_advice_reaches_a_patient(record):
    if record.last_day is None:
        return  # no dated entry: there is no page
    made = review(record, load())
    page = patient_page(made)
    text = report_text(type(page)(title=page.title, subtitle="", sections=page.sections, footer=page.footer))
    assert not ADVICE.search(text), ADVICE.search(text)
    if binds(made.findings):
        assert [s.id for s in page.sections] == ["today"]
