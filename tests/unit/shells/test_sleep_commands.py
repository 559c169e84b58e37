from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from lenitive.intake import read_folder
from lenitive.shells.cli import app

run = CliRunner().invoke


def fitbit(folder, *, nights=9, name="fitbit.json"):
    logs = []
    for day in range(2, 2 + nights):
        start = f"2026-03-{day - 1:02d}T23:00:00.000"
        data = [
            {"dateTime": start, "level": "wake", "seconds": 1200},
            {"dateTime": f"2026-03-{day - 1:02d}T23:20:00.000", "level": "light", "seconds": 2400},
            {"dateTime": f"2026-03-{day:02d}T00:00:00.000", "level": "deep", "seconds": 3600},
            {"dateTime": f"2026-03-{day:02d}T01:00:00.000", "level": "rem", "seconds": 3600},
        ]
        logs.append(
            {
                "dateOfSleep": f"2026-03-{day:02d}",
                "startTime": start,
                "endTime": f"2026-03-{day:02d}T02:00:00.000",
                "isMainSleep": True,
                "levels": {"data": data},
            }
        )
    path = folder / name
    path.write_text(json.dumps({"sleep": logs}))
    return path


@pytest.fixture
def record(tmp_path):
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "diary.csv").write_text("date,sleep_disturbance,sleep_hours\n2026-03-02,6,5.5\n")
    return folder


def test_nights_as_a_table_with_definition_caution_and_regularity(tmp_path):
    found = run(app, ["sleep", str(fitbit(tmp_path))])
    assert found.exit_code == 0
    for words in ("9 nights", "yasa-0.8", "2 h 40", "Caution.", "sleep regularity index 100"):
        assert words in found.stdout, words


def test_the_document_carries_its_definition_with_every_night(tmp_path):
    found = run(app, ["sleep", str(fitbit(tmp_path)), "--format", "json", "--definition", "dreem-2020"])
    told = json.loads(found.stdout)
    assert told["schema"] == "lenitive.sleep/1"
    assert {n["definition"] for n in told["nights"]} == {"dreem-2020"}
    # onset is the third epoch asleep: one minute later than the first
    assert told["nights"][0]["sol_min"] == 21
    assert told["nights"][0]["device_class"] == "wearable"


