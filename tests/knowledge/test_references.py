"""The bibliography: every entry reads, and says how far it was read."""

from __future__ import annotations

from lenitive.knowledge import Fault, load
from lenitive.knowledge.load_library import read_bibtex
from lenitive.knowledge.schema.references import ReadingDepth


def test_all_entries_read() -> None:
    found = load().references
    assert len(found) >= 226
    assert sum(1 for r in found.values() if r.identifier) >= 138
    assert {r.reading for r in found.values()} == set(ReadingDepth)


def test_names_and_addresses() -> None:
    found = load().references
    assert found["Miki2016"].short == "Miki et al. 2016"
    assert found["Fauchere2004"].short == "Fauchère 2004"
    assert found["Miki2016"].address == "https://doi.org/10.1097/j.pain.0000000000000622"
    assert found["AlphaNotSpecific"].title_is_ours


def test_every_fault_at_once() -> None:
    faults: list[Fault] = []
    text = (
        "@article{A, title={x}, doi={nonsense}, pmid={abc}}\n@article{B, year={2001}}\n@misc{C, title={fine}}"
    )
    found = read_bibtex(text, file="x.bib", faults=faults)
    assert list(found) == ["C"]
    assert sorted(f.key for f in faults) == ["A.doi", "A.pmid", "B.title"]


def test_broken_bibtex_is_a_fault() -> None:
    faults: list[Fault] = []
    assert read_bibtex("@article{A, title={x", file="x.bib", faults=faults) == {}
    assert faults
    assert "not readable" in faults[0].what
