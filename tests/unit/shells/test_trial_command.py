"""``lenitive trial``: drawn, sealed, proved; and refused where it cannot be."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.shells.cli import app

RUN = CliRunner()
SEED = "tell-nobody-0123456789"


def drawn(tmp_path: Path, *options: str, drug: str = "mirtazapine", weeks: str = "26"):  # type: ignore[no-untyped-def]
    out = tmp_path / "trial"
    done = RUN.invoke(
        app, ["trial", "schedule", "--drug", drug, "--weeks", weeks, "--out", str(out), *options]
    )
    return done, out


def parts(out: Path):  # type: ignore[no-untyped-def]
    return tuple(json.loads((out / f).read_text(encoding="utf-8")) for f in ("open.json", "sealed.json"))


def test_a_schedule_is_drawn_sealed_and_proved(tmp_path: Path) -> None:
    done, out = drawn(tmp_path, "--seed", SEED)
    assert done.exit_code == 0, done.stderr
    shown, hidden = parts(out)
    # Three weeks of onset: five weeks at least, the three after a change left out.
    assert shown["design"]["lengths"][0] == 5
    assert shown["design"]["settling_days"] == 21
    assert shown["design"]["arms"] == ["mirtazapine", "nothing"]
    assert SEED not in json.dumps(shown)
    assert SEED not in done.stdout
    assert not any(p["arm"] + str(p["weeks"]) in done.stdout.replace(" ", "") for p in hidden["periods"])
    assert stat.S_IMODE((out / "sealed.json").stat().st_mode) == 0o600
    proof = RUN.invoke(app, ["trial", "verify", str(out / "open.json"), str(out / "sealed.json")])
    assert proof.exit_code == 0, proof.stdout
    assert f"{shown['size']:,} schedules obey the rules" in proof.stdout
    assert "It is the one that was sealed." in proof.stdout


def test_a_changed_schedule_is_found(tmp_path: Path) -> None:
    _, out = drawn(tmp_path, "--seed", SEED)
    _, hidden = parts(out)
    hidden["periods"] = [
        {**p, "arm": "nothing" if p["arm"] == "mirtazapine" else "mirtazapine"} for p in hidden["periods"]
    ]
    (out / "sealed.json").write_text(json.dumps(hidden), encoding="utf-8")
    proof = RUN.invoke(app, ["trial", "verify", str(out / "open.json"), str(out / "sealed.json")])
    assert proof.exit_code == 1
    assert "The schedule is not that one: it is number" in proof.stdout
    assert "It is not the one that was sealed." in proof.stdout


def test_without_a_seed_no_two_draws_share_one(tmp_path: Path) -> None:
    seeds = {parts(drawn(tmp_path / str(i))[1])[1]["seed"] for i in range(3)}
    assert len(seeds) == 3


def test_a_quick_drug_has_short_periods_but_none_near_half_a_cycle(tmp_path: Path) -> None:
    done, out = drawn(tmp_path, "--onset-days", "0.2", "--settling-days", "1", weeks="12")
    assert done.exit_code == 0, done.stderr
    assert parts(out)[0]["design"]["lengths"][:2] == [1, 3]
    other, out = drawn(
        tmp_path / "b", "--onset-days", "0.2", "--settling-days", "1", "--no-cycle", weeks="12"
    )
    assert other.exit_code == 0
    assert parts(out)[0]["design"]["lengths"][:2] == [1, 2]


@pytest.mark.parametrize(
    ("options", "weeks", "why"),
    [
        ((), "8", "do not fit into 8"),
        (("--seed", "short"), "26", "the seed has 5 letters"),
        (("--first", "placebo"), "26", "none of the arms"),
        (("--onset-days", "-1"), "26", "above 0"),
        (("--onset-days", "nan"), "26", "above 0"),
        (("--settling-days", "90"), "26", "as long as the shortest period"),
        (("--against", "mirtazapine"), "26", "different names"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(
    tmp_path: Path, options: tuple[str, ...], weeks: str, why: str
) -> None:
    done, out = drawn(tmp_path, *options, weeks=weeks)
    assert done.exit_code == 2
    assert why in " ".join(done.stderr.split())
    assert not out.exists()


def test_a_folder_that_is_there_is_not_drawn_into_again(tmp_path: Path) -> None:
    _, out = drawn(tmp_path, "--seed", SEED)
    before = (out / "sealed.json").read_bytes()
    again, _ = drawn(tmp_path)
    assert again.exit_code == 2
    assert "drawn once" in " ".join(again.stderr.split())
    assert (out / "sealed.json").read_bytes() == before


def test_an_unknown_drug_and_files_that_are_no_parts_are_refused(tmp_path: Path) -> None:
    assert drawn(tmp_path, drug="mirtazipin-x")[0].exit_code == 2
    bad = tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    for first, second in ((bad, bad), (tmp_path / "none.json", bad)):
        done = RUN.invoke(app, ["trial", "verify", str(first), str(second)])
        assert done.exit_code == 2
        assert "Traceback" not in done.stderr
    bad.write_text("{}", encoding="utf-8")
    done = RUN.invoke(app, ["trial", "verify", str(bad), str(bad)])
    assert done.exit_code == 2
    assert "open part: is not one of lenitive.trial/1" in " ".join(done.stderr.split())
