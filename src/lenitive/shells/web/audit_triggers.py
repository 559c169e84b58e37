"""The triggers that write the audit, made from the models after each migration, so that no table can be forgotten.

Rows that are changed by a query set, in bulk or by plain SQL are audited like any other: the database does it.

    chain = SHA-256(before, at, actor, patient, action, place, row, digest)      before: the chain of the event before it
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from lenitive.shells.web.models import (
    ENTERED,
    AccountInvitation,
    ApiToken,
    CareRelation,
    CarerGrant,
    ConsentRow,
    EmergencyAccess,
    IncomingFile,
    MarkRow,
    PatientRow,
    PlanSheetRow,
    StoredDecision,
    User,
)

__all__ = ["AUDITED", "READ_BY_HAND", "append_sql", "digest_sql", "make_triggers"]

AUDITED: tuple[type[models.Model], ...] = (
    User,
    AccountInvitation,
    ApiToken,
    PatientRow,
    CareRelation,
    CarerGrant,
    EmergencyAccess,
    ConsentRow,
    *ENTERED,
    StoredDecision,
    PlanSheetRow,
    IncomingFile,
    MarkRow,
)
"""Every table that says something about a person, or about who may see it."""

READ_BY_HAND = ("StoredReview", "StandingRow", "RateCount", "AuditEvent")
"""Tables without triggers, each with a reason: the first two are made from the others and can be made again; the counts of the last hour
say nothing of a patient; the last is the audit."""

_EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
# A password's hash and the moment of the last sign-in change at each sign-in and are nobody's clinical fact.
# The bytes of a file that waits for a look are no fact yet.
_NOT_DIGESTED = frozenset({"password", "last_login", "salt", "data"})


def _columns(model: type[models.Model]) -> list[str]:
    return [c for f in model._meta.concrete_fields if (c := f.column) is not None and c not in _NOT_DIGESTED]


def _patient_of(model: type[models.Model], row: str, vendor: str) -> str:
    """SQL of the patient's uid, and of her salt."""
    if model is PatientRow:
        return f'{row}."uid"'
    if any(f.column == "patient_id" for f in model._meta.concrete_fields):
        return f'(SELECT "uid" FROM web_patientrow WHERE id = {row}."patient_id")'
    return "''"


def _salt_of(model: type[models.Model], row: str) -> str:
    if model is PatientRow:
        return f'{row}."salt"'
    if any(f.column == "patient_id" for f in model._meta.concrete_fields):
        return f'(SELECT "salt" FROM web_patientrow WHERE id = {row}."patient_id")'
    return "''"


def digest_sql(model: type[models.Model], row: str, vendor: str) -> str:
    """SQL of the digest of one row's values with the patient's salt."""
    if vendor == "sqlite":
        values = ", ".join(f'{row}."{c}"' for c in _columns(model))
        return f"lenitive_sha256({_salt_of(model, row)}, {values})"
    values = " || chr(31) || ".join(f"coalesce({row}.\"{c}\"::text, '')" for c in (_columns(model)))
    return _sha_pg(f"coalesce({_salt_of(model, row)}, '') || chr(31) || {values} || chr(31)")


