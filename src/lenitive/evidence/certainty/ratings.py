"""Ratings that a reader puts in the place of computed ones, from a file: who, when and why.

[[rating]]
outcome = "pain"             # may be left out in a file for one table
treatment = "mirtazapine"
comparator = "placebo"
domain = "indirectness"
concern = "no concern"
who = "A. Reader"
when = 2026-11-27
why = "Our patients are like those of the trial."
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any

from lenitive.evidence.certainty.levels import (
    DOMAINS,
    Certainty,
    Concern,
    Domain,
    Overruled,
    certainty_of,
)
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Rating", "overruled", "ratings_from"]

_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One judgement of a reader.

    Attributes:
        outcome: The outcome it is about; empty for any.
        treatment: One side.
        comparator: The other side.
        domain: One of the six.
        concern: The judgement.
        who: A name.
        when: The day.
        why: The reason.
    """

    outcome: str
    treatment: str
    comparator: str
    domain: str
    concern: Concern
    who: str
    when: date
    why: str


def _refuse(number: int, what: str, remedy: str) -> NotEstimable:
    return NotEstimable("wrong_rating", f"rating {number}: {what}", remedy)


def _words(row: dict[str, Any], key: str, number: int, *, needed: bool = True) -> str:
    value = row.get(key, "")
    if not isinstance(value, str) or (needed and not value.strip()) or len(value) > _LONGEST:
        raise _refuse(number, f"{key} is missing or not a short text", f"Give {key} as text")
    return value.strip()


def _rating(row: object, number: int) -> Rating:
    if not isinstance(row, dict):
        raise _refuse(number, "is not a table", "Begin it with [[rating]]")
    known = {"outcome", "treatment", "comparator", "domain", "concern", "who", "when", "why"}
    strange = sorted(set(map(str, row)) - known)
    if strange:
        raise _refuse(number, f"{strange[0]!r} is not a key", f"Use {', '.join(sorted(known))}")
    domain, concern = _words(row, "domain", number), _words(row, "concern", number)
    if domain not in DOMAINS:
        raise _refuse(number, f"{domain!r} is not a domain", f"Use one of {', '.join(DOMAINS)}")
    if concern not in set(Concern):
        raise _refuse(number, f"{concern!r} is not a concern", f"Use one of {', '.join(Concern)}")
    when = row.get("when")
    if type(when) is not date:
        raise _refuse(number, "when is not a day", "Write it as 2026-11-27, without quotes")
    return Rating(
        outcome=_words(row, "outcome", number, needed=False),
        treatment=_words(row, "treatment", number),
        comparator=_words(row, "comparator", number),
        domain=domain,
        concern=Concern(concern),
        who=_words(row, "who", number),
        when=when,
        why=_words(row, "why", number),
    )


def ratings_from(text: str) -> tuple[Rating, ...]:
    """The ratings of a file.

    Raises:
        NotEstimable: ``wrong_rating``, with the rating's number and what to do.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotEstimable("wrong_rating", f"the file is not TOML ({error})", "Correct it") from None
    rows = document.get("rating", [])
    if set(document) - {"rating"} or not isinstance(rows, list):
        raise NotEstimable(
            "wrong_rating", "the file holds something else than ratings", "Begin each with [[rating]]"
        )
    found = tuple(_rating(row, i) for i, row in enumerate(rows, start=1))
    seen: dict[tuple[str, frozenset[str], str], int] = {}
    for i, one in enumerate(found, start=1):
        key = (one.outcome, frozenset((one.treatment, one.comparator)), one.domain)
        if key in seen:
            raise _refuse(i, f"judges what rating {seen[key]} judges", "Keep one of them")
        seen[key] = i
    return found


def overruled(
    certainty: Certainty, ratings: Iterable[Rating], *, outcome: str, some_per_level: int
) -> Certainty:
    """A certainty with a reader's ratings in it; the computed judgements stay beside them."""
    sides = {certainty.treatment, certainty.comparator}
    mine = {
        r.domain: r for r in ratings if {r.treatment, r.comparator} == sides and r.outcome in {"", outcome}
    }
    if not mine:
        return certainty
    domains = tuple(
        d
        if d.name not in mine
        else Domain(
            name=d.name,
            concern=mine[d.name].concern,
            reasons=d.reasons,
            overruled=Overruled(
                computed=d.concern, who=mine[d.name].who, when=mine[d.name].when, why=mine[d.name].why
            ),
        )
        for d in certainty.domains
    )
    return certainty_of(certainty.treatment, certainty.comparator, domains, some_per_level=some_per_level)
