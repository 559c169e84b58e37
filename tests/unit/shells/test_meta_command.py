"""``lenitive meta`` on tables as people have them: names, separators, workbooks, parts, figures, certainty, ratings."""

from __future__ import annotations

import cProfile
import html
import json
import pstats
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lenitive.evidence import NotEstimable, meta
from lenitive.evidence.layouts import by_usual_names, usual_reference
from lenitive.evidence.network import decompose_q, fit_network, from_arm_counts, from_arm_rates, node_splits
from lenitive.evidence.pairwise import from_rates
from lenitive.render import meta_report, report_text
from lenitive.shells.cli import app

RUN = CliRunner()
NETWORK = (
    "study,treatment,events,n,bias\n1,Placebo,10,50,low\n1,b,14,50,low\n2,b,9,40,high\n2,c,15,41,high\n"
    "3,Placebo,8,60,\n3,c,20,61,\n"
)


def run(tmp_path: Path, text: str | bytes, *options: str, name: str = "table.csv"):  # type: ignore[no-untyped-def]
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return RUN.invoke(app, ["meta", str(path), *options])


def rows_of(done):  # type: ignore[no-untyped-def]
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_semicolons_and_decimal_commas_are_read_and_said(tmp_path: Path) -> None:
    comma = run(tmp_path, "study,yi,vi\na,0.1,0.02\nb,0.3,0.01\n", "--format", "json")
    semicolon = run(tmp_path, "study;yi;vi\na;0,1;0,02\nb;0,3;0,01\n", "--format", "json")
    assert rows_of(comma)["rows"] == rows_of(semicolon)["rows"]
    text = run(tmp_path, "study;yi;vi\na;0,1;0,02\nb;0,3;0,01\n").stdout
    assert "Numbers have decimal commas." in text
    mixed = run(tmp_path, "study;yi;vi\na;0,1;0.02\nb;0,3;0,01\n")
    assert mixed.exit_code == 2
    assert "decimal points and with decimal commas" in mixed.stderr


def workbook(rows: list[list[object]]) -> bytes:
    """A minimal XLSX workbook, as its specification has it."""
    import io

    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    sheet = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="Trials" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_a_workbook_is_read_as_its_csv(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["study", "events1", "n1", "events2", "n2"],
        ["a", 5, 40, 9, 41],
        ["b", 3, 50, 8, 52],
    ]
    book = run(tmp_path, workbook(rows), "--format", "json", name="trials.xlsx")
    text = run(
        tmp_path, "\n".join(",".join(map(str, r)) for r in rows), "--format", "json", name="trials.csv"
    )
    assert rows_of(book)["rows"] == rows_of(text)["rows"]
    assert "The sheet 'Trials' was read" in run(tmp_path, workbook(rows), name="trials.xlsx").stdout


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 torn", b"study,yi,vi\na,1,1\n", b"\x00" * 500])
def test_what_is_no_workbook_is_refused_in_one_line(tmp_path: Path, raw: bytes) -> None:
    done = run(tmp_path, raw, name="trials.xlsx")
    assert done.exit_code == 2
    assert "cannot be read as a workbook" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("columns", "layout"),
    [
        (["studlab", "treat1", "treat2", "TE", "seTE"], "network contrasts"),
        (["study", "t1", "t2", "effect", "se"], "network contrasts"),
        (["id", "t", "r", "n"], "network arm counts"),
        (["study", "treatment", "responders", "sampleSize"], "network arm counts"),
        (["study", "treatment", "mean", "std.dev", "sampleSize"], "network arm means"),
        (["study", "t", "y", "sd", "n"], "network arm means"),
        (["author", "ai", "n1i", "ci", "n2i"], "pairwise counts"),
        (["studlab", "event.e", "n.e", "event.c", "n.c"], "pairwise counts"),
        (["study", "m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"], "pairwise means"),
        (["slab", "yi", "sei"], "effects and standard errors"),
        (["studyc", "trtc", "r", "E"], "network arm rates"),
    ],
)
def test_the_names_of_other_programs_are_understood(columns: list[str], layout: str) -> None:
    """meta, netmeta, metafor, gemtc, multinma, CINeMA."""
    from lenitive.evidence.layouts import layout_of

    got, notes = by_usual_names({c: ["1"] for c in columns})
    assert layout_of(list(got)) == layout
    assert notes


