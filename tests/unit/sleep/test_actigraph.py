"""Counts of an actigraph become nights only where it is known when somebody lay in bed, and what was not worn is not sleep."""

from __future__ import annotations

import io
import sqlite3
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.files import not_read, probed
from lenitive.record import DeviceClass
from lenitive.shells.cli import app
from lenitive.sleep import FileRefusal, Stage, cole_kripke, read, sadeh
from lenitive.sleep.readers import ReaderOptions

START = datetime(2026, 3, 1, 20, 0)
LIGHTS = (time(22, 30), time(7))


def ticks(when: datetime) -> int:
    return int((when - datetime(1, 1, 1)).total_seconds()) * 10_000_000


def counts(minutes: int = 780, epochs: int = 1) -> list[float]:
    """An evening awake, then a night that is quiet but for a turn every twenty minutes, and one waking."""
    a_minute = [900 if i < 160 or 400 <= i < 420 else 40 if i % 20 == 0 else 0 for i in range(minutes)]
    return [n / epochs for n in a_minute for _ in range(epochs)]


def agd(tmp: Path, values, *, length=60, beds=(), skip=frozenset(), start=START) -> bytes:
    path = tmp / "made.agd"
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.execute(
        "CREATE TABLE settings (settingID INTEGER PRIMARY KEY, settingName VARCHAR(64), settingValue VARCHAR(8192))"
    )
    base.execute("CREATE TABLE data (dataTimestamp INTEGER, axis1 REAL, axis2 REAL, axis3 REAL)")
    base.execute(
        "CREATE TABLE sleep (sleepID INTEGER PRIMARY KEY, inBedTimestamp INTEGER, outBedTimestamp INTEGER)"
    )
    base.executemany(
        "INSERT INTO settings (settingName, settingValue) VALUES (?, ?)",
        [("epochlength", str(length)), ("subjectname", "Kim Ohlsen"), ("devicename", "GT3XPlus")],
    )
    base.executemany(
        "INSERT INTO data VALUES (?, ?, 0, 0)",
        [(ticks(start + timedelta(seconds=i * length)), v) for i, v in enumerate(values) if i not in skip],
    )
    base.executemany(
        "INSERT INTO sleep (inBedTimestamp, outBedTimestamp) VALUES (?, ?)",
        [(ticks(a), ticks(b)) for a, b in beds],
    )
    base.commit()
    base.close()
    return path.read_bytes()


def table(values, *, order="M/d/yyyy", start="3/1/2026", epoch="00:01:00", names=True) -> bytes:
    head = (
        f"------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v2.5.0 date format {order} Filter Normal -----------\n"
        f"Serial Number: NEO1D00000000\nStart Time 20:00:00\nStart Date {start}\nEpoch Period (hh:mm:ss) {epoch}\n"
        "Download Time 08:00:00\nDownload Date 3/2/2026\nCurrent Memory Address: 0\nCurrent Battery Voltage: 4.2     Mode = 61\n"
        "--------------------------------------------------\n"
    )
    rows = "".join(f"{v:.0f},0,0,0\n" for v in values)
    return (head + ("Axis1,Axis2,Axis3,Steps\n" if names else "") + rows).encode()


def take(data: bytes, **options):
    return read("made", io.BytesIO(data), ReaderOptions(**options))


def said(reading) -> str:
    return "\n".join(map(str, reading.problems))


@pytest.mark.parametrize(
    ("rule", "made", "words"), [("cole-kripke", cole_kripke, "Cole-Kripke"), ("sadeh", sadeh, "Sadeh")]
)
def test_the_night_is_the_rules_epochs_between_the_lights(tmp_path, rule, made, words):
    (night,) = take(agd(tmp_path, counts()), lights=LIGHTS, rule=rule).sessions
    assert (night.start, night.end) == (datetime(2026, 3, 1, 22, 30), datetime(2026, 3, 2, 7))
    assert (night.device_class, night.source) == (DeviceClass.ACTIGRAPH, f"actigraph, {words}")
    assert list(night.hypnogram.codes) == list(made(counts()).codes[150:660])
    assert 0 < (night.hypnogram.codes == Stage.WAKE).sum() < 60


def test_shorter_epochs_and_the_table_say_the_same_as_minutes(tmp_path):
    (minutes,) = take(agd(tmp_path, counts()), lights=LIGHTS).sessions
    for data in (
        agd(tmp_path, counts(epochs=6), length=10),
        table(counts()),
        table(counts(), names=False),
        table(counts(), order="dd/MM/yyyy", start="01/03/2026"),
    ):
        (other,) = take(data, lights=LIGHTS).sessions
        assert other.start == minutes.start
        assert list(other.hypnogram.codes) == list(minutes.hypnogram.codes)


def test_without_a_time_in_bed_it_is_asked_for_and_the_files_own_is_taken(tmp_path):
    asked = take(agd(tmp_path, counts()))
    assert asked.refused is FileRefusal.BROKEN
    assert "do not say when she was in bed" in said(asked)
    assert "--lights" in said(asked)
    bed = (datetime(2026, 3, 1, 23), datetime(2026, 3, 2, 6, 40))
    (night,) = take(agd(tmp_path, counts(), beds=[bed])).sessions
    assert (night.start, night.end) == bed


