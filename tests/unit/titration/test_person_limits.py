"""Kidneys, liver, age, company, enzymes, pregnancy and days of use shape the doses that are planned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, IntakeTime, MedicinePeriod, Patient, Record
from lenitive.render.catalogue import said, sentences
from lenitive.render.plan import Sheet, plan_report
from lenitive.render.refusal import refusal_words
from lenitive.render.text import report_text
from lenitive.titration import DosePlan, Person, Planner, Refusal, person_from

START = date(2026, 3, 1)


@pytest.fixture(scope="module")
def planner():
    return Planner(load(), "us")


def planned(made) -> DosePlan:
    assert isinstance(made, DosePlan), refusal_words(made)
    return made


def refused(made) -> Refusal:
    assert isinstance(made, Refusal)
    return made


def shape(plan, drug):
    return [
        (s.dose.mg, None if s.last is None else (s.last - s.first).days + 1)
        for s in plan.stages
        if s.drug == drug
    ]


def words(plan) -> str:
    return " ".join(sentences(plan.rests_on).split())


# -- kidneys ----------------------------------------------------------------------------------------------------------


def test_pregabalin_keeps_to_its_row_at_25_ml_per_minute_case_a7(planner):
    """case A7: 300 mg asked for; 15 to 30 mL/min starts with 25 mg and ends at 150 mg."""
    plan = planned(planner.start("pregabalin", 300, START, Person(age=50, egfr_ml_min=25)))
    assert shape(plan, "pregabalin") == [(25, 7), (50, 7), (75, 7), (100, 7), (125, 7), (150, None)]
    assert plan.stopped_at_mg == 150
    assert said(plan.title) == "Start pregabalin and bring it to 150 mg a day"
    assert "The plan stops at 150 mg a day of pregabalin; 300 mg a day was asked for" in words(plan)
    assert "15 to 30 mL/min: start with 25 to 50 mg a day, at most 150 mg a day." in words(plan)
    assert "Kidney function is 25 mL/min." in words(plan)
    assert any(s.article for s in plan.sources)


def test_milnacipran_keeps_to_the_usual_dose_of_its_row_case_a7(planner):
    """case A7: the label halves the usual dose to 50 mg a day; 100 mg is for later, if needed."""
    weak = Person(age=50, egfr_ml_min=25)
    plan = planned(planner.start("milnacipran", 100, START, weak))
    assert shape(plan, "milnacipran") == [(12.5, 1), (25, 2), (50, None)]
    later = planned(planner.step("milnacipran", 50, 100, START, weak))
    assert shape(later, "milnacipran")[-1] == (100, None)
    above = refused(planner.step("milnacipran", 100, 200, START, weak))
    assert above.rule == "titration.plan.at_limit"
    switched = planned(planner.switch("mirtazapine", 15, "milnacipran", 100, START, weak))
    assert shape(switched, "milnacipran")[-1] == (50, None)
    assert "to milnacipran 50 mg a day" in said(switched.title)


@pytest.mark.parametrize(
    ("egfr", "start", "most"),
    [
        # Just below, at and just above each edge of the rows.
        (14.9, 25, 75), (15, 25, 150), (15.1, 25, 150), (29.9, 25, 150), (30, 75, 300), (30.1, 75, 300),
        (59.9, 75, 300), (60, 150, 450), (60.1, 150, 450), (None, 150, 450),
    ],
)  # fmt: skip
def test_the_edges_of_the_rows_on_kidneys(planner, egfr, start, most):
    person = Person(age=50, egfr_ml_min=egfr)
    plan = planned(planner.start("pregabalin", 450, START, person))
    assert shape(plan, "pregabalin")[0][0] == start
    assert max(mg for mg, _ in shape(plan, "pregabalin")) == most
    assert plan.stopped_at_mg == (None if most == 450 else most)
    assert max(d.mg for d in planner.doses("pregabalin", person)) == most


@pytest.mark.parametrize("egfr", [5, 12, 29.9])
def test_a_drug_to_be_avoided_is_not_begun_and_can_still_be_brought_down(planner, egfr):
    weak = Person(age=50, egfr_ml_min=egfr, used_days=100)
    no = refused(planner.start("duloxetine", 30, START, weak))
    assert no.rule == "titration.plan.kidneys"
    assert "severe kidney disease" in refusal_words(no)
    assert no.sources
    assert refused(planner.step("duloxetine", 30, 60, START, weak)).rule == "titration.plan.kidneys"
    assert refused(planner.switch("mirtazapine", 15, "duloxetine", 60, START, weak)).rule == no.rule
    assert planner.doses("duloxetine", weak) == ()
    down = planned(planner.taper("duloxetine", 60, START, weak))
    assert down.stops == ("duloxetine",)
    assert planned(planner.start("duloxetine", 60, START, Person(age=50, egfr_ml_min=30)))


def test_weak_kidneys_without_a_row_are_a_missing_limit(planner):
    for name, mg in (("amitriptyline", 25), ("cyclobenzaprine", 5), ("cyclobenzaprine_sublingual", 2.8)):
        no = refused(planner.start(name, mg, START, Person(age=50, egfr_ml_min=29.9)))
        assert no.rule == "titration.plan.kidneys"
        assert "No source read gives a dose" in refusal_words(no)
        for egfr in (30, 30.1):
            planned(planner.start(name, mg, START, Person(age=50, egfr_ml_min=egfr)))
    # A row that begins lower draws its line there: 25 mL/min for tizanidine.
    planned(planner.start("tizanidine", 2, START, Person(age=50, egfr_ml_min=28)))


def test_what_is_not_recorded_is_said_case_p4(planner):
    """case P4, of the kidneys: pregabalin 450 mg at 80, and nothing known of them."""
    assert "Kidney function is not recorded" in words(
        planned(planner.start("pregabalin", 450, START, Person(age=80, others=("morphine",))))
    )
    assert "Kidney function is not recorded" in words(
        planned(planner.start("pregabalin", 300, START, Person(age=50)))
    )
    known = planned(planner.start("pregabalin", 300, START, Person(age=50, egfr_ml_min=90)))
    assert "not recorded" not in words(known)
    assert "Kidney function" not in words(known)


def test_a_row_that_only_warns_changes_no_dose_and_is_said(planner):
    plan = planned(planner.start("mirtazapine", 30, START, Person(age=50, egfr_ml_min=25)))
    usual = planned(planner.start("mirtazapine", 30, START, Person(age=50)))
    assert shape(plan, "mirtazapine") == shape(usual, "mirtazapine")
    assert "the average level 55 % higher below 40 mL/min" in words(plan)


def test_what_is_taken_above_the_most_comes_down_and_does_not_go_up_case_p1(planner):
    """case P1, in planning: takes 150 mg of pregabalin at 25 mL/min, a step to 300 mg."""
    weak = Person(age=50, egfr_ml_min=25, used_days=300)
    assert refused(planner.step("pregabalin", 150, 300, START, weak)).rule == "titration.plan.at_limit"
    assert refused(planner.step("pregabalin", 300, 450, START, weak)).rule == "titration.plan.at_limit"
    assert shape(planned(planner.taper("pregabalin", 300, START, weak)), "pregabalin")[0][0] < 300
    back = refused(planner.after_withdrawal("pregabalin", 300, 225, START, weak))
    assert back.rule == "titration.plan.at_limit"
    assert "at most 150 mg a day" in refusal_words(back)
    planned(planner.after_withdrawal("pregabalin", 300, 225, START, weak, hold=True))


def test_more_than_any_adult_may_have_is_refused_and_not_cut(planner):
    for egfr in (25, None):
        no = refused(planner.start("pregabalin", 600, START, Person(age=50, egfr_ml_min=egfr)))
        assert no.rule == "titration.plan.above_maximum"


# -- liver ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "mg", "degree", "outcome"),
    [
        ("duloxetine", 60, "none", 60),
        ("duloxetine", 60, "mild", "liver"),
        ("duloxetine", 60, "severe", "liver"),
        ("cyclobenzaprine_sublingual", 5.6, "none", 5.6),
        ("cyclobenzaprine_sublingual", 5.6, "mild", 2.8),
        ("cyclobenzaprine_sublingual", 5.6, "moderate", "liver"),
        ("tizanidine", 4, "mild", "liver"),
        ("pregabalin", 300, "severe", 300),
        ("milnacipran", 100, "moderate", 100),
        # No row at all: nothing for a mild disease, a missing limit from a moderate one on.
        ("gabapentin", 300, "mild", 300),
        ("gabapentin", 300, "moderate", "liver"),
        ("baclofen", 15, "severe", "liver"),
        # Caution up to moderate, forbidden from severe on.
        ("amitriptyline", 25, "mild", 25),
        ("amitriptyline", 25, "moderate", 25),
        ("amitriptyline", 25, "severe", "liver"),
    ],
)
def test_rows_on_the_liver(planner, drug, mg, degree, outcome):
    made = planner.start(drug, mg, START, Person(age=50, hepatic_impairment=degree))
    if outcome == "liver":
        assert refused(made).rule == "titration.plan.liver"
    else:
        plan = planned(made)
        assert plan.stages[-1].dose.mg == outcome
        assert (plan.stopped_at_mg is None) == (outcome == mg)


# -- age --------------------------------------------------------------------------------------------------------------


def test_an_older_person_rises_by_small_steps_two_weeks_apart_case_a8(planner):
    """case A8: born 1951, from 7.5 mg: steps of 7.5 mg, 14 days between them."""
    plan = planned(planner.step("mirtazapine", 7.5, 22.5, START, Person(age=75)))
    assert shape(plan, "mirtazapine") == [(15, 14), (22.5, None)]
    start = planned(planner.start("mirtazapine", 30, START, Person(age=75)))
    assert shape(start, "mirtazapine") == [(7.5, 14), (15, 14), (22.5, 14), (30, None)]
    assert "the longer is kept" in words(start)
    assert "steps of 7.5 to 15 mg" in words(start)
    for age, first in ((64, 15), (65, 7.5), (66, 7.5)):
        plan = planned(planner.start("mirtazapine", 45, START, Person(age=age)))
        assert shape(plan, "mirtazapine")[0][0] == first
    # Two weeks at each dose of a constructed rise for younger people too; the trial's own week stands.
    assert shape(planned(planner.start("mirtazapine", 45, START, Person(age=50))), "mirtazapine") == [
        (15, 14), (30, 14), (45, None),
    ]  # fmt: skip
    assert shape(planned(planner.start("mirtazapine", 30, START, Person(age=50))), "mirtazapine") == [
        (15, 7),
        (30, None),
    ]


def test_the_age_is_asked_where_it_decides_case_a24(planner):
    """case A24: 5.6 mg below 65, 2.8 mg from then on."""
    no = refused(planner.add("cyclobenzaprine_sublingual", 5.6, START, Person()))
    assert no.rule == "titration.plan.age_needed"
    assert "is 5.6 mg a day below 65, 2.8 mg from 65." in refusal_words(no)
    for age, mg in ((64, 5.6), (65, 2.8), (66, 2.8)):
        plan = planned(planner.add("cyclobenzaprine_sublingual", 5.6, START, Person(age=age)))
        assert plan.stages[-1].dose.mg == mg
    # Where both have the same doses no age is needed.
    assert planned(planner.add("cyclobenzaprine_sublingual", 2.8, START, Person())).stopped_at_mg is None


def test_rows_of_several_kinds_hold_together(planner):
    """The strictest of each: the older start of mirtazapine, the kidneys' most of pregabalin at 80."""
    person = Person(age=80, egfr_ml_min=25, hepatic_impairment="mild")
    assert planned(planner.start("mirtazapine", 30, START, person)).stages[0].dose.mg == 7.5
    assert planned(planner.start("pregabalin", 450, START, person)).stages[-1].dose.mg == 150
    assert planned(planner.start("trazodone", 150, START, person)).grade.value == "C"


