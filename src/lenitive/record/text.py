"""What free text in a record may hold."""

from __future__ import annotations

import re

__all__ = ["LONGEST", "refuse_unwritable"]

# Characters in one text; readers of CSV give up on cells not much longer.
LONGEST = 100_000

# NUL (PostgreSQL refuses it), the control characters that drive terminals, and halves of surrogate pairs, which no
# encoding can write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def refuse_unwritable(*texts: str) -> None:
    """Refuse text that could not be written to a file or a database and read back.

    Raises:
        ValueError: When a text holds a control character other than tab and line ends, or half a surrogate pair, or
            is longer than ``LONGEST``.
    """
    for text in texts:
        if len(text) > LONGEST:
            raise ValueError(f"the text is longer than {LONGEST} characters")
        if text and _UNWRITABLE.search(text):
            raise ValueError("the text holds a control character; remove it")
