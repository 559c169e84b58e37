"""Deciding later is worth what may be learnt by then and no more, and a test has its price."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.render.document import review_document
from lenitive.response import DosePath, DoseStretch, Settling, SettlingStep
from lenitive.review import Visit, review
from lenitive.review.absent import Absent
from lenitive.review.later import decided_later
from lenitive.review.net import Ahead
from lenitive.review.options import _order
from lenitive.review.targets import _may_test
from lenitive.review.worth import LEARNING, Case, expected
from lenitive.shells.files import open_record
from lenitive.terms import Message

KNOWLEDGE = load()
LINES = KNOWLEDGE.judgement.valuation
DRUG = "mirtazapine"
DOSES = (0.0, 7.5, 15.0, 22.5, 30.0)


def visit_of(name: str) -> Visit:
    record = open_record(Path(__file__).parents[3] / "examples" / name).record
    made = review(record, KNOWLEDGE, seed=1)
    return Visit(
        record=made.record,
        knowledge=KNOWLEDGE,
        protocol=KNOWLEDGE.protocols[DRUG],
        at=made.at,
        fit=made.fit,
        courses=made.side_effects,
        weight=made.weight,
    )


@pytest.fixture(scope="module")
def open_question() -> Visit:
    """Improved, and not from the drug: what it does is open."""
    return visit_of("improved-not-from-the-drug")


def later(ahead: Ahead, narrowing: float, first=((0, 30.0),), days: int = 28):
    return decided_later(ahead, DRUG, first, days, doses=DOSES, narrowing=narrowing, weights=ahead.weights())


def test_where_nothing_is_learnt_nothing_is_gained(open_question):
    found = later(Ahead(open_question), 1.0)
    assert found.worth == pytest.approx(found.unlearnt)
    assert found.changes == 0


def test_the_more_is_learnt_the_more_it_is_worth(open_question):
    ahead = Ahead(open_question)
    worth = [later(ahead, n).worth for n in (1.0, 0.9, 0.6, 0.1)]
    assert worth == sorted(worth)
    assert worth[-1] > worth[0] + 0.01
    assert 0 < later(ahead, 0.1).changes < 1


def test_it_is_the_mean_of_the_best_of_the_ways(open_question):
    """Against draws of the steady benefit: each way's net moves with it by its slope."""
    ahead = Ahead(open_question)
    own, weights = ahead.benefit(DRUG), ahead.weights()
    narrowing = 0.5
    found = later(ahead, narrowing)
    nets, slopes = [], []
    for mg in DOSES:
        path = DosePath(steps={DRUG: ((0, 30.0), (28, mg))})
        nets.append(ahead.net(path).mean)
        slope, sd = own.slope(path, ahead.days, weights)
        slopes.append(slope)
    move = sd * np.sqrt(1 - narrowing**2) * np.random.default_rng(3).standard_normal(400_000)
    best = (np.array(nets)[:, None] + np.array(slopes)[:, None] * move).max(axis=0)
    assert found.worth == pytest.approx(best.mean(), abs=4 * best.std() / np.sqrt(best.size) + 2e-4)


def test_the_slope_of_a_steady_reference_dose_far_ahead_is_one(open_question):
    ahead = Ahead(open_question)
    slope, sd = ahead.benefit(DRUG).slope(DosePath.steady(**{DRUG: 30.0}), 20_000, ahead.weights())
    assert slope == pytest.approx(1.0, abs=0.01)
    assert sd > 0


def step(kind: SettlingStep, *stretches: tuple[int, float], after: float = 0.3) -> Settling:
    days = sum(n for n, _ in stretches)
    return Settling(
        step=kind,
        stretches=tuple(DoseStretch(n, mg) for n, mg in stretches),
        weeks=days / 7,
        block_days=0,
        sd_now=0.5,
        sd_after=after,
        settles=0.0,
        certainty_now=0.5,
        certainty_after=0.5,
    )


def case_of(visit: Visit, *settling: Settling) -> Case:
    known = replace(visit, settling=settling)
    hours = Absent(Message.of("review.nights.none"))
    return Case(visit=known, hours=hours, dose=30.0, preferences={}, ahead=Ahead(known))


@pytest.mark.parametrize(("days", "offered"), [(28, True), (56, True), (57, False), (84, False)])
def test_no_test_is_longer_than_eight_weeks(open_question, days, offered):
    case = case_of(open_question, step(SettlingStep.OPEN_BREAK, (days, 0.0)))
    assert (case.test is not None) == offered
    worth = expected(case, "test", DRUG, 30.0, None).worth
    assert (worth is not None) == offered


