"""Backups: taken while people work, verified before they are called one, and restored into an empty place."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lenitive.frozen import dataclass
from lenitive.shells.web.site import SiteError, site

__all__ = ["BackupNote", "backup", "restore"]

_DATABASE, _NOTE, _KEY = "lenitive.sqlite3", "note.json", "secret-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupNote:
    """What a backup says of itself.

    Attributes:
        rows: Rows by table.
        head_seq: Number of the last audit event.
        head: Its chain.
        digest: SHA-256 of the database file.
    """

    rows: dict[str, int]
    head_seq: int
    head: str
    digest: str


def _sqlite_file() -> Path:
    if site().database:
        raise SiteError(
            "the database is PostgreSQL: back it up with pg_dump, and keep the data folder's secret-key with it"
        )
    return site().database_file


def _noted(path: Path) -> BackupNote:
    """What a database file holds.

    Raises:
        SiteError: When the file is no whole database of this program.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise SiteError("the database is damaged: its integrity check fails")
            tables = [
                name
                for (name,) in db.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'web_%'"
                )
            ]
            rows = {t: db.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in sorted(tables)}
            last = db.execute("SELECT seq, chain FROM web_auditevent ORDER BY seq DESC LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise SiteError("this is no database of Lenitive, or not a whole one") from error
    seq, chain = last or (0, "")
    return BackupNote(rows=rows, head_seq=seq, head=chain, digest=_sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".lenitive-", dir=beside) as folder:
        yield Path(folder)


def backup(out: Path) -> BackupNote:
    """Write a backup while the server runs; the file is readable by its owner alone.

    The copy is the database's own (its online backup), is checked for wholeness, and holds the key that sessions are signed with.

    Raises:
        SiteError: When there is nothing to back up, the place is taken, or the copy is not whole.
        OSError: When the disk refuses.
    """
    source = _sqlite_file()
    if not source.exists():
        raise SiteError(f"there is no database in {source.parent} yet")
    if out.exists():
        raise SiteError(f"{out} is there already; name another file")
    with _scratch(out.resolve().parent) as folder:
        copy = folder / _DATABASE
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(copy)) as to,
        ):
            live.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")
        note = _noted(copy)
        packed = folder / "packed"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, _DATABASE)
            archive.write(site().secret_file, _KEY)
            archive.writestr(_NOTE, json.dumps(_plain(note), indent=1))
        packed.chmod(0o600)
        with packed.open("rb") as file:
            os.fsync(file.fileno())
        packed.rename(out)
    return note


def _plain(note: BackupNote) -> dict[str, object]:
    return {"rows": note.rows, "head_seq": note.head_seq, "head": note.head, "digest": note.digest}


def restore(backup_file: Path) -> BackupNote:
    """Put a backup into this installation's empty data folder.

    Raises:
        SiteError: When the file is no whole backup, or there is a database already.
        OSError: When the disk refuses.
    """
    target = _sqlite_file()
    if target.exists():
        raise SiteError(f"there is a database in {target.parent} already; name an empty folder with --data")
    site().prepare()
    with _scratch(target.parent) as folder:
        try:
            with zipfile.ZipFile(backup_file) as archive:
                told = json.loads(archive.read(_NOTE))
                for name in (_DATABASE, _KEY):
                    # By the two names that a backup has, never by those that a file claims.
                    (folder / name).write_bytes(archive.read(name))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError) as error:
            raise SiteError("this is no backup of Lenitive, or not a whole one") from error
        found = _noted(folder / _DATABASE)
        if _plain(found) != told:
            raise SiteError("the backup is not what it says of itself: it was changed, or is not whole")
        for name in (_DATABASE, _KEY):
            (folder / name).chmod(0o600)
            (folder / name).replace(target.parent / name)
    return found
