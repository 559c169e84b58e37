"""Plans of a review are made of what the patient's pharmacy sells, and a decision keeps where that is."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from lenitive.knowledge import load
from lenitive.review import read_entries, review
from lenitive.shells.files import open_record

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def lenitive(*words):
    return subprocess.run(
        [sys.executable, "-m", "lenitive", *map(str, words)], capture_output=True, text=True
    )


def test_the_plans_of_a_review_are_of_the_market_asked_for():
    record = open_record(EXAMPLES / "non-responder-weight-gain").record
    knowledge = load()
    us, uk = (review(record, knowledge, seed=1, market=m) for m in ("us", "uk"))
    plans = [[o.plan for o in made.options.options if getattr(o.plan, "market", None)] for made in (us, uk)]
    assert plans[0]
    assert plans[1]
    assert {p.market for p in plans[0]} == {"us"}
    assert {p.market for p in plans[1]} == {"uk"}
    # The judgement is of the patient, not of her pharmacy.
    assert us.verdicts == uk.verdicts
    assert [o.action for o in us.options.options] == [o.action for o in uk.options.options]


def test_a_decision_is_replayed_in_its_market_and_with_its_nights(tmp_path):
    record = tmp_path / "record"
    shutil.copytree(EXAMPLES / "watch-disagrees", record)
    done = lenitive("decide", record, "--option", 1, "--by", "Dr Example", "--market", "uk", "--with-nights")
    assert done.returncode == 0, done.stderr
    (entry,) = read_entries((record / "decisions.jsonl").read_bytes())
    assert (entry.inputs.market, entry.inputs.with_nights) == ("uk", True)
    again = lenitive("replay", record, 1)
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    assert document["market"] == "uk"
    assert document["sleep"]["joint"]["taken_in"] is True


def test_an_entry_says_of_nights_what_was_asked(tmp_path):
    """In an entry of the first version they stand only where they were taken in: ``test_decision`` holds a line of then."""
    record = tmp_path / "record"
    shutil.copytree(EXAMPLES / "watch-disagrees", record)
    assert lenitive("decide", record, "--option", 1, "--by", "Dr Example").returncode == 0
    line = (record / "decisions.jsonl").read_text()
    (entry,) = read_entries(line.encode())
    assert entry.inputs.with_nights is False
    assert entry.inputs.asked["with_nights"] is False
    first = replace(entry, schema="lenitive.decision/1", inputs=replace(entry.inputs, asked=None))
    assert "with_nights" not in first.line
