"""Files on which an earlier version read false nights in silence."""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lenitive.record import DeviceClass
from lenitive.sleep import FileRefusal, Session, Span, Stage, read, to_record
from lenitive.sleep.readers import ReaderOptions
from lenitive.sleep.readers.owners import without_owner
from lenitive.terms import DateOrder

sys.path.insert(0, str(Path(__file__).parent))
from by_default import nights
from test_readers import edf


def take(data, name="file", **options):
    raw = data if isinstance(data, bytes) else data.encode()
    return read(name, io.BytesIO(raw), ReaderOptions(**options))


def said(reading):
    return "\n".join(str(p) for p in reading.problems)


STAGES = ("W", "2", "3", "4", "4", "R")


@pytest.mark.parametrize("codes", ["aasm", "rk"])
def test_case_d1_stage_4_of_edf_is_deep_sleep(codes):
    """case D1."""
    reading = take(edf([(30 * i, 30, f"Sleep stage {s}") for i, s in enumerate(STAGES)]), codes=codes)
    (night,) = nights(reading.sessions)
    kept = to_record(night)
    assert (kept.n3_min, kept.rem_min, kept.n2_min) == (1.5, 0.5, 0.5)


def test_case_d1_stage_4_of_a_text_file_is_deep_sleep_when_it_is_called_so():
    """case D1."""
    (scored,) = take("\n".join(f"Sleep stage {s}" for s in STAGES)).hypnograms
    assert [s.words for s in scored.stages] == ["wake", "N2", "N3", "N3", "N3", "REM"]
    (numbers,) = take("\n".join(STAGES)).hypnograms
    assert numbers.stages[3] is Stage.REM, "a bare 4 stays REM, as YASA and Dreem write it"


