"""The account export of Withings, on synthetic files made here; no person's data.

Columns are those of English and German exports in public use, states those of the README.txt in the export.
"""

from __future__ import annotations

import io
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.record import DeviceClass
from lenitive.sleep import to_record
from lenitive.sleep.readers import FileRefusal, ReaderOptions, read

sys.path.insert(0, str(Path(__file__).parent))
from by_default import nights

HEAD = (
    'from,to,"light (s)","deep (s)","rem (s)","awake (s)","wake up","Duration to sleep (s)","Duration to wake up (s)",'
    '"Snoring (s)","Snoring episodes","Average heart rate","Heart rate (min)","Heart rate (max)","Night events",Notes\n'
)
RAW_HEAD = "start,duration,value\n"


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """A zip archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def night_row(start, end, light, deep, rem, awake, wakes=1, onset=600):
    """A row of sleep.csv; minutes are given, seconds written."""
    cells = [light, deep, rem, awake]
    return f"{start},{end},{','.join(str(60 * c) for c in cells)},{wakes},{onset},0,0,0,60,50,70,,\n"


def raw_row(start, *states):
    """A row of a raw table from (minutes, state)."""
    lengths = ",".join(str(60 * m) for m, _ in states)
    return f'{start},"[{lengths}]","[{",".join(str(s) for _, s in states)}]"\n'


NIGHT = ("2026-03-01T23:00:00+01:00", "2026-03-02T06:00:00+01:00")
STATES = ((20, 0), (180, 1), (100, 2), (90, 3), (30, 1))
ROW = night_row(*NIGHT, 210, 100, 90, 20)
BED = RAW_HEAD + raw_row(NIGHT[0], *STATES)


def take(data, name="data.zip", **options):
    content = data.encode() if isinstance(data, str) else data
    return read(name, io.BytesIO(content), ReaderOptions(**options))


def said(reading):
    return " | ".join(map(str, reading.problems))


@pytest.mark.parametrize(
    ("file", "kind", "source"),
    [
        ("raw_bed_sleep-state.csv", DeviceClass.NEARABLE, "withings: bed"),
        ("raw_sleep-monitor_sleep-state.csv", DeviceClass.NEARABLE, "withings: bed"),
        ("raw_tracker_sleep-state.csv", DeviceClass.WEARABLE, "withings: tracker"),
    ],
)
def test_a_night_takes_the_timeline_of_the_device_that_the_file_names(file, kind, source):
    reading = take(zipped({"sleep.csv": HEAD + ROW, file: BED, "weight.csv": "Date,kg\n"}))
    assert (reading.format, said(reading)) == ("withings-export", "")
    (night,) = nights(reading.sessions)
    kept = to_record(night)
    assert (kept.day.isoformat(), kept.source, kept.device_class) == ("2026-03-02", source, kind)
    assert (kept.tib_min, kept.tst_min, kept.sol_min) == (420, 400, 20)
    assert (kept.light_min, kept.n3_min, kept.rem_min) == (210, 100, 90)


def test_nights_without_states_keep_their_own_minutes_and_no_device():
    reading = take(HEAD + ROW, name="sleep.csv")
    kept = to_record(nights(reading.sessions)[0])
    assert (kept.definition, kept.source, kept.device_class) == (
        "device:withings",
        "withings",
        DeviceClass.UNKNOWN,
    )
    assert (kept.tst_min, kept.light_min, kept.n3_min, kept.rem_min) == (400, 210, 100, 90)
    assert (kept.sol_min, kept.awakenings) == (10, 1)
    assert reading.sessions[0].start.isoformat() == NIGHT[0]


def test_a_german_account_is_read_and_another_language_refused_with_a_remedy():
    german = (
        HEAD.replace("from,to", "von,bis").replace("light (s)", "leicht (s)").replace("deep (s)", "tief (s)")
    )
    german = german.replace("awake (s)", "wach (s)").replace("wake up", "Aufwachen", 1)
    assert to_record(nights(take(german + ROW).sessions)[0]).tst_min == 400
    french = take(HEAD.replace("light (s)", "leger (s)") + ROW, name="sleep.csv")
    assert french.refused is FileRefusal.UNKNOWN_FORMAT
    assert "sleep.csv:1" in said(french)
    assert "to English" in said(french)


def test_of_two_devices_the_one_that_adds_up_is_the_nights():
    other = RAW_HEAD + raw_row(NIGHT[0], (60, 0), (300, 1), (60, 2))
    (session,) = take(
        zipped(
            {
                "sleep.csv": HEAD + ROW,
                "raw_bed_sleep-state.csv": other + raw_row("2026-03-05T23:00:00+01:00", (9, 3)),
                "raw_tracker_sleep-state.csv": BED,
            }
        )
    ).sessions
    assert session.source == "withings: tracker"


def test_states_that_contradict_the_nights_minutes_are_reported_and_the_minutes_count():
    wrong = BED.replace("[0,1,2,3,1]", "[0,2,1,3,2]")
    reading = take(zipped({"sleep.csv": HEAD + ROW, "raw_bed_sleep-state.csv": wrong}))
    assert "does not add up to its totals" in said(reading)
    assert "row 2" in said(reading)
    kept = to_record(nights(reading.sessions)[0])
    assert (kept.definition, kept.light_min) == ("device:withings", 210)


def test_a_device_that_never_says_rem_gives_sleep_and_wake_alone():
    row = night_row(*NIGHT, 300, 100, 0, 20)
    raw = RAW_HEAD + raw_row(NIGHT[0], (20, 0), (300, 1), (100, 2))
    reading = take(zipped({"sleep.csv": HEAD + row, "raw_tracker_sleep-state.csv": raw}))
    assert "no REM anywhere" in said(reading)
    kept = to_record(nights(reading.sessions)[0])
    assert (kept.tst_min, kept.n3_min, kept.rem_min, kept.light_min) == (400, None, None, None)
    alone = to_record(nights(take(HEAD + row).sessions)[0])
    assert (alone.tst_min, alone.rem_min) == (400, None)


def test_repeated_and_overlapping_uploads_count_once_and_a_minute_of_59_seconds_is_a_minute():
    again = raw_row("2026-03-02T02:00:00+01:00", (20, 1), (100, 2), (90, 3), (30, 1))
    reading = take(
        zipped({"sleep.csv": HEAD + ROW, "raw_bed_sleep-state.csv": BED + BED[len(RAW_HEAD) :] + again})
    )
    assert said(reading) == ""
    assert to_record(nights(reading.sessions)[0]).tst_min == 400
    minutes = "".join(f"2026-03-01T23:{m:02d}:00+01:00,[59],[{3 if m > 40 else 1}]\n" for m in range(60))
    lone = take(RAW_HEAD + minutes, name="raw_tracker_sleep-state.csv")
    assert said(lone) == ""
    assert lone.sessions[0].minutes == pytest.approx(60, abs=0.1)


def test_states_alone_make_nights_and_lone_wake_does_not():
    lone = raw_row("2026-03-03T12:00:00+01:00", (2, 0))
    reading = take(BED + lone, name="raw_bed_sleep-state.csv")
    assert "wake alone" in said(reading)
    (session,) = reading.sessions
    assert session.start.isoformat() == NIGHT[0]
    assert session.device_class is DeviceClass.NEARABLE
    zone = take(zipped({"raw_bed_sleep-state.csv": BED}))
    assert zone.sessions == (session,)


def test_raw_values_of_another_name_are_refused():
    for name in ("raw_bed_snoring.csv", "raw_tracker_steps.csv", "night.csv"):
        reading = take(BED, name=name)
        assert reading.refused is FileRefusal.NOT_SLEEP
        assert "by its own name" in said(reading)


def test_the_hours_of_a_clock_change_are_elapsed_hours():
    start, end = "2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"  # seven hours
    row = night_row(start, end, 210, 100, 90, 20)
    raw = RAW_HEAD + raw_row(start, *STATES)
    (session,) = take(zipped({"sleep.csv": HEAD + row, "raw_bed_sleep-state.csv": raw})).sessions
    assert session.minutes == 420
    assert session.end.isoformat() == end
    assert to_record(nights([session])[0]).tst_min == 400


def test_bad_rows_are_named_by_line_and_left_out():
    bad = (
        "soon,later,1,2,3,4,5,6\n"
        + night_row(NIGHT[1], NIGHT[0], 210, 100, 90, 20)
        + night_row("2026-03-02T23:00:00+01:00", "2026-03-03T06:00:00+01:00", 300, 200, 90, 20)
        + night_row(*NIGHT, 200, 110, 90, 20)
        + "2026-03-01T23:00:00,2026-03-02T06:00:00,60,60,60,0,0,0\n"
    )
    reading = take(HEAD + ROW + bad, name="sleep.csv")
    assert len(reading.sessions) == 1
    for place in ("sleep.csv:3", "sleep.csv row 4", "sleep.csv:5", "sleep.csv:6", "sleep.csv:7"):
        assert place in said(reading)
    assert "the first counts" in said(reading)
    raw = take(
        BED + "x,[60],[1]\n2026-03-04T23:00:00+01:00,[60],[]\n2026-03-04T23:00:00+01:00,[-60],[1]\n"
        "2026-03-04T23:00:00+01:00,[60],[9]\n",
        name="raw_bed_sleep-state.csv",
    )
    assert len(raw.sessions) == 1
    for line in (3, 4, 5, 6):
        assert f"raw_bed_sleep-state.csv:{line}" in said(raw)


def test_sleep_outside_every_night_is_said_and_left_out():
    raw = BED + raw_row("2026-03-04T14:00:00+01:00", (40, 1))
    reading = take(zipped({"sleep.csv": HEAD + ROW, "raw_bed_sleep-state.csv": raw}))
    assert "1 stretches of sleep" in said(reading)
    assert len(reading.sessions) == 1


def test_exports_of_two_accounts_damage_and_an_empty_export_are_refused():
    two = take(zipped({"a/sleep.csv": HEAD + ROW, "b/sleep.csv": HEAD + ROW}))
    assert two.refused is FileRefusal.UNKNOWN_FORMAT
    assert take(zipped({"sleep.csv": HEAD})).refused is FileRefusal.EMPTY
    assert take(zipped({"sleep.csv": "a,b\n1,2\n"})).refused is FileRefusal.UNKNOWN_FORMAT
    whole = bytearray(zipped({"sleep.csv": HEAD + ROW * 50}))
    whole[60:90] = bytes(30)
    assert take(bytes(whole)).refused in {FileRefusal.BROKEN, FileRefusal.UNKNOWN_FORMAT}
    assert take(zipped({"sleep.csv": HEAD + ROW}, zipfile.ZIP_LZMA)).refused is FileRefusal.BROKEN


def test_a_member_without_a_name_is_passed_over():
    # found by fuzzing: the standard library looks at the last letter of every name
    data = bytearray(zipped({"x": "y", "sleep.csv": HEAD + ROW}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 28], data[entry + 32] = 0, 1  # the name's only letter becomes a comment
    assert len(take(bytes(data)).sessions) == 1


def test_a_path_that_climbs_out_touches_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(take(zipped({"../../sleep.csv": HEAD + ROW})).sessions) == 1
    assert list(tmp_path.parent.glob("sleep.csv")) == []


def test_a_bomb_is_refused_in_little_memory():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("sleep.csv", "w", force_zip64=True) as inner,
    ):
        inner.write(HEAD.encode())
        for _ in range(256):
            inner.write(b"\n" * (1 << 20))
    data = out.getvalue()
    tracemalloc.start()
    reading = take(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reading.refused is FileRefusal.DANGEROUS
    assert peak < 150 * 2**20


def test_too_many_states_and_too_large_tables_are_refused(monkeypatch):
    monkeypatch.setattr("lenitive.sleep.readers.withings_export._MOST_BYTES", len(HEAD))
    assert take(HEAD + ROW, name="sleep.csv").refused is FileRefusal.DANGEROUS
    assert take(zipped({"sleep.csv": HEAD + ROW})).refused is FileRefusal.DANGEROUS
    monkeypatch.undo()
    monkeypatch.setattr("lenitive.sleep.readers.withings_export._MOST_STATES", 3)
    assert take(BED, name="raw_bed_sleep-state.csv").refused is FileRefusal.DANGEROUS
    monkeypatch.setattr("lenitive.sleep.readers.withings_export._MOST_STATES", 100)
    monkeypatch.setattr("lenitive.sleep.readers.withings_export._MOST_LOOKS", 3)
    reading = take(zipped({"sleep.csv": HEAD + ROW, "raw_bed_sleep-state.csv": BED}))
    assert reading.refused is FileRefusal.DANGEROUS


PIECES = st.sampled_from(
    [
        "[",
        "]",
        "[60,60]",
        "[1e308]",
        "[3,3]",
        "[true]",
        "[[",
        '"',
        '""',
        ",",
        "-1",
        "999999999999999999999999",
        "99999",
        "nan",
        "from",
        "von",
        "start,duration,value",
        "rem",
        "2026-03-01T23:00:00+01:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-23:59",
        "1990-01-01T00:00:00+23:59",
        "2026-03-01T23:00:00",
        "٣",
    ]
) | st.sampled_from("\n\r\0")


def changed(data, content):
    """Some bytes of a file replaced."""
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(st.binary(max_size=4) | PIECES.map(str.encode))
        content[at : at + data.draw(st.integers(0, 6))] = piece
    return bytes(content)


def holds(reading):
    """The promise: sleeps, or a fatal problem; every problem with its remedy; nights that the record takes."""
    assert (reading.refused is None) == bool(reading.sessions or reading.hypnograms)
    assert reading.refused is None or reading.problems[-1].fatal
    assert all(p.what and p.remedy for p in reading.problems)
    for policy in ("one", "union"):
        for night in nights(reading.sessions, policy=policy):
            to_record(night)


@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_changed_bytes_give_a_reading(data):
    night, bed = changed(data, (HEAD + ROW * 2).encode()), changed(data, BED.encode())
    holds(
        take(zipped({"sleep.csv": night, "raw_bed_sleep-state.csv": bed, "raw_tracker_sleep-state.csv": BED}))
    )
    holds(take(night, name="sleep.csv"))
    holds(take(bed, name="raw_bed_sleep-state.csv"))
    holds(take(changed(data, zipped({"sleep.csv": HEAD + ROW, "raw_bed_sleep-state.csv": BED}))))
