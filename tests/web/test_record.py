"""A clinician's hand in the record: each change is one row more, judged as the intake judges, and nothing that stood is lost."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from lenitive.intake import read_folder, write_folder
from lenitive.record import Coded, Patient, Record
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.audit import verify
from lenitive.shells.web.models import (
    AboutRow,
    ActivityRow,
    EffectRow,
    MeasurementRow,
    PeriodRow,
    StandingRow,
    StoredReview,
)
from lenitive.shells.web.record_cells import KINDS, cells_of, read_cells
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import question_about


@pytest.fixture
def clinic(people, client_of):
    """The clinician's browser, and her patient's page of the record."""
    return client_of("clinician"), f"/patients/{people['anna'].uid}/record", people["anna"]


def _add(client, base, kind, **cells):
    return client.post(f"{base}/{kind}/add", {"uid": uuid.uuid4(), "seen": "", "answer": "", **cells})


def _medicine(**cells):
    return {"drug": "mirtazapine", "dose_mg": "15", "times": "bedtime", "start": "2026-01-10", **cells}


def _hidden(response, name):
    # The form that saves comes first, the one that takes away after it.
    return re.search(rf'name="{name}"(?: value="([^"]*)")?', response.content.decode())[1] or ""


def _correct(client, base, row, kind, **cells):
    address = f"{base}/{kind}/{row.key}"
    page = client.get(address)
    hidden = {name: _hidden(page, name) for name in ("uid", "seen", "answer")}
    return client.post(f"{address}/correct", {**hidden, **cells})


def _remove(client, base, row, kind):
    return client.post(f"{base}/{kind}/{row.key}/remove", {"uid": uuid.uuid4(), "seen": row.uid.hex})


def test_what_is_added_is_in_the_record_and_on_the_page(clinic):
    client, base, anna = clinic
    StandingRow.objects.filter(patient=anna).update(stale=False)
    assert _add(client, base, "medicines", **_medicine(drug="Zispin", end="2026-02-01")).status_code == 302
    assert _add(client, base, "measurements", date="2026-01-11", measure="weight", value="160", unit="lb").status_code == 302
    assert _add(client, base, "effects", date="2026-01-12", effect="dry_mouth", severity="mild").status_code == 302
    assert _add(client, base, "activities", date="2026-01-12", activity="walking", minutes="20").status_code == 302
    record = record_of(anna)
    (period,) = record.medicines
    assert (period.drug, period.written, period.dose_mg) == ("mirtazapine", "Zispin", 15)
    assert record.measurements[0].value == pytest.approx(72.57, abs=0.01)
    assert (record.effects[0].effect, record.activities[0].minutes) == ("dry_mouth", 20)
    page = client.get(base).content.decode()
    for words in ("Zispin (mirtazapine)", "15 mg bedtime", "1 February 2026", "72.5748 kg", "dry mouth", "walking", "Add an activity"):
        assert words in page
    new = client.get(f"{base}/measurements/add").content.decode()
    assert f'value="{anna.today(timezone.now())}"' in new  # a new row is of today until another day is typed
    # The review is made anew, of the record as it stands now.
    assert StoredReview.objects.filter(patient=anna, asked=question_about(anna).digest).exists()
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("kind", "cells", "words"),
    [
        ("medicines", _medicine(drug="mirtazepine"), "Did you mean mirtazapine?"),
        ("medicines", _medicine(dose_mg="-1"), "The number is not between 0"),
        ("medicines", _medicine(dose_mg="15000"), "times the highest licensed one"),
        ("medicines", _medicine(end="2026-01-09"), "ends before it starts"),
        ("medicines", _medicine(start="2070-01-01"), "The day is after today"),
        ("medicines", _medicine(start="tomorrow"), "This is not a date"),
        ("medicines", _medicine(times="bedtime;bedtime"), "One time is there twice"),
        ("medicines", _medicine(missed="2026-01-01"), "A missed day lies outside the period"),
        ("medicines", {}, "This field is required"),
        ("measurements", {"date": "2026-01-10", "measure": "weight", "value": "70"}, "Give the unit"),
        ("measurements", {"date": "2026-01-10", "measure": "weight", "value": "7000", "unit": "kg"}, "not within"),
        ("measurements", {"date": "2026-01-10", "measure": "luck", "value": "7", "unit": "kg"}, "valid choice"),
        ("measurements", {"date": "2070-01-10", "measure": "weight", "value": "70", "unit": "kg"}, "after today"),
        ("effects", {"date": "2026-01-10", "effect": "dry_mouth", "severity": "awful"}, "valid choice"),
        ("activities", {"date": "2026-01-10", "activity": "walking", "minutes": "2000"}, "not between"),
        ("activities", {"date": "2026-01-10", "activity": "walking", "minutes": "\x00"}, "To the first page"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(clinic, kind, cells, words):
    client, base, anna = clinic
    response = _add(client, base, kind, **cells)
    assert response.status_code == 400
    assert words in unescape(response.content.decode())
    assert not KINDS[kind].model.objects.exists()
    assert record_of(anna) == Record()


def test_two_periods_of_one_drug_do_not_overlap(clinic):
    client, base, anna = clinic
    assert _add(client, base, "medicines", **_medicine()).status_code == 302
    second = _medicine(dose_mg="30", start="2026-02-10")
    response = _add(client, base, "medicines", **second)
    assert response.status_code == 400
    assert "15 mg from 2026-01-10, which goes on" in response.content.decode()
    assert PeriodRow.objects.count() == 1
    # The remedy works: the first is ended, the second follows.
    _correct(client, base, PeriodRow.objects.get(), "medicines", **_medicine(end="2026-02-09"))
    assert _add(client, base, "medicines", **second).status_code == 302
    assert [p.dose_mg for p in record_of(anna).medicines] == [15, 30]


def test_what_is_in_doubt_is_asked_about_and_kept_once_it_is_answered(clinic):
    client, base, anna = clinic
    assert _add(client, base, "medicines", **_medicine()).status_code == 302
    cells = _medicine(drug="Zispin", times="morning")
    response = _add(client, base, "medicines", **cells)
    assert response.status_code == 409
    assert "taken under another name" in response.content.decode()
    assert PeriodRow.objects.count() == 1
    answer = _hidden(response, "answer")
    assert len(answer) == 64
    assert _add(client, base, "medicines", **{**cells, "answer": "0" * 64}).status_code == 409
    assert _add(client, base, "medicines", **{**cells, "answer": answer}).status_code == 302
    assert len(record_of(anna).medicines) == 2


def test_a_correction_counts_and_what_stood_before_stays(clinic, people):
    client, base, anna = clinic
    take_in(anna, read_folder({"measurements.csv": b"date,measure,value,unit\n2026-01-05,weight,70,kg\n"}).record, by=None)
    row = MeasurementRow.objects.get()
    cells = {"date": "2026-01-05", "measure": "weight", "value": "71.5", "unit": "kg"}
    assert _correct(client, base, row, "measurements", **cells).status_code == 302
    (measured,) = record_of(anna).measurements
    assert measured.value == 71.5
    page = client.get(f"{base}/measurements/{row.key}").content.decode()
    assert "Corrected" in page
    assert page.index("71.5 kg") < page.index("70 kg")
    assert "by <bdi>clinician</bdi>" in page
    assert "a person whose account is gone</bdi>, with a record folder" in page
    assert MeasurementRow.objects.filter(key=row.key).count() == 2
    assert list(verify()) == []


def test_what_is_taken_away_can_be_put_back(clinic):
    client, base, anna = clinic
    cells = {"date": "2026-01-12", "activity": "walking", "minutes": "20"}
    _add(client, base, "activities", **cells)
    row = ActivityRow.objects.get()
    assert _remove(client, base, row, "activities").status_code == 302
    assert record_of(anna).activities == ()
    assert "1 taken away" in client.get(base).content.decode()
    page = client.get(f"{base}/activities/{row.key}").content.decode()
    assert "It is taken away" in page
    assert "Take it out" not in page
    newest = ActivityRow.objects.get(removed=True)
    assert _correct(client, base, newest, "activities", **cells).status_code == 302
    assert len(record_of(anna).activities) == 1
    assert ActivityRow.objects.count() == 3


def test_two_tabs_never_undo_or_double_each_other(clinic):
    client, base, anna = clinic
    cells = {"date": "2026-01-12", "activity": "walking", "minutes": "20"}
    first = {"uid": uuid.uuid4(), "seen": "", "answer": ""}
    for _ in range(2):  # sent twice, kept once
        assert client.post(f"{base}/activities/add", {**first, **cells}).status_code == 302
    row = ActivityRow.objects.get()
    address = f"{base}/activities/{row.key}"
    old = {name: _hidden(client.get(address), name) for name in ("uid", "seen", "answer")}
    assert _correct(client, base, row, "activities", **{**cells, "minutes": "30"}).status_code == 302
    response = client.post(f"{address}/correct", {**old, **cells, "minutes": "40"})
    assert response.status_code == 409
    assert "changed after you opened" in response.content.decode()
    assert client.post(f"{address}/remove", {"uid": uuid.uuid4(), "seen": old["seen"]}).status_code == 409
    assert [a.minutes for a in record_of(anna).activities] == [30]
    # Told what stands now, the same form may be sent again.
    again = {name: _hidden(response, name) for name in ("uid", "seen", "answer")}
    assert client.post(f"{address}/correct", {**again, **cells, "minutes": "40"}).status_code == 302
    assert [a.minutes for a in record_of(anna).activities] == [40]
    # A form that was sent long ago is no news.
    assert client.post(f"{address}/correct", {**again, "uid": row.uid, **cells}).status_code == 409


def test_a_report_that_was_moved_is_not_undone_by_the_phone(clinic, people, client_of):
    """What a phone sends of a day is named by the day: a row of hers that a clinician moved to another day has another name."""
    client, base, anna = clinic
    today = timezone.now().date()
    yesterday = (today - timedelta(days=1)).isoformat()
    phone = client_of("patient")
    said = {"kind": "effect", "effect": "dry_mouth", "severity": "mild", "day": today.isoformat()}
    phone.post(f"/diary/{anna.uid}/enter", said)
    row = EffectRow.objects.get()
    moved = {"date": yesterday, "effect": "dry_mouth", "severity": "mild"}
    assert _correct(client, base, row, "effects", **moved).status_code == 302
    assert [e.day.isoformat() for e in record_of(anna).effects] == [yesterday]
    phone.post(f"/diary/{anna.uid}/enter", {**said, "severity": "severe"})
    assert [(e.day, e.severity) for e in record_of(anna).effects] == [
        (today - timedelta(days=1), "mild"),
        (today, "severe"),
    ]
    twice = _add(client, base, "effects", **{**moved, "severity": "severe"})
    assert twice.status_code == 400
    assert "reported for this day already" in twice.content.decode()


def test_who_she_is_is_changed_with_its_history_and_codes_stay(clinic):
    client, base, anna = clinic
    coded = Coded(display="fibromyalgia", system="http://snomed.info/sct", code="203082005")
    before = Patient(birth_year=1970, conditions=(coded,), preferences={"pain": 8, "nausea": 2}, simulated="invented")
    take_in(anna, Record(patient=before), by=None)
    page = client.get(f"{base}/about/about")
    cells = {name: _hidden(page, name) for name in ("uid", "seen", "answer")}
    typed = {"birth_year": "1971", "sex": "female", "egfr_ml_min": "55", "conditions": "fibromyalgia\r\nglaucoma",
             "allergies": "penicillin", "weight_pain": "9", "weight_nausea": "2", "preference": "tremor",
             "preference_weight": "3", "plan_about": "mirtazapine", "plan_review_date": "2026-12-01", "plan_line": "1.5"}  # fmt: skip
    response = client.post(f"{base}/about/about/correct", {**cells, **typed})
    if response.status_code == 409:  # a name that no rule knows is asked about
        typed["answer"] = _hidden(response, "answer")
        response = client.post(f"{base}/about/about/correct", {**cells, **typed})
    assert response.status_code == 302
    after = record_of(anna).patient
    assert (after.birth_year, after.sex, after.egfr_ml_min, after.simulated) == (1971, "female", 55, "invented")
    assert after.conditions == (coded, Coded(display="glaucoma"))
    assert after.preferences == {"pain": 9, "nausea": 2, "tremor": 3}
    assert after.plan.line == 1.5
    assert AboutRow.objects.count() == 2
    assert "1970" in client.get(f"{base}/about/about").content.decode()
    assert "1971" in client.get(base).content.decode()
    stale = client.post(f"{base}/about/about/correct", {**cells, **typed, "uid": uuid.uuid4()})
    assert stale.status_code == 409
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"birth_year": "1"}, "cannot be right"),
        ({"birth_year": "2060"}, "year of birth comes after"),
        ({"weight_pain": "11"}, "cannot be right"),
        ({"plan_line": "0"}, "cannot be right"),
        ({"height_cm": "nan"}, "Enter a number"),
        ({"sex": "male", "pregnant": "yes"}, "sex is male"),
        ({"preference": "tremor"}, "Say how much it matters"),
        ({"conditions": "a\x07b"}, "control character"),
        ({"conditions": "fibromyalgiaa"}, "Did you mean fibromyalgia"),
    ],
)
def test_what_nobody_can_be_is_refused(clinic, typed, words):
    client, base, anna = clinic
    take_in(anna, read_folder({"diary.csv": b"date,pain\n2026-01-05,7\n"}).record, by=None)
    page = client.get(f"{base}/about/about")
    cells = {name: _hidden(page, name) for name in ("uid", "seen", "answer")}
    response = client.post(f"{base}/about/about/correct", {**cells, **typed})
    assert response.status_code in (400, 409)
    assert words in response.content.decode()
    assert not AboutRow.objects.exists()


def test_another_patient_s_things_do_not_exist(clinic, people, client_of):
    client, base, anna = clinic
    cells = {"date": "2026-01-12", "activity": "walking", "minutes": "20"}
    theirs = client_of("other_clinician")
    _add(theirs, f"/patients/{people['bo'].uid}/record", "activities", **cells)
    row = ActivityRow.objects.get()
    body = {"uid": uuid.uuid4(), "seen": row.uid.hex, "answer": "", **cells}
    for address in (f"{base}/activities/{row.key}", f"{base}/activities/none", f"{base}/nonsense/{row.key}", f"{base}/about/{row.key}"):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/correct", body).status_code == 404
        assert client.post(f"{address}/remove", body).status_code == 404
    assert client.post(f"{base}/about/about/remove", body).status_code == 404
    assert client.get(f"{base}/nonsense/add").status_code == 404
    assert theirs.get(base).status_code == 404
    # Her id of a row in the body is nobody else's business either: the row is made, and hers stays.
    assert client.post(f"{base}/activities/add", {**body, "uid": row.uid}).status_code == 302
    assert len(record_of(people["bo"]).activities) == len(record_of(anna).activities) == 1
    assert ActivityRow.objects.filter(patient=people["bo"]).count() == 1


def test_who_opened_a_record_in_need_reads_and_does_not_write(clinic, people, client_of):
    client, base, anna = clinic
    _add(client, base, "activities", date="2026-01-12", activity="walking", minutes="20")
    row = ActivityRow.objects.get()
    stranger = client_of("other_clinician")
    stranger.post("/patients/in-need", {"name": anna.name, "reason": "She is unconscious in the ward"})
    page = stranger.get(base)
    assert page.status_code == 200
    assert "Add a" not in page.content.decode()
    assert "<form method=\"post\" class" not in stranger.get(f"{base}/activities/{row.key}").content.decode()
    assert _remove(stranger, base, row, "activities").status_code == 404
    assert _add(stranger, base, "activities", date="2026-01-12", activity="walking").status_code == 404


@pytest.mark.parametrize("note", ["=1+1", "'=1+1", "'plain", "two\nlines", '"quoted", and more', "  space", "# sign", "ألم"])
def test_a_note_comes_back_as_it_was_typed(note):
    kind = KINDS["measurements"]
    typed = {"date": "2026-01-05", "measure": "weight", "value": "70", "unit": "kg", "note": note}
    value, problems = read_cells(kind, typed)
    assert problems == ()
    assert value.note == note
    assert cells_of(kind, value) == typed
    assert read_folder(write_folder(Record(measurements=(value,)))).record.measurements == (value,)
