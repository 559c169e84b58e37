"""Tokens: what a program may do for a person, and nothing beyond; research sees those who agreed, without names."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from addresses import address, routes
from django.test import Client
from django.utils import timezone

from lenitive import open_record
from lenitive.shells.web.access import SCOPES, rule_of
from lenitive.shells.web.actions.consenting import RESEARCH, consent_words, give, pseudonym, take_back
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.actions.inviting import end_account
from lenitive.shells.web.actions.tokens import TokenError, make_token
from lenitive.shells.web.models import ApiToken, AuditEvent, ConsentRow, DiaryRow, PatientRow

EXAMPLES = Path(__file__).parents[2] / "examples"


def _program(secret):
    return Client(HTTP_HOST="localhost", headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def programs(people):
    """One program for each role that may have one, with all that the role allows."""
    return people | {"program": {role: _program(make_token(people[role], "a program", SCOPES[role], days=7)) for role in SCOPES}}


def test_a_program_comes_by_token_alone_and_gets_what_its_scope_says(programs):
    """The matrix of routes for programs: each role's token at each route."""
    asked = 0
    for path, entry in routes():
        rule = rule_of(entry.callback, entry.name)
        if rule is None or not path.startswith("api/"):
            continue
        assert rule.scope, f"{path}: a route for programs asks for a scope"
        for role, program in programs["program"].items():
            for patient in ("anna", "bo"):
                to = address(path, programs[patient])
                for method in ("get", "post", "delete"):
                    status = getattr(program, method)(to).status_code
                    mine = rule.scope in SCOPES[role] and (rule.patient is None or patient == "anna")
                    may_be_missing = entry.name == "api_cohort_record"
                    assert (status != 404) is mine or (mine and may_be_missing), f"{role} {method} {path}: {status}"
                    assert status < 500, path
                    asked += 1
    assert asked >= 100


def test_a_token_opens_no_page(programs):
    for role, program in programs["program"].items():
        for path, entry in routes():
            rule = rule_of(entry.callback, entry.name)
            if rule is not None and rule.roles and not rule.scope and not path.startswith("accounts/"):
                assert program.get(address(path, programs["anna"])).status_code == 302, f"{role} {path}"


@pytest.mark.parametrize("how", ["none", "wrong", "withdrawn", "too old", "account ended", "without the scheme"])
def test_a_token_that_does_not_count_gets_nothing(people, how):
    secret = make_token(people["patient"], "a program", ["diary:read"], days=7)
    header = f"Bearer {secret}"
    if how == "none":
        header = ""
    elif how == "wrong":
        header = header[:-1] + ("A" if header[-1] != "A" else "B")
    elif how == "withdrawn":
        ApiToken.objects.update(withdrawn_at=timezone.now())
    elif how == "too old":
        ApiToken.objects.update(until=timezone.now() - timedelta(seconds=1))
    elif how == "account ended":
        end_account(people["patient"])
    else:
        header = secret
    answer = Client(HTTP_HOST="localhost", headers={"authorization": header}).get("/api/record")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_what_is_stored_opens_nothing(people):
    secret = make_token(people["patient"], "a program", ["diary:read"], days=7)
    stored = ApiToken.objects.get()
    assert secret not in (stored.digest, stored.name)
    assert _program(f"lenitive_{stored.digest}").get("/api/record").status_code == 401


@pytest.mark.parametrize(
    ("who", "scopes", "days"),
    [("patient", ["records:read"], 7), ("patient", [], 7), ("clinician", ["cohort:read"], 7), ("administrator", ["records:read"], 7), ("patient", ["diary:read"], 366)],
)
def test_no_token_is_made_beyond_a_role_or_for_ever(people, who, scopes, days):
    with pytest.raises(TokenError):
        make_token(people[who], "a program", scopes, days=days)
    assert not ApiToken.objects.exists()


def test_a_program_enters_for_her_and_the_audit_says_by_which_token(programs):
    now = timezone.now()
    entry = {"uid": str(uuid.uuid4()), "kind": "diary", "day": now.date().isoformat(), "at": now.isoformat(), "values": {"pain": 5}}
    body = json.dumps({"now": now.isoformat(), "entries": [entry]})
    answer = programs["program"]["patient"].post("/api/entries", body, content_type="application/json")
    assert answer.json()["kept"] == [entry["uid"]]
    row = DiaryRow.objects.get()
    assert (row.patient_id, row.origin, row.pain) == (programs["anna"].pk, "api", 5)
    token = ApiToken.objects.get(user=programs["patient"])
    assert AuditEvent.objects.get(place="web_diaryrow").actor == f"{programs['patient'].uid.hex}:{token.pk}"


