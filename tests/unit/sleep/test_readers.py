"""Readers on files made here: what each format means, and what is wrong with bad ones."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lenitive.record import DeviceClass
from lenitive.sleep import Stage, to_record
from lenitive.sleep.readers import FileRefusal, ReaderOptions, read

sys.path.insert(0, str(Path(__file__).parent))
from by_default import architecture, nights


def take(content, name="file", **options):
    data = content if isinstance(content, bytes) else content.encode()
    return read(name, io.BytesIO(data), ReaderOptions(**options))


def said(reading):
    return " | ".join(map(str, reading.problems))


# ---- hypnograms ------------------------------------------------------------------------------------------------------


def test_lines_and_their_comments():
    reading = take("# one night\nW\nN1\nN2\n\nR\n")
    assert [s.name for s in reading.hypnograms[0].stages] == ["WAKE", "N1", "N2", "REM"]
    assert reading.sessions == (), "a night without a date is scored, but is no night of a calendar"


def test_an_unknown_stage_is_named_with_its_line_and_not_guessed():
    reading = take("W\nN2\nN9\nN2\n", name="night.txt")
    assert "night.txt:3: not the name of a sleep stage" in said(reading)
    assert reading.hypnograms[0].stages[2] is Stage.UNSCORED


def test_the_older_numbers_are_read_only_when_asked_for():
    assert "--codes rk" in said(take("0\n2\n5\n"))
    assert take("0\n4\n5\n", codes="rk").hypnograms[0].stages == (Stage.WAKE, Stage.N3, Stage.REM)


def test_a_table_with_onsets_reports_overlap_gap_negative_and_odd_length():
    table = "onset,duration,stage\n0,60,W\n60,90,N2\n120,60,N2\n240,30,R\n300,-30,R\n300,30,XX\n"
    reading = take(table, name="t.csv")
    text = said(reading)
    assert "t.csv:4: stages overlap" in text
    assert "t.csv:5: a gap between stages" in text
    assert "t.csv:6: a stage of no or negative length" in text
    assert "t.csv:7: not the name of a sleep stage" in text
    codes = reading.hypnograms[0].codes.tolist()
    assert codes == [0, 0, 2, 2, 2, 2, -1, -1, 4, -1, -1]


@pytest.mark.parametrize(
    ("start", "minutes", "kept"),
    [("2026-03-01T20:00:00", 900, 540), ("2026-03-01T23:10:00", 600, 470), ("2026-03-02T00:30:00", 600, 390), ("2026-03-02T09:00:00", 1440, 540)],
)  # fmt: skip
def test_lights_cut_the_night_in_which_the_record_starts_or_the_next(start, minutes, kept):
    rows = f"start,end,stage\n{start},{datetime.fromisoformat(start) + timedelta(minutes=minutes)},N2\n"
    (night,) = take(rows, lights=(time(22), time(7)), epoch_s=30.0).sessions
    assert len(night.hypnogram) * 0.5 == kept


def test_lights_that_leave_no_epoch_cut_nothing_and_say_so():
    found = take(
        "start,end,stage\n2026-03-01T22:00:00,2026-03-01T22:01:00,N2\n",
        lights=(time(22), time(22, 0, 10)),
        epoch_s=60.0,
    )
    assert found.sessions
    assert "no whole epoch lies between lights off and on" in said(found)


def test_an_epoch_of_another_length_is_named():
    rows = "\n".join(f"{t},N2" for t in (0, 30, 60, 100, 130, 160))
    assert "an epoch of another length" in said(take("time,stage\n" + rows))


def test_times_of_day_cross_midnight_and_give_the_night_its_day():
    table = "start,end,stage\n2026-03-01T23:30:00,2026-03-02T00:30:00,N2\n2026-03-02T00:30:00,2026-03-02T06:00:00,N3\n"
    (night,) = nights(take(table).sessions)
    assert (night.day.isoformat(), to_record(night).n3_min) == ("2026-03-02", 330)


def test_several_scorers_in_one_table():
    reading = take("epoch,scorer_a,scorer_b\n1,W,W\n2,N2,N1\n")
    assert [h.scorer for h in reading.hypnograms] == ["scorer_a", "scorer_b"]


# ---- the laboratory's files ------------------------------------------------------------------------------------------


def edf(annotations, *, start="01.03.26", records=1):
    """A small EDF+C file of annotations alone, written by the format's own rules."""
    tal = "".join(f"+{t:g}\x15{d:g}\x14{text}\x14\x00" for t, d, text in annotations)
    body = ("+0\x14\x14\x00" + tal).encode("utf-8")
    samples = (len(body) + 1) // 2 + 4
    body = body.ljust(samples * 2, b"\0")

    def field(text, width):
        return str(text).ljust(width)[:width].encode("ascii")

    head = field("0", 8) + field("X X X X", 80) + field("Startdate 01-MAR-2026 X X X", 80)
    head += field(start, 8) + field("22.30.00", 8) + field(512, 8) + field("EDF+C", 44)
    head += field(records, 8) + field("0", 8) + field(1, 4)
    head += field("EDF Annotations", 16) + field("", 80) + field("", 8) + field("-1", 8) + field("1", 8)
    head += field("-32768", 8) + field("32767", 8) + field("", 80) + field(samples, 8) + field("", 32)
    assert len(head) == 512
    return head + body


