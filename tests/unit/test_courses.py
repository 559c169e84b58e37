"""Side-effect courses and weight: what the reports can carry, and refusal where they cannot."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import EffectReport, Measurement, MedicinePeriod, Patient, Record
from lenitive.response import (
    Course,
    CoursePrior,
    SideEffectCourse,
    WeightPrior,
    WeightRefused,
    WeightTrajectory,
    side_effect_courses,
    weight_trajectory,
)
from lenitive.terms import Outcome, Quantity, Severity

JUDGEMENT = load().judgement

START = date(2025, 9, 15)
DRUG = "mirtazapine"
LEVELS = tuple(Severity)
SOMNOLENCE = CoursePrior(
    drug=DRUG,
    effect="somnolence",
    incidence=0.25,
    background=0.07,
    fades=0.8,
    worsens=0.03,
    onset_days=1.0,
    resolution_days=21.0,
    resolution_log_sd=0.7,
    reference_mg=30.0,
    stated=(),
)


def _record(
    said: dict[int, int], *, doses: tuple[tuple[int, float], ...] = ((0, 30.0),), effect: str = "somnolence"
) -> Record:
    """Reports by day since the start, 0 none to 3 severe; doses by first day."""
    ends = [d for d, _ in doses[1:]] + [None]
    return Record(
        patient=Patient(simulated="for the test"),
        medicines=tuple(
            MedicinePeriod(
                drug=DRUG,
                dose_mg=mg,
                start=START + timedelta(days=d),
                end=None if end is None else START + timedelta(days=end - 1),
            )
            for (d, mg), end in zip(doses, ends, strict=True)
        ),
        effects=tuple(
            EffectReport(day=START + timedelta(days=d), effect=effect, severity=LEVELS[k])
            for d, k in sorted(said.items())
        ),
    )


def _one(record: Record, day: int, *priors: CoursePrior) -> SideEffectCourse:
    (course,) = side_effect_courses(
        record, at=START + timedelta(days=day), priors=priors, lines=JUDGEMENT.side_effects
    )
    return course


def test_fading_with_a_date() -> None:
    said = {-1: 0, 1: 2, 3: 2, 5: 2, 8: 1, 12: 1, 15: 1, 19: 1, 22: 0, 26: 1, 30: 0, 37: 0}
    found = _one(_record(said), 38, SOMNOLENCE)
    assert found.course is Course.FADING
    assert found.gone_by is not None
    assert START + timedelta(days=10) < found.gone_by < START + timedelta(days=45)
    early, late = found.gone_by_80
    assert early is not None
    assert late is not None
    assert early <= found.gone_by <= late
    assert found.from_drug > 0.9


def test_while_it_fades_the_date_lies_ahead() -> None:
    said = {-1: 0, 1: 3, 3: 3, 6: 2, 9: 2, 12: 2, 16: 2, 20: 1}
    found = _one(_record(said), 20, SOMNOLENCE)
    assert found.course is Course.FADING
    assert found.gone_by is not None
    assert found.gone_by > START + timedelta(days=20)


def test_staying_and_absent_and_worsening() -> None:
    flat = _one(_record({-1: 0, **dict.fromkeys(range(2, 70, 4), 2)}), 70, SOMNOLENCE)
    assert flat.course is Course.STAYING
    assert flat.gone_by is None
    assert flat.present_in_4_weeks > 0.9
    none = _one(_record(dict.fromkeys(range(-1, 70, 5), 0)), 70, SOMNOLENCE)
    assert none.course is Course.ABSENT
    rising = {-1: 0, **{d: min(3, d // 25) for d in range(2, 100, 4)}}
    assert _one(_record(rising), 100).probability[Course.WORSENING] > 0.5


def test_a_higher_dose_brings_a_fading_effect_back() -> None:
    """The same mild reports after the step are a new start, not a course that stays."""
    said = {-1: 0, 1: 2, 4: 1, 8: 1, 12: 0, 16: 0, 20: 0, 24: 0, 29: 1, 31: 1, 34: 1, 38: 0, 42: 0}
    found = _one(_record(said, doses=((0, 15.0), (28, 45.0))), 43, SOMNOLENCE)
    assert found.course is Course.FADING


def test_what_was_there_before_the_drug_is_not_the_drugs() -> None:
    said = dict.fromkeys(range(-40, 40, 4), 1)
    found = _one(_record(said, effect="dry_mouth"), 40)
    assert found.course is Course.STAYING
    assert found.from_drug < 0.3


def test_no_report_is_not_no_effect() -> None:
    """Two bad first days and then silence: a good prior must not turn silence into fading."""
    found = _one(_record({1: 2, 2: 2}), 60, SOMNOLENCE)
    assert found.course is Course.CANNOT_TELL
    unmet = {r.rule for r in found.because if r.outcome is not Outcome.MET}
    assert {"response.course.enough_reports", "response.course.asked_lately"} <= unmet


def test_nothing_later_than_the_day_is_used() -> None:
    said = {-1: 0, 1: 2, 3: 2, 5: 2, 9: 2, 12: 2}
    early = _one(_record(said), 12, SOMNOLENCE)
    assert _one(_record({**said, 20: 0, 25: 0, 30: 0}), 12, SOMNOLENCE) == early


def test_hostile_records_give_an_answer() -> None:
    """No drug, a dose of zero, one report, two reports on one day, a drug that begins on the last day."""
    bare = Record(effects=(EffectReport(day=START, effect="nausea", severity=Severity.MILD),))
    assert side_effect_courses(bare, at=START, lines=JUDGEMENT.side_effects)[0].course is Course.CANNOT_TELL
    twice = Record(
        effects=(
            EffectReport(day=START, effect="nausea", severity=Severity.MILD),
            EffectReport(day=START, effect="nausea", severity=Severity.SEVERE),
        )
    )
    assert side_effect_courses(twice, at=START, lines=JUDGEMENT.side_effects)[0].reports == 1
    empty = _record({0: 1}, doses=((0, 0.0),))
    assert sum(
        side_effect_courses(empty, at=START, lines=JUDGEMENT.side_effects)[0].probability.values()
    ) == pytest.approx(1.0)
    assert side_effect_courses(Record(), at=START, lines=JUDGEMENT.side_effects) == ()


def test_reports_on_end_count_for_less_than_reports_apart() -> None:
    """Six days in a row at two steps of severity tell less about staying than six days spread over five weeks."""
    close = _one(_record({-1: 0, **dict.fromkeys(range(20, 26), 2)}), 36, SOMNOLENCE)
    apart = _one(_record({-1: 0, **dict.fromkeys(range(1, 37, 7), 2)}), 36, SOMNOLENCE)
    assert apart.probability[Course.STAYING] > close.probability[Course.STAYING]
    twice = _one(_record({-1: 0, 10: 2, 14: 2}), 14, SOMNOLENCE)
    many = _one(_record({-1: 0, 10: 2, 11: 2, 12: 2, 13: 2, 14: 2}), 14, SOMNOLENCE)
    # Three days in a row between the two add nothing: the same span, the same weight.
    assert many.severity_now == pytest.approx(twice.severity_now, abs=0.15)


def test_priors_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="shares"):
        CoursePrior(
            drug="",
            effect="",
            incidence=0.2,
            background=0.1,
            fades=0.9,
            worsens=0.2,
            onset_days=1,
            resolution_days=1,
            resolution_log_sd=1,
            reference_mg=1,
            stated=(),
        )
    with pytest.raises(ValueError, match="above zero"):
        WeightPrior(drug="", gain=0, gain_sd=0, weeks=1, weeks_log_sd=1, reference_mg=1, stated=())


GAIN = WeightPrior(
    drug=DRUG, gain=0.027, gain_sd=0.03, weeks=5.0, weeks_log_sd=0.6, reference_mg=30.0, stated=()
)


def _weighed(kg: dict[int, float]) -> Record:
    return Record(
        medicines=(MedicinePeriod(drug=DRUG, dose_mg=30, start=START),),
        measurements=tuple(
            Measurement(day=START + timedelta(days=d), measure="weight", quantity=Quantity(v, "kg"))
            for d, v in sorted(kg.items())
        ),
    )


def test_weight_gain_is_seen_and_foreseen() -> None:
    kg = {-7: 70.2, 0: 69.8, 14: 71.0, 28: 72.4, 42: 73.1, 56: 73.6}
    at = START + timedelta(days=56)
    found = weight_trajectory(_weighed(kg), at=at, seed=1, priors=(GAIN,), lines=JUDGEMENT.weight)
    assert isinstance(found, WeightTrajectory)
    assert found.baseline_kg == pytest.approx(70.0, abs=0.6)
    assert found.change_percent == pytest.approx(5.0, abs=1.0)
    five = list(found.reaches[5.0].values())
    assert five == sorted(five), "a threshold once reached stays reached"
    assert five[-1] > 0.5
    assert all(a >= b for a, b in zip(five, found.reaches[7.0].values(), strict=True))


def test_a_threshold_reached_stays_reached_when_the_drug_is_stopped() -> None:
    kg = {-7: 70.0, 0: 70.0, 28: 74.0, 56: 75.5, 84: 75.8}
    record = _weighed(kg)
    stopped = Record(
        medicines=(
            MedicinePeriod(drug=DRUG, dose_mg=30, start=START, end=START + timedelta(days=84)),
            MedicinePeriod(drug=DRUG, dose_mg=0, start=START + timedelta(days=85)),
        ),
        measurements=record.measurements,
    )
    found = weight_trajectory(
        stopped, at=START + timedelta(days=90), seed=1, priors=(GAIN,), lines=JUDGEMENT.weight
    )
    assert isinstance(found, WeightTrajectory)
    assert found.mean_kg[-1] < found.mean_kg.max() - 2, "the gain goes with the drug"
    reached = list(found.reaches[5.0].values())
    assert reached == sorted(reached)
    assert reached[-1] > 0.9


def test_flat_weight_reaches_nothing() -> None:
    kg = {-7: 70.2, 0: 69.8, 28: 70.1, 56: 69.9, 84: 70.2}
    found = weight_trajectory(
        _weighed(kg), at=START + timedelta(days=84), seed=1, priors=(GAIN,), lines=JUDGEMENT.weight
    )
    assert isinstance(found, WeightTrajectory)
    assert max(found.reaches[5.0].values()) < 0.1


@pytest.mark.parametrize("kg", [{}, {0: 70.0}, {30: 72.0, 40: 72.0}, {0: 70.0, 9: 71.0, 10: 71.0}])
def test_thin_weights_are_refused(kg: dict[int, float]) -> None:
    found = weight_trajectory(_weighed(kg), at=START + timedelta(days=60), seed=1, lines=JUDGEMENT.weight)
    assert isinstance(found, WeightRefused)
    assert any(r.outcome is Outcome.NOT_MET for r in found.because)


def test_the_same_seed_gives_the_same_numbers() -> None:
    kg = {-7: 70.2, 0: 69.8, 14: 71.0, 28: 72.4}
    at = START + timedelta(days=28)
    a, b = (weight_trajectory(_weighed(kg), at=at, seed=3, lines=JUDGEMENT.weight) for _ in range(2))
    assert isinstance(a, WeightTrajectory)
    assert isinstance(b, WeightTrajectory)
    assert a.reaches == b.reaches
