"""Measured nights beside the diary. Every patient here is simulated."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from lenitive.record import (
    Coded,
    DeviceClass,
    DiaryDay,
    EffectReport,
    MedicinePeriod,
    ObjectiveNight,
    Patient,
    Record,
)
from lenitive.sleep import Story
from lenitive.sleep.compare import _correlation
from lenitive.sleep.definitions import MixedDefinitionsError
from lenitive.sleep.stretches import mean_of
from lenitive.sleep.weeks import week_shares
from lenitive.terms import Outcome, Severity

sys.path.insert(0, str(Path(__file__).parent))
from by_default import FACTS, LINES, assess, prompts

FIRST = date(2026, 1, 1)
START = FIRST + timedelta(days=40)
AT = FIRST + timedelta(days=99)


def patient(*, diary_change, tst_change, link=-1.2, seed=3, kind=DeviceClass.WEARABLE, days=100):
    """A hundred simulated nights, mirtazapine from day 40; ``link`` is points of the diary for each hour measured."""
    rng = np.random.default_rng(seed)
    diary, nights = [], []
    for i in range(days):
        day = FIRST + timedelta(days=i)
        on = day > START
        wobble = rng.normal(0, 40)
        tst = float(np.clip(360 + wobble + tst_change * on, 60, 600))
        felt = 6 + diary_change * on + link * wobble / 60 + rng.normal(0, 0.8)
        diary.append(
            DiaryDay(
                day=day,
                sleep_disturbance=float(np.clip(round(felt), 0, 10)),
                sleep_hours=round(tst / 60 - 1, 1),
            )
        )
        nights.append(
            ObjectiveNight(
                day=day,
                source="watch",
                device_class=kind,
                definition="yasa-0.8",
                tib_min=tst + 60,
                tst_min=tst,
                se_pct=100 * tst / (tst + 60),
                light_min=tst * 0.6,
                n3_min=tst * 0.2,
                rem_min=tst * 0.2,
            )
        )
    return Record(
        patient=Patient(simulated="made for a test"),
        medicines=(MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START),),
        diary=tuple(diary),
        nights=tuple(nights),
    )


def test_diary_and_device_that_both_improve_agree():
    found = assess(patient(diary_change=-2.5, tst_change=70), FACTS, at=AT).comparison
    assert found.change is Story.AGREE
    assert found.night_to_night.story is Story.AGREE
    assert found.night_to_night.high < 0
    assert not found.disagree
    # the simulated patient writes an hour less than was measured
    assert found.level.difference_min == pytest.approx(-60, abs=2)


@pytest.mark.parametrize("tst_change", [0, -70])
def test_a_diary_that_improves_while_the_device_does_not_is_said_to_disagree(tst_change):
    found = assess(patient(diary_change=-2.5, tst_change=tst_change), FACTS, at=AT).comparison
    assert found.disturbance.high < 0
    assert found.change is Story.DISAGREE
    assert found.disagree


def test_nights_that_do_not_follow_each_other_are_said_not_to():
    # chance alone decides about one seed; the interval of forty is what is tested
    stories = [
        assess(
            patient(diary_change=0, tst_change=0, link=0.0, seed=s, days=100), FACTS, at=AT
        ).comparison.night_to_night
        for s in range(40)
    ]
    said = [s.story for s in stories]
    assert said.count(Story.AGREE) <= 4, "a 95 % interval wrongly below 0: about 1 in 40"
    assert said.count(Story.DISAGREE) >= 25


def test_too_few_nights_cannot_tell():
    found = assess(patient(diary_change=-2.5, tst_change=70, days=44), FACTS, at=AT).comparison
    assert found.change is Story.CANNOT_TELL
    assert found.first is None


def test_a_night_follows_the_dose_of_the_evening_before():
    lines = assess(patient(diary_change=0, tst_change=0), FACTS, at=AT).stretches
    assert [s.regimen for s in lines] == [(), (("mirtazapine", 15.0),)]
    assert lines[1].first == START + timedelta(days=1)


def test_what_is_known_stands_beside_this_patients_change_with_its_conflicts():
    known = {k.measure: k for k in assess(patient(diary_change=-2, tst_change=70), FACTS, at=AT).known}
    assert (known["tst"].up, known["tst"].down, known["tst"].conflict) == (3, 0, False)
    assert known["rem_latency"].conflict
    assert (known["rem_latency"].up, known["rem_latency"].unchanged) == (1, 1)
    assert known["tst"].here.low > 0
    assert known["rem_latency"].here is None


def test_definitions_and_sources_are_never_pooled():
    record = patient(diary_change=0, tst_change=0)
    other = ObjectiveNight(
        day=FIRST,
        source="watch",
        device_class=DeviceClass.WEARABLE,
        definition="device:x",
        tst_min=100,
        n3_min=10,
    )
    mixed = Record(medicines=record.medicines, diary=record.diary, nights=(*record.nights, other))
    found = assess(mixed, FACTS, at=AT)
    assert found.left_out == (("watch", "device:x", 1),)
    assert found.comparison.nights == 100
    with pytest.raises(MixedDefinitionsError):
        week_shares(mixed.nights)


def test_nothing_after_the_day_is_used():
    early = assess(patient(diary_change=-2.5, tst_change=-70), FACTS, at=START)
    assert len(early.nights) == 41
    assert len(early.stretches) == 1


def test_without_measured_nights_there_are_prompts_alone():
    found = assess(Record(), FACTS, at=AT)
    assert found.comparison is None
    assert found.known == ()
    assert set(found.asks) == {"sleep.apnoea.before", "sleep.restless_legs.before"}


def met(record, at):
    return {r.rule for r in prompts(record, FACTS, at=at) if r.outcome is Outcome.MET}


def test_prompts_before_during_and_after_a_rise():
    one = MedicinePeriod(drug="mirtazapine", dose_mg=15, start=START, end=START + timedelta(days=27))
    more = MedicinePeriod(drug="mirtazapine", dose_mg=30, start=START + timedelta(days=28))
    record = Record(medicines=(one, more))
    legs = EffectReport(day=START + timedelta(days=3), effect="restless_legs", severity=Severity.NONE)
    assert met(record, START - timedelta(days=1)) == {"sleep.apnoea.before", "sleep.restless_legs.before"}
    assert met(record, START + timedelta(days=2)) == {"sleep.apnoea.during", "sleep.restless_legs.during"}
    assert met(record, START + timedelta(days=20)) == {"sleep.apnoea.during"}
    assert met(record, START + timedelta(days=30)) == {"sleep.apnoea.during", "sleep.restless_legs.during"}
    asked = Record(
        medicines=(one, more),
        effects=(legs,),
        patient=Patient(conditions=(Coded(display="Obstructive sleep apnoea"),)),
    )
    assert met(asked, START + timedelta(days=5)) == set()
    assert met(asked, START + timedelta(days=30)) == {"sleep.restless_legs.during"}, "a rise asks anew"


def test_the_standard_error_allows_for_likeness_from_night_to_night():
    # AR(1) with 0.6 over 60 nights: the true standard error of the mean is about twice the naive one.
    rng = np.random.default_rng(8)
    inside = {"ours": 0, "naive": 0}
    for _ in range(600):
        e = np.zeros(60)
        e[0] = rng.normal(0, 1.25)
        for i in range(1, 60):
            e[i] = 0.6 * e[i - 1] + rng.normal()
        found = mean_of(
            [(FIRST + timedelta(days=i), float(v)) for i, v in enumerate(e)], LINES.least_nights.whole
        )
        inside["ours"] += found.interval[0] <= 0 <= found.interval[1]
        inside["naive"] += abs(e.mean()) <= 1.96 * e.std(ddof=1) / 60**0.5
    # Monte Carlo error of a share near 0.95: 0.009. An estimated correlation costs a little coverage.
    assert inside["naive"] / 600 < 0.75
    assert 0.91 < inside["ours"] / 600 < 0.985


def test_spearman_is_scipys():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 5, 60).astype(float), rng.normal(size=60)
    assert _correlation(x, y)[0] == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
    assert _correlation([1.0] * 20, list(range(20))) is None
