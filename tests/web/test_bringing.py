"""Files from outside in the web app: looked at first, merged in place, never somebody else's, never a day that is not yet."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lenitive import open_record
from lenitive.record import merged
from lenitive.shells.web.actions.bringing import write_changes
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.models import AuditEvent, DiaryRow, IncomingFile, MeasurementRow, NightRow
from lenitive.shells.web.record_rows import record_of

EXAMPLES = Path(__file__).parents[2] / "examples"
TABLE = b"Datum;Wie weh;Stimmung heute;Gewicht\n01.03.2026;30;4;71,5\n02.03.2026;55;3;71,2\n03.03.2026;80;1;71,0\n"
APPLE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [<!ELEMENT HealthData ANY>]>\n<HealthData locale="en_GB">'
    + "".join(
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="2026-03-0{d} 23:00:00 +0000" '
        f'endDate="2026-03-0{d + 1} 06:00:00 +0000" value="HKCategoryValueSleepAnalysisAsleepCore"/>'
        for d in (1, 2, 3)
    )
    + '<Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="kg" startDate="2026-03-02 07:00:00 +0000" '
    'endDate="2026-03-02 07:00:00 +0000" value="70"/></HealthData>'
).encode()


def _zip(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def _send(client, address, name, data):
    answer = client.post(address, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()[-400:]
    return answer["Location"]


def _columns(text):
    return dict(re.findall(r'<span class="name"><bdi>([^<]*)</bdi></span>\s*<label for="use-(\d+)"', text))


def test_a_table_is_shown_with_its_columns_said_and_taken_in(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    page = _send(client, f"/patients/{anna.uid}/bring", "tagebuch.csv", TABLE)
    text = client.get(page).content.decode()
    place = _columns(text)
    assert set(place) == {"Datum", "Wie weh", "Stimmung heute", "Gewicht"}
    assert "71,5" in text
    assert "Nothing can be taken in yet" in text, "the order of its dates is asked for"
    said = {
        f"use-{place['Wie weh']}": "pain",
        f"use-{place['Gewicht']}": "weight (kg)",
        f"best-{place['Stimmung heute']}": "5",
        f"worst-{place['Stimmung heute']}": "1",
        "dates": "dmy",
    }
    text = client.post(page, said | {"act": "look"}).content.decode()
    assert "contradicts nothing" in text
    assert record_of(anna).diary == (), "a look writes nothing"
    client.post(page, said | {"act": "take"})
    record = record_of(anna)
    assert [(d.day, d.pain, d.mood_low) for d in record.diary] == [
        (date(2026, 3, 1), 3, 2.5),
        (date(2026, 3, 2), 5.5, 5),
        (date(2026, 3, 3), 8, 10),
    ]
    assert [m.value for m in record.measurements if m.measure == "weight"] == [71.5, 71.2, 71]
    assert IncomingFile.objects.count() == 0
    assert client.get(page).status_code == 404


def test_a_column_that_is_left_out_is_left_out(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    page = _send(client, f"/patients/{anna.uid}/bring", "t.csv", b"date,pain,fatigue\n2026-03-01,3,9\n2026-03-02,8,9\n")
    place = _columns(client.get(page).content.decode())
    client.post(page, {f"use-{place['fatigue']}": "", "act": "take", f"best-{place['pain']}": "0", f"worst-{place['pain']}": "10"})
    assert [(d.pain, d.fatigue) for d in record_of(anna).diary] == [(3, None), (8, None)]


def test_where_it_differs_the_record_stands_or_what_stood_is_kept(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    for data, more in ((b"date,pain\n2026-03-01,3\n2026-03-02,9\n", {}), (b"date,pain\n2026-03-02,8\n2026-03-03,9\n", {})):
        page = _send(client, f"/patients/{anna.uid}/bring", "t.csv", data)
        text = client.get(page).content.decode()
        client.post(page, {"act": "take", **more})
    assert "something else than the record" in text
    assert "2 March 2026" in text
    assert [d.pain for d in record_of(anna).diary] == [3, 9, 9]
    page = _send(client, f"/patients/{anna.uid}/bring", "t.csv", b"date,pain\n2026-03-02,8\n2026-03-03,9\n")
    client.post(page, {"act": "take", "replace": "on"})
    assert [d.pain for d in record_of(anna).diary] == [3, 8, 9]
    assert [r.pain for r in DiaryRow.objects.filter(day="2026-03-02").order_by("id")] == [9, 8], "what stood stays below"


def test_the_same_file_twice_changes_nothing(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    for _ in range(2):
        page = _send(client, f"/patients/{anna.uid}/bring", "export.zip", _zip("apple_health_export/export.xml", APPLE))
        client.post(page, {"act": "take"})
    assert (NightRow.objects.count(), MeasurementRow.objects.count()) == (3, 1)


def test_a_phone_brings_nights_and_nothing_else(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    page = _send(client, f"/diary/{anna.uid}/nights", "export.zip", _zip("apple_health_export/export.xml", APPLE))
    text = client.get(page).content.decode()
    assert "3 nights" in text
    client.post(page, {"act": "take"})
    record = record_of(anna)
    assert [n.day for n in record.nights] == [date(2026, 3, d) for d in (2, 3, 4)]
    assert record.measurements == ()
    assert AuditEvent.objects.filter(place="web_nightrow", action="insert").count() == 3


@pytest.mark.parametrize(
    ("name", "data"),
    [("x.csv", b"\x00\xff\x00"), ("x.zip", b"PK\x03\x04"), ("x.xml", b"<a><b>"), ("../../x", b"no table"), ("x.json", b"[" * 100_000), ("e.csv", b"date,pain\n")],
)
def test_what_is_no_export_says_so_and_changes_nothing(people, client_of, name, data):
    anna = people["anna"]
    for who, address in (("clinician", f"/patients/{anna.uid}/bring"), ("patient", f"/diary/{anna.uid}/nights")):
        client = client_of(who)
        page = _send(client, address, name, data)
        text = client.get(page).content.decode()
        assert ("Nothing can be taken in yet" in text) or ("No nights can be taken" in text)
        assert client.post(page, {"act": "take"}).status_code == 200
        assert client.post(page, {"act": "leave"}).status_code == 302
    assert IncomingFile.objects.count() == 0
    assert record_of(anna).last_day is None


def test_days_that_are_not_yet_are_refused(people, client_of):
    client, anna = client_of("clinician"), people["anna"]
    late = (timezone.now().date() + timedelta(days=3)).isoformat()
    page = _send(client, f"/patients/{anna.uid}/bring", "t.csv", f"date,pain\n2026-03-01,8\n{late},9\n".encode())
    assert "days after today" in client.get(page).content.decode()
    client.post(page, {"act": "take"})
    assert record_of(anna).diary == ()


def test_a_file_is_its_sender_s_alone_and_goes_after_a_day(people, client_of):
    anna, bo = people["anna"], people["bo"]
    page = _send(client_of("clinician"), f"/patients/{anna.uid}/bring", "t.csv", TABLE)
    file = page.rsplit("/", 1)[1]
    assert client_of("other_clinician").get(f"/patients/{bo.uid}/bring/{file}").status_code == 404
    assert client_of("patient").get(f"/diary/{anna.uid}/nights/{file}").status_code == 404
    IncomingFile.objects.update(sent_at=timezone.now() - timedelta(days=2))
    _send(client_of("patient"), f"/diary/{anna.uid}/nights", "t.csv", TABLE)
    assert not IncomingFile.objects.filter(uid=file).exists()


@pytest.mark.parametrize("example", ["watch-disagrees", "non-responder-weight-gain"])
def test_a_record_over_a_part_of_itself_is_the_record(people, example):
    """Whatever half of it stood before, the whole comes out as the merge says."""
    from dataclasses import replace

    record = open_record(EXAMPLES / example).record
    half = replace(record, diary=record.diary[::2], measurements=record.measurements[:3], nights=record.nights[5:], effects=(), medicines=record.medicines[:1])
    take_in(people["anna"], half, by=people["clinician"])
    whole = merged(record_of(people["anna"]), record).record
    assert write_changes(people["anna"], whole, by=people["clinician"]) > 0
    assert write_changes(people["anna"], whole, by=people["clinician"]) == 0
    after = record_of(people["anna"])
    for name in ("diary", "medicines", "effects", "measurements", "activities", "nights"):
        assert sorted(map(repr, getattr(after, name))) == sorted(map(repr, getattr(whole, name))), name
    assert after.patient == whole.patient