def apple(*records):
    body = "".join(
        f'<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="{source}" '
        f'startDate="{start}" endDate="{end}" value="HKCategoryValueSleepAnalysis{value}"{extra}'
        for source, start, end, value, extra in records
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">{body}</HealthData>'


def test_case_d2_a_source_that_knows_sleep_goes_before_one_that_knows_time_in_bed():
    """case D2."""
    rows = []
    for d in range(10):
        rows.append(
            (
                "iPhone",
                f"2026-03-{d + 1:02d} 22:30:00 +0000",
                f"2026-03-{d + 2:02d} 07:00:00 +0000",
                "InBed",
                "/>",
            )
        )
        if d >= 5:
            rows.append(
                (
                    "Watch",
                    f"2026-03-{d + 1:02d} 23:00:00 +0000",
                    f"2026-03-{d + 2:02d} 06:00:00 +0000",
                    "AsleepCore",
                    "/>",
                )
            )
    sessions = take(apple(*rows)).sessions
    found = nights(sessions)
    assert [to_record(n).tst_min for n in found] == [None] * 5 + [420.0] * 5
    assert [n.main.source for n in found] == ["apple-health: iPhone"] * 5 + ["apple-health: Watch"] * 5
    assert found[5].others == ("apple-health: iPhone",)
    assert {n.main.source for n in nights(sessions, prefer="iphone")} == {"apple-health: iPhone"}


def test_case_d2_time_in_bed_frames_the_nights_where_it_is_asked_to():
    """case D2."""
    bed = ("iPhone", "2026-03-01 22:30:00 +0000", "2026-03-02 07:00:00 +0000", "InBed", "/>")
    slept = ("Watch", "2026-03-01 23:00:00 +0000", "2026-03-02 06:00:00 +0000", "AsleepCore", "/>")
    alone = ("Watch", "2026-03-02 23:00:00 +0000", "2026-03-03 06:00:00 +0000", "AsleepCore", "/>")
    sessions = take(apple(bed, slept, alone)).sessions
    framed, bare = nights(sessions, frame=True)
    kept = to_record(framed)
    assert (kept.source, framed.framed_by) == ("apple-health: Watch", "apple-health: iPhone")
    assert (kept.tib_min, kept.tst_min, kept.sol_min, kept.se_pct) == (
        510,
        420,
        30,
        pytest.approx(100 * 420 / 510),
    )
    assert (kept.start.hour, kept.start.minute, kept.end.hour) == (22, 30, 7)
    assert (bare.framed_by, to_record(bare).tib_min) == ("", 420)
    unasked, _ = nights(sessions)
    assert (unasked.framed_by, to_record(unasked).tib_min) == ("", 420)
    (watch, _) = nights(sessions, frame=True, prefer="watch")
    assert to_record(watch).tib_min == 510


@pytest.mark.parametrize(
    ("begin", "end", "only_nap"),
    [
        ("14:00", "15:30", True),
        ("08:30", "10:00", True),
        ("04:00", "06:30", False),  # a short night is a night
        ("09:00", "14:30", False),  # and so is a long sleep by day
    ],
)
def test_a_day_with_a_nap_alone_has_no_night(begin, end, only_nap):
    nap = ("Watch", f"2026-03-01 {begin}:00 +0000", f"2026-03-01 {end}:00 +0000", "AsleepCore", "/>")
    (found,) = nights(take(apple(nap)).sessions)
    kept = to_record(found)
    assert found.only_naps is only_nap
    if only_nap:
        assert (kept.tst_min, kept.tib_min, kept.start, kept.nap_min) == (None, None, None, 90)
    else:
        assert kept.tst_min is not None
        assert kept.nap_min is None


def test_what_a_device_calls_no_main_sleep_makes_no_night():
    nap = {**FITBIT, "isMainSleep": False}
    (found,) = nights(take(json.dumps({"sleep": [nap]})).sessions)
    assert found.only_naps
    assert to_record(found).nap_min == 470
    (other,) = nights(take(json.dumps({"sleep": [FITBIT]})).sessions)
    assert not other.only_naps


MONTH = """Body
Date,Weight,BMI,Fat
"01-03-2026","70.5","24","0"

Activities
Date,Calories Burned,Steps,Distance,Floors,Minutes Sedentary
"01-03-2026","2,229","5,969","4.43","52","1,315"

Sleep
Start Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed
"2026-03-13 11:00PM","2026-03-14 6:00AM","400","20","3","420"

Food Log 20260301
Daily Totals
"""


def test_the_nights_of_a_monthly_export_are_read_among_its_other_tables():
    reading = take(MONTH)
    (night,) = reading.sessions
    assert (night.start.day, night.totals["tst_min"]) == (13, 400)
    assert reading.problems == ()


@pytest.mark.parametrize("name", ["Activities", "Activités", "Body"])
def test_a_monthly_export_without_sleep_is_named(name):
    reading = take(f'{name}\nDate,Steps\n"01-03-2026","5,969"\n')
    assert reading.refused is FileRefusal.NOT_SLEEP
    assert f"without sleep in it ({name.casefold()} only)" in said(reading)


def test_google_fits_totals_by_day_are_known_and_their_sleep_is_read():
    point = {
        "dataTypeName": "com.google.sleep.segment",
        "startTimeNanos": "1772406000000000000",
        "endTimeNanos": "1772431200000000000",
        "value": [{"intVal": 4}],
    }
    day = {"startTimeMillis": "1772400000000", "endTimeMillis": "1772486400000"}
    steps = {"bucket": [{**day, "dataset": [{"dataSourceId": "derived:steps", "point": []}]}]}
    assert "Google Fit file without a segment of sleep" in said(take(json.dumps(steps)))
    slept = {"bucket": [{**day, "dataset": [{"dataSourceId": "x", "point": [point]}]}]}
    (night,) = take(json.dumps(slept)).sessions
    assert night.minutes == 420


FITBIT = {
    "dateOfSleep": "2026-03-02",
    "startTime": "2026-03-01T23:00:00.000",
    "endTime": "2026-03-02T06:50:00.000",
    "duration": 28200000,
    "isMainSleep": True,
    "minutesAsleep": 470,
    "type": "stages",
    "levels": {"data": [{"dateTime": "2026-03-01T23:00:00.000", "level": "light", "seconds": 28200}]},
}


def test_case_d3_one_night_in_two_files_is_one():
    """case D3."""
    one = take(json.dumps({"sleep": [FITBIT]})).sessions
    (night,) = nights([*one, *one])
    kept = to_record(night)
    assert (kept.tst_min, kept.nap_min) == (470.0, None)


def test_case_d3_one_night_written_again_as_it_grew_is_its_longest():
    """case D3."""
    grew = [
        {
            "startTime": "2026-03-01T22:00:00Z",
            "endTime": f"2026-03-02T{1 + k:02d}:00:00Z",
            "stages": [
                {"startTime": "2026-03-01T22:00:00Z", "endTime": f"2026-03-02T{1 + k:02d}:00:00Z", "stage": 4}
            ],
            "metadata": {"dataOrigin": "com.example"},
        }
        for k in range(6)
    ]
    (night,) = nights(take(json.dumps(grew)).sessions)
    kept = to_record(night)
    assert (kept.tst_min, kept.nap_min) == (480.0, None)


@pytest.mark.parametrize("stage", ["light", "asleep", "core"])
def test_case_d4_what_tells_no_laboratory_stages_is_no_polysomnography(stage):
    """case D4."""
    table = f"start,end,stage\n2026-03-01T23:10:00,2026-03-02T01:00:00,{stage}\n2026-03-02T01:00:00,2026-03-02T06:30:00,deep\n"
    (night,) = take(table).sessions
    assert night.device_class is DeviceClass.UNKNOWN
    (said_so,) = take(table, device=DeviceClass.WEARABLE).sessions
    assert said_so.device_class is DeviceClass.WEARABLE


def test_case_d4_a_table_of_laboratory_stages_does_not_say_what_measured_it():
    """case D4."""
    reading = take("start,end,stage\n2026-03-01T23:10:00,2026-03-02T01:00:00,N2\n")
    assert reading.sessions[0].device_class is DeviceClass.UNKNOWN
    assert "--device" in said(reading)


HEAD = "Sleep\nStart Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed,Minutes REM Sleep,Minutes Light Sleep,Minutes Deep Sleep\n"


def fitbit_rows(*days):
    return HEAD + "".join(f'"{d} 11:00PM","{d} 11:50PM","40","10","1","50","N/A","N/A","N/A"\n' for d in days)


def test_case_d7_day_and_month_are_asked_for_when_nothing_tells_them_apart():
    """case D7."""
    reading = take(fitbit_rows("03/04/2026"))
    assert reading.refused is FileRefusal.BROKEN
    assert "--dates dmy" in said(reading)
    (european,) = take(fitbit_rows("03/04/2026"), dates=DateOrder.DMY).sessions
    assert european.start.date() == date(2026, 4, 3)


def test_case_d7_the_whole_column_tells_the_order():
    """case D7."""
    by_size = take(fitbit_rows("03/04/2026", "13/04/2026")).sessions
    assert [s.start.date() for s in by_size] == [date(2026, 4, 3), date(2026, 4, 13)]
    # Both orders are dates; only day first runs one way.
    by_run = take(fitbit_rows("11/03/2026", "12/03/2026", "01/04/2026")).sessions
    assert [s.start.date() for s in by_run] == [date(2026, 3, 11), date(2026, 3, 12), date(2026, 4, 1)]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + '"2026-03-01 11:00PM","2026-03-05 7:00AM","400","10","1","410"\n',
        HEAD + '"2026-03-01 11:00PM","2026-03-02 7:00AM","nan","10","1","410"\n',
        HEAD + '"9999-12-31 11:00PM","9999-12-31 11:30PM","20","10","1","30"\n',
        '{"sleep": [{"dateOfSleep": "x", "duration": ' + "9" * 4301 + "}]}",
    ],
    ids=["over 48 hours", "nan", "year 9999", "a number of 4,301 digits"],
)
def test_case_d8_what_no_device_writes_is_a_problem_and_no_crash(text):
    """case D8."""
    reading = take(text)
    for night in nights(reading.sessions):
        assert to_record(night).tst_min is None
    assert reading.sessions or reading.refused is not None


