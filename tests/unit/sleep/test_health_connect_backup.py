"""Health Connect's own backup, on synthetic databases made here; no person's data.

The tables are those that Android's source creates (module HealthFitness, ``SleepSessionRecordHelper`` and its neighbours),
columns of other records left out.
"""

from __future__ import annotations

import io
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.record import DeviceClass
from lenitive.sleep import Stage, to_record
from lenitive.sleep.readers import FileRefusal, ReaderOptions, read

sys.path.insert(0, str(Path(__file__).parent))
from by_default import nights


def zipped(members, method=zipfile.ZIP_DEFLATED):
    """A zip archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


SCHEMA = """
CREATE TABLE application_info_table (row_id INTEGER PRIMARY KEY, package_name TEXT NOT NULL UNIQUE, app_name TEXT,
  app_icon BLOB, record_types_used TEXT);
CREATE TABLE device_info_table (row_id INTEGER PRIMARY KEY, manufacturer TEXT, model TEXT, device_type INTEGER);
CREATE TABLE sleep_session_record_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL UNIQUE,
  last_modified_time INTEGER, client_record_id TEXT, client_record_version TEXT, device_info_id INTEGER, app_info_id INTEGER,
  recording_method INTEGER, dedupe_hash BLOB UNIQUE, start_time INTEGER, start_zone_offset INTEGER, end_time INTEGER,
  end_zone_offset INTEGER, local_date INTEGER, notes TEXT, title TEXT,
  local_date_time_start_time INTEGER AS (start_time + 1000 * start_zone_offset),
  local_date_time_end_time INTEGER AS (end_time + 1000 * end_zone_offset),
  FOREIGN KEY (device_info_id) REFERENCES device_info_table(row_id) ON DELETE CASCADE);
CREATE TABLE sleep_stages_table (parent_key INTEGER NOT NULL, stage_start_time INTEGER NOT NULL,
  stage_end_time INTEGER NOT NULL, stage_type INTEGER NOT NULL,
  FOREIGN KEY (parent_key) REFERENCES sleep_session_record_table(row_id) ON DELETE CASCADE);
CREATE TABLE steps_record_table (row_id INTEGER PRIMARY KEY AUTOINCREMENT, count INTEGER);
INSERT INTO application_info_table VALUES (1, 'com.example.watch', 'Watch', x'89504e47', '38');
INSERT INTO device_info_table VALUES (1, 'Maker', 'Jane''s Watch', 1), (2, NULL, NULL, 2), (3, NULL, NULL, 0), (4, NULL, NULL, 8);
"""


def ms(text):
    """Milliseconds since 1970 of an ISO time with an offset."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def sleep_sql(row, start, end, *, device=1, method=2, offsets=None, app=1):
    """SQL of a sleep; its offsets are those of its times unless given."""
    own = [int(datetime.fromisoformat(t).utcoffset().total_seconds()) for t in (start, end)]
    a, b = own if offsets is None else offsets
    return (
        "INSERT INTO sleep_session_record_table (row_id, uuid, device_info_id, app_info_id, recording_method, start_time,"
        f" start_zone_offset, end_time, end_zone_offset, title) VALUES ({row}, randomblob(16), {device}, {app}, {method},"
        f" {ms(start)}, {a}, {ms(end)}, {b}, 'secret');"
    )


def stages_sql(row, start, *stages):
    """SQL of stages that follow each other, from (minutes, code)."""
    at, out = ms(start), []
    for minutes, code in stages:
        out.append(f"({row}, {at}, {at + minutes * 60_000}, {code})")
        at += minutes * 60_000
    return f"INSERT INTO sleep_stages_table VALUES {', '.join(out)};"


