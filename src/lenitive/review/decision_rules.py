"""What an entry has to mean before it is written, and again whenever it is read: a right digest makes no decision right.

The rules are the same at both times. What a later version asks for is not asked of entries that an earlier one wrote.
"""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

from lenitive.knowledge import Market
from lenitive.review.asked import DEFAULT_OUTCOMES
from lenitive.review.decision import DecisionError, Entry, Inputs, plan_moves
from lenitive.terms import Score

__all__ = ["check_ahead", "check_meaning"]

_SLOTS = len(DEFAULT_OUTCOMES)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
# What moves a cursor, ends a line or turns the direction of what stands beside it; a note may have lines and tabs.
_TURNS = "\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_IN_A_NAME = re.compile(f"[\x00-\x1f{_TURNS}]")
_IN_A_NOTE = re.compile(f"[\x00-\x08\x0b-\x1f{_TURNS}]")


def check_meaning(entry: Entry, before: Entry | None, *, latest: date | None = None) -> None:
    """Nothing, for an entry that may stand after the one before.

    Args:
        entry: The entry.
        before: The one before it; None for the first.
        latest: The last day that a decision may have; None where nobody knows it.

    Raises:
        DecisionError: With the first rule that is broken, under the name by which the command asks for it.
    """
    _who(entry)
    _question(entry.inputs)
    _choice(entry)
    _day(entry, before, latest)
    moved = plan_moves(before.inputs.plan, entry.inputs.plan) if before else ()
    if entry.plan_moved != moved:
        raise DecisionError("what it says was moved in the pre-registered plan is not what was moved")
    if before and entry.schema < before.schema:
        raise DecisionError("it is of an earlier version than the one before it")
    if entry.schema == "lenitive.decision/3":
        _form(entry)


def _who(entry: Entry) -> None:
    if not any(c.isalnum() for c in entry.by):
        raise DecisionError("a decision has the name of whoever made it", at="--by")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _question(inputs: Inputs) -> None:
    """What the review was asked for, so that it can be made again."""
    if not (
        _is_day(inputs.at)
        and inputs.seed >= 0
        and inputs.market in get_args(Market)
        and len(inputs.outcomes) == len({*inputs.outcomes} & {*Score}) == _SLOTS
    ):
        raise DecisionError("no review is asked for like this")
    if inputs.asked is None:
        return
    same = {
        "at": inputs.at,
        "seed": inputs.seed,
        "outcomes": list(inputs.outcomes),
        "market": inputs.market,
        "with_nights": inputs.with_nights,
    }
    typed: tuple[tuple[str, type | tuple[type, ...]], ...] = (
        ("code", str),
        ("settings", str),
        ("about", (str, type(None))),
        ("horizon_weeks", (int, type(None))),
    )
    if any(key not in inputs.asked or inputs.asked[key] != value for key, value in same.items()) or any(
        key not in inputs.asked or not isinstance(inputs.asked[key], kind) for key, kind in typed
    ):
        raise DecisionError("what it says was asked for is not what the review was made from")


def _choice(entry: Entry) -> None:
    if not entry.options:
        raise DecisionError("no option was shown", at="--option")
    if [o.number for o in entry.options] != list(range(1, len(entry.options) + 1)):
        raise DecisionError("the options are not numbered one after the other", at="--option")
    option = entry.option
    if option is None:
        raise DecisionError(
            f"there are the options 1 to {len(entry.options)}, and no option {entry.chosen}", at="--option"
        )
    if option.withheld_by:
        raise DecisionError(
            f"option {option.number} is withheld by {', '.join(option.withheld_by)}. "
            "It cannot be recorded as a choice; change what makes the finding, and review again",
            at="--option",
        )
    if option.no_plan:
        raise DecisionError(
            f"option {option.number} has no plan ({option.no_plan}) and cannot be chosen", at="--option"
        )
    if entry.chosen != 1 and not entry.note.strip():
        raise DecisionError("choosing another than the first option needs a reason", at="--note")


def _day(entry: Entry, before: Entry | None, latest: date | None) -> None:
    if entry.on < date.fromisoformat(entry.inputs.at):
        raise DecisionError("a decision is not made before its review", at="--on")
    if before and entry.on < before.on:
        raise DecisionError(
            f"the last decision is of {before.on.isoformat()}; none goes before it", at="--on"
        )
    if latest:
        check_ahead(entry.on, latest)


def check_ahead(on: date, latest: date) -> None:
    """Nothing, for a day that a decision may have.

    Raises:
        DecisionError: When it is later than the last.
    """
    if on > latest:
        raise DecisionError(
            f"{on.isoformat()} is too far ahead: with what the record holds and the clock of this machine, "
            f"{latest.isoformat()} is the last day that a decision may have. Every later decision would have to wait for it",
            at="--on",
        )


def _form(entry: Entry) -> None:
    """What has to be of one form since the third version."""
    if _IN_A_NAME.search(entry.by):
        raise DecisionError("a name has no control characters", at="--by")
    if _IN_A_NOTE.search(entry.note):
        raise DecisionError("a note has no control characters but line ends and tabs", at="--note")
    if entry.inputs.asked is None:
        raise DecisionError("what the review was asked for is missing")
    digests = (
        entry.review,
        entry.conclusions,
        *(o.id for o in entry.options),
        *filter(None, [entry.signed_by]),
    )
    if not all(map(_DIGEST.fullmatch, digests)):
        raise DecisionError("a digest is not one")
    if bool(entry.signed_by) != bool(_SIGNATURE.fullmatch(entry.signature)) or (
        entry.signature and not entry.signed_by
    ):
        raise DecisionError("its signature is not whole")
