"""The library commands as their users run them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import load
from lenitive.library.infobutton import Context, ask
from lenitive.shells.cli import app
from lenitive.shells.cli.library_words import drug_codes
from lenitive.terms import Audience

RUN = CliRunner()


def test_check_tells_the_state() -> None:
    result = RUN.invoke(app, ["library", "check", "--at", "2026-11-22"])
    assert result.exit_code == 0, result.output
    assert "unresolved: 0" in result.output
    assert "articles past review: 0" in result.output
    late = RUN.invoke(app, ["library", "check", "--at", "2030-01-01"])
    assert late.exit_code == 1
    assert "past review: sleepiness" in late.output


def test_search_finds_and_explains() -> None:
    result = RUN.invoke(
        app, ["library", "search", "diziness", "standing", "--corpus", "/nowhere", "--format", "json"]
    )
    found = json.loads(result.output)
    assert found["curated"]["read_as"] == {"diziness": "dizziness"}
    assert found["curated"]["hits"][0]["key"].startswith("dizziness-and-falls")
    assert found["added"] is None
    only = RUN.invoke(
        app,
        [
            "library",
            "search",
            "dizziness",
            "--audience",
            "patient",
            "--corpus",
            "/nowhere",
            "--format",
            "json",
        ],
    )
    assert all(h["key"].endswith("-patient") for h in json.loads(only.output)["curated"]["hits"])


def test_ask_by_code() -> None:
    text = RUN.invoke(
        app,
        ["library", "ask", "--drug", "N06AX11", "--age", "74", "--words", "dizziness", "--format", "json"],
    )
    assert json.loads(text.output)[0]["id"] == "dizziness-and-falls"
    patient = RUN.invoke(
        app,
        ["library", "ask", "--drug", "mirtazapine", "--role", "PAT", "--words", "weight", "--format", "json"],
    )
    assert json.loads(patient.output)[0]["id"] == "appetite-and-weight-patient"
    feed = RUN.invoke(app, ["library", "ask", "--condition", "203082005", "--format", "atom"])
    root = ElementTree.fromstring(feed.output)
    assert root.findall("{http://www.w3.org/2005/Atom}entry")
    unknown = RUN.invoke(app, ["library", "ask", "--drug", "X99"])
    assert unknown.exit_code == 2
    assert "not known" in unknown.output


@pytest.mark.parametrize(("age", "shown"), [(64, False), (65, True), (66, True)])
def test_what_is_written_for_older_readers_is_offered_from_65_on(age: int, shown: bool) -> None:
    knowledge = load()
    answers = ask(
        Context(drug="mirtazapine", age_years=age, reader=Audience.CLINICIAN),
        knowledge.articles,
        drug_codes(knowledge),
        older_from=knowledge.judgement.people.older_adult_age.value,
    )
    assert any(a.article.head.older for a in answers) is shown
    assert any("age 65 or over" in a.matched for a in answers) is shown


def test_show_and_cite() -> None:
    page = RUN.invoke(app, ["library", "show", "low-sodium"])
    assert "3.26%" in page.output
    assert "doi:10.7759/cureus.20823" in page.output
    assert RUN.invoke(app, ["library", "show", "nothing"]).exit_code == 2
    cited = RUN.invoke(app, ["library", "cite", "Miki2016"])
    assert cited.output.startswith("Miki2016: Miki K, Murakami M")
    assert RUN.invoke(app, ["library", "cite", "zzzz"]).exit_code == 2


@pytest.mark.shared_data
def test_add_and_find_again(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "fulltext-trials-cc-by" / "articles").glob("*.nxml"))[:6]
    corpus = tmp_path / "corpus"
    added = RUN.invoke(app, ["library", "add", *map(str, files), "--corpus", str(corpus)])
    assert added.exit_code == 0, added.output
    assert "6 read, 6 new" in added.output
    again = RUN.invoke(app, ["library", "add", str(files[0]), "--corpus", str(corpus)])
    assert "1 read, 0 new" in again.output
    found = RUN.invoke(
        app, ["library", "search", "valerian insomnia", "--corpus", str(corpus), "--format", "json"]
    )
    hits = json.loads(found.output)["added"]["hits"]
    assert hits[0]["key"] == "added:PMC2002515"
    assert hits[0]["origin"] == "added"
    assert hits[0]["licence"].startswith("CC BY")
    shown = RUN.invoke(app, ["library", "search", "valerian insomnia", "--corpus", str(corpus)])
    assert "Added by your site, not curated:" in shown.output


def test_bad_files_end_with_2_and_one_line_each(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_bytes(b'<!DOCTYPE a [<!ENTITY a "x">]><article>&a;</article>')
    result = RUN.invoke(
        app, ["library", "add", str(bad), str(tmp_path / "none.ris"), "--corpus", str(tmp_path / "c")]
    )
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 2
    assert not (tmp_path / "c").exists()


def test_build_refuses_a_folder_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    result = RUN.invoke(app, ["library", "build", "--out", str(tmp_path), "--at", "2026-11-22"])
    assert result.exit_code == 2
    assert "other files" in result.output
