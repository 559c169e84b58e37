"""The decision record: what was decided on which review, in entries that no one can change unseen.

An entry is one line of JSON. It holds digests of everything the review was made from, the options that were shown, the
choice, and the digest of the entry before: changing, removing or reordering an earlier line breaks every later one. A
line cut off the end cannot be seen from the file alone; whoever keeps the last digest elsewhere sees that too.

Entries of the first version name neither the code, the libraries and the processor, nor the ids of options; they are read, and
stand in a chain with later ones, as they were written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, TypedDict, Unpack

from lenitive.record import PlanTarget
from lenitive.review.option import Option
from lenitive.terms import Message
from lenitive.titration import Refusal

__all__ = [
    "DecisionError",
    "Entry",
    "Inputs",
    "Shown",
    "append_entry",
    "changes",
    "digest_of",
    "plan_moves",
    "read_entries",
    "shown",
]

SCHEMA = "lenitive.decision/2"
FIRST_SCHEMA = "lenitive.decision/1"
FIRST = "0" * 64
"""What stands in the place of the entry before, in the first one."""


class DecisionError(ValueError):
    """A decision that may not be recorded, or a record of decisions that is not whole; the message says why."""


def digest_of(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a review's bytes depend on.

    Attributes:
        at: The day of the review, ISO.
        seed: Seed of every random draw.
        outcomes: The scores in the model's three slots.
        market: Where the plans' products are sold.
        program: Version of the program.
        knowledge: Version of the knowledge.
        knowledge_files: Digest of each knowledge file by its name.
        record_files: Digest of each of the record's files as it stood on the day, by its name.
        problems: Digest of what reading the record reported.
        plan: The pre-registered target.
        with_nights: Whether measured nights were taken into effects and verdicts.
        asked: What was asked, by digests, as it stands in the document; None in an entry of the first version.
        libraries: Version of each library beneath the code, by name.
        processor: What it was computed on.
    """

    at: str
    seed: int
    outcomes: tuple[str, ...]
    market: str
    program: str
    knowledge: str
    knowledge_files: Mapping[str, str]
    record_files: Mapping[str, str]
    problems: str
    plan: Mapping[str, str]
    with_nights: bool = False
    asked: Mapping[str, Any] | None = None
    libraries: Mapping[str, str] = field(default_factory=dict)
    processor: str = ""

    @staticmethod
    def plan_of(target: PlanTarget | None) -> dict[str, str]:
        """A pre-registered target as words; empty without one."""
        if target is None:
            return {}
        return {f.name: str(v) for f in fields(target) if (v := getattr(target, f.name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An option as it was shown: its number, what it is, why it could not be chosen, if so, and the digest of its content."""

    number: int
    rank: int | None
    action: str
    drug: str
    dose_mg: float | None
    withheld_by: tuple[str, ...]
    no_plan: str
    id: str = ""


def shown(options: Sequence[Option]) -> tuple[Shown, ...]:
    """The options of a review in the order shown, numbered from 1."""
    return tuple(
        Shown(
            number=i,
            rank=o.rank,
            action=o.action,
            drug=o.drug,
            dose_mg=o.dose_mg,
            withheld_by=o.withheld_by,
            no_plan=o.plan.rule if isinstance(o.plan, Refusal) else "",
            id=o.id,
        )
        for i, o in enumerate(options, 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision.

    Attributes:
        number: 1 is the first.
        previous: Digest of the entry before.
        on: The day of the decision.
        by: Who decided.
        inputs: What the review was made from.
        review: Digest of the review document's bytes.
        conclusions: Digest of what the document concludes, whatever it was made from; empty in the first version.
        options: What was shown.
        chosen: Number of the option chosen.
        note: Why; never empty when another than the first was chosen.
        plan_moved: In what the pre-registered plan differs from the one of the entry before.
        digest: Digest of all of the above.
    """

    number: int
    previous: str
    on: date
    by: str
    inputs: Inputs
    review: str
    options: tuple[Shown, ...]
    chosen: int
    note: str
    plan_moved: tuple[str, ...]
    digest: str
    conclusions: str = ""

    @property
    def overrides(self) -> bool:
        """Whether another than the first option was chosen."""
        return self.chosen != 1

    @property
    def line(self) -> str:
        """As it stands in the file, with its line end."""
        return _canonical({**_content(self), "digest": self.digest}) + "\n"


def _canonical(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _content(entry: Entry) -> dict[str, Any]:
    data = asdict(entry)
    del data["digest"]
    # Said only where it is so: entries from before it could be have the digest that they always had.
    if not entry.inputs.with_nights:
        del data["inputs"]["with_nights"]
    if entry.inputs.asked is None:
        for key in ("asked", "libraries", "processor"):
            del data["inputs"][key]
        for option in data["options"]:
            del option["id"]
        del data["conclusions"]
    schema = FIRST_SCHEMA if entry.inputs.asked is None else SCHEMA
    return {**data, "on": entry.on.isoformat(), "schema": schema}


def plan_moves(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """In what the pre-registered plan was moved: ``review_date: 2026-05-01 -> 2026-06-01``."""
    return tuple(
        f"{key}: {before.get(key) or 'none'} -> {now.get(key) or 'none'}"
        for key in sorted({*before, *now})
        if before.get(key) != now.get(key)
    )


class Said(TypedDict, total=False):
    """What an entry may say beside what it must: the reason, and the digest of what the document concludes."""

    note: str
    conclusions: str


def append_entry(
    entries: Sequence[Entry],
    *,
    on: date,
    by: str,
    inputs: Inputs,
    review: str,
    options: tuple[Shown, ...],
    chosen: int,
    **said: Unpack[Said],
) -> Entry:
    """The next entry after those that stand.

    Raises:
        DecisionError: When the option does not exist, is withheld or has no plan, when a reason is missing, or when the
            day lies before the review or before the last decision.
    """
    by, note = by.strip(), said.get("note", "").strip()
    if not by:
        raise DecisionError("--by: a decision has the name of whoever made it")
    option = next((o for o in options if o.number == chosen), None)
    if option is None:
        raise DecisionError(f"--option: there are the options 1 to {len(options)}")
    if option.withheld_by:
        raise DecisionError(
            f"--option: option {chosen} is withheld by {', '.join(option.withheld_by)}. "
            "It cannot be recorded as a choice; change what makes the finding, and review again"
        )
    if option.no_plan:
        raise DecisionError(f"--option: option {chosen} has no plan ({option.no_plan}) and cannot be chosen")
    if chosen != 1 and not note:
        raise DecisionError("--note: choosing another than the first option needs a reason")
    if on < date.fromisoformat(inputs.at):
        raise DecisionError("--on: a decision is not made before its review")
    if entries and on < entries[-1].on:
        raise DecisionError(
            f"--on: the last decision is of {entries[-1].on.isoformat()}; none goes before it"
        )
    entry = Entry(
        number=len(entries) + 1,
        previous=entries[-1].digest if entries else FIRST,
        on=on,
        by=by,
        inputs=inputs,
        review=review,
        options=options,
        chosen=chosen,
        note=note,
        plan_moved=plan_moves(entries[-1].inputs.plan, inputs.plan) if entries else (),
        digest="",
        conclusions=said.get("conclusions", ""),
    )
    return _sealed(entry)


def _sealed(entry: Entry) -> Entry:
    return replace(entry, digest=digest_of(_canonical(_content(entry)).encode()))


def _entry(data: dict[str, Any]) -> Entry:
    inputs = dict(data["inputs"])
    return Entry(
        number=data["number"],
        previous=data["previous"],
        on=date.fromisoformat(data["on"]),
        by=data["by"],
        inputs=Inputs(**{**inputs, "outcomes": tuple(inputs["outcomes"])}),
        review=data["review"],
        options=tuple(Shown(**{**o, "withheld_by": tuple(o["withheld_by"])}) for o in data["options"]),
        chosen=data["chosen"],
        note=data["note"],
        plan_moved=tuple(data["plan_moved"]),
        digest=data["digest"],
        conclusions=data.get("conclusions", ""),
    )


def read_entries(data: bytes) -> tuple[Entry, ...]:
    """The entries of a file, each checked against its digest and the one before.

    Raises:
        DecisionError: When a line was changed, removed, added or moved; it names the first such line.
    """
    entries: list[Entry] = []
    lines = data.split(b"\n")
    if lines.pop():
        raise DecisionError(f"line {len(lines) + 1}: is cut short")
    for number, line in enumerate(lines, 1):
        try:
            entry = _entry(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DecisionError(f"line {number}: is not a decision") from None
        before = entries[-1].digest if entries else FIRST
        if _sealed(entry).digest != entry.digest or entry.line.encode() != line + b"\n":
            raise DecisionError(f"line {number}: was changed after it was written")
        if entry.previous != before or entry.number != number:
            raise DecisionError(f"line {number}: an entry before it was changed, removed or moved")
        entries.append(entry)
    return tuple(entries)


_CHANGES = {
    ("record", "added"): "review.replay.record_added",
    ("record", "changed"): "review.replay.record_changed",
    ("record", "removed"): "review.replay.record_removed",
    ("knowledge", "added"): "review.replay.knowledge_added",
    ("knowledge", "changed"): "review.replay.knowledge_changed",
    ("knowledge", "removed"): "review.replay.knowledge_removed",
}


def changes(then: Inputs, now: Inputs) -> tuple[Message, ...]:
    """What differs between the inputs of a decision and those of today, each named."""
    found = []
    if then.program != now.program:
        found.append(Message.of("review.replay.program", before=then.program, after=now.program))
    for what, before, after in (
        ("record", then.record_files, now.record_files),
        ("knowledge", then.knowledge_files, now.knowledge_files),
    ):
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                how = "added" if name not in before else "removed" if name not in after else "changed"
                found.append(Message.of(_CHANGES[what, how], file=name))
    found += _asked_otherwise(then, now)
    if then.problems != now.problems:
        found.append(Message.of("review.replay.problems"))
    found += [Message.of("review.replay.plan", moved=line) for line in plan_moves(then.plan, now.plan)]
    return tuple(found)


_ASKED = ("at", "seed", "outcomes", "market", "about", "with_nights", "horizon_weeks", "settings")


def _asked_otherwise(then: Inputs, now: Inputs) -> list[Message]:
    """What else differs where both say what was asked: the question itself, the code, the libraries, the processor."""
    if then.asked is None or now.asked is None:
        return []
    found = [
        Message.of(
            "review.replay.asked", what=key, before=_told(then.asked[key]), after=_told(now.asked[key])
        )
        for key in _ASKED
        if then.asked[key] != now.asked[key]
    ]
    before, after = then.asked["code"], now.asked["code"]
    if before != after:
        found.append(Message.of("review.replay.code", before=before, after=after))
    for name in sorted({*then.libraries, *now.libraries}):
        old, new = then.libraries.get(name, "none"), now.libraries.get(name, "none")
        if old != new:
            found.append(Message.of("review.replay.library", name=name, before=old, after=new))
    if then.processor != now.processor:
        found.append(Message.of("review.replay.processor", before=then.processor, after=now.processor))
    return found


def _told(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
