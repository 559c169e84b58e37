"""Colours as tokens: the one table from which light pages, dark pages, forced colours and paper take theirs.

Text needs a contrast of 4.5 on its ground and a mark 3; ``tests/unit/render/test_tokens.py`` computes both. Lines that must be
told apart differ in dash, shape or place as well, because some readers see no colour and some printers have none.
"""

from __future__ import annotations

from lenitive.frozen import dataclass

__all__ = ["COLOURS", "CSS_DARK", "CSS_FORCED", "CSS_LIGHT", "CSS_PAPER", "Colour"]


@dataclass(frozen=True, slots=True)
class Colour:
    """One token's colour on each ground.

    Attributes:
        light: On a light page.
        dark: On a dark page.
        paper: In print.
        forced: The system colour that stands for it where the reader has chosen her own.
    """

    light: str
    dark: str
    paper: str
    forced: str = "CanvasText"


def _as_light(light: str, dark: str, forced: str = "CanvasText") -> Colour:
    return Colour(light, dark, light, forced)


COLOURS: dict[str, Colour] = {
    "ink": _as_light("#1c2424", "#e9ece8"),
    "muted": _as_light("#55605f", "#a6b2b0"),
    "grid": _as_light("#d9d5ca", "#364142", "GrayText"),
    "ground": Colour("#faf8f3", "#14191a", "#ffffff", "Canvas"),
    "sleep": _as_light("#3f4aa0", "#a3aef5"),
    "pain": _as_light("#a23b1a", "#f0a083"),
    "fatigue": _as_light("#4f6a13", "#b4cc6b"),
    "dose": _as_light("#5b6b70", "#93a5a9"),
    "prior": _as_light("#7c8683", "#7e8b8a"),
    "without": _as_light("#6a6258", "#b9ae9f"),
    "good": _as_light("#1e6446", "#83cda5"),
    "bad": _as_light("#a3122a", "#ff9ca3"),
    "unsure": _as_light("#5b5376", "#c0b6e2"),
    "card": Colour("#ffffff", "#1c2324", "#ffffff", "Canvas"),
    "edge": _as_light("#7c8683", "#7e8b8a"),
    "act": _as_light("#0b5563", "#7ccad3", "LinkText"),
    "cost": _as_light("#7d5200", "#e8bc66"),
}

CSS_LIGHT: str = " ".join(f"--{name}: {c.light};" for name, c in COLOURS.items())
CSS_DARK: str = " ".join(f"--{name}: {c.dark};" for name, c in COLOURS.items())
CSS_PAPER: str = " ".join(f"--{name}: {c.paper};" for name, c in COLOURS.items())
CSS_FORCED: str = " ".join(f"--{name}: {c.forced};" for name, c in COLOURS.items())
