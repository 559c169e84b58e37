"""Reading the audit, adding to it what is no change of a row, and verifying it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from lenitive.shells.web.audit_triggers import AUDITED, append_sql, digest_sql
from lenitive.shells.web.database import sha256_text
from lenitive.shells.web.models import AuditEvent, PatientRow

__all__ = ["AuditFault", "head", "told", "verify"]

_MOMENT = "'%Y-%m-%dT%H:%M:%fZ'"
"""SQLite's format of an event's moment: its per cent signs stand twice where a statement has parameters."""
_FIELDS = ("at", "actor", "patient", "action", "place", "row", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """Something that is not as it was written.

    Attributes:
        place: The table, or ``audit``.
        row: Its row.
        what: What is wrong with it.
    """

    place: str
    row: str
    what: str


def told(action: str, *, patient: PatientRow | None = None, place: str = "", row: str = "") -> None:
    """Append one event that no trigger sees: a reading, a sign-in, an export.

    Args:
        action: A word of at most 24 letters.
        patient: Whose record it is about.
        place: The route, by its name.
        row: What of it; never a value.
    """
    uid = "" if patient is None else patient.uid.hex
    sql = append_sql(connection.vendor, "%s", "%s", "%s", "%s", "''").replace(_MOMENT, _MOMENT.replace("%", "%%"))
    if connection.vendor == "postgresql":
        sql = f"SELECT pg_advisory_xact_lock(7310); {sql}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [uid, action, place, row])


def head() -> tuple[int, str]:
    """Number and chain of the last event; kept elsewhere, it shows that nothing was cut off the end."""
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "chain").first()
    return (0, "") if last is None else last


def verify(known: tuple[int, str] | None = None) -> Iterator[AuditFault]:
    """Every fault of the chain, and every audited row that is not as its last event says.

    Args:
        known: A head that was kept elsewhere.
    """
    before, known_seen = "", known is None or known == (0, "")
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=5000):
        values = [getattr(event, name) for name in _FIELDS]
        if event.before != before:
            yield AuditFault(
                place="audit", row=str(event.seq), what="an event before it is missing or was put in"
            )
        if event.chain != sha256_text(event.before, *values):
            yield AuditFault(place="audit", row=str(event.seq), what="it was changed")
        before = event.chain
        known_seen = known_seen or (event.seq, event.chain) == known
        if event.action in {"insert", "update", "delete"}:
            last[event.place, event.row] = (event.action, event.digest)
    if not known_seen:
        yield AuditFault(
            place="audit", row=str(known[0] if known else 0), what="events up to here were cut off"
        )
    yield from _rows(last)


def _rows(last: dict[tuple[str, str], tuple[str, str]]) -> Iterator[AuditFault]:
    for model in AUDITED:
        table = model._meta.db_table
        there = set()
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t.id, {digest_sql(model, "t", connection.vendor)} FROM "{table}" AS t')
            for key, digest in cursor.fetchall():
                there.add(str(key))
                action, written = last.get((table, str(key)), ("", ""))
                if action in ("", "delete"):
                    yield AuditFault(place=table, row=str(key), what="it was put in past the audit")
                elif written != digest:
                    yield AuditFault(place=table, row=str(key), what="it was changed past the audit")
        for (place, row), (action, _) in last.items():
            if place == table and action != "delete" and row not in there:
                yield AuditFault(place=table, row=row, what="it was removed past the audit")
