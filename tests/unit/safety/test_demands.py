"""What a finding demands today: of which drugs, on whose word, and by a taper where an abrupt end is dangerous."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.knowledge.schema.interactions import Interaction
from lenitive.knowledge.schema.safety import Rule
from lenitive.record import Coded, EffectReport, Measurement, MedicinePeriod, Patient, Record
from lenitive.render.catalogue import said
from lenitive.safety import Demand, Finding, Tier, check
from lenitive.terms import MEASURES, Quantity, Severity

AT = date(2026, 5, 1)
KNOWLEDGE = load()


def taking(*drugs: str, **who: object) -> Record:
    periods = tuple(MedicinePeriod(drug=d, dose_mg=5, start=AT - timedelta(days=60)) for d in drugs)
    return Record(patient=Patient(birth_year=1980, sex="male", **who), medicines=periods)


def reporting(*effects: str, measured: dict[str, float] | None = None) -> Record:
    record = taking("mirtazapine")
    return Record(
        patient=record.patient,
        medicines=record.medicines,
        effects=tuple(EffectReport(day=AT, effect=e, severity=Severity.MODERATE) for e in effects),
        measurements=tuple(
            Measurement(day=AT, measure=m, quantity=Quantity(v, MEASURES[m].unit))
            for m, v in (measured or {}).items()
        ),
    )


def loudest(record: Record) -> Finding:
    return check(record, knowledge=KNOWLEDGE, at=AT)[0]


@pytest.mark.parametrize(
    ("other", "beside"),
    [
        pytest.param("phenelzine", "mirtazapine", id="case A1"),
        pytest.param("linezolid", "mirtazapine", id="case A2"),
        ("methylthioninium", "mirtazapine"),
        ("tranylcypromine", "duloxetine"),
        ("moclobemide", "milnacipran"),
        ("selegiline", "cyclobenzaprine"),
        ("rasagiline", "sertraline"),
        ("phenelzine", "amitriptyline"),
        ("linezolid", "tramadol"),
        ("isocarboxazid", "trazodone"),
        ("safinamide", "venlafaxine"),
        ("phenelzine", "st_johns_wort"),
        ("linezolid", "buspirone"),
    ],
)
def test_beside_an_mao_inhibitor_the_serotonergic_drug_is_stopped_today(other, beside):
    found = loudest(taking(beside, other))
    assert found.tier is Tier.CRITICAL
    assert found.demands is Demand.STOP
    assert found.stops == (beside,)
    assert found.tapers == ()


def test_signs_of_infection_hold_the_drug_and_a_known_low_count_stops_it():
    """case A3"""
    held = loudest(reporting("fever", "sore_throat"))
    assert (held.demands, held.holds, held.stops) == (Demand.HOLD, ("mirtazapine",), ())
    known = loudest(reporting("fever", "sore_throat", measured={"neutrophils": 0.3}))
    assert (known.topic, known.demands, known.stops) == ("blood_count", Demand.STOP, ("mirtazapine",))
    words = " ".join(said(p.action) for p in known.parts)
    assert "until it is known" not in words
    assert "Stop the drug, see the patient today" in words


@pytest.mark.parametrize(
    "signs", [("rash", "fever", "jaundice"), ("rash", "jaundice"), ("rash", "mouth_ulcers")]
)
def test_a_rash_with_fever_or_jaundice_stops_the_drug(signs):
    """case A4"""
    found = {f.topic: f for f in check(reporting(*signs), knowledge=KNOWLEDGE, at=AT)}["skin"]
    assert (found.tier, found.demands, found.stops) == (Tier.CRITICAL, Demand.STOP, ("mirtazapine",))


def test_thoughts_of_suicide_ask_for_contact_and_stop_no_drug():
    """case A5"""
    found = loudest(reporting("suicidal_thoughts"))
    assert (found.topic, found.demands, found.stops, found.holds) == ("suicidality", Demand.CONTACT, (), ())


@pytest.mark.parametrize("sign", ["fever", "sore_throat", "mouth_ulcers"])
def test_one_sign_of_infection_asks_for_a_count_at_once(sign):
    """case A6, case F12"""
    found = {f.topic: f for f in check(reporting(sign), knowledge=KNOWLEDGE, at=AT)}["blood_count"]
    assert found.demands is Demand.CONTACT
    assert said(found.parts[0].action).startswith("Same-day blood count")
    low = {
        f.topic: f for f in check(reporting(sign, measured={"neutrophils": 0.3}), knowledge=KNOWLEDGE, at=AT)
    }["blood_count"]
    assert (low.tier, low.demands) == (Tier.CRITICAL, Demand.STOP)


def test_an_allergy_stops_and_a_drug_whose_end_is_dangerous_is_tapered_even_then():
    found = loudest(taking("mirtazapine", allergies=(Coded(display="mirtazapine"),)))
    assert (found.topic, found.stops, found.tapers) == ("allergy", ("mirtazapine",), ())
    found = loudest(taking("baclofen", allergies=(Coded(display="baclofen"),)))
    assert (found.topic, found.stops, found.tapers) == ("allergy", ("baclofen",), ("baclofen",))


def test_a_contraindication_that_is_not_sudden_is_left_by_a_taper():
    found = loudest(taking("amitriptyline", conditions=(Coded(display="recent_mi"),)))
    assert (found.demands, found.stops, found.tapers) == (
        Demand.STOP,
        ("amitriptyline",),
        ("amitriptyline",),
    )
    found = loudest(taking("cyclobenzaprine", conditions=(Coded(display="heart_failure"),)))
    assert (found.demands, found.stops, found.tapers) == (Demand.STOP, ("cyclobenzaprine",), ())


def test_what_was_begun_within_a_wait_is_held():
    record = Record(
        medicines=(
            MedicinePeriod(
                drug="phenelzine", dose_mg=15, start=AT - timedelta(days=90), end=AT - timedelta(days=4)
            ),
            MedicinePeriod(drug="mirtazapine", dose_mg=15, start=AT - timedelta(days=2)),
        )
    )
    found = {f.topic: f for f in check(record, knowledge=KNOWLEDGE, at=AT)}["washout"]
    assert (found.demands, found.holds) == (Demand.HOLD, ("mirtazapine",))


def test_every_critical_rule_and_row_demands_something_and_says_who_says_so():
    rules = [r for r in KNOWLEDGE.safety.rules if r.tier == "critical"]
    rows = [r for r in KNOWLEDGE.interactions.rows if r.severity == "contraindicated"]
    assert len(rules) >= 24
    assert len(rows) >= 10
    for one in (*rules, *rows):
        assert one.demands, one.id
        assert one.demands_basis, one.id
        assert one.grade.may_decide, one.id


def test_a_demand_without_urgency_or_without_a_drug_is_refused():
    quiet = KNOWLEDGE.safety.rule("sedation.two_drugs").model_dump()
    with pytest.raises(ValueError, match="only what is critical"):
        Rule.model_validate({**quiet, "demands": "stop", "demands_basis": "ours"})
    loud = KNOWLEDGE.safety.rule("seizure.reported").model_dump()
    with pytest.raises(ValueError, match="a critical rule demands something"):
        Rule.model_validate({**loud, "demands": None, "demands_basis": None})
    with pytest.raises(ValueError, match="none to stop or to hold"):
        Rule.model_validate({**loud, "demands": "stop"})
    with pytest.raises(ValueError, match="who makes it"):
        Rule.model_validate({**loud, "demands_basis": None})
    row = next(r for r in KNOWLEDGE.interactions.rows if r.demands == "stop").model_dump()
    with pytest.raises(ValueError, match="demands something"):
        Interaction.model_validate({**row, "demands": None, "demands_basis": None, "acts_on": ()})
    with pytest.raises(ValueError, match="names the drugs"):
        Interaction.model_validate({**row, "acts_on": ()})


def test_no_finding_below_critical_stops_a_drug_unless_it_is_told_to_the_patient_as_urgent():
    for rule in KNOWLEDGE.safety.rules:
        if {rule.demands, rule.demands_if_measured} & {"stop", "hold"} and rule.tier != "critical":
            assert rule.plain, rule.id


def test_what_may_not_be_left_off_without_asking_asks_for_contact():
    """Carbamazepine may hold an epilepsy: signs of infection ask for a person, and hold mirtazapine alone."""
    record = reporting("fever", "sore_throat")
    beside = Record(
        patient=record.patient,
        medicines=(
            *record.medicines,
            MedicinePeriod(drug="carbamazepine", dose_mg=400, start=AT - timedelta(days=60)),
        ),
        effects=record.effects,
    )
    assert loudest(beside).holds == ("mirtazapine",)
    alone = Record(patient=record.patient, medicines=beside.medicines[1:], effects=record.effects)
    found = {f.topic: f for f in check(alone, knowledge=KNOWLEDGE, at=AT)}["blood_count"]
    assert (found.tier, found.demands, found.holds) == (Tier.CRITICAL, Demand.CONTACT, ())


def test_low_sodium_with_its_signs_stops_mirtazapine_and_without_them_asks_for_contact():
    signs = reporting("confusion", measured={"sodium": 124})
    assert {f.topic: f for f in check(signs, knowledge=KNOWLEDGE, at=AT)}["sodium"].stops == ("mirtazapine",)
    quiet = reporting(measured={"sodium": 124})
    found = {f.topic: f for f in check(quiet, knowledge=KNOWLEDGE, at=AT)}["sodium"]
    assert (found.demands, found.stops) == (Demand.CONTACT, ())


@pytest.mark.parametrize(("days", "begun"), [(27, True), (28, False), (300, False)])
def test_a_ban_of_the_start_holds_for_four_weeks_and_then_warns(days, begun):
    """case F2"""
    record = taking("duloxetine", conditions=(Coded(display="uncontrolled hypertension"),))
    record = Record(
        patient=record.patient,
        medicines=(MedicinePeriod(drug="duloxetine", dose_mg=60, start=AT - timedelta(days=days)),),
    )
    rules = {p.rule: p.tier for f in check(record, knowledge=KNOWLEDGE, at=AT) for p in f.parts}
    assert ("duloxetine.contraindication.hypertension" in rules) is begun
    assert rules["blood_pressure.uncontrolled_on_duloxetine"] is Tier.WARNING


def test_a_low_count_of_the_day_before_is_known_too():
    """case A3: the count was low already when the signs came; "stop" is read before "hold until it is known"."""
    record = reporting("fever", "sore_throat")
    low = Measurement(
        day=AT - timedelta(days=1),
        measure="neutrophils",
        quantity=Quantity(0.3, MEASURES["neutrophils"].unit),
    )
    found = loudest(
        Record(
            patient=record.patient, medicines=record.medicines, effects=record.effects, measurements=(low,)
        )
    )
    assert (found.demands, found.stops, found.holds) == (Demand.STOP, ("mirtazapine",), ())
    assert found.parts[0].rule == "blood_count.low_neutrophils"
    assert said(found.parts[0].action).startswith("Stop the drug")
