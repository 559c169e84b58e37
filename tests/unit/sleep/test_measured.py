"""Weight, blood pressure and resting pulse of the makers whose nights are read; nothing without a unit, a moment or the word "at rest"."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lenitive.sleep import FileRefusal, read
from lenitive.sleep.readers import ReaderOptions

sys.path.insert(0, str(Path(__file__).parent))
from test_health_connect_backup import ONE, database

LONDON = ZoneInfo("Europe/London")


def take(data, **options):
    raw = data if isinstance(data, bytes) else data.encode()
    return read("made", io.BytesIO(raw), ReaderOptions(**options))


def kept(reading):
    return [(m.day, m.measure, m.quantity.value) for m in reading.measurements]


def api(*groups):
    return json.dumps({"status": 0, "body": {"measuregrps": list(groups)}})


def test_withings_api_by_type_and_power_of_ten_without_goals():
    measures = [
        {"type": 1, "unit": -3, "value": 74126},
        {"type": 10, "unit": 0, "value": 128},
        {"type": 9, "unit": 0, "value": 81},
        {"type": 11, "unit": 0, "value": 60},  # a pulse of which nobody says that it was at rest
    ]
    reading = take(
        api(
            {"category": 1, "date": 1772406000, "measures": measures},
            {"category": 2, "date": 1772406000, "measures": [{"type": 1, "unit": 0, "value": 60}]},
        ),
        zone=LONDON,
    )
    day = date(2026, 3, 1)
    assert kept(reading) == [
        (day, "diastolic_lying", 81),
        (day, "systolic_lying", 128),
        (day, "weight", 74.126),
    ]
    assert take(api({"category": 2, "date": 1772406000, "measures": measures})).refused is FileRefusal.EMPTY


@pytest.mark.parametrize(("unit", "value"), [("kg", 74.1), ("lb", 33.611), ("st", 470.554)])
def test_withings_tables_say_their_unit(unit, value):
    table = f'Date,"Weight ({unit})","Fat mass ({unit})",Comments\n"2026-03-01 08:00:00",74.1,20,\n'
    reading = take(table)
    assert kept(reading) == ([(date(2026, 3, 1), "weight", value)] if unit != "st" else [])
    assert kept(
        take('Date,"Heart rate",Systolic,Diastolic,Comments\n"2026-03-01 08:00:00",61,130,85,\n')
    ) == [
        (date(2026, 3, 1), "diastolic_lying", 85),
        (date(2026, 3, 1), "systolic_lying", 130),
    ]


def test_a_withings_account_brings_its_weights_with_its_nights():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("weight.csv", 'Date,"Weight (kg)",Comments\n"2026-03-01 08:00:00",74.1,\n')
    assert kept(take(out.getvalue())) == [(date(2026, 3, 1), "weight", 74.1)]
    head = (
        "from,to,light (s),deep (s),rem (s),awake (s),wake up,Duration to sleep (s),Duration to wake up (s)"
    )
    night = "2026-03-01T23:00:00+00:00,2026-03-02T06:00:00+00:00,12000,6000,5000,2200,2,300,60"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("weight.csv", 'Date,"Weight (kg)",Comments\n"2026-03-01 08:00:00",74.1,\n')
        archive.writestr("sleep.csv", f"{head}\n{night}\n")
    reading = take(out.getvalue(), zone=LONDON)
    assert len(reading.sessions) == 1
    assert kept(reading) == [(date(2026, 3, 1), "weight", 74.1)]


def omh(**body):
    return json.dumps({**body, "effective_time_frame": {"date_time": "2026-03-01T08:00:00Z"}})


def test_open_mhealth_by_unit_and_posture_and_a_pulse_at_rest_alone():
    day = date(2026, 3, 1)
    assert kept(take(omh(body_weight={"value": 164, "unit": "lb"}))) == [(day, "weight", 74.389)]
    pressure = {
        "systolic_blood_pressure": {"value": 120, "unit": "mmHg"},
        "diastolic_blood_pressure": {"value": 80, "unit": "mmHg"},
    }
    assert [m for _, m, _ in kept(take(omh(**pressure)))] == ["diastolic_lying", "systolic_lying"]
    standing = take(omh(**pressure, body_posture="standing"))
    assert [m for _, m, _ in kept(standing)] == ["diastolic_standing", "systolic_standing"]
    pulse = {"heart_rate": {"value": 52, "unit": "beats/min"}}
    rest = {"temporal_relationship_to_physical_activity": "at rest"}
    assert kept(take(omh(**pulse, **rest))) == [(day, "heart_rate", 52)]
    assert take(omh(**pulse)).measurements == ()
    assert take(omh(body_weight={"value": 12, "unit": "pebbles"})).refused is FileRefusal.EMPTY
    assert (
        take(omh(body_weight={"value": 70, "unit": "kg"}, descriptive_statistic="average")).measurements == ()
    )


def test_samsung_pressures_and_weights():
    pressure = (
        "com.samsung.shealth.blood_pressure,6003003,3\n"
        "com.samsung.health.blood_pressure.start_time,com.samsung.health.blood_pressure.systolic,"
        "com.samsung.health.blood_pressure.diastolic,com.samsung.health.blood_pressure.time_offset,\n"
        "2026-03-01 23:30:00.000,131.0,84.0,UTC+0100,\n"
    )
    day = date(2026, 3, 2)  # by the clock of the place
    assert kept(take(pressure)) == [(day, "diastolic_lying", 84), (day, "systolic_lying", 131)]


def test_health_connect_in_grams_and_by_position():
    tables = (
        "CREATE TABLE weight_record_table (row_id INTEGER, time INTEGER, zone_offset INTEGER, weight REAL);"
        "INSERT INTO weight_record_table VALUES (1, 1772406000000, 3600, 74126.0);"
        "CREATE TABLE blood_pressure_record_table (row_id INTEGER, time INTEGER, zone_offset INTEGER, systolic REAL, diastolic REAL, body_position TEXT);"
        "INSERT INTO blood_pressure_record_table VALUES (1, 1772406000000, 3600, 120, 80, '1');"
        "CREATE TABLE resting_heart_rate_record_table (row_id INTEGER, time INTEGER, zone_offset INTEGER, beats_per_minute INTEGER);"
        "INSERT INTO resting_heart_rate_record_table VALUES (1, 1772406000000, 3600, 55);"
    )
    day = date(2026, 3, 2)
    wanted = [
        (day, "diastolic_standing", 80),
        (day, "heart_rate", 55),
        (day, "systolic_standing", 120),
        (day, "weight", 74.126),
    ]
    both = take(database(ONE + tables))
    assert (len(both.sessions), kept(both)) == (1, wanted)
    alone = take(database(tables))
    assert (alone.sessions, kept(alone), alone.refused) == ((), wanted, None)
