"""The words of a row of the knowledge as messages: the row's English with an id, so that it can be translated.

A rule's wordings are one message each: ``safety.RULE.met``, ``.unknown``, ``.action``, ``.mechanism``, ``.size``. What a
patient is told stands in the patient's catalogue under the id of what was found.
"""

from __future__ import annotations

from typing import Literal

from lenitive.terms import Message

__all__ = ["Wording", "if_worded", "worded"]

Wording = Literal["met", "unknown", "action", "action_if_measured", "mechanism", "size", "title", "why"]


def worded(row: str, wording: Wording, text: str) -> Message:
    """A wording of a row."""
    return Message(id=f"safety.{row}.{wording}", text=text)


def if_worded(row: str, wording: Wording, text: str) -> Message | None:
    """A wording that a row need not have; None where it has none."""
    return worded(row, wording, text) if text else None
