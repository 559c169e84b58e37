"""What acts on which day: doses and, where they are known, the levels that they leave."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, Record, Taken
from lenitive.response import OUTCOMES, fit_settings
from lenitive.response.doses import InputSeries, curve, sources

SETTINGS = fit_settings(load().judgement)

FIRST = date(2026, 1, 1)
KEPT = 0.6
SHARES = (1 - KEPT) * KEPT ** np.arange(60)
"""A level that loses four tenths in 24 hours."""
LEVEL = {"drug": SHARES / SHARES.sum()}


def day(t: int) -> date:
    return FIRST + timedelta(days=t)


def period(mg: float, start: int, end: int | None = None, **rest) -> MedicinePeriod:
    rest.setdefault("drug", "drug")
    return MedicinePeriod(dose_mg=mg, start=day(start), end=None if end is None else day(end), **rest)


def source(*medicines: MedicinePeriod, days: int = 60, exposure=None, diary=()) -> InputSeries:
    record = Record(medicines=medicines, diary=diary)
    found, _ = sources(record, (), OUTCOMES, FIRST, day(days - 1), SETTINGS, exposure)
    return found[0]


def share(amount: np.ndarray, reference: float) -> np.ndarray:
    """Levels as multiples of the reference, by undoing the dose curve."""
    k = 0.5
    h = np.asarray(amount)
    return k * h / (1 + k - h)


def test_a_bedtime_dose_acts_on_the_night_and_day_after_it_and_not_before():
    for exposure in (None, LEVEL):
        s = source(period(10, 5, 5), period(0, 6), exposure=exposure)
        assert np.allclose(s.amount[:6], 0)
        assert (s.amount[6] > 0).all(), "both the night that ended on the next morning and the next day"
    once = share(source(period(10, 5, 5), exposure=LEVEL).amount, 10)
    assert once[6:20, 0] == pytest.approx(LEVEL["drug"][:14])
    assert once[6:20, 1] == pytest.approx(LEVEL["drug"][:14])


def test_a_morning_dose_acts_on_its_own_day_and_the_night_after():
    for exposure, first in ((None, 1.0), (LEVEL, 1 - KEPT)):
        s = source(period(10, 5, 5, times=(IntakeTime("morning"),)), exposure=exposure)
        got = share(s.amount, 10)
        assert got[5] == pytest.approx([0.0, first], abs=1e-9)
        assert got[6, 0] == pytest.approx(first)


@pytest.mark.parametrize(
    "times", [("bedtime",), ("morning",), ("morning", "bedtime"), ("08:00", "14:00", "20:00")]
)
def test_a_constant_dose_is_its_dose_once_it_has_built_up(times):
    taken = tuple(IntakeTime(t) for t in times)
    s = source(period(30 / len(taken), 0, times=taken), exposure=LEVEL)
    # What is missing after n days is KEPT ** n: below a millionth after four weeks.
    assert s.amount[30:] == pytest.approx(np.ones((30, 2)), abs=1e-6)
    dose = source(period(30 / len(taken), 0, times=taken))
    assert s.amount[30:] == pytest.approx(dose.amount[30:], abs=1e-6)


def test_what_had_gone_on_before_the_first_day_is_at_steady_state():
    s = source(period(30, -300), exposure=LEVEL)
    assert s.amount == pytest.approx(np.ones((60, 2)))
    assert s.before == pytest.approx(np.ones(2))


def test_doses_shortly_before_the_first_day_still_act_on_it():
    s = source(period(30, -3, -1), period(30, 40), exposure=LEVEL)
    start = 1 - KEPT**3
    assert share(s.amount, 30)[:5, 1] == pytest.approx(start * KEPT ** np.arange(5))


def test_a_missed_week_decays_with_the_half_life_and_comes_back():
    gone = frozenset(day(t) for t in range(30, 37))
    s = source(period(30, 0, missed=gone), exposure=LEVEL)
    got = share(s.amount, 30)[:, 1]
    assert got[31:38] == pytest.approx(KEPT ** np.arange(1, 8), abs=1e-4)
    assert got[38:45] == pytest.approx(1 - (1 - KEPT**7) * KEPT ** np.arange(1, 8), abs=1e-4)
    assert np.allclose(share(source(period(30, 0, missed=gone)).amount, 30)[31:38, 1], 0)


def test_the_scale_of_the_dose_cancels():
    def amounts(unit: float) -> np.ndarray:
        return source(period(15 * unit, 2, 20), period(30 * unit, 21), exposure=LEVEL).amount

    assert amounts(1.0) == pytest.approx(amounts(0.001))


def test_a_step_from_15_to_30_mg_goes_smoothly_and_never_beyond():
    s = source(period(15, 0, 29), period(30, 30), exposure=LEVEL)
    pain = s.amount[:, 1]
    assert (np.diff(pain) >= -1e-12).all()
    assert pain.max() <= 1 + 1e-12
    settled = float(curve(15, 30, 0.5))
    assert pain[30] == pytest.approx(settled, abs=1e-6)
    # No jump: the first day after the step takes less than half of the way, a dose takes all of it.
    assert (pain[31] - settled) < 0.5 * (1 - settled)
    dose = source(period(15, 0, 29), period(30, 30)).amount[:, 1]
    assert dose[31] == pytest.approx(1.0)
    assert s.bend is not None
    assert s.bend[31:, 1].max() <= 1e-9, "the bend is zero at the reference and negative below it"


def test_one_missed_period_leaves_the_others_intake_of_the_day_alone():
    morning = period(10, 0, times=(IntakeTime("morning"),), missed=frozenset({day(5)}))
    night = period(20, 0)
    s = source(morning, night)
    assert share(s.amount, 30)[6, 0] == pytest.approx(20 / 30)


def test_the_diarys_no_and_part_are_about_scheduled_doses():
    def diary(taken: Taken):
        return (DiaryDay(day=day(5), pain=5, taken=taken),)

    prn = period(10, 5, 5, times=(IntakeTime("prn"),))
    for taken, kept in ((Taken.NO, 0.0), (Taken.PART, 0.5), (Taken.YES, 1.0)):
        scheduled = source(period(10, 0, times=(IntakeTime("morning"),)), diary=diary(taken))
        assert share(scheduled.amount, 10)[5, 1] == pytest.approx(kept)
        assert share(source(prn, diary=diary(taken)).amount, 10)[5, 1] == pytest.approx(1.0)
