"""Record folders on a disk."""

from __future__ import annotations

from pathlib import Path

from lenitive.intake import FILES, LIMIT_BYTES, RecordReading, read_folder, write_folder
from lenitive.record import Record
from lenitive.terms import DateOrder, Place, Problem

__all__ = ["open_record", "save_nights", "save_record"]


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
