"""A missing harm is no harm of zero: it is said, and ranks no better than the sourced harm of its class."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lenitive.evidence import drug_evidence
from lenitive.knowledge import load
from lenitive.record import Coded, Patient, Record
from lenitive.render.catalogue import said
from lenitive.render.sections.options import options_section
from lenitive.response import Course, SideEffectCourse, WeightTrajectory
from lenitive.review import Options, Visit, excess_harms, harm_cost, review
from lenitive.review.absent import Absent
from lenitive.review.net import Ahead
from lenitive.review.options import _order
from lenitive.review.worth import Case, expected
from lenitive.shells.files import open_record
from lenitive.terms import Message

KNOWLEDGE = load()
SAME = KNOWLEDGE.judgement.valuation.same_net.value
EXAMPLES = Path(__file__).parents[3] / "examples"
AT = date(2026, 5, 1)
VISIT = Visit(
    record=Record(patient=Patient()), knowledge=KNOWLEDGE, protocol=KNOWLEDGE.protocols["mirtazapine"], at=AT
)


def ids(harms) -> set[str]:
    return {m.id for m in harms.basis}


def example(name: str, at: date | None = None):
    opened = open_record(EXAMPLES / name)
    assert opened.record is not None
    found = review(opened.record, KNOWLEDGE, at=at, seed=1)
    assert isinstance(found.options, Options)
    return found


def test_no_drug_costs_nothing_without_a_source():
    """Every drug that is known has a cost above zero or none; in none is silence a zero."""
    for drug in KNOWLEDGE.drugs:
        harms = harm_cost(VISIT, drug, {})
        assert harms.points is None or harms.points > 0, drug
        assert harms.basis
        if harms.points is None:
            assert "review.worth.no_harms" in ids(harms)


@pytest.mark.parametrize(
    ("drug", "like"),
    [
        ("milnacipran", "duloxetine"),
        ("gabapentin", "pregabalin"),
        ("trazodone", "mirtazapine"),
        ("tizanidine", "cyclobenzaprine_sublingual"),
    ],
)
def test_too_few_figures_count_no_less_than_the_class(drug, like):
    harms, sourced = harm_cost(VISIT, drug, {}), harm_cost(VISIT, like, {})
    assert harms.points is not None
    assert sourced.points is not None
    assert harms.points >= sourced.points
    named = next(m for m in harms.basis if m.id == "review.worth.harms_of_class")
    assert {f.name: f.value for f in named.facts} == {"drug": like}
    assert "review.worth.harms_of_class" not in ids(sourced)


def test_amitriptylines_one_figure_is_not_its_whole_harm():
    """One row on dizziness made it the cheapest of all."""
    assert set(excess_harms(KNOWLEDGE, "amitriptyline")) == {"dizziness"}
    harms = harm_cost(VISIT, "amitriptyline", {})
    assert harms.points == max(harm_cost(VISIT, d, {}).points for d in ("duloxetine", "mirtazapine"))


def test_the_trials_speak_where_the_drugs_file_does_not_case_a14():
    """case A14: pregabalin had no cost, for a patient who had gained weight."""
    harms = excess_harms(KNOWLEDGE, "pregabalin")
    lines = {x.outcome: x for x in drug_evidence(KNOWLEDGE.trials, "pregabalin").lines}
    assert harms["weight_gain"] == pytest.approx(lines["weight_gain"].estimate / 100)
    assert harms["weight_gain"] == pytest.approx(0.106, abs=0.002)
    plain = harm_cost(VISIT, "pregabalin", {})
    assert plain.points is not None
    gained = example("non-responder-weight-gain").weight
    assert isinstance(gained, WeightTrajectory)
    assert gained.change_percent > 5
    hers = harm_cost(replace(VISIT, weight=gained), "pregabalin", {})
    assert hers.points is not None
    assert hers.points > plain.points + 0.02
    had = next(m for m in hers.basis if m.id == "review.worth.harms_had")
    assert had.facts[0].value == ("weight_gain",)
    # A patient to whom weight matters most pays twice what one pays to whom it matters half as much.
    more = harm_cost(replace(VISIT, weight=gained), "pregabalin", {"weight_gain": 10.0})
    less = harm_cost(replace(VISIT, weight=gained), "pregabalin", {"weight_gain": 5.0})
    assert more.points - less.points == pytest.approx(
        less.points - harm_cost(replace(VISIT, weight=gained), "pregabalin", {"weight_gain": 0.0}).points
    )


def test_no_switch_of_the_example_costs_nothing_case_a14():
    """case A14: three switches stood at a cost of 0.0."""
    made = example("non-responder-weight-gain", date(2025, 12, 21))
    switches = [o for o in made.options.options if o.action == "switch"]
    assert {"pregabalin", "milnacipran"} <= {o.drug for o in switches}
    for option in switches:
        assert option.expected.cost is None or option.expected.cost > 0
    text = str(options_section(made))
    assert "counted" in text


def test_a_benefit_without_a_harm_stands_behind_what_has_both():
    made = example("non-responder-weight-gain", date(2025, 12, 21))
    options = [o for o in made.options.options if o.rank is not None]
    best = max(options, key=lambda o: o.expected.worth if o.expected.worth is not None else -9)
    unknown = replace(best, expected=replace(best.expected, cost=None, worth=None))
    ordered = _order([unknown, *(o for o in options if o is not best)], 0.0, 0.05, SAME)
    assert ordered[-1].expected == unknown.expected


def test_an_effect_she_has_counts_as_heavy_as_it_is():
    course = SideEffectCourse(
        effect="nausea",
        drug="duloxetine",
        course=Course.STAYING,
        gone_by=None,
        gone_by_80=None,
        present_in_4_weeks=None,
        probability={},
        from_drug=0.5,
        severity_now=3.0,
        severity_peak=3.0,
        last_report=AT,
        reports=3,
        prior_stated=(),
        because=(),
    )
    plain = harm_cost(VISIT, "duloxetine", {}).points
    hers = harm_cost(replace(VISIT, courses=(course,)), "duloxetine", {}).points
    lines = KNOWLEDGE.judgement.preferences
    share = excess_harms(KNOWLEDGE, "duloxetine")["nausea"]
    points = dict(zip(lines.severity_points.at, lines.severity_points.points, strict=True))
    assert hers - plain == pytest.approx(share * (points[3.0] - points[1.0]) * lines.unstated.value / 10)


def test_an_older_dizzy_person_is_not_first_offered_a_rise_case_a9():
    """case A9: raising was first, without a word, for a person of over 64 who is dizzy; the trial had nobody of that age."""
    opened = open_record(EXAMPLES / "older-adult-dizziness-thin-data").record
    patient = opened.patient
    with_pressure = replace(
        patient,
        conditions=(*patient.conditions, Coded(system="local", code="hypertension", display="hypertension")),
    )
    found = review(replace(opened, patient=with_pressure), KNOWLEDGE, seed=1).options
    rise = next(o for o in found.options if o.action == "step_up")
    assert rise.rank != 1
    why = next(r for r in rise.because if r.rule == "review.option.not_tried_at_this_age")
    assert "nobody over 64" in said(why.message)
    assert why.sources
    stay = next(o for o in found.options if o.action == "no_change")
    # Going on is worth less than nothing: a lower dose and the way out are weighed, and stand before it.
    assert stay.expected.worth < 0
    ranks = {o.action: o.rank for o in found.options}
    assert ranks["step_down"] < ranks["no_change"] < ranks["step_up"]
    assert ranks["taper"] < ranks["no_change"]
    # However much better it looked, going on stands before it; at 64 the same figures put it first.
    better = replace(rise, expected=replace(rise.expected, worth=stay.expected.worth + 0.5))
    young = replace(better, because=tuple(r for r in rise.because if r is not why))
    for option, first in ((better, "no_change"), (young, "step_up")):
        assert _order([option, stay], stay.expected.worth, 0.05, SAME)[0].action == first


@pytest.mark.parametrize(("born", "said_so"), [(1960, True), (1961, False)])
def test_the_age_from_which_it_was_not_tried(born, said_so):
    """Sixty-five in the year of the review, and sixty-four."""
    opened = open_record(EXAMPLES / "older-adult-dizziness-thin-data").record
    record = replace(opened, patient=replace(opened.patient, birth_year=born))
    made = review(record, KNOWLEDGE, seed=1)
    assert made.at.year == 2025
    rises = [o for o in made.options.options if o.action == "step_up"]
    rules = {r.rule for o in rises for r in o.because}
    assert rises
    assert ("review.option.not_tried_at_this_age" in rules) is said_so


def test_what_is_added_without_a_harm_has_a_benefit_and_no_worth():
    hours = Absent(Message.of("review.nights.none"))
    case = Case(visit=VISIT, hours=hours, dose=30.0, preferences={}, ahead=Ahead(VISIT))
    both, alone = (
        expected(case, "add", d, mg, None) for d, mg in (("amitriptyline", 25.0), ("mirtazapine", 30.0))
    )
    assert both.worth == pytest.approx(both.benefit - both.cost)
    assert both.cost > alone.cost > 0
    # Of paracetamol neither the drug's file nor a class gives a harm.
    unknown = expected(case, "add", "paracetamol", 3000.0, None)
    assert (unknown.cost, unknown.worth) == (None, None)
    assert {m.id for m in unknown.basis} & {"review.worth.no_harms", "review.worth.no_trials_of_adding"}
