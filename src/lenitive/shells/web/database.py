"""What each connection to the database needs: who acts, and the digest that the audit's triggers compute.

On SQLite both are functions that this program registers; a tool without them cannot change a clinical row, because the trigger
fails. On PostgreSQL the digest is the server's own and the actor a setting of the connection.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.signals import request_started
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

__all__ = ["SYSTEM", "acting", "actor", "connect", "sha256_text"]

SYSTEM = "system"
"""The actor of what no person asked for."""

_actor: ContextVar[str] = ContextVar("lenitive_actor", default=SYSTEM)


def actor() -> str:
    """Who acts now: a user's uid, or ``system``."""
    return _actor.get()


@contextmanager
def acting(who: str) -> Iterator[None]:
    """Everything written within is written in the name of ``who``."""
    mark = _actor.set(who)
    _tell(who)
    try:
        yield
    finally:
        _actor.reset(mark)
        _tell(_actor.get())


def _tell(who: str) -> None:
    """On PostgreSQL the open connection is told; one that is opened later is told when it opens."""
    if connection.vendor == "postgresql" and connection.connection is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lenitive.actor', %s, false)", [who])


def sha256_text(*parts: object) -> str:
    """SHA-256 of the parts, each ended by a unit separator, as 64 hexadecimal digits."""
    total = hashlib.sha256()
    for part in parts:
        total.update(("" if part is None else str(part)).encode() + b"\x1f")
    return total.hexdigest()


def _opened(sender: type[BaseDatabaseWrapper], connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.lenitive_file = _file_of(connection)  # type: ignore[attr-defined]
        raw = connection.connection
        raw.create_function("lenitive_actor", 0, actor)
        raw.create_function("lenitive_sha256", -1, sha256_text, deterministic=True)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lenitive.actor', %s, false)", [actor()])


def _file_of(connection: BaseDatabaseWrapper) -> tuple[int, int] | None:
    """Which file stands where the connection's file was opened; None where there is none."""
    at = urlsplit(str(connection.settings_dict["NAME"]))
    try:
        there = os.stat(unquote(at.path))  # noqa: PTH116  (a path object a request is not free)
    except OSError:
        return None
    return there.st_dev, there.st_ino


def _still_there(**_: Any) -> None:
    """Let go of a file that was moved, removed or replaced: what is written to it would be kept by nobody."""
    for one in connections.all(initialized_only=True):
        opened = getattr(one, "lenitive_file", None)
        if one.vendor == "sqlite" and one.connection is not None and opened != _file_of(one):
            one.close()


def connect() -> None:
    """Register this for every connection that is opened from now on, and for those that are open."""
    connection_created.connect(_opened, dispatch_uid="lenitive.database")
    request_started.connect(_still_there, dispatch_uid="lenitive.database")
    for one in connections.all(initialized_only=True):
        if one.connection is not None:
            _opened(type(one), one)
