"""Whether a test that is running still pays: what going on with it is worth, against ending it now and deciding by what is known."""

from __future__ import annotations

from lenitive.response import DosePath
from lenitive.review.past_tests import PastTest, past_tests
from lenitive.review.paths import weighed_doses
from lenitive.review.visit import Visit
from lenitive.review.worth import Case
from lenitive.terms import Fact, Outcome, Reason

__all__ = ["running_test", "tests_of", "whether_it_pays"]


def tests_of(visit: Visit) -> tuple[PastTest, ...]:
    """The tests of the protocol's drug up to the day of a visit."""
    blocks = visit.knowledge.judgement.verdict
    return past_tests(
        visit.record,
        visit.protocol.drug,
        visit.at,
        shortest=blocks.shortest_block_days.days,
        longest=blocks.longest_block_days.days,
    )


def running_test(visit: Visit) -> PastTest | None:
    """The one that goes on; None where none does."""
    return next((t for t in tests_of(visit) if t.last is None), None)


def whether_it_pays(case: Case) -> tuple[Reason, ...]:
    """What is said of a running test: that it pays, with its price, or that it no longer does; nothing where none runs."""
    running = running_test(case.visit)
    if running is None:
        return ()
    visit, lines = case.visit, case.visit.knowledge.judgement.valuation
    weeks = ((visit.at - running.first).days + 1) / 7
    left = lines.test_longest_weeks.value - weeks
    nets = [
        case.ahead.net(DosePath.steady(**{case.drug: mg}), weights=case.weights, harm_factor=case.harm_factor)
        for mg in (0.0, *weighed_doses(visit.protocol, visit.record))
    ]
    now = max((n.mean for n in nets if n is not None), default=None)
    going_on = [(case.worth_of_test(s, d), s, d) for s, d in case.tests if s.weeks <= left + 1e-9]
    if now is None or not going_on:
        most = Fact(name="most", value=lines.test_longest_weeks.value, unit="wk")
        return (_said("review.option.test_at_its_end", Fact(name="weeks", value=weeks, unit="wk"), most),)
    worth, step, then = max(going_on, key=lambda x: x[0])
    facts = (
        Fact(name="weeks", value=weeks, unit="wk"),
        Fact(name="more", value=step.weeks, unit="wk"),
        Fact(name="price", value=case.price_of_test(step, then), unit="{score}"),
        Fact(name="chance", value=then.changes, unit="1"),
        Fact(name="gain", value=worth - now, unit="{score}"),
    )
    return (_said("review.option.test_pays" if worth > now else "review.option.test_no_longer_pays", *facts),)


def _said(rule: str, *facts: Fact) -> Reason:
    return Reason(rule=rule, outcome=Outcome.MET, facts=facts)
