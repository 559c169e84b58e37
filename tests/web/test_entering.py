"""What is entered on a phone: kept once, checked by the record's rules, never another patient's, never after today."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.shells.web.models import DiaryRow, EffectRow
from lenitive.shells.web.record_rows import day_of, record_of


def _entry(kind="diary", day=None, at=None, **values):
    now = timezone.now()
    return {
        "uid": str(uuid.uuid4()),
        "kind": kind,
        "day": (day or now.date()).isoformat(),
        "at": (at or now).isoformat(),
        "values": values,
        "screen": "evening-1",
    }


def _send(client, patient, *entries, now=None):
    return client.post(
        f"/diary/{patient.uid}/sync",
        json.dumps({"now": (now or timezone.now()).isoformat(), "entries": entries}),
        content_type="application/json",
    )


def test_what_is_sent_twice_is_kept_once(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    entry = _entry(pain=6)
    for _ in range(3):
        assert _send(client, anna, entry).json()["kept"] == [entry["uid"]]
    assert DiaryRow.objects.count() == 1
    assert day_of(anna, timezone.now().date()).pain == 6


def test_one_wrong_entry_does_not_take_the_others_with_it(people, client_of):
    good, wrong = _entry(pain=6), _entry(pain=11)
    answer = _send(client_of("patient"), people["anna"], wrong, good, {"uid": "x"}, 7).json()
    assert answer["kept"] == [good["uid"]]
    assert {r["uid"] for r in answer["refused"]} >= {wrong["uid"]}
    assert all("11" not in r["why"] for r in answer["refused"])


def test_a_day_after_today_is_refused_and_yesterday_is_taken(people, client_of):
    today = timezone.now().date()
    late = _entry(day=today + timedelta(days=2), pain=3)
    back = _entry(day=today - timedelta(days=1), pain=3)
    answer = _send(client_of("patient"), people["anna"], late, back).json()
    assert answer["kept"] == [back["uid"]]


def test_a_phone_whose_clock_is_off_is_put_right(people, client_of):
    now = timezone.now()
    fast = now + timedelta(hours=5)
    _send(client_of("patient"), people["anna"], _entry(at=fast, day=now.date(), pain=3), now=fast)
    row = DiaryRow.objects.get()
    assert abs(row.entered_at - now) < timedelta(minutes=1)


def test_another_patient_s_entry_of_the_same_id_is_nobody_s_business(people, client_of):
    entry = _entry(pain=6)
    _send(client_of("patient"), people["anna"], entry)
    answer = _send(client_of("other_patient"), people["bo"], {**entry, "values": {"pain": 2}})
    assert answer.json()["kept"] == [entry["uid"]]
    assert day_of(people["anna"], timezone.now().date()).pain == 6
    assert day_of(people["bo"], timezone.now().date()).pain == 2


def test_a_warning_sign_opens_the_page_with_the_numbers_and_another_does_not(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    assert _send(client, anna, _entry("effect", effect="dry_mouth", severity="mild")).json()["call"] is False
    answer = _send(client, anna, _entry("effect", effect="suicidal_thoughts", severity="moderate")).json()
    assert answer["call"] is True
    assert "Please talk to someone now" in client.get(f"/diary/{anna.uid}/help").content.decode()


def test_a_tap_without_a_script_is_kept_too(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    today = timezone.now().date().isoformat()
    response = client.post(f"/diary/{anna.uid}/enter", {"pain": "4", "day": today, "screen": "evening-1"})
    assert response.status_code == 302
    assert record_of(anna).diary[0].pain == 4
    client.post(f"/diary/{anna.uid}/enter", {"kind": "effect", "effect": "dry_mouth", "severity": "none", "day": today})
    assert EffectRow.objects.get().severity == "none"


def test_the_pages_hold_no_dose_and_no_advice(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    for part in ("morning", "evening", "bad", "yesterday"):
        text = client.get(f"/diary/{anna.uid}/?part={part}").content.decode()
        assert " mg" not in text
        assert "switch" not in text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)))
def test_whatever_is_sent_is_never_a_fault_of_ours(people, client_of, data):
    body = json.dumps({"now": timezone.now().isoformat(), "entries": [data, data]})
    response = client_of("patient").post(
        f"/diary/{people['anna'].uid}/sync", body, content_type="application/json"
    )
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("body", [b"", b"[", b"[" * 100_000, b"{}", b'{"now": 1, "entries": 2}', b"\xff\x00"])
def test_broken_bodies_are_refused(people, client_of, body):
    response = client_of("patient").post(
        f"/diary/{people['anna'].uid}/sync", body, content_type="application/json"
    )
    assert response.status_code == 400


def test_an_entry_that_is_sent_twice_at_one_moment_is_kept_once(people, client_of, monkeypatch):
    from lenitive.shells.web.actions import entering

    client, anna, entry = client_of("patient"), people["anna"], _entry(pain=6)
    _send(client, anna, entry)
    # The other sending came between the look and the write.
    looks = iter([False, True])
    monkeypatch.setattr(entering, "_there", lambda patient, uid: next(looks))
    assert _send(client, anna, entry).json()["kept"] == [entry["uid"]]
    assert DiaryRow.objects.count() == 1
