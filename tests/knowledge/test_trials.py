"""The trial tables: as printed, judged, and refused when changed without being judged again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lenitive.evidence import select
from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.load import FOLDER


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER / "trials", tmp_path / "trials")
    return tmp_path


def test_tables_are_whole_and_hashes_hold() -> None:
    base = load().trials
    assert len(base.arms) == 309
    assert len(base.contrasts) == 53
    assert all(a.source_url.startswith("http") for a in base.arms)


def test_a_changed_table_stops_the_start(copied: Path) -> None:
    table = copied / "trials" / "arms.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",96,", ",97,", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="not the one that was judged"):
        _ = load(copied).trials


def test_all_faults_are_reported_at_once(copied: Path) -> None:
    table = copied / "trials" / "arms.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("-2.14", "much less")
    lines[3] = lines[3].replace(",119,", ",999,")
    table.write_text("\n".join(lines), encoding="utf-8")
    judged = copied / "trials" / "judgements.toml"
    judged.write_text(
        judged.read_text(encoding="utf-8").replace('study = "Carette 1986', 'study = "Carrette 1986'),
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError) as caught:
        _ = load(copied).trials
    text = str(caught.value)
    for part in ("row 2, mean", "more events than people", "no study is called", "sha256.arms.csv"):
        assert part in text


def test_arm_differences_agree_with_printed_contrasts() -> None:
    """Differences of arm means against the printed contrast of the same outcome; the known exceptions are named."""
    base = load().trials
    known = {
        ("Murakami 2015 (duloxetine)", "pain_change_0_10"),  # two models
        ("Arnold 2010 (milnacipran)", "fatigue_change"),  # raw means beside an adjusted contrast
    }
    compared = 0
    for c in base.contrasts:
        if c.measure != "MD" or c.estimate is None or (c.study_id, c.outcome) in known:
            continue
        arms = [
            a for a in base.arms if a.study_id == c.study_id and a.outcome == c.outcome and a.mean is not None
        ]
        dose = c.treatment.rsplit(" ", 1)[-1]
        active = [a for a in arms if a.drug != "placebo"]
        if len(active) > 1:
            active = [a for a in active if f"{a.dose_mg_per_day:g}" == dose]
        placebo = [a for a in arms if a.drug == "placebo"]
        if len(active) != 1 or len(placebo) != 1:
            continue
        assert active[0].mean is not None
        assert placebo[0].mean is not None
        room = 0.1 if "fiq" in c.outcome or "0-100" in active[0].scale else 0.06
        assert abs(active[0].mean - placebo[0].mean - c.estimate) <= room, c
        compared += 1
    assert compared >= 20


def test_known_missing_results_are_kept() -> None:
    names = " ".join(m.study for m in load().trials.missing)
    for trial in ("AFFIRM", "RALLY", "JapicCTI-101176", "FREEDOM", "Chappell 2008"):
        assert trial in names


def test_each_pooled_trial_is_judged_or_says_why_it_is_not() -> None:
    base = load().trials
    judged = {t.study for t in base.bias.trial}
    excused = {u.study for u in base.bias.unjudged}
    assert not judged & excused
    pooled = set()
    for outcome in base.judgements.outcome:
        chosen = select(base, outcome.id)
        pooled |= {c.study for c in chosen.contrasts} | {a.study for a in chosen.arms}
    assert pooled - judged == excused
