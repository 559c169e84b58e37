import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from lenitive.record import DeviceClass, ObjectiveNight
from lenitive.sleep import Session, Span, Stage, to_record
from lenitive.sleep.nights import sleep_day

sys.path.insert(0, str(Path(__file__).parent))
from by_default import LINES, nights, regularity


def session(start, *parts, source="watch", kind=DeviceClass.WEARABLE, main=None):
    """A sleep from (stage, minutes) pairs."""
    begin = datetime.fromisoformat(start)
    spans, at = [], 0.0
    for stage, minutes in parts:
        spans.append(Span(start_s=at, end_s=at + 60 * minutes, stage=stage))
        at += 60 * minutes
    return Session(
        source=source,
        device_class=kind,
        start=begin,
        end=begin + timedelta(seconds=at),
        spans=tuple(spans),
        main=main,
    )


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("2026-03-02T06:30", date(2026, 3, 2)),
        ("2026-03-01T23:50", date(2026, 3, 2)),
        ("2026-03-02T17:59", date(2026, 3, 2)),
    ],
)
def test_a_night_belongs_to_the_morning_it_ends_on(end, day):
    assert sleep_day(datetime.fromisoformat(end), LINES.evening_hour.value) == day


def test_stretches_less_than_an_hour_apart_are_one_sleep_awake_between():
    some = [
        session("2026-03-01T23:00", (Stage.LIGHT, 120)),
        session("2026-03-02T01:30", (Stage.N3, 60), (Stage.REM, 30)),
        session("2026-03-02T13:00", (Stage.LIGHT, 40)),
    ]
    (night,) = nights(some)
    assert night.architecture is not None
    assert (night.architecture.tst_min, night.architecture.waso_min) == (210.0, 30.0)
    assert len(night.naps) == 1
    kept = to_record(night)
    assert kept.nap_min == 40
    assert (kept.light_min, kept.n3_min, kept.rem_min, kept.n1_min) == (120.0, 60.0, 30.0, None)


def test_one_source_a_night_and_the_steady_one_first():
    some = [session(f"2026-03-0{d}T23:00", (Stage.LIGHT, 400), source="ring") for d in range(1, 5)] + [
        session("2026-03-02T22:50", (Stage.LIGHT, 450), source="watch")
    ]
    found = nights(some)
    assert [n.main.source for n in found] == ["ring"] * 4
    assert found[1].others == ("watch",)
    assert to_record(found[1]).tst_min == 400, "sources are not added up"


def test_a_sleep_laboratory_goes_before_a_watch():
    some = [session(f"2026-03-0{d}T23:00", (Stage.LIGHT, 400)) for d in range(1, 4)]
    some.append(session("2026-03-02T22:00", (Stage.N2, 380), source="lab", kind=DeviceClass.PSG))
    assert [n.main.source for n in nights(some)] == ["watch", "lab", "watch"]


def test_the_union_is_asleep_where_any_source_is_and_names_no_stage():
    some = [
        session("2026-03-01T23:00", (Stage.WAKE, 30), (Stage.N3, 60), source="a"),
        session("2026-03-01T23:00", (Stage.LIGHT, 60), (Stage.WAKE, 60), source="b"),
    ]
    (night,) = nights(some, policy="union")
    kept = to_record(night)
    assert kept.tst_min == 90
    assert kept.n3_min is None
    assert kept.source == "union of a, b"


def test_the_devices_own_main_sleep_is_the_main_one():
    some = [
        session("2026-03-02T01:16", (Stage.ASLEEP, 60), main=True),
        session("2026-03-02T09:59", (Stage.ASLEEP, 90), main=False),
    ]
    (night,) = nights(some)
    assert night.main.start.hour == 1


def test_regular_sleep_scores_100_and_a_shifted_weekend_is_seen():
    same = [session(f"2026-03-{d:02d}T23:00", (Stage.ASLEEP, 480)) for d in range(1, 22)]
    found = regularity(nights(same))
    assert (found.sri, found.midpoint_sd_min, found.social_jet_lag_min) == (100.0, 0.0, 0.0)
    # 2026-03-06 is a Friday: nights that end on Saturday or Sunday start two hours earlier
    late = [
        session(
            f"2026-03-{d:02d}T{'23' if date(2026, 3, d).weekday() not in (4, 5) else '21'}:00",
            (Stage.ASLEEP, 480),
        )
        for d in range(1, 22)
    ]
    assert regularity(nights(late)).social_jet_lag_min == pytest.approx(120)
    # each change of two hours puts 2 x 120 of 1440 minutes apart; 5 of 20 pairs of days hold one (the last night has no morrow)
    changed = regularity(nights(late))
    assert changed.day_pairs == 20
    assert changed.sri == pytest.approx(100 - 200 * (5 * 240 / 1440) / 20)


def test_too_few_nights_give_no_index():
    found = regularity(nights([session("2026-03-01T23:00", (Stage.ASLEEP, 480))]))
    assert (found.sri, found.midpoint_sd_min, found.social_jet_lag_min) == (None, None, None)


def test_a_clock_change_keeps_elapsed_time_and_the_local_day():
    # Central European summer time begins on 2026-03-29: 23:00+01:00 to 07:00+02:00 is seven hours
    begin = datetime(2026, 3, 28, 23, tzinfo=timezone(timedelta(hours=1)))
    end = datetime(2026, 3, 29, 7, tzinfo=timezone(timedelta(hours=2)))
    one = Session(
        source="watch",
        device_class=DeviceClass.WEARABLE,
        start=begin,
        end=end,
        spans=(Span(start_s=0, end_s=7 * 3600, stage=Stage.ASLEEP),),
    )
    (night,) = nights([one])
    assert night.day == date(2026, 3, 29)
    assert to_record(night).tst_min == 420


def test_nonsense_is_refused():
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="ends after"):
        Session(source="x", device_class=DeviceClass.WEARABLE, start=noon, end=noon)
    with pytest.raises(ValueError, match="two days"):
        Session(source="x", device_class=DeviceClass.WEARABLE, start=noon, end=noon + timedelta(days=3))
    with pytest.raises(ValueError, match="ends after"):
        Span(start_s=10, end_s=10, stage=Stage.WAKE)
    with pytest.raises(ValueError, match="tst_min"):
        ObjectiveNight(
            day=date(2026, 3, 1),
            source="x",
            device_class=DeviceClass.WEARABLE,
            definition="yasa-0.8",
            tib_min=400,
            tst_min=450,
        )
