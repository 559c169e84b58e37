"""Decisions made up for tests: a chain that is whole, and lines that someone with the program forges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from lenitive.review import Entry, Inputs, Shown, append_entry
from lenitive.review.decision_chain import sealed

AT = "2026-05-01"
ASKED = {
    "digest": "d", "record": "r", "knowledge": "k", "code": "c", "at": AT, "seed": 1,
    "outcomes": ["sleep_disturbance", "pain", "fatigue"], "market": "us", "about": None, "with_nights": False,
    "horizon_weeks": None, "settings": "s", "problems": "p",
}  # fmt: skip


def inputs(**changed: Any) -> Inputs:
    """What a review was made from."""
    given = {
        "at": AT, "seed": 1, "outcomes": ("sleep_disturbance", "pain", "fatigue"), "market": "us", "program": "0.1",
        "knowledge": "k", "knowledge_files": {"drugs/a.toml": "1", "drugs/b.toml": "2"}, "record_files": {"diary.csv": "1"}, "problems": "0",
        "plan": {"review_date": "2026-06-01"}, "asked": ASKED, "libraries": {"numpy": "2.0"}, "processor": "one",
    }  # fmt: skip
    return Inputs(**{**given, **changed})


def option(number: int, **changed: Any) -> Shown:
    """An option as it was shown."""
    given = {
        "number": number, "rank": number, "action": "taper", "drug": "mirtazapine", "dose_mg": None, "withheld_by": (),
        "no_plan": "", "id": f"{number:064x}",
    }  # fmt: skip
    return Shown(**{**given, **changed})


OPTIONS = (
    option(1),
    option(2, action="no_change"),
    option(3, rank=None, withheld_by=("safety.serotonin",)),
    option(4, rank=None, no_plan="titration.plan.no_taper"),
)


def decided(before: tuple[Entry, ...] = (), **changed: Any) -> Entry:
    """The next decision."""
    given = {
        "on": date(2026, 5, 2), "by": "Dr Example", "inputs": inputs(), "review": "a" * 64, "options": OPTIONS, "chosen": 1,
        "conclusions": "b" * 64,
    }  # fmt: skip
    return append_entry(before, **{**given, **changed})


def chain(length: int, **changed: Any) -> tuple[Entry, ...]:
    """So many decisions, a day apart."""
    entries: tuple[Entry, ...] = ()
    for number in range(length):
        entries = (*entries, decided(entries, on=date(2026, 5, 2 + number), **changed))
    return entries


def forged(before: tuple[Entry, ...], **changed: Any) -> Entry:
    """A line with a right digest and a right place, that no command would have written."""
    plain = replace(decided(), number=len(before) + 1, on=before[-1].on if before else date(2026, 5, 2))
    return sealed(replace(plain, previous=before[-1].digest if before else "0" * 64, **changed))


def written(entries: tuple[Entry, ...]) -> bytes:
    """The file of a chain."""
    return "".join(e.line for e in entries).encode()
