"""Record folders on a disk."""

from __future__ import annotations

from pathlib import Path

from lenitive.frozen import dataclass
from lenitive.intake import FILES, LIMIT_BYTES, RecordReading, read_folder, write_folder
from lenitive.record import Record
from lenitive.terms import DateOrder, Place, Problem

__all__ = ["Update", "open_record", "save_nights", "save_record", "update_record"]


def open_record(path: Path, *, dates: DateOrder = DateOrder.YMD) -> RecordReading:
    """The record in a folder, with every problem; a folder or file that cannot be opened is a problem too.

    No file is read further than the size that a record's file may have. ``dates`` is the order of dates that end with their year.
    """
    try:
        names = sorted(entry.name for entry in path.iterdir())
    except NotADirectoryError:
        return _unopened(".", "this is a file, not a folder", "Name the folder that holds it")
    except FileNotFoundError:
        return _unopened(
            ".", "there is no such folder", "Name a record folder, or make one with: lenitive new FOLDER"
        )
    except (OSError, ValueError):
        return _unopened(".", "the folder cannot be opened", "Check its name and its permissions")
    files: dict[str, bytes] = {}
    unopened: list[Problem] = []
    for name in names:
        if name not in FILES:
            files[name] = b""
            continue
        try:
            if not (path / name).is_file():
                raise IsADirectoryError
            with (path / name).open("rb") as source:
                files[name] = source.read(LIMIT_BYTES + 1)
        except OSError:
            unopened += _unopened(
                name, "the file cannot be opened", "Check that it is a file you may read"
            ).problems
    reading = read_folder(files if files or not unopened else {"patient.toml": b""}, dates=dates)
    if unopened:
        return RecordReading(record=None, problems=(*unopened, *reading.problems))
    return reading


def _unopened(name: str, what: str, remedy: str) -> RecordReading:
    return RecordReading(
        record=None, problems=(Problem(where=Place(file=name), what=what, remedy=remedy, fatal=True),)
    )


def save_record(record: Record, path: Path) -> None:
    """Write a record's folder, making it when it is not there. Files of a record that it no longer needs go.

    Raises:
        OSError: When the disk refuses.
    """
    path.mkdir(parents=True, exist_ok=True)
    files = write_folder(record)
    for name in FILES:
        if name in files:
            (path / name).write_bytes(files[name])
        else:
            (path / name).unlink(missing_ok=True)


def save_nights(record: Record, path: Path) -> None:
    """Write a record's measured nights alone; every other file stays as its owner wrote it, comments included.

    Raises:
        OSError: When the disk refuses.
    """
    (path / "nights.csv").write_bytes(write_folder(record)["nights.csv"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What was written.

    Attributes:
        changed: The files that were written, in their order.
        kept: The folder with a copy of those as they were; None when nothing of them was lost.
    """

    changed: tuple[str, ...]
    kept: Path | None


def update_record(before: Record, after: Record, path: Path) -> Update:
    """Write what changed of a record, and nothing else.

    A file that would be the same is not touched, so that its comments stay. Before a file is written in which something
    would be lost (a comment, a column, a value that was replaced), all files to be written are copied into a numbered folder.

    Raises:
        OSError: When the disk refuses.
    """
    path.mkdir(parents=True, exist_ok=True)
    old, new = write_folder(before), write_folder(after)
    changed = tuple(name for name in FILES if old.get(name) != new.get(name))
    standing = {name: (path / name).read_bytes() for name in changed if (path / name).is_file()}
    lossy = any(not _holds(new.get(name, b""), data) for name, data in standing.items())
    kept = None
    if lossy:
        kept = _numbered(path / "replaced")
        for name, data in standing.items():
            (kept / name).write_bytes(data)
    for name in changed:
        if name in new:
            (path / name).write_bytes(new[name])
        else:
            (path / name).unlink(missing_ok=True)
    return Update(changed=changed, kept=kept)


def _holds(new: bytes, old: bytes) -> bool:
    """Whether every line of a file is in the one that takes its place."""
    return set(old.splitlines()) <= set(new.splitlines())


def _numbered(parent: Path) -> Path:
    """A new folder, named by the next number."""
    number = 1
    while (parent / f"{number:03d}").exists():
        number += 1
    folder = parent / f"{number:03d}"
    folder.mkdir(parents=True)
    return folder
