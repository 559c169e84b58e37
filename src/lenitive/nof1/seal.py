"""A schedule under seal: what may be shown before unblinding, and what lies apart.

The open part has the rules, how many schedules obey them, and a fingerprint of the sealed part; it tells neither the schedule nor the
seed. The sealed part has both, and a salt, so that the fingerprint cannot be found by trying all schedules. Whoever opens it later can
show that it is the one that was sealed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from lenitive.frozen import dataclass
from lenitive.nof1.design import TrialDesign, TrialDesignError
from lenitive.nof1.draw import Drawn, Verified, verify
from lenitive.nof1.schedules import TrialPeriod

__all__ = ["Sealed", "TrialFileError", "opened", "seal", "trial_name"]

SCHEMA = "lenitive.trial/1"
_LEAST_SALT = 32


class TrialFileError(ValueError):
    """An open or a sealed part that is not one, or not of one another, with its place and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The two parts as plain values, each for a file of its own."""

    open: dict[str, Any]
    sealed: dict[str, Any]


def _fingerprint(part: dict[str, Any]) -> str:
    text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def trial_name(part: dict[str, Any]) -> str:
    """What a record calls the medicine until unblinding: ``trial:`` and the first letters of the fingerprint."""
    return f"trial:{str(part['fingerprint'])[:8]}"


def seal(drawn: Drawn, *, salt: str) -> Sealed:
    """The parts of a schedule.

    Args:
        drawn: The schedule.
        salt: At least 32 letters that nobody chose, other than the seed.

    Raises:
        TrialDesignError: When the salt is short.
    """
    if len(salt) < _LEAST_SALT or salt == drawn.seed:
        raise TrialDesignError(
            "the salt is short or the seed again", f"Take {_LEAST_SALT} letters of its own"
        )
    hidden = {
        "schema": SCHEMA,
        "part": "sealed",
        "design": drawn.design.digest,
        "seed": drawn.seed,
        "salt": salt,
        "periods": [{"arm": p.arm, "start_week": p.start_week, "weeks": p.weeks} for p in drawn.periods],
    }
    shown = {
        "schema": SCHEMA,
        "part": "open",
        "design": drawn.design.as_data(),
        "size": drawn.size,
        "fingerprint": _fingerprint(hidden),
    }
    return Sealed(open=shown, sealed=hidden)


def _design(data: object) -> TrialDesign:
    try:
        if not isinstance(data, dict):
            raise TypeError
        given = {**data, "arms": tuple(data["arms"]), "lengths": tuple(data["lengths"])}
        return TrialDesign(**given)
    except TrialDesignError as refusal:
        raise TrialFileError(f"open part, design: {refusal}") from None
    except (TypeError, KeyError):
        raise TrialFileError("open part, design: is not one. Take the file as it was written") from None


def _part(data: object, part: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("schema") != SCHEMA or data.get("part") != part:
        raise TrialFileError(f"{part} part: is not one of {SCHEMA}. Take the file as it was written")
    missing = [k for k in keys if k not in data]
    if missing:
        raise TrialFileError(f"{part} part: has no {missing[0]}. Take the file as it was written")
    return data


def _periods(data: object) -> tuple[TrialPeriod, ...]:
    if not isinstance(data, list) or not data:
        raise TrialFileError("sealed part, periods: there are none. Take the file as it was written")
    out = []
    for i, one in enumerate(data, start=1):
        good = isinstance(one, dict) and set(one) == {"arm", "start_week", "weeks"}
        if not good or type(one["start_week"]) is not int or type(one["weeks"]) is not int:
            raise TrialFileError(f"sealed part, period {i}: is not one. Take the file as it was written")
        out.append(TrialPeriod(arm=str(one["arm"]), start_week=one["start_week"], weeks=one["weeks"]))
    return tuple(out)


def opened(shown: object, hidden: object) -> tuple[Verified, bool]:
    """Whether a sealed part is what its seed gives, and whether it is the one that the open part was sealed with.

    Args:
        shown: The open part, as read from its file.
        hidden: The sealed part, as read from its file.

    Raises:
        TrialFileError: When one of them is not what it says.
    """
    front = _part(shown, "open", ("design", "size", "fingerprint"))
    back = _part(hidden, "sealed", ("design", "seed", "salt", "periods"))
    design = _design(front["design"])
    try:
        found = verify(design, str(back["seed"]), _periods(back["periods"]))
    except TrialDesignError as refusal:
        raise TrialFileError(f"sealed part: {refusal}") from None
    same = _fingerprint(back) == front["fingerprint"] and back["design"] == design.digest
    return found, same and front["size"] == found.size
