"""A quick calibration: the model's intervals hold what they promise, and models broken on purpose are found out.

The long run is ``lenitive calibrate``; its committed report is in ``reports/``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lenitive.cohort.calibration import (
    FULL,
    CalibrationPlan,
    JudgedCase,
    Judging,
    Outcomes,
    judge,
    rule_words,
    run,
    summarise,
)
from lenitive.cohort.calibration.case import beliefs_of
from lenitive.knowledge import load
from lenitive.render.calibration import calibration_report, targets
from lenitive.render.html import report_html
from lenitive.response import fit_settings
from lenitive.review import exposure, followed
from lenitive.virtual import WORLDS, Spread, World, design, simulate

SETTINGS = fit_settings(load().judgement)

N = 48
DRAWS = replace(SETTINGS, draws=128)
EXACT = WORLDS["exact"][1]


def _cases(world: World, believed: World, n: int = N) -> list[JudgedCase]:
    """Patients of one world, judged by a model that believes in another; withdrawal, 12 weeks."""
    people = simulate(world, design("withdrawal", days=99), n=n, seed=31)
    beliefs = beliefs_of(believed)
    return [judge(people, i, 12, Judging(world="test", beliefs=beliefs, settings=DRAWS)) for i in range(n)]


def _z2(cases: list[JudgedCase]) -> float:
    """Mean squared standardised error of the three effects: 1 when the posterior is right."""
    return float(np.mean([((c.mean[o] - c.truth[o]) / c.sd[o]) ** 2 for c in cases for o in range(3)]))


@pytest.fixture(scope="module")
def right() -> list[JudgedCase]:
    return _cases(EXACT, EXACT)


def test_the_right_model_is_calibrated(right: list[JudgedCase]) -> None:
    """144 nearly independent effects: the SD of their mean square is about sqrt(2 / 144) = 0.12; four of them are allowed."""
    assert _z2(right) == pytest.approx(1.0, abs=0.48)
    inside = np.mean([abs(c.pit[o] - 0.5) <= 0.4 for c in right for o in range(3)])
    # Binomial error 0.033 at 80 %; three of them.
    assert inside == pytest.approx(0.8, abs=0.10)
    assert np.mean([c.pareto_k <= 0.7 for c in right]) >= 0.85


def test_levels_are_calibrated_where_levels_act() -> None:
    """Three doses in ten missed, the truth on levels of the patient's own half-life; the model knows the expected one."""
    world = WORLDS["by-level"][1]
    people = simulate(world, design("withdrawal", days=99), n=N, seed=33)
    beliefs, knowledge = beliefs_of(EXACT), load()
    cases = []
    for i in range(N):
        record = people.record(i)
        levels = exposure(followed(record, knowledge, at=record.last_day or people.start))
        assert levels
        cases.append(
            judge(
                people,
                i,
                12,
                Judging(world="test", beliefs=beliefs, settings=DRAWS, exposure=levels),
                record,
            )
        )
    assert _z2(cases) == pytest.approx(1.0, abs=0.48)


def test_no_answer_is_not_a_number() -> None:
    """Patients whose far draws once spoiled the sums: one draw of density zero had no moments."""
    for name, first in (("on-switch", 27), ("withdrawal", 20033)):
        people = simulate(EXACT, design(name, days=99), n=1, seed=20261122, first=first)
        case = judge(people, 0, 12, Judging(world="test", beliefs=beliefs_of(EXACT)))
        assert np.isfinite([*case.sd, *case.pit, case.share, case.helps]).all()


def test_a_prior_that_is_far_too_sure_is_found_out(right: list[JudgedCase]) -> None:
    sure = replace(EXACT, effect=tuple(replace(s, sd=s.sd / 5) for s in EXACT.effect))  # type: ignore[arg-type]
    assert _z2(_cases(EXACT, sure, 24)) > 2.5


def test_effects_of_the_wrong_sign_are_found_out() -> None:
    flipped = replace(EXACT, effect=tuple(Spread(-2.5 * s.mean + 1, s.sd) for s in EXACT.effect))  # type: ignore[arg-type]
    assert _z2(_cases(flipped, EXACT, 24)) > 1.48


def test_a_world_with_a_larger_placebo_is_seen_as_benefit(right: list[JudgedCase]) -> None:
    """Doubled placebo and flare pull the estimate towards benefit: shown, not hidden."""
    fooled = _cases(replace(EXACT, placebo_scale=3.0, flare_scale=3.0), EXACT, 24)

    def bias(cases: list[JudgedCase]) -> float:
        return float(np.mean([c.mean[1] - c.truth[1] for c in cases[:24]]))

    assert bias(fooled) < bias(right) - 0.1


def test_the_run_does_not_depend_on_its_order() -> None:
    plan = CalibrationPlan(seed=5, coverage=(("typical", 4),), decisions=(), harms=1)
    once, again = run(plan, settings=DRAWS), run(plan, settings=DRAWS)
    assert once == again
    other = run(replace(plan, seed=6), settings=DRAWS)
    assert other.coverage[0].truth != once.coverage[0].truth


def test_the_report_tells_a_miss() -> None:
    """A run of deliberately overconfident cases gives a page that says which targets were missed."""
    plan = CalibrationPlan(seed=5, coverage=(("exact", 4),), decisions=(("typical", 4),), weeks=(8,), harms=2)
    found = run(plan, settings=DRAWS)
    wrong = tuple(replace(c, pit=(0.999, 0.999, 0.999)) for c in found.coverage)
    summary = summarise(
        Outcomes(coverage=wrong, decisions=found.decisions, courses=found.courses, weights=found.weights)
    )
    missed = [what for what, _, _, met in targets(summary) if not met]
    assert any("coverage" in what for what in missed)
    page = report_html(calibration_report(summary, plan, version="0", code="0"))
    assert "Missed: coverage" in page
    assert "simulated" in page
    assert rule_words("t_test") in page


def test_the_full_plan_is_what_was_promised() -> None:
    sizes = dict(FULL.coverage)
    assert all(sizes[w] >= 2000 for w in ("exact", "typical", "floor", "bad-days-skipped"))
    assert "double-placebo" in sizes
    assert {w for w, _ in FULL.decisions} == {"typical", "nobody-fooled"}
