"""Records that break careless code: each gives finite numbers or a named refusal."""

import math
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from dataclasses import replace

from examples import START, record

from lenitive.knowledge import load
from lenitive.record import ActivityDone, DiaryDay, IntakeTime, MedicinePeriod, Record
from lenitive.response import FitStatus, bands, fit, fit_settings, sensitivity
from lenitive.terms import Score

SETTINGS = fit_settings(load().judgement)


def diary(values):
    return tuple(
        DiaryDay(day=START + timedelta(days=i), sleep_disturbance=s, pain=p, fatigue=f)
        for i, (s, p, f) in enumerate(values)
    )


def noise(days, seed=0):
    rng = np.random.default_rng(seed)
    return [tuple(map(float, np.clip(np.round(rng.normal(6, 1.5, 3)), 0, 10))) for _ in range(days)]


def drug(start, end=None, dose=15.0, name="mirtazapine", **more):
    last = None if end is None else START + timedelta(days=end)
    return MedicinePeriod(drug=name, dose_mg=dose, start=START + timedelta(days=start), end=last, **more)


PRN = (IntakeTime("prn"),)
CASES = {
    "one entry": ([(5.0, 5.0, 5.0)], [drug(0)], 0),
    "one score": ([(None, 5.0, None)], [drug(0)], 0),
    "five days": (noise(5), [drug(2)], 4),
    "pain alone": ([(None, p, None) for _, p, _ in noise(60)], [drug(20)], 59),
    "constant": ([(5.0, 5.0, 5.0)] * 60, [drug(20)], 59),
    "always 0": ([(0.0, 0.0, 0.0)] * 60, [drug(20)], 59),
    "always 10": ([(10.0, 10.0, 10.0)] * 60, [drug(20)], 59),
    "no medicine": (noise(40), [], 39),
    "doses long before the diary": (noise(40), [drug(-400, 20)], 39),
    "a dose change every day": (noise(60), [drug(i, i, 5.0 + i % 7) for i in range(60)], 59),
    "an entry, then nothing for a year": ([(5.0, 5.0, 5.0)], [drug(0)], 365),
    "masked placebo alone": (noise(40), [drug(10, dose=0.0, masked=True)], 39),
    "as needed on four days": (
        noise(60),
        [drug(i, i, 50.0, "tramadol", times=PRN) for i in (3, 9, 20, 33)],
        59,
    ),
    "started on the last day": (noise(40), [drug(39)], 39),
    "missed every dose": (
        noise(30),
        [drug(10, missed=frozenset(START + timedelta(days=i) for i in range(10, 30)))],
        29,
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("compiled", [True, False])
def test_an_answer_with_finite_numbers(name, compiled):
    values, drugs, at = CASES[name]
    record = Record(diary=diary(values), medicines=tuple(drugs))
    settings = replace(SETTINGS, use_kernel=compiled, draws=64)
    got = fit(record, at=START + timedelta(days=at), seed=1, settings=settings)
    assert got.status in (FitStatus.OK, FitStatus.FALLBACK)
    assert (got.reason == "") is (got.status is FitStatus.OK)
    for e in got.effects:
        numbers = [e.mean, e.sd, *e.quantiles.values(), *e.probability.values(), e.sd_vague or 0.0]
        assert all(math.isfinite(x) for x in numbers)
        assert e.sd > 0
        assert all(0 <= p <= 1 for p in e.probability.values())
    assert all(np.isfinite(b.mean).all() for b in bands(got, 8))
    assert all(math.isfinite(r.mean) for r in sensitivity(got))


def test_a_diary_that_never_changes_does_not_make_certain():
    """Whole numbers hide what happens between them, so no effect is known to a hundredth of a point."""
    record = Record(diary=diary([(5.0, 5.0, 5.0)] * 120), medicines=(drug(40),))
    got = fit(record, at=START + timedelta(days=119), seed=1, settings=SETTINGS)
    assert got.status is FitStatus.OK
    assert all(e.sd > 0.1 for e in got.effects if e.estimand == "attributable")


@pytest.mark.parametrize("values", [[], [(None, None, None)] * 30])
def test_nothing_reported_is_refused_by_name(values):
    record = Record(diary=diary(values), medicines=(drug(2),))
    got = fit(record, at=START + timedelta(days=40), seed=1, settings=SETTINGS)
    assert got.status is FitStatus.REFUSED
    assert got.reason
    assert got.effects == ()


def test_a_review_before_the_first_entry_is_refused_by_name():
    record = Record(diary=diary(noise(20)), medicines=(drug(5),))
    assert fit(record, at=START - timedelta(days=5), seed=1, settings=SETTINGS).status is FitStatus.REFUSED


def test_ten_years_of_diary_give_an_answer():
    record = Record(diary=diary(noise(3650)), medicines=(drug(100, 1000), drug(1500)))
    got = fit(record, at=START + timedelta(days=3649), seed=1, settings=replace(SETTINGS, draws=64))
    assert all(math.isfinite(e.mean) for e in got.effects)
    assert got.effects


def test_too_many_inputs_are_named_and_pairs_that_went_together_too():
    drugs = tuple(drug(5 * i, name=f"drug{i}") for i in range(9))
    walks = tuple(
        ActivityDone(day=START + timedelta(days=i), activity="walking", minutes=30.0) for i in range(0, 80, 3)
    )
    record = Record(diary=diary(noise(80)), medicines=drugs, activities=walks)
    got = fit(record, at=START + timedelta(days=79), seed=1, settings=SETTINGS)
    assert len(got.inputs) == 8
    assert len(got.left_out) == 2
    both = Record(diary=diary(noise(80)), medicines=(drug(30), drug(30, name="duloxetine", dose=60.0)))
    found = fit(both, at=START + timedelta(days=79), seed=1, settings=SETTINGS).separability
    assert {found[0].first, found[0].second} == {"mirtazapine", "duloxetine"}


def test_results_do_not_depend_on_the_number_of_threads():
    from lenitive.response import fit_many

    records = [Record(diary=diary(noise(40, seed=i)), medicines=(drug(15),)) for i in range(4)]
    at = START + timedelta(days=39)
    one = fit_many(records, at=at, seed=3, settings=SETTINGS)
    two = fit_many(records, at=at, seed=3, threads=2, settings=SETTINGS)
    assert [f.effects for f in one] == [f.effects for f in two]
    assert one[0].effects == fit(records[0], at=at, seed=3, settings=SETTINGS).effects


def test_results_do_not_depend_on_the_number_of_processes():
    from lenitive.response import fit_many

    at = START + timedelta(days=39)
    records = [Record(diary=diary(noise(40, seed=i)), medicines=(drug(15),)) for i in range(3)]
    records.insert(1, Record(diary=(), medicines=(drug(15),)))
    # At the floor the design is changed while it is fitted, and has to come back with the answer.
    floor, _ = record(days=40, on=15, seed=3, level=0.9, effect=(-1.0, -1.0, -0.5))
    records.append(floor)
    one, two = (
        fit_many(records, at=at, seed=3, settings=SETTINGS),
        fit_many(records, at=at, seed=3, workers=2, settings=SETTINGS),
    )
    assert [f.status for f in one] == [f.status for f in two]
    assert [f.effects for f in one] == [f.effects for f in two]
    assert [f.coupling for f in one] == [f.coupling for f in two]
    for a, b in zip(one, two, strict=True):
        assert (a.posterior is None) == (b.posterior is None)
        if a.posterior is not None and b.posterior is not None:
            assert np.array_equal(a.posterior.draws.theta, b.posterior.draws.theta)
            assert np.array_equal(a.posterior.moments.cov, b.posterior.moments.cov)
    # Moments computed again are those that the fit itself had.
    kept = fit(floor, at=at, seed=3, settings=SETTINGS)
    assert any(kept.censored)
    assert np.array_equal(kept.posterior.moments.cov, two[-1].posterior.moments.cov)
    assert kept.effects == two[-1].effects


@pytest.mark.parametrize("how", [{}, {"threads": 2}, {"workers": 2}])
def test_an_outcome_named_twice_is_refused_however_many_fit(how):
    from lenitive.response import fit_many

    twice = (Score.PAIN, Score.PAIN, Score.FATIGUE)
    records = [Record(diary=diary(noise(20)), medicines=(drug(5),))] * 2
    with pytest.raises(ValueError, match="three different scores"):
        fit_many(records, at=START + timedelta(days=19), seed=1, outcomes=twice, **how, settings=SETTINGS)


def test_threads_and_processes_at_once_are_refused():
    from lenitive.response import fit_many

    with pytest.raises(ValueError, match="not for both"):
        fit_many([], at=START, seed=1, threads=2, workers=2, settings=SETTINGS)


def test_a_quantile_found_early_is_kept_while_others_are_still_sought():
    """Against a bisection that knows nothing of slopes; the first mixture starts at its answer, the second far from it."""
    from lenitive.response.mixture import cdf, quantiles

    weight = np.full(64, 1 / 64)
    spread = np.linspace(-1, 1, 64)
    mean, sd = np.stack([0 * spread, 8 * np.sign(spread) * spread**2]), np.full((2, 64), 0.4)
    got = quantiles(weight, mean, sd)
    low, high = np.full((2, 7), -50.0), np.full((2, 7), 50.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = cdf(middle, weight, mean, sd) > [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    # 1e-7 in probability, over the lowest density at a quantile, 0.02 a point.
    assert np.abs(got - low).max() < 5e-6
