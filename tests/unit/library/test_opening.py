"""Articles open at the right moment: every rule is reached, unknown stays unknown, and the review hands in the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lenitive.knowledge.load import load
from lenitive.knowledge.schema.articles import Condition, OpeningRule
from lenitive.library import considered, open_articles
from lenitive.record import DiaryDay, EffectReport, MedicinePeriod, Patient, Record
from lenitive.review.articles import articles_beside
from lenitive.terms import Audience, Fact, Outcome, Severity

DAY = date(2026, 3, 2)


def _meets(condition: Condition) -> Fact:
    if condition.is_ is not None:
        return Fact(name=condition.fact, value=condition.is_)
    if condition.one_of:
        return Fact(name=condition.fact, value=condition.one_of[0])
    low = condition.at_least if condition.at_least is not None else 0.0
    return Fact(name=condition.fact, value=low)


@pytest.mark.parametrize("rule", load().openings, ids=lambda r: r.id)
def test_every_rule_is_reached_and_says_why(rule: OpeningRule) -> None:
    facts = {c.fact: _meets(c) for c in rule.when} | {"drug": Fact(name="drug", value="mirtazapine")}
    facts |= {c.fact: _meets(c) for c in rule.when}
    for name in ("week", "age_years", "dose_mg_per_day"):
        facts.setdefault(name, Fact(name=name, value=3.0))
    opened = open_articles([rule], load().articles, facts.values())
    assert [o.article for o in opened] == list(rule.articles)
    for one in opened:
        assert "{" not in one.why
        assert one.because.outcome is Outcome.MET
        if one.audience is Audience.PATIENT:
            assert "mg" not in one.why


def test_unknown_is_not_no() -> None:
    rule = next(r for r in load().openings if r.id == "library.open.dizziness_older_early")
    ((_, reason),) = considered(
        [rule], {"effect.dizziness.new": Fact(name="effect.dizziness.new", value=True)}
    )
    assert reason.outcome is Outcome.UNKNOWN
    assert reason.missing == ("age_years", "week")
    young = {"age_years": Fact(name="age_years", value=40.0)}
    ((_, reason),) = considered([rule], young)
    assert reason.outcome is Outcome.NOT_MET


def _record(
    *periods: tuple[float, int, int | None],
    effect: tuple[str, int] | None = None,
    born: int = 1954,
    missed: tuple[int, ...] = (),
) -> Record:
    medicines = tuple(
        MedicinePeriod(
            drug="mirtazapine",
            dose_mg=dose,
            start=DAY + timedelta(days=a),
            end=None if b is None else DAY + timedelta(days=b),
            missed=frozenset(
                DAY + timedelta(days=m) for m in missed if a <= m <= (b if b is not None else m)
            ),
        )
        for dose, a, b in periods
    )
    diary = tuple(DiaryDay(day=DAY + timedelta(days=n), pain=6.0) for n in range(-14, 1))
    effects = ()
    if effect:
        effects = (
            EffectReport(day=DAY + timedelta(days=effect[1]), effect=effect[0], severity=Severity.MODERATE),
        )
    return Record(
        patient=Patient(id="invented", birth_year=born), medicines=medicines, diary=diary, effects=effects
    )


def _opened(record: Record, day: int) -> dict[str, str]:
    opened = articles_beside(
        record, load(), at=DAY + timedelta(days=day), drugs=record.drugs, verdicts=(), courses=(), findings=()
    )
    return {o.article: o.because.rule.removeprefix("library.open.") for o in opened}


def test_new_dizziness_at_72_in_week_1() -> None:
    found = _opened(_record((15, 0, None), effect=("dizziness", 3)), 4)
    assert found["dizziness-and-falls"] == "dizziness_older_early"
    assert found["dizziness-and-falls-patient"] == "dizziness_older_early"
    assert found["starting-mirtazapine-patient"] == "first_weeks"
    younger = _opened(_record((15, 0, None), effect=("dizziness", 3), born=1990), 4)
    assert younger["dizziness-and-falls"] == "dizziness"


def test_step_down_and_stop() -> None:
    assert _opened(_record((30, 0, 69), (15, 70, None)), 75)["stopping-patient"] == "step_down"
    assert _opened(_record((30, 0, 69)), 75)["withdrawal-or-relapse"] == "stopped"
    assert "withdrawal-or-relapse" not in _opened(_record((30, 0, 69)), 120)


@pytest.mark.parametrize(
    ("drug", "doses", "article", "rule"),
    [
        ("duloxetine", ((60, 0, 69), (30, 70, None)), "stopping-duloxetine-patient", "duloxetine_step_down"),
        ("duloxetine", ((60, 0, 69),), "stopping-duloxetine-patient", "duloxetine_step_down"),
        (
            "pregabalin",
            ((300, 0, 69), (225, 70, None)),
            "stopping-pregabalin-patient",
            "gabapentinoid_step_down",
        ),
        ("gabapentin", ((900, 0, 69),), "stopping-pregabalin-patient", "gabapentinoid_step_down"),
        ("cyclobenzaprine", ((10, 60, None),), "muscle-relaxers-patient", "relaxer_started"),
    ],
)
def test_other_drugs_open_their_own_page(
    drug: str, doses: tuple[tuple[float, int, int | None], ...], article: str, rule: str
) -> None:
    mirtazapine = _record(*doses)
    record = replace(mirtazapine, medicines=tuple(replace(m, drug=drug) for m in mirtazapine.medicines))
    assert _opened(record, 75)[article] == rule
    assert article not in _opened(record, 50)
    assert article not in _opened(mirtazapine, 75)


@pytest.mark.parametrize(("pregnant", "opens"), [(True, True), (False, False), (None, False)])
def test_pregnancy_opens_its_page(pregnant: bool | None, opens: bool) -> None:
    record = _record((15, 0, None))
    record = replace(record, patient=replace(record.patient, pregnant=pregnant))
    assert ("pregnancy-patient" in _opened(record, 75)) is opens
    assert ("pregnancy" in _opened(record, 75)) is opens


def test_a_missed_evening_is_neither_a_stop_nor_a_start() -> None:
    found = _opened(_record((15, 0, None), missed=(60, 61)), 62)
    assert "withdrawal-or-relapse" not in found
    assert "starting-mirtazapine" not in found
