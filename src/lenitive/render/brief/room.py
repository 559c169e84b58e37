"""How much of each thing one page has room for, and how a text is made shorter without hiding that it was.

What is shortened, in this order: reasons and notes of the record, what is withheld, conditions and other medicines, checks that
are not late, names. Never the answer, what has to be done today, a warning's first words, or a figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from typing import TypeVar

from lenitive.frozen import dataclass
from lenitive.render.catalogue import said
from lenitive.render.words import and_list
from lenitive.terms import Message

_T = TypeVar("_T")

__all__ = ["ROOMS", "Room", "Shortener"]

_CLAUSE_ENDS = re.compile(r"[.:;](?= )")
_OPEN, _CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Most characters of a text, and most of a kind.

    Attributes:
        name: Of the patient.
        about: Of each part of the line about the patient.
        action: Of a step.
        reason: Of why it is offered.
        warning: Of a warning.
        line: Of a line in the foot.
        goal: Of what was agreed.
        withheld: Of what is withheld.
        checks: How many checks.
        warnings: How many warnings in the safety line.
        lanes: How many medicines the picture draws in lanes of their own, and as many again as lines.
        flags: How many notes it names, the last ones.
    """

    name: int
    about: int
    action: int
    reason: int
    warning: int
    line: int
    goal: int
    withheld: int
    checks: int
    warnings: int
    lanes: int
    flags: int


# The first that fits on the page is taken; a screen has the first. The numbers are ours, made with the pages before the eyes.
ROOMS: tuple[Room, ...] = (
    Room(
        name=60, about=110, action=80, reason=100, warning=240, line=90, goal=160, withheld=320, checks=3,
        warnings=3, lanes=3, flags=6,
    ),
    Room(
        name=60, about=110, action=80, reason=100, warning=140, line=90, goal=160, withheld=190, checks=3,
        warnings=2, lanes=3, flags=6,
    ),
    Room(
        name=40, about=70, action=60, reason=70, warning=100, line=60, goal=110, withheld=110, checks=3,
        warnings=2, lanes=2, flags=4,
    ),
    Room(
        name=28, about=44, action=48, reason=0, warning=70, line=44, goal=70, withheld=90, checks=3,
        warnings=1, lanes=2, flags=0,
    ),
)  # fmt: skip


@dataclass(slots=True)
class Shortener:
    """Shortens, and remembers whether it did."""

    room: Room
    did: bool = field(default=False)

    def text(self, text: str, most: int) -> str:
        """At most so many characters, ended at a word and by an ellipsis; nothing where there is room for none."""
        text = " ".join(text.split())
        if len(text) <= most:
            return text
        self.did = True
        if most <= 0:
            return ""
        cut = text[: most - 1]
        # A name of one long word is cut within; else the last word that is whole ends it.
        cut = cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut
        cut = cut.rstrip(" ,;:.(")
        return f"{cut}…{_CLOSE if cut.count(_OPEN) > cut.count(_CLOSE) else ''}"

    def sentence(self, text: str, most: int) -> str:
        """As many of its clauses as so many characters hold, ended as a sentence; where not one of them fits, as `text`."""
        text = " ".join(text.split())
        if len(text) <= most:
            return text
        ends = [m.start() for m in _CLAUSE_ENDS.finditer(text[: most + 1])]
        if not ends:
            return self.text(text, most)
        self.did = True
        return f"{text[: ends[-1]]}."

    def listed(self, items: Sequence[str], most: int, between: str = ", ", count: int | None = None) -> str:
        """As many items as so many characters hold, the first of them always, and how many more there are; empty for none.

        Args:
            items: What is listed.
            most: Characters.
            between: What parts two items.
            count: At most so many items; None for no limit but the characters.
        """
        kept = [self.text(items[0], most)] if items else []
        for item in items[1:count]:
            if len(between.join((*kept, item))) > most:
                break
            kept.append(item)
        left = len(items) - len(kept)
        self.did = self.did or left > 0
        if between == ", " and not left:
            return and_list(kept)
        return " ".join(filter(None, (between.join(kept), self.more(left))))

    def most(self, items: Sequence[_T], count: int) -> tuple[tuple[_T, ...], int]:
        """The first so many, and how many are left out: for the caller to say (``more``), or to note here (``did``)."""
        return tuple(items[:count]), max(0, len(items) - count)

    def more(self, left: int) -> str:
        """``and 3 more``; empty for none."""
        return said(Message.of("render.brief.more", count=left)) if left else ""
