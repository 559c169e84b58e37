"""One name, one drug, in the answer: a brand changes nothing but one word, a name that means nothing gets no verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lenitive.intake import read_folder
from lenitive.knowledge import load
from lenitive.render.document import review_document
from lenitive.render.report import clinician_report
from lenitive.render.text import report_text
from lenitive.review import review

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "clear-responder"


def files(change=lambda text: text) -> dict[str, bytes]:
    kept = {p.name: p.read_bytes() for p in EXAMPLE.iterdir() if p.suffix in {".csv", ".toml"}}
    kept["medicines.csv"] = change(kept["medicines.csv"].decode()).encode()
    return kept


@pytest.fixture(scope="module")
def plain():
    return review_document(review(read_folder(files()).record, load(), seed=1))


def test_a_brand_in_half_the_rows_is_the_same_answer(plain):
    """case A11"""
    reading = read_folder(files(lambda text: text.replace("\nmirtazapine,30,", "\nZispin,30,")))
    assert reading.problems == ()
    assert {p.written for p in reading.record.medicines} == {"", "Zispin"}
    made = review(reading.record, load(), seed=1)
    document = review_document(made)
    (now,) = document["regimen"]
    assert now.pop("written") == ["Zispin"]
    assert document["regimen"] == plain["regimen"]
    assert document["parts"]["regimen"][0].pop("written") == ["Zispin"]
    assert plain["parts"]["regimen"][0].pop("written") == []
    # The names of the record are part of what was asked, so that only digests may differ.
    for key in plain:
        if key not in {"asked", "digest"}:
            assert json.dumps(document[key]) == json.dumps(plain[key]), key
    text = report_text(clinician_report(made, version="test"))
    assert text.count("Zispin") == 1
    assert "Zispin (mirtazapine)" in text


def test_a_name_that_means_nothing_gets_no_verdict_and_is_listed(plain):
    """case A12"""
    record = read_folder(files(lambda text: text.replace("\nmirtazapine,30,", "\nqwertazepam,30,"))).record
    document = review_document(review(record, load(), seed=1))
    assert {v["drug"] for v in document["verdicts"]} == {v["drug"] for v in plain["verdicts"]}
    assert document["not_known"] == {"qwertazepam": "unknown"}


def test_a_slip_that_reaches_the_review_from_code_gets_none_either():
    """case A12"""
    record = read_folder(files()).record
    slip = replace(record, medicines=tuple(replace(p, drug="mirtazepine") for p in record.medicines))
    made = review(slip, load(), seed=1)
    assert [v for v in made.verdicts if v.drug == "mirtazepine"] == []
    assert dict(made.not_known) == {"mirtazepine": "unknown"}
