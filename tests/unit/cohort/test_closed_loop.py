"""The closed loop: the past stays as it was, policies share their patients, and what is counted is what is true."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lenitive.cohort import (
    Arm,
    ArmPlan,
    OtherRunError,
    Rows,
    arms,
    lives,
    read_doses,
    summed_up,
    written_doses,
)
from lenitive.cohort.closed_loop import product as product_policy
from lenitive.cohort.closed_loop.course import (
    BASELINE_DAYS,
    CourseSoFar,
    VisitDay,
    begun,
    doses,
    horizon_days,
)
from lenitive.cohort.closed_loop.life import POLICIES, Setting, live, lived
from lenitive.cohort.closed_loop.measures import compare, measured
from lenitive.cohort.closed_loop.nuisance import known_nuisance_settings
from lenitive.cohort.closed_loop.rivals import FIXED
from lenitive.cohort.closed_loop.run import setting_of
from lenitive.cohort.closed_loop.truth import CONSTANT_DOSES, people
from lenitive.knowledge import load
from lenitive.response import DoseStretch, SettlingStep, fit, fit_settings, points_at
from lenitive.review import review
from lenitive.review.options import ranked_by_worth
from lenitive.review.visit import Visit
from lenitive.virtual import HABITS, WORLDS, Phase, example, severity_path

ROOT = Path(__file__).resolve().parents[3]
N, SEED, WEEKS = 3, 29, 26
ALL = ArmPlan(arm=Arm(), n=N, policies=tuple(POLICIES))
USUAL = Setting(preferences={}, seed=SEED)
LINES = load().judgement.preferences


def folk(world: str = "typical", n: int = N, weeks: int = WEEKS, seed: int = SEED):
    return people(WORLDS[world][1], n=n, seed=seed, weeks=weeks, preferences={}, lines=LINES)


@pytest.fixture(scope="module")
def rows():
    found = Rows({})
    lives([ALL], found, seed=SEED)
    return found


def test_another_dose_leaves_every_day_before_it_as_it_was():
    change = 71
    plain = lived(USUAL, 3, begun((0, 15.0)))
    for later in (
        (*begun((0, 15.0)), Phase(change, 45.0)),
        (*begun((0, 15.0)), Phase(change, 0.0, masked=True), Phase(change + 14, 15.0)),
    ):
        other = lived(USUAL, 3, later)
        last = plain.start + timedelta(days=change - 1)
        assert plain.record(0).until(last).diary == other.record(0).until(last).diary
        assert plain.record(0).until(last).effects == other.record(0).until(last).effects
        assert plain.record(0).until(last).measurements == other.record(0).until(last).measurements
        assert plain.record(0).until(last - timedelta(days=1)) == other.record(0).until(
            last - timedelta(days=1)
        )
        assert np.array_equal(plain.symptoms.felt[0, :change], other.symptoms.felt[0, :change])
        assert not np.array_equal(plain.symptoms.felt[0, change:], other.symptoms.felt[0, change:])


@pytest.mark.parametrize("world", ["typical", "late-onset", "rebound", "together-and-wide"])
def test_what_the_drug_changed_is_the_day_with_it_less_the_day_without(world):
    """Masked throughout, so that expectation is the same in both."""
    setting = replace(USUAL, world=world)
    path = (Phase(0, 0.0, masked=True), Phase(14, 30.0, masked=True), Phase(100, 7.5, masked=True))
    with_drug, without = (lived(setting, 2, p) for p in (path, path[:1]))
    felt = with_drug.symptoms.felt - without.symptoms.felt
    told = with_drug.drug_change(doses(path, setting.days)[None])
    assert np.abs(felt).max() > 0.3
    assert told == pytest.approx(felt, abs=1e-9)


def test_a_constant_dose_comes_to_its_steady_effect_and_costs_what_the_curves_say():
    who = folk(n=12, weeks=52)
    dose = who.constant(30.0)
    day = who.daily(dose)
    missed = who.cohort.missed
    weights = np.array([0.25, 0.5, 0.25])
    for i in range(12):
        if missed[i, 200:].mean() < 0.01:
            steady = -weights @ np.array(who.cohort.effect_at(i, 30.0))
            assert day.relief[i, -1] == pytest.approx(steady, abs=0.05)
        relative = dose[i] / 30
        by_hand = sum(
            points_at(LINES.severity_points, float(severity_path(c, HABITS[c.effect], relative)[150]))
            * {"somnolence": 0.5, "dry_mouth": 0.3, "increased_appetite": 0.3, "dizziness": 0.5}[c.effect]
            for c in who.cohort.courses[i]
            if c.kind in ("fading", "staying")
        )
        assert day.side_effects[i, 150] == pytest.approx(by_hand)
        gain = 100 * float(who.cohort.weight_gain(i, relative)[150])
        assert day.weight[i, 150] == pytest.approx(0.5 * points_at(LINES.weight_points, gain))
    assert (day.relief[:, : BASELINE_DAYS + 1] == 0).all()


def test_the_world_has_the_net_benefits_that_another_study_found():
    """Its clairvoyant 0.316, 15 mg 0.197, 30 mg 0.130, 45 mg 0 points a day; these are two hundred patients of ours."""
    who = folk(n=200, seed=2026)
    path = who.net(np.tile(doses(FIXED["fixed_30"], who.cohort.missed.shape[1]), (200, 1)), WEEKS)
    best_dose, best = who.best_constant(WEEKS)
    nets = {d: who.net(who.constant(d), WEEKS).net for d in CONSTANT_DOSES}

    def error(x: np.ndarray) -> float:
        return 2.0 * float(x.std() / np.sqrt(x.size))

    assert best.mean() == pytest.approx(0.316, abs=error(best))
    assert nets[15.0].mean() == pytest.approx(0.197, abs=error(nets[15.0]))
    assert path.net.mean() == pytest.approx(0.130, abs=error(path.net))
    assert nets[45.0].mean() == pytest.approx(0.0, abs=error(nets[45.0]))
    assert {*best_dose} == {*CONSTANT_DOSES}
    assert (best >= np.stack(list(nets.values())).max(axis=0) - 1e-12).all()


def test_a_clairvoyant_is_not_beaten_by_any_constant_dose_and_has_nothing_to_fear(rows):
    result = summed_up(ALL, rows, seed=SEED)
    _, best = folk().best_constant(WEEKS)
    assert result.clairvoyant == pytest.approx(best.mean())
    assert (best >= 0).all()
    shares = {p.policy: p.share_of_clairvoyant for p in result.policies}
    assert all(shares[p] <= 1 for p in ("fixed_7.5", "fixed_15"))
    assert next(iter(shares)) == "product"


def test_the_visit_rule_climbs_to_45_mg_and_stops_or_stays(rows):
    for one in rows.of(Arm(), "visit_rule", N):
        taken = [p.dose_mg for p in one.path[1:]]
        assert taken in ([15], [15, 30], [15, 30, 45], [15, 30, 45, 0])


def test_the_product_moves_doses_within_its_limits_and_begins_no_test_after_the_course(rows):
    end = horizon_days(WEEKS)
    last = BASELINE_DAYS + 7 * WEEKS
    for policy in ("product", "harms_only", "known_nuisance"):
        for one in rows.of(Arm(), policy, N):
            assert all(0 <= p.dose_mg <= 45 for p in one.path)
            assert all(p.day < end and not p.masked for p in one.path if p.day > last + 1)


def test_who_knows_harms_alone_is_not_moved_by_the_diary():
    """What was entered after the first dose may be anything."""
    setting = replace(USUAL, weeks=8)
    plain = live(setting, 1, "harms_only")
    other = live(replace(setting, world="monthly-cycle"), 1, "harms_only")
    assert (
        lived(setting, 1, plain.path).record(0).diary
        != lived(replace(setting, world="monthly-cycle"), 1, plain.path).record(0).diary
    )
    assert plain.path[:2] == other.path[:2]


def test_who_knows_every_nuisance_is_told_the_true_onsets():
    """Told as factors of what is usual, they must not be multiplied once more by how uncertain the usual ones are."""
    cohort = lived(USUAL, 1, begun((0, 15.0)))
    record, last = cohort.record(0), 83
    told = known_nuisance_settings(fit_settings(load().judgement), cohort, entered=0, last=last)
    made = fit(record, at=cohort.start + timedelta(days=last), seed=1, settings=told)
    design = made.posterior.design
    days = design.onset_days(design.theta_mean[None, 13:15])[0, 0]
    assert days == pytest.approx(cohort.people.onset_days[0, :2])


def test_a_test_still_running_ends_with_the_course():
    now = CourseSoFar(path=begun((0, 15.0)), weeks=WEEKS)
    now.change(150, 0.0, masked=True)
    now.change(178, 15.0, masked=True)
    now.change(206, 22.5)
    now.busy_until = 206
    assert now.last_day_of_course == 195
    assert now.in_test(195)
    now.end_test(196)
    assert not now.in_test(197)
    assert [(p.day, p.dose_mg, p.masked) for p in now.path[-2:]] == [(178, 15.0, True), (197, 22.5, False)]


@pytest.mark.parametrize(("t", "begun_"), [(167, 1), (168, 0), (196, 0)])
def test_no_test_is_begun_that_would_reach_beyond_the_course(monkeypatch, t, begun_):
    """The course's last day is 195, and four weeks from day 168 on end on day 196."""
    four_weeks = SimpleNamespace(
        step=SettlingStep.OPEN_BREAK, stretches=(DoseStretch(14, 0.0), DoseStretch(14, 15.0))
    )
    options = (SimpleNamespace(action="test"), SimpleNamespace(action="no_change"))
    monkeypatch.setattr(product_policy, "_options", lambda *_: (options, (four_weeks,)))
    now = CourseSoFar(path=begun((0, 15.0)), weeks=WEEKS)
    cohort = lived(USUAL, 0, now.path)
    POLICIES["product"](VisitDay(record=cohort.record(0), t=t, seed=1, cohort=cohort), now)
    assert now.tests == begun_
    assert not now.in_test(now.last_day_of_course + 1)


