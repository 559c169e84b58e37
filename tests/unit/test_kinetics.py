"""Levels from doses: the calendar, the covariates, the levels measured, and what is refused."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest

from lenitive.kinetics import (
    IntakeCertainty,
    TimeAxis,
    area_under_curve,
    concentration,
    daily_shares,
    exposure,
    intakes,
    one_compartment,
    person,
    steady_state,
    two_compartment,
)
from lenitive.kinetics import history as history_of
from lenitive.knowledge import load
from lenitive.knowledge.schema.kinetics import KineticsModel
from lenitive.record import DiaryDay, IntakeTime, Measurement, MedicinePeriod, Patient, Record, Taken
from lenitive.terms import Grade, Quantity

history = partial(history_of, draw_hours=(8.0, 10.0, 12.0))

START = date(2026, 3, 1)
WOMAN = Patient(birth_year=1976, sex="female", egfr_ml_min=90, hepatic_impairment="none", cyp2d6="normal")


@pytest.fixture(scope="module")
def models():
    return load().kinetics


@pytest.fixture(scope="module")
def mirtazapine(models):
    return models.get("mirtazapine")


def record(*periods: MedicinePeriod, **rest) -> Record:
    return Record(patient=rest.pop("patient", WOMAN), medicines=periods, **rest)


def nightly(mg: float, start: date = START, end: date | None = None, **rest) -> MedicinePeriod:
    return MedicinePeriod(drug=rest.pop("drug", "mirtazapine"), dose_mg=mg, start=start, end=end, **rest)


def level(day: date, value: float, note: str = "mirtazapine 09:00") -> Measurement:
    return Measurement(day=day, measure="drug_level", quantity=Quantity(value, "ng/mL"), note=note)


class TestIntakes:
    def test_elapsed_hours_cross_the_spring_change(self):
        from zoneinfo import ZoneInfo

        taken = intakes(
            record(nightly(15, date(2026, 3, 27))),
            "mirtazapine",
            until=date(2026, 3, 30),
            zone=ZoneInfo("Europe/Berlin"),
        )
        gaps = [(b.at - a.at).total_seconds() / 3600 for a, b in itertools.pairwise(taken)]
        assert gaps == [24, 23, 24]

    def test_elapsed_hours_cross_the_autumn_change(self):
        from zoneinfo import ZoneInfo

        taken = intakes(
            record(nightly(15, date(2026, 10, 23))),
            "mirtazapine",
            until=date(2026, 10, 26),
            zone=ZoneInfo("Europe/Berlin"),
        )
        gaps = [(b.at - a.at).total_seconds() / 3600 for a, b in itertools.pairwise(taken)]
        assert gaps == [24, 25, 24]

    def test_missed_split_changed_and_as_needed_doses(self):
        from zoneinfo import ZoneInfo

        r = record(
            nightly(
                15, START, START + timedelta(days=2), times=(IntakeTime("morning"), IntakeTime("bedtime"))
            ),
            nightly(
                30,
                START + timedelta(days=3),
                START + timedelta(days=5),
                missed=frozenset({START + timedelta(days=4)}),
            ),
            nightly(7.5, START + timedelta(days=8), START + timedelta(days=8), times=(IntakeTime("prn"),)),
            nightly(0, START + timedelta(days=9)),
        )
        taken = intakes(r, "mirtazapine", until=START + timedelta(days=20), zone=ZoneInfo("UTC"))
        assert [i.amount_mg for i in taken] == [15] * 6 + [30, 30, 7.5]
        assert taken[-1].at.hour == 12

    def test_the_diary_takes_doses_out_but_not_as_needed_ones(self):
        from zoneinfo import ZoneInfo

        diary = (
            DiaryDay(day=START, taken=Taken.YES),
            DiaryDay(day=START + timedelta(days=1), taken=Taken.NO),
            DiaryDay(day=START + timedelta(days=2), taken=Taken.PART),
        )
        prn = nightly(
            5,
            START + timedelta(days=1),
            START + timedelta(days=1),
            times=(IntakeTime("prn"),),
            drug="cyclobenzaprine",
        )
        r = record(nightly(15, START, START + timedelta(days=2)), prn, diary=diary)
        taken = intakes(r, "mirtazapine", until=START + timedelta(days=9), zone=ZoneInfo("UTC"))
        assert [(i.amount_mg, i.certainty) for i in taken] == [
            (15, IntakeCertainty.RECORDED),
            (7.5, IntakeCertainty.PART),
        ]
        assert len(intakes(r, "cyclobenzaprine", until=START + timedelta(days=9), zone=ZoneInfo("UTC"))) == 1


class TestPerson:
    def test_an_unknown_patient_has_the_reference_and_says_what_is_unknown(self, mirtazapine):
        who = person(mirtazapine, Patient(), at=START)
        assert who.clearance == mirtazapine.clearance.value
        assert {"sex", "age", "egfr_ml_min"} <= set(who.unknown)
        assert not who.applied

    def test_women_have_about_a_fifth_more_than_men(self, mirtazapine):
        she = person(mirtazapine, Patient(sex="female"), at=START).clearance
        he = person(mirtazapine, Patient(sex="male"), at=START).clearance
        assert he / she == pytest.approx(1.20, abs=0.01)

    @pytest.mark.parametrize(("age", "factor"), [(60, 1.0), (61, 0.806)])
    def test_over_sixty_clears_less(self, mirtazapine, age, factor):
        base = person(mirtazapine, Patient(), at=START).clearance
        old = Patient(birth_year=START.year - age)
        assert person(mirtazapine, old, at=START).clearance == pytest.approx(base * factor)

    def test_a_two_compartment_file_makes_two_terms(self, models):
        raw = models.get("duloxetine").model_dump()
        number = raw["volume"]
        two = {
            **raw,
            "structure": "two_compartment_oral",
            "exchange": {**number, "value": 50.0, "unit": "L/h", "low": None, "high": None},
            "peripheral": {**number, "value": 800.0, "low": None, "high": None},
        }
        who = person(KineticsModel.model_validate(two), Patient(), at=START)
        assert who.curve().rate.shape == (1, 2)
        mean = steady_state(who.curve(), [8], [60]).mean
        assert mean == pytest.approx(60 / 24 / 114 * 1000)

    def test_kidney_factors_are_alternatives_never_multiplied(self, mirtazapine):
        base = person(mirtazapine, Patient(), at=START).clearance
        for kidney, factor in ((5, 0.465), (9.9, 0.465), (10, 0.645), (39, 0.645), (40, 1.0), (90, 1.0)):
            assert person(mirtazapine, Patient(egfr_ml_min=kidney), at=START).clearance == pytest.approx(
                base * factor
            )

    def test_no_weight_and_sex_together(self, models):
        for model in models.models.values():
            facts = {c.fact for c in model.covariate}
            assert not ({"sex"} <= facts and "weight" in facts), model.drug

    def test_pregabalin_follows_the_kidney_in_proportion(self, models):
        model = models.get("pregabalin")
        half = person(model, Patient(egfr_ml_min=48.2), at=START).clearance
        assert half == pytest.approx(model.clearance.value / 2)
        assert person(model, Patient(egfr_ml_min=200), at=START).clearance == model.clearance.value

    def test_an_inducer_taken_lowers_the_level(self, mirtazapine):
        r = record(nightly(30), nightly(400, drug="carbamazepine"))
        alone = history(record(nightly(30)), mirtazapine, at=START + timedelta(days=30))
        both = history(r, mirtazapine, at=START + timedelta(days=30))
        assert both.steady.mean / alone.steady.mean == pytest.approx(0.4)


class TestSteadyState:
    def test_the_mean_is_dose_over_clearance_and_fifteen_sits_below_the_range(self, mirtazapine):
        who = person(mirtazapine, Patient(), at=START)
        for mg, mean in ((15, 13.6), (30, 27.2), (45, 40.8)):
            assert steady_state(who.curve(), [22], [mg]).mean == pytest.approx(mean, abs=0.05)
        assert mirtazapine.range is not None
        assert steady_state(who.curve(), [22], [15]).peak < mirtazapine.range.low
        assert "15 mg" in mirtazapine.range.remark
        assert mirtazapine.range.purpose == "depression"

    def test_the_mean_of_the_curve_is_the_stated_mean(self, mirtazapine):
        h = history(
            record(nightly(30), patient=Patient()), mirtazapine, at=START + timedelta(days=40), axis=TimeAxis(step_h=0.05)
        )
        day = h.typical[-480:]
        assert day.mean() == pytest.approx(h.steady.mean, rel=2e-3)  # a sum over a grid of 3 minutes
        assert h.steady.peak == pytest.approx(day.max(), rel=1e-3)
        assert h.steady.trough == pytest.approx(day.min(), rel=5e-3)

    def test_time_to_steady_state_is_within_what_sources_say(self, mirtazapine):
        settled = steady_state(person(mirtazapine, Patient(), at=START).curve(), [22], [15])
        assert 3 <= settled.days_to_90_percent <= 6  # sources: 3-4, 4-6, 5 days

    def test_accumulation_is_the_ratio_of_two_areas(self, mirtazapine):
        """case P21"""
        curve = person(mirtazapine, Patient(), at=START).curve()
        nights = 24.0 * np.arange(60)
        # Trapezia of a minute: a day at steady state over the day after the first dose.
        grid = np.arange(0.0, 24.0 + 1e-9, 1 / 60)
        steady = concentration(curve, nights, np.full(60, 30.0), 59 * 24.0 + grid)[0]
        first = concentration(curve, nights[:1], np.array([30.0]), grid)[0]
        ratio = np.trapezoid(steady, grid) / np.trapezoid(first, grid)
        assert steady_state(curve, [22], [30]).accumulation == pytest.approx(ratio, rel=1e-4)
        # Absorption makes the first day's area smaller than one exponential has it.
        left = np.exp(-float(curve.rate.min()) * 24.0)
        assert ratio > 1.01 / (1.0 - left)

    def test_two_daily_halves_have_the_mean_of_one_whole(self, mirtazapine):
        curve = person(mirtazapine, Patient(), at=START).curve()
        assert steady_state(curve, [8, 20], [15, 15]).mean == pytest.approx(
            steady_state(curve, [22], [30]).mean
        )

    def test_as_needed_use_has_no_steady_state(self, mirtazapine):
        prn = nightly(15, START, START, times=(IntakeTime("prn"),))
        h = history(record(prn), mirtazapine, at=START)
        assert h.steady is None
        assert h.typical.max() > 0

    def test_a_brand_is_the_same_drug(self, mirtazapine):
        r = record(nightly(15, drug="remeron"))
        h = history(r, mirtazapine, at=START + timedelta(days=9), also=("remeron",))
        assert len(h.intakes) == 10
        assert h.steady is not None
        assert history(r, mirtazapine, at=START + timedelta(days=9)) is None

    def test_many_patients_are_refused(self):
        with pytest.raises(ValueError, match="one patient"):
            steady_state(one_compartment(clearance=[1, 2], volume=10, ka=1), [8], [1])


class TestLevels:
    AT = START + timedelta(days=45)

    def test_a_high_level_lowers_the_clearance_and_narrows_it(self, mirtazapine):
        r = record(nightly(30), measurements=(level(self.AT - timedelta(days=5), 60.0),))
        h = history(r, mirtazapine, at=self.AT)
        u = h.updated
        assert u.low < u.map < u.expected
        assert 0.5 < u.from_levels < 1
        assert h.typical[-1] > history(record(nightly(30)), mirtazapine, at=self.AT).typical[-1]
        assert h.levels[0].since_last_dose_h == pytest.approx(11)

    def test_the_expected_level_changes_nothing_but_the_width(self, mirtazapine):
        bare = history(record(nightly(30)), mirtazapine, at=self.AT)
        day = self.AT - timedelta(days=5)
        index = int(((day - START).days) * 24 + 9)
        h = history(
            record(nightly(30), measurements=(level(day, float(bare.typical[index])),)),
            mirtazapine,
            at=self.AT,
        )
        assert h.updated.map == pytest.approx(bare.who.clearance, rel=1e-3)
        assert np.ptp(h.band[:, -1]) < 0.7 * np.ptp(bare.band[:, -1])

    def test_a_level_soon_after_the_dose_is_shown_and_not_used(self, mirtazapine):
        r = record(nightly(30), measurements=(level(self.AT - timedelta(days=1), 90.0, "mirtazapine 23:30"),))
        h = history(r, mirtazapine, at=self.AT)
        assert h.updated is None
        assert "1.5 h after a dose" in h.levels[0].left_out

    def test_an_unknown_time_is_averaged_over_not_guessed(self, mirtazapine):
        day = self.AT - timedelta(days=5)
        known = history(
            record(nightly(30), measurements=(level(day, 60.0),)), mirtazapine, at=self.AT
        ).updated
        unknown = history(
            record(nightly(30), measurements=(level(day, 60.0, "mirtazapine"),)), mirtazapine, at=self.AT
        )
        assert unknown.levels[0].drawn_at is None
        midnight = 24.0 * (day - START).days
        assert unknown.levels[0].hours == tuple(midnight + h for h in (8.0, 10.0, 12.0))
        assert unknown.updated.map == pytest.approx(known.map, rel=0.1)
        assert unknown.updated.from_levels <= known.from_levels + 0.01

    def test_a_level_of_another_drug_or_of_later_is_not_hers(self, mirtazapine):
        r = record(
            nightly(30),
            measurements=(level(self.AT + timedelta(days=1), 60.0), level(self.AT, 60.0, "duloxetine 09:00")),
        )
        assert history(r, mirtazapine, at=self.AT).levels == ()

    def test_the_answer_matches_the_conjugate_case(self, mirtazapine):
        """At steady state log level is linear in log clearance alone, when half-life hardly spreads: a normal-normal update."""
        second = mirtazapine.second_cv.model_copy(update={"value": 1e-3})
        slow = mirtazapine.model_copy(update={"second_cv": second})
        day = self.AT - timedelta(days=1)
        h = history(record(nightly(30), measurements=(level(day, 50.0),)), slow, at=self.AT)
        index = int((day - START).days * 24 + 9)
        bare = history(record(nightly(30)), slow, at=self.AT)
        prior, noise = slow.clearance_cv.value, slow.residual_cv.value
        tau2, s2 = np.log1p(prior**2), np.log1p(noise**2)
        # Volume moves with clearance at a fixed half-life, so the whole curve scales as 1/clearance.
        eta = -tau2 / (tau2 + s2) * np.log(50.0 / bare.typical[index])
        assert h.updated.map == pytest.approx(bare.who.clearance * np.exp(eta), rel=1e-3)
        width = np.sqrt(tau2 * s2 / (tau2 + s2))
        assert np.log(h.updated.high / h.updated.low) == pytest.approx(2 * 1.96 * width, rel=0.01)


class TestOccupancy:
    def test_fifteen_mg_of_mirtazapine_occupies_what_pet_measured(self, mirtazapine):
        """Sato 2013: 80-90 % of cortical H1 in the first hours after one dose of 15 mg."""
        one = record(nightly(15, START, START), patient=Patient())
        h = history(one, mirtazapine, at=START + timedelta(days=1), axis=TimeAxis(step_h=0.25))
        first_hours = slice(int(22 / 0.25) + 6, int(25 / 0.25))
        occupied = h.occupancies[0].typical[first_hours]
        assert (occupied > 0.74).all()
        assert (occupied < 0.90).all()
        assert h.occupancies[0].grade is Grade.C

    @pytest.mark.parametrize(
        ("doses", "after_h", "measured"),
        [(1, 6, 0.818), (1, 25, 0.719), (1, 53, 0.449), (7, 6, 0.843), (7, 49, 0.719), (7, 78, 0.471)],
    )
    def test_duloxetine_and_the_serotonin_transporter(self, models, doses, after_h, measured):
        """Takano 2006, within 8 points everywhere; the band holds the three figures of single doses."""
        model = models.get("duloxetine")
        r = record(
            nightly(
                60, START, START + timedelta(days=doses - 1), drug="duloxetine", times=(IntakeTime("00:00"),)
            ),
            patient=Patient(),
        )
        h = history(r, model, at=START + timedelta(days=doses + 4))
        sert = h.occupancies[0]
        index = (doses - 1) * 24 + after_h
        assert sert.typical[index] == pytest.approx(measured, abs=0.08)
        if doses == 1:
            assert sert.low[index] - 0.01 <= measured <= sert.high[index] + 0.01


class TestExposure:
    DAYS = tuple(START + timedelta(days=i) for i in range(60))

    def test_it_rises_to_one_and_falls_after_the_last_dose(self, mirtazapine):
        r = record(nightly(30, START, START + timedelta(days=39)), patient=Patient())
        e = exposure(r, "mirtazapine", self.DAYS, model=mirtazapine, reference_mg_per_day=30)
        assert e[35] == pytest.approx(1.0, abs=1e-3)
        assert (np.diff(e[:36]) >= 0).all()
        assert 0.5 < e[40] < 1.0
        assert e[59] < 0.01

    def test_a_missed_night_shows_the_next_day(self, mirtazapine):
        r = record(nightly(30, missed=frozenset({START + timedelta(days=30)})), patient=Patient())
        e = exposure(r, "mirtazapine", self.DAYS, model=mirtazapine, reference_mg_per_day=30)
        assert e[31] < 0.75
        assert e[29] == pytest.approx(1.0, abs=0.01)

    def test_without_kinetics_the_dose_counts(self):
        r = record(nightly(600, drug="gabapentin", times=(IntakeTime("morning"), IntakeTime("bedtime"))))
        e = exposure(r, "gabapentin", self.DAYS[:3], model=None, reference_mg_per_day=1200)
        assert e.tolist() == [1.0, 1.0, 1.0]

    def test_nothing_taken_is_nothing(self, mirtazapine):
        assert (
            exposure(record(), "mirtazapine", self.DAYS, model=mirtazapine, reference_mg_per_day=15).max()
            == 0
        )
        assert exposure(record(), "mirtazapine", (), model=mirtazapine, reference_mg_per_day=15).size == 0

    def test_days_before_the_first_dose_are_zero(self, mirtazapine):
        r = record(nightly(30, START + timedelta(days=10)))
        e = exposure(r, "mirtazapine", self.DAYS, model=mirtazapine, reference_mg_per_day=30)
        assert e[:10].max() == 0
        assert e[10] > 0

    def test_a_reference_of_nothing_is_refused(self, mirtazapine):
        with pytest.raises(ValueError, match="above zero"):
            exposure(record(), "mirtazapine", self.DAYS, model=mirtazapine, reference_mg_per_day=0)


class TestDailyShares:
    def test_a_fast_absorbed_dose_falls_by_the_half_life(self):
        shares = daily_shares(one_compartment(clearance=np.log(2) / 24, volume=1.0, ka=1e4))
        assert shares[:20] == pytest.approx(0.5 ** np.arange(1, 21), rel=2e-3)
        assert shares.sum() == pytest.approx(1.0)

    def test_scale_and_volume_cancel(self):
        one = daily_shares(one_compartment(clearance=2.0, volume=80.0, ka=0.7, lag_h=2.0))
        other = daily_shares(one_compartment(clearance=20.0, volume=800.0, ka=0.7, lag_h=2.0))
        assert one == pytest.approx(other)

    def test_slow_absorption_and_two_compartments_are_summed_to_the_end(self):
        slow = daily_shares(one_compartment(clearance=10.0, volume=10.0, ka=0.01))
        assert slow.size > 24
        two = two_compartment(clearance=5.0, volume=20.0, exchange=8.0, peripheral=200.0, ka=1.0)
        shares = daily_shares(two)
        edges = 24.0 * np.arange(shares.size + 1)
        total = float((two.coefficient / two.rate).sum()) * 1000.0
        want = area_under_curve(two, [0.0], [1.0], edges)[0] / total
        assert shares == pytest.approx(want, abs=2e-6)

    def test_one_patient_at_a_time(self):
        with pytest.raises(ValueError, match="one patient"):
            daily_shares(one_compartment(clearance=[1.0, 2.0], volume=1.0, ka=1.0))


class TestRefusals:
    def test_saturating_absorption_is_refused_with_the_reason(self, models):
        assert models.get("gabapentin") is None
        assert "saturates" in models.why_not("gabapentin")
        assert models.why_not("mirtazapine") == ""
        assert models.why_not("paracetamol")

    @pytest.mark.parametrize("bad", [{"clearance": 0}, {"volume": -1}, {"ka": float("nan")}, {"lag_h": -1}])
    def test_impossible_parameters(self, bad):
        good = {"clearance": 46.0, "volume": 2000.0, "ka": 2.2, "lag_h": 0.0}
        with pytest.raises(ValueError):
            one_compartment(**{**good, **bad})
        with pytest.raises(ValueError):
            two_compartment(**{**good, "exchange": 10.0, "peripheral": 500.0, **bad})

    def test_never_taken_is_none(self, mirtazapine):
        assert history(record(), mirtazapine, at=START) is None

    def test_every_file_decides_on_no_weak_grade(self, models):
        for model in models.models.values():
            assert model.grade.may_decide, model.drug
            assert all(c.grade.may_decide for c in model.covariate), model.drug


def test_what_is_later_does_not_matter(mirtazapine):
    at = START + timedelta(days=20)
    r = record(nightly(15), measurements=(level(at + timedelta(days=3), 50.0),))
    more = replace(r, medicines=(nightly(15, START, at), nightly(45, at + timedelta(days=1))))
    a, b = history(r, mirtazapine, at=at), history(more, mirtazapine, at=at)
    assert (a.typical == b.typical).all()