def test_arms_side_by_side_are_one_row_an_arm() -> None:
    """MetaInsight's wide form, with a three-arm study and an empty third arm."""
    wide = {
        "Study": ["1", "2"],
        "T.1": ["a", "a"],
        "R.1": ["5", "4"],
        "N.1": ["40", "50"],
        "T.2": ["b", "b"],
        "R.2": ["9", "8"],
        "N.2": ["41", "50"],
        "T.3": ["c", ""],
        "R.3": ["7", ""],
        "N.3": ["42", ""],
    }
    result = meta(wide)
    assert result.layout == "network arm counts"
    assert result.network is not None
    assert [len(s.treatments) for s in result.network.network.studies] == [3, 2]


def test_a_placebo_is_the_reference_where_there_is_one(tmp_path: Path) -> None:
    assert "against Placebo" in run(tmp_path, NETWORK).stdout
    assert usual_reference(("a", "Standard care", "z")) == "Standard care"
    assert usual_reference(("a", "b")) is None


def test_a_part_of_a_network_that_falls_apart(tmp_path: Path) -> None:
    text = "study,treat1,treat2,te,se\n1,a,b,1,1\n2,c,d,1,1\n3,c,d,0.5,1\n"
    assert run(tmp_path, text).exit_code == 2
    got = rows_of(run(tmp_path, text, "--part", "d", "--format", "json"))
    assert {r["treatment"] for r in got["rows"]} == {"c", "d"}
    assert run(tmp_path, text, "--part", "x").exit_code == 2


def test_level_and_prediction(tmp_path: Path) -> None:
    table = "study,yi,vi\na,0.1,0.02\nb,0.5,0.01\nc,-0.3,0.02\nd,0.9,0.05\n"
    wide, narrow = (
        rows_of(run(tmp_path, table, "--level", v, "--format", "json"))["rows"][0] for v in ("0.99", "0.5")
    )
    assert wide["high"] - wide["low"] > narrow["high"] - narrow["low"]
    normal, higgins = (
        rows_of(run(tmp_path, table, "--prediction", v, "--format", "json"))["pooled"]["prediction"]
        for v in ("normal", "higgins")
    )
    assert higgins[1] > normal[1]
    assert "(99 %)" in run(tmp_path, table, "--level", "0.99").stdout


def page(tmp_path: Path, *options: str) -> str:
    """The words of the page."""
    done = run(tmp_path, NETWORK, "--format", "html", *options)
    assert done.exit_code == 0, done.stderr
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", done.stdout)).split())


def test_everything_a_panel_asks_is_on_the_page(tmp_path: Path) -> None:
    text = page(tmp_path, "--better", "lower", "--important", "1.25", "--show", "all")
    for words in (
        "Odds ratio, random effects (REML)",
        "Ranks, best first (lower is better)",
        "League table",
        "Node-splitting",
        "Ratio of the two",
        "Contributions",
        "Certainty, with 1.25 as the size that matters",
        "not judged",
    ):
        assert words in text, words


def test_without_a_direction_nothing_is_ranked_and_without_a_size_nothing_judged(tmp_path: Path) -> None:
    text = " ".join(run(tmp_path, NETWORK).stdout.split())
    assert "nothing is ranked" in text
    assert "certainty is not judged" in text


def test_ratings_of_a_reader_stand_beside_the_computed_ones(tmp_path: Path) -> None:
    ratings = tmp_path / "ours.toml"
    ratings.write_text(
        '[[rating]]\ntreatment = "c"\ncomparator = "Placebo"\ndomain = "reporting bias"\nconcern = "no concern"\n'
        'who = "A. Reader"\nwhen = 2026-11-27\nwhy = "Registries were searched."\n',
        encoding="utf-8",
    )
    text = page(tmp_path, "--important", "1.25", "--ratings", str(ratings))
    assert "A. Reader, 2026-11-27: Registries were searched." in text
    assert "no concern (computed: some concern)" in text
    ratings.write_text("[[rating]]\n", encoding="utf-8")
    assert run(tmp_path, NETWORK, "--important", "1.25", "--ratings", str(ratings)).exit_code == 2


