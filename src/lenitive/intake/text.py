"""Bytes to text: one encoding, a size limit, and no character that a database or a terminal would choke on."""

from __future__ import annotations

import re

from lenitive.intake.report import ProblemReport

__all__ = ["LIMIT_BYTES", "decode", "neutralised", "original"]

# The largest file that is read. Ten years of diary with a note a day are about 1 MB, so that this leaves room and
# still turns away a wrong file at once.
LIMIT_BYTES = 10_000_000

# What no line of a record holds: NUL (PostgreSQL refuses it), and the control characters that drive terminals.
# Tab, line feed and carriage return are text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def decode(report: ProblemReport, data: bytes, *, limit: int = LIMIT_BYTES) -> str | None:
    """The text of a file, or None after reporting what keeps it from being read.

    A UTF-8 byte order mark is taken off. Line ends stay as they are.
    """

    utf8 = 'Save it as UTF-8 ("CSV UTF-8" in a spreadsheet)'
    if len(data) > limit:
        report.add(
            None,
            None,
            f"the file is larger than {limit // 1_000_000} MB"
            if limit >= 1_000_000
            else f"the file is larger than {limit // 1000} kB",
            "A record's files are far smaller; check that this is the right file, or split the record by years",
        )
    elif data.startswith(b"PK\x03\x04"):
        report.add(
            None, None, "this is a workbook or a zip file, not text", "Export the sheet as CSV (UTF-8)"
        )
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:1000].count(0) * 4 > len(data[:1000]):
        report.add(None, None, "the file is encoded as UTF-16 or UTF-32", utf8)
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            report.add(line, None, "the file is not UTF-8 text from this line on", utf8)
            return None
        found = _CONTROL.search(text)
        if found is None:
            return text
        line = text.count("\n", 0, found.start()) + 1
        report.add(
            line, None, "there is a control character in this line", "Remove it, or export the file again"
        )
    return None


def neutralised(text: str) -> str:
    """Free text as it is written to a CSV cell: an apostrophe keeps a spreadsheet from running it as a formula."""
    return "'" + text if text.startswith((*_FORMULA, "'")) else text


def original(text: str) -> str:
    """Free text as it was before ``neutralised``; text that was never neutralised comes back unchanged."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text
