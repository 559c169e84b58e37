"""Time and memory of reading: a ten-year diary, a long table of a million rows, an Apple Health export of 300 MB.

``python benchmarks/intake.py``; the two large files are made in a temporary folder and read in processes of their own.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

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


MAPPING = b"""format = "lenitive.mapping/1"
title = "A long diary"
ignore = ["Item *"]
[day]
column = "date"
time_column = "time"
[names]
column = "name"
value = "rating"
[diary.pain]
of = ["Item 0", "Item 1", "Item 2"]
[diary.fatigue]
of = "Item 3"
day = "last"
[diary.sleep_disturbance]
of = "Item 4"
day = "median"
"""
ROWS, MEGABYTES = 1_000_000, 300


def long_table(path: Path) -> None:
    """A million answers of twenty items over ten years."""
    per_day = -(-ROWS // DAYS)
    with path.open("w", encoding="utf-8") as out:
        out.write("date,time,name,rating\n")
        for n in range(ROWS):
            i, k = divmod(n, per_day)
            out.write(f"{FIRST + timedelta(i)},{8 + k % 14:02d}:{k % 60:02d},Item {k % 20},{(i + k) % 11}\n")


def apple_export(path: Path) -> None:
    """Heart rates, and now and then a night and a weight, until the file is large enough."""
    beat = (
        '<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" sourceVersion="10.1" unit="count/min" '
        'creationDate="{0} 12:00:00 +0100" startDate="{0} 12:00:00 +0100" endDate="{0} 12:00:01 +0100" value="61"/>\n'
    )
    night = (
        '<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" startDate="{0} 01:00:00 +0100" '
        'endDate="{0} 06:00:00 +0100" value="HKCategoryValueSleepAnalysisAsleepCore"/>\n'
        '<Record type="HKQuantityTypeIdentifierBodyMass" sourceName="Scale" unit="kg" startDate="{0} 07:00:00 +0100" '
        'endDate="{0} 07:00:00 +0100" value="70"/>\n'
    )
    size, i = 0, 0
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n')
        while size < MEGABYTES * 1_000_000:
            day = f"{FIRST + timedelta(i % DAYS)}"
            size += out.write(night.format(day) if i < DAYS else "") + out.write(beat.format(day) * 400)
            i += 1
        out.write("</HealthData>\n")


def read_large(kind: str, path: Path) -> None:
    """Read one of the large files and print what it took."""
    import resource

    begun = time.process_time()
    if kind == "table":
        from lenitive.files import probed
        from lenitive.intake import ProblemReport, import_table, read_mapping

        with path.open("rb") as stream:
            done = import_table(
                path.name, probed(path.name, stream), read_mapping(ProblemReport("m"), MAPPING)
            )
        told = f"{len(done.record.diary)} days"
    else:
        from lenitive.sleep import read

        with path.open("rb") as stream:
            reading = read(path.name, stream)
        told = f"{len(reading.sessions)} sleeps, {len(reading.measurements)} measurements"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{path.stat().st_size / 1e6:.0f} MB: {told}; {time.process_time() - begun:.1f} s of processor time, peak memory {peak} MB"
    )


def large() -> None:
    """Both large files, each read by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, name, make in (("table", "long.csv", long_table), ("apple", "export.xml", apple_export)):
            path = Path(folder) / name
            make(path)
            print(f"{name}: ", end="", flush=True)
            subprocess.run([sys.executable, __file__, kind, str(path)], check=True)
            path.unlink()


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
    if len(sys.argv) == 3:
        read_large(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
        large()
