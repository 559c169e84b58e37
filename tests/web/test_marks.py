"""Flares and tags: kept once, ended, taken away, drawn on the time line, taken along, and used by no estimate."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from lenitive import open_record
from lenitive.shells.web.actions.exchanging import erase, folder_zip, read_zip
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.actions.marking import marks_of
from lenitive.shells.web.models import AuditEvent, MarkRow, PatientRow
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import question_about

EXAMPLES = Path(__file__).parents[2] / "examples"


def _form(kind="flare", first="2026-02-01", end="", words="after the move", **more):
    return {"uid": uuid4().hex, "kind": kind, "first": first, "end": end, "words": words} | more


def _keep(client, patient, form):
    return client.post(f"/patients/{patient.uid}/marks/keep", form)


def test_a_flare_begins_ends_and_is_taken_away_with_its_history(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    form = _form()
    for _ in range(2):
        assert _keep(client, anna, form).status_code == 302
    (row,) = marks_of(anna)
    assert (row.day, row.end, row.words) == (date(2026, 2, 1), None, "after the move")
    assert _keep(client, anna, _form(end="2026-02-09", key=row.key)).status_code == 302
    (row,) = marks_of(anna)
    assert row.end == date(2026, 2, 9)
    assert client.post(f"/patients/{anna.uid}/marks/{row.key}/remove").status_code == 302
    assert marks_of(anna) == []
    assert MarkRow.objects.count() == 3
    assert AuditEvent.objects.filter(place="web_markrow", action="insert").count() == 3
    assert client.post(f"/patients/{anna.uid}/marks/{row.key}/remove").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "party"}, {"first": ""}, {"first": "2999-01-01"}, {"end": "2026-01-01"}, {"kind": "tag", "words": ""}, {"kind": "tag", "end": "2026-02-02"}, {"words": "x" * 81}, {"uid": "no"}, {"words": "a\x00b"}],
)  # fmt: skip
def test_what_is_no_mark_is_refused(people, client_of, wrong):
    # What no text of ours may hold is refused before the page is asked.
    expected = 400 if "\x00" in wrong.get("words", "") else 422
    assert _keep(client_of("clinician"), people["anna"], _form() | wrong).status_code == expected
    assert not MarkRow.objects.exists()


def test_they_are_another_patient_s_business_nowhere(people, client_of):
    anna, bo = people["anna"], people["bo"]
    _keep(client_of("clinician"), anna, _form())
    key = marks_of(anna)[0].key
    other = client_of("other_clinician")
    assert other.post(f"/patients/{bo.uid}/marks/{key}/remove").status_code == 404
    assert _keep(other, bo, _form(key=key)).status_code == 404
    assert client_of("patient").get(f"/patients/{anna.uid}/marks").status_code == 404
    assert len(marks_of(anna)) == 1


def test_they_are_drawn_and_change_no_review(people, client_of):
    anna, client = people["anna"], client_of("clinician")
    record = open_record(EXAMPLES / "non-responder-weight-gain").record
    take_in(anna, record, by=people["clinician"])
    PatientRow.objects.filter(pk=anna.pk).update(pinned_day=record.last_day)
    anna.refresh_from_db()
    before = question_about(anna).digest
    first = record.last_day - timedelta(days=40)
    _keep(client, anna, _form(first=first.isoformat(), end=(first + timedelta(days=9)).isoformat(), words="moving <house>"))
    _keep(client, anna, _form(kind="tag", first=(first + timedelta(days=20)).isoformat(), words="holiday"))
    assert question_about(anna).digest == before
    text = client.get(f"/patients/{anna.uid}/").content.decode()
    assert "holiday" in text
    assert "flare: moving &lt;house&gt;" in text
    assert "<house>" not in text


def test_they_go_along_with_the_record_and_are_erased_with_her(people, client_of):
    anna = people["anna"]
    _keep(client_of("clinician"), anna, _form(words="=1+1"))
    data = folder_zip(anna)
    text = zipfile.ZipFile(io.BytesIO(data)).read("marks.csv").decode()
    assert text.splitlines() == ["kind,date,end,words", "flare,2026-02-01,,'=1+1"]
    assert read_zip(data).record == record_of(anna)
    erase(anna)
    assert not MarkRow.objects.exists()


def test_today_is_the_last_day(people, client_of):
    today = timezone.now().date()
    assert _keep(client_of("clinician"), people["anna"], _form(first=today.isoformat())).status_code == 302
