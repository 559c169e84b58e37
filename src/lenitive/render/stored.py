"""A review read back from its document, so that it can be shown again without being made again.

Beside the keys that other programs read, a document holds what the review was asked for (``asked``), every part of the answer
with all its digits (``parts``), and a digest of itself (``digest``). The draws behind the fit are not kept: what was concluded from
them is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lenitive.record import Record
from lenitive.render.codec import CodecError, decoded, encoded
from lenitive.review import Absent, Digests, Options, Parts, Review
from lenitive.terms import digest

__all__ = [
    "ADDED",
    "DocumentError",
    "asked_document",
    "conclusions_digest",
    "document_digest",
    "options_from",
    "parts_document",
    "review_from",
]

ADDED = ("asked", "parts", "digest")
"""What a document holds so that it can be read back."""


class DocumentError(ValueError):
    """A document that gives no review; the message says why, and what to do."""


def asked_document(review: Review) -> dict[str, Any]:
    """What the review was asked for, by digests."""
    return {"digest": review.asked.digest, **encoded(Digests, review.asked)}


def parts_document(review: Review) -> dict[str, Any]:
    """Every part of the answer, nothing rounded."""
    found: dict[str, Any] = encoded(Parts, review.parts)
    return found


def document_digest(document: Mapping[str, Any]) -> str:
    """The SHA-256 of a document without its own digest, without white space.

    The order counts: what is drawn follows it. A store that puts keys in an order of its own must keep the text.
    """
    content = {key: value for key, value in document.items() if key != "digest"}
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def conclusions_digest(document: Mapping[str, Any]) -> str:
    """The digest of what a document concludes, to six digits, whatever it was made from: a changed comment in the code leaves it."""
    return document_digest({key: value for key, value in document.items() if key not in ADDED})


def review_from(document: Mapping[str, Any] | str | bytes, record: Record) -> Review:
    """The review that a document holds: it renders to the same bytes as the one that was made.

    Args:
        document: The document, as text or as data.
        record: The record that the review was made from; what is dated after the day of the review may be in it or not.

    Raises:
        DocumentError: When the document is none, was altered, holds no parts, comes from code that names its parts
            otherwise, or belongs to another record.
    """
    data = _data(document)
    asked = _asked(data)
    cut = record.until(asked.at)
    if digest(cut) != asked.record:
        raise DocumentError(
            "the record is not the one that this review was made from, as it stood on "
            f"{asked.at.isoformat()}. Give that one, or make the review again"
        )
    return Review.of(asked, cut, _parts(data, asked))


def options_from(document: Mapping[str, Any] | str | bytes) -> tuple[Digests, Options | Absent]:
    """What was asked, and the options that a document holds, without the record that it was made from.

    Raises:
        DocumentError: When the document is none, was altered, holds no parts, or comes from code that names its parts otherwise.
    """
    data = _data(document)
    asked = _asked(data)
    return asked, _parts(data, asked).options


def _asked(data: Mapping[str, Any]) -> Digests:
    """What an unaltered document was asked for."""
    if data.get("digest") != document_digest(data):
        raise DocumentError("the document was altered after it was written. Take an untouched copy")
    try:
        given = dict(data["asked"])
        whole = given.pop("digest")
        asked: Digests = decoded(Digests, given)
    except (CodecError, KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"asked: {error}. The document cannot be read by this version") from None
    if asked.digest != whole:
        raise DocumentError("asked: its digest is not that of what was asked. Make the review again")
    return asked


def _parts(data: Mapping[str, Any], asked: Digests) -> Parts:
    try:
        parts: Parts = decoded(Parts, data["parts"])
    except CodecError as error:
        raise DocumentError(
            f"parts: {error}. The document was written by other code ({asked.code}); make the review again"
        ) from None
    return parts


def _data(document: Mapping[str, Any] | str | bytes) -> Mapping[str, Any]:
    if isinstance(document, str | bytes):
        try:
            data = json.loads(document)
        except (ValueError, RecursionError):
            raise DocumentError(
                "this is no JSON. Give a document of `lenitive review --format json`"
            ) from None
    else:
        data = document
    if not isinstance(data, Mapping) or not str(data.get("schema", "")).startswith("lenitive.review/"):
        raise DocumentError("this is no review. Give a document of `lenitive review --format json`")
    missing = [key for key in ADDED if key not in data]
    if missing:
        raise DocumentError(
            f"the document has no {' and no '.join(missing)}: it was written before reviews could be read back. "
            "Make the review again"
        )
    return data
