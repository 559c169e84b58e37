"""The record's own questions: doses over time, and what stood on a day."""

from datetime import date

import pytest

from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, Record

TAPER = Record(
    medicines=(
        MedicinePeriod(drug="a", dose_mg=30, start=date(2026, 1, 1), end=date(2026, 3, 1)),
        MedicinePeriod(drug="a", dose_mg=15, start=date(2026, 3, 2), end=date(2026, 3, 15)),
        MedicinePeriod(drug="a", dose_mg=0, start=date(2026, 3, 16)),
    )
)


def test_a_stopped_drug_is_judged_at_the_dose_taken_longest():
    assert TAPER.judged_dose("a", date(2026, 5, 1)) == 30


def test_a_drug_in_force_is_judged_at_the_dose_in_force():
    assert TAPER.judged_dose("a", date(2026, 3, 10)) == 15


def test_a_drug_not_yet_begun_has_no_dose_to_judge():
    assert TAPER.judged_dose("a", date(2025, 12, 31)) is None
    assert TAPER.judged_dose("b", date(2026, 2, 1)) is None


def test_two_intakes_a_day_count_twice_and_a_missed_day_not_at_all():
    twice = MedicinePeriod(
        drug="a",
        dose_mg=15,
        start=date(2026, 1, 1),
        times=(IntakeTime("morning"), IntakeTime("bedtime")),
        missed=frozenset({date(2026, 1, 2)}),
    )
    record = Record(medicines=(twice,))
    assert record.dose_mg("a", date(2026, 1, 1)) == 30
    assert record.dose_mg("a", date(2026, 1, 2)) == 0


def test_nothing_dated_later_is_left_after_a_cut():
    cut = TAPER.until(date(2026, 3, 5))
    assert [p.dose_mg for p in cut.medicines] == [30, 15]
    assert cut.medicines[-1].end is None, "on that day nobody knew when the period would end"


@pytest.mark.parametrize(("at", "missed"), [(1, ()), (2, (2,)), (4, (2,)), (5, (2, 5)), (9, (2, 5))])
def test_a_missed_day_that_lies_after_the_cut_is_not_known_yet(at: int, missed: tuple[int, ...]) -> None:
    day = {d: date(2026, 1, d) for d in range(1, 10)}
    period = MedicinePeriod(drug="a", dose_mg=15, start=day[1], missed=frozenset({day[2], day[5]}))
    cut = Record(medicines=(period,)).until(day[at])
    assert cut.medicines[0].missed == {day[d] for d in missed}
    # The dose on a later day is that of the period: nobody knew that it would be missed.
    assert cut.dose_mg("a", day[5]) == (0 if 5 in missed else 15)


def test_one_entry_a_day():
    with pytest.raises(ValueError, match="one diary entry a day"):
        Record(diary=(DiaryDay(day=date(2026, 1, 1)), DiaryDay(day=date(2026, 1, 1))))
