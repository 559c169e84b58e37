"""A remark for the reader: what it is about in a few words, and what follows from it."""

from __future__ import annotations

from lenitive.frozen import dataclass
from lenitive.terms import Message

__all__ = ["Remark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Two messages that are read together.

    Attributes:
        lead: What it is about.
        text: What follows from it.
    """

    lead: Message
    text: Message
