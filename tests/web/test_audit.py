"""The audit is complete whatever way a row is changed, and says where it was tampered with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from addresses import address, routes
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lenitive import open_record
from lenitive.record import ActivityDone
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.audit import head, told, verify
from lenitive.shells.web.audit_triggers import AUDITED, READ_BY_HAND
from lenitive.shells.web.models import (
    AccountInvitation,
    ApiToken,
    AuditEvent,
    CarerGrant,
    ConsentRow,
    DiaryRow,
    EmergencyAccess,
    IncomingFile,
    MarkRow,
    MeasurementRow,
    PlanSheetRow,
    StoredDecision,
)

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def entered(people):
    record = open_record(EXAMPLES / "watch-disagrees").record
    walks = tuple(ActivityDone(day=d.day, activity="walking", minutes=20) for d in record.diary[:3])
    record = replace(record, activities=walks)
    take_in(people["anna"], record, by=people["clinician"])
    return people


def test_every_table_of_ours_is_audited_or_named():
    ours = set(apps.get_app_config("web").get_models())
    assert {m.__name__ for m in ours - set(AUDITED)} == set(READ_BY_HAND)


@pytest.fixture
def full(entered):
    """A row in every audited table."""
    anna, dr, now = entered["anna"], entered["clinician"], timezone.now()
    until = now + timedelta(days=1)
    AccountInvitation.objects.create(digest="d" * 64, role="patient", patient=anna, made_by=dr, made_at=now, until=until)
    ApiToken.objects.create(user=dr, name="a program", digest="d" * 64, scopes="", made_at=now, until=until)
    CarerGrant.objects.create(patient=anna, carer=entered["carer"], since=now, until=until)
    ConsentRow.objects.create(patient=anna, purpose="research", version=1, digest="d" * 64, given_at=now)
    EmergencyAccess.objects.create(patient=anna, clinician=dr, reason="in need", since=now, until=until)
    StoredDecision.objects.create(patient=anna, number=1, line="{}", made_by=dr, made_at=now)
    MarkRow.objects.create(patient=anna, day=now.date(), entered_at=now, received_at=now, origin="clinic", key="k", kind="tag", words="rain")
    IncomingFile.objects.create(patient=anna, sent_by=dr, sent_at=now, name="diary.csv", data=b"date,pain")
    PlanSheetRow.objects.create(patient=anna, plan_id="p", sheets={"calendar": ""}, signed_by=dr, signed_at=now)
    return entered


def _harmless(model):
    """A column that can be given another value without a rule of the table's being broken, and two values of it."""
    for field in model._meta.concrete_fields:
        if field.primary_key or field.unique or field.is_relation or field.name in ("password", "salt", "number", "uid", "key", "last_login"):
            continue
        if field.get_internal_type() in ("CharField", "TextField") and not field.choices:
            return field.name, "one", "two"
    field = next(f for f in model._meta.concrete_fields if f.get_internal_type() == "DateTimeField")
    return field.name, timezone.now(), timezone.now() + timedelta(seconds=1)


def _copy(row):
    new = type(row).objects.get(pk=row.pk)
    new.pk, new._state.adding = None, True
    for field in new._meta.concrete_fields:
        if field.primary_key:
            continue
        if field.get_internal_type() == "UUIDField":
            setattr(new, field.attname, uuid4())
        elif field.unique and field.get_internal_type() == "CharField":
            setattr(new, field.attname, uuid4().hex)
        elif field.unique:
            setattr(new, field.attname, None)
        elif field.name == "number":
            setattr(new, field.name, 2)
    return new


@pytest.mark.parametrize("model", list(AUDITED), ids=lambda m: m.__name__)
def test_each_change_of_a_row_is_one_event_whatever_way_it_is_changed(full, model):
    """V16.2.1: one by one, in bulk, by a query set, by plain SQL; for every table that says something about a person."""
    table = model._meta.db_table
    rows = model.objects.order_by("pk")
    assert rows.exists(), f"the fixture has no row of {table}; give it one"
    assert AuditEvent.objects.filter(place=table, action="insert").count() == rows.count()
    one = rows.first()
    name, first, second = _harmless(model)
    column = model._meta.get_field(name).column
    made = []

    def bulk_update():
        setattr(one, name, first)
        model.objects.bulk_update([one], [name])

    def by_sql():
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [second, one.pk])

    def removed_by_sql():
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{table}" WHERE id = %s', [made[0].pk])

    def saved():
        setattr(one, name, first)
        one.save()

    changes = {
        "save": (saved, "update"),
        "update": (lambda: rows.filter(pk=one.pk).update(**{name: second}), "update"),
        "bulk_update": (bulk_update, "update"),
        "sql update": (by_sql, "update"),
        "bulk_create": (lambda: made.extend(model.objects.bulk_create([_copy(one)])), "insert"),
        "sql delete": (removed_by_sql, "delete"),
        "create": (lambda: _copy(one).save(force_insert=True), "insert"),
        "delete of a query set": (lambda: model.objects.filter(pk=model.objects.order_by("-pk").first().pk).delete(), "delete"),
    }
    for how, (change, action) in changes.items():
        before = head()[0]
        change()
        events = list(AuditEvent.objects.filter(seq__gt=before, place=table))
        assert [e.action for e in events] == [action], how
    assert list(verify()) == []


