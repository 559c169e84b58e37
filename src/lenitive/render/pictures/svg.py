"""SVG as text: elements, escaped words, and how wide words are.

Colours are presentation attributes, which no content policy blocks: CSS variables on a page, printable colours on paper. No
picture holds an id, a script, a style or a reference, so that any number of them can stand in one page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lenitive.frozen import dataclass
from lenitive.render.direction import isolate_runs, isolated
from lenitive.render.tokens import COLOURS

__all__ = [
    "FILE",
    "PAGE",
    "PAPER",
    "Paint",
    "SvgPiece",
    "element",
    "fitted",
    "number",
    "path",
    "picture",
    "width_of",
    "words",
]

# What XML 1.0 cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_ISOLATES = re.compile("[\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Paint:
    """Where a picture is to stand.

    Attributes:
        colours: Colour of each token, as an attribute's value.
        font: Font family; empty takes that of the page around.
        backed: Whether the picture brings its own ground, as a file of its own must.
    """

    colours: dict[str, str]
    font: str = ""
    backed: bool = False

    def __getitem__(self, token: str) -> str:
        """The colour of a token."""
        return self.colours[token]


class SvgPiece(NamedTuple):
    """A part of some words that looks otherwise than the rest; without a size, that of the rest."""

    text: str
    bold: bool = False
    size: float | None = None


PAGE = Paint({name: f"var(--{name})" for name in COLOURS})
# Typst carries this face itself, so that a PDF has the same bytes on every machine.
PAPER = Paint({name: c.paper for name, c in COLOURS.items()}, "Libertinus Serif")
FILE = Paint({name: c.paper for name, c in COLOURS.items()}, "sans-serif", backed=True)


def _escaped(text: str) -> str:
    return _FORBIDDEN.sub("", text).translate(_MARKUP)


@lru_cache(maxsize=16_384)
def _tenths(count: int) -> str:
    whole, rest = divmod(abs(count), 10)
    return f"{'-' if count < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def number(value: float) -> str:
    """A length to a tenth, as short as it can be written."""
    return _tenths(round(value * 10))


def element(tag: str, inside: str = "", /, **attributes: str | float | None) -> str:
    """One element; ``stroke_width`` becomes ``stroke-width``, None is left out. ``inside`` is markup, not words."""
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value) if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said}/>"


def path(points: Iterable[tuple[float, float]], *, close: bool = False) -> str:
    """The ``d`` of a line through points."""
    # Written whole and shortened after: most of a picture is this, and a call for each number would take most of its time.
    d = "L".join([f"{x:.1f} {y:.1f}" for x, y in points])
    return "M" + f"{d}Z".replace(".0L", "L").replace(".0 ", " ").replace(".0Z", "Z")[: None if close else -1]


def words(
    x: float,
    y: float,
    text: str | tuple[SvgPiece, ...],
    fill: str,
    *,
    size: float = 12,
    anchor: str | None = None,
    bold: bool = False,
    halo: str | None = None,
) -> str:
    """Words with their base line at a point.

    Args:
        x: Where they are anchored.
        y: Their base line.
        text: The words, or pieces of them.
        fill: Their colour.
        size: In units of the picture.
        anchor: ``start`` (default), ``middle`` or ``end``.
        bold: Whether all are bold.
        halo: A colour behind them, so that they are read over lines. A box: writers of PDF put an outline over the letters.
    """
    pieces = [p for p in ((SvgPiece(text, bold),) if isinstance(text, str) else text) if p.text]
    if not pieces:
        return ""
    if len(pieces) == 1 and pieces[0].size is None:
        inside = _escaped(isolate_runs(pieces[0].text))
        bold = pieces[0].bold
    else:
        inside = "".join(
            element(
                "tspan",
                _escaped(isolate_runs(p.text)),
                font_weight="700" if p.bold else None,
                font_size=p.size,
            )
            for p in pieces
        )
    behind = ""
    if halo is not None:
        room = sum(width_of(p.text, p.size or size, bold=p.bold) for p in pieces)
        left = x - {"end": room, "middle": room / 2}.get(anchor or "start", 0.0)
        box = {"x": left - 1, "y": y - 0.82 * size, "width": room + 2, "height": 1.05 * size}
        behind = element("rect", fill=halo, fill_opacity=0.85, rx=2, **box)
    return behind + element(
        "text",
        inside,
        x=x,
        y=y,
        fill=fill,
        font_size=size,
        font_weight="700" if bold else None,
        text_anchor=anchor,
    )


_NARROW, _WIDE = set(" .,:;'’|!()[]ijlt·"), set("mwMW@%…")


@lru_cache(maxsize=512)
def _em(sign: str) -> float:
    """Width of a sign in ems, a little more than most sans-serif faces have."""
    if unicodedata.combining(sign) or "\u2066" <= sign <= "\u2069":
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW:
        return 0.36
    if sign in _WIDE:
        return 0.95
    return 0.72 if sign.isupper() else 0.8 if sign in "+−–→" else 0.6


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide words are; rather too much than too little."""
    return size * sum(map(_em, text)) * (1.08 if bold else 1.0)


def fitted(text: str, size: float, room: float) -> str:
    """Words that fit a room, cut with an ellipsis where they are longer; a name that runs from right to left stays whole in itself."""
    text = " ".join(text.split())
    if width_of(text, size) <= room:
        return text
    plain = _ISOLATES.sub("", text)
    left = room - width_of("…", size)
    kept = []
    for sign in plain:
        left -= width_of(sign, size)
        if left < 0:
            break
        kept.append(sign)
    return isolated("".join(kept).rstrip()) + "…"


def picture(
    inside: str,
    *,
    width: float,
    height: float,
    label: str,
    title: str,
    reads: str,
    paint: Paint,
    small: bool = False,
) -> str:
    """The whole picture: one image to a screen reader, with its finding as label; always from left to right.

    Args:
        inside: Its markup.
        width: In its own units; it is shown as wide as its box, unless it is small.
        height: In its own units.
        label: What it shows, in words.
        title: What it is called.
        reads: How it is to be read.
        paint: Where it is to stand.
        small: Whether it stands among words, in its own size.
    """
    head = element("title", _escaped(title)) + (element("desc", _escaped(reads)) if reads else "")
    ground = element("rect", width="100%", height="100%", fill=paint["ground"]) if paint.backed else ""
    return element(
        "svg",
        head + ground + inside,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_label=isolate_runs(label),
        viewBox=f"0 0 {number(width)} {number(height)}",
        class_="mark-svg" if small else "chart-svg",
        width=width if small else None,
        height=height if small else None,
        direction="ltr",
        font_family=paint.font or None,
        font_size=12,
    )