def test_a_patient_is_the_same_whoever_is_treated_with_her_and_on_however_many_processes(rows):
    alone = Rows({})
    wanted = ArmPlan(arm=Arm(), n=2, policies=("product", "visit_rule"))
    lives([wanted], alone, seed=SEED)
    for policy in wanted.policies:
        assert alone.of(Arm(), policy, 2) == rows.of(Arm(), policy, 2)


def test_a_run_that_was_cut_is_taken_up_again():
    wanted = ArmPlan(arm=Arm(), n=2, policies=("fixed_15", "visit_rule"))
    whole: list[str] = []
    lives([wanted], Rows({"seed": SEED}, write=whole.append), seed=SEED)
    cut = [*whole[:-1], whole[-1][:-30]]
    rest: list[str] = []
    again = Rows({"seed": SEED}, cut, rest.append)
    assert not again.has(Arm(), "visit_rule", 1)
    done = []
    lives([wanted], again, seed=SEED, progress=lambda k, n: done.append((k, n)))
    assert done == [(1, 1)]
    assert rest == whole
    with pytest.raises(OtherRunError):
        Rows({"seed": SEED + 1}, whole)


def test_doses_are_written_for_a_later_release_and_read_as_they_were(rows):
    own = rows.of(Arm(), "product", N)
    made, read = read_doses(written_doses({"version": "0.1", "seed": SEED}, Arm(), own))
    assert (made["version"], made["arm"], made["simulated"]) == ("0.1", "typical/26/1", True)
    assert read == own
    result = summed_up(ALL, rows, seed=SEED, others={"last_release": read})
    last = result.policies[-1]
    assert (last.policy, last.product_minus) == ("last_release", 0)
    with pytest.raises(ValueError, match="not the doses"):
        read_doses(json.dumps([]))


