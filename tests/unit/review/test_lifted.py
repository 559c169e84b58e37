"""What the record may ask for: doses above those that a trial supports, and a test of the patient's own accord; and which tests were taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.intake import read_folder, write_folder
from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, PlanTarget, Record
from lenitive.render import clinician_report, report_text
from lenitive.render.catalogue import said
from lenitive.response import DosePath, Settling, SettlingStep
from lenitive.review import DecidedLater, review
from lenitive.review.past_tests import past_tests
from lenitive.review.running_test import whether_it_pays
from lenitive.review.targets import _may_test
from lenitive.review.worth import Case
from lenitive.shells.files import open_record

KNOWN = load()
CLEAR = open_record(Path(__file__).resolve().parents[3] / "examples" / "clear-responder").record
DRUG = "mirtazapine"
WHY = "Helped her half-way, and well tolerated"
BLOCKS = {"shortest": timedelta(days=14), "longest": timedelta(days=56)}


def lifted(why: str) -> Record:
    return replace(CLEAR, patient=replace(CLEAR.patient, plan=PlanTarget(above_supported=why)))


def doses(record: Record) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for o in review(record, KNOWN, seed=1).options.options:
        if o.drug == DRUG and o.dose_mg is not None:
            found.setdefault(o.action, []).append(o.dose_mg)
    return found


def test_above_the_dose_of_the_trial_nothing_is_offered_unless_the_record_says_why():
    assert max(mg for every in doses(lifted("")).values() for mg in every) <= 30
    assert "step_up" not in doses(lifted(""))


def test_a_stated_reason_lifts_the_bound_to_that_of_the_label_and_stands_beside_the_evidence():
    made = review(lifted(WHY), KNOWN, seed=1)
    rises = [o for o in made.options.options if o.action == "step_up"]
    assert rises
    most = KNOWN.protocols[DRUG].limit["max_mg"].value
    assert all(30 < o.dose_mg <= most for o in rises)
    (why,) = [r for r in rises[0].because if r.rule == "review.option.above_supported"]
    assert why.sources == KNOWN.protocols[DRUG].limit["supported_mg"].sources
    assert said(why.message) == (
        "No trial in fibromyalgia supports more than 30 mg a day for pain. It is weighed because the record states: "
        + WHY
    )
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert "supports more than 30 mg" in text
    # Its net is computed like every other's: the benefit saturates, the harms do not.
    stay = next(o for o in made.options.options if o.action == "no_change")
    assert rises[0].expected.net is not None
    assert abs(rises[0].expected.net.benefit - stay.expected.net.benefit) < 0.5


def test_what_a_record_asks_for_survives_a_folder():
    plan = PlanTarget(above_supported='because "so"', test_wished=date(2026, 2, 1))
    record = replace(CLEAR, patient=replace(CLEAR.patient, plan=plan))
    assert read_folder(write_folder(record)).record.patient.plan == plan


@pytest.mark.parametrize("written", ["", "   "])
def test_an_empty_reason_is_none(written):
    text = f'[plan]\nabove_supported = "{written}"\n'
    assert read_folder({"patient.toml": text.encode()}).record.patient.plan == PlanTarget()


# -- tests ------------------------------------------------------------------------------------------------------------

AT = date(2026, 6, 30)


def period(first: date, last: date | None, mg: float = 30, *, masked: bool = False) -> MedicinePeriod:
    return MedicinePeriod(
        drug=DRUG, dose_mg=mg, start=first, end=last, times=(IntakeTime("bedtime"),), masked=masked
    )


def on_and_off(days: int, ended: date = date(2026, 5, 1)) -> Record:
    """Open, so many days without it, and again since."""
    return Record(
        medicines=(
            period(date(2025, 1, 1), ended - timedelta(days=days)),
            period(ended + timedelta(days=1), None),
        )
    )


@pytest.mark.parametrize(("days", "counts"), [(13, False), (14, True), (42, True), (56, True), (57, False)])
def test_an_open_break_of_a_blocks_length_is_a_test(days, counts):
    found = past_tests(on_and_off(days), DRUG, AT, **BLOCKS)
    assert [(t.masked, (t.last - t.first).days + 1) for t in found] == ([(False, days)] if counts else [])


def test_masked_blocks_are_one_test_with_the_open_days_between():
    record = Record(
        medicines=(
            period(date(2026, 1, 1), date(2026, 2, 28)),
            period(date(2026, 3, 1), date(2026, 3, 28), 0, masked=True),
            period(date(2026, 3, 29), date(2026, 4, 25), masked=True),
            period(date(2026, 4, 26), None),
        )
    )
    (one,) = past_tests(record, DRUG, AT, **BLOCKS)
    assert (one.first, one.last, one.masked) == (date(2026, 3, 1), date(2026, 4, 25), True)
    (running,) = past_tests(record, DRUG, date(2026, 4, 10), **BLOCKS)
    assert running.last is None


def case_of(record: Record) -> Case:
    """As much of a case as the question of a test asks for."""
    from lenitive.review.absent import Absent
    from lenitive.review.net import Ahead
    from lenitive.review.visit import Visit
    from lenitive.terms import Message

    visit = Visit(record=record, knowledge=KNOWN, protocol=KNOWN.protocols[DRUG], at=AT)
    hours = Absent(Message.of("review.hours.not_offered"))
    return Case(visit=visit, hours=hours, dose=30, preferences={}, ahead=Ahead(visit))


@pytest.mark.parametrize(
    ("days", "ended", "wished", "may"),
    [
        (42, date(2026, 5, 1), None, False),
        (42, date(2025, 12, 29), None, True),
        (42, date(2025, 12, 31), None, False),
        (42, date(2026, 5, 1), date(2026, 6, 1), True),
        (42, date(2026, 5, 1), date(2026, 3, 1), False),
        (42, date(2026, 5, 1), date(2026, 7, 1), False),
        (10, date(2026, 5, 1), None, True),
    ],
)
def test_a_second_test_in_half_a_year_only_when_she_asked_for_it_since(days, ended, wished, may):
    record = on_and_off(days, ended)
    record = replace(
        record,
        patient=replace(record.patient, plan=PlanTarget(test_wished=wished)) if wished else record.patient,
    )
    assert _may_test(case_of(record), {"weeks_therapeutic": 20.0}) is may
    assert not _may_test(case_of(record), {"weeks_therapeutic": 5.0})


# -- a test that runs -------------------------------------------------------------------------------------------------


def in_a_test(weeks: int, eased: float) -> Record:
    """Fourteen weeks openly on 30 mg after six without, then masked blocks of two weeks without and with it; a diary every day. Simulated."""
    rng = np.random.default_rng(11)
    first, begins = date(2026, 1, 5), 42 + 98
    days = begins + 7 * weeks
    blocks = [(begins + 14 * i, (i % 2) * 30.0) for i in range((7 * weeks + 13) // 14)]
    medicines = [period(first + timedelta(days=42), first + timedelta(days=begins - 1))]
    medicines += [
        period(first + timedelta(days=a), first + timedelta(days=a + 13), mg, masked=True) for a, mg in blocks
    ]
    level, entries = 0.0, []
    for t in range(days):
        on = 42 < t <= begins or any(mg and a < t <= a + 14 for a, mg in blocks)
        level += (on - level) * (1 - np.exp(-1 / 8))
        said_today = np.clip(np.round(6.5 - eased * level + rng.normal(0, 1.2, 3)), 0, 10)
        names = ("sleep_disturbance", "pain", "fatigue")
        entries.append(
            DiaryDay(day=first + timedelta(days=t), **dict(zip(names, map(float, said_today), strict=True)))
        )
    return Record(patient=replace(CLEAR.patient, plan=None), medicines=tuple(medicines), diary=tuple(entries))


@pytest.mark.parametrize(
    ("weeks", "eased", "rules"),
    [
        (4, 4.0, {"review.option.test_no_longer_pays"}),
        (8, 0.8, {"review.option.test_at_its_end"}),
    ],
)
def test_a_running_test_is_ended_when_it_no_longer_pays(weeks, eased, rules):
    made = review(in_a_test(weeks, eased), KNOWN, seed=1)
    stay = next(o for o in made.options.options if o.action == "no_change")
    found = [r for r in stay.because if r.rule.startswith("review.option.test_")]
    assert {r.rule for r in found} == rules
    assert "test" not in {o.action for o in made.options.options if o.rank is not None}
    words = said(found[0].message)
    assert words.startswith(f"A test has been running for {weeks} weeks")
    facts = {f.name: f.value for f in found[0].facts}
    if "gain" in facts:
        assert facts["gain"] <= 0
        assert facts["price"] >= 0
        assert 0 <= facts["chance"] <= 1


@pytest.mark.parametrize(("more", "rule"), [(0.2, "test_pays"), (-0.2, "test_no_longer_pays")])
def test_a_running_test_pays_for_what_it_is_worth_beyond_deciding_now(more, rule):
    record = Record(
        medicines=(
            period(date(2025, 1, 1), date(2026, 5, 31)),
            period(date(2026, 6, 1), None, masked=True),
        )
    )
    case = case_of(record)
    now = max(case.ahead.net(DosePath.steady(mirtazapine=mg)).mean for mg in (0.0, 7.5, 15.0, 22.5, 30.0))
    step = Settling(
        step=SettlingStep.BLINDED_BLOCKS,
        stretches=(),
        weeks=3.0,
        block_days=0,
        sd_now=1.0,
        sd_after=0.5,
        settles=0.5,
        certainty_now=0.6,
        certainty_after=0.8,
    )
    then = DecidedLater(worth=now + more, unlearnt=now - 0.1, changes=0.3, dose=30.0)
    vars(case)["tests"] = ((step, then),)
    (found,) = whether_it_pays(case)
    assert found.rule == f"review.option.{rule}"
    facts = {f.name: f.value for f in found.facts}
    burden = KNOWN.judgement.valuation.test_burden.value * 3 / 26
    assert facts["gain"] == pytest.approx(more - burden)
    assert facts["weeks"] == pytest.approx(30 / 7)
    # After three weeks of them five are left: one of six does not fit.
    vars(case)["tests"] = ((replace(step, weeks=6.0), then),)
    assert [r.rule for r in whether_it_pays(case)] == ["review.option.test_at_its_end"]


def test_nothing_is_said_of_a_test_where_none_runs():
    made = review(CLEAR, KNOWN, seed=1)
    assert not [
        r for o in made.options.options for r in o.because if r.rule.startswith("review.option.test_")
    ]