# -- company and enzymes ----------------------------------------------------------------------------------------------


def test_company_that_raises_the_level_lowers_the_doses(planner):
    """Fluvoxamine raises mirtazapine 3.5 times: 45 mg become 12.9, of which products make 7.5 mg."""
    beside = Person(age=50, others=("fluvoxamine",))
    plan = planned(planner.start("mirtazapine", 30, START, beside))
    assert shape(plan, "mirtazapine") == [(7.5, None)]
    assert plan.stopped_at_mg == 7.5
    assert "divided by 3.5, because fluvoxamine raises its level" in words(plan)
    alone = planned(planner.start("mirtazapine", 30, START, Person(age=50, others=("sertraline",))))
    assert alone.stopped_at_mg is None
    # A rise of less than twofold (cimetidine, 1.54) is left to the interaction's own finding.
    little = planned(planner.start("mirtazapine", 30, START, Person(age=50, others=("cimetidine",))))
    assert little.stopped_at_mg is None
    # A fall of the level raises no dose (carbamazepine, 0.4).
    fallen = planned(planner.start("mirtazapine", 45, START, Person(age=50, others=("carbamazepine",))))
    assert max(mg for mg, _ in shape(fallen, "mirtazapine")) == 45


def test_two_companions_are_not_multiplied(planner):
    one = planner.start("amitriptyline", 75, START, Person(age=50, others=("fluoxetine",)))
    two = planner.start("amitriptyline", 75, START, Person(age=50, others=("fluoxetine", "paroxetine")))
    assert planned(one).stages[-1].dose.mg == planned(two).stages[-1].dose.mg == 25


