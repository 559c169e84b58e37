"""Papers from outside: real full texts, and files that must be refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.library.importing import MOST_BYTES, guess, read_papers
from lenitive.library.importing.xml import RefusedFileError, parse

PUBMED = b"""<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1234</PMID><Article><Journal><JournalIssue><Volume>7</Volume>
<Issue>2</Issue><PubDate><MedlineDate>1998 Jan-Feb</MedlineDate></PubDate></JournalIssue><Title>Invented Journal</Title></Journal>
<ArticleTitle>An invented <i>title</i>.</ArticleTitle><Pagination><MedlinePgn>10-12</MedlinePgn></Pagination>
<Abstract><AbstractText Label="BACKGROUND">Why.</AbstractText><AbstractText Label="RESULTS">What.</AbstractText></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jo</ForeName></Author><Author><CollectiveName>The Group</CollectiveName></Author></AuthorList>
</Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="doi">10.1234/abc</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""

RIS = b"""TY  - JOUR
AU  - Doe, Jo
TI  - An invented title
JO  - Invented Journal
PY  - 2001
SP  - 10
EP  - 12
DO  - 10.1234/abc
ER  -
"""


@pytest.mark.shared_data
def test_every_full_text_is_read(shared_data: Path) -> None:
    folder = shared_data / "fulltext-trials-cc-by"
    rows = {
        r["pmcid"]: r
        for r in csv.DictReader((folder / "manifest.csv").read_text(encoding="utf-8").splitlines())
    }
    files = sorted((folder / "articles").glob("*.nxml"))
    assert len(files) == len(rows) == 52
    tables = 0
    for file in files:
        papers, problems = read_papers(file.read_bytes(), name=file.name)
        assert problems == ()
        (paper,) = papers
        row = rows[file.stem]
        assert paper.reference.key == file.stem
        assert paper.reference.doi == row["doi"]
        assert paper.reference.journal == row["journal"]
        assert "".join(paper.reference.title.split()) == "".join(row["title"].split()).rstrip(
            "*"
        )  # a footnote mark
        assert abs((paper.reference.year or 0) - int(row["year"])) <= 1  # print year here, first year there
        assert paper.licence.startswith("CC BY")
        assert len(paper.abstract) > 300
        assert len(paper.sections) >= 5
        assert len(paper.cites) >= 9
        assert all(len(set(map(len, t.rows[:1]))) <= 1 for t in paper.tables)
        tables += len(paper.tables)
    assert tables > 100


def test_pubmed() -> None:
    (paper,), problems = read_papers(PUBMED, name="p.xml", licence="publisher's own")
    assert problems == ()
    found = paper.reference
    assert (found.key, found.title, found.year, found.doi) == (
        "PMID1234",
        "An invented title",
        1998,
        "10.1234/abc",
    )
    assert [n.family for n in found.authors] == ["Doe", "The Group"]
    assert paper.abstract == "Background: Why.\nResults: What."
    assert paper.licence == "publisher's own"


def test_ris() -> None:
    (paper,), problems = read_papers(RIS, name="p.ris")
    assert problems == ()
    assert paper.reference.doi == "10.1234/abc"
    assert paper.reference.pages == "10–12"
    assert paper.licence == "not stated"


def test_bibtex_keeps_what_it_can() -> None:
    data = b"@article{Good, title={Fine}, year={2001}}\n@article{Bad, title={x}, doi={nonsense}}"
    papers, problems = read_papers(data, name="p.bib")
    assert [p.reference.key for p in papers] == ["Good"]
    assert [str(p.where) for p in problems] == ["p.bib Bad.doi"]


LAUGHS = b"""<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><article><front>&b;</front></article>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><front>&x;</front></article>"""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (LAUGHS, "entities"),
        (OUTSIDE, "entities"),
        (b"<article><front>", "not well-formed"),
        (b"<article>&nbsp;</article>", "not well-formed"),
        (b"<html><body>hello</body></html>", "not a JATS article"),
        (b"<article><front><article-meta/></front></article>", "no title"),
        (b"<a>" * 5000, "deep"),
        (b'<?xml version="1.0" encoding="klingon"?><article/>', "encoding"),
        (b"<", "not well-formed"),
        (b"", "format is not known"),
        (b"just words", "format is not known"),
        (b"TY  - JOUR\nTI  - never ends\n", "RIS"),
        (b"\xff\xfe@article{x}", "UTF-8"),
        (b"@article{x, title={\xff\xfe}}", "UTF-8"),
    ],
)
def test_bad_files_are_refused_in_words(data: bytes, says: str) -> None:
    papers, problems = read_papers(data, name="bad")
    assert papers == ()
    assert len(problems) == 1
    assert problems[0].fatal
    assert says in problems[0].what
    assert "root:" not in str(problems[0])


def test_a_hundred_megabytes_are_refused_before_parsing() -> None:
    data = b"<article>" + b" " * (MOST_BYTES + 1)
    _, problems = read_papers(data, name="big")
    assert "at most 50 MB" in problems[0].what
    with pytest.raises(RefusedFileError, match="at most 50 MB"):
        parse(data)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda s: ("@article{" + s).encode(errors="ignore")),
    )
)
def test_any_bytes_give_papers_or_problems(data: bytes) -> None:
    for form in ("", "jats", "pubmed", "ris", "bibtex"):
        papers, problems = read_papers(data, name="x", form=form)
        assert papers or problems or form in {"ris", "bibtex"}
    guess(data)