def test_edf_annotations_make_a_dated_night():
    data = edf(
        [
            (0, 600, "Sleep stage W"),
            (600, 1800, "Sleep stage N2"),
            (2400, 900, "Sleep stage R"),
            (100, 0, "Lights off"),
        ]
    )
    reading = take(data)
    assert reading.format == "edf+"
    assert said(reading) == ""
    (night,) = nights(reading.sessions)
    assert night.main.device_class is DeviceClass.PSG
    assert night.main.start.isoformat() == "2026-03-01T22:31:30", "the night begins when the lights went off"
    kept = to_record(night)
    assert (kept.tst_min, kept.sol_min, kept.n2_min, kept.rem_min) == (45.0, 8.5, 30.0, 15.0)


def test_edf_without_scoring_and_cut_short_are_refused():
    assert take(edf([(0, 30, "Lights off")])).refused is FileRefusal.NOT_SLEEP
    assert take(edf([(0, 30, "Sleep stage W")])[:300]).refused is FileRefusal.BROKEN
    assert take(b"0       " + b" " * 300).refused is FileRefusal.NOT_SLEEP


NSRR = """<?xml version="1.0" encoding="UTF-8"?><PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>
<ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start><Duration>300</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>Wake|0</EventConcept><Start>0</Start><Duration>60</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>Stage 4 sleep|4</EventConcept><Start>60</Start><Duration>90</Duration></ScoredEvent>
<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>REM sleep|5</EventConcept><Start>150</Start><Duration>30</Duration></ScoredEvent>
</ScoredEvents></PSGAnnotation>"""


def test_nsrr_and_profusion_number_rem_five():
    assert take(NSRR).hypnograms[0].codes.tolist() == [0, 0, 3, 3, 3, 4]
    stages = "".join(f"<SleepStage>{s}</SleepStage>" for s in (0, 2, 5, 9))
    profusion = (
        f"<CMPStudyConfig><EpochLength>30</EpochLength><SleepStages>{stages}</SleepStages></CMPStudyConfig>"
    )
    assert take(profusion).hypnograms[0].codes.tolist() == [0, 2, 4, -1]


def test_nsrr_durations_that_are_no_epochs_are_named():
    text = said(take(NSRR.replace("<Duration>90<", "<Duration>85<")))
    assert "not whole epochs of 30 s" in text
    assert "ScoredEvent 3" in text


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def test_entities_are_refused_in_every_xml():
    assert take(NSRR.replace("<PSGAnnotation>", BOMB + "<PSGAnnotation>")).refused is FileRefusal.DANGEROUS
    apple = take(APPLE.replace("<!ELEMENT HealthData (Record)>", '<!ENTITY a "aaaa">'))
    assert apple.refused is FileRefusal.DANGEROUS
    external = take(
        APPLE.replace("<!ELEMENT HealthData (Record)>", '<!ENTITY a SYSTEM "file:///etc/passwd">')
    )
    assert external.refused is FileRefusal.DANGEROUS


# ---- Apple Health ----------------------------------------------------------------------------------------------------


def record(value, start, end, source="Jane’s Apple Watch", zone=None):
    inside = f'<MetadataEntry key="HKTimeZone" value="{zone}"/>' if zone else ""
    return (
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" creationDate="{end}" '
        f'startDate="{start}" endDate="{end}" value="HKCategoryValueSleepAnalysis{value}">{inside}</Record>\n'
    )


HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (Record)>
]>
<HealthData locale="en_GB">
"""
NIGHT = (
    record("InBed", "2026-03-01 22:50:00 +0000", "2026-03-02 07:00:00 +0000")
    + record("Awake", "2026-03-01 22:50:00 +0000", "2026-03-01 23:10:00 +0000")
    + record("AsleepCore", "2026-03-01 23:10:00 +0000", "2026-03-02 01:10:00 +0000")
    + record("AsleepDeep", "2026-03-02 01:10:00 +0000", "2026-03-02 02:10:00 +0000")
    + record("AsleepREM", "2026-03-02 02:10:00 +0000", "2026-03-02 03:00:00 +0000")
    + record("AsleepCore", "2026-03-02 03:00:00 +0000", "2026-03-02 06:30:00 +0000")
)
APPLE = HEAD + NIGHT + "</HealthData>"


def test_apples_in_bed_is_not_added_to_asleep_and_the_owner_is_not_named():
    (night,) = nights(take(APPLE).sessions)
    kept = to_record(night)
    assert kept.source == "apple-health: Apple Watch"
    assert (kept.tib_min, kept.tst_min, kept.sol_min) == (490.0, 440.0, 20.0)
    assert (kept.light_min, kept.n3_min, kept.rem_min) == (330.0, 60.0, 50.0)
    assert kept.device_class is DeviceClass.WEARABLE


def test_doubled_records_count_once_and_overlapping_ones_are_named():
    (night,) = nights(take(HEAD + NIGHT + NIGHT + "</HealthData>").sessions)
    assert to_record(night).tst_min == 440
    extra = record("AsleepREM", "2026-03-02 03:30:00 +0000", "2026-03-02 03:40:00 +0000")
    assert "overlap" in said(take(HEAD + NIGHT + extra + "</HealthData>"))


def test_a_watch_and_a_phone_are_one_night_of_one_source():
    phone = record(
        "AsleepUnspecified", "2026-03-01 22:00:00 +0000", "2026-03-02 07:00:00 +0000", source="Jane’s iPhone"
    )
    (night,) = nights(take(HEAD + NIGHT + phone + "</HealthData>").sessions)
    assert night.main.source == "apple-health: Apple Watch"
    assert night.others == ("apple-health: iPhone",)


def test_the_zone_in_a_record_dates_it_whatever_the_offset_of_the_export():
    text = HEAD + record(
        "AsleepCore", "2026-03-01 13:00:00 +0000", "2026-03-01 21:00:00 +0000", zone="Asia/Tokyo"
    )
    (session,) = take(text + "</HealthData>").sessions
    assert session.start.isoformat() == "2026-03-01T22:00:00+09:00"


def test_bad_records_are_named_by_line_and_left_out():
    text = (
        HEAD
        + record("Dozing", "2026-03-01 22:50:00 +0000", "2026-03-01 23:50:00 +0000")
        + record("Awake", "2026-03-01 23:50:00 +0000", "2026-03-01 22:50:00 +0000")
        + record("Awake", "soon", "2026-03-01 22:50:00 +0000")
        + NIGHT
        + "</HealthData>"
    )
    reading = take(text, name="export.xml")
    assert len(reading.sessions) == 1
    text = said(reading)
    assert "export.xml:7 value: an unknown sleep value" in text
    assert "export.xml:8 endDate: a record that does not end" in text
    assert "export.xml:9 startDate: not a time" in text
    assert "Dozing" not in text, "no value of the patient's in a message"


@pytest.mark.parametrize("chunk", [7, 64, 333, 1 << 18])
def test_searching_for_sleep_finds_what_parsing_everything_finds(monkeypatch, chunk):
    other = (
        '<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="a &gt; b" value="60">'
        '<MetadataEntry key="k" value="HKCategoryTypeIdentifierSleepAnalysis"/></Record>\n'
        '<Workout workoutActivityType="x"><WorkoutEvent type="y"/></Workout>\n'
    )
    short = record("AsleepREM", "2026-03-03 02:00:00 +0000", "2026-03-03 03:00:00 +0000").replace(
        "></Record>", "/>"
    )
    quoted = short.replace("Jane’s Apple Watch", "it's > here").replace("2026-03-03", "2026-03-04")
    text = (
        HEAD
        + other
        + NIGHT.replace("</Record>\n", "</Record>\n" + other)
        + short
        + quoted
        + other
        + "</HealthData>\n"
    )
    whole = take(text.replace("UTF-8", "ISO-8859-1").encode("latin-1", "xmlcharrefreplace"))
    monkeypatch.setattr("lenitive.sleep.readers.apple._CHUNK", chunk)
    searched = take(text)
    assert len(searched.sessions) == 3
    assert searched.sessions == whole.sessions
    assert take(text[:-16]).refused is FileRefusal.BROKEN


def test_records_that_run_on_for_days_are_left_out_and_said_to_leave_nothing():
    text = "".join(
        record("AsleepCore", f"2026-03-0{d} 00:00:00 +0000", f"2026-03-0{d} 23:30:00 +0000")
        for d in range(1, 5)
    )
    reading = take(HEAD + text + "</HealthData>")
    assert reading.refused is FileRefusal.BROKEN
    assert "run on for more than two days" in said(reading)
    assert reading.problems[-1].fatal


def test_a_truncated_export_is_refused_with_its_line():
    reading = take(APPLE[:-40])
    assert reading.refused is FileRefusal.BROKEN
    assert reading.problems[-1].where.line is not None


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_an_export_zip_is_read_in_place():
    data = zipped({"apple_health_export/export_cda.xml": "<x/>", "apple_health_export/export.xml": APPLE})
    assert len(take(data).sessions) == 1


def test_a_path_that_climbs_out_of_the_archive_touches_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(take(zipped({"../export.xml": APPLE})).sessions) == 1
    assert list(tmp_path.parent.glob("export.xml")) == []


def test_a_zip_bomb_is_refused_long_before_it_is_unpacked():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("apple_health_export/export.xml", "w", force_zip64=True) as inner,
    ):
        inner.write(HEAD.encode())
        block = b" " * (1 << 20)
        for _ in range(128):
            inner.write(block)
    assert len(out.getvalue()) < 1 << 20
    reading = take(out.getvalue())
    assert reading.refused is FileRefusal.DANGEROUS
    assert "zip bomb" in said(reading)


def test_a_damaged_and_a_foreign_archive_are_refused():
    data = zipped({"apple_health_export/export.xml": APPLE * 50})
    assert take(data[: len(data) // 2]).refused is FileRefusal.BROKEN
    assert take(zipped({"a.txt": "W"})).refused is FileRefusal.UNKNOWN_FORMAT
    broken = bytearray(data)
    broken[60:90] = bytes(30)
    assert take(bytes(broken)).refused in {FileRefusal.BROKEN, FileRefusal.UNKNOWN_FORMAT}


# ---- devices ---------------------------------------------------------------------------------------------------------


def fitbit(**change):
    night = {
        "dateOfSleep": "2026-03-02",
        "startTime": "2026-03-01T23:00:00.000",
        "endTime": "2026-03-02T00:30:00.000",
        "duration": 5400000,
        "isMainSleep": True,
        "type": "stages",
        "minutesAsleep": 79,
        "levels": {
            "data": [
                {"dateTime": "2026-03-01T23:00:00.000", "level": "wake", "seconds": 600},
                {"dateTime": "2026-03-01T23:10:00.000", "level": "light", "seconds": 2400},
                {"dateTime": "2026-03-01T23:50:00.000", "level": "deep", "seconds": 1200},
                {"dateTime": "2026-03-02T00:10:00.000", "level": "rem", "seconds": 1200},
            ],
            "shortData": [{"dateTime": "2026-03-01T23:20:00.000", "level": "wake", "seconds": 60}],
        },
        **change,
    }
    return json.dumps({"sleep": [night]})


def test_fitbit_stages_with_short_wakes_laid_over_them():
    reading = take(fitbit())
    assert said(reading) == ""
    kept = to_record(nights(reading.sessions)[0])
    assert (kept.tst_min, kept.light_min, kept.n3_min, kept.rem_min, kept.awakenings) == (79, 39, 20, 20, 1)


def test_fitbits_clock_change_is_named_and_its_duration_counts():
    assert "clock was changed" in said(take(fitbit(endTime="2026-03-02T01:30:00.000")))


def test_a_negative_night_and_an_unknown_level_are_left_out():
    assert take(fitbit(endTime="2026-03-01T22:00:00.000")).refused is FileRefusal.BROKEN
    bad = json.loads(fitbit())
    bad["sleep"][0]["levels"]["data"][1]["level"] = "dreaming"
    assert "known level" in said(take(json.dumps(bad)))


def oura(**change):
    return json.dumps(
        {
            "data": [
                {
                    "day": "2026-03-02",
                    "bedtime_start": "2026-03-01T23:00:00+01:00",
                    "bedtime_end": "2026-03-02T01:00:00+01:00",
                    "type": "long_sleep",
                    "sleep_phase_5_min": "4" * 4 + "2" * 10 + "1" * 6 + "3" * 4,
                    "total_sleep_duration": 6000,
                    "light_sleep_duration": 3000,
                    "deep_sleep_duration": 1800,
                    "rem_sleep_duration": 1200,
                    **change,
                }
            ]
        }
    )


def test_ouras_phases_are_checked_against_its_own_totals():
    kept = to_record(nights(take(oura()).sessions)[0])
    assert (kept.definition, kept.light_min, kept.n3_min, kept.rem_min) == ("yasa-0.8", 50, 30, 20)
    doubted = take(oura(deep_sleep_duration=3600))
    assert "does not add up" in said(doubted)
    assert to_record(nights(doubted.sessions)[0]).definition == "device:oura-2"


def test_garmins_levels_and_withings_states():
    garmin = {
        "dailySleepDTO": {
            "sleepStartTimestampGMT": 1772398800000,
            "sleepEndTimestampGMT": 1772406000000,
            "sleepStartTimestampLocal": 1772402400000,
            "deepSleepSeconds": 1800,
            "lightSleepSeconds": 3600,
            "remSleepSeconds": 1800,
        },
        "sleepLevels": [
            {"startGMT": "2026-03-01T21:00:00.0", "endGMT": "2026-03-01T22:00:00.0", "activityLevel": 1.0},
            {"startGMT": "2026-03-01T22:00:00.0", "endGMT": "2026-03-01T22:30:00.0", "activityLevel": 0.0},
            {"startGMT": "2026-03-01T22:30:00.0", "endGMT": "2026-03-01T23:00:00.0", "activityLevel": 2.0},
        ],
    }
    (session,) = take(json.dumps(garmin)).sessions
    assert session.start.isoformat() == "2026-03-01T22:00:00+01:00"
    kept = to_record(nights([session])[0])
    assert (kept.light_min, kept.n3_min, kept.rem_min) == (60, 30, 30)
    garmin["dailySleepDTO"]["sleepTimeSeconds"] = 9000
    garmin["sleepLevels"] = []
    assert "do not add up" in said(take(json.dumps(garmin)))


def test_health_connect_sessions_with_their_zone():
    session = {
        "startTime": "2026-03-01T22:00:00Z",
        "startZoneOffset": "+01:00",
        "endTime": "2026-03-01T23:00:00Z",
        "endZoneOffset": {"totalSeconds": 3600},
        "stages": [
            {"startTime": "2026-03-01T22:00:00Z", "endTime": "2026-03-01T22:20:00Z", "stage": 7},
            {"startTime": "2026-03-01T22:20:00Z", "endTime": "2026-03-01T23:00:00Z", "stage": 5},
        ],
    }
    reading = take(json.dumps([session]))
    assert reading.sessions[0].start.isoformat() == "2026-03-01T23:00:00+01:00"
    assert to_record(nights(reading.sessions)[0]).n3_min == 40


def test_a_zone_with_a_clock_change_keeps_elapsed_time():
    # a night over the European spring change, in UTC: 22:00 to 06:00 is eight hours, 23:00 to 08:00 on the wall
    session = {"startTime": "2026-03-28T22:00:00Z", "endTime": "2026-03-29T06:00:00Z", "stages": []}
    (one,) = take(json.dumps([session]), zone=ZoneInfo("Europe/Berlin")).sessions
    assert one.minutes == 480
    assert (one.start.hour, one.end.hour) == (23, 8)


# ---- anything at all -------------------------------------------------------------------------------------------------


def test_what_is_no_sleep_file_is_refused():
    assert take(b"").refused is FileRefusal.EMPTY
    assert take(b"SQLite format 3\0" + bytes(100)).refused is FileRefusal.BROKEN
    assert take(bytes(range(256))).refused is FileRefusal.UNKNOWN_FORMAT
    assert take("[" * 200000).refused in {FileRefusal.DANGEROUS, FileRefusal.BROKEN}
    assert take('{"sleep": [').problems[-1].where.line == 1


SEEDS = [
    APPLE.encode(),
    NSRR.encode(),
    fitbit().encode(),
    oura().encode(),
    edf([(0, 600, "Sleep stage W"), (600, 1800, "Sleep stage N2")]),
    b"onset,duration,stage\n0,60,W\n60,90,N2\n",
    zipped({"export.xml": APPLE}),
    b"Id,Tz,From,To\n1,Europe/London,26. 11. 2020 20:00,27. 11. 2020 7:00\n",
]


@settings(derandomize=True, max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.data())
def test_any_bytes_give_a_reading_never_an_exception(seed, data):
    changed = bytearray(seed)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(changed)))
    reading = take(bytes(changed[:cut]))
    assert reading.sessions or reading.hypnograms or reading.problems[-1].fatal
    for night in nights(reading.sessions):
        to_record(night)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=5)
    | st.sampled_from(["2026-03-01T23:00:00", "2026-03-02T06:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "light", "h", "4" * 50]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)  # fmt: skip
KEYS = st.sampled_from(
    [
        "startTime",
        "endTime",
        "stages",
        "stage",
        "dateOfSleep",
        "levels",
        "data",
        "dateTime",
        "level",
        "seconds",
        "duration",
        "bedtime_start",
        "bedtime_end",
        "sleep_phase_5_min",
        "latency",
        "sleepStartTimestampGMT",
        "sleepEndTimestampGMT",
        "sleepStartTimestampLocal",
        "deepSleepSeconds",
        "sleepLevels",
        "effective_time_frame",
        "total_sleep_time",
        "value",
        "unit",
        "time_interval",
        "start_date_time",
        "end_date_time",
        "state",
        "startdate",
        "enddate",
        "timezone",
        "startTimeNanos",
        "endTimeNanos",
        "intVal",
        "dataTypeName",
        "minutesAsleep",
        "isMainSleep",
        "startZoneOffset",
    ]
)
OBJECTS = st.recursive(
    st.dictionaries(KEYS, VALUES, max_size=6),
    lambda inner: st.dictionaries(KEYS, VALUES | inner | st.lists(inner, max_size=3), max_size=6),
    max_leaves=6,
)


@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OBJECTS, st.sampled_from(["fitbit", "oura", "garmin", "withings", "google", "connect", "omh"]))
def test_any_json_in_a_devices_clothes_gives_a_reading(item, dress):
    if dress == "fitbit":
        content = {"sleep": [{"dateOfSleep": "2026-03-02", **item}]}
    elif dress == "oura":
        content = {"data": [{"bedtime_start": "2026-03-01T23:00:00", **item}]}
    elif dress == "garmin":
        content = [{"dailySleepDTO": item, **item}]
    elif dress == "withings":
        content = {
            "status": 0,
            "body": {"series": [{"state": 1, **item}, {"data": {"lightsleepduration": 60}, **item}]},
        }
    elif dress == "google":
        content = {"point": [{"dataTypeName": "com.google.sleep.segment", "value": [{"intVal": 4}], **item}]}
    elif dress == "connect":
        content = [{"startTime": "2026-03-01T22:00:00Z", "stages": [item], **item}]
    else:
        content = {"effective_time_frame": {"time_interval": item}, **item}
    reading = take(json.dumps(content))
    for night in nights(reading.sessions):
        to_record(night)


def test_the_statistics_of_a_read_night_do_not_depend_on_the_format():
    codes = np.array([0, 0, 2, 2, 3, 4, 0, 2], dtype=np.int8)
    words = "\n".join(str(c) for c in codes)
    rows = "\n".join(f"{30 * i},30,{c}" for i, c in enumerate(codes))
    notes = [(30 * i, 30, f"Sleep stage {('W', '1', '2', '3', 'R')[c]}") for i, c in enumerate(codes)]
    found = [
        architecture(take(words).hypnograms[0]),
        architecture(take("onset,duration,stage\n" + rows).hypnograms[0]),
        architecture(take(json.dumps(codes.tolist())).hypnograms[0]),
        architecture(take(edf(notes)).hypnograms[0]),
    ]
    assert all(f == found[0] for f in found)
