"""The evidence panel of a review: one drug, outcome by outcome, with what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lenitive.evidence import MODIFIERS, drug_evidence, modifiers_of, select, synthesise
from lenitive.evidence.certainty import certainty_file
from lenitive.knowledge import load
from lenitive.knowledge.load import FOLDER
from lenitive.render.blocks import Paragraph, Table
from lenitive.render.sections.evidence import evidence_document, evidence_section, two_sentences

BASE = load().trials


def test_mirtazapine() -> None:
    panel = drug_evidence(BASE, "mirtazapine")
    lines = {line.outcome: line for line in panel.lines}
    assert lines["pain"].estimate == pytest.approx(-0.44)
    assert (lines["weight_gain"].without, lines["weight_gain"].estimate) == pytest.approx(
        (0.93, 16.74), abs=0.01
    )
    assert "sleep disturbance (0-10)" in panel.without_figures
    assert any(m.study == "JapicCTI-101176" for m in panel.missing)
    assert panel.not_pooled == ("Samborski 2001 abstract (mirtazapine)",)


def test_words() -> None:
    section = evidence_section([drug_evidence(BASE, "mirtazapine"), drug_evidence(BASE, "trazodone")])
    assert section is not None
    (table,) = [b for b in section.blocks if isinstance(b, Table)]
    rows = {row[0]: row for row in table.rows}
    assert rows["Weight gain noted as a side effect"][1:3] == ("1 of 100", "18 (12 to 23) of 100")
    said = " ".join(b.text for b in section.blocks if isinstance(b, Paragraph))
    assert "unpublished or failed: JapicCTI-101176" in said


def test_a_drug_without_trials_has_no_panel() -> None:
    assert evidence_section([drug_evidence(BASE, "trazodone")]) is None
    (document,) = evidence_document([drug_evidence(BASE, "trazodone")])
    assert document["outcomes"] == []


def test_a_visit_reads_two_sentences() -> None:
    """Benefit with its size against the line that matters and its certainty, then harms of 100 people."""
    told = two_sentences(drug_evidence(load().trials, "mirtazapine"))
    assert told == (
        "On average, pain fell by 0.4 of 10 points more than on placebo, under half of the 1 point called important (certainty very "
        "low); 47 instead of 31 of 100 people had at least 30 % less pain (certainty very low). Harms of 100 people: weight gain "
        "noted as a side effect 18 instead of 1 (certainty very low); somnolence 32 instead of 7 (certainty very low)."
    )
    assert two_sentences(drug_evidence(load().trials, "amitriptyline")) == ""


def test_the_written_certainties_are_what_the_rules_say() -> None:
    base = load().trials
    judged = {o.id: synthesise(base, o.id).certainties for o in base.judgements.outcome}
    written = FOLDER / "trials" / "certainties.toml"
    assert written.read_text(encoding="utf-8") == certainty_file(judged, read=base.bias.read), (
        "run tools/certainties.py after changing the trials"
    )


def test_whether_averages_move_to_one_person_is_said_for_benefit_and_harm() -> None:
    """At most five trials of an outcome report one thing about their people; a regression takes ten."""
    base = load().trials
    one = drug_evidence(base, "mirtazapine")
    by = modifiers_of(base)
    pain = {c.study for c in select(base, "pain").contrasts}
    assert one.modified >= max(len(pain & by[m].keys()) for m in MODIFIERS)
    assert one.needed == base.certainty.regression_trials.whole
    said = evidence_section([one])
    assert said is not None
    assert f"takes {one.needed} trials" in said.blocks[-1].text
    assert f"at most {one.modified} do" in said.blocks[-1].text
    enough = evidence_section([replace(one, modified=one.needed)])
    assert enough is not None
    assert "--person moves it" in enough.blocks[-1].text
    (row,) = evidence_document([one])
    assert row["at_person"] == {"trials_reporting": one.modified, "trials_needed": one.needed}
