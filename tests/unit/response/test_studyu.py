"""Real people's randomised sleep diaries (StudyU), against the authors' own per-person regressions.

The authors regress sleep quality (10 best) on the arm with AR(1) errors, coefficient "without minus with" in words of
this model: sleep disturbance is 10 - quality, so the coefficient is the effect on disturbance of drinking the tea, or
of the cold room. They do not part what a drink does from what knowing of it does, nor is there an onset or a prior; so
what is compared is the sum of effect and expectation, the whole difference between the arms.
"""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, MedicinePeriod, Record
from lenitive.response import Estimand, fit, fit_settings
from lenitive.terms import Score

SETTINGS = fit_settings(load().judgement)

ON = {"tea": "Herbal tea", "window": "Cold temperature"}
DAY0 = date(2023, 8, 1)


def person(folder, trial, who):
    """The record of one participant: the arm of a morning's question is that of the evening before."""
    rows = {}
    with (folder / f"measurements_{trial}.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["participant_id"] == who and row["measurement_name"] == "Sleep":
                day = int(row["current_day_of_study"])
                rows[day] = (
                    float(row["survey1_question1_response"]),
                    row["current_intervention_name"] == ON[trial],
                )
    diary = tuple(
        DiaryDay(day=DAY0 + timedelta(days=d), sleep_disturbance=10 - q) for d, (q, _) in sorted(rows.items())
    )
    evenings = tuple(
        MedicinePeriod(
            drug=ON[trial].lower(),
            dose_mg=1.0 if on else 0.0,
            start=DAY0 + timedelta(days=d - 1),
            end=DAY0 + timedelta(days=d - 1),
        )
        for d, (_, on) in sorted(rows.items())
    )
    return Record(diary=diary, medicines=evenings), DAY0 + timedelta(days=max(rows))


@pytest.mark.shared_data
def test_effects_agree_in_sign_and_overlap_with_the_authors(shared_data):
    folder = shared_data / "studyu-sleep-n1-trials"
    reported = json.loads((folder / "reported_individual_results.json").read_text())
    seen = 0
    for theirs in reported:
        if theirs["trial"] not in ON:
            continue
        record, at = person(folder, theirs["trial"], theirs["participant"])
        got = fit(record, at=at, seed=1, settings=SETTINGS)
        p = got.posterior
        name = got.inputs[0].name
        w = p.design.effect_weights(0, 0, got.inputs[0].current)
        w[p.design.column("expectation", name, 0)] += 1.0
        mean = p.moments.mean @ w
        sd = np.sqrt(np.einsum("i,nij,j->n", w, p.moments.cov, w))
        centre = p.draws.weight @ mean
        spread = np.sqrt(p.draws.weight @ (sd**2 + (mean - centre) ** 2))
        them = theirs["intervention_encoded"]
        assert np.sign(centre) == np.sign(them["coef"])
        assert centre - 1.96 * spread < them["ci_high"]
        assert centre + 1.96 * spread > them["ci_low"]
        seen += 1
    assert seen == 6


@pytest.mark.shared_data
def test_on_minus_off_is_the_figure_of_the_authors(shared_data):
    """Plain means against a regression with correlated errors: the same coefficient but for how days are weighed."""
    folder = shared_data / "studyu-sleep-n1-trials"
    reported = json.loads((folder / "reported_individual_results.json").read_text())
    seen = []
    for theirs in reported:
        if theirs["trial"] not in ON:
            continue
        record, at = person(folder, theirs["trial"], theirs["participant"])
        got = fit(record, at=at, seed=1, settings=SETTINGS)
        plain = got.effect(got.inputs[0].name, Score.SLEEP_DISTURBANCE, Estimand.ON_MINUS_OFF)
        if plain is None:
            continue
        them = theirs["intervention_encoded"]
        assert plain.mean == pytest.approx(them["coef"], abs=0.6 * them["se"])
        assert plain.quantiles["0.025"] < them["coef"] < plain.quantiles["0.975"]
        seen.append(
            (theirs["participant"][:4], round(plain.mean, 3), them["coef"], round(plain.sd, 3), them["se"])
        )
    page = (Path(__file__).resolve().parents[3] / "docs" / "methods" / "response.md").read_text("utf-8")
    for who, mean, coefficient, sd, se in seen:
        assert f"| {who} | {mean:.2f} ({sd:.2f}) | {coefficient:.2f} ({se:.2f}) |" in page
    assert len(seen) == 4