def test_a_poor_metaboliser_whose_level_hardly_rises_is_dosed_as_others(planner):
    """Mirtazapine: 1.18 times, below the twofold from which doses are divided."""
    poor = planned(planner.start("mirtazapine", 30, START, Person(age=50, cyp2d6="poor")))
    usual = planned(planner.start("mirtazapine", 30, START, Person(age=50)))
    assert shape(poor, "mirtazapine") == shape(usual, "mirtazapine")


def test_a_drug_that_is_taken_is_not_begun_again_case_p9(planner):
    """case P9: a switch to duloxetine beside duloxetine."""
    beside = Person(age=50, others=("duloxetine",))
    for made in (
        planner.switch("mirtazapine", 30, "duloxetine", 60, START, beside),
        planner.start("duloxetine", 60, START, beside),
        planner.add("Cymbalta", 60, START, beside),
        # The sublingual form is the same substance.
        planner.switch("mirtazapine", 30, "cyclobenzaprine_sublingual", 2.8, START, Person(age=50, others=("cyclobenzaprine",))),
    ):  # fmt: skip
        assert refused(made).rule == "titration.plan.duplicate"
    # The drug one comes from may be named among the others.
    planned(
        planner.switch("mirtazapine", 30, "duloxetine", 60, START, Person(age=50, others=("mirtazapine",)))
    )