def test_figures_are_written_as_svg(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    assert run(tmp_path, NETWORK, "--figures", str(folder)).exit_code == 0
    drawings = sorted(folder.iterdir())
    assert [d.name for d in drawings] == ["network-1.svg", "network-2.svg", "network-3.svg"]
    assert "Placebo : b" in drawings[2].read_text(encoding="utf-8"), "net heat"
    assert all(d.read_text(encoding="utf-8").startswith("<svg") for d in drawings)


def test_a_pdf_needs_a_file(tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    assert run(tmp_path, NETWORK, "--format", "pdf").exit_code == 2
    assert run(tmp_path, NETWORK, "--format", "pdf", "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "options",
    [
        ["--show", "magic"],
        ["--important", "0"],
        ["--important", "1"],
        ["--important", "-2"],
        ["--level", "2"],
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: list[str]) -> None:
    done = run(tmp_path, NETWORK if "--level" not in options else "study,yi,vi\na,1,1\nb,2,1\n", *options)
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_an_unknown_judgement_of_bias_is_refused_with_its_row(tmp_path: Path) -> None:
    done = run(tmp_path, NETWORK.replace("50,low\n2", "50,dubious\n2"))
    assert done.exit_code == 2
    assert "bias of row 2 is 'dubious'" in done.stderr


def test_ten_studies_are_asked_what_if_some_are_missing(tmp_path: Path) -> None:
    rows = "\n".join(f"s{i},{0.1 + 0.05 * i:.2f},{0.01 + 0.01 * i:.2f}" for i in range(10))
    told = "If studies are missing for their results"
    assert told in run(tmp_path, f"study,yi,vi\n{rows}\n").stdout
    assert told not in run(tmp_path, "study,yi,vi\n" + "\n".join(rows.splitlines()[:9]) + "\n").stdout


def test_rates_and_hazard_ratios() -> None:
    """log IRR and variance as metafor's escalc (measure "IRR"): 10/100 against 5/120 is log 2.4, variance 0.3."""
    effects = from_rates([10, 0, 0], [100, 50, 10], [5, 3, 0], [120, 60, 10])
    assert effects.yi[0] == pytest.approx(np.log(2.4))
    assert effects.vi[0] == pytest.approx(0.3)
    assert effects.studies == ("study 1", "study 2")
    network = fit_network(from_arm_rates(["1", "1"], ["a", "b"], [5, 10], [120, 100]), reference="a")
    assert network.compare("b", "a").estimate == pytest.approx(np.log(2.4))
    assert network.is_ratio
    with pytest.raises(NotEstimable, match="no_time"):
        from_rates([1], [0], [1], [10])
    hazard = meta({"study": ["1", "2"], "yi": [0.1, 0.2], "se": [0.1, 0.1]}, measure="HR")
    assert hazard.pooled is not None
    assert hazard.pooled.is_ratio


def test_a_large_network_takes_seconds_with_every_split() -> None:
    """case E9: 200 trials of 20 treatments took 38 s, 800 took 159 s; now all splits of 200 are a few seconds at most."""
    rng = np.random.default_rng(5)
    study, treatment, events, people = [], [], [], []
    for s in range(200):
        for a in rng.choice(20, size=int(rng.choice([2, 2, 2, 3])), replace=False):
            study.append(f"s{s}")
            treatment.append(f"t{a:02d}")
            people.append(int(rng.integers(40, 300)))
            events.append(int(rng.integers(5, 30)))
    network = from_arm_counts(study, treatment, events, people)
    start = time.process_time()
    decompose_q(network)
    splits = node_splits(network)
    assert len(splits) > 100
    assert time.process_time() - start < 10


def test_fifty_studies_are_built_fitted_and_written_with_little_work() -> None:
    """case E17: a table of 50 studies was only twice as quick as metafor; work is counted in calls, which no busy machine changes.

    Measured: 8,300 calls to read, build and fit (4 ms), 495,000 for the text with every split and the net heat (0.25 s).
    """
    rng = np.random.default_rng(17)
    table: dict[str, list[object]] = {"study": [], "treatment": [], "events": [], "n": []}
    for s in range(50):
        for a in rng.choice(20, size=int(rng.choice([2, 2, 2, 3])), replace=False):
            table["study"].append(f"s{s}")
            table["treatment"].append(f"t{a:02d}")
            table["n"].append(int(rng.integers(40, 300)))
            table["events"].append(int(rng.integers(5, 30)))
    meta(table)
    reading, writing = cProfile.Profile(), cProfile.Profile()
    result = reading.runcall(meta, table)
    report = writing.runcall(meta_report, result, name="fifty", version="1")
    text = writing.runcall(report_text, report)
    assert "50 studies, 20 treatments" in text
    assert pstats.Stats(reading).total_calls < 12_000  # type: ignore[attr-defined]
    assert pstats.Stats(writing).total_calls < 1_000_000  # type: ignore[attr-defined]
