"""A record brought up to date: nothing lost, nothing overwritten unasked, and the order of the parts without effect."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.record import (
    ActivityDone,
    DeviceClass,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    Record,
)
from lenitive.record.merge import merged
from lenitive.terms import Quantity, Severity

FIRST = date(2026, 3, 1)


def on(i: int) -> date:
    return FIRST + timedelta(days=i)


def period(mg: float, start: int, end: int | None, drug: str = "mirtazapine") -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=on(start), end=None if end is None else on(end))


def diary(*days: int, pain: float = 5) -> tuple[DiaryDay, ...]:
    return tuple(DiaryDay(day=on(i), pain=pain) for i in days)


def test_case_d5_what_a_table_does_not_speak_of_stays():
    """case D5."""
    standing = Record(
        patient=Patient(birth_year=1970),
        diary=diary(0, 1),
        effects=(EffectReport(day=on(0), effect="nausea", severity=Severity.MILD),),
        measurements=(Measurement(day=on(0), measure="weight", quantity=Quantity(70, "kg")),),
        nights=(
            ObjectiveNight(day=on(0), source="watch", device_class=DeviceClass.WEARABLE, definition="x"),
        ),
    )
    both = merged(standing, Record(diary=diary(1, 2)))
    assert both.record == replace(standing, diary=diary(0, 1, 2))
    assert both.differences == ()


def test_a_cell_that_differs_is_listed_and_stays_until_it_is_asked_for():
    standing, new = Record(diary=diary(0)), Record(diary=(DiaryDay(day=on(0), pain=7, fatigue=3),))
    both = merged(standing, new)
    assert (both.record.diary[0].pain, both.record.diary[0].fatigue) == (5, 3)
    assert [(d.file, d.day, d.what) for d in both.differences] == [("diary.csv", on(0), "pain")]
    assert merged(standing, new, overwrite=True).record.diary[0].pain == 7


def test_a_dose_that_goes_on_gives_way_to_what_the_next_export_says():
    standing = Record(diary=diary(*range(10)), medicines=(period(15, 0, None),))
    new = Record(diary=diary(*range(5, 30)), medicines=(period(15, 5, 19), period(30, 20, None)))
    both = merged(standing, new)
    assert both.record.medicines == (period(15, 0, 19), period(30, 20, None))
    assert both.differences == ()


def test_a_dose_that_contradicts_what_was_entered_is_listed():
    standing = Record(diary=diary(*range(10)), medicines=(period(15, 0, None),))
    new = Record(diary=diary(*range(10)), medicines=(period(30, 4, None),))
    both = merged(standing, new)
    assert both.record.medicines == (period(15, 0, None),)
    assert [(d.day, d.what) for d in both.differences] == [(on(4), "mirtazapine")]
    asked = merged(standing, new, overwrite=True)
    assert asked.record.medicines == (period(15, 0, 3), period(30, 4, None))


def test_a_drug_that_the_export_does_not_name_stays_as_it_is():
    other = period(60, 0, None, drug="duloxetine")
    both = merged(Record(medicines=(other,)), Record(medicines=(period(15, 0, None),)))
    assert set(both.record.medicines) == {other, period(15, 0, None)}


def test_missed_days_of_both_are_missed():
    standing = Record(
        diary=diary(*range(6)), medicines=(replace(period(15, 0, None), missed=frozenset({on(2)})),)
    )
    new = Record(diary=diary(*range(9)), medicines=(replace(period(15, 0, None), missed=frozenset({on(7)})),))
    assert merged(standing, new).record.medicines[0].missed == {on(2), on(7)}


def test_as_needed_intakes_are_added_once():
    taken = [replace(period(50, i, i, drug="tramadol"), times=(IntakeTime("prn"),)) for i in range(3)]
    both = merged(Record(medicines=tuple(taken[:2])), Record(medicines=tuple(taken[1:])))
    assert list(both.record.medicines) == taken


def night(end_hour: int, **numbers: float) -> ObjectiveNight:
    return ObjectiveNight(
        day=on(1), source="watch", device_class=DeviceClass.WEARABLE, definition="x",
        start=datetime(2026, 3, 1, 23), end=datetime(2026, 3, 2, end_hour), **numbers,
    )  # fmt: skip


def test_a_night_that_has_grown_is_the_same_night():
    early, whole = night(2, tst_min=170.0), night(7, tst_min=450.0)
    for first, second in ((early, whole), (whole, early)):
        both = merged(Record(nights=(first,)), Record(nights=(second,)))
        assert both.record.nights == (whole,)
        assert both.differences == ()
    told = merged(Record(nights=(whole,)), Record(nights=(night(7, tst_min=400.0),)))
    assert told.record.nights == (whole,)
    assert [d.what for d in told.differences] == ["watch"]


def export(pains: list[int | None], doses: list[int], order: list[int]) -> Record:
    """What an export of whole days says, as its reader makes it."""
    days = [i for i in order if pains[i] is not None]
    runs: list[MedicinePeriod] = []
    for i in sorted(order):
        mg = doses[i]
        if runs and runs[-1].dose_mg == mg:
            continue
        if runs:
            runs[-1] = replace(runs[-1], end=on(i - 1))
        runs.append(period(mg, i, None))
    return Record(
        diary=tuple(DiaryDay(day=on(i), pain=pains[i]) for i in days),
        medicines=tuple(runs),
        effects=tuple(
            EffectReport(day=on(i), effect="nausea", severity=Severity.MILD) for i in days if i % 3 == 0
        ),
        measurements=tuple(
            Measurement(day=on(i), measure="weight", quantity=Quantity(70 + i % 3, "kg"))
            for i in days
            if i % 5 == 0
        ),
        activities=tuple(
            ActivityDone(day=on(i), activity="walking", minutes=10.0 * (i % 4)) for i in days if i % 2 == 0
        ),
        nights=tuple(
            ObjectiveNight(
                day=on(i),
                source="watch",
                device_class=DeviceClass.WEARABLE,
                definition="x",
                tst_min=400.0 + i,
            )
            for i in days
        ),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.data())
def test_parts_of_an_export_in_any_order_make_the_same_record(data):
    count = data.draw(st.integers(6, 40))
    # Every day has an entry and a dose: a day that nobody wrote of can be filled by nobody.
    pains = data.draw(st.lists(st.integers(0, 10), min_size=count, max_size=count))
    steps = data.draw(st.lists(st.sampled_from([0, 0, 0, 0, 15]), min_size=count, max_size=count))
    doses = [15 + sum(steps[: i + 1]) % 45 for i in range(count)]
    cuts = sorted(data.draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=4)))
    edges = [0, *cuts, count]
    parts = []
    for a, b in itertools.pairwise(edges):
        before, after = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 5))
        parts.append(list(range(max(0, a - before), min(count, b + after))))
    whole = export(pains, doses, list(range(count)))
    order = data.draw(st.permutations(parts))
    record = Record()
    for part in order:
        both = merged(record, export(pains, doses, part))
        assert both.differences == ()
        record = both.record
    assert record == whole
    again = merged(record, export(pains, doses, order[0]))
    assert again.record == record
    assert not again.added


@pytest.mark.parametrize("overwrite", [False, True])
def test_the_same_again_changes_nothing(overwrite):
    whole = export([1, 2, 3, 4, 5, 6], [15, 15, 30, 30, 30, 30], list(range(6)))
    both = merged(whole, whole, overwrite=overwrite)
    assert both.record == whole
    assert (both.added, both.differences) == ({}, ())