def test_an_allergy_and_a_pregnancy_without_a_source_refuse(planner):
    no = refused(
        planner.start(
            "cyclobenzaprine_sublingual", 2.8, START, Person(age=50, allergies=("cyclobenzaprine",))
        )
    )
    assert no.rule == "titration.plan.allergy"
    assert refused(planner.start("pregabalin", 150, START, Person(age=30, pregnant=True))).rule == (
        "titration.plan.pregnancy_unknown"
    )
    plan = planned(planner.start("mirtazapine", 15, START, Person(age=30, pregnant=True)))
    assert "Poor adaptation in 14 of 54 newborns" in words(plan)
    # What is taken must be able to come down.
    planned(planner.taper("pregabalin", 300, START, Person(age=30, pregnant=True)))


# -- days of use ------------------------------------------------------------------------------------------------------


def test_cyclobenzaprine_ends_after_three_weeks_case_a23(planner):
    """case A23, case P3: its label says two to three weeks at most."""
    for mg, stages in ((5, [(5, 21)]), (10, [(5, 7), (10, 14)])):
        plan = planned(planner.add("cyclobenzaprine", mg, START, Person(age=50, others=("mirtazapine",))))
        assert shape(plan, "cyclobenzaprine") == stages
        assert plan.stops == ("cyclobenzaprine",)
        assert plan.stages[-1].last == START + timedelta(days=20)
        assert not plan.on(START + timedelta(days=21))
        assert "ends after 21 days" in words(plan)
        assert all(not p.may_hold and not p.may_end for p in plan.stop_points)
        for sheet in Sheet:
            text = " ".join(report_text(plan_report(plan, sheet, version="t", knowledge=load())).split())
            assert "The last is on 21 March 2026; none from 22 March 2026 on." in text
        assert "you may stay on this step" not in text
    # What begins and ends is watched as both.
    assert len(plan.watch) >= 3


