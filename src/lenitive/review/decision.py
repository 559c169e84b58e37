"""The decision record: what was decided on which review, in entries that no one can change unseen.

An entry is one line of JSON. It holds digests of everything the review was made from, the options that were shown, the
choice, and the digest of the entry before: changing, removing or reordering an earlier line breaks every later one. A
line cut off the end cannot be seen from the file alone; whoever keeps the last digest elsewhere sees that too.

Entries of the first version name neither the code, the libraries and the processor, nor the ids of options; those of the second
no plans, and they are never signed. Both are read, and stand in a chain before later ones, as they were written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, field, fields
from datetime import date
from typing import Any, Literal

from lenitive.frozen import dataclass
from lenitive.record import PlanTarget
from lenitive.review.option import Option
from lenitive.titration import DosePlan, Refusal

__all__ = [
    "DecisionError",
    "Entry",
    "Inputs",
    "Schema",
    "Shown",
    "canonical",
    "content_of",
    "digest_of",
    "plan_moves",
    "shown",
]

Schema = Literal["lenitive.decision/1", "lenitive.decision/2", "lenitive.decision/3"]
"""The version of an entry; what is written now is the last."""
FIRST = "0" * 64
"""What stands in the place of the entry before, in the first one."""


class DecisionError(ValueError):
    """A decision that may not be recorded, or a record of decisions that is not whole.

    Attributes:
        what: What is wrong.
        at: Where: what was asked (``--option``), or the line of the file; empty for the whole of it.
    """

    def __init__(self, what: str, *, at: str = "") -> None:
        super().__init__(f"{at}: {what}" if at else what)
        self.what = what
        self.at = at


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
    """An option as it was shown.

    Attributes:
        number: Its place in the list, from 1.
        rank: 1 is the first to consider; None when it could not be chosen.
        action: What kind.
        drug: The drug it is about; empty for none.
        dose_mg: Where it leads, mg a day. Either kind of number, because 15 and 15.0 have two digests.
        withheld_by: Safety rules that stop it.
        no_plan: The rule by which there is no plan; empty where there is one or none is needed.
        id: The digest of its content; empty in an entry of the first version.
        plan: The id of its plan; empty without one, and before the third version.
        findings: The safety rules that stood beside it, as what it would bring about; since the third version.
    """

    number: int
    rank: int | None
    action: str
    drug: str
    dose_mg: int | float | None
    withheld_by: tuple[str, ...]
    no_plan: str
    id: str = ""
    plan: str = ""
    findings: tuple[str, ...] = ()

    @property
    def can_be_chosen(self) -> bool:
        """Whether it may be chosen."""
        return not self.withheld_by and not self.no_plan


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
            plan=o.plan.id if isinstance(o.plan, DosePlan) else "",
            findings=tuple(sorted({p.rule for f in o.findings for p in f.parts})),
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
        digest: Digest of all else.
        schema: Its version.
        signed_by: The id of the key that signed it; empty when it is not signed.
        signature: The signature, in hexadecimal, of what stands in it beside signature and digest.
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
    schema: Schema = "lenitive.decision/3"
    signed_by: str = ""
    signature: str = ""

    @property
    def overrides(self) -> bool:
        """Whether another than the first option was chosen."""
        return self.chosen != 1

    @property
    def option(self) -> Shown | None:
        """The option chosen, if it is among those shown."""
        return next((o for o in self.options if o.number == self.chosen), None)

    @property
    def line(self) -> str:
        """As it stands in the file, with its line end."""
        return canonical({**content_of(self), "digest": self.digest}) + "\n"


def canonical(data: Mapping[str, Any]) -> str:
    """The one text of JSON data: keys in order, no white space."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_of(entry: Entry) -> dict[str, Any]:
    """What stands in an entry beside its digest, in the fields of its version."""
    data = asdict(entry)
    del data["digest"]
    data["on"] = entry.on.isoformat()
    if entry.schema == "lenitive.decision/3":
        return data
    del data["signed_by"], data["signature"]
    # Said only where it is so: entries from before it could be have the digest that they always had.
    if not entry.inputs.with_nights:
        del data["inputs"]["with_nights"]
    for option in data["options"]:
        del option["plan"], option["findings"]
    if entry.schema == "lenitive.decision/1":
        for key in ("asked", "libraries", "processor"):
            del data["inputs"][key]
        for option in data["options"]:
            del option["id"]
        del data["conclusions"]
    return data


def plan_moves(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """In what the pre-registered plan was moved: ``review_date: 2026-05-01 -> 2026-06-01``."""
    return tuple(
        f"{key}: {before.get(key) or 'none'} -> {now.get(key) or 'none'}"
        for key in sorted({*before, *now})
        if before.get(key) != now.get(key)
    )
