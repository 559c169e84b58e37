"""The file of decisions in a record's folder, written by one process at a time.

Who writes holds the file's lock, reads it again, and writes only when it is still what the decision was made on. Whoever comes
second is told of the decision that came first, and loses nothing but the time to look at it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lenitive.review import DecisionError, Entry, read_entries

__all__ = ["FILE", "keep", "kept"]

FILE = "decisions.jsonl"
# A decision takes some 5 kB; ten years of one a week are 3 MB.
_LIMIT_BYTES = 50_000_000


def kept(folder: Path) -> tuple[Entry, ...]:
    """The decisions of a record, each checked against the chain; none where there is no file.

    Raises:
        DecisionError: When the chain is not whole.
        OSError: When the file cannot be opened.
    """
    path = folder / FILE
    if not _is_there(path):
        return ()
    with path.open("rb") as file, _locked(file, writing=False):
        return _entries(file)


def keep(folder: Path, entry: Entry, *, after: tuple[Entry, ...]) -> None:
    """Append a decision, once and whole, when the file still ends where it was made.

    Args:
        folder: The record's folder.
        entry: The decision.
        after: The decisions that stood when it was made.

    Raises:
        DecisionError: When another decision was recorded meanwhile, or the chain is not whole any more; nothing is written.
        OSError: When the disk refuses; what was begun is taken back.
    """
    _is_there(folder / FILE)
    # Unbuffered: what cannot be written is not tried again when the file is closed.
    with (folder / FILE).open("a+b", buffering=0) as file, _locked(file, writing=True):
        file.seek(0)
        now = _entries(file)
        if [e.digest for e in now] != [e.digest for e in after]:
            newer = now[len(after) :]
            told = f"decision {newer[-1].number} by {newer[-1].by}" if newer else "a change of the file"
            raise DecisionError(
                f"{told} was recorded meanwhile. Nothing was written: look at it, then decide again"
            )
        end = file.seek(0, os.SEEK_END)
        left = entry.line.encode()
        try:
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _is_there(path: Path) -> bool:
    """Whether there is a file of decisions.

    Raises:
        DecisionError: When something else stands in its place: a pipe would be waited for without end.
    """
    if path.exists() and not path.is_file():
        raise DecisionError("this is not a plain file")
    return path.is_file()


def _entries(file: IO[bytes]) -> tuple[Entry, ...]:
    """The decisions of an open file, from where it stands.

    Raises:
        DecisionError: When the chain is not whole, or the file is larger or nested deeper than any chain of decisions.
    """
    data = file.read(_LIMIT_BYTES + 1)
    if len(data) > _LIMIT_BYTES:
        raise DecisionError(f"the file is larger than {_LIMIT_BYTES // 1_000_000} MB")
    try:
        return read_entries(data)
    except RecursionError:
        raise DecisionError("a line is nested without end") from None


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
