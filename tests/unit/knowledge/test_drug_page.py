"""The page of a drug and the commands that show it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import load
from lenitive.render.drug_page import drug_report, grade_words, value_words
from lenitive.render.markdown import report_markdown
from lenitive.shells.cli import app


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    runner = CliRunner()
    return lambda *args: runner.invoke(app, list(args))


@pytest.mark.parametrize("drug", sorted(load().drugs))
def test_every_drug_has_a_page_that_shows_each_fact_once_by_its_key(drug):
    knowledge = load()
    page = report_markdown(
        drug_report(knowledge.drugs[drug], knowledge.interactions, knowledge.substances, knowledge.version)
    )
    hidden = [
        f.id
        for f in knowledge.drugs[drug].facts()
        if f.id.partition(".")[2].replace("_", "\\_") not in page and ".identifier." not in f.id
    ]
    assert hidden == []
    assert page.count("\n# ") == 0
    assert page.startswith("# ")


def test_an_unverified_fact_says_so_wherever_it_stands():
    knowledge = load()
    fact = next(f for f in knowledge.drugs["mirtazapine"].facts() if f.id.endswith("enantiomer_half_lives"))
    assert grade_words(fact) == "D, unverified"
    page = report_markdown(
        drug_report(
            knowledge.drugs["mirtazapine"], knowledge.interactions, knowledge.substances, knowledge.version
        )
    )
    line = next(
        line for line in page.splitlines() if "enantiomer\\_half\\_lives" in line and line.startswith("|")
    )
    assert "unverified" in line


def test_values_show_unit_and_interval():
    facts = {f.id: f for f in load().drugs["mirtazapine"].facts()}
    assert value_words(facts["mirtazapine.efficacy.pain_difference"]) == (
        "-0.44 NRS points (-0.72 to -0.17, 95% CI)"
    )
    assert value_words(facts["mirtazapine.kinetics.bioavailability"]) == "0.5"
    assert value_words(facts["mirtazapine.warning.dress"]) == ""


def test_the_page_resolves_a_brand_and_says_what_it_read(run):
    result = run("drug", "Remeron")
    assert result.exit_code == 0
    assert "mirtazapine (brand Remeron)" in result.stderr
    assert "dosing.us_adult" in result.stdout


def test_the_flat_table_names_every_fact_and_its_source(run):
    result = run("drug", "gabapentin", "--table")
    assert result.exit_code == 0
    flat = "".join(result.stdout.split())
    for fact in load().drugs["gabapentin"].facts():
        assert fact.id.rpartition(".")[2] in flat, fact.id
    assert "us_gabapentin" in result.stdout


def test_json_holds_every_fact_with_source_and_grade(run):
    result = run("drug", "duloxetine", "--json")
    document = json.loads(result.stdout)
    facts = list(load().drugs["duloxetine"].facts())
    assert document["schema"] == "lenitive.drug/1"
    assert (document["start_dose_mg"], document["max_dose_mg"]) == (30, 60)
    assert [f["id"] for f in document["facts"]] == [f.id for f in facts]
    assert all(f["source"][0]["article"] and f["grade"] in "ABCDU" for f in document["facts"])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("drug", "xyzzy"), "no drug of that name"),
        (("drug", "Ultram"), "there is no page on tramadol"),
        (("drug", "mirtazapine", "--table", "--json"), "choose one"),
        (("knowledge", "show", "mirtazapine.nothing"), "no fact of that id"),
        (("knowledge", "check", "--at", "yesterday"), "not a day"),
    ],
)
def test_refusals_end_with_status_2_and_a_sentence(run, args, words):
    result = run(*args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_check_prints_counts_by_grade_and_of_unverified_facts(run):
    result = run("knowledge", "check", "--unverified", "--at", "2030-01-01")
    assert result.exit_code == 0
    assert "By grade: A " in result.stdout
    assert "unverified and carry none" in result.stdout
    assert "mirtazapine.kinetics.facts.enantiomer_half_lives (D)" in result.stdout
    assert "due for review before 2030-01-01" in result.stdout
    document = json.loads(run("knowledge", "check", "--json").stdout)
    assert sum(document["by_grade"].values()) == document["facts"]


def test_check_fails_on_a_fault(run, monkeypatch):
    from lenitive import knowledge

    fault = knowledge.Fault(file="drugs/x.toml", key="role", what="is not one of the words", remedy="Use one")
    monkeypatch.setattr(knowledge, "faults", lambda _: [fault])
    result = run("knowledge", "check")
    assert result.exit_code == 2
    assert "drugs/x.toml: role: is not one of the words. Use one." in result.stderr


def test_show_follows_a_fact_to_its_address_and_to_who_disagrees(run):
    result = run("knowledge", "show", "mirtazapine.kinetics.half_life")
    assert result.exit_code == 0
    for words in ("30 h", "grade     A", "https://ch.oddb.org", "choice", "computed"):
        assert words in result.stdout


def test_the_last_part_of_an_id_is_enough_when_only_one_fact_ends_with_it(run):
    assert (
        "serotonin.interaction.duloxetine_cyclobenzaprine"
        in run("knowledge", "show", "duloxetine_cyclobenzaprine").stdout
    )
    assert run("knowledge", "show", "half_life").exit_code == 2


def test_the_page_lists_the_loudest_interactions_first():
    knowledge = load()
    page = drug_report(knowledge.drugs["tizanidine"], knowledge.interactions, knowledge.substances)
    section = next(s for s in page.sections if s.id == "interactions")
    tiers = [row[1].split()[0] for row in section.blocks[0].rows]
    order = ["contraindicated", "major", "moderate", "minor", "disputed", "note"]
    assert tiers == sorted(tiers, key=order.index)
    assert tiers[0] == "contraindicated"


def test_facts_are_drawn_alike_with_one_seed(run):
    first = run("knowledge", "facts", "--sample", "4", "--seed", "3").stdout
    assert first == run("knowledge", "facts", "--sample", "4", "--seed", "3").stdout
    assert len(first.split()) == 4
    for id_ in first.split():
        assert run("knowledge", "show", id_).exit_code == 0


def test_topics_show_their_facts_and_who_disagrees(run):
    result = run("knowledge", "topics")
    assert result.exit_code == 0
    assert "Stopping and switching antidepressants" in result.stdout
    assert "Our choice: Both are offered" in result.stdout
