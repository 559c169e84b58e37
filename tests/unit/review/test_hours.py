"""What an earlier hour of intake would do reaches the ranking, the document and the report, with its sign and its limits."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import EffectReport, IntakeTime
from lenitive.render.catalogue import said
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.response import Cost
from lenitive.review import Absent, review
from lenitive.review.hours import hours_earlier
from lenitive.review.options import _order
from lenitive.shells.files import open_record
from lenitive.terms import Severity

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
KNOWLEDGE = load()


@pytest.fixture(scope="module")
def sleepy():
    """The simulated example, sleepy since it began: reports of it on every third day, and weights to match."""
    record = open_record(EXAMPLE).record
    assert record is not None
    at = record.last_day
    assert at is not None
    others = tuple(e for e in record.effects if e.effect != "somnolence")
    first = min(p.start for p in record.periods("mirtazapine") if p.dose_mg > 0)
    own = tuple(
        EffectReport(
            day=at - timedelta(days=d),
            effect="somnolence",
            severity=Severity.SEVERE if at - timedelta(days=d) >= first else Severity.NONE,
        )
        for d in range(0, (at - record.diary[0].day).days, 3)
    )
    patient = replace(record.patient, preferences={**record.patient.preferences, "sedation": 10.0})
    return replace(
        record, patient=patient, effects=tuple(sorted((*others, *own), key=lambda e: (e.day, e.effect)))
    )


@pytest.fixture(scope="module")
def made(sleepy):
    return review(sleepy, KNOWLEDGE, seed=1)


def verdict_of(made):
    assert not isinstance(made.verdicts, Absent)
    return next(v for v in made.verdicts if v.drug == "mirtazapine")


def test_the_relief_is_what_the_half_life_lets_go_in_those_hours(sleepy, made):
    found = hours_earlier(sleepy, KNOWLEDGE, "mirtazapine", at=made.at, verdict=verdict_of(made))
    assert not isinstance(found, Absent)
    history = next(h for h in made.levels if h.drug == "mirtazapine")
    rate = math.log(2) / history.who.half_life_h
    cost = sum(c.points for c in verdict_of(made).costs if c.what == "somnolence")
    assert cost > 0.3
    assert [s.earlier_h for s in found.shifts] == [1, 2, 3]
    for s in found.shifts:
        # Nine hours after the dose nothing is left to absorb.
        assert s.waking_ratio == pytest.approx(math.exp(-rate * s.earlier_h), rel=1e-3)
        assert s.waking_low < s.waking_ratio < s.waking_high < 1
        assert s.bedtime_ratio > 1
        assert s.relief == pytest.approx(cost * (1 - s.waking_ratio))
        # The target is nearly full: it moves by far less than the level.
        assert -0.02 < s.occupancy_waking["H1"] < 0
        assert s.sleep_benefit is None
    assert found.best.earlier_h == 3


def test_the_option_has_its_number_and_stands_by_it(made):
    assert not isinstance(made.options, Absent)
    by = {o.action: o for o in made.options.options}
    hour, stay = by["change_time"], by["no_change"]
    assert hour.expected.hours is not None
    assert hour.expected.worth - stay.expected.worth == pytest.approx(hour.expected.hours.best.relief)
    assert hour.expected.cost < stay.expected.cost
    assert hour.expected.benefit == stay.expected.benefit
    # A severe sleepiness at full weight makes more of it than the last digit printed.
    assert hour.expected.hours.best.relief > 0.05
    assert hour.rank is not None
    assert stay.rank is not None
    assert hour.rank < stay.rank
    left_out = next(r for r in made.options.sensitivity if said(r.weights) == "side effects left out")
    assert left_out.first != "change_time"


def test_a_gain_too_small_to_print_stands_behind_no_change(sleepy):
    light = replace(sleepy, patient=replace(sleepy.patient, preferences={"sedation": 0.5}))
    again = review(light, KNOWLEDGE, seed=1)
    assert not isinstance(again.options, Absent)
    by = {o.action: o for o in again.options.options}
    assert 0 < by["change_time"].expected.hours.best.relief < 0.05
    assert by["change_time"].rank == by["no_change"].rank + 1


def test_document_and_report_show_every_hour_and_what_is_not_known(made):
    option = next(o for o in review_document(made)["options"] if o["action"] == "change_time")
    shifts = option["expected"]["hours"]["shifts"]
    assert [s["intake_h"] for s in shifts] == [21.0, 20.0, 19.0]
    assert all(s["sleep_benefit"] is None for s in shifts)
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert "What an earlier hour of mirtazapine would do" in text
    assert "is not known, and is left out, not counted as nothing" in text
    assert "20:00" in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"times": (IntakeTime("08:00"),)}, "not an evening dose"),
        ({"times": (IntakeTime("morning"), IntakeTime("bedtime"))}, "once a day"),
        ({"times": (IntakeTime("17:30"),)}, "not an evening dose"),
    ],
)
def test_a_dose_that_cannot_be_moved_gets_a_reason(sleepy, made, change, reason):
    moved = replace(sleepy, medicines=tuple(replace(p, **change) for p in sleepy.medicines))
    found = hours_earlier(moved, KNOWLEDGE, "mirtazapine", at=made.at, verdict=verdict_of(made))
    assert isinstance(found, Absent)
    assert reason in said(found.reason)


def test_without_kinetics_or_without_a_verdict_there_is_a_reason_and_no_number(sleepy, made):
    other = replace(
        sleepy,
        medicines=tuple(replace(p, drug="milnacipran") for p in sleepy.medicines if p.drug == "mirtazapine"),
    )
    found = hours_earlier(other, KNOWLEDGE, "milnacipran", at=made.at, verdict=verdict_of(made))
    assert isinstance(found, Absent)
    assert "No clearance" in said(found.reason)
    none = hours_earlier(sleepy, KNOWLEDGE, "mirtazapine", at=made.at, verdict=None)
    assert isinstance(none, Absent)


def test_an_evening_dose_at_seven_has_fewer_hours_to_go(sleepy, made):
    moved = replace(
        sleepy, medicines=tuple(replace(p, times=(IntakeTime("19:00"),)) for p in sleepy.medicines)
    )
    found = hours_earlier(moved, KNOWLEDGE, "mirtazapine", at=made.at, verdict=verdict_of(made))
    assert not isinstance(found, Absent)
    assert [s.intake_h for s in found.shifts] == [18.0, 17.0]


def test_no_cost_of_sleepiness_is_no_relief(sleepy, made):
    free = replace(verdict_of(made), costs=(Cost(what="weight", points=1.0, preference=5.0, basis=6.0),))
    found = hours_earlier(sleepy, KNOWLEDGE, "mirtazapine", at=made.at, verdict=free)
    assert not isinstance(found, Absent)
    assert {s.relief for s in found.shifts} == {0.0}
    assert found.best.earlier_h == 1


@pytest.mark.parametrize(
    ("hour", "shifts"),
    [
        ("17:59", None),
        ("18:00", [1]),
        ("18:59", [1]),
        ("19:00", [1, 2]),
        ("20:00", [1, 2, 3]),
        ("22:00", [1, 2, 3]),
    ],
)
def test_an_evening_begins_at_six_and_nothing_moves_before_five(sleepy, made, hour, shifts):
    last = max(sleepy.periods("mirtazapine"), key=lambda p: p.start)
    moved = replace(last, times=(IntakeTime(hour),))
    record = replace(sleepy, medicines=tuple(moved if p is last else p for p in sleepy.medicines))
    found = hours_earlier(record, KNOWLEDGE, "mirtazapine", at=made.at, verdict=verdict_of(made))
    assert (None if isinstance(found, Absent) else [s.earlier_h for s in found.shifts]) == shifts
    assert isinstance(found, Absent) or found.waking_h == 7


@pytest.mark.parametrize(
    ("gain", "first"), [(0.049, "no_change"), (0.05, "change_time"), (0.051, "change_time")]
)
def test_another_hour_stands_before_no_change_from_half_of_the_last_digit_printed_on(made, gain, first):
    """The two options of the example, the hour's worth set to just below the line, to it and just above."""
    options = {o.action: o for o in made.options.options if o.action in {"no_change", "change_time"}}
    stay = 1.0
    worths = {"no_change": stay, "change_time": stay + gain}
    turned = [
        replace(o, withheld_by=(), plan=None, expected=replace(o.expected, worth=worths[a]))
        for a, o in options.items()
    ]
    same = KNOWLEDGE.judgement.visit.same_worth.value
    equals = KNOWLEDGE.judgement.valuation.same_net.value
    assert _order(turned, stay, same, equals)[0].action == first