def test_case_d9_one_endless_line_is_refused_before_it_is_cut_into_cells():
    """case D9."""
    reading = take("a," * 2_000_000)
    assert reading.refused is FileRefusal.DANGEROUS
    assert reading.problems[0].where.line == 1


@pytest.mark.parametrize(
    "name",
    [
        "Apple Watch von Kim Ohlsen", "Kims Apple Watch", "Apple Watch de Kim Ohlsen", "KimのApple Watch", "Apple\u00a0Watch von Kim",
        "Kim’s Apple Watch", "Kim'in Apple Watch'u", "Apple Watch d’Anne", "Montre Apple Watch de Kim", "Kim 的 Apple Watch",
    ],
)  # fmt: skip
def test_case_d11_an_owner_leaves_no_name_in_any_language(name):
    """case D11."""
    assert without_owner(name) == "Apple Watch"


@pytest.mark.parametrize(
    ("name", "left"),
    [("AutoSleep", "AutoSleep"), ("Sleep Cycle", "Sleep Cycle"), ("Kim's Ring", "Ring"), ("Ring von Kim Ohlsen", "Ring"), ("KimのRing", "Ring"), ("Kim's\u00a0", "unnamed source")],
)  # fmt: skip
def test_case_d11_apps_keep_their_names_and_unknown_things_lose_their_owners(name, left):
    """case D11."""
    assert without_owner(name) == left


