"""What free text in a record may hold."""

from __future__ import annotations

import re

__all__ = ["refuse_unwritable"]

# NUL (PostgreSQL refuses it), the control characters that drive terminals, and halves of surrogate pairs, which no
# encoding can write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse_unwritable(*texts: str) -> None:
    """Refuse text that could not be written to a file or a database and read back.

    Raises:
        ValueError: When a text holds a control character other than tab and line ends, or half a surrogate pair.
    """
    for text in texts:
        if text and _UNWRITABLE.search(text):
            raise ValueError("the text holds a control character; remove it")
