"""Bad input meets the review itself: a review, or problems with place and remedy and exit status 2."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

DOSES = "drug,dose_mg,start,end,times\nmirtazapine,15,2026-03-02,,bedtime\n"
DIARY = "date,pain,sleep_disturbance,fatigue\n" + "".join(f"2026-03-{day:02},5,6,4\n" for day in range(1, 15))
LINE = re.compile(r"^[\w.\-]+(:\d+)?( \S+)?: .+\. .+\.$")


def review(folder, **files: str | bytes):
    for name, content in {"medicines": DOSES, "diary": DIARY, **files}.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(app, ["review", str(folder), "--format", "json"])


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"diary": DIARY + "2026-03-20,11,,\n"}, "diary.csv:16 pain"),
        ({"diary": DIARY + "2099-03-20,1,,\n"}, "diary.csv:16 date"),
        ({"diary": DIARY + "2062-03-20,1,,\n"}, "diary.csv:16 date"),
        ({"diary": DIARY + "2026-03-20,=1+1,,\n"}, "diary.csv:16 pain"),
        ({"diary": DIARY.encode("utf-16")}, "diary.csv"),
        ({"diary": DIARY.encode() + b"\0"}, "diary.csv:16"),
        ({"diary": b"\x80\x81" * 99}, "diary.csv:1"),
        ({"medicines": DOSES + "mirtazapine,30,2026-03-09,,bedtime\n"}, "medicines.csv:3 start"),
        ({"medicines": DOSES.replace(",,", ",2026-03-08,") + "mirtazapine,0.03,2026-03-09,,bedtime\n"}, "medicines.csv:3 dose_mg"),
        ({"medicines": DOSES + "duloxetine,1 g,2026-03-09,,morning\n"}, "medicines.csv:3 dose_mg"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_read(tmp_path, files, place):
    done = review(tmp_path, **files)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [place]
    assert LINE.match(lines[0])


def test_a_file_of_200_mb(tmp_path):
    with (tmp_path / "effects.csv").open("wb") as big:
        big.truncate(200_000_000)
    done = review(tmp_path)
    assert done.exit_code == 2
    assert done.stderr.startswith("effects.csv: ")


@pytest.mark.parametrize(
    "diary", ["", "date,pain\n", "date,pain\n2026-03-05,6\n", "date,pain\n2026-03-05,\n"]
)
def test_no_diary_and_one_day_of_it_are_reviewed(tmp_path, diary):
    done = review(tmp_path, diary=diary)
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert {v["verdict"] for v in document["verdicts"]} == {"cannot_tell"}


def test_what_was_left_out_stands_in_the_review(tmp_path):
    done = review(tmp_path, diary=DIARY.replace("fatigue", "tiredness"))
    assert done.exit_code == 0
    problems = json.loads(done.stdout)["data_quality"]["problems"]
    assert "tiredness" in json.dumps(problems)


def test_a_formula_in_a_note_is_text_and_reaches_no_spreadsheet(tmp_path):
    done = review(tmp_path, diary='date,pain,note\n2026-03-05,5,"=HYPERLINK(""http://example.org"")"\n')
    assert done.exit_code == 0, done.output
