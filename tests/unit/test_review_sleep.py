"""A simulated patient whose watch and diary disagree: the review says so, and decides nothing by it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, Record
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import review
from lenitive.shells.files import open_record
from lenitive.virtual.watch import with_watch

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "watch-disagrees"


@pytest.fixture(scope="module")
def both():
    record = open_record(EXAMPLE).record
    knowledge = load()
    return review(record, knowledge, seed=1), review(replace(record, nights=()), knowledge, seed=1)


def test_the_example_is_what_the_tool_makes(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "example_watch.py", tmp_path], check=True)
    made = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert made == {p.name: p.read_bytes() for p in EXAMPLE.iterdir()}, "run: python tools/example_watch.py"


def test_the_review_says_that_the_diary_and_the_device_disagree(both):
    made, _ = both
    document = review_document(made)["sleep"]["comparison"]
    assert document["disagree"] is True
    assert document["change"] == "disagree"
    # the simulated watch loses 70 minutes on the drug; the diary improves
    assert document["tst_min"]["low"] < -70 < document["tst_min"]["high"] < 0
    assert document["disturbance"]["high"] < -1
    text = " ".join(report_text(clinician_report(made, version="test")).replace("│", " ").split())
    assert "The diary and the device do not tell the same story" in text
    assert "From no drug to mirtazapine 30 mg, sleep disturbance in the diary changed by" in text
    assert "Measured nights decide nothing here." in text
    assert "do not tell the same story" not in report_text(clinician_report(both[1], version="test"))


def test_measured_nights_change_no_verdict_effect_finding_or_option(both):
    with_nights, without = (review_document(r) for r in both)
    assert set(with_nights) == set(without)
    for key in set(with_nights) - {"sleep"}:
        assert with_nights[key] == without[key], key


def test_the_drugs_effect_on_measured_sleep_is_estimated_and_finds_the_truth(both):
    made, without = both
    (low_dose, high_dose) = made.measured.effects
    assert (low_dose.dose_mg_per_day, high_dose.dose_mg_per_day) == (15, 30)
    # 70 minutes fewer on every drug night, whatever the dose and from the first: the answer at the dose most taken must hold it, must
    # lie below none at nine to one, and must come from the nights rather than from the prior, which is N(0, 60 min). The fit
    # lets the drug act by its level, which this watch does not.
    assert high_dose.quantiles["0.025"] < -70 < high_dose.quantiles["0.9"] < 0
    assert -70 < high_dose.quantiles["0.975"]
    assert list(high_dose.quantiles.values()) == sorted(high_dose.quantiles.values())
    assert (high_dose.prior_mean, high_dose.prior_sd) == (0, 60)
    assert high_dose.share_from_nights > 0.5
    assert without.measured.reason == "no measured night with a total sleep time"
    assert review_document(without)["sleep"]["effects_on_measured_sleep"] is None


def test_a_device_that_follows_the_diary_is_said_to_agree(both):
    record = open_record(ROOT / "examples" / "clear-responder").record
    worn = with_watch(record, seed=7, change_min=0, min_per_point=25)
    made = review(worn, load(), seed=1).sleep.comparison
    assert made.disagree is False
    assert made.night_to_night.story.value == "agree"


def test_a_watch_is_put_on_simulated_patients_only():
    with pytest.raises(ValueError, match="simulated"):
        with_watch(Record(diary=(DiaryDay(day=date(2026, 3, 1)),)), seed=1, change_min=0)
