"""``lenitive evidence`` and ``lenitive meta`` as their users run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.evidence import NotEstimable, meta
from lenitive.shells.cli import app

RUN = CliRunner()

COUNTS = "study,events1,n1,events2,n2\nMiki,96,211,65,211\nYeephu,8,12,5,12\n"
NETWORK = "study,treatment,events,n\n1,a,10,50\n1,b,14,50\n2,b,9,40\n2,c,15,41\n3,a,8,60\n3,c,20,61\n"


def write(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_evidence_as_json() -> None:
    done = RUN.invoke(app, ["evidence", "--outcome", "pain", "--format", "json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["schema"] == "lenitive.evidence/1"


def test_an_unknown_outcome_is_refused_with_those_there_are() -> None:
    done = RUN.invoke(app, ["evidence", "--outcome", "happiness"])
    assert done.exit_code == 2
    assert "There are: pain" in done.stderr


def test_help_teaches() -> None:
    for command in ("evidence", "meta"):
        text = RUN.invoke(app, [command, "--help"]).stdout
        assert f"lenitive {command}" in text


def test_meta_pairwise(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["meta", write(tmp_path, COUNTS), "--format", "json", "--model", "common"])
    assert done.exit_code == 0
    rows = json.loads(done.stdout)["rows"]
    assert rows[0]["estimate"] == pytest.approx(96 / 65)
    assert rows[-1]["study"] == "pooled"


@pytest.mark.parametrize("form", ["text", "html", "json"])
@pytest.mark.parametrize(
    "table", [COUNTS, NETWORK, "study,yi,se\na,0.1,0.2\nb,0.3,0.1\nc,-0.2,0.3\n", "study,yi,vi\na,0.1,0.2\n"]
)
def test_meta_has_every_face(tmp_path: Path, form: str, table: str) -> None:
    out = tmp_path / "out"
    done = RUN.invoke(app, ["meta", write(tmp_path, table), "--format", form, "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    assert len(out.read_text(encoding="utf-8")) > 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("study,yi,vi\n", "no_studies"),
        ("a,b\n1,2\n", "unknown_columns"),
        ("study,yi,vi\nx,1\n", "row 2 has 2 cells"),
        ("study,yi,vi\nx,one,2\n", "not_a_number"),
        ("study,yi,vi\nx,,2\n", "missing_value"),
        ("study,yi,vi\nx,1,0\n", "zero_variance"),
        ("study,yi,se\nx,1,-1\n", "negative_variance"),
        ("study,yi,yi\nx,1,1\n", "twice"),
        ("study,events1,n1,events2,n2\nx,5,4,1,4\n", "impossible_counts"),
        ("study,treat1,treat2,te,se\n1,a,b,1,1\n2,c,d,1,1\n", "disconnected"),
        ("study,treatment,events,n\n1,a,1,5\n1,a,1,5\n", "duplicated_arm"),
        (b"study,yi\xff\n", "not UTF-8"),
        ('study,yi,vi\n"x,1,1\n', "not CSV"),
    ],
)
def test_meta_refuses_on_one_line_without_a_traceback(tmp_path: Path, text: str | bytes, words: str) -> None:
    done = RUN.invoke(app, ["meta", write(tmp_path, text)])
    assert done.exit_code == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_meta_refuses_what_the_options_ask_for(tmp_path: Path) -> None:
    for options in (["--measure", "MD"], ["--method", "XX"], ["--test", "t"]):
        done = RUN.invoke(app, ["meta", write(tmp_path, COUNTS), *options])
        assert done.exit_code == 2
    assert RUN.invoke(app, ["meta", write(tmp_path, NETWORK), "--reference", "z"]).exit_code == 2


def test_a_mapping_comes_back_as_a_mapping() -> None:
    columns = {"study": ["1", "2"], "yi": [0.1, 0.3], "vi": [0.01, 0.02]}
    frame = meta(columns).to_frame()
    assert frame["study"] == ["1", "2", "pooled"]
    with pytest.raises(NotEstimable, match="not_a_table"):
        meta(5)


def test_a_frame_comes_back_as_a_frame_of_its_kind() -> None:
    """polars stands for every library that narwhals knows; pandas takes the same path."""
    import polars

    frame = polars.DataFrame(
        {
            "study": ["1", "1", "2", "2"],
            "treatment": ["a", "b", "a", "b"],
            "events": [5, 9, 4, 8],
            "n": [40, 41, 39, 42],
        }
    )
    result = meta(frame, reference="a")
    out = result.to_frame()
    assert isinstance(out, polars.DataFrame)
    assert out.columns[:3] == ["treatment", "comparator", "estimate"]
    assert out.height == 2
