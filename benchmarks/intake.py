"""Time to read and write a ten-year diary, and to import the package: ``python benchmarks/intake.py``."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

from lenitive.intake import read_folder, write_folder
from lenitive.record import DiaryDay, MedicinePeriod, Record, Taken

FIRST = date(2016, 1, 1)
DAYS = 3650


def ten_years() -> Record:
    """A full diary of 3,650 days: five columns, the moment of entry, a note a week, forty dose periods."""
    diary = tuple(
        DiaryDay(
            day=FIRST + timedelta(i),
            pain=i % 11,
            sleep_disturbance=i % 7,
            fatigue=i % 9,
            sleep_hours=6.5,
            awakenings=2,
            taken=Taken.YES,
            entered_at=datetime(2016, 1, 1, 21, tzinfo=UTC) + timedelta(i),
            note='slept "badly", again\n' if i % 7 == 0 else "",
        )
        for i in range(DAYS)
    )
    medicines = tuple(
        MedicinePeriod(
            drug="mirtazapine",
            dose_mg=15 + i % 3,
            start=FIRST + timedelta(90 * i),
            end=FIRST + timedelta(90 * i + 89),
        )
        for i in range(40)
    )
    return Record(diary=diary, medicines=medicines)


def best(action, times: int = 7) -> float:
    """The shortest of several runs, s of processor time."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        action()
        found.append(time.process_time() - begun)
    return min(found)


def main() -> None:
    record = ten_years()
    files = write_folder(record)
    assert read_folder(files).record == record
    print(f"read  {DAYS} days: {1000 * best(lambda: read_folder(files)):.0f} ms")
    text = files["diary.csv"].decode()
    print(
        f"  csv.DictReader over the same diary, nothing checked: {1000 * best(lambda: list(csv.DictReader(io.StringIO(text)))):.0f} ms"
    )
    print(f"write {DAYS} days: {1000 * best(lambda: write_folder(record)):.0f} ms")
    for module in ("lenitive", "lenitive.intake"):
        code = f"import time; t = time.process_time(); import {module}; print(time.process_time() - t)"
        shortest = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(5))
        print(f"import {module}: {1000 * shortest:.0f} ms")


if __name__ == "__main__":
    main()
