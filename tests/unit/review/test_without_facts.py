"""A diary that holds nothing, and a drug that nobody knows: an answer each, and nothing that rests on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod, Record
from lenitive.render.document import review_document
from lenitive.render.html import report_html
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.response import SettlingStep
from lenitive.review import review
from lenitive.shells.files import open_record
from lenitive.terms import Outcome

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"
BEDTIME = (IntakeTime("bedtime"),)
START = date(2026, 1, 1)


def words(made):
    return " ".join(report_text(clinician_report(made, version="test")).split())


@pytest.fixture(scope="module")
def empty():
    record = Record(
        medicines=(
            MedicinePeriod(
                drug="duloxetine", dose_mg=60, start=START, end=START + timedelta(days=30), times=BEDTIME
            ),
            MedicinePeriod(drug="mirtazapine", dose_mg=30, start=START + timedelta(days=40), times=BEDTIME),
        )
    )
    return review(record, load(), at=START + timedelta(days=120), seed=1)


def test_an_empty_diary_cannot_tell_of_each_drug_and_names_the_entries(empty):
    document = review_document(empty)
    assert [v["drug"] for v in document["verdicts"]] == ["mirtazapine", "duloxetine"]
    for v in document["verdicts"]:
        assert (v["verdict"], v["probability"], v["share_from_diary"]) == ("cannot_tell", None, None)
        assert v["benefit"]["mean"] is None
        assert v["because"][0]["outcome"] == Outcome.NOT_MET.value
        assert {"name": "reason", "value": "no diary entry of these outcomes by this day"}.items() <= v[
            "because"
        ][0]["facts"][1].items()
        assert v["would_settle"] == [
            {"step": "keep_a_diary", "entries": ["sleep_disturbance", "pain", "fatigue"]}
        ]
    assert [v["dose_per_day"] for v in document["verdicts"]] == [30, 60]
    assert "verdicts" not in document["absent"]
    assert document["effects"] is None
    assert document["absent"]["effects"] == (
        "The model gave no answer: no diary entry of these outcomes by this day."
    )
    assert sum(v["weights"]["pain"] for v in document["verdicts"]) == 1.0


def test_its_report_says_so_and_claims_nothing_about_side_effects(empty):
    text = words(empty)
    assert "Cannot tell yet whether mirtazapine 30 mg a day helps." in text
    assert "It cannot be told whether duloxetine 60 mg a day helped." in text
    assert "Entries in the diary, every day: sleep disturbance, pain and fatigue" in text
    assert "No lasting side effect is recorded" not in text
    assert "No diary entry of these outcomes by this day." in text


def test_an_empty_diary_meets_no_rule_about_a_verdict(empty):
    assert "verdict" not in empty.options.facts
    assert not any("settle_it" in r for o in empty.options.options for r in o.rules)
    assert {o.action for o in empty.options.options} <= {"no_change", "ask_for_data"}


def test_nothing_recorded_but_a_diary_of_other_scores_names_those_that_are_missing(empty):
    assert empty.needed == empty.outcomes
    bare = review(Record(), load(), at=START, seed=1)
    assert bare.verdicts == ()
    assert bare.needed == ()
    assert review_document(bare)["verdicts"] == []


@pytest.fixture(scope="module")
def strange():
    """The simulated example, its drug under a name that means nothing."""
    record = open_record(EXAMPLE).record
    assert record is not None
    return replace(
        record,
        medicines=tuple(replace(p, drug="qwertazepam") for p in record.medicines if p.drug == "mirtazapine"),
    )


def test_an_unknown_drug_keeps_its_effect_and_is_called_unknown(strange):
    made = review(strange, load(), seed=1)
    assert dict(made.not_known) == {"qwertazepam": "unknown"}
    document = review_document(made)
    assert document["not_known"] == {"qwertazepam": "unknown"}
    assert any(e["drug"] == "qwertazepam" for e in document["effects"])
    text = words(made)
    # In the verdict and again where its effect stands.
    assert (
        text.count("This drug is not known here. Qwertazepam is a name that the knowledge does not have") == 2
    )
    assert "safety could not check it, and no option rests on it" in text
    assert any(p.rule == "not_checked.unknown" for f in made.findings for p in f.parts)
    html = report_html(clinician_report(made, version="test"))
    assert html.count("This drug is not known here.") == 2


def test_no_option_and_no_change_of_dose_rests_on_an_unknown_drug(strange):
    made = review(strange, load(), seed=1)
    assert all("qwertazepam" not in o.drug for o in made.options.options)
    plans = [o.plan for o in made.options.options if o.plan is not None and hasattr(o.plan, "stages")]
    assert all("qwertazepam" not in p.drugs for p in plans)
    assert {s.step for s in made.settling["qwertazepam"]} <= {SettlingStep.WAIT, SettlingStep.FULLER_DIARY}
    assert made.settling["qwertazepam"]
    text = words(made)
    assert "without it, openly" not in text


def test_a_known_drug_is_not_called_unknown():
    record = open_record(EXAMPLE).record
    assert record is not None
    made = review(record, load(), seed=1)
    assert dict(made.not_known) == {}
    assert SettlingStep.DOSE_CHANGE in {s.step for s in made.settling["mirtazapine"]}
    assert "not known here" not in words(made)
