"""Colours as tokens, so that one drawing serves light pages, dark pages and paper.

Charts are drawn with the token colours below, which occur nowhere else. At the end each token is replaced: by a CSS
variable in HTML, by a printable colour in PDF. Lines that must be told apart also differ in dash or in place, because
some readers see no colour and some printers have none.
"""

from __future__ import annotations

__all__ = ["CSS_DARK", "CSS_LIGHT", "TOKENS", "for_page", "for_paper"]

# name -> (token, light, dark, paper)
_COLOURS: dict[str, tuple[str, str, str, str]] = {
    "ink": ("#010101", "#1c2526", "#e8eeee", "#1c2526"),
    "muted": ("#020202", "#55646a", "#a3b3b8", "#55646a"),
    "grid": ("#030303", "#d9e0e1", "#35424a", "#d9e0e1"),
    "ground": ("#040404", "#ffffff", "#12191c", "#ffffff"),
    "sleep": ("#050505", "#3b5ba9", "#8fb0ff", "#3b5ba9"),
    "pain": ("#060606", "#a8421f", "#ff9d7a", "#a8421f"),
    "fatigue": ("#070707", "#4f6b1e", "#b5d36b", "#4f6b1e"),
    "dose": ("#080808", "#0b7a75", "#5fd0c8", "#0b7a75"),
    "prior": ("#090909", "#7a8790", "#8d9aa3", "#7a8790"),
    "without": ("#0a0a0a", "#8a6d00", "#f0cf5b", "#8a6d00"),
    "good": ("#0b0b0b", "#1d6b3a", "#79d39a", "#1d6b3a"),
    "bad": ("#0c0c0c", "#9b1c31", "#ff8fa0", "#9b1c31"),
    "unsure": ("#0d0d0d", "#6b5b95", "#c3b1ff", "#6b5b95"),
}

TOKENS: dict[str, str] = {name: row[0] for name, row in _COLOURS.items()}
CSS_LIGHT: str = " ".join(f"--{name}: {row[1]};" for name, row in _COLOURS.items())
CSS_DARK: str = " ".join(f"--{name}: {row[2]};" for name, row in _COLOURS.items())


def for_page(svg: str) -> str:
    """The drawing with CSS variables in place of tokens."""
    for name, row in _COLOURS.items():
        svg = svg.replace(row[0], f"var(--{name})")
    return svg


def for_paper(svg: str) -> str:
    """The drawing with printable colours in place of tokens."""
    for row in _COLOURS.values():
        svg = svg.replace(row[0], row[3])
    return svg
