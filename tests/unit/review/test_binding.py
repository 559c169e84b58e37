"""A finding that has to be dealt with today binds what a review offers, and what it says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import Protocol, load
from lenitive.record import (
    Coded,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    Record,
)
from lenitive.render.document import review_json
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import Options, review
from lenitive.shells.cli import app
from lenitive.shells.files import open_record
from lenitive.terms import MEASURES, Quantity, Severity
from lenitive.titration import DosePlan, interpret

EXAMPLES = Path(__file__).parents[3] / "examples"
KNOWLEDGE = load()
AT = date(2026, 5, 1)
TODAY = {"stop", "hold", "contact"}


@pytest.fixture
def example(tmp_path):
    """A review of the clear responder with lines added to its files."""

    def made(**lines: str):
        folder = tmp_path / "record"
        shutil.copytree(EXAMPLES / "clear-responder", folder)
        for name, line in lines.items():
            path = folder / f"{name}.csv"
            path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + line + "\n", "utf-8")
        opened = open_record(folder)
        assert opened.record is not None, opened.problems
        return review(opened.record, KNOWLEDGE, at=date(2026, 2, 27), seed=1)

    return made


def taking(*drugs: str, effects: tuple[str, ...] = (), measured=None, mg: float = 15, **who: object):
    """Options for someone who takes these drugs and keeps no diary."""
    record = Record(
        patient=Patient(**{"birth_year": 1980, "sex": "male", **who}),
        medicines=tuple(
            MedicinePeriod(drug=d, dose_mg=mg, start=AT - timedelta(days=90), times=(IntakeTime("bedtime"),))
            for d in drugs
        ),
        diary=(DiaryDay(day=AT, pain=5),),
        effects=tuple(EffectReport(day=AT, effect=e, severity=Severity.MODERATE) for e in effects),
        measurements=tuple(
            Measurement(day=AT, measure=m, quantity=Quantity(v, MEASURES[m].unit))
            for m, v in (measured or {}).items()
        ),
    )
    return review(record, KNOWLEDGE, at=AT, seed=1)


def bound(made, *first: tuple[str, str]):
    """The options of a review that a finding binds: what comes first, and nothing ranked but what is done today."""
    found = made.options
    assert isinstance(found, Options)
    assert found.bound
    ranked = [(o.action, o.drug) for o in found.options if o.rank is not None]
    assert ranked[: len(first)] == list(first)
    safe = {d for f in made.findings for d in f.tapers}
    for option in found.options:
        if option.action in TODAY:
            assert option.rank is not None
            assert option.because, "what is done today says why"
        elif option.action == "taper" and option.drug in safe:
            assert option.rank is None or isinstance(option.plan, DosePlan)
        else:
            assert option.rank is None
            assert option.plan is None
            assert set(option.withheld_by) <= {p.rule for f in made.findings for p in f.parts}
            assert option.withheld_by
            assert option.expected.worth is None
    assert found.sensitivity == ()
    return found.options


def says(made) -> str:
    return " ".join(report_text(clinician_report(made, version="t")).split())


@pytest.mark.parametrize(
    ("lines", "first", "waits"),
    [
        pytest.param(
            {"medicines": "phenelzine,15,2026-02-20,,morning,tablet,depression,,,"},
            ("stop", "mirtazapine"),
            {"no_change"},
            id="case A1",
        ),
        pytest.param(
            {"medicines": "linezolid,600,2026-02-20,,morning;evening,tablet,infection,,,"},
            ("stop", "mirtazapine"),
            {"no_change"},
            id="case A2",
        ),
        pytest.param(
            {
                "measurements": "2026-02-27,neutrophils,0.3,10*9/L,",
                "effects": "2026-02-27,fever,moderate,no,\n2026-02-27,sore_throat,moderate,no,",
            },
            ("stop", "mirtazapine"),
            {"no_change"},
            id="case A3",
        ),
        pytest.param(
            {
                "effects": "2026-02-27,rash,moderate,no,\n2026-02-27,fever,moderate,no,\n2026-02-27,jaundice,moderate,no,"
            },
            ("stop", "mirtazapine"),
            {"step_down", "no_change"},
            id="case A4",
        ),
        pytest.param(
            {"effects": "2026-02-27,suicidal_thoughts,moderate,no,"},
            ("contact", ""),
            {"no_change"},
            id="case A5",
        ),
    ],
)
def test_a_critical_finding_comes_before_a_drug_that_helps(example, lines, first, waits):
    made = example(**lines)
    options = bound(made, first)
    assert waits <= {o.action for o in options if o.rank is None}
    text = says(made)
    assert "worth its cost" not in text
    assert "worth its cost" not in review_json(made)
    assert "until it is known" not in text
    assert text.index("A finding comes first.") < text.index("Does it help?")
    if first[0] == "stop":
        assert "1. Stopping mirtazapine now, and speaking with the patient today" in text
        # What ending it at once brings is said beside it.
        assert "stopping" in {f.topic for f in options[0].findings}
    else:
        assert "1. Speaking with the patient today" in text
        assert "What waits (" in text
        assert "No change: mirtazapine 30 mg a day." in text


@pytest.mark.parametrize(
    ("made", "first"),
    [
        (lambda: taking("mirtazapine", "tranylcypromine"), ("stop", "mirtazapine")),
        (lambda: taking("mirtazapine", "methylthioninium"), ("stop", "mirtazapine")),
        (lambda: taking("duloxetine", "selegiline"), ("stop", "duloxetine")),
        (lambda: taking("amitriptyline", "isocarboxazid"), ("stop", "amitriptyline")),
        (lambda: taking("tizanidine", "ciprofloxacin"), ("hold", "tizanidine")),
        (lambda: taking("tizanidine", "fluvoxamine"), ("hold", "tizanidine")),
        (lambda: taking("mirtazapine", effects=("fever", "sore_throat")), ("hold", "mirtazapine")),
        (lambda: taking("mirtazapine", effects=("rash", "mouth_ulcers")), ("stop", "mirtazapine")),
        (lambda: taking("mirtazapine", allergies=(Coded(display="mirtazapine"),)), ("stop", "mirtazapine")),
        (lambda: taking("mirtazapine", measured={"phq9_item9": 2}), ("contact", "")),
        (lambda: taking("mirtazapine", measured={"systolic_lying": 190}), ("contact", "")),
        (lambda: taking("mirtazapine", effects=("seizure",)), ("contact", "")),
    ],
)
def test_the_same_of_other_drugs_and_signs(made, first):
    found = made()
    bound(found, first)
    assert "worth its cost" not in says(found)


def test_a_drug_whose_abrupt_end_is_dangerous_is_not_stopped_but_spoken_about_and_tapered():
    options = bound(taking("baclofen", allergies=(Coded(display="baclofen"),)), ("contact", ""))
    assert not any(o.action == "stop" for o in options)
    taper = next(o for o in options if o.action == "taper" and o.drug == "baclofen")
    assert taper.plan is not None


def test_a_contraindication_that_is_not_sudden_leaves_the_taper_behind_the_contact():
    made = taking("amitriptyline", conditions=(Coded(display="recent_mi"),), mg=25)
    options = bound(made, ("contact", ""), ("taper", "amitriptyline"))
    plan = options[1].plan
    assert isinstance(plan, DosePlan)
    assert plan.stops == ("amitriptyline",)


@pytest.mark.parametrize(
    ("drugs", "first"),
    [
        (("venlafaxine", "linezolid"), ("stop", "venlafaxine")),
        (("tramadol", "phenelzine"), ("stop", "tramadol")),
        (("sertraline", "moclobemide"), ("stop", "sertraline")),
    ],
)
def test_what_has_to_be_done_today_needs_no_protocol(drugs, first):
    """Whatever medicine is asked about, and where none is."""
    bound(taking(*drugs), first)
    record = taking(*drugs).record
    mine = tuple(replace(p, reason="fibromyalgia") for p in record.medicines)
    bound(review(replace(record, medicines=mine), KNOWLEDGE, at=AT, seed=1), first)


def test_an_urgent_count_leads_and_binds_nothing():
    """case A6: one sign of infection asks for a count today; the medicine goes on until it says more."""
    made = taking("mirtazapine", effects=("fever",))
    found = made.options
    assert isinstance(found, Options)
    assert not found.bound
    assert found.options[0].action == "contact"
    assert any(o.action == "no_change" and o.rank is not None for o in found.options)


def test_only_what_is_done_today_can_be_decided(tmp_path):
    folder = tmp_path / "record"
    shutil.copytree(EXAMPLES / "clear-responder", folder)
    path = folder / "medicines.csv"
    path.write_text(
        path.read_text("utf-8") + "phenelzine,15,2026-02-20,,morning,tablet,depression,,,\n", "utf-8"
    )

    def decide(*args: str):
        return CliRunner().invoke(app, ["decide", str(folder), "--at", "2026-02-27", *args])

    listed = decide()
    assert listed.exit_code == 0, listed.stderr
    first, *behind = listed.stdout.splitlines()
    assert first.startswith("1. today: stopping mirtazapine now, and speaking with the patient today")
    assert behind
    assert all("(withheld by " in line for line in behind)
    refused = decide("--option", "2", "--by", "Dr Example", "--note", "it helps")
    assert refused.exit_code == 2
    assert "withheld" in refused.stderr
    assert decide("--option", "1", "--by", "Dr Example").exit_code == 0


def test_a_quiet_record_has_nothing_to_be_done_today():
    found = taking("mirtazapine").options
    assert isinstance(found, Options)
    assert not found.bound
    assert not TODAY & {o.action for o in found.options}


def test_what_waits_is_written_and_read_back_with_its_finding():
    document = json.loads(review_json(taking("mirtazapine", "phenelzine")))
    first, *behind = document["options"]
    assert (first["action"], first["rank"], first["to"]["drug"]) == ("stop", 1, "mirtazapine")
    assert "safety.stopping" in {f["id"] for f in first["findings"]}
    assert behind
    assert all(o["rank"] is None and o["plan"] is None and o["withheld_by"] for o in behind)


@pytest.mark.parametrize("protocol", sorted(KNOWLEDGE.protocols))
def test_no_protocol_offers_anything_else_under_a_critical_finding(protocol):
    """In every state, whatever else is known."""
    rules = KNOWLEDGE.protocols[protocol]
    states = ({}, *({n: t for n, t in s.when.items() if isinstance(t, bool)} for s in rules.state))
    for given in states:
        for verdict in ("works", "works_at_a_cost", "does_not_work", "cannot_tell"):
            for harm in ("none", "bearable", "hard"):
                for rebound in ("none", "withdrawal", "relapse", "unclear"):
                    facts = {
                        "days_since_start": 60.0,
                        "weeks_therapeutic": 8.0,
                        "dose_mg": 15.0,
                        **given,
                        "verdict": verdict,
                        "harm": harm,
                        "rebound": rebound,
                        "critical_finding": True,
                    }
                    assert {s.action for s in interpret(rules, facts).steps} <= TODAY


def test_a_protocol_that_offers_a_taper_under_a_critical_finding_is_refused():
    data = KNOWLEDGE.protocols["mirtazapine"].model_dump(by_alias=True)
    rule = next(r for r in data["rule"] if r["id"] == "mirtazapine.danger")
    rule["offers"] = ("taper",)
    with pytest.raises(ValueError, match="stop, hold or contact and nothing else"):
        Protocol.model_validate(data)
