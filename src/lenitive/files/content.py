"""What a reader takes into memory: whole files, JSON and text, each within limits that an honest export keeps."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from lenitive.files.encoding import decoded
from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = ["LIMIT", "load_json", "refuse_long_lines", "text_of", "whole"]

LIMIT = 256 * 1024 * 1024
"""Bytes that a reader takes into memory at once; only the Apple Health and EDF readers go beyond, without doing so."""
_LONGEST_LINE = 1_000_000  # a night of sensor readings in columns has some 10,000 characters
_MOST_ITEMS = (
    2_000_000  # some 100 bytes each once read; ten years of nights with their stages have a tenth of it
)


def whole(stream: BinaryIO) -> bytes:
    """The whole file, when it is not too large.

    Raises:
        RefusedError: When it is larger than ``LIMIT``.
    """
    data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            f"larger than {LIMIT // 2**20} MiB, which no file of this format should be",
            "Give the export in parts, or the right file",
        )
    return data


def load_json(data: bytes) -> Any:
    """JSON from bytes, in UTF-8 or UTF-16.

    Raises:
        RefusedError: With the line, when it is broken, nested beyond reason, or of more values than an export has.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > _MOST_ITEMS:
        raise RefusedError(
            FileRefusal.DANGEROUS,
            f"JSON of more than {_MOST_ITEMS} values, which would fill the memory",
            "Export a shorter period",
        )
    found = decoded(data)
    if found is None or not found.certain:
        raise RefusedError(FileRefusal.BROKEN, "not text in UTF-8", "Export the file again")
    try:
        return json.loads(found.text)
    except json.JSONDecodeError as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"broken JSON ({error.msg})",
            "Export the file again; it may be cut short",
            line=error.lineno,
        ) from None
    except ValueError:  # a whole number of thousands of digits
        raise RefusedError(
            FileRefusal.BROKEN, "a number that no device writes", "Export the file again"
        ) from None
    except RecursionError:
        raise RefusedError(
            FileRefusal.DANGEROUS, "nested too deeply", "Give the file as the device exported it"
        ) from None


def text_of(data: bytes, unknown: str) -> str:
    """The text of bytes, whatever its encoding, in lines that a table or a hypnogram can have.

    Raises:
        RefusedError: When it is no text, with ``unknown`` as the remedy, or a line is too long.
    """
    found = decoded(data)
    if found is None:
        raise RefusedError(FileRefusal.UNKNOWN_FORMAT, "neither text nor a format we know", unknown)
    if "\0" in found.text:
        raise RefusedError(FileRefusal.UNKNOWN_FORMAT, "binary data of an unknown kind", unknown)
    refuse_long_lines(found.text)
    return found.text


def refuse_long_lines(text: str) -> None:
    """Nothing, for text whose lines a table or a hypnogram can have.

    Raises:
        RefusedError: When a line is longer than that: its cells would fill the memory.
    """
    at, line = 0, 1
    while at < len(text):
        end = text.find("\n", at)
        if (len(text) if end < 0 else end) - at > _LONGEST_LINE:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                f"a line of more than {_LONGEST_LINE // 1_000_000} million characters",
                "Give the file as the app exported it",
                line=line,
            )
        if end < 0:
            return
        at, line = end + 1, line + 1