def database(sql, schema=SCHEMA):
    """The bytes of a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        base = sqlite3.connect(path)
        base.executescript(f"BEGIN; {schema} {sql} COMMIT;")
        base.commit()
        base.close()
        return path.read_bytes()


START, END = "2026-03-01T23:00:00+09:00", "2026-03-02T06:00:00+09:00"
STAGES = ((20, 7), (180, 4), (100, 5), (90, 6), (20, 4), (10, 3))
ONE = sleep_sql(1, START, END) + stages_sql(1, START, *STAGES)
LIMITS = "lenitive.sleep.readers.health_connect_backup"
DATABASE = "lenitive.sleep.readers.database"


def take(data, name="Health Connect.zip", **options):
    return read(name, io.BytesIO(data), ReaderOptions(**options))


def said(reading):
    return " | ".join(map(str, reading.problems))


def backup(data):
    return zipped({"health_connect_export.db": data})


def test_a_night_with_its_stages_by_its_own_clock_and_without_its_owners_name():
    reading = take(backup(database(ONE)))
    assert (reading.format, said(reading)) == ("health-connect-backup", "")
    (session,) = reading.sessions
    assert (session.start.isoformat(), session.end.isoformat()) == (START, END)
    assert session.source == "health-connect: com.example.watch"
    assert session.device_class is DeviceClass.WEARABLE
    kept = to_record(nights([session])[0])
    assert (kept.day.isoformat(), kept.tib_min, kept.tst_min, kept.sol_min) == ("2026-03-02", 420, 390, 20)
    assert (kept.light_min, kept.n3_min, kept.rem_min) == (200, 100, 90)
    assert "Jane" not in repr(reading)
    assert "secret" not in repr(reading)


@pytest.mark.skipif(sys.platform != "linux", reason="the engine of the web app comes for Linux")
def test_the_engine_of_the_web_app_reads_it_too(monkeypatch):
    import pysqlite3

    from lenitive.sleep.readers import database as reading_of_databases

    plain = take(backup(database(ONE)))
    monkeypatch.setattr(reading_of_databases, "sqlite3", pysqlite3.dbapi2)
    assert take(backup(database(ONE))).sessions == plain.sessions


def test_the_database_alone_is_read_as_well_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert len(take(database(ONE), name="health_connect_export.db").sessions) == 1
    assert len(take(zipped({"../../x.db": database(ONE)})).sessions) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("device", "method", "kind", "tail"),
    [
        (1, 2, DeviceClass.WEARABLE, ""),
        (2, 2, DeviceClass.PHONE, ""),
        (3, 2, DeviceClass.UNKNOWN, ""),
        (4, 1, DeviceClass.UNKNOWN, ""),
        (99, 0, DeviceClass.UNKNOWN, ""),
        ("NULL", 0, DeviceClass.UNKNOWN, ""),
        (1, 3, DeviceClass.MANUAL, ", typed in"),
    ],
)
def test_the_device_table_tells_what_measured(device, method, kind, tail):
    (session,) = take(database(sleep_sql(1, START, END, device=device, method=method))).sessions
    assert (session.device_class, session.source) == (kind, f"health-connect: com.example.watch{tail}")


def test_an_app_that_is_not_there_or_has_a_strange_name_is_not_named():
    strange = "UPDATE application_info_table SET package_name = 'Jane''s app';"
    assert take(database(ONE + strange)).sessions[0].source == "health-connect"
    assert take(database(sleep_sql(1, START, END, app=7))).sessions[0].source == "health-connect"


def test_a_clock_change_keeps_elapsed_hours_and_both_offsets():
    start, end = "2026-10-24T23:00:00+01:00", "2026-10-25T06:00:00+00:00"
    (session,) = take(database(sleep_sql(1, start, end) + stages_sql(1, start, (60, 1), (420, 4)))).sessions
    assert session.minutes == 480
    assert (session.start.isoformat(), session.end.isoformat()) == (start, end)
    assert to_record(nights([session])[0]).tst_min == 420


def test_offsets_that_are_missing_or_impossible_are_utc_unless_the_zone_is_given():
    data = database(sleep_sql(1, START, END, offsets=("NULL", "NULL")))
    unsaid = take(data)
    assert "--zone" in said(unsaid)
    assert unsaid.sessions[0].start.isoformat() == "2026-03-01T14:00:00+00:00"
    told = take(data, zone=ZoneInfo("Asia/Tokyo"))
    assert said(told) == ""
    assert told.sessions[0].start.isoformat() == START
    # milliseconds in the place of seconds
    odd = take(database(sleep_sql(1, START, END, offsets=(32_400_000, 32_400_000))))
    assert odd.sessions[0].start.isoformat() == "2026-03-01T14:00:00+00:00"
    assert "--zone" in said(odd)


def test_bad_rows_are_named_and_left_out():
    bad = (
        sleep_sql(2, END, START)
        + "INSERT INTO sleep_session_record_table (row_id, uuid, start_time, end_time) VALUES (3, x'03', 'soon', NULL);"
        + f"INSERT INTO sleep_stages_table VALUES (1, {ms(START)}, {ms(START) + 60_000}, 44),"
        f" (1, 0, 1, 4), (77, {ms(START)}, {ms(START) + 60_000}, 4), (1, 'x', 1, 4), (1, {ms(END)}, {ms(END)}, 1),"
        " (1, 9223372036854775807, -9223372036854775808, 4);"
    )
    reading = take(database(ONE + bad))
    assert len(reading.sessions) == 1
    text = said(reading)
    for words in (
        "unknown code",
        "far outside its sleep",
        "a sleep that is not there",
        "without a time or a code",
        "sleep_session_record_table[2]",
        "sleep_session_record_table[3]",
    ):
        assert words in text
    assert to_record(nights(reading.sessions)[0]).tst_min == 390


def test_columns_are_asked_for_by_name_and_older_ones_may_be_missing():
    schema = """CREATE TABLE sleep_stages_table (stage_type INTEGER, stage_end_time INTEGER, parent_key INTEGER, stage_start_time INTEGER);
    CREATE TABLE sleep_session_record_table (end_time INTEGER, start_time INTEGER, row_id INTEGER PRIMARY KEY);"""
    sql = f"INSERT INTO sleep_session_record_table VALUES ({ms(END)}, {ms(START)}, 5);"
    sql += f"INSERT INTO sleep_stages_table VALUES (4, {ms(END)}, 5, {ms(START)});"
    (session,) = take(database(sql, schema)).sessions
    assert session.spans[0].stage is Stage.LIGHT
    assert (session.source, session.device_class) == ("health-connect", DeviceClass.UNKNOWN)


def test_an_empty_a_foreign_and_a_cut_database_are_refused_for_the_right_reason():
    assert take(database("")).refused is FileRefusal.EMPTY
    foreign = take(database("", "CREATE TABLE t (a);"))
    assert foreign.refused is FileRefusal.NOT_SLEEP
    assert take(zipped({"health_connect_export.db": b"no database"})).refused is FileRefusal.UNKNOWN_FORMAT
    whole = database(ONE)
    cut = take(backup(whole[: len(whole) // 2]))
    assert cut.refused is FileRefusal.BROKEN
    assert "export again" in said(cut)


def test_a_damaged_page_is_found_before_its_rows_are_believed():
    many = "".join(stages_sql(1, START, (1, 4)) for _ in range(2000))
    data = bytearray(database(ONE + many))
    base = sqlite3.connect(":memory:")
    base.deserialize(bytes(data))
    root = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sleep_stages_table'").fetchone()[0]
    base.close()
    page = int.from_bytes(data[16:18], "big")
    data[(root - 1) * page + 8 : (root - 1) * page + 40] = b"\xff" * 32
    reading = take(bytes(data))
    assert reading.refused is FileRefusal.BROKEN
    assert "sleep_stages_table" in said(reading)


def test_a_schema_with_bytes_that_are_no_text_is_damage():
    # found by fuzzing: the error that quotes the schema cannot be decoded itself
    data = database(ONE)
    for old in (b"CREATE TABLE steps_record_table", b"CREATE TABLE sleep_stages_table"):
        assert old in data
        reading = take(data.replace(old, old.replace(b"TABLE ", b"T\xb5BLE ", 1)))
        assert reading.refused is FileRefusal.BROKEN
        assert reading.problems[-1].remedy


VIEW = SCHEMA.replace("CREATE TABLE sleep_stages_table", "CREATE TABLE other_table").replace(
    "CREATE TABLE steps_record_table",
    "CREATE VIEW sleep_stages_table AS SELECT * FROM other_table; CREATE TABLE steps_record_table",
)


def test_a_view_a_virtual_table_and_a_computed_column_are_not_believed():
    view = take(database(sleep_sql(1, START, END), VIEW))
    assert view.refused is FileRefusal.DANGEROUS
    assert "sleep_stages_table" in said(view)
    computed = SCHEMA.replace(
        "stage_type INTEGER NOT NULL,", "other INTEGER, stage_type INTEGER AS (abs(other)),"
    )
    reading = take(database(sleep_sql(1, START, END), computed))
    assert reading.refused is FileRefusal.UNKNOWN_FORMAT
    assert "plain column stage_type" in said(reading)
    with closing(sqlite3.connect(":memory:")) as base:
        options = {row[0] for row in base.execute("PRAGMA compile_options")}
    if "ENABLE_RTREE" in options:
        tree = SCHEMA.replace("sleep_stages_table", "other_table") + (
            "CREATE VIRTUAL TABLE sleep_stages_table USING rtree(parent_key, stage_start_time, stage_end_time);"
        )
        assert take(database(sleep_sql(1, START, END), tree)).refused is FileRefusal.DANGEROUS


def test_a_trigger_and_side_files_change_nothing():
    trigger = "CREATE TRIGGER t AFTER INSERT ON sleep_stages_table BEGIN DELETE FROM sleep_session_record_table; END;"
    assert len(take(database(ONE + trigger)).sessions) == 1
    ahead = bytearray(database(ONE))
    ahead[18:20] = b"\x02\x02"  # a database that was left in write-ahead mode
    assert len(take(bytes(ahead)).sessions) == 1


def test_nothing_but_plain_selects_is_permitted(tmp_path):
    from lenitive.sleep.readers.database import opened_database
    from lenitive.sleep.readers.health_connect_backup import _KNOWN

    path = tmp_path / "made.db"
    path.write_bytes(database(ONE))
    with opened_database(path, _KNOWN) as base:
        for sql in (
            "DELETE FROM sleep_stages_table",
            "SELECT load_extension('x')",
            "SELECT count FROM steps_record_table",
            "ATTACH ':memory:' AS other",
            "PRAGMA writable_schema=ON",
            "PRAGMA trusted_schema=ON",
            "CREATE TEMP TABLE t (a)",
            "SELECT zeroblob(100000000)",
        ):
            with pytest.raises(sqlite3.Error):
                base.execute(sql).fetchall()
        assert base.execute("SELECT stage_type FROM sleep_stages_table").fetchone() == (7,)


def test_sizes_rows_and_steps_are_limited(monkeypatch):
    data = database(ONE)
    monkeypatch.setattr(f"{LIMITS}._MOST_STAGES", 3)
    assert take(data).refused is FileRefusal.DANGEROUS
    monkeypatch.undo()
    monkeypatch.setattr(f"{DATABASE}.MOST_BYTES", 4096)
    assert take(data).refused is FileRefusal.DANGEROUS
    assert take(backup(data)).refused is FileRefusal.DANGEROUS
    monkeypatch.undo()
    monkeypatch.setattr(f"{DATABASE}._STEPS", 1)
    monkeypatch.setattr(f"{DATABASE}._MOST_STEPS", 1)
    assert take(data).refused in {FileRefusal.DANGEROUS, FileRefusal.BROKEN}


def test_a_bomb_in_the_databases_clothes_is_refused():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("health_connect_export.db", "w", force_zip64=True) as inner,
    ):
        inner.write(b"SQLite format 3\0")
        for _ in range(128):
            inner.write(bytes(1 << 20))
    reading = take(out.getvalue())
    assert reading.refused is FileRefusal.DANGEROUS
    assert "zip bomb" in said(reading)


WHOLE = database(
    ONE
    + sleep_sql(2, "2026-03-02T23:00:00+09:00", "2026-03-03T06:00:00+09:00")
    + "".join(stages_sql(2, "2026-03-02T23:00:00+09:00", (n, 4)) for n in range(1, 60))
)


@settings(derandomize=True, max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.booleans())
def test_changed_bytes_of_a_database_give_a_reading(data, packed):
    content = bytearray(WHOLE)
    # Headers of the file, of pages and of cells hold what everything else hangs on.
    page = int.from_bytes(content[16:18], "big")
    for _ in range(data.draw(st.integers(1, 6))):
        near = page * data.draw(st.integers(0, len(content) // page - 1))
        at = min(len(content), near + data.draw(st.integers(0, 120) | st.integers(0, page)))
        piece = data.draw(
            st.binary(min_size=1, max_size=4) | st.sampled_from([b"\xff\xff", b"\0\0\0\0", b"\x7f"])
        )
        content[at : at + len(piece)] = piece
    del content[data.draw(st.integers(len(content) // 4, len(content)) | st.just(len(content))) :]
    reading = take(backup(bytes(content)) if packed else bytes(content))
    assert (reading.refused is None) == bool(reading.sessions or reading.hypnograms)
    assert reading.refused is None or reading.problems[-1].fatal
    assert all(p.what and p.remedy for p in reading.problems)
    for night in nights(reading.sessions):
        to_record(night)


NUMBERS = st.sampled_from([0, 1, -1, ms(START), ms(END), 2**63 - 1, -(2**63), 64801]) | st.integers(
    -(2**40), 2**45
)
CELLS = NUMBERS | st.none() | st.floats() | st.text(max_size=3) | st.binary(max_size=3)


@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(*[CELLS] * 7), max_size=4), st.lists(st.tuples(*[CELLS] * 4), max_size=6))
def test_any_cells_in_the_right_tables_give_a_reading(sleeps, stages):
    base = sqlite3.connect(":memory:")
    base.executescript(SCHEMA.replace(" NOT NULL", "").replace(" UNIQUE", ""))
    for row in sleeps:
        base.execute(
            "INSERT INTO sleep_session_record_table (start_time, start_zone_offset, end_time, end_zone_offset, app_info_id,"
            " device_info_id, recording_method) VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
    base.executemany("INSERT INTO sleep_stages_table VALUES (?, ?, ?, ?)", stages)
    base.commit()
    data = base.serialize()
    base.close()
    reading = take(data)
    assert (reading.refused is None) == bool(reading.sessions)
    for night in nights(reading.sessions):
        to_record(night)
