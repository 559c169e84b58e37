"""TOML from outside, refused before it is parsed when it is too large, or nested as no file of a person is."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from lenitive.intake.report import ProblemReport
from lenitive.intake.text import decode

__all__ = ["parsed"]

# The largest file of an example is 2 kB; a mapping of a wide table is some 10 kB.
_LIMIT_BYTES = 200_000
# The parser takes time that grows with the square of a key's parts. Neither kind of file has a key of more than 4 parts or
# brackets deeper than 3.
_MOST_DOTS = 8
_DEEPEST = 16

_STRINGS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)


def parsed(report: ProblemReport, data: bytes, *, remedy: str) -> tuple[dict[str, Any], str] | None:
    """The content of a TOML file and its text, or None after reporting why there is none.

    Args:
        report: Receives the problem.
        data: The bytes.
        remedy: How such a file is written.
    """
    text = decode(report, data, limit=_LIMIT_BYTES)
    if text is None:
        return None
    # TOML takes a carriage return only before a line feed; some editors write it alone.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    line = _too_deep(text)
    if line is not None:
        report.add(line, None, "the keys or brackets are nested deeper than in any record", remedy)
        return None
    try:
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:
        at = re.search(r"line (\d+)", str(error))
        report.add(int(at[1]) if at else None, None, "this is not TOML", remedy)
        return None


def _too_deep(text: str) -> int | None:
    """The first line whose dotted key or brackets go too deep; strings and comments do not count."""
    bare = _STRINGS.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)
    depth = 0
    for number, line in enumerate(bare.split("\n"), 1):
        for part in re.split(r"([=,{}\[\]])", line):
            if part in {"[", "{"}:
                depth += 1
            elif part in {"]", "}"}:
                depth = max(depth - 1, 0)
            if part.count(".") > _MOST_DOTS or depth > _DEEPEST:
                return number
    return None