def test_what_was_not_worn_is_not_sleep(tmp_path):
    worn = counts()
    off = [0.0 if i >= 300 else v for i, v in enumerate(worn)]
    assert "hardly worn" in said(take(agd(tmp_path, off), lights=LIGHTS))
    later = [0.0 if i >= 460 else v for i, v in enumerate(worn)]
    (night,) = take(agd(tmp_path, later), lights=LIGHTS).sessions
    assert (night.hypnogram.codes == Stage.UNSCORED).sum() == 219  # from its last count on
    still = [
        0.0 if 430 <= i < 600 else v for i, v in enumerate(worn)
    ]  # less than three hours: a sound sleeper
    (night,) = take(agd(tmp_path, still), lights=LIGHTS).sessions
    assert (night.hypnogram.codes == Stage.UNSCORED).sum() == 0


def test_a_missing_epoch_is_no_quiet_minute(tmp_path):
    gone = frozenset(range(6 * 250, 6 * 260))
    (night,) = take(agd(tmp_path, counts(epochs=6), length=10, skip=gone), lights=LIGHTS).sessions
    assert list(night.hypnogram.codes[100:110]) == [Stage.UNSCORED] * 10


def test_a_night_that_the_recording_cuts_is_left_out(tmp_path):
    reading = take(agd(tmp_path, counts(minutes=300)), lights=LIGHTS)
    assert reading.sessions == ()
    assert "begins before the recording or ends after it" in said(reading)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (table(counts(), epoch="00:00:00"), "accelerations of an ActiGraph, not its counts"),
        (table([]), "without counts"),
        (table(counts(), start="3/1/9999"), "a start that cannot be"),
        (table(counts(), epoch="00:00:07"), "epochs of 7 seconds"),
    ],
)
def test_tables_that_cannot_be_read_say_why(data, why):
    reading = take(data, lights=LIGHTS)
    assert reading.sessions == ()
    assert why in said(reading)


def test_strange_databases_are_refused(tmp_path):
    for values in ([float("inf")] * 700, [-5.0] * 700, ["x"] * 700, []):
        assert take(agd(tmp_path, values), lights=LIGHTS).sessions == ()
    assert take(agd(tmp_path, counts(), length=0), lights=LIGHTS).refused is FileRefusal.BROKEN
    assert "times more than a year apart" in said(take(_two_years(tmp_path), lights=LIGHTS))
    whole = agd(tmp_path, counts())
    for cut in (5000, 9000, len(whole) // 2):
        reading = take(whole[:cut], lights=LIGHTS)
        assert reading.refused is not None
        assert "Kim" not in said(reading)


def _two_years(tmp: Path) -> bytes:
    agd(tmp, [1.0])
    base = sqlite3.connect(tmp / "made.agd")
    base.execute("INSERT INTO data VALUES (?, 1, 0, 0)", (ticks(datetime(2028, 3, 1)),))
    base.commit()
    base.close()
    return (tmp / "made.agd").read_bytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"Device Identity\r\nDevice Unique Serial Code:000001\r\n", "GENEActiv"),
        (b"MD\xfc\x03" + bytes(2000), "Axivity"),
        (b"case 1\n23-Jan-2018\n13:58\n 4\n00\nV664055\nX\n0\n0\n149\n", "Actiwatch"),
    ],
)
def test_other_raw_recordings_are_named(data, words):
    why = not_read(probed("made", io.BytesIO(data)))
    assert why is not None
    assert words in why.what


def test_the_rhythm_is_that_of_the_hours_worn(tmp_path):
    """Four equal days are wholly stable; a night on the table is unknown, and is no rest."""
    day = [0.0 if i // 60 >= 23 or i // 60 < 7 else 600.0 if i % 2 else 300.0 for i in range(1440)]
    turned = [40.0 if v == 0 and i % 30 == 0 else v for i, v in enumerate(day)] * 4
    midnight = datetime(2026, 3, 1)
    rhythm = take(agd(tmp_path, turned, start=midnight), lights=LIGHTS).rhythm
    assert (rhythm.hours, rhythm.stability) == (96, pytest.approx(1))
    assert rhythm.amplitude == pytest.approx((450 - 80 / 60) / (450 + 80 / 60))
    assert (rhythm.most_active, rhythm.least_active) == (7, 0)
    left = [0.0 if 1440 <= i < 2880 else v for i, v in enumerate(turned)]
    rhythm = take(agd(tmp_path, left, start=midnight), lights=LIGHTS).rhythm
    assert rhythm.hours == 71  # the day, and the hour whose last counts were before it
    assert rhythm.stability == pytest.approx(1)


def test_the_command_tells_the_rhythm(tmp_path):
    (tmp_path / "a.agd").write_bytes(agd(tmp_path, counts() * 4))
    done = CliRunner().invoke(app, ["sleep", str(tmp_path / "a.agd"), "--lights", "22:30-07:00"])
    text = " ".join(done.stdout.split())
    assert done.exit_code == 0, done.stderr
    assert "Rest and activity, a.agd:" in text
    assert "interdaily stability" in text
    assert "from 52 hours worn" in text
