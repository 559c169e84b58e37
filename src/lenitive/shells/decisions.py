"""The file of decisions in a record's folder, written by one process at a time.

Who writes holds the file's lock, reads it again, and writes only when it is still what the decision was made on. Whoever comes
second is told of the decision that came first, and loses nothing but the time to look at it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

from lenitive.record import Record
from lenitive.review import DecisionError, Entry, read_entries

__all__ = ["AHEAD_DAYS", "FILE", "clock_day", "keep", "kept", "latest_day"]

FILE = "decisions.jsonl"
AHEAD_DAYS = 31
"""So many days after the last entry of a record a decision may be dated without a look at the clock: a month, so that one can be
entered for the next visit. Ours."""
# A decision takes some 10 kB; ten years of one a week are 5 MB.
_LIMIT_BYTES = 50_000_000
_PIECE_BYTES = 1_000_000


def clock_day() -> date:
    """The day by this machine's clock, where it is latest on earth."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


def latest_day(record: Record | None, today: date) -> date:
    """The last day that a decision on a record may have: today, or shortly after the last entry of the record.

    Records that are simulated, or were kept by a clock that is ahead of ours, may end after today.

    Args:
        record: The record; None where it cannot be read.
        today: The day by the clock.
    """
    last = record.last_day if record else None
    return max(today, last + timedelta(days=AHEAD_DAYS)) if last else today


def kept(folder: Path, *, latest: date | None = None) -> tuple[Entry, ...]:
    """The decisions of a record, each checked against the chain and by its meaning; none where there is no file.

    Raises:
        DecisionError: When the chain is not whole, or no file of decisions stands in its place.
        OSError: When the file cannot be opened.
    """
    path = folder / FILE
    if not os.path.lexists(path):
        return ()
    with _opened(path, os.O_RDONLY) as file, _locked(file, writing=False):
        return _entries(file, latest)


def keep(folder: Path, entry: Entry, *, after: tuple[Entry, ...]) -> None:
    """Append a decision, once and whole, when the file still ends where it was made.

    Args:
        folder: The record's folder.
        entry: The decision.
        after: The decisions that stood when it was made.

    Raises:
        DecisionError: When another decision was recorded meanwhile, the chain is not whole any more, or the file would grow beyond
            what is read; nothing is written.
        OSError: When the disk refuses; what was begun is taken back.
    """
    # Unbuffered: what cannot be written is not tried again when the file is closed.
    with _opened(folder / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT) as file, _locked(file, writing=True):
        file.seek(0)
        now = _entries(file, None)
        if [e.digest for e in now] != [e.digest for e in after]:
            newer = now[len(after) :]
            told = f"decision {newer[-1].number} by {newer[-1].by}" if newer else "a change of the file"
            raise DecisionError(
                f"{told} was recorded meanwhile. Nothing was written: look at it, then decide again"
            )
        end = file.seek(0, os.SEEK_END)
        left = entry.line.encode()
        if end + len(left) > _LIMIT_BYTES:
            raise DecisionError(f"the file would be larger than {_LIMIT_BYTES // 1_000_000} MB")
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _opened(path: Path, flags: int) -> IO[bytes]:
    """The file, open; a pipe in its place is not waited for.

    Raises:
        DecisionError: When something else than a file stands in its place.
        OSError: When it cannot be opened.
    """
    if path.is_symlink() and not path.exists():
        raise DecisionError("this is a link that leads to no file")
    # Not blocking, so that a pipe opens at once and can be told from a file; to a file it means nothing.
    more = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags | more, 0o666)
    except IsADirectoryError:
        raise DecisionError("this is not a plain file") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise DecisionError("this is not a plain file")
    return os.fdopen(number, "rb" if flags == os.O_RDONLY else "r+b", buffering=0)


def _entries(file: IO[bytes], latest: date | None) -> tuple[Entry, ...]:
    """The decisions of an open file, from where it stands.

    Raises:
        DecisionError: When the chain is not whole, or the file is larger than any chain of decisions.
    """
    if os.fstat(file.fileno()).st_size > _LIMIT_BYTES:
        raise DecisionError(f"the file is larger than {_LIMIT_BYTES // 1_000_000} MB")
    # A raw file may give less than it has; what grows while it is read is not read.
    data = bytearray()
    while len(data) <= _LIMIT_BYTES and (piece := file.read(_PIECE_BYTES)):
        data += piece
    return read_entries(bytes(data), latest=latest)


@contextmanager
def _locked(file: IO[bytes], *, writing: bool) -> Iterator[None]:
    """Hold the lock of an open file; it waits for whoever holds it, and goes with the process that dies.

    The branch for Windows was never run.
    """
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX if writing else fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
