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
    # What comes without a body comes without a kind of it too.
    assert response.status_code == (400 if body else 415)


_HOSTILE = {
    "a moment at the end of all years": ({"at": "9999-12-31T23:59:59-14:00"}, None),
    "a moment before the first": ({"at": "0001-01-01T00:00:00+14:00"}, None),
    "an offset of no place": ({"at": "2026-01-01T00:00:00+23:59"}, None),
    "a moment without an offset": ({"at": "2026-01-01T00:00:00"}, None),
    "a day long ago": ({"day": "0001-01-01"}, None),
    "half a surrogate pair": ({"values": {"note": "a\ud800b"}}, None),
    "a NUL": ({"values": {"note": "a\x00b"}}, None),
    "not a number": ({"values": {"pain": float("nan")}}, None),
    "a number too large for a float": ({"values": {"pain": 10**400}}, None),
    "awakenings without end": ({"values": {"awakenings": 1e300}}, None),
    "half a megabyte": ({"values": {"note": "x" * 500_000}}, None),
    "a list in a list": ({"values": {"clear": [["pain"]]}}, None),
    "a severity that is an object": ({"kind": "effect", "values": {"effect": "dry_mouth", "severity": {"secret": 1}}}, None),
    "a weight of nobody": ({"kind": "measurement", "values": {"measure": "weight", "value": 1e308, "unit": "kg"}}, None),
    "minutes too large": ({"kind": "activity", "values": {"activity": "walking", "minutes": 10**400}}, None),
}


@pytest.mark.parametrize("what", _HOSTILE)
def test_a_hostile_entry_is_refused_alone_with_a_remedy_and_never_quoted(people, client_of, what):
    """V2.2.1, V2.2.2: what is wrong is said by its name; the entry beside it is kept; the phone is not left with a 500 for ever."""
    change, _ = _HOSTILE[what]
    wrong, good = _entry(pain=3) | change, _entry(pain=4)
    answer = _send(client_of("patient"), people["anna"], wrong, good)
    assert answer.status_code == 200, what
    assert answer.json()["kept"] == [good["uid"]]
    (refusal,) = answer.json()["refused"]
    assert refusal["uid"] == wrong["uid"]
    assert refusal["why"]
    assert "secret" not in refusal["why"]
    assert DiaryRow.objects.count() == 1
    assert EffectRow.objects.count() == 0


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", "x", 7, None])
def test_a_clock_that_cannot_be_is_refused_with_nothing_kept(people, client_of, now):
    body = json.dumps({"now": now, "entries": [_entry(pain=3)]})
    answer = client_of("patient").post(f"/diary/{people['anna'].uid}/sync", body, content_type="application/json")
    assert answer.status_code == 400
    assert not DiaryRow.objects.exists()


@pytest.mark.parametrize("screen", ["a\x00\ud800", "<script>", "evening-1"])
def test_a_screen_s_name_is_a_name(people, client_of, screen):
    _send(client_of("patient"), people["anna"], {**_entry(pain=3), "screen": screen})
    assert DiaryRow.objects.get().screen in {"a", "script", "evening-1"}


def test_what_is_emptied_many_times_is_emptied_once(people, client_of):
    entry = _entry(clear=["pain"] * 100)
    assert _send(client_of("patient"), people["anna"], entry).json()["kept"] == [entry["uid"]]
    assert DiaryRow.objects.get().cleared == "pain"


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=400)])
def test_a_phone_whose_clock_is_a_day_ahead_cannot_fill_in_tomorrow(people, client_of, ahead):
    """Its own today is the day after today: refused with the remedy, and kept once its clock is put right."""
    now = timezone.now()
    wrong = now + ahead
    early = _entry(day=wrong.date(), at=wrong, pain=3)
    answer = _send(client_of("patient"), people["anna"], early, now=wrong).json()
    assert answer["kept"] == []
    assert "clock" in answer["refused"][0]["why"]
    assert not DiaryRow.objects.exists()


@pytest.mark.parametrize(("zone", "hour", "kept"), [("+14:00", 11, True), ("+14:00", 9, False), ("+00:00", 11, False)])
def test_tomorrow_counts_only_where_it_has_begun(people, client_of, monkeypatch, zone, hour, kept):
    """On the Line Islands the next day begins at ten in the morning, UTC."""
    from datetime import UTC, datetime

    now = datetime(2026, 3, 28, hour, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    at = now.astimezone(datetime.fromisoformat(f"2026-01-01T00:00:00{zone}").tzinfo)
    entry = _entry(day=now.date() + timedelta(days=1), at=at, pain=3)
    answer = _send(client_of("patient"), people["anna"], entry, now=at).json()
    assert (answer["kept"] == [entry["uid"]]) is kept


def test_two_devices_and_two_tabs_neither_lose_nor_double(people, client_of):
    """The same answer changed on two phones, each offline, sent in either order: both stay, the later tap stands."""
    anna, now = people["anna"], timezone.now()
    first, second = (_entry(at=now - timedelta(minutes=m), pain=p) for m, p in ((9, 3), (4, 8)))
    for phone, entries in (("patient", [second]), ("patient", [first, second]), ("patient", [first])):
        _send(client_of(phone), anna, *entries)
    assert DiaryRow.objects.filter(patient=anna).count() == 2
    assert day_of(anna, now.date()).pain == 8


def test_an_entry_that_is_sent_twice_at_one_moment_is_kept_once(people, client_of, monkeypatch):
    from lenitive.shells.web.actions import entering

    client, anna, entry = client_of("patient"), people["anna"], _entry(pain=6)
    _send(client, anna, entry)
    # The other sending came between the look and the write.
    looks = iter([False, True])
    monkeypatch.setattr(entering, "_there", lambda patient, uid: next(looks))
    assert _send(client, anna, entry).json()["kept"] == [entry["uid"]]
    assert DiaryRow.objects.count() == 1
