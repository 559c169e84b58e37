"""The verdict: each rule can stop it, the patient's weights move it, and nothing is said of an uninformed record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import Record
from lenitive.response import (
    Fit,
    FitStatus,
    Gate,
    Separability,
    VerdictKind,
    VerdictSettings,
    benefit_weights,
    fit,
    fit_settings,
    side_effect_courses,
    verdict,
    verdict_settings,
    verdicts,
)
from lenitive.terms import EffectBelief, Outcome, Score
from lenitive.virtual import DRUG, EXAMPLES, OUTCOMES, World, example

JUDGEMENT = load().judgement

SETTINGS = fit_settings(load().judgement)
RULES = verdict_settings(load().judgement)

BELIEFS = tuple(
    EffectBelief(
        drug=DRUG, outcome=Score(o), dose_mg_per_day=30, mean=s.mean, sd=s.sd, stated="the simulated world"
    )
    for o, s in zip(OUTCOMES, World().effect, strict=True)
)
FEW = replace(SETTINGS, draws=128)
USUAL = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[Record, Fit]]:
    found = {}
    for name in EXAMPLES:
        record = example(name).record(0)
        assert record.last_day is not None
        found[name] = (record, fit(record, at=record.last_day, seed=1, beliefs=BELIEFS, settings=FEW))
    return found


def _line(points: float) -> VerdictSettings:
    return replace(RULES, lines=replace(RULES.lines, pain=points, sleep=points, fatigue=points))


def _unmet(record: Record, fitted: Fit, settings: VerdictSettings = RULES) -> set[str]:
    found = verdict(record, fitted, DRUG, settings=settings)
    return {r.rule.removeprefix("response.verdict.") for r in found.because if r.outcome is not Outcome.MET}


def test_the_examples_show_what_their_names_say(made: dict[str, tuple[Record, Fit]]) -> None:
    kinds = {n: verdict(r, f, DRUG, settings=RULES).verdict for n, (r, f) in made.items()}
    assert kinds == {
        "clear-responder": VerdictKind.WORKS,
        "improved-not-from-the-drug": VerdictKind.DOES_NOT_WORK,
        "non-responder-weight-gain": VerdictKind.DOES_NOT_WORK,
        "older-adult-dizziness-thin-data": VerdictKind.CANNOT_TELL,
    }


def test_a_low_probability_is_an_answer_too(made: dict[str, tuple[Record, Fit]]) -> None:
    """Against a smaller threshold the same diary is a little less sure that it does not work."""
    record, fitted = made["improved-not-from-the-drug"]
    found = verdict(record, fitted, DRUG, settings=_line(0.8))
    assert found.probability is not None
    assert 0.05 < found.probability < 0.15
    assert found.verdict is VerdictKind.DOES_NOT_WORK


def test_the_probability_is_the_share_of_joint_draws(made: dict[str, tuple[Record, Fit]]) -> None:
    """The exact mixture against 4,000 joint draws: within four Monte Carlo errors."""
    record, fitted = made["improved-not-from-the-drug"]
    found = verdict(record, fitted, DRUG, settings=RULES)
    benefit = -fitted.attributable_draws(DRUG, 4000) @ np.array([found.weights[o] for o in fitted.outcomes])
    assert found.probability is not None
    error = (found.probability * (1 - found.probability) / 4000) ** 0.5
    assert (benefit >= found.line).mean() == pytest.approx(found.probability, abs=4 * error + 0.01)
    assert found.benefit_mean == pytest.approx(benefit.mean(), abs=0.05)


def test_too_early_says_nothing(made: dict[str, tuple[Record, Fit]]) -> None:
    record, fitted = made["clear-responder"]
    gate = Gate(drug=DRUG, weeks=60, weeks_taken=30, at_least_mg=30, stated="for the test")
    found = verdict(record, fitted, DRUG, settings=replace(RULES, gates=(gate,)))
    assert found.verdict is VerdictKind.CANNOT_TELL
    assert _unmet(record, fitted, replace(RULES, gates=(gate,))) == {"weeks_at_dose"}
    other = replace(gate, drug="duloxetine")
    assert _unmet(record, fitted, replace(RULES, gates=(other,))) == set()


def test_weeks_at_a_dose_are_counted_at_that_dose(made: dict[str, tuple[Record, Fit]]) -> None:
    """42 days after the first dose only 28 of them were at 30 mg; a lower dose is judged by its own weeks."""
    record, _ = made["clear-responder"]
    at = record.medicines[0].start + timedelta(days=41)
    early = fit(record, at=at, seed=1, beliefs=BELIEFS, settings=FEW)
    gate = Gate(drug=DRUG, weeks=6, weeks_taken=4, at_least_mg=30, stated="for the test")
    cut = record.until(at)
    assert "weeks_at_dose" in _unmet(cut, early, replace(RULES, gates=(gate,)))
    assert "weeks_at_dose" not in _unmet(cut, early, replace(RULES, gates=(replace(gate, at_least_mg=15),)))


def test_drugs_that_went_together_are_not_told_apart(made: dict[str, tuple[Record, Fit]]) -> None:
    record, fitted = made["clear-responder"]
    together = replace(
        fitted, separability=(Separability(first=DRUG, second="duloxetine", correlation=0.99),)
    )
    assert verdict(record, together, DRUG, settings=RULES).verdict is VerdictKind.CANNOT_TELL
    assert _unmet(record, together) == {"separable"}


def test_without_a_diary_of_its_own_there_is_no_verdict(made: dict[str, tuple[Record, Fit]]) -> None:
    record, fitted = made["older-adult-dizziness-thin-data"]
    assert "from_diary" in _unmet(record, fitted)


def _preferring(record: Record, weights: Mapping[str, float]) -> Record:
    return replace(record, patient=replace(record.patient, preferences=weights))


def test_a_lasting_side_effect_is_a_cost_by_her_weights(made: dict[str, tuple[Record, Fit]]) -> None:
    record, fitted = made["clear-responder"]
    donor, _ = made["non-responder-weight-gain"]
    record = replace(record, effects=donor.effects)
    courses = side_effect_courses(record, at=fitted.at, lines=JUDGEMENT.side_effects)
    mild = verdict(
        _preferring(record, {"increased_appetite": 1}), fitted, DRUG, courses=courses, settings=RULES
    )
    grave = verdict(
        _preferring(record, {"increased_appetite": 10}), fitted, DRUG, courses=courses, settings=RULES
    )
    assert mild.probability == grave.probability
    assert mild.probability_worth_it is not None
    assert grave.probability_worth_it is not None
    assert grave.probability_worth_it < mild.probability_worth_it
    assert mild.verdict is VerdictKind.WORKS
    dear = verdict(
        _preferring(record, {"increased_appetite": 10, "dry_mouth": 10}),
        fitted,
        DRUG,
        courses=courses,
        settings=replace(RULES, worth=0.999),
    )
    assert dear.verdict is VerdictKind.WORKS_AT_A_COST
    assert dear.costs[0].what == "increased_appetite"


def test_weights_of_the_outcomes() -> None:
    assert benefit_weights(USUAL, {}, JUDGEMENT.preferences) == pytest.approx(
        dict(zip(USUAL, (0.25, 0.5, 0.25), strict=True))
    )
    only_sleep = benefit_weights(USUAL, {"pain": 0, "sleep": 7, "fatigue": 0}, JUDGEMENT.preferences)
    assert only_sleep[Score.SLEEP_DISTURBANCE] == 1.0
    nothing = benefit_weights(USUAL, {"pain": 0, "sleep": 0, "fatigue": 0}, JUDGEMENT.preferences)
    assert sum(nothing.values()) == pytest.approx(1.0)


def test_a_refused_fit_gives_no_number(made: dict[str, tuple[Record, Fit]]) -> None:
    record, fitted = made["clear-responder"]
    refused = replace(fitted, status=FitStatus.REFUSED, reason="for the test", posterior=None)
    found = verdict(record, refused, DRUG, settings=RULES)
    assert found.verdict is VerdictKind.CANNOT_TELL
    assert found.probability is None
    assert verdicts(record, refused, settings=RULES) == (found,)


def test_settings_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="probably"):
        replace(RULES, grades=replace(RULES.grades, sure=0.4))
    with pytest.raises(ValueError, match="above zero"):
        replace(RULES, lines=replace(RULES.lines, pain=0.0))
    with pytest.raises(ValueError, match="gate"):
        Gate(drug=DRUG, weeks=2, weeks_taken=3, at_least_mg=30, stated="")
