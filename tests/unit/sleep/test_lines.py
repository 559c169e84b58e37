"""The numbers that nights and their comparison turn on: just below, at and just above each."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from lenitive.record import DeviceClass, DiaryDay, MedicinePeriod, ObjectiveNight, Record
from lenitive.sleep import Change, Hypnogram, Session, Span, Stage, Story
from lenitive.sleep import compare as comparing
from lenitive.sleep.compare import _story, compare
from lenitive.sleep.nights import sleep_day
from lenitive.sleep.stretches import mean_of
from lenitive.terms import Outcome

sys.path.insert(0, str(Path(__file__).parent))
from by_default import DEFINITIONS, FACTS, LINES, architecture, cycles, nights, prompts, regularity

FIRST = date(2026, 3, 2)


def asleep(start: str, minutes: int) -> Session:
    begin = datetime.fromisoformat(start)
    return Session(
        source="watch",
        device_class=DeviceClass.WEARABLE,
        start=begin,
        end=begin + timedelta(minutes=minutes),
        spans=(Span(start_s=0, end_s=60 * minutes, stage=Stage.ASLEEP),),
    )


@pytest.mark.parametrize(("end", "day"), [("17:59", 2), ("18:00", 3), ("18:01", 3)])
def test_from_six_in_the_evening_on_a_sleep_belongs_to_the_next_day(end, day):
    when = datetime.fromisoformat(f"2026-03-02T{end}")
    assert sleep_day(when, LINES.evening_hour.value) == date(2026, 3, day)


@pytest.mark.parametrize(("gap", "naps"), [(59, 0), (60, 1), (61, 1)])
def test_stretches_less_than_sixty_minutes_apart_are_one_sleep(gap, naps):
    again = datetime(2026, 3, 2, 12) + timedelta(minutes=gap)
    (night,) = nights([asleep("2026-03-02T10:00", 120), asleep(again.isoformat(), 60)])
    assert len(night.naps) == naps


@pytest.mark.parametrize(("gap", "naps"), [(179, 0), (180, 1), (181, 1)])
def test_stretches_of_one_night_less_than_three_hours_apart_are_one_broken_night(gap, naps):
    again = datetime(2026, 3, 2, 2) + timedelta(minutes=gap)
    (night,) = nights([asleep("2026-03-02T00:00", 120), asleep(again.isoformat(), 60)])
    assert len(night.naps) == naps


@pytest.mark.parametrize(("at", "naps"), [("07:59", 0), ("08:00", 1), ("08:01", 1)])
def test_a_stretch_from_eight_in_the_morning_on_is_no_part_of_a_broken_night(at, naps):
    (night,) = nights([asleep("2026-03-01T23:00", 380), asleep(f"2026-03-02T{at}", 30)])
    assert len(night.naps) == naps


@pytest.mark.parametrize(("minutes", "nap"), [(239, True), (240, True), (241, False)])
def test_a_sleep_of_another_source_is_a_nap_up_to_four_hours(minutes, nap):
    other = replace(asleep("2026-03-02T12:00", minutes), source="zz phone")
    (night,) = nights([asleep("2026-03-01T23:00", 480), other])
    assert ([n.source for n in night.naps] == ["zz phone"]) is nap
    assert (night.others == ("zz phone",)) is not nap


@pytest.mark.parametrize(("count", "has"), [(6, False), (7, True)])
def test_a_mean_of_seven_nights_has_an_interval(count, has):
    values = [(FIRST + timedelta(days=i), float(i % 3)) for i in range(count)]
    assert (mean_of(values, LINES.least_nights.whole).interval is not None) is has


def both(count: int) -> tuple[Record, tuple[ObjectiveNight, ...]]:
    days = [FIRST + timedelta(days=i) for i in range(count)]
    diary = tuple(DiaryDay(day=d, sleep_disturbance=float(i % 4)) for i, d in enumerate(days))
    measured = tuple(
        ObjectiveNight(
            day=d,
            source="watch",
            device_class=DeviceClass.WEARABLE,
            definition="yasa-0.8",
            tib_min=500.0,
            tst_min=400.0 - 10 * (i % 4),
        )
        for i, d in enumerate(days)
    )
    return Record(diary=diary), measured


@pytest.mark.parametrize(("count", "has"), [(13, False), (14, True)])
def test_fourteen_nights_of_both_are_compared_night_by_night(count, has):
    record, measured = both(count)
    assert (compare(record, measured, LINES).night_to_night is not None) is has


@pytest.mark.parametrize(
    ("low", "story"), [(-0.31, Story.CANNOT_TELL), (-0.3, Story.CANNOT_TELL), (-0.29, Story.DISAGREE)]
)
def test_nights_do_not_follow_when_the_likeness_is_surely_weaker_than_three_tenths(monkeypatch, low, story):
    monkeypatch.setattr(comparing, "_correlation", lambda x, y: (-0.1, low, 0.1))
    record, measured = both(20)
    assert compare(record, measured, LINES).night_to_night.story is story


def sure(change: float) -> Change:
    return Change(change=change, low=change - 0.001, high=change + 0.001)


@pytest.mark.parametrize(
    ("points", "minutes", "story"),
    [
        (-1.0, 30.0, Story.AGREE),
        (-1.0, 29.999, Story.CANNOT_TELL),
        (-0.9995, 30.0, Story.CANNOT_TELL),
        (1.0, -30.0, Story.AGREE),
        (1.0, -29.99, Story.DISAGREE),
        (-0.99, 30.0, Story.DISAGREE),
        (0.99, 29.99, Story.AGREE),
    ],
)
def test_a_point_and_half_an_hour_count_as_a_change(points, minutes, story):
    assert _story(sure(points), sure(minutes), LINES) is story


@pytest.mark.parametrize(("count", "has"), [(5, False), (6, True)])
def test_five_pairs_of_days_make_an_index_and_six_nights_a_spread(count, has):
    start = datetime(2026, 3, 2, 23)
    some = [asleep((start + timedelta(days=i)).isoformat(), 400 + i) for i in range(count)]
    found = regularity(nights(some))
    assert found.day_pairs == count - 1
    assert (found.sri is not None) is has
    assert (found.midpoint_sd_min is not None) is has


@pytest.mark.parametrize(("free", "has"), [(1, False), (2, True)])
def test_two_free_nights_and_two_others_make_a_jet_lag(free, has):
    start = datetime(2026, 3, 1, 23)
    some = nights([asleep((start + timedelta(days=i)).isoformat(), 400) for i in range(4)])
    days = [n.day for n in some]
    for of in (days[:free], days[free - 4 :][: 4 - free]):
        assert (regularity(some, free_days=frozenset(of)).social_jet_lag_min is not None) is has


@pytest.mark.parametrize(("days", "due"), [(13, True), (14, True), (15, False)])
def test_a_start_asks_anew_for_fourteen_days(days, due):
    record = Record(medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=FIRST),))
    met = {
        r.rule for r in prompts(record, FACTS, at=FIRST + timedelta(days=days)) if r.outcome is Outcome.MET
    }
    assert ("sleep.restless_legs.during" in met) is due


def of(*parts: tuple[str, int]) -> Hypnogram:
    return Hypnogram.of_words([stage for stage, n in parts for _ in range(n)])


@pytest.mark.parametrize(
    ("definition", "epochs", "latency"),
    [
        ("yasa-0.8", 9, None),
        ("yasa-0.8", 10, 1.0),
        ("dreem-2020", 9, None),
        ("dreem-2020", 10, 5.5),
        ("lights-to-lights", 19, None),
        ("lights-to-lights", 20, 1.0),
    ],
)
def test_persistent_sleep_is_as_long_as_the_definition_says(definition, epochs, latency):
    night = of(("W", 2), ("N2", epochs), ("W", 2))
    assert architecture(night, definition=DEFINITIONS[definition]).lps_min == latency


@pytest.mark.parametrize(
    ("definition", "row", "onset"),
    [("yasa-0.8", 1, 1.0), ("lights-to-lights", 1, 1.0), ("dreem-2020", 2, None), ("dreem-2020", 3, 2.0)],
)
def test_onset_takes_as_many_epochs_as_the_definition_says(definition, row, onset):
    night = of(("W", 2), ("N2", row), ("W", 2))
    assert architecture(night, definition=DEFINITIONS[definition]).sol_min == onset


@pytest.mark.parametrize(("epochs", "found"), [(29, 0), (30, 1)])
def test_a_nrem_period_lasts_fifteen_minutes(epochs, found):
    assert len(cycles(of(("N2", epochs), ("R", 20)))) == found
    # Two REM periods nearer to each other than that are one.
    assert len(cycles(of(("N2", 60), ("R", 20), ("N2", epochs), ("R", 20)))) == 1 + found


@pytest.mark.parametrize(("epochs", "found"), [(9, 1), (10, 2)])
def test_a_later_rem_period_lasts_five_minutes(epochs, found):
    assert len(cycles(of(("N2", 60), ("R", 2), ("N2", 60), ("R", epochs)))) == found


def test_what_is_chosen_where_a_source_is_silent_is_named():
    ours = {d.id: d.ours for d in DEFINITIONS.values()}
    assert ours["yasa-0.8"] == ()
    assert "persistent_min" in ours["dreem-2020"]
    assert "persistent_min" in ours["lights-to-lights"]
