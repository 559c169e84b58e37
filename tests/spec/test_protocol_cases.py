"""The worked cases of every protocol hold, reach every rule and state, and broken protocols are refused when read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.load import FOLDER
from lenitive.knowledge.protocol_check import protocol_faults
from lenitive.shells.cli import app
from lenitive.titration.protocol import case_differences, interpret

KNOWLEDGE = load()
CASES = [(p, c) for p in KNOWLEDGE.protocols.values() for c in KNOWLEDGE.protocol_cases[p.id]]


@pytest.mark.parametrize(("protocol", "case"), CASES, ids=[f"{p.drug}-{c.id}" for p, c in CASES])
def test_a_worked_case_comes_out_as_it_says(protocol, case):
    assert case_differences(protocol, case) == ()
    # Under a critical finding the protocol has nothing of its own to offer: not even to go on as before.
    if case.given.get("critical_finding") is True:
        assert case.offers == ("contact",)
    else:
        assert "no_change" in case.offers


def test_there_are_enough_cases_and_they_reach_every_rule_and_state():
    assert len(CASES) >= 40
    for protocol in KNOWLEDGE.protocols.values():
        cases = KNOWLEDGE.protocol_cases[protocol.id]
        assert {r for c in cases for r in c.rules} == {r.id for r in protocol.rule}
        assert {c.state for c in cases} == {s.id for s in protocol.state}


def test_both_protocols_are_whole():
    assert {p.drug: protocol_faults(p) for p in KNOWLEDGE.protocols.values()} == {
        "mirtazapine": (),
        "duloxetine": (),
    }


@pytest.mark.parametrize("protocol", KNOWLEDGE.protocols.values(), ids=list(KNOWLEDGE.protocols))
def test_nothing_known_gives_nothing_but_no_change(protocol):
    proposal = interpret(protocol, {})
    assert [s.action for s in proposal.steps] == ["no_change"]
    assert proposal.missing


@pytest.mark.parametrize(("protocol", "case"), CASES, ids=[f"{p.drug}-{c.id}" for p, c in CASES])
def test_an_unknown_fact_never_adds_a_step(protocol, case):
    """Taking one fact away may take steps away, and never adds one; only "no change" stands where nothing else does."""
    steps = {s.action for s in interpret(protocol, case.given).steps}
    for name in case.given:
        fewer = {k: v for k, v in case.given.items() if k != name}
        assert {s.action for s in interpret(protocol, fewer).steps} <= {*steps, "no_change"}


def copy(tmp_path: Path, *changes: tuple[str, str], file: str = "protocol.toml") -> Path:
    folder = tmp_path / "protocols"
    shutil.copytree(FOLDER / "protocols" / "mirtazapine-fibromyalgia", folder / "mirtazapine-fibromyalgia")
    path = folder / "mirtazapine-fibromyalgia" / file
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return folder


BROKEN = {
    "a gap": (("weeks_therapeutic = { lt = 6 }", "weeks_therapeutic = { lt = 5 }"), "no state holds"),
    "an overlap": (("weeks_therapeutic = { lt = 6 }", "weeks_therapeutic = { lt = 7 }"), "overlap"),
    "a rule that nothing reaches": (
        ('id = "mirtazapine.first_days"\nstates = ["starting"]\nwhen = {', 'id = "mirtazapine.first_days"\nstates = ["starting"]\nwhen = { days_since_start = { ge = 30 },'),
        "mirtazapine.first_days is never met in state starting",
    ),
    "a missing limit": (("[limit.max_mg]", "[limit.highest_mg]"), "limits are missing: max_mg"),
    "an unknown fact": (("harm_fading = true", "harm_fades = true"), "is not a fact"),
    "a grade that may not decide": (('grade = "B"', 'grade = "D"'), "grade D or U"),
    "an unknown drug": (('drug = "mirtazapine"', 'drug = "mirtazapin"'), "is no drug that is known"),
    "a state without a rule": (('id = "stopped"', 'id = "gone"'), "no such state: stopped"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_protocol_is_refused_when_it_is_read(what, tmp_path):
    change, said = BROKEN[what]
    folder = copy(tmp_path, change)
    with pytest.raises(KnowledgeError, match=said):
        _ = load(site_protocols=folder).protocols
    result = CliRunner().invoke(app, ["protocol", "check", str(folder)])
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_state_that_nothing_reaches_is_refused(tmp_path):
    """A state whose facts cannot occur together: replaced without falling."""
    state = '[[state]]\nid = "odd"\ntitle = "Odd"\nwhen = { ever_taken = true, taking = true, falling = false, replaced = true }\n'
    rule = '[[rule]]\nid = "mirtazapine.odd"\nstates = ["odd"]\noffers = ["no_change"]\nbecause = "-"\narticle = ["ours"]\ngrade = "C"\nbasis = "ours"\n'
    folder = copy(tmp_path, ('[[rule]]\nid = "mirtazapine.danger"', state + rule + '[[rule]]\nid = "mirtazapine.danger"'))  # fmt: skip
    with pytest.raises(KnowledgeError, match="state odd is never reached"):
        _ = load(site_protocols=folder).protocols


def test_a_protocol_without_cases_is_refused(tmp_path):
    folder = copy(tmp_path)
    (folder / "mirtazapine-fibromyalgia" / "cases.toml").unlink()
    with pytest.raises(KnowledgeError, match="worked cases"):
        _ = load(site_protocols=folder).protocol_cases


def test_a_site_sees_which_worked_cases_its_protocol_changes(tmp_path):
    same = copy(tmp_path)
    result = CliRunner().invoke(app, ["protocol", "diff", str(same)])
    assert result.exit_code == 0
    assert "0 of 58 worked cases change" in result.stdout

    other = copy(tmp_path / "other", ("lt = 6 }", "lt = 8 }"), ("ge = 6, lt", "ge = 8, lt"))
    result = CliRunner().invoke(app, ["protocol", "diff", str(other)])
    assert "2 of 58 worked cases change" in result.stdout
    assert "target-cannot-tell-30" in result.stdout
    assert "state: at_target -> titrating" in result.stdout
    checked = CliRunner().invoke(app, ["protocol", "check", str(other)])
    assert checked.exit_code == 2
    assert "target-cannot-tell-15" in checked.stderr


def test_a_site_protocol_changes_the_version_of_the_knowledge(tmp_path):
    assert load(site_protocols=copy(tmp_path)).version != KNOWLEDGE.version
