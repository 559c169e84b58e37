"""A full disk and a lost database say so, change nothing, and are recovered from without a restart."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from lenitive.shells.web import settings as our_settings
from lenitive.shells.web.audit import head, verify
from lenitive.shells.web.models import DiaryRow, PatientRow, User

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="its file is taken away; the server's own loss is tested with a server"),
]


@pytest.fixture
def anna(transactional_db):
    from lenitive.shells.web.actions.importing import new_patient
    from lenitive.shells.web.audit_triggers import make_triggers

    make_triggers(None)
    account = User.objects.create_user("anna", password="correct horse battery", role="patient")
    made = new_patient("Anna Example", by=None, simulated=True)
    PatientRow.objects.filter(pk=made.pk).update(account=account)
    made.refresh_from_db()
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    yield made, client
    with connection.cursor() as cursor:
        cursor.execute('DROP TRIGGER "audit_sealed_update"')
        cursor.execute('DROP TRIGGER "audit_sealed_delete"')


def _send(patient, client, note="", accept="application/json"):
    now = timezone.now()
    values = {"pain": 4} | ({"note": note} if note else {})
    entry = {"uid": str(uuid.uuid4()), "kind": "diary", "day": now.date().isoformat(), "at": now.isoformat(), "values": values}
    return client.post(
        f"/diary/{patient.uid}/sync", json.dumps({"now": now.isoformat(), "entries": [entry]}),
        content_type="application/json", HTTP_ACCEPT=accept,
    )  # fmt: skip


def _whole():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return cursor.fetchone() == ("ok",) and list(verify()) == []


def test_a_full_disk_says_so_keeps_what_was_there_and_goes_on_once_there_is_room(anna):
    assert _send(*anna).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        # The engine's own limit answers as a full disk does (SQLITE_FULL).
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    # Pages that were free before hold some entries yet.
    assert any(_send(*anna, note="n" * 90_000).status_code == 503 for _ in range(200))
    before = (DiaryRow.objects.count(), head())
    answers = [_send(*anna, note="n" * 90_000) for _ in range(3)]
    assert [a.status_code for a in answers] == [503] * 3
    assert "nothing was saved" in answers[0].json()["error"]
    assert answers[0]["Retry-After"]
    assert b"was not saved" in _send(*anna, note="n" * 90_000, accept="text/html").content
    assert (DiaryRow.objects.count(), head()) == before
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert _send(*anna, note="n" * 90_000).json()["kept"]
    assert DiaryRow.objects.count() == before[0] + 1
    assert _whole()


def test_a_database_that_is_gone_says_so_is_not_made_anew_and_goes_on_once_it_is_back(anna, monkeypatch):
    file = Path(connection.settings_dict["NAME"])
    connection.close()
    # As the app opens it; the tests' own database is made by opening it.
    assert str(our_settings._database()["NAME"]).endswith("?mode=rw")
    monkeypatch.setitem(connection.settings_dict, "NAME", f"{file.as_uri()}?mode=rw")
    assert _send(*anna).status_code == 200
    before = DiaryRow.objects.count()
    connection.close()  # the log of writes goes into the file
    away = file.with_name("away.sqlite3")
    file.rename(away)
    try:
        health = Client(HTTP_HOST="localhost").get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "the database does not answer")
        assert _send(*anna).status_code == 503
        assert b"cannot be reached" in anna[1].get(f"/diary/{anna[0].uid}/").content
        assert not file.exists()
    finally:
        away.rename(file)
    assert anna[1].get("/health").json() == {"status": "ok"}
    assert _send(*anna).json()["kept"]
    assert DiaryRow.objects.count() == before + 1
    assert _whole()


def test_a_file_that_is_put_in_the_place_of_an_open_one_is_what_is_written_to(anna):
    """A restored copy under a running server: nothing is acknowledged into the file that nobody can see any more."""
    file = Path(connection.settings_dict["NAME"])
    assert _send(*anna).json()["kept"]
    connection.close()
    copy = file.with_name("copy.sqlite3")
    shutil.copy2(file, copy)
    anna[1].get("/health")  # opens the old one
    held = connection.connection
    copy.replace(file)
    assert _send(*anna).json()["kept"]
    assert connection.connection is not held
    fresh = DiaryRow.objects.count()
    connection.close()
    assert DiaryRow.objects.count() == fresh == 2
    assert _whole()