def test_many_rows_in_one_statement_are_one_event_each(full):
    many = DiaryRow.objects.filter(patient=full["anna"])
    before, how_many = head()[0], many.count()
    many.update(screen="x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE web_diaryrow SET note = 'x'")
    many.delete()
    events = AuditEvent.objects.filter(seq__gt=before, place="web_diaryrow")
    assert {a: events.filter(action=a).count() for a in ("update", "delete")} == {"update": 2 * how_many, "delete": how_many}
    assert how_many > 20
    assert list(verify()) == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own way to write over a row")
def test_a_row_that_replaces_another_is_told(full):
    """``INSERT OR REPLACE`` deletes without a trigger's being asked unless the engine is told so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM web_measurementrow LIMIT 1")
        row = cursor.fetchone()
        marks = ", ".join(["%s"] * len(row))
        before = head()[0]
        cursor.execute(f"INSERT OR REPLACE INTO web_measurementrow VALUES ({marks})", list(row))
    assert [e.action for e in AuditEvent.objects.filter(seq__gt=before)][-1] == "insert"
    assert list(verify()) == []


def test_every_page_about_a_patient_that_is_shown_is_told(full, client_of):
    """V16.3.2: whatever page it is and whoever reads it, her own clinician and she herself too."""
    seen = set()
    for path, entry in routes():
        if "<uuid:patient>" not in path:
            continue
        for who in ("clinician", "patient"):
            before = head()[0]
            response = client_of(who).get(address(path, full["anna"]))
            told = AuditEvent.objects.filter(seq__gt=before, action="read", patient=full["anna"].uid.hex, place=entry.name)
            if response.status_code == 200:
                assert told.count() == 1, path
                seen.add(entry.name)
    assert len(seen) >= 12


def test_the_audit_is_only_added_to(entered):
    some = AuditEvent.objects.filter(seq=head()[0])
    for change in (lambda: some.update(actor="nobody"), lambda: some.delete()):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            change()


def _past_the_triggers(sql):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [s for (s,) in cursor.fetchall()]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(sql)
        for trigger in triggers:
            cursor.execute(trigger)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="tampers with the file's own triggers")
@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE web_diaryrow SET pain = 1 WHERE id = (SELECT min(id) FROM web_diaryrow)", "web_diaryrow"),
        ("DELETE FROM web_measurementrow WHERE id = (SELECT min(id) FROM web_measurementrow)", "web_measurementrow"),
        ("UPDATE web_auditevent SET digest = 'f' WHERE seq = 5", "audit"),
        ("DELETE FROM web_auditevent WHERE seq = 5", "audit"),
    ],
)
def test_tampering_is_named(entered, sql, place):
    assert list(verify()) == []
    _past_the_triggers(sql)
    assert place in {fault.place for fault in verify()}


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="tampers with the file's own triggers")
def test_a_tail_that_was_cut_off_is_seen_by_a_head_kept_elsewhere(entered):
    kept = head()
    _past_the_triggers(f"DELETE FROM web_auditevent WHERE seq = {kept[0]}")
    assert list(verify(kept))


def test_erasing_a_patient_leaves_a_chain_that_tells_nothing(entered):
    anna = entered["anna"]
    values = {str(v) for v in MeasurementRow.objects.filter(patient=anna).values_list("value", flat=True)}
    assert values
    anna.delete()
    assert not DiaryRow.objects.exists()
    assert list(verify()) == []


def test_who_acts_is_written(people, client_of):
    told("export", place="export", row="folder")
    assert AuditEvent.objects.last().actor == "system"
    assert timezone.now().isoformat()[:10] == AuditEvent.objects.last().at[:10]
