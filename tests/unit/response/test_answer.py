"""The answer in three parts: each grade at its boundaries, what forbids one, and the records on which the four words were wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, Patient, PlanTarget, Record
from lenitive.render import brief_of, clinician_report, patient_page, report_text
from lenitive.render.document import review_json
from lenitive.render.html import report_html
from lenitive.response import (
    BenefitAnswer,
    BenefitGrade,
    Fit,
    FitStatus,
    GradeSettings,
    LineSettings,
    VerdictKind,
    answer,
    fit,
    fit_settings,
    grade_by,
    line_for,
    verdict_of,
    verdict_settings,
)
from lenitive.review import Review, review, with_and_without
from lenitive.terms import Outcome, Score

KNOWN = load()
FIRST = date(2026, 1, 5)
ALL = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
LINES = LineSettings(pain=1.0, sleep=0.83, fatigue=0.83, offered=0.5)
GRADES = GradeSettings(sure=0.85, probably=0.7, helps=0.975)
G = BenefitGrade

Scores = Callable[[int, np.random.Generator], dict[Score, float]]


def diary(days: int, scores: Scores, seed: int = 7) -> tuple[DiaryDay, ...]:
    """Whole-number scores of each day."""
    rng = np.random.default_rng(seed)
    found = []
    for t in range(days):
        given = {o.value: float(np.clip(round(v), 0, 10)) for o, v in scores(t, rng).items()}
        found.append(DiaryDay(day=FIRST + timedelta(days=t), **given))
    return tuple(found)


def taken(
    drug: str, *stretches: tuple[int, int | None, float], masked: bool = False
) -> tuple[MedicinePeriod, ...]:
    """From which day of the diary to which, and how much."""
    return tuple(
        MedicinePeriod(
            drug=drug,
            dose_mg=mg,
            start=FIRST + timedelta(days=a),
            end=None if b is None else FIRST + timedelta(days=b),
            times=(IntakeTime("bedtime"),),
            masked=masked,
        )
        for a, b, mg in stretches
    )


def blocks(
    drug: str, days: int, length: int, mg: float, *, masked: bool = False
) -> tuple[MedicinePeriod, ...]:
    """On every second stretch, the first without."""
    return taken(drug, *((a, a + length - 1, mg) for a in range(length, days, 2 * length)), masked=masked)


def reviewed(
    medicines: tuple[MedicinePeriod, ...], entries: tuple[DiaryDay, ...], **patient: object
) -> Review:
    record = Record(patient=Patient(**patient), medicines=medicines, diary=entries)  # type: ignore[arg-type]
    return review(record, KNOWN, seed=1)


def the(made: Review) -> BenefitAnswer:
    (found,) = made.answers
    return found


def unmet(found: BenefitAnswer) -> list[str]:
    return [r.rule.removeprefix("response.verdict.") for r in found.unmet]


@pytest.mark.parametrize(
    ("helps", "reaches", "grade"),
    [
        (0.999, 0.85, G.WORKS),
        (0.9, 0.85, G.WORKS),
        (0.999, 0.849, G.PROBABLY_WORKS),
        (0.9, 0.7, G.PROBABLY_WORKS),
        (0.975, 0.699, G.HELPS_SIZE_OPEN),
        (0.974, 0.699, G.OPEN),
        (0.974, 0.301, G.OPEN),
        (0.974, 0.3, G.PROBABLY_DOES_NOT_WORK),
        (0.975, 0.3, G.HELPS_SIZE_OPEN),
        (0.974, 0.151, G.PROBABLY_DOES_NOT_WORK),
        (0.974, 0.15, G.DOES_NOT_WORK),
        (0.975, 0.151, G.HELPS_SIZE_OPEN),
        (0.975, 0.15, G.HELPS_A_LITTLE),
        (0.2, 0.0, G.DOES_NOT_WORK),
    ],
)
def test_each_grade_at_its_boundaries(helps: float, reaches: float, grade: BenefitGrade) -> None:
    assert grade_by(helps, reaches, GRADES) is grade


def test_the_boundaries_are_those_of_the_knowledge() -> None:
    rules = verdict_settings(KNOWN.judgement)
    assert rules.grades == GRADES
    assert rules.lines == LINES
    assert rules.conflict == 3.0


@pytest.mark.parametrize(
    ("weights", "points", "on"),
    [
        ((0.25, 0.5, 0.25), 0.915, "weighed"),
        ((0.0, 1.0, 0.0), 1.0, "pain"),
        ((1.0, 0.0, 0.0), 0.83, "sleep_disturbance"),
        ((0.5, 0.5, 0.0), 0.915, "weighed"),
    ],
)
def test_the_line_follows_what_is_weighed(weights: tuple[float, ...], points: float, on: str) -> None:
    found = line_for(dict(zip(ALL, weights, strict=True)), None, LINES)
    assert found.points == pytest.approx(points)
    assert (found.on, found.stated) == (on, False)


def test_her_own_line_goes_before_the_usual_one() -> None:
    found = line_for(dict(zip(ALL, (0.25, 0.5, 0.25), strict=True)), 0.5, LINES)
    assert (found.points, found.stated) == (0.5, True)


@pytest.mark.parametrize("line", [0.0, -1.0, 10.1])
def test_a_line_that_cannot_be_one_is_refused(line: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        PlanTarget(line=line)


def eased(by: float, day: int, tau: float = 10.0) -> Scores:
    """All three scores fall from a day on, to so many points less."""
    return lambda t, rng: {o: 6 - by * (1 - np.exp(-max(0, t - day) / tau)) + rng.normal(0, 1.2) for o in ALL}


@cache
def open_start(days: int, line: float | None = None) -> Review:
    plan = None if line is None else PlanTarget(line=line)
    return reviewed(taken("mirtazapine", (14, None, 30)), diary(days, eased(2, 14)), plan=plan)


@pytest.mark.parametrize("days", [60, 100, 150])
def test_an_open_start_that_helped_is_told_so(days: int) -> None:
    """case R4: that it helps is said although by how much is open; the four words still say that they cannot tell, or that it works."""
    found = the(open_start(days))
    assert found.helps is not None
    assert found.helps >= 0.975
    assert found.grade in {G.HELPS_SIZE_OPEN, G.PROBABLY_WORKS, G.WORKS}
    assert verdict_of(found).verdict in {VerdictKind.CANNOT_TELL, VerdictKind.WORKS}


def test_a_smaller_line_of_her_own_is_easier_to_reach() -> None:
    usual, own = the(open_start(100)), the(open_start(100, 0.5))
    assert usual.size == own.size
    assert usual.line.probability is not None
    assert own.line.probability is not None
    assert own.line.probability > usual.line.probability
    assert own.line.stated


def test_sleep_alone_is_answered_by_sleep() -> None:
    """case R3: scores that were never entered are left out of the benefit, named, and asked for."""
    on = lambda t: (t // 28) % 2 == 1  # noqa: E731
    entries = diary(364, lambda t, rng: {Score.SLEEP_DISTURBANCE: 7 - 4 * on(t) + rng.normal(0, 1.3)})
    found = the(reviewed(blocks("mirtazapine", 364, 28, 30), entries))
    assert found.grade in {G.WORKS, G.WORKS_AT_A_COST}
    assert found.never_entered == (Score.PAIN, Score.FATIGUE)
    assert found.weights[Score.SLEEP_DISTURBANCE] == 1.0
    assert found.line.on == "sleep_disturbance"


@cache
def masked_pain() -> Review:
    on = lambda t: (t // 21) % 2 == 1  # noqa: E731
    entries = diary(
        168, lambda t, rng: {o: 6 - 2 * on(t) * (o is Score.PAIN) + rng.normal(0, 1) for o in ALL}
    )
    return reviewed(blocks("pregabalin", 168, 21, 300, masked=True), entries)


def test_pain_has_a_line_of_its_own() -> None:
    """case R6: what is sure of pain is said although the line of the three scores together is another."""
    found = the(masked_pain())
    assert found.pain_line is not None
    assert found.pain_line.points == 1.0
    assert found.pain_line.probability is not None
    assert found.pain_line.probability >= 0.85
    assert found.line.points == pytest.approx(0.915)
    assert found.grade in {G.HELPS_A_LITTLE, G.HELPS_SIZE_OPEN, G.PROBABLY_WORKS, G.WORKS}


def test_no_grade_rests_on_a_fallback() -> None:
    """case R7: numbers that are not to be trusted are no answer."""
    made = masked_pain()
    fitted = fit(
        made.record, at=made.at, seed=1, settings=fit_settings(KNOWN.judgement), beliefs=made.beliefs
    )
    rules = verdict_settings(KNOWN.judgement)
    assert answer(made.record, fitted, "pregabalin", settings=rules).grade is not G.CANNOT_TELL
    fallen = replace(fitted, status=FitStatus.FALLBACK, reason="for the test")
    found = answer(made.record, fallen, "pregabalin", settings=rules)
    assert found.grade is G.CANNOT_TELL
    assert unmet(found) == ["sampled"]


def test_where_nothing_hurts_there_is_nothing_to_ease() -> None:
    """case R8: pain of 0.3 and no fatigue, before and after."""
    entries = diary(120, lambda t, rng: {Score.PAIN: float(rng.random() < 0.3), Score.FATIGUE: 0.0})
    found = the(reviewed(taken("mirtazapine", (28, None, 30)), entries))
    assert found.grade is G.NOTHING_TO_EASE
    assert found.at_floor == (Score.PAIN, Score.FATIGUE)
    assert verdict_of(found).verdict is VerdictKind.CANNOT_TELL


def test_what_has_nothing_to_ease_is_left_out_beside_what_has() -> None:
    entries = diary(
        120,
        lambda t, rng: {
            Score.PAIN: float(rng.random() < 0.3),
            Score.FATIGUE: 0.0,
            Score.SLEEP_DISTURBANCE: 5 + rng.normal(0, 1),
        },
    )
    found = the(reviewed(taken("mirtazapine", (28, None, 30)), entries))
    assert found.at_floor == (Score.PAIN, Score.FATIGUE)
    assert found.line.on == "sleep_disturbance"
    assert found.grade is not G.NOTHING_TO_EASE


def test_low_scores_that_were_never_seen_without_the_drug_may_be_its_work() -> None:
    entries = diary(120, lambda t, rng: dict.fromkeys(ALL, 0.0))
    found = the(reviewed(taken("mirtazapine", (0, None, 30)), entries))
    assert found.at_floor == ()
    assert found.grade is G.CANNOT_TELL


@pytest.mark.parametrize(
    ("medicines", "scores", "days"),
    [
        pytest.param(
            taken("mirtazapine", (20, None, 30)),
            lambda t, rng: dict.fromkeys(ALL, 7 if t < 21 else 2),
            80,
            id="R9",
        ),
        pytest.param(
            taken("mirtazapine", (28, None, 30)),
            lambda t, rng: {
                o: (6 if t < 29 else 4) if o is Score.PAIN else 5 + rng.normal(0, 1) for o in ALL
            },
            120,
            id="R10",
        ),
        pytest.param(
            blocks("duloxetine", 112, 14, 60),
            lambda t, rng: {o: 6 - 2 * ((t // 14) % 2) + rng.normal(0, 1) for o in ALL},
            112,
            id="R12",
        ),
    ],
)
def test_a_change_that_expectation_cannot_explain_is_not_read_as_no_effect(
    medicines: tuple[MedicinePeriod, ...], scores: Scores, days: int
) -> None:
    """case R9, case R10, case R12: scores that fall with the first tablet are never answered with a plain no."""
    found = the(reviewed(medicines, diary(days, scores)))
    assert found.grade.side >= 0
    assert found.grade is not G.OPEN
    if found.grade is G.CANNOT_TELL:
        assert unmet(found)[0] == "undisputed"


@pytest.mark.parametrize("first", [14, 20])
def test_a_fall_of_five_points_at_once_is_a_contradiction_said_first(first: int) -> None:
    """case R9: 7 to 2 on all three scores the day after the first tablet, 60 days: what contradicts belief comes before the weeks, those to the tenth."""
    made = reviewed(
        taken("mirtazapine", (first, None, 30)),
        diary(60, lambda t, rng: dict.fromkeys(ALL, 7 if t <= first else 2)),
    )
    found = the(made)
    assert found.grade is G.CANNOT_TELL
    assert unmet(found)[0] == "undisputed"
    shown = brief_of(made, version="test").answer
    assert shown.notes[0].startswith("The scores eased with it by more than was believed of anybody")
    early = [n for n in shown.notes if n.startswith("Too early")]
    assert bool(early) == (first == 20)
    if early:
        assert shown.notes[1] == "Too early: 5.7 weeks at 30 mg, 5.7 of them taken; no answer before week 6."
    assert "Due to it" not in [f.label for f in shown.facts]


def test_a_masked_effect_beyond_belief_keeps_its_grade() -> None:
    """Of days on which it is not known what is taken expectation cannot be what is more than was believed."""
    state, scores = 0.0, []
    for t in range(168):
        state += ((t // 28) % 2 - state) * (1 - np.exp(-1 / 3))
        scores.append(state)
    entries = diary(168, lambda t, rng: {o: 7 - 4 * scores[t] + rng.normal(0, 1) for o in ALL})
    masked = blocks("mirtazapine", 168, 28, 30, masked=True)
    placebo = taken("mirtazapine", *((a, a + 27, 0.0) for a in range(56, 168, 56)), masked=True)
    found = the(reviewed((*masked, *placebo), entries))
    assert found.grade is G.WORKS
    assert found.size is not None
    assert found.size.mean == pytest.approx(4.0, abs=0.6)


def test_days_in_turn_that_the_model_cannot_explain_forbid_a_grade() -> None:
    """case R12: four points between masked blocks, a day before the tablet could act: not "does not work", and the plain difference is shown."""
    entries = diary(168, lambda t, rng: {o: 7 - 4 * ((t // 28) % 2) + rng.normal(0, 1) for o in ALL})
    masked = blocks("mirtazapine", 168, 28, 30, masked=True)
    placebo = taken("mirtazapine", *((a, a + 27, 0.0) for a in range(56, 168, 56)), masked=True)
    made = reviewed((*masked, *placebo), entries)
    assert the(made).grade is G.CANNOT_TELL
    shown = brief_of(made, version="test").answer
    assert shown.notes[0].startswith("Days with it and days without it, in turn, differ by")
    assert "Days with against without" in [f.label for f in shown.facts]


@pytest.mark.parametrize("second", [28, 56])
def test_of_two_drugs_the_separable_part_is_found_or_the_reason_said(second: int) -> None:
    """case R15: duloxetine with -2 and vitamin d with nothing, 112 days: begun together neither is answered, and why; a month apart one is."""
    made = reviewed(
        (*taken("duloxetine", (28, None, 60)), *taken("vitamin d", (second, None, 1))),
        diary(112, eased(2, 29)),
    )
    found = the(made)
    assert found.drug == "duloxetine"
    if second == 28:
        assert unmet(found)[0] == "separable"
        assert (found.size, found.helps) == (None, None)
        assert brief_of(made, version="test").answer.notes[0] == (
            "It went together with vitamin d, so the diary cannot tell whose effect it sees."
        )
        return
    assert found.grade.side == 1
    assert found.helps is not None
    assert found.helps >= 0.975
    assert isinstance(made.fit, Fit)
    for outcome in ALL:
        none = made.fit.effect("vitamin d", outcome)
        assert none is not None
        assert none.quantiles["0.025"] < 0 < none.quantiles["0.975"]


def test_an_unknown_drug_is_not_judged_before_it_can_have_acted() -> None:
    """case R11: 20 days after its start nothing is said of a drug without facts; after its gate, something may be."""
    steady: Scores = lambda t, rng: {o: 6 + rng.normal(0, 1) for o in ALL}  # noqa: E731
    medicines = taken("zonisamide", (20, None, 100))
    early, late = (the(reviewed(medicines, diary(days, steady))) for days in (41, 76))
    assert "weeks_at_dose" in unmet(early)
    assert early.grade is G.CANNOT_TELL
    assert "weeks_at_dose" not in unmet(late)


def test_no_number_stands_where_the_diary_cannot_see_the_drug() -> None:
    """Taken unchanged all the while: what the trials say is not said in the patient's name."""
    found = the(reviewed(taken("mirtazapine", (-400, None, 30)), diary(80, eased(0, 0))))
    assert found.grade is G.CANNOT_TELL
    assert unmet(found)[0] == "changed"
    assert (found.helps, found.size, found.line.probability, found.pain_line, found.worth) == (None,) * 5
    assert found.trials_only is not None
    assert 0.5 < found.trials_only.helps < 0.975


