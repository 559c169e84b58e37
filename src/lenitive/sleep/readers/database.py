"""A database from elsewhere, read safely: a copy, opened so that it can be read and nothing more.

A database is a program of sorts, so a strange one is not believed. It is copied to a file of limited size in a folder of its
own and opened read-only; nothing in its schema may call functions with side effects; only plain tables with plain columns
are read, by plain selects, nothing else is permitted to run; what is read is checked for damage first; memory, steps and
rows are limited. Columns are asked for by name: their order differs between versions.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from lenitive.files import Counted
from lenitive.frozen import dataclass
from lenitive.sleep.readers.base import FileRefusal, RefusedError

__all__ = [
    "FAULTS",
    "MAGIC",
    "MOST_BYTES",
    "Database",
    "KnownTables",
    "Value",
    "copied",
    "opened_database",
    "rows",
    "whole_number",
]

MAGIC = b"SQLite format 3\0"
MOST_BYTES = 2 * 2**30
_MOST_STEPS = 1_000_000_000
_STEPS = 100_000
_CHUNK = 1 << 20

# What sqlite3 raises of a damaged file: its own errors, one where the error's text quotes bytes that are no UTF-8, and
# one where a damaged length asks for more memory than allowed.
FAULTS = (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError)

Database = sqlite3.Connection
Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTables:
    """The tables that a reader asks for, and its words for a database that is not what it should be.

    Attributes:
        needed: Columns without which a table says nothing, by table.
        more: Columns that some versions lack, by table.
        foreign: What to give instead of a database of another kind.
        again: What to do about one that is damaged.
    """

    needed: Mapping[str, tuple[str, ...]]
    more: Mapping[str, tuple[str, ...]]
    foreign: str
    again: str


def _copy(source: Counted | BinaryIO, path: Path, known: KnownTables) -> None:
    """The database as a file.

    Raises:
        RefusedError: When it is too large, is no database, or finds no room.
    """
    total = 0
    try:
        target = path.open("xb")
    except OSError as error:
        raise _no_room(error) from None
    with target:
        while chunk := source.read(_CHUNK):
            if total == 0 and not chunk.startswith(MAGIC):
                raise RefusedError(FileRefusal.UNKNOWN_FORMAT, "not an SQLite database", known.foreign)
            total += len(chunk)
            if total > MOST_BYTES:
                raise RefusedError(
                    FileRefusal.DANGEROUS,
                    f"a database larger than {MOST_BYTES // 2**30} GiB, which no export should be",
                    known.foreign,
                )
            try:
                target.write(chunk)
            except OSError as error:
                raise _no_room(error) from None


def _no_room(error: OSError) -> RefusedError:
    return RefusedError(
        FileRefusal.BROKEN,
        f"its database cannot be copied to a temporary file ({type(error).__name__})",
        "Make room on the disk, or set TMPDIR to a folder with room",
    )


def _permitted(known: KnownTables) -> Callable[..., int]:
    """Selects from the known tables and from the list of tables; anything else is denied."""
    readable = {*known.needed, "sqlite_master", "sqlite_schema"}

    def permitted(action: int, first: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and first in readable:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA and first in {"table_xinfo", "quick_check"}:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return permitted


@contextmanager
def opened_database(path: Path, known: KnownTables) -> Iterator[sqlite3.Connection]:
    """The copied file, opened so that it can be read and nothing more."""
    with closing(
        sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    ) as base:
        base.text_factory = lambda raw: raw.decode("utf-8", "replace")
        # The engine that comes with the web app offers no such limits; the size of the file and the authorizer bound both there.
        if hasattr(base, "setlimit"):
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 * 2**20)
            base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for line in (
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            "cache_size=-16384",
            "query_only=ON",
        ):
            base.execute(f"PRAGMA {line}").close()
        # A library too old to know a pragma passes over it in silence.
        if base.execute("PRAGMA trusted_schema").fetchone() != (0,):
            raise RefusedError(
                FileRefusal.BROKEN,
                f"SQLite {sqlite3.sqlite_version} is too old to read a database from elsewhere safely",
                "Install Python with SQLite 3.31 or later",
            )
        steps = 0

        def stop() -> int:
            nonlocal steps
            steps += _STEPS
            return int(steps > _MOST_STEPS)

        base.set_progress_handler(stop, _STEPS)
        base.set_authorizer(_permitted(known))
        yield base


def _columns(base: sqlite3.Connection, known: KnownTables, table: str) -> tuple[str, ...] | None:
    """The columns to ask a table for, or None when there is no such table.

    Raises:
        RefusedError: When the name is not a plain table's, a column is missing or computed, or the table is damaged.
    """
    named = base.execute(
        "SELECT type, rootpage FROM sqlite_master WHERE name = ? COLLATE NOCASE", (table,)
    ).fetchmany(2)
    if not named:
        return None
    # A virtual table calls itself a table, but has no page of its own.
    if len(named) > 1 or named[0][0] != "table" or not isinstance(named[0][1], int) or named[0][1] <= 0:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            "a view, or something else that only looks like a table",
            known.foreign,
            key=table,
        )
    # hidden: 0 for a plain column; 2 and 3 for one that is computed when it is read
    plain = {r[1] for r in base.execute(f"PRAGMA table_xinfo({table})") if r[6] == 0}
    if missing := [c for c in known.needed[table] if c not in plain]:
        raise RefusedError(
            FileRefusal.UNKNOWN_FORMAT,
            f"a table without a plain column {missing[0]}",
            known.foreign,
            key=table,
        )
    if base.execute(f"PRAGMA quick_check({table})").fetchmany(1) != [("ok",)]:
        raise RefusedError(FileRefusal.BROKEN, "a damaged table", known.again, key=table)
    return known.needed[table] + tuple(c for c in known.more.get(table, ()) if c in plain)


def rows(base: sqlite3.Connection, known: KnownTables, table: str, most: int) -> Iterator[dict[str, Value]]:
    """A table's rows by the names of its columns; nothing when there is no such table.

    Raises:
        RefusedError: As ``_columns``, and when it is damaged further on or has more rows than allowed.
    """
    try:
        columns = _columns(base, known, table)
        if columns is None:
            return
        for count, row in enumerate(base.execute(f"SELECT {', '.join(columns)} FROM {table}")):
            if count >= most:
                raise RefusedError(
                    FileRefusal.DANGEROUS,
                    f"more than {most} rows",
                    "Give an export of one person, or of a shorter time",
                    key=table,
                )
            yield dict(zip(columns, row, strict=True))
    except FAULTS as error:
        if "interrupted" in str(error):
            raise RefusedError(
                FileRefusal.DANGEROUS, "a table that takes too long to read", known.foreign, key=table
            ) from None
        raise RefusedError(
            FileRefusal.BROKEN, f"a damaged database ({type(error).__name__})", known.again, key=table
        ) from None


def whole_number(value: Value) -> int | None:
    """A whole number, or None for anything else that a column may hold."""
    return value if isinstance(value, int) else None


@contextmanager
def copied(source: Counted | BinaryIO, known: KnownTables) -> Iterator[Path]:
    """The database as a file of its own, gone afterwards.

    Raises:
        RefusedError: When it is too large, is no database, or finds no room.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="lenitive-", ignore_cleanup_errors=True)
    except OSError as error:
        raise _no_room(error) from None
    with folder as place:
        path = Path(place).resolve() / "export.db"
        _copy(source, path, known)
        yield path
