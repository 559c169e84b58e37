"""The audit is complete whatever way a row is changed, and says where it was tampered with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lenitive import open_record
from lenitive.record import ActivityDone
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.audit import head, told, verify
from lenitive.shells.web.audit_triggers import AUDITED, READ_BY_HAND
from lenitive.shells.web.models import ENTERED, AuditEvent, DiaryRow, MeasurementRow

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


@pytest.mark.parametrize("model", list(ENTERED), ids=lambda m: m.__name__)
def test_each_change_of_a_row_is_one_event(entered, model):
    table = model._meta.db_table
    rows = model.objects.filter(patient=entered["anna"])
    if not rows.exists():
        pytest.fail(f"the example has no {table}; choose one that has")
    assert AuditEvent.objects.filter(place=table, action="insert").count() == rows.count()
    one = rows.first()
    changes = {
        "save": lambda: one.save(),
        "update": lambda: model.objects.filter(pk=one.pk).update(origin="api"),
        "bulk_update": lambda: model.objects.bulk_update([one], ["origin"]),
        "sql": lambda: connection.cursor().execute(f"UPDATE {table} SET origin = 'web' WHERE id = {one.pk}"),
        "delete": lambda: one.delete(),
    }
    for how, change in changes.items():
        before = head()[0]
        change()
        events = AuditEvent.objects.filter(seq__gt=before, place=table)
        assert [e.row for e in events] == [str(events[0].row)], how
        assert events.count() == 1, how
    assert list(verify()) == []


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
