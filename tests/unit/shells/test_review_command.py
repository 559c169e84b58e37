"""``lenitive review`` as other programs call it: bytes, exit statuses, forms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from lenitive.shells.cli import app

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
KEYS = [
    "schema", "at", "knowledge", "seed", "regimen", "verdicts", "effects", "coupling", "side_effects", "findings",
    "options", "monitoring", "articles", "data_quality",
]  # fmt: skip


def lenitive(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "lenitive", *arguments], capture_output=True, check=False)


def document(*arguments: str) -> dict:
    done = CliRunner().invoke(app, ["review", *arguments, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_equal_inputs_give_equal_bytes_in_two_processes():
    record = str(EXAMPLES / "older-adult-dizziness-thin-data")
    first, second = (lenitive("review", record, "--seed", "3", "--format", "json") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert len(first.stdout) > 1000


@pytest.fixture(scope="module")
def clear() -> dict:
    return document(str(EXAMPLES / "clear-responder"))


def test_the_document_has_the_keys_others_rely_on(clear):
    assert [k for k in KEYS if k not in clear] == []
    assert clear["schema"] == "lenitive.review/2"
    assert all(clear[k] is not None or k in clear["absent"] for k in KEYS)


def test_an_answer_has_three_parts_each_with_its_probability(clear):
    (found,) = clear["answers"]
    assert found["grade"] == "works"
    assert found["helps"]["probability"] > 0.975
    assert found["size"]["mean"] > 0
    assert found["line"]["on"] == "weighed"
    assert found["line"]["probability"] == clear["verdicts"][0]["probability"]
    assert set(found["trials_only"]) == {"helps", "size", "line"}
    assert found["outcomes_used"] == ["sleep_disturbance", "pain", "fatigue"]
    assert [e["dose_mg_per_day"] for e in clear["effects"] if e["current"]] == [30] * len(
        [e for e in clear["effects"] if e["current"]]
    )
    assert any(not e["current"] for e in clear["effects"])


def test_the_document_of_before_is_written_on_request(clear):
    before = document(str(EXAMPLES / "clear-responder"), "--schema", "1")
    assert before["schema"] == "lenitive.review/1"
    assert [k for k in clear if k not in before] == ["answers"]
    assert all("current" not in e for e in before["effects"])
    for key in set(before) - {"schema", "digest", "effects"}:
        assert before[key] == clear[key], key


def test_a_version_of_the_document_is_no_page():
    done = CliRunner().invoke(app, ["review", str(EXAMPLES / "clear-responder"), "--schema", "1"])
    assert done.exit_code == 2
    assert "--format json" in done.stderr


def test_every_estimand_is_there_with_its_quantiles(clear):
    found = {(e["outcome"], e["estimand"]) for e in clear["effects"] if e.get("drug") == "mirtazapine"}
    assert found == {
        (o, s)
        for o in ("pain", "sleep_disturbance", "fatigue")
        for s in ("attributable", "change_since_start", "naive", "on_minus_off")
    }
    for e in clear["effects"]:
        values = list(e["quantiles"].values())
        assert values == sorted(values)
        assert set(e["quantiles"]) == {"0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"}
        assert set(e["probability"]) >= {"mcid", "30pct", "50pct"}


def test_no_change_is_always_among_the_options(clear):
    assert "no_change" in [o["action"] for o in clear["options"]]
    ranks = [o["rank"] for o in clear["options"] if o["rank"] is not None]
    assert ranks == list(range(1, len(ranks) + 1))


def test_a_non_drug_option_carries_the_size_of_its_evidence(clear):
    found = next(o for o in clear["options"] if o["action"] == "add_non_drug")
    assert any("aerobic exercise: -0.31 (-0.46 to -0.17)" in why for why in found["because"])
    assert any("arthritis-research" in source["article"] for source in found["sources"])


def test_each_example_shows_what_its_name_says(clear):
    kinds = {
        name: document(str(EXAMPLES / name))["verdicts"][0]["verdict"]
        for name in (
            "improved-not-from-the-drug",
            "non-responder-weight-gain",
            "older-adult-dizziness-thin-data",
        )
    }
    assert clear["verdicts"][0]["verdict"] == "works"
    assert kinds == {
        "improved-not-from-the-drug": "does_not_work",
        "non-responder-weight-gain": "does_not_work",
        "older-adult-dizziness-thin-data": "cannot_tell",
    }


def test_nothing_dated_later_is_used(tmp_path):
    whole = EXAMPLES / "clear-responder"
    lines = (whole / "diary.csv").read_text(encoding="utf-8").splitlines()
    cut = tmp_path / "cut"
    cut.mkdir()
    for file in whole.iterdir():
        if file.suffix in {".csv", ".toml"}:
            (cut / file.name).write_bytes(file.read_bytes())
    day = "2025-11-15"
    head = next(i for i, line in enumerate(lines) if line.startswith("date,"))
    kept = [line for i, line in enumerate(lines) if i <= head or line[:10] <= day]
    assert len(kept) < len(lines)
    (cut / "diary.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    a, b = (document(str(folder), "--at", day) for folder in (whole, cut))
    assert a["effects"] == b["effects"]
    assert a["data_quality"]["entries"] == b["data_quality"]["entries"]


def test_a_record_without_medicine_is_described_and_gets_no_effects(tmp_path):
    record = tmp_path / "r"
    record.mkdir()
    rows = "\n".join(f"2026-01-{d:02d},5,6,5" for d in range(1, 20))
    (record / "diary.csv").write_text(f"date,pain,sleep_disturbance,fatigue\n{rows}\n", encoding="utf-8")
    found = document(str(record))
    assert found["effects"] == []
    assert found["verdicts"] == []
    assert found["data_quality"]["entries"] == 19


@pytest.mark.parametrize("days", [0, 1])
def test_an_empty_diary_and_one_day_of_it_are_answered(tmp_path, days):
    record = tmp_path / "r"
    record.mkdir()
    rows = "".join("2026-01-05,5,6,5\n" for _ in range(days))
    (record / "diary.csv").write_text(f"date,pain,sleep_disturbance,fatigue\n{rows}", encoding="utf-8")
    (record / "medicines.csv").write_text(
        "drug,dose_mg,start,end,times,form,reason\nmirtazapine,15,2026-01-01,,bedtime,tablet,\n",
        encoding="utf-8",
    )
    found = document(str(record))
    assert found["verdicts"][0]["verdict"] == "cannot_tell"
    assert found["data_quality"]["entries"] == days


def test_an_unreadable_record_ends_with_two_and_a_line_for_each_problem(tmp_path):
    record = tmp_path / "r"
    record.mkdir()
    (record / "diary.csv").write_text("date,pain\n2026-01-01,11\n2026-13-01,5\n", encoding="utf-8")
    done = lenitive("review", str(record), "--format", "json")
    assert done.returncode == 2
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert any(line.startswith("diary.csv:2") for line in lines)
    assert any(line.startswith("diary.csv:3") for line in lines)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--at", "yesterday"),
        ("--outcomes", "pain,sleep"),
        ("--outcomes", "pain,pain,fatigue"),
        ("--outcomes", "a,b,c"),
    ],
)
def test_a_wrong_option_is_refused_with_its_remedy(arguments):
    done = CliRunner().invoke(app, ["review", str(EXAMPLES / "clear-responder"), *arguments])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_the_pdf_is_tagged_titled_and_in_a_language(tmp_path):
    out = tmp_path / "review.pdf"
    done = CliRunner().invoke(
        app,
        ["review", str(EXAMPLES / "older-adult-dizziness-thin-data"), "--format", "pdf", "--out", str(out)],
    )
    assert done.exit_code == 0, done.output
    pdf = PdfReader(out)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "Review of" in pdf.metadata.title
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "Simulated" in text
    assert "Cannot tell yet" in text


@pytest.mark.parametrize(
    ("form", "begins"), [("text", b"simulated"), ("html", b"<!doctype html>"), ("pdf", b"%PDF")]
)
def test_the_one_page_is_written_in_three_formats(tmp_path, form, begins):
    out = tmp_path / f"visit.{form}"
    record = str(EXAMPLES / "older-adult-dizziness-thin-data")
    done = CliRunner().invoke(app, ["review", record, "--brief", "--format", form, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize("more", [("--format", "json"), ("--night", "night.edf")])
def test_what_does_not_go_with_the_one_page_is_refused(more):
    record = str(EXAMPLES / "older-adult-dizziness-thin-data")
    done = CliRunner().invoke(app, ["review", record, "--brief", *more])
    assert done.exit_code == 2
    assert "--brief" in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("form", "begins"), [("text", b"Your page"), ("html", b"<!doctype html>"), ("pdf", b"%PDF")]
)
def test_the_patients_page_is_written_in_three_formats(tmp_path, form, begins):
    out = tmp_path / f"own.{form}"
    record = str(EXAMPLES / "older-adult-dizziness-thin-data")
    done = CliRunner().invoke(
        app, ["review", record, "--for", "patient", "--format", form, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(begins)


@pytest.mark.parametrize("more", [("--format", "json"), ("--brief",)])
def test_what_does_not_go_with_the_patients_page_is_refused(more):
    record = str(EXAMPLES / "older-adult-dizziness-thin-data")
    done = CliRunner().invoke(app, ["review", record, "--for", "patient", *more])
    assert done.exit_code == 2
    assert "--for patient" in done.stderr


@pytest.mark.parametrize("option", ["--for", "--sheet"])
def test_a_plan_names_whom_it_is_for(option):
    plan = ["plan", "taper", "--from", "mirtazapine:30", "--start", "2026-03-01", "--age", "50"]
    done = CliRunner().invoke(app, [*plan, option, "patient"])
    assert done.exit_code == 0, done.output
    assert "Follow this sheet only if" in done.stdout


def test_a_new_record_can_bring_a_sheet_to_print(tmp_path):
    done = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--diary-sheet"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "mine" / "diary-sheet.pdf").read_bytes().startswith(b"%PDF")
    assert CliRunner().invoke(app, ["check", str(tmp_path / "mine")]).exit_code == 0
