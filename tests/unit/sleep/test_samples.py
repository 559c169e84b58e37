"""Every sample export is read, or refused for the right reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lenitive.sleep import to_record
from lenitive.sleep.readers import FileRefusal, ReaderOptions, read

sys.path.insert(0, str(Path(__file__).parent))
from by_default import nights

pytestmark = pytest.mark.shared_data

READ = {
    "fitbit/fitbit-sleep-date-range.json": ("fitbit", 2),
    "fitbit/fitbit-sleep-date.json": ("fitbit", 2),
    "garmin/daily_sleep_data_get_00.json": ("garmin", 1),
    "garmin/sleep_data_get_00.json": ("garmin", 1),
    **{f"garmin/sleep_data_list_{i:02d}.json": ("garmin", 1) for i in range(7)},
    "googlefit/googlefit-merge-activity-segments-only-sleep.json": ("google-fit", 1),
    "openmhealth/test-data/omh/sleep-duration/1.0/shouldPass/duration-shorter-than-time-frame.json": (
        "open-mhealth",
        1,
    ),
    "openmhealth/test-data/omh/sleep-duration/1.0/shouldPass/with-user-notes.json": ("open-mhealth", 1),
    "openmhealth/test-data/omh/sleep-duration/2.0/shouldPass/valid-sleep-duration.json": ("open-mhealth", 1),
    "openmhealth/test-data/omh/sleep-episode/1.0/shouldPass/valid-sleep-episode.json": ("open-mhealth", 1),
    "openmhealth/test-data/omh/sleep-episode/1.1/shouldPass/valid-sleep-episode.json": ("open-mhealth", 1),
    "sleep-diary-apps/SleepAsAndroid_0.csv": ("sleep-as-android", 1),
    "withings/withings-sleep-measures.json": ("withings", 1),
    "withings/withings-sleep-summary.json": ("withings", 2),
}
# Files of measurements alone: form and how many.
MEASURED = {
    "googlefit/googlefit-merge-weight.json": ("google-fit", 3),
    "withings/withings-body-measures.json": ("withings-measures", 4),
    "openmhealth/test-data/omh/heart-rate/1.0/shouldPass/with-everything.json": ("open-mhealth-measures", 1),
    "openmhealth/test-data/omh/heart-rate/1.0/shouldPass/with-temporal-relationship-to-physical-activity.json": (
        "open-mhealth-measures",
        1,
    ),
}
# Files about sleep that must not be used; the words say why.
REFUSED = {
    "withings/withings-body-measures-only-goal.json": (FileRefusal.EMPTY, "no weight, blood pressure"),
    "fitbit/fitbit-sleep-date-empty-sleep-list.json": (FileRefusal.EMPTY, "without a night"),
    "fitbit/fitbit-sleep-date-range-empty-sleep-list.json": (FileRefusal.EMPTY, "without a night"),
    "garmin/daily_sleep_data_get_01.json": (FileRefusal.EMPTY, "without a recorded night"),
    "garmin/daily_sleep_00.json": (FileRefusal.NOT_SLEEP, "sleep scores"),
    "garmin/hrv_data_get_00.json": (FileRefusal.NOT_SLEEP, "heart-rate variability"),
    "apple-health/export_healthkit-to-sqlite.xml": (FileRefusal.NOT_SLEEP, "without usable sleep records"),
    "sleep-diary-apps/Fitbit_0.csv": (FileRefusal.BROKEN, "cannot be told apart"),
    # valid by its schema, yet sixteen hours of sleep in ten
    "openmhealth/test-data/omh/sleep-duration/1.0/shouldPass/duration-longer-than-time-frame.json": (
        FileRefusal.BROKEN,
        "more sleep than the time frame is long",
    ),
    # valid by its schema, but a mean over months
    "openmhealth/test-data/omh/sleep-duration/2.0/shouldPass/with-descriptive-statistic.json": (
        FileRefusal.NOT_ONE_NIGHT,
        "a statistic over a period",
    ),
}


def _read(path, options=None):
    with path.open("rb") as stream:
        return read(path.name, stream, options)


def test_every_sample_is_read_or_refused_for_the_right_reason(shared_data):
    folder = shared_data / "wearable-export-samples"
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != "README.md"]
    assert len(files) == 239
    for path in files:
        name = path.relative_to(folder).as_posix()
        reading = _read(path)
        if name in READ:
            form, count = READ[name]
            assert (reading.format, len(reading.sessions), reading.refused) == (form, count, None), name
            continue
        assert reading.sessions == (), name
        if name in MEASURED:
            assert (reading.format, len(reading.measurements)) == MEASURED[name], name
            assert reading.refused is None, name
            continue
        assert reading.measurements == (), name
        assert reading.problems[-1].fatal, name
        said = " ".join(p.what for p in reading.problems)
        if name in REFUSED:
            why, words = REFUSED[name]
            assert reading.refused is why, name
            assert words in said, (name, said)
        elif "/shouldFail/" in name and "/sleep-" in name and "empty" not in name:
            assert reading.refused is FileRefusal.BROKEN, name
            assert any(p.where.field for p in reading.problems), name
        elif path.stat().st_size <= 3:
            assert reading.refused is FileRefusal.EMPTY, name
        else:
            assert reading.refused is FileRefusal.NOT_SLEEP, name


def test_garmins_stages_add_up_and_its_nights_are_dated_by_its_own_local_clock(shared_data):
    folder = shared_data / "wearable-export-samples" / "garmin"
    sessions = [s for i in range(7) for s in _read(folder / f"sleep_data_list_{i:02d}.json").sessions]
    found = nights(sessions)
    assert [n.day.day for n in found] == [14, 15, 16, 17, 18, 19, 20]
    for night in found:
        kept = to_record(night)
        assert kept.definition == "device:garmin"
        assert kept.light_min + kept.n3_min + kept.rem_min == pytest.approx(kept.tst_min)
        assert kept.n1_min is None
        assert kept.n2_min is None
    assert to_record(found[-1]).tst_min == 429  # 25740 s


def test_a_fitbit_day_is_a_main_sleep_and_a_nap(shared_data):
    (night,) = nights(_read(shared_data / "wearable-export-samples/fitbit/fitbit-sleep-date.json").sessions)
    kept = to_record(night)
    assert (kept.tst_min, kept.nap_min, night.main.start.hour) == (112.0, 63.0, 1)


def test_a_zone_dates_the_nights_of_files_in_utc(shared_data):
    from zoneinfo import ZoneInfo

    path = shared_data / "wearable-export-samples/googlefit/googlefit-merge-activity-segments-only-sleep.json"
    unsaid = _read(path)
    assert any("--zone" in p.remedy for p in unsaid.problems)
    said = _read(path, ReaderOptions(zone=ZoneInfo("Asia/Tokyo")))
    assert not said.problems
    assert said.sessions[0].start.isoformat() == "2015-07-07T22:30:00+09:00"
