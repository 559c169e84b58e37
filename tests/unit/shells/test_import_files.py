"""The one command: whatever the file is, it is recognised, and a record is brought up to date."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.files.probe import probed
from lenitive.files.reader import recognised
from lenitive.intake.options import DiaryOptions
from lenitive.shells.cli import app
from lenitive.shells.files import open_record
from lenitive.shells.importing import kinds
from lenitive.sleep import ReaderOptions
from lenitive.sleep.readers import night_readers

run = CliRunner().invoke
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "diaries"
FITBIT = {
    "dateOfSleep": "2026-03-02",
    "startTime": "2026-03-01T23:00:00.000",
    "endTime": "2026-03-02T06:50:00.000",
    "duration": 28200000,
    "minutesAsleep": 440,
    "timeInBed": 470,
}
APPLE = (
    '<?xml version="1.0" encoding="{}"?>\n<HealthData locale="en_GB"><Record type="HKCategoryTypeIdentifierSleepAnalysis" '
    'sourceName="Watch" startDate="2026-03-01 23:00:00 +0000" endDate="2026-03-02 06:00:00 +0000" '
    'value="HKCategoryValueSleepAnalysisAsleepCore"/></HealthData>'
)


def bring(path: Path, record: Path, *said: str):
    return run(app, ["import", str(path), "--into", str(record), *said])


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("reader", [r for r in kinds() if r.example is not None], ids=lambda r: r.name)
def test_the_example_of_every_reader_is_recognised_by_it_alone_and_read(reader):
    assert recognised(probed("example", io.BytesIO(reader.example)), kinds()) is reader
    probe = probed("example", io.BytesIO(reader.example))
    if reader in night_readers():
        # Counts of an actigraph do not say when somebody lay in bed.
        lights = (time(22), time(22, 3)) if reader.name == "actigraph-csv" else None
        reading = reader.read(probe, ReaderOptions(lights=lights))
        assert reading.sessions or reading.hypnograms or reading.measurements
    else:
        done = reader.read(probe, DiaryOptions(zone="Europe/Berlin"))
        assert done.record is not None, done.problems


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("export.xml.gz", gzip.compress(APPLE.format("UTF-8").encode())),
        ("export.xml", APPLE.format("UTF-16").encode("utf-16")),
        ("takeout.zip", zipped(**{"Takeout/Fitbit/Global Export Data/sleep-2026-03-01.json": json.dumps([{**FITBIT, "levels": {}}]).encode(), "Takeout/archive_browser.html": b"<html></html>"})),
        ("sleep.json", json.dumps({"sleep": [FITBIT]}).encode("utf-16")),
        ("garmin.zip", zipped(**{"DI_CONNECT/DI-Connect-Wellness/2026-03_sleepData.json": json.dumps([{"calendarDate": "2026-03-02", "sleepStartTimestampGMT": "2026-03-01T23:00:00.0", "sleepEndTimestampGMT": "2026-03-02T06:00:00.0", "sleepTimeSeconds": 24000, "deepSleepSeconds": 6000, "lightSleepSeconds": 14000, "remSleepSeconds": 4000}]).encode()})),
    ],
    ids=["gzip", "UTF-16 XML", "Takeout", "UTF-16 JSON", "Garmin account"],
)  # fmt: skip
def test_case_d19_containers_and_encodings(name, data, tmp_path):
    """case D19."""
    (tmp_path / name).write_bytes(data)
    done = bring(tmp_path / name, tmp_path / "record")
    assert done.exit_code == 0, done.output + done.stderr
    assert len(open_record(tmp_path / "record").record.nights) == 1


def test_what_a_file_was_taken_for_is_said_and_can_be_overruled(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps({"sleep": [FITBIT]}))
    done = bring(tmp_path / "s.json", tmp_path / "record")
    assert "s.json: a Fitbit sleep log (JSON); 1 sleep" in done.stdout
    other = bring(tmp_path / "s.json", tmp_path / "other", "--as", "oura")
    assert other.exit_code == 2
    assert bring(tmp_path / "s.json", tmp_path / "other", "--as", "nonsense").exit_code == 2
    listed = run(app, ["import", "--kinds"])
    assert {line.split()[0] for line in listed.stdout.splitlines()} == {"table", *(r.name for r in kinds())}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "a PDF, which is not read"),
        (b'{"resourceType": "Bundle", "entry": []}', "FHIR, which this command does not read"),
        (b'<?xml version="1.0"?><gpx></gpx>', "a track of places"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a workbook of the old kind"),
        (b"\x0e\x10\xd9\x07\x00\x00\x00\x00.FIT", "FIT"),
    ],
)
def test_a_known_kind_that_is_not_read_is_named_as_that(data, words, tmp_path):
    (tmp_path / "file").write_bytes(data)
    done = bring(tmp_path / "file", tmp_path / "record")
    assert done.exit_code == 2
    assert words in done.stderr
    assert not (tmp_path / "record").exists()


TABLE = "date,pain (0-10),fatigue (0-10)\n2026-03-01,5,6\n2026-03-02,4,6\n"


def test_case_d5_next_months_export_takes_nothing_away(tmp_path):
    """case D5."""
    record = tmp_path / "record"
    record.mkdir()
    (record / "patient.toml").write_text("# mine\nbirth_year = 1970\n")
    (record / "effects.csv").write_text("date,effect,severity\n2026-03-01,nausea,mild\n")
    (record / "measurements.csv").write_text("date,measure,value,unit\n2026-03-01,weight,70,kg\n")
    (record / "nights.csv").write_text("date,source,device_class,definition\n2026-03-01,watch,wearable,x\n")
    before = {p.name: p.read_bytes() for p in record.iterdir()}
    (tmp_path / "t.csv").write_text(TABLE)
    assert bring(tmp_path / "t.csv", record).exit_code == 0
    assert {name: (record / name).read_bytes() for name in before} == before
    assert [d.pain for d in open_record(record).record.diary] == [5, 4]


def test_what_differs_is_listed_and_kept_before_it_is_replaced(tmp_path):
    record = tmp_path / "record"
    (tmp_path / "t.csv").write_text(TABLE)
    bring(tmp_path / "t.csv", record)
    diary = (record / "diary.csv").read_bytes()
    (tmp_path / "t.csv").write_text(TABLE.replace("2026-03-02,4", "2026-03-02,9") + "2026-03-03,3,5\n")
    told = bring(tmp_path / "t.csv", record)
    assert told.exit_code == 0
    assert "diary.csv 2026-03-02 pain" in told.stdout
    assert [d.pain for d in open_record(record).record.diary] == [5, 4, 3]
    asked = bring(tmp_path / "t.csv", record, "--replace")
    assert [d.pain for d in open_record(record).record.diary] == [5, 9, 3]
    assert f"kept in {record / 'replaced' / '001'}" in asked.stdout.replace("\n", "")
    assert b"2026-03-02,4" in (record / "replaced" / "001" / "diary.csv").read_bytes()
    assert diary.splitlines()[0] == (record / "diary.csv").read_bytes().splitlines()[0]


def test_a_second_import_of_the_same_file_changes_nothing(tmp_path):
    record = tmp_path / "record"
    (tmp_path / "t.csv").write_text(TABLE)
    bring(tmp_path / "t.csv", record)
    before = {p.name: p.read_bytes() for p in record.iterdir()}
    again = bring(tmp_path / "t.csv", record)
    assert "nothing is new" in again.stdout
    assert {p.name: p.read_bytes() for p in record.iterdir()} == before


def test_comments_of_a_file_that_is_rewritten_are_kept(tmp_path):
    record = tmp_path / "record"
    record.mkdir()
    (record / "diary.csv").write_text("# my own words\ndate,pain\n2026-02-28,7\n")
    (tmp_path / "t.csv").write_text(TABLE)
    assert bring(tmp_path / "t.csv", record).exit_code == 0
    assert "# my own words" in (record / "replaced" / "001" / "diary.csv").read_text()
    assert [d.pain for d in open_record(record).record.diary] == [7, 5, 4]


def test_a_check_writes_nothing_and_says_what_would_be_read(tmp_path):
    (tmp_path / "t.csv").write_text(TABLE)
    done = run(app, ["import", str(tmp_path / "t.csv"), "--check"])
    assert done.exit_code == 0
    assert "diary.pain" in done.stdout
    assert "2 answers on 2 days" in done.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]


def test_case_d25_a_draft_shows_its_guesses_and_reads_the_table(tmp_path):
    """case D25."""
    (tmp_path / "t.csv").write_bytes(
        "Datum;Schmerz (0-10);Müdigkeit (0-10)\n13.03.2026;5,5;6\n14.03.2026;4,0;6\n".encode("cp1252")
    )
    done = run(app, ["import", "draft", str(tmp_path / "t.csv")])
    assert done.exit_code == 0, done.stderr
    for guess in (
        "Datum: the day, %d.%m.%Y",
        "Schmerz (0-10): pain, 0 to 10 (by the column's name)",
        'decimal = ","',
        'delimiter = ";"',
        "encoding = ",
    ):
        assert guess in done.stdout
    (tmp_path / "m.toml").write_text(done.stdout)
    made = run(
        app,
        [
            "import",
            "table",
            str(tmp_path / "t.csv"),
            "--mapping",
            str(tmp_path / "m.toml"),
            "--into",
            str(tmp_path / "record"),
        ],
    )
    assert made.exit_code == 0, made.stderr
    assert [d.pain for d in open_record(tmp_path / "record").record.diary] == [5.5, 4]


def test_case_d25_what_a_draft_cannot_tell_is_a_question(tmp_path):
    """case D25."""
    (tmp_path / "t.csv").write_text("date,pain\n03/04/2026,3\n04/04/2026,2\n")
    done = run(app, ["import", "draft", str(tmp_path / "t.csv")])
    assert done.exit_code == 1
    assert done.stdout.count("# ASK:") == 2
    assert "--dates dmy" in done.stderr


@pytest.mark.shared_data
def test_case_d24_several_people_in_one_file_are_asked_about(shared_data, tmp_path):
    """case D24."""
    source = shared_data / "studyu-sleep-n1-trials" / "measurements_tea.csv"
    asked = bring(source, tmp_path / "r", "--zone", "Europe/Berlin")
    assert asked.exit_code == 2
    assert "3 people are in it" in asked.stderr
    person = "0889f7fb-64b3-4f02-a517-0754b69cb6df"
    done = bring(source, tmp_path / "r", "--zone", "Europe/Berlin", "--where", f"participant_id={person}")
    assert done.exit_code == 0, done.stderr
    record = open_record(tmp_path / "r").record
    assert len(record.diary) >= 25
    assert all(d.sleep_disturbance is not None for d in record.diary)


def test_a_table_of_quoted_thousands_is_no_table_of_doses(tmp_path):
    """Commas within quotation marks once made a row of steps the names of the columns, and 154 a code of a drug."""
    rows = "".join(f'"{d:02d}-10-2019","2,444","7,366","{d}54"\n' for d in range(1, 31))
    (tmp_path / "steps.csv").write_text(f"Steps by day\nDate,Calories,Steps,Active\n{rows}")
    done = bring(tmp_path / "steps.csv", tmp_path / "record")
    assert done.exit_code == 2
    assert "of which no column is known by its name" in done.stderr
    (tmp_path / "bare.csv").write_text("01-10-2019,2444,154\n02-10-2019,7366,91\n")
    done = bring(tmp_path / "bare.csv", tmp_path / "record")
    assert done.exit_code == 2
    assert "first line names no columns" in done.stderr
    assert not (tmp_path / "record").exists()


def test_files_of_an_archive_that_are_no_sleep_do_not_stop_it(tmp_path):
    night = json.dumps([{**FITBIT, "levels": {}}]).encode()
    month = b'Activities\nDate,Steps\n"01-03-2026","5,969"\n'
    archive = {"Fitbit/sleep-2026-03-01.json": night, "Fitbit/sleep-2026-03-02.json": month}
    (tmp_path / "takeout.zip").write_bytes(zipped(**archive))
    done = bring(tmp_path / "takeout.zip", tmp_path / "record")
    assert done.exit_code == 0, done.output + done.stderr
    assert "1 night, " in done.stdout
    assert "1 other files in it are not read" in done.stdout


def test_time_in_bed_frames_a_night_when_asked_and_a_day_of_naps_is_counted_apart(tmp_path):
    """case D2."""
    kept = "HKCategoryValueSleepAnalysis"
    rows = [
        ("iPhone", "01 22:30", "02 07:00", "InBed"),
        ("Watch", "01 23:00", "02 06:00", "AsleepCore"),
        ("Watch", "03 14:00", "03 15:30", "AsleepCore"),
    ]
    body = "".join(
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{who}" startDate="2026-03-{a}:00 +0000" '
        f'endDate="2026-03-{b}:00 +0000" value="{kept}{what}"/>'
        for who, a, b, what in rows
    )
    (tmp_path / "export.xml").write_text(
        f'<?xml version="1.0"?>\n<HealthData locale="en_GB">{body}</HealthData>'
    )
    done = bring(tmp_path / "export.xml", tmp_path / "record", "--frame")
    assert done.exit_code == 0, done.stderr
    assert (
        "1 night and 1 day with naps only (1 framed by the time in bed of apple-health: iPhone)"
        in done.stdout
    )
    night, nap = open_record(tmp_path / "record").record.nights
    assert (night.tib_min, night.tst_min, night.sol_min) == (510, 420, 30)
    assert (nap.tst_min, nap.nap_min) == (None, 90)


def _files_of(record: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in record.iterdir() if p.suffix in {".csv", ".toml"}}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_exports_that_overlap_make_one_record_in_any_order(tmp_path, order):
    """A diary with doses and a watch's nights, each exported in three parts that share days: the record is that of the whole."""
    head, *rows = (EXAMPLES / "tagebuch-excel.csv").read_bytes().splitlines(keepends=True)
    nights = [
        {
            **FITBIT,
            "dateOfSleep": f"2026-03-{d:02d}",
            "startTime": f"2026-03-{d - 1:02d}T23:00:00.000",
            "endTime": f"2026-03-{d:02d}T06:{d:02d}:00.000",
            "duration": 1000 * (7 * 3600 + 60 * d),
            "minutesAsleep": 400 + d,
            "timeInBed": 420 + d,
            "isMainSleep": True,
        }
        for d in range(2, 31)
    ]
    cuts = ((0, 18), (12, 30), (26, 40))
    for n, (a, b) in enumerate(cuts):
        (tmp_path / f"diary-{n}.csv").write_bytes(b"".join([head, *rows[a:b]]))
        (tmp_path / f"sleep-{n}.json").write_text(json.dumps({"sleep": nights[a:b]}))
    (tmp_path / "diary.csv").write_bytes(b"".join([head, *rows]))
    (tmp_path / "sleep.json").write_text(json.dumps({"sleep": nights}))
    for name in ("diary.csv", "sleep.json"):
        assert bring(tmp_path / name, tmp_path / "whole").exit_code == 0
    for n in order:
        for name in (f"sleep-{n}.json", f"diary-{n}.csv"):
            done = bring(tmp_path / name, tmp_path / "parts")
            assert done.exit_code == 0, done.output + done.stderr
    assert _files_of(tmp_path / "parts") == _files_of(tmp_path / "whole")
    before = _files_of(tmp_path / "parts")
    again = bring(tmp_path / "diary-1.csv", tmp_path / "parts")
    assert "nothing is new" in again.stdout
    assert _files_of(tmp_path / "parts") == before
