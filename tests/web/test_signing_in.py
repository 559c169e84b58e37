"""Signing in: five wrong passwords lock, whatever address is claimed; sessions end when they are idle or old."""

from __future__ import annotations

import pytest
from django.test import Client

from lenitive.shells.web.middleware import ABSOLUTE, IDLE

PASSWORD = "correct horse battery"


def _try(client, name, password, claimed=""):
    more = {"HTTP_X_FORWARDED_FOR": claimed} if claimed else {}
    return client.post("/accounts/login/", {"login": name, "password": password}, **more)


def _signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("wrong", "locked"), [(4, False), (5, True)])
def test_five_wrong_passwords_lock_and_a_claimed_address_changes_nothing(people, wrong, locked):
    client = Client(HTTP_HOST="localhost")
    for i in range(wrong):
        _try(client, "clinician", "not the password", claimed=f"10.0.0.{i}")
        assert not _signed_in(client)
    _try(client, "clinician", PASSWORD, claimed="10.0.9.9")
    assert _signed_in(client) is not locked
    other = Client(HTTP_HOST="localhost")
    _try(other, "administrator", PASSWORD)
    assert _signed_in(other), "who is locked locks nobody else"


def test_nobody_signs_up_by_herself():
    assert Client(HTTP_HOST="localhost").get("/accounts/signup/").status_code == 404


@pytest.mark.parametrize(("who", "page"), [("clinician", "/panel/"), ("auditor", "/audit/")])
@pytest.mark.parametrize(("past", "ended"), [(-30, False), (30, True)])
def test_an_idle_session_ends(people, client_of, monkeypatch, who, page, past, ended):
    client = client_of(who)
    assert client.get(page).status_code == 200
    session = client.session
    session["seen"] -= IDLE[people[who].role].total_seconds() + past
    session.save()
    assert (client.get(page).status_code == 302) is ended


@pytest.mark.parametrize(("past", "ended"), [(-60, False), (60, True)])
def test_an_old_session_ends_however_busy(people, client_of, past, ended):
    client = client_of("clinician")
    client.get("/panel/")
    session = client.session
    session["since"] -= ABSOLUTE.total_seconds() + past
    session.save()
    assert (client.get("/panel/").status_code == 302) is ended


def test_a_page_of_a_person_is_kept_by_no_browser(people, client_of):
    assert client_of("clinician").get("/panel/")["Cache-Control"] == "no-store"


def test_cookies_are_out_of_a_script_s_reach(people):
    client = Client(HTTP_HOST="localhost")
    _try(client, "clinician", PASSWORD)
    cookie = client.cookies["session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