def test_days_already_used_count(planner):
    def last(used, pace=1):
        made = planner.step("cyclobenzaprine", 5, 10, START, Person(age=50, used_days=used, pace=pace))
        return made.stages[-1].last if isinstance(made, DosePlan) else made.rule

    assert last(7) == START + timedelta(days=13)
    assert last(20) == START
    assert last(21) == "titration.plan.too_long"
    assert last(400) == "titration.plan.too_long"
    # At half the pace the rise itself takes two weeks, and one is left; at a quarter none is.
    slow = planned(planner.start("cyclobenzaprine", 10, START, Person(age=50, pace=2)))
    assert shape(slow, "cyclobenzaprine") == [(5, 14), (10, 7)]
    assert (
        refused(planner.start("cyclobenzaprine", 10, START, Person(age=50, pace=3))).rule
        == "titration.plan.too_long"
    )


def test_a_switch_to_it_ends_too(planner):
    plan = planned(
        planner.switch("mirtazapine", 15, "cyclobenzaprine", 5, START, Person(age=50, used_days=30))
    )
    assert set(plan.stops) == {"mirtazapine", "cyclobenzaprine"}
    assert sum(days for _, days in shape(plan, "cyclobenzaprine")) == 21
    # The product that is licensed for fibromyalgia has no such end.
    lasting = planned(planner.start("cyclobenzaprine_sublingual", 2.8, START, Person(age=50)))
    assert lasting.stages[-1].last is None


# -- from a record ----------------------------------------------------------------------------------------------------


def period(drug, mg, days_ago, *, ended=None, form="", time="bedtime"):
    end = None if ended is None else START - timedelta(days=ended)
    return MedicinePeriod(
        drug=drug,
        dose_mg=mg,
        start=START - timedelta(days=days_ago),
        end=end,
        times=(IntakeTime(time),),
        form=form,
    )


RECORD = Record(
    patient=Patient(
        birth_year=1951,
        sex="female",
        egfr_ml_min=25,
        hepatic_impairment="mild",
        pregnant=False,
        cyp2d6="poor",
        allergies=(Coded(display="Lyrica"), Coded(display="pollen")),
        simulated="Made up for a test.",
    ),
    medicines=(
        period("mirtazapine", 7.5, 200, ended=101),
        period("mirtazapine", 15, 100, form="odt"),
        period("ultram", 50, 90, time="morning"),
        period("ibuprofen", 400, 80, ended=10, time="noon"),
    ),
)  # fmt: skip


def test_a_person_is_read_from_a_record():
    person = person_from(RECORD, load(), "mirtazapine", START, pace=2)
    assert person == Person(
        age=75,
        egfr_ml_min=25,
        hepatic_impairment="mild",
        pregnant=False,
        cyp2d6="poor",
        used_days=200,
        pace=2,
        others=("tramadol",),
        allergies=("pregabalin",),
        forms=(("mirtazapine", "odt"),),
    )
    before = person_from(RECORD, load(), "mirtazapine", START - timedelta(days=150))
    assert (before.used_days, before.others, before.forms) == (50, (), ())
    other = person_from(RECORD, load(), "pregabalin", START)
    assert other.used_days is None
    assert other.others == ("mirtazapine", "tramadol")


def test_the_form_that_is_taken_is_kept_where_it_makes_the_dose(planner):
    kept = Person(age=50, used_days=300, forms=(("mirtazapine", "odt"),))
    plan = planned(planner.taper("mirtazapine", 45, START, kept))
    forms = {s.dose.mg: s.dose.intakes[0].handful.form for s in plan.stages}
    assert forms[30] == forms[15] == "odt"
    # No disintegrating tablet makes half of 15 mg.
    assert {forms[mg] for mg in forms if mg not in {15, 30, 45}} == {"tablet"}
    plain = planned(planner.taper("mirtazapine", 45, START, Person(age=50, used_days=300)))
    assert {i.handful.form for s in plain.stages for i in s.dose.intakes} == {"tablet"}
    assert [s.dose.mg for s in plan.stages] == [s.dose.mg for s in plain.stages]
