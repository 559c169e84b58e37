"""A line with a right digest is refused when it could not be a decision, with its number and why."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from lenitive.review import DecisionError, read_entries
from lenitive.review.decision import canonical, digest_of

sys.path.insert(0, str(Path(__file__).parent))
from decided import ASKED, OPTIONS, chain, decided, forged, inputs, option, written

BEFORE = chain(2)
NO_PLAN_MOVED = ("review_date: 2026-06-01 -> 2026-09-01",)

FORGED = {
    "no such option (case P16)": ({"chosen": 99}, "there are the options 1 to 4, and no option 99"),
    "no name (case P16)": ({"by": ""}, "has the name of whoever made it"),
    "an earlier day (case P16)": ({"on": date(2026, 5, 2)}, "the last decision is of 2026-05-03"),
    "all of it at once (case P16)": ({"chosen": 99, "by": "", "on": date(2026, 5, 2)}, "has the name"),
    "option 0": ({"chosen": 0, "note": "n"}, "and no option 0"),
    "a negative option": ({"chosen": -1, "note": "n"}, "and no option -1"),
    "a withheld option": ({"chosen": 3, "note": "n"}, "withheld by safety.serotonin"),
    "an option without a plan": ({"chosen": 4, "note": "n"}, "has no plan"),
    "no options": ({"options": ()}, "no option was shown"),
    "options out of order": ({"options": OPTIONS[::-1]}, "not numbered one after the other"),
    "an option twice": ({"options": (OPTIONS[0], OPTIONS[0])}, "not numbered one after the other"),
    "a name of signs alone": ({"by": " -. \u200b"}, "has the name of whoever made it"),
    "a name that moves the cursor": ({"by": "Dr\x1b[2K X"}, "no control characters"),
    "a name that turns the text": ({"by": "Dr \u202eX"}, "no control characters"),
    "a second choice without a reason": ({"chosen": 2}, "needs a reason"),
    "a reason of white space": ({"chosen": 2, "note": " \n"}, "needs a reason"),
    "a note that rings the bell": ({"note": "\a"}, "no control characters"),
    "a day before its review": ({"inputs": inputs(at="2026-05-04", asked={**ASKED, "at": "2026-05-04"})}, "before its"),
    "a day of review that is none": ({"inputs": inputs(at="soon")}, "no review is asked for like this"),
    "a day of review in another form": ({"inputs": inputs(at="20260501")}, "no review is asked for like this"),
    "another day asked for": ({"inputs": inputs(asked={**ASKED, "at": "2026-04-01"})}, "is not what the review"),
    "another seed asked for": ({"inputs": inputs(seed=2)}, "is not what the review"),
    "a question without code": ({"inputs": inputs(asked={k: ASKED[k] for k in ASKED if k != "code"})}, "is not what"),
    "nothing asked": ({"inputs": inputs(asked=None)}, "what the review was asked for is missing"),
    "a market that is none": ({"inputs": inputs(market="xx")}, "no review is asked for like this"),
    "two outcomes": ({"inputs": inputs(outcomes=("pain", "fatigue"))}, "no review is asked for like this"),
    "an outcome twice": ({"inputs": inputs(outcomes=("pain", "pain", "fatigue"))}, "no review is asked for"),
    "an outcome that is none": ({"inputs": inputs(outcomes=("pain", "joy", "fatigue"))}, "no review is asked for"),
    "a negative seed": ({"inputs": inputs(seed=-1)}, "no review is asked for like this"),
    "a moved plan that is hidden": ({"inputs": inputs(plan={"review_date": "2026-09-01"})}, "is not what was moved"),
    "a moved plan that was not": ({"plan_moved": NO_PLAN_MOVED}, "is not what was moved"),
    "a review without a digest": ({"review": "r"}, "a digest is not one"),
    "conclusions without a digest": ({"conclusions": ""}, "a digest is not one"),
    "an option without an id": ({"options": (option(1, id=""),)}, "a digest is not one"),
    "a key without a signature": ({"signed_by": "f" * 64}, "signature is not whole"),
    "a signature without a key": ({"signature": "f" * 128}, "signature is not whole"),
    "a signature cut short": ({"signed_by": "f" * 64, "signature": "f" * 126}, "signature is not whole"),
    "a key that is none": ({"signed_by": "me", "signature": "f" * 128}, "a digest is not one"),
}  # fmt: skip


@pytest.mark.parametrize(("changed", "says"), FORGED.values(), ids=FORGED)
def test_a_line_with_a_right_digest_is_refused_by_its_meaning(changed, says):
    """case P16: each way in which such a line could not be a decision."""
    line = forged(BEFORE, **changed)
    with pytest.raises(DecisionError) as refused:
        read_entries(written((*BEFORE, line)))
    assert str(refused.value).startswith("line 3: cannot be a decision: ")
    assert says in str(refused.value)
    # As the first line of a file it is no better, but for what only the line before can tell.
    if not {"on", "plan_moved"} & set(changed) and "plan" not in says and "was moved" not in says:
        with pytest.raises(DecisionError, match="line 1: cannot be a decision: "):
            read_entries(written((forged((), **changed),)))


def test_what_the_forger_changes_is_all_that_is_wrong_with_the_line():
    """Or the table above would hold for any line."""
    assert len(read_entries(written((*BEFORE, forged(BEFORE))))) == 3
    assert len(read_entries(written((*BEFORE, forged(BEFORE, chosen=2, note="She\n\twaits"))))) == 3


TYPES = {
    "number": "3", "on": "2026-5-3", "by": None, "chosen": 1.0, "note": 7, "review": None, "options": {}, "plan_moved": "no",
    "inputs": [], "previous": 0, "conclusions": None, "signed_by": 1, "signature": None,
}  # fmt: skip


def resealed(data: dict) -> bytes:
    content = {k: v for k, v in data.items() if k != "digest"}
    return (canonical({**content, "digest": digest_of(canonical(content).encode())}) + "\n").encode()


@pytest.mark.parametrize(("field", "value"), TYPES.items(), ids=TYPES)
def test_a_field_of_another_type_is_named(field, value):
    data = {**json.loads(decided().line), field: value}
    with pytest.raises(DecisionError, match=rf"^line 1: is not a decision \({field}\)$"):
        read_entries(resealed(data))


@pytest.mark.parametrize("field", [*TYPES, "schema"])
def test_a_field_that_is_missing_is_noticed(field):
    data = json.loads(decided().line)
    del data[field]
    with pytest.raises(DecisionError, match=r"^line 1: "):
        read_entries(resealed(data))


@pytest.mark.parametrize(
    ("where", "value"), [("inputs", {"seed": True}), ("inputs", {"seed": 1.0}), ("options", {"number": "1"})]
)
def test_inner_fields_are_typed(where, value):
    data = json.loads(decided().line)
    inner = data[where][0] if where == "options" else data[where]
    inner.update(value)
    with pytest.raises(DecisionError, match=rf"^line 1: is not a decision \({where}\."):
        read_entries(resealed(data))


def test_a_field_more_is_noticed_and_its_name_is_not_repeated():
    data = {**json.loads(decided().line), "\x1b[31mrun this": 1}
    with pytest.raises(DecisionError, match=r"^line 1: is not a decision$"):
        read_entries(resealed(data))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "changed", [{"chosen": 99}, {"by": " "}, {"on": date(2026, 4, 1)}, {"chosen": 2}, {"plan_moved": ("x",)}]
)
def test_lines_of_earlier_versions_mean_as_much(version, changed):
    plain = decided()
    old = {"asked": None, "libraries": {}, "processor": ""} if version == 1 else {}
    ids = {"id": ""} if version == 1 else {}
    line = forged(
        (),
        **{
            "schema": f"lenitive.decision/{version}",
            "inputs": replace(plain.inputs, **old),
            "options": tuple(replace(o, **ids) for o in plain.options),
            "conclusions": "" if version == 1 else plain.conclusions,
            **changed,
        },
    )
    with pytest.raises(DecisionError, match="line 1: cannot be a decision"):
        read_entries(written((line,)))


@pytest.mark.parametrize("days", [0, 1, 30])
def test_up_to_the_last_day_a_decision_may_be_dated(days):
    latest = date(2026, 5, 2) + timedelta(days=days)
    entry = decided(on=latest, latest=latest)
    assert read_entries(entry.line.encode(), latest=latest) == (entry,)


@pytest.mark.parametrize("on", [date(2026, 6, 3), date(2027, 5, 2), date(2079, 12, 31), date(9999, 12, 31)])
def test_a_day_far_ahead_is_refused_before_it_blocks_the_chain(on):
    """case P15"""
    latest = date(2026, 6, 2)
    with pytest.raises(DecisionError, match=rf"--on: {on} is too far ahead: .* 2026-06-02 is the last day"):
        decided(on=on, latest=latest)
    # One that an earlier program let in is found, with its line.
    with pytest.raises(DecisionError, match=r"line 1: cannot be a decision: .*too far ahead"):
        read_entries(decided(on=on).line.encode(), latest=latest)
