"""Trials that come in: what changes, what is refused, and that nothing else moves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from lenitive.evidence import compare_evidence, rated, ratings_from, synthesise
from lenitive.knowledge import KnowledgeError, load, with_file, with_trials
from lenitive.shells.cli import app

RUN = CliRunner()
ARM = {
    "study_id": "Example 2027 (mirtazapine)",
    "year": "2027",
    "weeks": "12",
    "n_randomised": "200",
    "outcome": "pain_change_0_10",
    "n_analysed": "200",
    "se": "0.15",
    "design": "randomised, double-blind",
    "source_url": "https://example.org/trial",
}
TRIAL = [
    {**ARM, "drug": "mirtazapine", "dose_mg_per_day": "30", "mean": "-1.9"},
    {**ARM, "drug": "placebo", "mean": "-1.1"},
]


def test_a_new_trial_moves_its_drug_and_the_version_and_nothing_on_disk() -> None:
    before = load()
    after = with_trials(before, TRIAL)
    assert after.version != before.version
    assert before.version == load().version
    living = compare_evidence(before, after, ("pain", "somnolence"))
    moved = {(m.outcome, m.treatment): m for m in living.moved}
    mine = moved["pain", "mirtazapine"]
    assert mine.before is not None
    assert mine.after is not None
    assert (mine.before.trials, mine.after.trials) == (1, 2)
    assert mine.after.estimate < mine.before.estimate, "the new trial found more"
    assert not any(outcome == "somnolence" for outcome, _ in moved)
    assert living.stayed > 0
    belief = next(
        b for b in living.beliefs if b.after.drug == "mirtazapine" and b.after.outcome.value == "pain"
    )
    assert belief.after.mean < belief.before.mean
    assert belief.after.grade == "U", "an address without a grade is shown as unverified"


def test_the_same_knowledge_moves_nothing() -> None:
    living = compare_evidence(load(), load(), ("pain",))
    assert living.moved == ()
    assert living.beliefs == ()
    assert living.stayed == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source_url": ""}, "row 2, source_url"),
        ({"mood": "1"}, "mood"),
        ({"n_analysed": "many"}, "n_analysed"),
        ({"year": "1066"}, "year"),
        ({"n_analysed": "900"}, "more people analysed than randomised"),
    ],
)
def test_a_row_that_cannot_be_one_is_refused_with_its_place(change: dict[str, str], words: str) -> None:
    with pytest.raises(KnowledgeError, match=words):
        with_trials(load(), [{**TRIAL[0], **change}, TRIAL[1]])


def test_no_rows_are_no_trial() -> None:
    with pytest.raises(KnowledgeError, match="holds no trial"):
        with_trials(load(), [])


def test_a_file_in_the_place_of_another_is_another_snapshot() -> None:
    text = load().files.content["trials/certainties.toml"].decode()
    assert with_file(load(), "trials/certainties.toml", text) == load()
    assert with_file(load(), "trials/certainties.toml", text + "\n") != load()


def csv_of(rows: list[dict[str, str]]) -> str:
    head = list(dict.fromkeys(k for r in rows for k in r))
    lines = [",".join(head), *(",".join(f'"{r.get(k, "")}"' for k in head) for r in rows)]
    return "\n".join(lines) + "\n"


def test_the_command_says_what_changes_and_keeps_both(tmp_path: Path) -> None:
    table, kept = tmp_path / "new.csv", tmp_path / "kept"
    table.write_text(csv_of(TRIAL), encoding="utf-8")
    done = RUN.invoke(app, ["evidence", "--outcome", "pain", "--with", str(table), "--keep", str(kept)])
    assert done.exit_code == 0, done.stderr
    text = " ".join(done.stdout.split())
    for words in (
        "What more trials change",
        "2 trials",
        "has to be written again",
        "Nothing on disk was changed",
    ):
        assert words in text, words
    versions = {json.loads(p.read_text(encoding="utf-8"))["knowledge"] for p in kept.glob("evidence-*.json")}
    assert len(versions) == 2
    assert load().version in versions
    (tables,) = kept.glob("knowledge-*")
    assert "Example 2027" in (tables / "trials" / "arms.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options",
    [
        ["--with", "nowhere.csv"],
        ["--keep", "folder"],
        ["--person", "height=170"],
        ["--person", "age=old"],
        ["--ratings", "nowhere.toml"],
    ],
)
def test_what_cannot_be_read_is_refused(options: list[str]) -> None:
    done = RUN.invoke(app, ["evidence", "--outcome", "pain", *options])
    assert done.exit_code == 2
    assert "Traceback" not in done.stderr


def test_two_readers_of_one_network(tmp_path: Path) -> None:
    short, whole = (
        RUN.invoke(app, ["evidence", "--outcome", "pain", "--for", who]).stdout
        for who in ("clinician", "methodologist")
    )
    for words in ("Who says how much", "League table", "Trials whose bias is not judged", "Who took part"):
        assert words in whole, words
        assert words not in short, words
    for words in ("Why each certainty", "one effect, several intervals", "What is missing"):
        assert words in short, words
    out = tmp_path / "evidence.pdf"
    done = RUN.invoke(app, ["evidence", "--outcome", "pain", "--format", "pdf", "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    pages = [p.extract_text() for p in PdfReader(out).pages]
    text = " ".join(" ".join(pages).split())
    for row in ("Mease 2008 (pregabalin)", "Arnold 2012 (esreboxetine)", "Russell 2009 (sodium oxybate)"):
        assert row in text, (
            "a table longer than a page goes on over the next one, and no row lies upon another"
        )


def test_a_readers_rating_reaches_every_certainty_it_is_about() -> None:
    (rating,) = ratings_from(
        '[[rating]]\noutcome = "pain"\ntreatment = "mirtazapine"\ncomparator = "duloxetine"\ndomain = "indirectness"\n'
        'concern = "no concern"\nwho = "A"\nwhen = 2026-11-27\nwhy = "B"\n'
    )
    base = load().trials
    s = synthesise(base, "pain")
    mine = rated(s, [rating])
    judged = next(v.certainty for v in mine.versus if v.other == "duloxetine")
    assert judged is not None
    assert sum(d.overruled is not None for d in judged.domains) == 1
    assert mine.certainties == s.certainties
    assert replace(mine, versus=s.versus) == s
