"""Days and measured nights put right at the clinic: what she entered stays below, and nothing is lost between two hands."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from lenitive.intake import read_folder
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.models import AuditEvent, DiaryRow, NightRow
from lenitive.shells.web.record_rows import day_of, record_of

DAY = date(2026, 3, 1)
FILES = {
    "diary.csv": b"date,pain,fatigue,note,entered_at\n2026-03-01,6,5,rain,2026-03-01T21:10:00+00:00\n2026-03-02,7,,,\n",
    "nights.csv": b"date,source,device_class,definition,tst_min,tib_min\n2026-03-01,Watch,wearable,yasa-0.8,420,480\n",
}


@pytest.fixture
def kept(people):
    take_in(people["anna"], read_folder(FILES).record, by=people["patient"])
    return people["anna"]


def _form(client, patient, day=DAY):
    text = client.get(f"/patients/{patient.uid}/days/{day}").content.decode()
    found = dict(re.findall(r'<input[^>]*name="([a-z_]+)" value="([^"]*)"', text))
    note = re.search(r'<textarea id="note"[^>]*>([^<]*)<', text)
    return found | {"note": note[1], "taken": ""}


def _save(client, patient, form, day=DAY):
    return client.post(f"/patients/{patient.uid}/days/{day}/correct", form)


def test_a_day_is_put_right_and_what_she_entered_stays(kept, client_of):
    client = client_of("clinician")
    form = _form(client, kept)
    assert form["pain"] == "6"
    assert _save(client, kept, form | {"pain": "4,5", "fatigue": ""}).status_code == 302
    day = day_of(kept, DAY)
    assert (day.pain, day.fatigue, day.note) == (4.5, None, "rain")
    assert day.entered_at == datetime(2026, 3, 1, 21, 10, tzinfo=UTC), "when she said it stays"
    newest, oldest = DiaryRow.objects.filter(day=DAY).order_by("-id")
    assert (newest.origin, newest.pain, newest.cleared, newest.note) == ("clinic", 4.5, "fatigue", "")
    assert oldest.pain == 6
    text = client.get(f"/patients/{kept.uid}/days/{DAY}").content.decode()
    assert "at the clinic" in text
    assert "Pain: 6" in text
    assert "Fatigue emptied" in text
    assert AuditEvent.objects.filter(place="web_diaryrow", action="insert").count() == 3


def test_a_form_that_was_overtaken_or_sent_twice_changes_nothing(kept, client_of):
    client = client_of("clinician")
    form = _form(client, kept) | {"pain": "1"}
    for _ in range(2):
        assert _save(client, kept, form).status_code == 302
    assert DiaryRow.objects.filter(day=DAY).count() == 2
    late = _save(client, kept, form | {"uid": uuid4().hex, "pain": "9"})
    assert late.status_code == 409
    assert "somebody entered something meanwhile" in late.content.decode()
    assert day_of(kept, DAY).pain == 1


@pytest.mark.parametrize("wrong", [{"pain": "11"}, {"pain": "much"}, {"awakenings": "-1"}, {"sleep_hours": "99"}, {"taken": "perhaps"}, {"uid": "x"}, {"pain": "nan"}, {"note": "\x00"}])
def test_what_a_day_cannot_hold_is_refused(kept, client_of, wrong):
    client = client_of("clinician")
    # What no text of ours may hold is refused before the page is asked.
    expected = 400 if "\x00" in wrong.values() else 422
    assert _save(client, kept, _form(client, kept) | wrong).status_code == expected
    assert day_of(kept, DAY).pain == 6


def test_no_day_after_today_and_nothing_unchanged_is_written(kept, client_of):
    client = client_of("clinician")
    late = timezone.now().date() + timedelta(days=1)
    assert client.get(f"/patients/{kept.uid}/days/{late}").status_code == 404
    assert client.get(f"/patients/{kept.uid}/days/yesterday").status_code == 404
    assert _save(client, kept, _form(client, kept)).status_code == 302
    assert DiaryRow.objects.filter(day=DAY).count() == 1


def test_the_days_are_listed_and_a_stranger_sees_none(kept, client_of):
    text = client_of("clinician").get(f"/patients/{kept.uid}/days").content.decode()
    assert text.index("2 March 2026") < text.index("1 March 2026")
    assert client_of("other_clinician").get(f"/patients/{kept.uid}/days").status_code == 404


def test_a_night_is_put_right_and_taken_away_with_its_history(kept, client_of):
    client, row = client_of("clinician"), NightRow.objects.get()
    page = f"/patients/{kept.uid}/record/nights/{row.key}"
    text = client.get(page).content.decode()
    form = dict(re.findall(r'name="([a-z_0-9]+)" value="([^"]*)"', text)) | {"device_class": "wearable", "tst_min": "400"}
    assert client.post(f"{page}/correct", form).status_code == 302
    assert [n.tst_min for n in record_of(kept).nights] == [400]
    assert [r.numbers["tst_min"] for r in NightRow.objects.order_by("id")] == [420, 400]
    wrong = dict(re.findall(r'name="([a-z_0-9]+)" value="([^"]*)"', client.get(page).content.decode()))
    assert client.post(f"{page}/correct", wrong | {"device_class": "wearable", "tst_min": "600"}).status_code == 400
    text = client.get(page).content.decode()
    stands = re.search(r'name="seen" value="([0-9a-f]{32})"', text)[1]
    assert client.post(f"{page}/remove", {"uid": uuid4().hex, "seen": stands}).status_code == 302
    assert record_of(kept).nights == ()
