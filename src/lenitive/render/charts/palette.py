"""Colours for the drawing engine, which knows no CSS variables.

Charts are drawn with the token colours below, which occur nowhere else. At the end each token is replaced: by a CSS
variable in HTML, by a printable colour in PDF.
"""

from __future__ import annotations

from lenitive.render.tokens import COLOURS

__all__ = ["TOKENS", "for_page", "for_paper"]

TOKENS: dict[str, str] = {name: f"#{3 * f'{i:02x}'}" for i, name in enumerate(COLOURS, start=1)}


def for_page(svg: str) -> str:
    """The drawing with CSS variables in place of tokens."""
    for name, token in TOKENS.items():
        svg = svg.replace(token, f"var(--{name})")
    return svg


def for_paper(svg: str) -> str:
    """The drawing with printable colours in place of tokens."""
    for name, token in TOKENS.items():
        svg = svg.replace(token, COLOURS[name].paper)
    return svg
