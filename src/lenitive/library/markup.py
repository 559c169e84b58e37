"""The marks an article may carry, and its text in blocks and sentences.

An article is Markdown with four marks of ours:

* ``[@Key]``, ``[@Key, place]``, ``[@A; @B]``: citations;
* ``{{ path }}`` or ``{{ path | format }}``: a figure computed at build;
* ``[[article-id]]`` or ``[[article-id|words]]``: another article;
* ``~`` and a blank at the start of a paragraph or list item: the words are ours (advice, a question, a definition, a
  description of our own method); they claim no fact from outside and may not hold one.
"""

from __future__ import annotations

import re
from enum import StrEnum

from lenitive.frozen import dataclass

__all__ = [
    "CITATION",
    "FIGURE",
    "LINK",
    "BlockKind",
    "Cited",
    "MarkupBlock",
    "blocks",
    "citations",
    "plain",
    "sentences",
    "without_own_marks",
]

CITATION = re.compile(r"\[(@[A-Za-z][\w-]*(?:,[^\];]*)?(?:;\s*@[A-Za-z][\w-]*(?:,[^\];]*)?)*)\]")
FIGURE = re.compile(r"\{\{\s*([\w.%-]+)\s*(?:\|\s*([a-z_0-9]+)\s*)?\}\}")
LINK = re.compile(r"\[\[([a-z0-9-]+)(?:\|([^\]]+))?\]\]")
_OWN = re.compile(r"^(\s*(?:[-*]|\d+\.)?\s*)~ ", re.MULTILINE)
_ITEM = re.compile(r"^(?:[-*]|\d+\.)\s+(.*)$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_CELLS = re.compile(r"\|(?![^{}]*\}\})")
_END = re.compile(r"(?<=[.!?])[\"”')]?\s+(?=[\"“'(\[{]*[A-Z0-9{])")
_SHORT = re.compile(r"\b(?:et al|e\.g|i\.e|vs|Dr|Mr|Mrs|St|approx|no)\.$")


class BlockKind(StrEnum):
    """What a block of text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupBlock:
    """A heading, paragraph, list item or table row.

    Attributes:
        kind: What it is.
        text: Its text without list, heading and own-words marks.
        own: Whether it is marked as our own words.
        line: Its first line in the body, from 1.
    """

    kind: BlockKind
    text: str
    own: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One key of a citation mark, with the place in the work."""

    key: str
    at: str = ""


def citations(text: str) -> tuple[Cited, ...]:
    """Every key cited in a text, in order, repeats included."""
    found = []
    for mark in CITATION.finditer(text):
        for part in mark[1].split(";"):
            key, _, at = part.strip().removeprefix("@").partition(",")
            found.append(Cited(key=key.strip(), at=at.strip()))
    return tuple(found)


def blocks(body: str) -> tuple[MarkupBlock, ...]:
    """The body's blocks, in order."""
    found: list[MarkupBlock] = []
    lines: list[str] = []
    start, kind = 1, BlockKind.PARAGRAPH

    def close() -> None:
        if lines:
            text = " ".join(line.strip() for line in lines)
            own = text.startswith("~ ")
            found.append(MarkupBlock(kind=kind, text=text.removeprefix("~ "), own=own, line=start))
            lines.clear()

    for number, line in enumerate(body.splitlines(), start=1):
        stripped = line.strip()
        heading, item = _HEADING.match(stripped), _ITEM.match(stripped)
        if not stripped:
            close()
        elif heading:
            close()
            found.append(MarkupBlock(kind=BlockKind.HEADING, text=heading[2], own=True, line=number))
        elif stripped.startswith("|"):
            close()
            if not set(stripped) <= set("|-: "):
                split = _CELLS.split(stripped.strip("|"))
                cells = " · ".join(cell.strip() for cell in split if cell.strip())
                head = not any(b.kind is BlockKind.ROW and b.line >= number - 2 for b in found)
                found.append(MarkupBlock(kind=BlockKind.ROW, text=cells, own=head, line=number))
        elif item:
            close()
            lines.append(item[1])
            start, kind = number, BlockKind.ITEM
        elif lines:
            lines.append(stripped)
        else:
            lines.append(stripped)
            start, kind = number, BlockKind.PARAGRAPH
    close()
    return tuple(found)


def sentences(text: str) -> tuple[str, ...]:
    """A block's text in sentences; an abbreviation's full stop ends none."""
    parts: list[str] = []
    for piece in _END.split(text):
        if parts and _SHORT.search(parts[-1]):
            parts[-1] = f"{parts[-1]} {piece}"
        elif piece.strip():
            parts.append(piece.strip())
    return tuple(parts)


def without_own_marks(body: str) -> str:
    """The body with the own-words marks taken off."""
    return _OWN.sub(r"\1", body)


def plain(body: str, *, figure: str = "0") -> str:
    """The words alone: no marks, no citations; a figure stands as the given text."""
    text = CITATION.sub("", without_own_marks(body))
    text = LINK.sub(lambda m: m[2] or m[1].replace("-", " "), FIGURE.sub(figure, text))
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*\|?[-:| ]+\|?\s*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*(#{1,6}|[-*]|\d+\.)\s+", "", text, flags=re.MULTILINE)
    text = text.replace("|", " ").replace("*", "").replace("`", "")
    return re.sub(r"[ \t]+([.,;:!?])", r"\1", re.sub(r"[ \t]+", " ", text)).strip()
