"""Exports as their apps write them: each by its own reader, with what its night comes to."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lenitive.record import DeviceClass
from lenitive.sleep import FileRefusal, read, to_record
from lenitive.sleep.readers import ReaderOptions

sys.path.insert(0, str(Path(__file__).parent))
from by_default import nights
from test_false_nights import apple


def take(data, name="file", **options):
    raw = data if isinstance(data, bytes) else data.encode()
    return read(name, io.BytesIO(raw), ReaderOptions(**options))


def one(data, **options):
    reading = take(data, **options)
    (night,) = nights(reading.sessions)
    return night, to_record(night)


HEAD = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo,1:30,1:40\n"


def android(start, end, hours, adjust="0", own="0"):
    return (
        HEAD
        + f'"{own}","Europe/London","{start}","{end}","{end}","{hours}","0.0","","10000","-1","-1.0","-1","0.3","{adjust}","","0.1","0.2"\n'
    )


def zipped(table: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("prefs.xml", "<?xml version='1.0'?><map></map>")
        archive.writestr("sleep-export.csv", table)
    return out.getvalue()


def test_case_d10_the_zip_of_sleep_as_android_is_read_as_the_app_writes_it():
    """case D10."""
    night, kept = one(zipped(android("01. 03. 2026 23:00", "02. 03. 2026 6:30", "7.5", "-30")))
    assert night.main.source == "sleep-as-android"
    assert (kept.tib_min, kept.tst_min) == (450.0, 420.0)


def test_case_d10_at_a_clock_change_the_start_is_the_one_its_hours_agree_with():
    """case D10."""
    # 1:30 comes twice on 25 October 2026 in London.
    night, kept = one(android("25. 10. 2026 1:30", "25. 10. 2026 7:00", "5.5", own="1792895400000"))
    assert (kept.tib_min, kept.tst_min) == (330.0, 330.0)
    assert night.main.start.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    first, kept = one(android("25. 10. 2026 1:30", "25. 10. 2026 7:00", "6.5"))
    assert kept.tib_min == 390.0
    assert first.main.start.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_case_d10_where_hours_do_not_tell_the_start_is_the_one_of_the_id():
    """case D10."""
    begun = int(datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp() * 1000)
    _, kept = one(android("25. 10. 2026 1:30", "25. 10. 2026 7:00", "-1", own=str(begun)))
    assert kept.tib_min == 330.0
    assert kept.tst_min is None


SAMSUNG = """com.samsung.shealth.sleep,7006003,11
efficiency,sleep_duration,com.samsung.health.sleep.start_time,com.samsung.health.sleep.end_time,com.samsung.health.sleep.time_offset,com.samsung.health.sleep.datauuid,
82.0,480,2026-03-01 22:00:00.000,2026-03-02 06:00:00.000,UTC+0100,a,
"""
SAMSUNG_STAGES = """com.samsung.health.sleep_stage,7006003,7
start_time,sleep_id,stage,time_offset,end_time,datauuid,
2026-03-01 22:00:00.000,a,40001,UTC+0100,2026-03-01 22:20:00.000,1,
2026-03-01 22:20:00.000,a,40002,UTC+0100,2026-03-02 03:20:00.000,2,
2026-03-02 03:20:00.000,a,40003,UTC+0100,2026-03-02 04:20:00.000,3,
2026-03-02 04:20:00.000,a,40004,UTC+0100,2026-03-02 06:00:00.000,4,
"""


def test_case_d20_samsung_healths_tables_are_one_night():
    """case D20."""
    sessions = [*take(SAMSUNG).sessions, *take(SAMSUNG_STAGES).sessions]
    (night,) = nights(sessions)
    kept = to_record(night)
    assert (kept.tst_min, kept.light_min, kept.n3_min, kept.rem_min, kept.sol_min) == (460, 300, 60, 100, 20)
    assert (night.main.start.isoformat(), night.day) == ("2026-03-01T23:00:00+01:00", date(2026, 3, 2))


def test_case_d20_dreems_table_and_text():
    """case D20."""
    head = "Type;Start Time;Stop Time;Sleep Duration;Sleep Onset Duration;Light Sleep Duration;Deep Sleep Duration;REM Duration;Wake After Sleep Onset Duration;Number of awakenings;Hypnogram\n"
    words = ["WAKE"] * 20 + ["Light"] * 400 + ["Deep"] * 100 + ["REM"] * 80
    row = f"night;2026-03-01T23:00:00;2026-03-02T04:00:00;4:50:00;0:10:00;3:20:00;0:50:00;0:40:00;0:00:00;0;[{','.join(words)}]\n"
    night, kept = one(head + row)
    assert (kept.tst_min, kept.light_min, kept.n3_min, kept.rem_min) == (290, 200, 50, 40)
    assert night.main.device_class is DeviceClass.WEARABLE
    text = "Patient:\tx\nSleep Stage\tTime [hh:mm:ss]\tEvent\tDuration[s]\n" + "".join(
        f"S\t23:{i:02d}:00\tSLEEP-S{s}\t30\n" for i, s in enumerate((0, 1, 2, 3, 4))
    )
    (scored,) = take(text).hypnograms
    assert [s.words for s in scored.stages] == ["wake", "N1", "N2", "N3", "N3"]
    (dated,) = take(text, start=datetime(2026, 3, 1, 23)).sessions
    assert dated.device_class is DeviceClass.UNKNOWN


TAKEOUT = """sleep_id,sleep_type,minutes_in_sleep_period,minutes_to_fall_asleep,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source
111,STAGES,480,12,420,48,+02:00,2026-10-04 20:30:00+0000,+02:00,2026-10-05 04:30:00+0000,X
"""
TAKEOUT_STAGES = """sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,end_utc_offset,sleep_stage_end
111,1,AWAKE,+02:00,2026-10-04 20:30:00+0000,+02:00,2026-10-04 20:42:00+0000
111,2,LIGHT,+02:00,2026-10-04 20:42:00+0000,+02:00,2026-10-05 01:00:00+0000
111,3,DEEP,+02:00,2026-10-05 01:00:00+0000,+02:00,2026-10-05 04:30:00+0000
"""


def test_case_d20_takeouts_tables_are_one_night():
    """case D20."""
    alone, kept = one(TAKEOUT)
    assert (kept.tst_min, kept.sol_min, alone.main.start.isoformat()) == (
        420,
        12,
        "2026-10-04T22:30:00+02:00",
    )
    (night,) = nights([*take(TAKEOUT).sessions, *take(TAKEOUT_STAGES).sessions])
    kept = to_record(night)
    assert (kept.tst_min, kept.light_min, kept.n3_min) == (468, 258, 210)


def test_case_d20_ouras_table():
    """case D20."""
    night, kept = one(
        "date,Sleep Score,Total Sleep Duration,Total Bedtime,Awake Time,Bedtime Start,Bedtime End\n"
        "2026-08-09,84,27180,29400,2220,2026-08-08T23:32:00+03:00,2026-08-09T07:42:00+03:00\n2026-08-10,,,,,,\n"
    )
    assert (kept.tst_min, kept.tib_min, night.day) == (453, 490, date(2026, 8, 9))


def test_polars_last_wake_is_the_mark_of_the_end():
    text = """[{"night": "2026-03-02", "evaluation": {"asleepDuration": "PT6H30M"}, "sleepResult": {"hypnogram": {
    "sleepStart": "2026-03-01T23:00:00.000+01:00", "sleepEnd": "2026-03-02T06:00:00.000+01:00", "sleepStateChanges": [
    {"offsetFromStart": "PT0S", "state": "WAKE"}, {"offsetFromStart": "PT30M", "state": "NONREM2"},
    {"offsetFromStart": "PT4H30M", "state": "NONREM3"}, {"offsetFromStart": "PT5H", "state": "REM"},
    {"offsetFromStart": "PT7H", "state": "WAKE"}]}}}]"""
    _, kept = one(text)
    assert (kept.tib_min, kept.tst_min, kept.light_min, kept.n3_min, kept.rem_min) == (420, 390, 240, 30, 120)
    assert kept.n1_min is None


def test_health_auto_export_gives_nights_and_what_was_measured_beside_them():
    text = """{"data": {"metrics": [{"name": "sleep_analysis", "units": "hr", "data": [{"date": "2026-03-02 00:00:00 +0100",
    "inBedStart": "2026-03-01 22:45:00 +0100", "inBedEnd": "2026-03-02 06:45:00 +0100", "sleepStart": "2026-03-01 23:00:00 +0100",
    "sleepEnd": "2026-03-02 06:30:00 +0100", "totalSleep": 7, "deep": 1, "core": 4.5, "rem": 1.5, "awake": 0.5, "source": "Kim's Apple Watch"}]},
    {"name": "weight_body_mass", "units": "lb", "data": [{"date": "2026-03-02 07:00:00 +0100", "qty": 154.32}]},
    {"name": "blood_pressure", "units": "mmHg", "data": [{"date": "2026-03-02 07:00:00 +0100", "systolic": 121, "diastolic": 79}]}]}}"""
    reading = take(text)
    (night,) = nights(reading.sessions)
    kept = to_record(night)
    assert (kept.tib_min, kept.tst_min, kept.light_min, kept.source) == (
        480,
        420,
        270,
        "apple-health: Apple Watch",
    )
    assert {m.measure: m.value for m in reading.measurements} == {
        "weight": 69.998,
        "systolic_lying": 121,
        "diastolic_lying": 79,
    }


def test_weight_pressure_and_pulse_of_an_apple_export_are_measurements():
    export = apple(("Watch", "2026-03-01 23:00:00 +0000", "2026-03-02 06:00:00 +0000", "AsleepCore", "/>"))
    extra = "".join(
        f'<Record type="HKQuantityTypeIdentifier{kind}" sourceName="Scale" unit="{unit}" startDate="2026-03-0{d} 07:0{m}:00 +0000" endDate="2026-03-0{d} 07:0{m}:00 +0000" value="{value}"/>'
        for kind, unit, d, m, value in (
            ("BodyMass", "kg", 2, 0, 70.5), ("BodyMass", "kg", 2, 5, 70.4), ("BodyMass", "lb", 3, 0, 155.0),
            ("BloodPressureSystolic", "mmHg", 2, 1, 122), ("BloodPressureDiastolic", "mmHg", 2, 1, 81),
            ("RestingHeartRate", "count/min", 2, 2, 61), ("BodyMass", "stone of gold", 4, 0, 11), ("StepCount", "count", 2, 0, 9000),
        )
    )  # fmt: skip
    reading = take(export.replace("</HealthData>", extra + "</HealthData>"))
    assert len(reading.sessions) == 1
    told = {(m.day.day, m.measure): m.value for m in reading.measurements}
    assert told == {
        (2, "weight"): 70.4, (3, "weight"): 70.307, (2, "systolic_lying"): 122, (2, "diastolic_lying"): 81, (2, "heart_rate"): 61,
    }  # fmt: skip


DIARY = "Date,To bed,Lights out,Minutes to fall asleep,Awakenings,Minutes awake,Final waking,Got up\n"


@pytest.mark.parametrize("zone", [None, ZoneInfo("Europe/Berlin")])
def test_a_sleep_diary_in_clock_times_has_its_statistics(zone):
    night, kept = one(DIARY + "2026-03-02,22:30,23:00,20,2,25,06:30,07:00\n", zone=zone)
    assert (kept.source, kept.device_class, kept.definition) == (
        "sleep diary",
        DeviceClass.MANUAL,
        "diary:consensus",
    )
    # 23:20 asleep, 6:30 awake for good: 430 min, 25 of them awake, in 510 min of bed.
    assert (kept.tib_min, kept.sol_min, kept.waso_min, kept.awakenings, kept.tst_min) == (510, 20, 25, 2, 405)
    assert kept.se_pct == pytest.approx(100 * 405 / 510)
    assert night.day == date(2026, 3, 2)


def test_a_sleep_diary_after_midnight_over_a_clock_change_and_with_gaps():
    late, kept = one(DIARY + "2026-03-02,1:30 am,1:45 am,15,0,,8:00 am,8:15 am\n")
    assert (kept.tib_min, kept.tst_min, late.main.start.day) == (405, 360, 2)
    _, spring = one(DIARY + "2026-03-29,23:00,23:00,0,0,0,07:00,07:00\n", zone=ZoneInfo("Europe/Berlin"))
    assert spring.tib_min == 420, "an hour is missing from that night"
    _, gaps = one(DIARY + "2026-03-02,22:30,,,,,06:30,\n")
    assert (gaps.tib_min, gaps.tst_min, gaps.waso_min) == (480, None, None)
    asked = take(DIARY + "03/04/2026,22:30,,,,,06:30,\n")
    assert asked.refused is FileRefusal.BROKEN