def test_the_page_shows_a_token_once_and_takes_it_back(people, client_of):
    client = client_of("clinician")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    page = client.post("/tokens/", {"name": "Our register", "scopes": ["records:read"], "days": "30"}).content.decode()
    secret = page.split("<code>")[1].split("</code>")[0]
    assert secret not in client.get("/tokens/").content.decode()
    assert _program(secret).get("/api/patients").json()["patients"] == [{"id": str(people["anna"].uid), "name": "Anna Example"}]
    assert client.post(f"/tokens/{ApiToken.objects.get().pk}/stop").status_code == 302
    assert _program(secret).get("/api/patients").status_code == 401
    assert client.post(f"/tokens/{ApiToken.objects.get().pk}/stop").status_code == 404


@pytest.fixture
def studied(programs):
    record = open_record(EXAMPLES / "watch-disagrees").record
    record = replace(record, diary=tuple(replace(d, note="canary-note") for d in record.diary))
    take_in(programs["anna"], record, by=programs["clinician"])
    PatientRow.objects.filter(pk=programs["anna"].pk).update(name="Canary Name")
    return programs | {"record": record}


def test_research_sees_only_who_agreed_while_she_agrees(studied):
    program, anna = studied["program"]["researcher"], studied["anna"]
    assert program.get("/api/cohort").json() == {"cohort": []}
    give(anna, RESEARCH)
    (name,) = program.get("/api/cohort").json()["cohort"]
    assert program.get(f"/api/cohort/{name}").status_code == 200
    take_back(anna, RESEARCH)
    assert program.get("/api/cohort").json() == {"cohort": []}
    assert program.get(f"/api/cohort/{name}").status_code == 404


def test_research_sees_no_name_no_words_and_no_date(studied):
    program, anna, record = studied["program"]["researcher"], studied["anna"], studied["record"]
    give(anna, RESEARCH)
    text = program.get(f"/api/cohort/{pseudonym(anna)}").content.decode()
    for secret in ("canary", "Canary", anna.uid.hex, str(anna.uid), record.diary[0].day.isoformat(), str(record.diary[0].day.year) + "-"):
        assert secret not in text, secret
    seen = json.loads(text)
    assert len(seen["diary"]) == len(record.diary)
    assert seen["diary"][0]["day"] == 0
    assert seen["diary"][0]["pain"] == record.diary[0].pain
    assert {m["drug"] for m in seen["medicines"]} == {m.drug for m in record.medicines}
    told = AuditEvent.objects.filter(place="api_cohort_record", patient=anna.uid.hex)
    assert told.count() == 1


def test_a_pseudonym_ends_with_her_salt(studied):
    anna = studied["anna"]
    before = pseudonym(anna)
    assert pseudonym(studied["bo"]) != before
    anna.salt = "0" * 32
    assert pseudonym(anna) != before


def test_consent_says_by_which_words_and_when_and_stays_when_it_is_taken_back(people, client_of):
    import hashlib

    client, anna = client_of("patient"), people["anna"]
    page = f"/diary/{anna.uid}/consent"
    client.post(page, {"purpose": "research", "agree": "yes"})
    client.post(page, {"purpose": "research", "agree": "yes"})
    row = ConsentRow.objects.get()
    assert (row.purpose, row.version) == ("research", 1)
    assert row.digest == hashlib.sha256(consent_words("research", 1).encode()).hexdigest()
    assert "version 1" in client.get(page).content.decode()
    client.post(page, {"purpose": "research", "agree": "no"})
    assert ConsentRow.objects.get().withdrawn_at is not None
    client.post(page, {"purpose": "research", "agree": "yes"})
    assert ConsentRow.objects.count() == 2
    assert client.post(page, {"purpose": "other", "agree": "yes"}).status_code == 400


CONSENTED = {
    ("diary", 1): "90a79b88353ce5cd",
    ("research", 1): "ec1d1cc902b984c5",
}


@pytest.mark.parametrize("words", CONSENTED)
def test_words_that_were_agreed_to_are_never_changed(words):
    """Other words are a new version: what a patient agreed to has to stay what it was."""
    import hashlib

    assert hashlib.sha256(consent_words(*words).encode()).hexdigest().startswith(CONSENTED[words])


def test_a_patient_makes_her_account_only_by_agreeing(people):
    from lenitive.shells.web.actions.importing import new_patient
    from lenitive.shells.web.actions.inviting import invite

    bea = new_patient("Bea", by=people["clinician"], simulated=True)
    link = f"/join/{invite('patient', by=people['clinician'], patient=bea, lasts=timedelta(days=1))}/"
    client = Client(HTTP_HOST="localhost")
    given = {"name": "Bea", "username": "bea", "password": "a horse of her own"}
    assert "Keeping your diary" in client.get(link).content.decode()
    assert client.post(link, given).status_code == 200
    assert not ConsentRow.objects.exists()
    assert client.post(link, given | {"agreed": "on"}).status_code == 302
    assert ConsentRow.objects.get().patient == bea
