"""The log says what was asked and by whom, in JSON, and never a value of a patient: every route, every role, and what breaks."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
from addresses import address, routes
from django.test import Client
from django.utils import timezone

from lenitive.shells.web import settings as ours
from lenitive.shells.web.access import BY_OTHERS
from lenitive.shells.web.models import AboutRow, DiaryRow, PatientRow

CANARY = "zq-canary-7731"
WHO = (None, "clinician", "other_clinician", "patient", "other_patient", "carer", "administrator", "auditor", "researcher")


@pytest.fixture
def log():
    """The installation's own logging, into a text; as it was afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    text = io.StringIO()
    told = {**ours.LOGGING, "handlers": {"out": {**ours.LOGGING["handlers"]["out"], "stream": text}}}
    logging.config.dictConfig(told)
    yield text
    root.handlers[:], root.level = before
    for name in ours.LOGGING["loggers"]:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def marked(people):
    """A patient whose name, notes and facts are marked."""
    anna, now = people["anna"], timezone.now()
    PatientRow.objects.filter(pk=anna.pk).update(name=CANARY)
    stamp = {"patient": anna, "day": now.date(), "entered_at": now, "received_at": now, "origin": "web"}
    DiaryRow.objects.create(**stamp, pain=7, note=CANARY)
    AboutRow.objects.create(**stamp, key="about", facts={"conditions": [{"text": CANARY}]})
    return people


def _lines(text):
    return [json.loads(line) for line in text.getvalue().splitlines()]


def test_no_value_of_a_patient_is_in_the_log_whatever_route_and_whatever_breaks(marked, client_of, log, monkeypatch):
    """V16.2.5, V14.2.1."""
    anna = marked["anna"]
    asked = 0
    for who in WHO:
        client = client_of(who)
        client.raise_request_exception = False
        for path, entry in routes():
            if entry.name in BY_OTHERS or path.startswith("accounts/"):
                continue
            to = address(path, anna, key=CANARY, secret=CANARY, pseudonym_of=CANARY)
            client.get(f"{to}?q={CANARY}&part={CANARY}")
            client.post(to, {"name": CANARY, "reason": CANARY, "note": CANARY, "pain": CANARY, "username": CANARY})
            client.post(to, json.dumps({"now": CANARY, "entries": [{"uid": CANARY, "values": {"note": CANARY}}]}), content_type="application/json")
            asked += 3
    text = log.getvalue()
    assert CANARY not in text
    assert anna.uid.hex not in text
    assert str(anna.uid) not in text
    requests = [line for line in _lines(log) if line.get("what") == "request"]
    assert len(requests) >= asked
    assert {"at", "level", "from", "route", "method", "status", "ms", "user"} <= set(requests[0])


@pytest.mark.parametrize("error", [ValueError, KeyError, RuntimeError])
def test_what_breaks_is_named_by_its_class_and_place_alone(marked, client_of, log, monkeypatch, error):
    def breaks(*_):
        raise error(CANARY)

    monkeypatch.setattr("lenitive.shells.web.views.visit.make", breaks)
    client = client_of("clinician")
    client.raise_request_exception = False
    answer = client.get(f"/patients/{marked['anna'].uid}/")
    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
    assert CANARY not in log.getvalue()
    assert any(line.get("error") == error.__name__ for line in _lines(log)), "a fault that nobody is told of is mended by nobody"


def test_a_failed_sign_in_is_not_quoted(people, log):
    Client(HTTP_HOST="localhost").post("/accounts/login/", {"login": CANARY, "password": CANARY})
    assert CANARY not in log.getvalue()