def test_a_test_that_teaches_nothing_costs_its_weeks_and_its_trouble(open_question):
    case = case_of(open_question, step(SettlingStep.BREAK_AND_RESTART, (28, 0.0), (28, 30.0), after=0.5))
    found = expected(case, "test", DRUG, 30.0, None)
    assert found.later.changes == 0
    trouble = LINES.test_burden.value * 8 / 26
    assert found.worth == pytest.approx(found.later.unlearnt - trouble)
    told = {f.name: f.value for f in found.basis[0].facts}
    assert told["weeks"] == 8
    assert told["price"] >= trouble


def test_a_test_comes_first_only_for_what_it_is_worth_beyond_waiting(open_question):
    """The same worth as going on and deciding then is no reason for a test."""
    waiting = step(SettlingStep.WAIT, (28, 30.0), after=0.45)
    case = case_of(open_question, waiting, step(SettlingStep.OPEN_BREAK, (28, 0.0), after=0.46))
    actions = ("no_change", "taper", "test")
    made = review(open_question.record, KNOWLEDGE, seed=1).options.options[0]
    options = [
        replace(
            made,
            action=a,
            plan=None,
            withheld_by=(),
            expected=expected(case, a, DRUG, 30.0 if a != "taper" else 0.0, None),
        )
        for a in actions
    ]
    stay = options[0].expected.worth
    ranked = _order(options, stay, 0.05, LINES.same_net.value)
    assert ranked[0].action != "test"


@pytest.mark.parametrize(("weeks", "allowed"), [(5.9, False), (6.0, True), (20.0, True)])
def test_none_in_the_first_six_weeks(open_question, weeks, allowed):
    """The last stretch alone: the break before it would count as the one test of half a year."""
    record = replace(open_question.record, medicines=(open_question.record.periods(DRUG)[-1],))
    assert _may_test(case_of(replace(open_question, record=record)), {"weeks_therapeutic": weeks}) is allowed


def test_an_open_break_of_this_half_year_counts_as_its_test(open_question):
    assert not _may_test(case_of(open_question), {"weeks_therapeutic": 20.0})


@pytest.mark.parametrize(("ago", "allowed"), [(181, False), (182, False), (183, True)])
def test_one_in_half_a_year(open_question, ago, allowed):
    last = open_question.record.periods(DRUG)[-1]
    end = open_question.at - timedelta(days=ago)
    masked = replace(
        last, start=end - timedelta(days=13), end=end, masked=True, dose_mg=30.0, missed=frozenset()
    )
    record = replace(open_question.record, medicines=(masked,))
    assert _may_test(case_of(replace(open_question, record=record)), {"weeks_therapeutic": 9.0}) is allowed


def test_stopping_stands_behind_going_on_where_deciding_later_is_worth_more(open_question):
    case = case_of(open_question, step(SettlingStep.WAIT, (28, 30.0), after=0.1))
    made = review(open_question.record, KNOWLEDGE, seed=1).options.options[0]
    stay, stop = (
        replace(
            made, action=a, dose_mg=mg, plan=None, withheld_by=(), expected=expected(case, a, DRUG, mg, None)
        )
        for a, mg in (("no_change", 30.0), ("taper", 0.0))
    )
    waiting = stop.expected.later
    assert waiting is not None
    assert stay.expected.later == waiting
    # Whatever the plain nets say: the stop a little better than staying, and than deciding later or not.
    for more, first in ((-0.1, "no_change"), (0.1, "taper")):
        worth = waiting.worth + more
        better = replace(stop, expected=replace(stop.expected, worth=worth))
        worse = replace(stay, expected=replace(stay.expected, worth=worth - 0.2))
        ranked = _order([worse, better], worth - 0.2, 0.05, LINES.same_net.value)
        assert ranked[0].action == first


def test_every_short_test_has_its_price_and_the_document_shows_it():
    """A review in which a test is offered prices each that is short enough, and only those."""
    record = open_record(Path(__file__).parents[3] / "examples" / "improved-not-from-the-drug").record
    made = review(record, KNOWLEDGE, at=record.last_day - timedelta(weeks=10), seed=1)
    assert "test" in {o.action for o in made.options.options}
    assert made.options.prices
    longest = min(LINES.test_longest_weeks.value, LINES.test_longest_share.value * LINES.horizon_weeks.value)
    assert all(p.weeks <= longest and p.step in LEARNING for p in made.options.prices)
    assert all(p.cost_points > 0 and 0 <= p.chance_it_changes_what_to_do <= 1 for p in made.options.prices)
    steps = next(a for a in review_document(made)["answers"] if a["drug"] == DRUG)["would_settle"]
    priced = [s for s in steps if "cost_points" in s]
    assert len(priced) == len(made.options.prices)
    assert {"step", "weeks", "cost_points", "chance_it_changes_what_to_do"} <= set(priced[0])
