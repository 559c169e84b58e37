"""Too large and too often are refused, exactly, for each person; and a session ends when how one signs in has changed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from addresses import address, routes
from django.test import Client
from django.utils import timezone

from lenitive.shells.web import limits
from lenitive.shells.web.access import BY_OTHERS
from lenitive.shells.web.limits import LARGEST, RateLimit, forget_old_counts, limit_of, wait_for
from lenitive.shells.web.models import RateCount, User

PASSWORD = "correct horse battery"


def _recent(client):
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    return client


def _three(monkeypatch, route):
    monkeypatch.setitem(limits._BY_ROUTE, route, replace(limits._BY_ROUTE.get(route, limits._USUAL), most=3))


@pytest.mark.parametrize("route", sorted(limits._BY_ROUTE))
def test_a_route_with_a_limit_of_its_own_is_a_route(route):
    assert route in {entry.name for _, entry in routes()}


def test_every_writing_request_of_ours_counts():
    """V2.4.1: whatever route is added later falls under the usual limit."""
    for _, entry in routes():
        if entry.name not in BY_OTHERS:
            assert limit_of(entry.name, "POST") is not None
    assert limit_of("export", "GET") is not None
    assert limit_of("visit", "GET") is None


@pytest.mark.parametrize(
    ("who", "other", "route", "method"),
    [
        ("clinician", "other_clinician", "export", "get"),
        ("clinician", "other_clinician", "in_need", "post"),
        ("clinician", "other_clinician", "send_link", "post"),
        ("patient", "other_patient", "enter_one", "post"),
        ("patient", "other_patient", "take_along", "get"),
        ("administrator", None, "people", "post"),
    ],
)
def test_the_fourth_of_three_is_refused_and_nobody_else_is(people, client_of, monkeypatch, who, other, route, method):
    _three(monkeypatch, route)
    path = next(p for p, e in routes() if e.name == route)
    client = _recent(client_of(who))
    answers = [getattr(client, method)(address(path, people["anna"])).status_code for _ in range(5)]
    assert 429 not in answers[:3]
    assert answers[3:] == [429, 429]
    refused = getattr(client, method)(address(path, people["anna"]))
    assert int(refused["Retry-After"]) > 0
    if other is not None:
        assert getattr(_recent(client_of(other)), method)(address(path, people["bo"])).status_code != 429


def test_a_count_holds_over_processes_and_ends_with_its_time(people, rf, monkeypatch):
    request = rf.post("/")
    request.user = people["clinician"]
    limit = RateLimit(most=2, seconds=60)
    assert [wait_for(request, "x", limit) > 0 for _ in range(3)] == [False, False, True]
    # Another process has nothing in its memory: the count is the database's.
    monkeypatch.setattr(limits, "_in_this_process", limits._ProcessCounts())
    assert wait_for(request, "x", limit) > 0
    assert RateCount.objects.count() == 1
    RateCount.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert wait_for(request, "x", limit) == 0
    assert forget_old_counts() == 0
    RateCount.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert forget_old_counts() == 1


def test_a_claimed_address_opens_no_count_of_its_own(people, monkeypatch):
    """V2.4.1 with a spoofed X-Forwarded-For."""
    _three(monkeypatch, "join")
    client = Client(HTTP_HOST="localhost")
    answers = [client.post("/join/no-such-link/", {}, HTTP_X_FORWARDED_FOR=f"10.0.0.{i}").status_code for i in range(4)]
    assert answers == [404, 404, 404, 429]


def test_counts_of_a_process_do_not_grow_without_end():
    counts = limits._ProcessCounts(most=10)
    for i in range(1000):
        counts(str(i), RateLimit(most=1, seconds=60, shared=False))
    assert len(counts._counts) == 10


@pytest.mark.parametrize(("who", "size", "taken"), [("clinician", 3_000_000, True), ("clinician", 65_000_000, False), (None, 3_000_000, False)])
def test_a_file_is_taken_up_to_its_size_from_whoever_is_signed_in(people, client_of, who, size, taken):
    upload = io.BytesIO(b"PK" + b"0" * (size if taken else 64))
    upload.name = "record.zip"
    claimed = {} if taken else {"CONTENT_LENGTH": size}
    answer = client_of(who).post("/patients/new", {"name": "New", "time_zone": "UTC", "record": upload}, **claimed)
    assert (answer.status_code != 400) is taken
    if not taken:
        assert b"could not be taken" in answer.content


def test_what_is_too_large_for_an_entry_is_refused_before_it_is_read(people, client_of):
    body = b" " * 2_600_000
    answer = client_of("patient").post(f"/diary/{people['anna'].uid}/sync", body, content_type="application/json", HTTP_ACCEPT="application/json")
    assert answer.status_code == 400
    assert "too much" in answer.json()["error"]
    assert set(LARGEST) <= {entry.name for _, entry in routes()}


@pytest.mark.parametrize("length", ["-1", "x", "1e9"])
def test_a_length_that_is_none_is_refused(people, client_of, length):
    assert client_of("patient").post("/", b"", content_type="text/plain", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", "/panel/?q=a%00b", None),
        ("get", "/patients/in-need?x=%00", None),
        ("post", "/patients/in-need", {"name": "a\x00b", "reason": "it cannot wait at all"}),
        ("post", "/patients/new", {"name": "a\x00b", "time_zone": "UTC"}),
    ],
)
def test_a_nul_reaches_no_database(people, client_of, method, path, data):
    assert getattr(client_of("clinician"), method)(path, data).status_code == 400


def _sign_in(name, password=PASSWORD):
    client = Client(HTTP_HOST="localhost")
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def test_signing_in_makes_a_new_session(people):
    """V7.2.4: a session that was there before is not the one that is signed in."""
    client = Client(HTTP_HOST="localhost")
    client.get("/accounts/login/")
    before = client.session.session_key
    client.post("/accounts/login/", {"login": "clinician", "password": PASSWORD})
    assert "_auth_user_id" in client.session
    assert client.session.session_key != before


def test_a_new_password_ends_every_other_session(people):
    """V7.4.3."""
    here, there = _sign_in("clinician"), _sign_in("clinician")
    assert there.get("/panel/").status_code == 200
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"})
    assert there.get("/panel/").status_code == 302
    assert User.objects.get(username="clinician").check_password("another horse battery")


def test_another_way_to_sign_in_ends_every_other_session(people, django_capture_on_commit_callbacks):
    """V7.4.3: TOTP switched on with one browser ends the other."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    here, there = _sign_in("clinician"), _sign_in("clinician")
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert there.get("/panel/").status_code == 200
    page = here.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = here.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert there.get("/panel/").status_code == 302
    assert here.get("/panel/").status_code == 200
