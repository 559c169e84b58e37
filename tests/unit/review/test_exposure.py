"""Kinetics handed to the response model: whose level acts, by which half-life, and what the night really meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.kinetics import area_under_curve, daily_shares, person
from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod, Patient, Record
from lenitive.render.catalogue import sentences
from lenitive.render.document import review_document
from lenitive.response import OUTCOMES, SettlingStep, fit, fit_settings, verdict_settings, would_settle
from lenitive.response.doses import sources
from lenitive.review import review
from lenitive.review.level_or_dose import Followed, exposure, followed
from lenitive.shells.files import open_record
from lenitive.terms import Grade, Outcome

SETTINGS = fit_settings(load().judgement)
RULES = verdict_settings(load().judgement)

ROOT = Path(__file__).resolve().parents[3]
FIRST = date(2026, 1, 1)
WOMAN = Patient(birth_year=1976, sex="female", egfr_ml_min=90, hepatic_impairment="none", cyp2d6="normal")
MODELLED = ("mirtazapine", "duloxetine", "pregabalin", "amitriptyline")


@pytest.fixture(scope="module")
def knowledge():
    return load()


def day(t: int) -> date:
    return FIRST + timedelta(days=t)


def record(*drugs: str, patient: Patient = WOMAN, mg: float = 30.0, **rest) -> Record:
    rest.setdefault("start", FIRST)
    return Record(patient=patient, medicines=tuple(MedicinePeriod(drug=d, dose_mg=mg, **rest) for d in drugs))


def words(row: Followed) -> str:
    return sentences(r.message for r in row.because)


def test_drugs_with_kinetics_act_by_their_level_and_the_others_by_their_dose(knowledge):
    names = (*MODELLED, "gabapentin", "tramadol", "something unheard of")
    rows = {f.drug: f for f in followed(record(*names), knowledge, at=day(90))}
    assert list(rows) == sorted(names), "in the order of the record"
    assert [rows[d].by for d in MODELLED] == ["level"] * 4
    for d in MODELLED:
        assert f"{d}.toml" in words(rows[d])
        assert rows[d].shares.sum() == pytest.approx(1.0)
        assert (rows[d].shares >= 0).all()
    assert [rows[d].by for d in names[4:]] == ["dose"] * 3
    assert "absorption saturates" in words(rows["gabapentin"])
    assert words(rows["something unheard of"]) == "The name is not known."
    assert set(exposure(rows.values())) == set(MODELLED)


def test_a_brand_has_the_kinetics_of_its_drug(knowledge):
    brand, plain = followed(record("remeron", "mirtazapine"), knowledge, at=day(90))
    assert brand.by == plain.by == "level"
    assert (brand.shares == plain.shares).all()


def test_the_patients_facts_and_other_drugs_count(knowledge):
    def half_life(drug: str, *others: str, **facts) -> float:
        rows = followed(record(drug, *others, patient=replace(WOMAN, **facts)), knowledge, at=day(90))
        return next(f.half_life_h for f in rows if f.drug == drug)

    assert half_life("mirtazapine", sex="female") > 1.3 * half_life("mirtazapine", sex="male")
    assert half_life("pregabalin", egfr_ml_min=30.0) > 2.5 * half_life("pregabalin", egfr_ml_min=96.4)
    assert half_life("duloxetine", "fluvoxamine") > 5 * half_life("duloxetine")


def test_the_reason_names_what_changed_the_half_life_and_no_more(knowledge):
    """Over 60 the clearance of mirtazapine falls in its file and the half-life does not: the shape of the curve is the same."""
    old = replace(WOMAN, birth_year=1950)
    (row,) = followed(record("mirtazapine", patient=old), knowledge, at=day(90))
    assert words(row).endswith("what counted of this patient: sex female.")
    (row,) = followed(record("pregabalin", patient=replace(old, egfr_ml_min=40.0)), knowledge, at=day(90))
    assert words(row).endswith("what counted of this patient: kidney and sex female.")


def test_a_drug_long_stopped_has_the_kinetics_of_its_own_time(knowledge):
    """The inhibitor was taken with the duloxetine, not on the day of the review."""
    then = record("duloxetine", "fluvoxamine", end=day(60))
    (now, _) = followed(then, knowledge, at=day(200))
    (early, _) = followed(then.until(day(60)), knowledge, at=day(60))
    assert now.half_life_h == early.half_life_h


def test_weak_grades_carry_no_decision(knowledge):
    model = knowledge.kinetics.get("mirtazapine")
    weak = model.model_copy(update={"ka": model.ka.model_copy(update={"grade": Grade.U})})

    class Known:
        resolve_drug = staticmethod(knowledge.resolve_drug)
        kinetics = replace(knowledge.kinetics, models={"mirtazapine": weak})

    (row,) = followed(record("mirtazapine"), Known(), at=day(90))
    assert row.by == "dose"
    assert "grade" in words(row)
    assert [r.outcome for r in row.because] == [Outcome.NOT_MET]


@pytest.mark.parametrize("drug", MODELLED)
def test_the_night_after_a_bedtime_dose_meets_that_doses_level(drug, knowledge):
    """The night's true mean level, 22:00 to 7:00 by superposition, beside what the sleep slot is given.

    Over a start, a missed dose and a stop the two stay within 0.09 of steady state. The calendar day's mean level, which knows
    of a dose at 22:00 for two hours, is most of a day late.
    """
    model = knowledge.kinetics.get(drug)
    curve = person(model, WOMAN, at=FIRST).curve()
    taken = np.array([1.0] * 25 + [0.0] + [1.0] * 24 + [0.0] * 10)
    hours = 22 + 24.0 * np.arange(taken.size)

    def mean(start: float, end: float) -> np.ndarray:
        edges = np.sort(np.concatenate([24.0 * np.arange(60) + start, 24.0 * np.arange(60) + end]))
        return area_under_curve(curve, hours, taken, edges)[0][::2]

    night, calendar = mean(22, 31), mean(0, 24)
    # The night that begins on day t, as a share of the same night at steady state.
    night = night / night[24]
    calendar = calendar / calendar[24]
    rows = followed(record(drug), knowledge, at=day(59))
    periods = (MedicinePeriod(drug=drug, dose_mg=30, start=FIRST, end=day(49), missed=frozenset({day(25)})),)
    (source,), _ = sources(Record(medicines=periods), (), OUTCOMES, FIRST, day(60), SETTINGS, exposure(rows))
    h = source.amount[1:, 0]
    given = 0.5 * h / (1.5 - h)
    ours, theirs = np.abs(given - night), np.abs(calendar - night)
    assert ours.max() < 0.09
    assert theirs.max() > 0.3


def test_two_intakes_a_day_are_one_at_steady_state(knowledge):
    twice = MedicinePeriod(
        drug="pregabalin", dose_mg=75, start=FIRST, times=(IntakeTime("morning"), IntakeTime("bedtime"))
    )
    rec = Record(patient=WOMAN, medicines=(twice,))
    rows = followed(rec, knowledge, at=day(40))
    (source,), _ = sources(rec, (), OUTCOMES, FIRST, day(40), SETTINGS, exposure(rows))
    assert source.amount[10:] == pytest.approx(np.ones((31, 2)), abs=1e-4)


def test_shares_of_midnight_doses_are_the_calendar_days_mean_level(knowledge):
    """Where the 24 hours after an intake are a calendar day, both definitions of exposure are one."""
    from lenitive.kinetics import exposure as by_calendar_day

    taken = MedicinePeriod(
        drug="mirtazapine",
        dose_mg=30,
        start=FIRST,
        end=day(39),
        times=(IntakeTime("00:00"),),
        missed=frozenset({day(20), day(21)}),
    )
    rec = Record(patient=WOMAN, medicines=(taken,))
    days = tuple(day(t) for t in range(60))
    model = knowledge.kinetics.get("mirtazapine")
    want = by_calendar_day(rec, "mirtazapine", days, model=model, reference_mg_per_day=30)
    doses = np.array([0.0 if t in (20, 21) or t >= 40 else 1.0 for t in range(60)])
    shares = daily_shares(person(model, WOMAN, at=days[-1]).curve())
    assert np.convolve(doses, shares)[:60] == pytest.approx(want, abs=2e-6)


@pytest.fixture(scope="module")
def example():
    return open_record(ROOT / "examples" / "non-responder-weight-gain").record


def test_the_same_fit_comes_of_the_same_exposure(example, knowledge):
    at = example.last_day
    by_level = exposure(followed(example, knowledge, at=at))
    one = fit(example, at=at, seed=1, exposure=by_level, settings=SETTINGS)
    assert one.effects == fit(example, at=at, seed=1, exposure=by_level, settings=SETTINGS).effects
    assert one.effects != fit(example, at=at, seed=1, settings=SETTINGS).effects


def test_a_steady_adherent_patients_answer_does_not_move(example, knowledge):
    """On it at one dose since long before the diary, nothing missed: the level is the dose."""
    steady = replace(
        example,
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=30, start=day(-400)),),
        diary=tuple(replace(d, taken=None) for d in example.diary),
    )
    at = steady.last_day
    by_level = fit(
        steady, at=at, seed=1, exposure=exposure(followed(steady, knowledge, at=at)), settings=SETTINGS
    )
    by_dose = fit(steady, at=at, seed=1, settings=SETTINGS)
    assert [e.mean for e in by_level.effects] == pytest.approx([e.mean for e in by_dose.effects], abs=1e-4)
    assert [e.sd for e in by_level.effects] == pytest.approx([e.sd for e in by_dose.effects], abs=1e-4)


def test_steps_to_come_leave_their_levels_too(example, knowledge):
    """A break is longer in the body than on paper, so what it would tell is not the same."""
    at = example.last_day
    by_level = exposure(followed(example, knowledge, at=at))
    made = fit(example, at=at, seed=1, exposure=by_level, settings=SETTINGS)

    def breaks(acts) -> list[float]:
        steps = would_settle(example, made, "mirtazapine", exposure=acts, settings=RULES)
        return [s.sd_after for s in steps if s.step is SettlingStep.OPEN_BREAK]

    assert breaks(by_level) != breaks(None)
    assert breaks(by_level) == pytest.approx(breaks(None), rel=0.1)


def test_the_document_says_what_acted_and_why(example, knowledge):
    made = review_document(review(example, knowledge, seed=1))
    said = [e["diagnostics"]["input"] for e in made["effects"] if "drug" in e]
    assert said
    for one in said:
        assert one["follows"] == "level"
        assert one["half_life_h"] == pytest.approx(36.9, abs=0.5)
        assert "mirtazapine.toml" in one["because"]