def test_the_trials_alone_say_the_same_three_things() -> None:
    """The believed benefit is the prior's, weighed; its three numbers agree with each other."""
    found = the(open_start(100))
    assert found.trials_only is not None
    size = found.trials_only.size
    own = {e.outcome: e for e in open_start(100).fit.effects if e.estimand == "attributable"}  # type: ignore[union-attr]
    mean = -sum(found.weights[o] * own[o].prior_mean for o in ALL)
    spread = np.sqrt(sum((found.weights[o] * own[o].prior_sd) ** 2 for o in ALL))
    assert size.mean == pytest.approx(mean)
    # Where people differ more, effects go together over the scores, and the tails are heavier than one normal's.
    assert spread < size.sd < spread * np.sqrt(1 + 2 * 0.3)
    assert found.trials_only.reaches < found.trials_only.helps
    assert size.quantiles["0.5"] == pytest.approx(mean, abs=1e-6)
    assert size.quantiles["0.025"] == pytest.approx(mean - 1.959964 * size.sd, rel=0.1)


def test_every_rule_considered_is_kept_in_order() -> None:
    found = the(open_start(100))
    assert [r.rule.removeprefix("response.verdict.") for r in found.because] == [
        "sampled", "changed", "separable", "undisputed", "weeks_at_dose", "from_diary", "sure", "worth_its_cost",
    ]  # fmt: skip
    assert all(r.outcome in {Outcome.MET, Outcome.NOT_MET} for r in found.because)