def test_case_d12_lights_off_and_on_frame_the_night():
    """case D12."""
    rows = [(30 * i, 30, "Sleep stage W") for i in range(0, 60)] + [
        (1800, 3600, "Sleep stage N2"),
        (5400, 600, "Sleep stage W"),
    ]
    lit = edf([*rows, (1500, 0, "Lights off"), (5700, 0, "Lights on")])
    (night,) = nights(take(lit).sessions)
    kept = to_record(night)
    assert (kept.sol_min, kept.tib_min, kept.tst_min) == (5.0, 70.0, 60.0)


def test_case_d12_a_day_long_record_is_warned_about_and_can_be_cut():
    """case D12."""
    rows = [(0, 54000, "Sleep stage W"), (54000, 21600, "Sleep stage N2"), (75600, 14400, "Sleep stage W")]
    reading = take(edf(rows))
    assert "25 hours" in said(reading)
    assert "--lights" in said(reading)
    # The record begins at 22:30; the lights of the next evening are off from 13:20 on, that of sleep beginning at 13:30.
    from datetime import time

    (night,) = nights(take(edf(rows), lights=(time(13, 20), time(19, 30))).sessions)
    kept = to_record(night)
    assert (kept.sol_min, kept.tst_min, kept.tib_min) == (10.0, 360.0, 370.0)


@pytest.mark.parametrize(("silent", "tst"), [(59, 421.0), (61, 419.0)])
def test_case_d14_a_broken_night_is_one_night(silent, tst):
    """case D14."""
    begin = datetime(2026, 3, 1, 23)

    def asleep(start, minutes):
        return Session(
            source="watch",
            device_class=DeviceClass.WEARABLE,
            start=start,
            end=start + timedelta(minutes=minutes),
            spans=(Span(start_s=0, end_s=60 * minutes, stage=Stage.ASLEEP),),
        )

    first = 480 - silent - 180
    (night,) = nights([asleep(begin, first), asleep(begin + timedelta(minutes=first + silent), 180)])
    kept = to_record(night)
    assert (kept.tst_min, kept.waso_min, kept.nap_min) == (tst, float(silent), None)


