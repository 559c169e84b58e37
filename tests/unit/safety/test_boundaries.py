"""Where a check begins and ends: the day, the year, the number on which it turns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, EffectReport, Measurement, MedicinePeriod, Patient, Plan, Record
from lenitive.render.catalogue import said
from lenitive.safety import Tier, check, monitoring, withheld_by
from lenitive.terms import MEASURES, Quantity, Severity

AT = date(2026, 5, 1)
KNOWLEDGE = load()


def day(days: int) -> date:
    return AT + timedelta(days=days)


def period(drug: str, start: int, end: int | None = None, mg: float = 5) -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=day(start), end=None if end is None else day(end))


def rules(record: Record, plan: Plan | None = None) -> dict[str, Tier]:
    return {p.rule: p.tier for f in check(record, plan, knowledge=KNOWLEDGE, at=AT) for p in f.parts}


def topics(record: Record, plan: Plan | None = None) -> dict[str, Tier]:
    return {f.topic: f.tier for f in check(record, plan, knowledge=KNOWLEDGE, at=AT)}


def due(record: Record) -> set[str]:
    return {w for i in monitoring(record, knowledge=KNOWLEDGE, at=AT) for w in i.what}


@pytest.mark.parametrize(("age", "older"), [(64, False), (65, True), (66, True)])
def test_older_begins_at_65(age, older):
    patient = Patient(birth_year=AT.year - age, sex="male")
    record = Record(patient=patient, medicines=(period("baclofen", -30), period("mirtazapine", -30)))
    assert ("falls.relaxer_older" in rules(record)) is older
    assert ("sodium" in due(record)) is older


@pytest.mark.parametrize(("age", "young"), [(24, True), (25, False)])
def test_young_ends_at_25(age, young):
    patient = Patient(birth_year=AT.year - age, sex="male")
    record = Record(patient=patient, medicines=(period("mirtazapine", -30),))
    assert ("mood.under_25" in rules(record)) is young


@pytest.mark.parametrize(("last", "wait"), [(-12, True), (-13, True), (-14, False)])
def test_a_wait_ends_on_its_day(last, wait):
    """Last dose on day -13: the first free day is -12, and 13 free days lie before day 1. Fourteen are needed."""
    record = Record(medicines=(period("phenelzine", -90, last),))
    plan = Plan(start=day(1), periods=(period("mirtazapine", 1),))
    assert ("washout" in topics(record, plan)) is wait
    assert bool(withheld_by(check(record, plan, knowledge=KNOWLEDGE, at=AT))) is wait


def test_a_wait_long_past_is_no_matter_although_it_was_too_short():
    record = Record(medicines=(period("phenelzine", -90, -40), period("mirtazapine", -38)))
    assert "washout" not in topics(record)
    fresh = Record(medicines=(period("phenelzine", -90, -4), period("mirtazapine", -2)))
    assert topics(fresh)["washout"] is Tier.CRITICAL


def test_a_wait_without_a_figure_is_refused_and_not_guessed():
    record = Record(medicines=(period("phenelzine", -90, -20),))
    plan = Plan(start=day(1), periods=(period("sertraline", 1, mg=50),))
    found = check(record, plan, knowledge=KNOWLEDGE, at=AT)
    part = next(p for f in found if f.topic == "washout" for p in f.parts)
    assert "no source says how long" in said(part.says)
    assert "specialist" in said(part.action)
    assert part.withholds


def test_a_dose_of_zero_is_not_taken_and_its_name_is_no_matter():
    record = Record(
        patient=Patient(sex="male"), medicines=(period("zzyzx", -30, mg=0), period("phenelzine", -30, mg=0))
    )
    assert check(record, knowledge=KNOWLEDGE, at=AT) == ()
    assert due(Record(medicines=(period("mirtazapine", -30, mg=0),))) == set()


def test_an_unknown_name_that_is_over_is_no_matter():
    assert "not_checked" not in topics(Record(medicines=(period("zzyzx", -30, -1),)))
    assert "not_checked" in topics(Record(medicines=(period("zzyzx", -30, 0),)))


def test_a_pair_that_is_about_older_adults_says_when_the_age_is_not_known():
    drugs = (period("baclofen", -30), period("mirtazapine", -30))
    found = check(Record(patient=Patient(sex="male"), medicines=drugs), knowledge=KNOWLEDGE, at=AT)
    missing = {m for f in found for p in f.parts if ".interaction." in p.rule for m in p.missing}
    assert missing == {"birth_year"}
    young = Record(patient=Patient(sex="male", birth_year=1990), medicines=drugs)
    assert not {m for f in check(young, knowledge=KNOWLEDGE, at=AT) for m in f.missing}


@pytest.mark.parametrize(("ago", "asked"), [(28, True), (29, False)])
def test_signs_count_for_four_weeks(ago, asked):
    report = EffectReport(day=day(-ago), effect="sore_throat", severity=Severity.MILD)
    record = Record(medicines=(period("mirtazapine", -60),), effects=(report,))
    assert ("neutrophils" in due(record)) is asked


@pytest.mark.parametrize(("counted", "asked"), [(-6, True), (-5, False), (-1, False)])
def test_only_a_count_after_the_sign_answers_it(counted, asked):
    report = EffectReport(day=day(-5), effect="sore_throat", severity=Severity.MILD)
    count = Measurement(day=day(counted), measure="neutrophils", quantity=Quantity(4, "10*9/L"))
    record = Record(medicines=(period("mirtazapine", -60),), effects=(report,), measurements=(count,))
    assert ("neutrophils" in due(record)) is asked


def test_a_sign_asked_and_absent_does_not_count():
    report = EffectReport(day=day(-2), effect="sore_throat", severity=Severity.NONE)
    record = Record(medicines=(period("mirtazapine", -60),), effects=(report,))
    assert "neutrophils" not in due(record)


@pytest.mark.parametrize(
    ("mark", "measure"), [("heart disease", "qtc"), ("cirrhosis", "alt"), ("alcohol use disorder", "alt")]
)
def test_risk_marks_bring_their_checks(mark, measure):
    drug = "amitriptyline" if measure == "qtc" else "mirtazapine"
    plain = Record(patient=Patient(birth_year=1990), medicines=(period(drug, 0),))
    marked = Record(
        patient=Patient(birth_year=1990, conditions=(Coded(display=mark),)), medicines=(period(drug, 0),)
    )
    assert measure not in due(plain)
    assert measure in due(marked)


def test_liver_impairment_is_liver_disease():
    record = Record(
        patient=Patient(birth_year=1990, hepatic_impairment="mild"), medicines=(period("mirtazapine", 0),)
    )
    assert "alt" in due(record)


@pytest.mark.parametrize(("value", "met"), [(134.9, True), (135.0, False)])
def test_a_limit_is_below_and_not_at(value, met):
    sodium = Measurement(day=day(-3), measure="sodium", quantity=Quantity(value, MEASURES["sodium"].unit))
    record = Record(medicines=(period("mirtazapine", -60),), measurements=(sodium,))
    assert ("sodium.low" in rules(record)) is met


@pytest.mark.parametrize(("ago", "met"), [(90, True), (91, False)])
def test_a_value_grows_old(ago, met):
    sodium = Measurement(day=day(-ago), measure="sodium", quantity=Quantity(130.5, MEASURES["sodium"].unit))
    record = Record(medicines=(period("mirtazapine", -200),), measurements=(sodium,))
    assert ("sodium.low" in rules(record)) is met


@pytest.mark.parametrize(("apart", "met"), [(7, True), (8, False)])
def test_signs_belong_together_within_a_week(apart, met):
    reports = tuple(
        EffectReport(day=day(-1 - d), effect=e, severity=Severity.MILD)
        for d, e in ((0, "fever"), (apart, "sore_throat"))
    )
    record = Record(medicines=(period("mirtazapine", -60),), effects=reports)
    assert ("blood_count.fever_and_throat" in rules(record)) is met


def test_a_sign_taken_back_later_is_over():
    reports = (
        EffectReport(day=day(-3), effect="restless_legs", severity=Severity.SEVERE),
        EffectReport(day=day(-1), effect="restless_legs", severity=Severity.NONE),
    )
    record = Record(medicines=(period("mirtazapine", -60),), effects=reports)
    assert "restless_legs.reported" not in rules(record)


@pytest.mark.parametrize(("fall", "met"), [(19, False), (20, True)])
def test_a_drop_of_20_on_standing(fall, met):
    both = tuple(
        Measurement(day=day(-3), measure=m, quantity=Quantity(v, "mm[Hg]"))
        for m, v in (("systolic_lying", 140), ("systolic_standing", 140 - fall))
    )
    record = Record(medicines=(period("mirtazapine", -60),), measurements=both)
    assert ("falls.pressure_drop" in rules(record)) is met


def test_lying_and_standing_of_different_days_are_not_compared():
    both = tuple(
        Measurement(day=day(-d), measure=m, quantity=Quantity(v, "mm[Hg]"))
        for d, m, v in ((3, "systolic_lying", 150), (4, "systolic_standing", 100))
    )
    record = Record(medicines=(period("mirtazapine", -60),), measurements=both)
    assert "falls.pressure_drop" not in rules(record)


@pytest.mark.parametrize(("kidney", "tier"), [(29.9, Tier.CRITICAL), (30.0, None)])
def test_kidney_rows_have_an_upper_edge_outside(kidney, tier):
    record = Record(
        patient=Patient(egfr_ml_min=kidney, sex="male"), medicines=(period("duloxetine", -60, mg=60),)
    )
    assert topics(record).get("kidney") is tier


@pytest.mark.parametrize(("drug", "held"), [("duloxetine", True), ("mirtazapine", False)])
def test_a_forbidden_kidney_withholds_and_a_caution_does_not(drug, held):
    record = Record(patient=Patient(egfr_ml_min=25, sex="male", birth_year=1980))
    plan = Plan(start=day(1), periods=(period(drug, 1, mg=15),))
    assert bool(withheld_by(check(record, plan, knowledge=KNOWLEDGE, at=AT))) is held


def test_unknown_kidneys_are_asked_about_where_they_matter():
    drugs = (period("duloxetine", -60, mg=60),)
    for patient, asked in (
        (Patient(sex="male", birth_year=1950), True),
        (Patient(sex="male"), True),
        (Patient(sex="male", birth_year=1990), False),
        (Patient(sex="male", birth_year=1990, conditions=(Coded(display="chronic kidney disease"),)), True),
    ):
        found = check(Record(patient=patient, medicines=drugs), knowledge=KNOWLEDGE, at=AT)
        assert any("egfr_ml_min" in f.missing for f in found) is asked


def test_a_plan_replaces_what_it_names_and_leaves_the_rest():
    record = Record(
        patient=Patient(sex="male", birth_year=1990),
        medicines=(period("mirtazapine", -20), period("tramadol", -20)),
    )
    assert "restless_legs" in topics(record)
    swap = Plan(start=day(1), periods=(period("duloxetine", 1, mg=30),), stops=("mirtazapine",))
    parts = [p for f in check(record, swap, knowledge=KNOWLEDGE, at=AT) for p in f.parts]
    new = [p for p in parts if "duloxetine" in p.drugs]
    assert new
    assert all(p.planned and p.from_day == day(1) for p in new)
    legs = [p for p in parts if p.rule == "serotonin.interaction.mirtazapine_tramadol"]
    assert [p.planned for p in legs] == [False]


def test_raising_is_planned_and_lowering_is_not():
    record = Record(patient=Patient(sex="male", birth_year=1950), medicines=(period("baclofen", -60, mg=10),))
    up = Plan(start=day(1), periods=(period("baclofen", 1, mg=15),))
    down = Plan(start=day(1), periods=(period("baclofen", 1, mg=5),))
    assert "falls.relaxer_older" in withheld_by(check(record, up, knowledge=KNOWLEDGE, at=AT))
    assert withheld_by(check(record, down, knowledge=KNOWLEDGE, at=AT)) == ()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Plan(start=day(2), periods=(period("mirtazapine", 1),)),
        lambda: Plan(start=day(1), periods=(period("mirtazapine", 1),), stops=("mirtazapine",)),
    ],
)
def test_impossible_plans_are_refused(bad):
    with pytest.raises(ValueError):
        bad()


def weights(*pairs: tuple[int, float]) -> tuple[Measurement, ...]:
    return tuple(Measurement(day=day(d), measure="weight", quantity=Quantity(kg, "kg")) for d, kg in pairs)


@pytest.mark.parametrize(
    ("series", "met"),
    [
        (((-60, 70.0), (-2, 74.9)), True),  # 7.0 %, measured on the first day
        (((-60, 100.0), (-2, 107.0)), True),
        (((-60, 70.0), (-2, 74.8)), False),
        (((-240, 70.0), (-2, 76.0)), True),  # 180 days before the drug still counts
        (((-241, 70.0), (-2, 76.0)), False),  # older than that does not
        (((-32, 70.0), (-2, 76.0)), True),  # no weight before: the first within four weeks stands in
        (((-31, 70.0), (-2, 76.0)), False),
        (((-65, 60.0), (-61, 70.0), (-2, 74.0)), False),  # the last one before is the base
        (((-2, 76.0),), False),  # one weight is no change
    ],
)
def test_what_a_weight_is_compared_with(series, met):
    record = Record(
        patient=Patient(sex="male"), medicines=(period("mirtazapine", -60),), measurements=weights(*series)
    )
    assert ("weight.seven_percent" in rules(record)) is met


@pytest.mark.parametrize(("held", "met"), [(28, True), (27, False)])
def test_an_end_after_four_weeks_is_abrupt(held, met):
    record = Record(patient=Patient(sex="male"), medicines=(period("mirtazapine", 1 - held, mg=15),))
    plan = Plan(start=day(1), stops=("mirtazapine",))
    assert ("stopping.mirtazapine" in rules(record, plan)) is met


def test_an_end_in_the_last_week_of_the_record_is_told_and_older_ones_are_not():
    for last, met in ((-1, True), (-8, True), (-9, False)):  # the first day without is one later
        record = Record(patient=Patient(sex="male"), medicines=(period("mirtazapine", -90, last, mg=15),))
        assert ("stopping.mirtazapine" in rules(record)) is met


def test_a_course_that_was_stepped_down_does_not_end_abruptly():
    record = Record(
        patient=Patient(sex="male"),
        medicines=(period("mirtazapine", -90, -15, mg=30), period("mirtazapine", -14, None, mg=15)),
    )
    plan = Plan(start=day(1), stops=("mirtazapine",))
    assert "stopping.mirtazapine" not in rules(record, plan)


def test_alcohol_as_a_drug_counts_as_drinking():
    record = Record(
        patient=Patient(birth_year=1990), medicines=(period("mirtazapine", 0), period("alcohol", 0))
    )
    assert "alt" in due(record)


def test_a_raise_is_a_change_and_a_step_down_is_not():
    patient = Patient(birth_year=2004, sex="male")
    up = (period("mirtazapine", -200, -11, mg=15), period("mirtazapine", -10, None, mg=30))
    down = (period("mirtazapine", -200, -11, mg=30), period("mirtazapine", -10, None, mg=15))
    same = (period("mirtazapine", -200, -11, mg=15), period("mirtazapine", -10, None, mg=15))
    assert "mood.under_25" in rules(Record(patient=patient, medicines=up))
    assert "mood.under_25" not in rules(Record(patient=patient, medicines=down))
    assert "mood.under_25" not in rules(Record(patient=patient, medicines=same))


def test_the_use_begins_anew_after_a_break():
    patient = Patient(birth_year=2004, sex="male")
    again = (period("mirtazapine", -400, -30, mg=15), period("mirtazapine", -20, None, mg=15))
    assert "mood.under_25" in rules(Record(patient=patient, medicines=again))


@pytest.mark.parametrize(("kg", "met"), [(73.4, False), (73.5, True), (74.8, True), (74.9, False)])
def test_five_to_seven_percent_is_information(kg, met):
    record = Record(
        patient=Patient(sex="male"),
        medicines=(period("mirtazapine", -60),),
        measurements=weights((-61, 70.0), (-2, kg)),
    )
    assert (rules(record).get("weight.five_percent") is Tier.INFO) is met


def test_the_words_of_a_wait_name_its_length():
    record = Record(medicines=(period("phenelzine", -90, -4),))
    plan = Plan(start=day(1), periods=(period("mirtazapine", 1),))
    part = next(
        p for f in check(record, plan, knowledge=KNOWLEDGE, at=AT) if f.topic == "washout" for p in f.parts
    )
    assert said(part.says) == (
        "The last dose of phenelzine and the first of mirtazapine are 4 days apart; they must be at least 14 days apart."
    )
    assert part.tier_basis == "label"


def test_a_label_warning_about_stopping_is_left_to_its_own_rules():
    report = EffectReport(day=day(-1), effect="vivid_dreams", severity=Severity.SEVERE)
    record = Record(patient=Patient(sex="male"), medicines=(period("mirtazapine", -60),), effects=(report,))
    assert not any(".warning.discontinuation" in r for r in rules(record))


def test_a_label_warning_needs_its_sign_or_condition():
    record = Record(patient=Patient(sex="male"), medicines=(period("mirtazapine", -60),))
    assert not any(".warning." in r for r in rules(record))
    mild = EffectReport(day=day(-1), effect="orthostatic_dizziness", severity=Severity.MILD)
    worse = EffectReport(day=day(-1), effect="orthostatic_dizziness", severity=Severity.MODERATE)
    for report, heard in ((mild, False), (worse, True)):
        told = Record(patient=Patient(sex="male"), medicines=record.medicines, effects=(report,))
        assert ("mirtazapine.warning.orthostatic" in rules(told)) is heard


@pytest.mark.parametrize(("mg", "tier"), [(300, Tier.INFO), (301, Tier.WARNING)])
def test_a_dose_at_the_kidney_limit_is_within_it(mg, tier):
    record = Record(
        patient=Patient(egfr_ml_min=45, sex="male", birth_year=1980),
        medicines=(period("pregabalin", -60, mg=mg),),
    )
    assert topics(record)["kidney"] is tier
