"""Which encoding a text is in: told by its mark or its bytes; only where neither tells is it estimated, and then said."""

from __future__ import annotations

import codecs

from lenitive.frozen import dataclass

__all__ = ["Decoded", "decoded", "encoding_of"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets of the last decades save a table in, by country.
_PAGES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "mac_roman", "shift_jis", "gb18030",
    "big5", "euc_kr",
]  # fmt: skip
_SAMPLE = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text from bytes.

    Attributes:
        text: The text, without a byte order mark.
        encoding: What its bytes were read as.
        certain: Whether the bytes themselves say so; else it is the likeliest of the encodings of spreadsheets.
    """

    text: str
    encoding: str
    certain: bool


def encoding_of(head: bytes) -> tuple[str, bool] | None:
    """The encoding of a text by its first bytes, and whether they tell it for certain; None when it is no text.

    Args:
        head: The first bytes, more than a few; when they were cut from a longer file, a character cut in two at their end is no
            fault.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, True
    zeros = head[:400]
    if len(zeros) >= 4 and zeros[1::2].count(0) * 10 >= len(zeros[1::2]) * 8 and zeros[0::2].count(0) == 0:
        return "utf-16-le", True
    if len(zeros) >= 4 and zeros[0::2].count(0) * 10 >= len(zeros[0::2]) * 8 and zeros[1::2].count(0) == 0:
        return "utf-16-be", True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _estimated(head)
    return "utf-8", True


def _estimated(head: bytes) -> tuple[str, bool] | None:
    from charset_normalizer import from_bytes

    if b"\0" in head[:_SAMPLE]:
        return None
    best = from_bytes(head[:_SAMPLE], cp_isolation=_PAGES).best()
    # Short tables give it little to go by; the encoding of Western spreadsheets is then the likeliest.
    return (best.encoding if best is not None else "cp1252"), False


def decoded(data: bytes) -> Decoded | None:
    """The text of whole bytes, or None when they are no text."""
    found = encoding_of(data)
    if found is None:
        return None
    name, certain = found
    try:
        return Decoded(text=data.decode(name), encoding=name.removesuffix("-sig"), certain=certain)
    except (UnicodeError, LookupError):
        pass
    if not certain:
        return None
    again = _estimated(data)
    if again is None:
        return None
    try:
        return Decoded(text=data.decode(again[0]), encoding=again[0], certain=False)
    except (UnicodeError, LookupError):
        return None