def test_differences_are_taken_patient_by_patient():
    who = folk(n=60, seed=2026)
    fixed = {
        name: who.net(np.tile(doses(path, who.cohort.missed.shape[1]), (60, 1)), WEEKS)
        for name, path in FIXED.items()
    }
    _, best = who.best_constant(WEEKS)
    blank = dict.fromkeys(
        ("on_below_zero", "off_to_be_had", "in_test", "gained", "last_dose", "changes", "tests"),
        np.zeros(60),
    )
    found = {
        name: {
            "net": x.net,
            "relief": x.relief,
            "side_effects": x.side_effects,
            "weight": x.weight,
            **blank,
        }
        for name, x in fixed.items()
    }
    table = {r.policy: r for r in compare(found, best, SEED)}
    row = table["fixed_15"]
    assert row.product_minus == pytest.approx((fixed["fixed_7.5"].net - fixed["fixed_15"].net).mean())
    assert row.product_minus_interval is not None
    assert row.product_minus_interval[0] <= row.product_minus <= row.product_minus_interval[1]
    assert row.interval[0] <= row.net <= row.interval[1]
    # The same lives on both sides: the difference is far surer than either mean.
    assert np.ptp(row.product_minus_interval) < np.ptp(row.interval)
    assert table["fixed_7.5"].product_minus is None
    short = {k: v[:5] for k, v in found["fixed_15"].items()}
    with pytest.raises(ValueError, match="same patients"):
        compare({**found, "fixed_15": short}, best, SEED)


def test_what_is_counted_on_the_last_day_is_what_the_truth_says(rows):
    who = folk()
    m = measured(who, rows.of(Arm(), "fixed_45", N), WEEKS)
    always = who.net(who.constant(45.0), WEEKS).net
    assert m["on_below_zero"].tolist() == (always < 0).astype(float).tolist()
    assert (m["off_to_be_had"] == 0).all()
    assert m["changes"].tolist() == [2] * N
    assert (m["last_dose"] == 45).all()
    _, best = who.best_constant(WEEKS)
    off = [replace(d, path=begun((0, 15.0), (50, 0.0))) for d in rows.of(Arm(), "fixed_15", N)]
    assert measured(who, off, WEEKS)["off_to_be_had"].tolist() == (best >= 0.25).astype(float).tolist()


