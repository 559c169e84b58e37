"""The chain of decisions: the next entry made, and a file of entries read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypedDict, Unpack, get_args

from lenitive.review.decision import (
    FIRST,
    DecisionError,
    Entry,
    Inputs,
    Schema,
    Shown,
    canonical,
    content_of,
    digest_of,
    plan_moves,
)
from lenitive.review.decision_rules import check_meaning

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Signer", "append_entry", "read_entries", "sealed", "to_be_signed"]


class Signer(Protocol):
    """Someone with a key."""

    @property
    def id(self) -> str:
        """The id of the key: the digest of its public part."""

    def sign(self, data: bytes) -> bytes:
        """The signature of bytes."""


class Said(TypedDict, total=False):
    """What an entry may say beside what it must: the reason, the digest of what the document concludes, the last day that
    it may have, and who signs it."""

    note: str
    conclusions: str
    latest: date
    signer: Signer | None


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
        DecisionError: When the option does not exist, is withheld or has no plan, when a name or a reason is missing, or when
            the day lies before the review, before the last decision or too far ahead.
    """
    before = entries[-1] if entries else None
    signer = said.get("signer")
    entry = Entry(
        number=len(entries) + 1,
        previous=before.digest if before else FIRST,
        on=on,
        by=by.strip(),
        inputs=inputs,
        review=review,
        options=options,
        chosen=chosen,
        note=said.get("note", "").strip(),
        plan_moved=plan_moves(before.inputs.plan, inputs.plan) if before else (),
        digest="",
        conclusions=said.get("conclusions", ""),
    )
    check_meaning(entry, before, latest=said.get("latest"))
    if signer is not None:
        entry = replace(entry, signed_by=signer.id)
        entry = replace(entry, signature=signer.sign(to_be_signed(entry)).hex())
    return sealed(entry)


def sealed(entry: Entry) -> Entry:
    """An entry with the digest that it must have."""
    return replace(entry, digest=digest_of(canonical(content_of(entry)).encode()))


def to_be_signed(entry: Entry) -> bytes:
    """What a signature of an entry is made of: its version, and the digest of all else, the entry before included.

    The version's name keeps a signature from being taken for one of something else.
    """
    content = canonical(content_of(replace(entry, signature="")))
    return f"{entry.schema} {digest_of(content.encode())}".encode("ascii")


@cache
def _reader() -> TypeAdapter[Entry]:
    # Brought when a file is read: most commands read none.
    from pydantic import TypeAdapter

    return TypeAdapter(Entry)


def _typed(line: bytes) -> Entry:
    """A line as an entry with fields of the right types, whatever it means.

    Raises:
        DecisionError: When it is none, with the field.
    """
    from pydantic import ValidationError
    from pydantic_core import from_json

    try:
        schema = from_json(line, allow_inf_nan=False)["schema"]
    except (ValueError, TypeError, KeyError, IndexError):
        raise DecisionError("is not a decision") from None
    if schema not in get_args(Schema):
        raise DecisionError("is of a version that this program does not know")
    try:
        return _reader().validate_json(line, strict=True, extra="forbid")
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"][:4])
        # A key that someone made up stays out of the message.
        named = f" ({field})" if field.replace(".", "_").isidentifier() and field.isascii() else ""
        raise DecisionError(f"is not a decision{named}") from None


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines with their ends, one at a time: a file of nothing but line ends makes no list of them."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def read_entries(data: bytes, *, latest: date | None = None) -> tuple[Entry, ...]:
    """The entries of a file, each checked against its digest, the one before, and what a decision has to mean.

    Args:
        data: The file.
        latest: The last day that a decision may have; None where nobody knows it.

    Raises:
        DecisionError: When a line was changed, removed, added or moved, or is no decision by its meaning; it names the first
            such line.
    """
    entries: list[Entry] = []
    for number, line in enumerate(_lines(data), 1):
        try:
            entries.append(_next(line, number, entries[-1] if entries else None, latest))
        except DecisionError as error:
            raise DecisionError(error.what, at=f"line {number}") from None
    return tuple(entries)


def _next(line: bytes, number: int, before: Entry | None, latest: date | None) -> Entry:
    """The entry of a line, when it may stand there.

    Raises:
        DecisionError: When it may not.
    """
    if not line.endswith(b"\n"):
        raise DecisionError("is cut short")
    entry = _typed(line[:-1])
    if not _is_whole(entry, line):
        raise DecisionError("was changed after it was written")
    if entry.previous != (before.digest if before else FIRST) or entry.number != number:
        raise DecisionError("an entry before it was changed, removed or moved")
    try:
        check_meaning(entry, before, latest=latest)
    except DecisionError as error:
        raise DecisionError(f"cannot be a decision: {error.what}") from None
    return entry


def _is_whole(entry: Entry, line: bytes) -> bool:
    """Whether the line is the one text of its entry, with the digest of that."""
    try:
        return sealed(entry).digest == entry.digest and entry.line.encode() == line
    except (TypeError, ValueError):
        # Of what was asked any JSON is taken; some of it has no text of its own.
        return False