@pytest.mark.parametrize("zone", [None, ZoneInfo("Europe/London")])
def test_case_d15_over_a_clock_change_the_duration_counts(zone):
    """case D15."""
    night = dict(
        FITBIT,
        dateOfSleep="2026-03-29",
        startTime="2026-03-29T00:00:00.000",
        endTime="2026-03-29T07:00:00.000",
        duration=21600000,
        minutesAsleep=360,
    )
    night["levels"] = {
        "data": [
            {"dateTime": "2026-03-29T00:00:00.000", "level": "light", "seconds": 3600},
            {"dateTime": "2026-03-29T02:00:00.000", "level": "deep", "seconds": 18000},
        ],
        "shortData": [{"dateTime": "2026-03-29T03:00:00.000", "level": "wake", "seconds": 60}],
    }
    (found,) = nights(take(json.dumps({"sleep": [night]}), zone=zone).sessions)
    kept = to_record(found)
    assert (kept.tib_min, kept.tst_min, kept.light_min) == (360.0, 359.0, 60.0)
    assert found.day == date(2026, 3, 29)


def test_case_d16_a_garmin_nap_is_a_nap():
    """case D16."""
    day = {
        "calendarDate": "2026-03-02",
        "sleepStartTimestampGMT": "2026-03-01T22:00:00.0",
        "sleepEndTimestampGMT": "2026-03-02T06:00:00.0",
        "sleepTimeSeconds": 27000,
        "deepSleepSeconds": 6000,
        "lightSleepSeconds": 15000,
        "remSleepSeconds": 6000,
        "napList": [
            {
                "napTimeSec": 2400,
                "napStartTimestampGMT": "2026-03-02T13:00:00.0",
                "napEndTimestampGMT": "2026-03-02T13:40:00.0",
            }
        ],
    }
    (night,) = nights(take(json.dumps([day])).sessions)
    kept = to_record(night)
    assert (kept.tst_min, kept.nap_min) == (450.0, 40.0)


def test_case_d16_a_nap_typed_into_apple_health_is_a_nap():
    """case D16."""
    typed = '><MetadataEntry key="HKWasUserEntered" value="1"/></Record>'
    reading = take(
        apple(
            ("Watch", "2026-03-01 23:00:00 +0000", "2026-03-02 06:00:00 +0000", "AsleepCore", "/>"),
            ("Kim's iPhone", "2026-03-02 14:00:00 +0000", "2026-03-02 15:30:00 +0000", "InBed", typed),
        )
    )
    (night,) = nights(reading.sessions)
    kept = to_record(night)
    assert (kept.tst_min, kept.nap_min) == (420.0, 90.0)


def test_case_d17_garmins_own_day_counts_where_its_times_are_utc():
    """case D17."""
    # 22:00 to 06:00 in Sydney in March is 11:00 to 19:00 UTC of the day before.
    day = {
        "calendarDate": "2026-03-02",
        "sleepStartTimestampGMT": "2026-03-01T11:00:00.0",
        "sleepEndTimestampGMT": "2026-03-01T17:30:00.0",
        "sleepTimeSeconds": 21000,
        "deepSleepSeconds": 6000,
        "lightSleepSeconds": 15000,
        "remSleepSeconds": 0,
    }
    (night,) = nights(take(json.dumps([day])).sessions)
    assert night.day == date(2026, 3, 2)


def test_case_d18_a_heading_nobody_knows_is_no_epoch():
    """case D18."""
    (scored,) = take("Schlafphase\nW\nN2\nN2\n").hypnograms
    assert len(scored) == 3
    (bare,) = take("W\nN2\nN2\n").hypnograms
    assert len(bare) == 3


def test_case_d13_five_scorers_of_one_night_are_five_sources():
    """case D13."""
    columns = [f"scorer_{k}" for k in range(1, 6)]
    table = ",".join(columns) + "\n" + "\n".join(",".join(["N2"] * 5) for _ in range(20))
    reading = take(table, start=datetime(2026, 3, 1, 23))
    assert [s.source for s in reading.sessions] == [f"hypnogram-table: {c}" for c in columns]