def test_several_scorers_are_compared_and_agreed(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text(
        "epoch,scorer_a,scorer_b\n" + "".join(f"{i},{'W' if i < 4 else 'N2'},N2\n" for i in range(20))
    )
    assert "scorer_a and scorer_b" in run(app, ["sleep", str(path)]).stdout
    told = json.loads(run(app, ["sleep", str(path), "--format", "json"]).stdout)
    assert len(told["consensus"]["consensus"]) == 20


def test_bad_files_end_with_status_2_and_one_problem_a_line(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"sleep": [')
    for arguments in (["sleep", str(bad)], ["sleep", str(tmp_path / "absent.xml")], ["sleep", str(tmp_path)]):
        found = run(app, arguments)
        assert found.exit_code == 2
        assert found.stdout == ""
        assert len(found.stderr.strip().splitlines()) == 1, found.stderr


def test_an_empty_file_beside_others_does_not_stop_them(tmp_path):
    empty = tmp_path / "empty.json"
    empty.write_text('{"sleep": []}')
    found = run(app, ["sleep", str(empty), str(fitbit(tmp_path))])
    assert found.exit_code == 0
    assert "without a night" in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--definition", "aasm"],
        ["--zone", "Atlantis"],
        ["--epoch", "0"],
        ["--codes", "x"],
        ["--start", "soon"],
        ["--plot", "nights"],
        ["--plot", "nights", "--out", "x.bmp"],
    ],
)
def test_wrong_options_are_named(tmp_path, arguments):
    found = run(app, ["sleep", str(fitbit(tmp_path)), *arguments])
    assert found.exit_code == 2
    assert "--" in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.parametrize("plot", ["hypnogram", "nights", "stages", "times"])
def test_every_picture_is_drawn(tmp_path, plot):
    out = tmp_path / f"{plot}.svg"
    found = run(app, ["sleep", str(fitbit(tmp_path)), "--plot", plot, "--out", str(out)])
    assert found.exit_code == 0
    drawn = out.read_text()
    assert drawn.startswith("<svg")
    assert "NaN" not in drawn
    assert "#0" + "50505" not in drawn, "token colours are replaced"


def test_stage_shares_are_drawn_with_the_doses_of_a_record(tmp_path, record):
    (record / "medicines.csv").write_text(
        "drug,dose_mg,start,end,times\nmirtazapine,15,2026-03-04,,bedtime\n"
    )
    out = tmp_path / "stages.svg"
    arguments = [
        "sleep",
        str(fitbit(tmp_path)),
        "--plot",
        "stages",
        "--doses",
        str(record),
        "--out",
        str(out),
    ]
    assert run(app, arguments).exit_code == 0
    assert "mirtazapine" in out.read_text()
    assert "15 mg" in out.read_text()


def test_import_adds_nights_once_and_keeps_everything_else(tmp_path, record):
    path = fitbit(tmp_path)
    before = (record / "diary.csv").read_text()
    found = run(app, ["import", "sleep", str(path), "--into", str(record)])
    assert found.exit_code == 0, found.stderr
    assert "9 nights, 2026-03-02 to 2026-03-10, from fitbit" in found.stdout
    assert "nights.csv 9" in found.stdout
    assert "nothing is new" in run(app, ["import", "sleep", str(path), "--into", str(record)]).stdout
    reading = read_folder({p.name: p.read_bytes() for p in record.iterdir()})
    assert reading.problems == ()
    assert len(reading.record.nights) == 9
    assert reading.record.nights[0].tst_min == 160
    assert [d.sleep_hours for d in reading.record.diary] == [5.5]
    assert (record / "diary.csv").read_text() == before
    other = run(app, ["import", "sleep", str(path), "--into", str(record), "--definition", "dreem-2020"])
    assert "nights.csv 9" in other.stdout, "another definition is another series"


def test_import_changes_nothing_when_a_file_or_the_record_is_bad(tmp_path, record):
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert run(app, ["import", "sleep", str(bad), "--into", str(record)]).exit_code == 2
    assert not (record / "nights.csv").exists()
    (record / "diary.csv").write_text("date,pain\n2026-03-02,11\n")
    assert run(app, ["import", "sleep", str(fitbit(tmp_path)), "--into", str(record)]).exit_code == 2
    assert (record / "diary.csv").read_text() == "date,pain\n2026-03-02,11\n"


def test_import_of_a_scored_night_needs_its_date(tmp_path, record):
    path = tmp_path / "night.txt"
    path.write_text("W\nN2\nN2\n")
    found = run(app, ["import", "sleep", str(path), "--into", str(record)])
    assert found.exit_code == 2
    assert "--start" in found.stderr
    arguments = ["import", "sleep", str(path), "--into", str(record), "--start", "2026-03-01T23:00"]
    assert run(app, arguments).exit_code == 0
    assert "unknown" in (record / "nights.csv").read_text(), "text does not say what measured it"
    assert "add --replace" in run(app, [*arguments, "--device", "psg"]).stdout, (
        "what stands is not overwritten unasked"
    )
    assert "unknown" in (record / "nights.csv").read_text()
    assert run(app, [*arguments, "--device", "psg", "--replace"]).exit_code == 0
    assert "psg" in (record / "nights.csv").read_text()


def test_a_device_is_held_against_the_same_night_scored(tmp_path):
    head = "start,end,stage\n"
    scored = (
        head
        + "2026-03-01T23:00:00,2026-03-01T23:30:00,W\n2026-03-01T23:30:00,2026-03-02T03:30:00,N2\n2026-03-02T03:30:00,2026-03-02T05:00:00,R\n"
    )
    watch = (
        head
        + "2026-03-01T22:50:00,2026-03-01T23:15:00,W\n2026-03-01T23:15:00,2026-03-02T03:30:00,light\n2026-03-02T03:30:00,2026-03-02T05:10:00,rem\n"
    )
    (tmp_path / "scored.csv").write_text(scored)
    (tmp_path / "watch.csv").write_text(watch)
    found = run(app, ["sleep", str(tmp_path / "watch.csv"), "--against", str(tmp_path / "scored.csv")])
    assert found.exit_code == 0, found.stderr
    # 720 epochs of 30 s; a quarter of an hour of wake called sleep.
    assert "720 that both scored" in found.stdout
    assert "100.0" in found.stdout
    assert "50.0" in found.stdout, "the specificity of sleep"
    (tmp_path / "other.csv").write_text(scored.replace("2026-03", "2025-03"))
    alone = run(app, ["sleep", str(tmp_path / "watch.csv"), "--against", str(tmp_path / "other.csv")])
    assert alone.exit_code == 2
    assert "--against" in alone.stderr