def test_another_cost_is_another_weight_that_the_record_states():
    twice = setting_of(Arm(cost=2.0), SEED, LINES)
    assert twice.preferences["weight_gain"] == 10
    assert lived(twice, 0, begun((0, 15.0))).record(0).patient.preferences == dict(twice.preferences)
    usual, dear = (
        people(WORLDS["typical"][1], n=5, seed=SEED, weeks=WEEKS, preferences=p, lines=LINES).net(
            folk(n=5).constant(30.0), WEEKS
        )
        for p in ({}, twice.preferences)
    )
    assert dear.side_effects == pytest.approx(2 * usual.side_effects)
    assert dear.weight == pytest.approx(2 * usual.weight)
    assert dear.relief == pytest.approx(usual.relief)
    with pytest.raises(ValueError, match="weights end at 10"):
        setting_of(Arm(cost=3.0), SEED, LINES)


def test_arms_begin_with_the_typical_world_and_are_read_as_they_are_written():
    found = arms(1000, 300)
    assert found[0].arm == Arm()
    assert found[0].policies[0] == "product"
    assert len({(w.arm, w.n) for w in found}) == len(found)
    assert {w.arm.world for w in found} <= WORLDS.keys()
    assert all(Arm.read(w.arm.key) == w.arm for w in found)
    assert [w.arm for w in arms(10, 0)] == [Arm()]
    for wrong in ("typical/x", "typical/26/1/1", "typical/0", "typical/26/3"):
        with pytest.raises(ValueError, match="typical/26/1"):
            Arm.read(wrong)


def test_the_worths_are_those_of_a_review():
    record = example("clear-responder").record(0)
    made = review(record, load(), seed=1)
    shown = {(o.action, o.drug, o.dose_mg): o.expected for o in made.options.options}
    protocol = load().protocols["mirtazapine"]
    visit = Visit(
        record=made.record,
        knowledge=load(),
        protocol=protocol,
        at=made.at,
        fit=made.fit,
        verdict=next(v for v in made.verdicts if v.drug == "mirtazapine"),
        settling=made.settling["mirtazapine"],
        courses=made.side_effects,
        weight=made.weight,
    )
    ranked = ranked_by_worth(visit, made.options.facts)
    found = {(o.action, o.drug, o.dose_mg): o.expected for o in ranked}
    assert found.keys() == shown.keys()
    for step, expected in found.items():
        # A way down in tablets takes a day or two more or less than one by the protocol's steps.
        near = 0.1 if step[0] == "taper" else 1e-9
        assert (expected.worth or 0.0) == pytest.approx(shown[step].worth or 0.0, abs=near)
    assert [o.rank for o in ranked] == list(range(1, len(ranked) + 1))


def test_half_a_year_is_26_weeks_after_two_without_and_before_four_without_tests():
    assert horizon_days(26) == 14 + 182 + 28


def test_a_patient_whom_two_plans_ask_for_is_treated_once():
    plans = [ArmPlan(arm=Arm(), n=n, policies=("fixed_15", "fixed_30")) for n in (2, 3)]
    done = []
    lives(plans, Rows({}), seed=SEED, progress=lambda k, n: done.append((k, n)))
    assert done[-1] == (6, 6)


def test_of_a_run_that_was_stopped_the_whole_part_is_summed_up(rows):
    alone = Rows({})
    for policy, n in (("product", 3), ("fixed_15", 2)):
        for one in rows.of(Arm(), policy, n):
            alone.add(Arm(), policy, one)
    assert alone.whole(Arm(), ("product", "fixed_15"), 3) == 2
    assert alone.whole(Arm(), ("product",), 3) == 3
    assert alone.whole(Arm(), ("product", "visit_rule"), 3) == 0


def test_a_sample_of_the_typical_world_is_where_the_report_says():
    """Six of the thousand of the report; each bound leaves three standard errors of so few to what the report has."""
    n = 6
    report = json.loads((ROOT / "docs/reports/closed-loop.json").read_text(encoding="utf-8"))
    told = {
        r["policy"]: r for r in report["rows"] if (r["world"], r["weeks"], r["cost"]) == ("typical", 26, 1)
    }
    wanted = ArmPlan(arm=Arm(), n=n, policies=("product", "fixed_15"))
    sample = Rows({})
    lives([wanted], sample, seed=report["seed"])
    who = folk(n=n, seed=report["seed"])
    own, fixed = (measured(who, sample.of(Arm(), p, n), WEEKS) for p in wanted.policies)
    more = own["net"] - fixed["net"]
    # Over many patients the product and a fixed dose differ with an SD of about 0.1 points.
    assert abs(more.mean() - told["fixed_15"]["product_minus"]) <= 3 * max(more.std(), 0.1) / np.sqrt(n)
    assert own["in_test"].sum() == 0
    assert own["changes"].mean() <= told["product"]["measures"]["changes"] + 3 * 1.5 / np.sqrt(n)