def test_blocks_speak_for_themselves_where_the_split_is_disputed() -> None:
    """case R12: no grade, the days with against those without on the page, and the model's figure not."""
    entries = diary(112, lambda t, rng: {o: 6 - 2 * ((t // 14) % 2) + rng.normal(0, 1) for o in ALL})
    made = reviewed(blocks("duloxetine", 112, 14, 60), entries)
    disputed = next(r for r in the(made).because if r.rule == "response.verdict.undisputed")
    assert isinstance(made.fit, Fit)
    compared = with_and_without(made.fit, the(made))
    assert compared is not None
    assert 1.2 < compared < 2.5
    facts = {f.label: f for f in brief_of(made, version="test").answer.facts}
    assert ("Due to it" in facts) == (disputed.outcome is Outcome.MET)
    assert ("Days with against without" in facts) == (disputed.outcome is not Outcome.MET)


@cache
def half_way(line: float | None = None) -> Review:
    """Eased by a point and a half: that it helps is sure, by how much is not."""
    plan = None if line is None else PlanTarget(line=line)
    return reviewed(taken("mirtazapine", (14, None, 30)), diary(130, eased(1.5, 14)), plan=plan)


def test_half_a_point_is_offered_where_the_usual_line_is_open() -> None:
    found = the(half_way())
    assert found.grade in {G.OPEN, G.HELPS_SIZE_OPEN}
    assert found.offered is not None
    assert found.offered.points == 0.5
    assert found.offered.probability is not None
    assert found.line.probability is not None
    assert found.offered.probability > found.line.probability
    # The same probability that she would get who said so herself, and she is offered nothing smaller.
    own = the(half_way(0.5))
    assert own.line.probability == pytest.approx(found.offered.probability)
    assert own.offered is None


def test_what_is_not_open_is_offered_no_smaller_line() -> None:
    assert the(open_start(100)).grade is G.PROBABLY_WORKS
    assert the(open_start(100)).offered is None
    cannot_tell = the(reviewed(taken("mirtazapine", (-400, None, 30)), diary(80, eased(0, 0))))
    assert cannot_tell.offered is None


def test_the_smaller_line_stands_on_every_face() -> None:
    made = half_way()
    says = "If that is enough for the patient, record it as her own line"
    text = " ".join(report_text(clinician_report(made, version="test")).split())
    assert says in text.replace("│ ", "").replace(" │", "")
    assert says in " ".join(report_html(clinician_report(made, version="test")).split())
    assert any(
        says in note and note.startswith("By half a point or more: ")
        for note in brief_of(made, version="test").answer.notes
    )
    page = " ".join(report_text(patient_page(made)).split())
    assert "half a point" in page
    assert "tell your clinic" in page.lower()
    document = json.loads(review_json(made))["answers"][0]
    assert document["offered_line"]["points"] == 0.5
    assert document["offered_line"]["probability"] == pytest.approx(the(made).offered.probability, abs=1e-5)  # type: ignore[union-attr]