def _sha_pg(text: str) -> str:
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def append_sql(vendor: str, patient: str, action: str, place: str, row: str, digest: str) -> str:
    """SQL that appends one event; every argument is SQL of its own."""
    if vendor == "sqlite":
        return (
            "INSERT INTO web_auditevent (at, actor, patient, action, place, row, digest, before, chain) "
            "SELECT at, actor, patient, action, place, row, digest, before, "
            "lenitive_sha256(before, at, actor, patient, action, place, row, digest) FROM ("
            "SELECT strftime('%Y-%m-%dT%H:%M:%fZ','now') AS at, lenitive_actor() AS actor, "
            f"coalesce({patient}, '') AS patient, {action} AS action, {place} AS place, "
            f"CAST({row} AS TEXT) AS row, {digest} AS digest, "
            "coalesce((SELECT chain FROM web_auditevent ORDER BY seq DESC LIMIT 1), '') AS before)"
        )
    chain = _sha_pg(
        "before || chr(31) || at || chr(31) || actor || chr(31) || patient || chr(31) || action || chr(31) "
        '|| place || chr(31) || "row" || chr(31) || digest || chr(31)'
    )
    return (
        'INSERT INTO web_auditevent (at, actor, patient, action, place, "row", digest, before, chain) '
        f'SELECT at, actor, patient, action, place, "row", digest, before, {chain} FROM ('
        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS at, "
        f"coalesce(nullif(current_setting('lenitive.actor', true), ''), 'system') AS actor, "
        f"replace(coalesce(({patient})::text, ''), '-', '') AS patient, {action}::text AS action, "
        f'{place}::text AS place, ({row})::text AS "row", {digest} AS digest, '
        "coalesce((SELECT chain FROM web_auditevent ORDER BY seq DESC LIMIT 1), '') AS before) AS event"
    )


def _sqlite(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    for event, row in _EVENTS.items():
        name = f"audit_{table}_{event}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        when = ""
        if event == "update" and model is User:
            changed = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in _columns(model))
            when = f'WHEN ({changed} OR OLD."password" IS NOT NEW."password") '
        # A patient's own rows go before she does; by then a row's patient can no longer be looked up, so deletion is told before.
        moment = "BEFORE" if event == "delete" else "AFTER"
        append = append_sql(
            "sqlite",
            _patient_of(model, row, "sqlite"),
            f"'{event}'",
            f"'{table}'",
            f"{row}.id",
            digest_sql(model, row, "sqlite"),
        )
        yield f'CREATE TRIGGER "{name}" {moment} {event.upper()} ON "{table}" {when}BEGIN {append}; END'


def _sqlite_seal() -> Iterator[str]:
    for event in ("update", "delete"):
        name = f"audit_sealed_{event}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON web_auditevent '
            "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
        )


def _postgresql(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    for event, row in _EVENTS.items():
        name = f"audit_{table}_{event}"
        append = append_sql(
            "postgresql",
            _patient_of(model, row, "postgresql"),
            f"'{event}'",
            f"'{table}'",
            f"{row}.id",
            digest_sql(model, row, "postgresql"),
        )
        # One at a time: each event names the one before it.
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger AS $body$ BEGIN '
            f"PERFORM pg_advisory_xact_lock(7310); {append}; RETURN {row}; END $body$ LANGUAGE plpgsql"
        )
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        when = ""
        if event == "update" and model is User:
            changed = " OR ".join(
                f'OLD."{c}" IS DISTINCT FROM NEW."{c}"' for c in [*_columns(model), "password"]
            )
            when = f"WHEN ({changed}) "
        moment = "BEFORE" if event == "delete" else "AFTER"
        yield f'CREATE TRIGGER "{name}" {moment} {event.upper()} ON "{table}" FOR EACH ROW {when}EXECUTE FUNCTION "{name}"()'


def _postgresql_seal() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION audit_sealed() RETURNS trigger AS $body$ BEGIN "
        "RAISE EXCEPTION 'the audit is only ever added to'; END $body$ LANGUAGE plpgsql"
    )
    yield "DROP TRIGGER IF EXISTS audit_sealed ON web_auditevent"
    yield "CREATE TRIGGER audit_sealed BEFORE UPDATE OR DELETE ON web_auditevent FOR EACH ROW EXECUTE FUNCTION audit_sealed()"


def _statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    sqlite = connection.vendor == "sqlite"
    for model in AUDITED:
        yield from _sqlite(model) if sqlite else _postgresql(model)
    yield from _sqlite_seal() if sqlite else _postgresql_seal()


def make_triggers(sender: Any, using: str = "default", **_: Any) -> None:
    """Make every trigger anew; called after each migration."""
    with connections[using].cursor() as cursor:
        for statement in _statements(connections[using]):
            cursor.execute(statement)
