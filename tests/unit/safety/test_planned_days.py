"""A planned day is judged as a taken day: the loudest of a rule over the days, the waits in full, the length of use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import Coded, IntakeTime, MedicinePeriod, Patient, Plan, Record
from lenitive.render.catalogue import said
from lenitive.safety import Part, Tier, check, withheld_by
from lenitive.safety.days import days_of_change
from lenitive.safety.situation import DoseCourse

AT = date(2026, 5, 1)
KNOWLEDGE = load()


def day(days: int) -> date:
    return AT + timedelta(days=days)


def period(drug: str, start: int, end: int | None = None, mg: float = 5) -> MedicinePeriod:
    return MedicinePeriod(drug=drug, dose_mg=mg, start=day(start), end=None if end is None else day(end))


def plan(*periods: MedicinePeriod, stops: tuple[str, ...] = ()) -> Plan:
    return Plan(start=min((p.start for p in periods), default=day(1)), periods=periods, stops=stops)


def parts(record: Record, proposed: Plan | None = None, at: date = AT) -> dict[str, Part]:
    return {p.rule: p for f in check(record, proposed, knowledge=KNOWLEDGE, at=at) for p in f.parts}


def of_topic(record: Record, topic: str, proposed: Plan | None = None, at: date = AT) -> Part:
    return next(f for f in check(record, proposed, knowledge=KNOWLEDGE, at=at) if f.topic == topic).parts[0]


def weak(egfr: float, *medicines: MedicinePeriod) -> Record:
    return Record(patient=Patient(birth_year=1980, sex="male", egfr_ml_min=egfr), medicines=medicines)


@pytest.mark.parametrize(
    ("record", "proposed", "from_day"),
    [
        pytest.param(
            weak(25),
            plan(period("pregabalin", 1, 7, 150), period("pregabalin", 8, mg=300)),
            8,
            id="case P1, low first",
        ),
        pytest.param(
            weak(25, period("pregabalin", -60, mg=150)),
            plan(period("pregabalin", 1, mg=300)),
            1,
            id="case P1, a step up",
        ),
        pytest.param(
            weak(10),
            plan(
                period("gabapentin", 1, 3, 300),
                period("gabapentin", 4, 6, 600),
                period("gabapentin", 7, mg=900),
            ),
            4,
            id="case P1, gabapentin in steps",
        ),
        pytest.param(weak(25), plan(period("pregabalin", 1, mg=300)), 1, id="at once"),
        pytest.param(
            weak(25),
            plan(
                period("pregabalin", 1, 7, 75),
                period("pregabalin", 8, 14, 150),
                period("pregabalin", 15, 21, 225),
                period("pregabalin", 22, mg=150),
            ),
            15,
            id="high in the middle alone",
        ),
        pytest.param(
            weak(25),
            plan(period("duloxetine", 1, mg=30), period("pregabalin", 10, mg=300)),
            10,
            id="the second of two drugs",
        ),
    ],
)
def test_a_plan_that_begins_low_passes_no_kidney_cap(record, proposed, from_day):
    found = {f.topic: f for f in check(record, proposed, knowledge=KNOWLEDGE, at=AT)}["kidney"]
    over = [p for p in found.parts if p.withholds and p.drugs != ("duloxetine",)]
    assert [p.tier for p in over] == [Tier.WARNING]
    assert over[0].planned
    assert over[0].from_day == day(from_day)
    assert over[0].rule in withheld_by((found,))


def test_a_plan_within_the_kidney_cap_or_down_from_above_it_is_not_withheld():
    within = weak(25)
    assert withheld_by(check(within, plan(period("pregabalin", 1, mg=150)), knowledge=KNOWLEDGE, at=AT)) == ()
    above = weak(25, period("pregabalin", -60, mg=300))
    down = plan(period("pregabalin", 1, 7, 225), period("pregabalin", 8, mg=150))
    found = of_topic(above, "kidney", down)
    assert (found.tier, found.planned, found.from_day) == (Tier.WARNING, False, AT)
    assert withheld_by(check(above, down, knowledge=KNOWLEDGE, at=AT)) == ()


def test_what_is_loud_already_keeps_its_day_and_says_what_the_plan_makes_of_it():
    above = weak(25, period("pregabalin", -60, mg=300))
    found = of_topic(above, "kidney", plan(period("pregabalin", 5, mg=450)))
    assert (found.planned, found.withholds, found.from_day) == (True, True, AT)
    assert found.facts[0].value == 450


def test_a_plan_that_starts_on_the_day_of_the_check_is_a_plan():
    today = plan(period("pregabalin", 0, mg=300))
    found = of_topic(weak(25), "kidney", today)
    assert (found.planned, found.withholds) == (True, True)
    stop = Plan(start=AT, stops=("duloxetine",))
    record = Record(patient=Patient(sex="male"), medicines=(period("duloxetine", -90, mg=60),))
    assert withheld_by(check(record, stop, knowledge=KNOWLEDGE, at=AT)) == ("stopping.duloxetine",)


@pytest.mark.parametrize(
    ("at", "tier"),
    [(day(28), Tier.CRITICAL), (day(29), Tier.CRITICAL), (day(42), Tier.CRITICAL), (day(43), None)],
)
def test_an_mao_inhibitor_counts_for_its_whole_wait_when_the_other_drug_began_during_it(at, tier):
    """case P6: phenelzine on 1 to 29 May, mirtazapine from 10 May; 14 free days end with 12 June."""
    record = Record(
        patient=Patient(birth_year=1980, sex="male"),
        medicines=(period("phenelzine", 0, 28, 15), period("mirtazapine", 9, mg=15)),
    )
    loud = [f for f in check(record, knowledge=KNOWLEDGE, at=at) if f.tier is Tier.CRITICAL]
    assert [f.tier for f in loud] == ([] if tier is None else [tier])
    if at > day(28) and tier:
        assert loud[0].topic == "washout"
        words = said(loud[0].parts[0].says)
        assert "14 days" in words
        assert "Phenelzine" in words or "phenelzine" in words


@pytest.mark.parametrize(
    ("first", "then", "wait"),
    [
        ("phenelzine", "duloxetine", 14),
        ("duloxetine", "phenelzine", 5),
        ("tranylcypromine", "milnacipran", 14),
        ("milnacipran", "selegiline", 5),
        ("isocarboxazid", "cyclobenzaprine", 14),
        ("phenelzine", "trazodone", 14),
        ("trazodone", "phenelzine", 14),
        ("mirtazapine", "phenelzine", 14),
        ("rasagiline", "tramadol", 14),
        ("linezolid", "mirtazapine", 1),
        ("phenelzine", "sertraline", 35),
        ("amitriptyline", "phenelzine", 14),
        ("fluoxetine", "phenelzine", 35),
        ("clomipramine", "phenelzine", 21),
    ],
)
def test_every_wait_holds_after_an_overlap_to_its_last_day(first, then, wait):
    record = Record(
        patient=Patient(birth_year=1980, sex="male"),
        medicines=(period(first, -60, -1), period(then, -20)),
    )
    for passed in (0, wait - 1):
        found = of_topic(record, "washout", at=day(passed))
        assert (found.tier, found.drugs) == (Tier.CRITICAL, (first, then))
        assert not found.planned
    assert "washout" not in {f.topic for f in check(record, knowledge=KNOWLEDGE, at=day(wait))}


def test_ending_the_mao_inhibitor_is_not_withheld_for_the_wait_it_begins():
    record = Record(
        patient=Patient(birth_year=1980, sex="male"),
        medicines=(period("phenelzine", -60), period("mirtazapine", -20)),
    )
    assert withheld_by(check(record, plan(stops=("phenelzine",)), knowledge=KNOWLEDGE, at=AT)) == ()
    raised = plan(period("mirtazapine", 1, mg=30), stops=("phenelzine",))
    assert "maoi.washout.maoi_to_mirtazapine" in withheld_by(
        check(record, raised, knowledge=KNOWLEDGE, at=AT)
    )


CYCLO = "cyclobenzaprine.dosing.us_spasm.max_days"


@pytest.mark.parametrize(("days", "long"), [(20, False), (21, True), (22, True)])
def test_a_taken_course_is_held_against_the_length_that_its_label_covers(days, long):
    record = Record(patient=Patient(sex="male"), medicines=(period("cyclobenzaprine", -days),))
    found = parts(record)
    assert (CYCLO in found) is long
    if long:
        assert found[CYCLO].tier is Tier.WARNING
        assert "21 days" in said(found[CYCLO].says)
        assert found[CYCLO].action.id == "safety.dose.too_long.action"


@pytest.mark.parametrize(
    ("periods", "from_day"),
    [
        ((period("cyclobenzaprine", 1),), 22),
        ((period("cyclobenzaprine", 1, 21),), None),
        ((period("cyclobenzaprine", 1, 22),), 22),
        ((period("cyclobenzaprine", 1, 10), period("cyclobenzaprine", 11, 30, 10)), 22),
        ((period("cyclobenzaprine", 1, 10), period("cyclobenzaprine", 15, 30)), None),
    ],
    ids=["open", "three weeks", "a day more", "raised on the way", "with a break"],
)
def test_a_planned_course_is_held_against_the_length_that_its_label_covers(periods, from_day):
    record = Record(patient=Patient(sex="male"))
    found = parts(record, plan(*periods))
    assert (CYCLO in found) is (from_day is not None)
    if from_day is not None:
        assert found[CYCLO].from_day == day(from_day)
        assert found[CYCLO].planned
        assert CYCLO in withheld_by(check(record, plan(*periods), knowledge=KNOWLEDGE, at=AT))


def test_a_birthday_within_a_plan_is_met_on_its_day():
    at = date(2026, 12, 1)
    record = Record(patient=Patient(birth_year=1962, sex="male"))
    step = (
        MedicinePeriod(drug="baclofen", dose_mg=5, start=date(2026, 12, 2), end=date(2026, 12, 20)),
        MedicinePeriod(drug="baclofen", dose_mg=10, start=date(2026, 12, 21), end=date(2027, 1, 20)),
    )
    found = parts(record, plan(*step), at=at)
    assert found["falls.relaxer_older"].from_day == date(2027, 1, 1)
    assert found["falls.relaxer_older"].planned


def test_only_days_on_which_something_changes_are_looked_at():
    course = DoseCourse(id="mirtazapine", steps=((day(1), 15.0), (day(50), 30.0), (day(900), 0.0)))
    days = days_of_change({"mirtazapine": course}, ["mirtazapine"], KNOWLEDGE, at=AT)
    assert days == (day(1), day(50), date(2027, 1, 1), date(2028, 1, 1), day(900))
    taper = DoseCourse(
        id="mirtazapine", steps=((day(-50), 30.0), (day(1), 15.0), (day(15), 7.5), (day(29), 0.0))
    )
    assert days_of_change({"mirtazapine": taper}, ["mirtazapine"], KNOWLEDGE, at=AT) == (day(29),)
    assert days_of_change({"mirtazapine": course}, [], KNOWLEDGE, at=AT) == ()


def test_what_runs_out_as_needed_is_not_stopped_by_a_plan_about_another_drug():
    as_needed = tuple(
        MedicinePeriod(drug="tizanidine", dose_mg=2, start=day(-d), end=day(-d), times=(IntakeTime("prn"),))
        for d in range(0, 60, 5)
    )
    record = Record(patient=Patient(birth_year=1980, sex="male"), medicines=as_needed)
    long = plan(period("mirtazapine", 1, 30, 15), period("mirtazapine", 31, mg=30))
    assert "stopping.tizanidine" not in parts(record, long)


def test_a_condition_and_a_planned_drug_meet_on_the_day_the_drug_begins():
    record = Record(
        patient=Patient(birth_year=1980, sex="male", conditions=(Coded(display="heart_failure"),))
    )
    later = plan(period("mirtazapine", 1, mg=15), period("cyclobenzaprine", 40, 50))
    found = parts(record, later)["contraindication.cyclobenzaprine_heart"]
    assert (found.from_day, found.planned, found.withholds) == (day(40), True, True)


def test_a_second_way_of_giving_an_ingredient_is_a_duplicate_in_a_plan_too():
    record = Record(patient=Patient(birth_year=1980, sex="male"), medicines=(period("cyclobenzaprine", -5),))
    second = plan(period("cyclobenzaprine_sublingual", 1, 10, 2.8))
    found = parts(record, second)["duplicate.one_ingredient"]
    assert (found.planned, found.withholds, found.from_day) == (True, True, day(1))
    instead = Plan(
        start=day(1), periods=(period("cyclobenzaprine_sublingual", 1, 10, 2.8),), stops=("cyclobenzaprine",)
    )
    assert "duplicate.one_ingredient" not in parts(record, instead)


def caps() -> list[object]:
    """Each kidney, liver and age limit of each drug file: the drug, the patient, the limit, the row."""
    found = []
    for drug in KNOWLEDGE.drugs.values():
        for row in drug.renal.values():
            if row.decides and row.max_mg is not None and row.action in {"reduce", "caution"}:
                egfr = max(row.down_to, row.below - 1)
                found.append((drug.id, {"egfr_ml_min": egfr}, row.max_mg, row.id))
        for row in drug.hepatic.values():
            if row.decides and row.max_mg is not None and row.action in {"reduce", "caution"}:
                found.append((drug.id, {"hepatic_impairment": row.degrees[0]}, row.max_mg, row.id))
        for row in drug.dosing_for("older"):
            if row.decides and row.max_mg is not None:
                found.append((drug.id, {"birth_year": 1940}, row.max_mg, row.id))
        if drug.default_dosing.decides and drug.default_dosing.max_mg is not None:
            found.append((drug.id, {}, drug.default_dosing.max_mg, drug.default_dosing.id))
    return [pytest.param(*row, id=row[-1]) for row in found]


@pytest.mark.parametrize(("drug", "who", "most", "rule"), caps())
def test_no_limit_of_any_drug_is_passed_later_in_a_plan(drug, who, most, rule):
    """case P1, for every limit there is: half of it, all of it, and then a little more."""
    patient = Patient(**{"birth_year": 1980, "sex": "male", "egfr_ml_min": 90.0, **who})
    steps = plan(period(drug, 1, 5, most / 2), period(drug, 6, 10, most), period(drug, 11, 15, most * 1.1))
    found = parts(Record(patient=patient), steps)
    assert (found[rule].planned, found[rule].withholds, found[rule].from_day) == (True, True, day(11))
    within = plan(period(drug, 1, 5, most / 2), period(drug, 6, 10, most))
    assert rule not in withheld_by(check(Record(patient=patient), within, knowledge=KNOWLEDGE, at=AT))


def test_there_are_limits_to_pass():
    assert len(caps()) >= 15
