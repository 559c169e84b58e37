"""Every colour is legible on the ground that it stands on."""

from __future__ import annotations

import pytest

from lenitive.render.tokens import COLOURS

TEXT, MARK = 4.5, 3.0
MARKS_ONLY = {"prior", "edge"}
GROUNDS = {"ground", "card"}
# A grid line is decoration: nothing is lost where it is not seen.
DECORATION = {"grid"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("where", ["light", "dark", "paper"])
@pytest.mark.parametrize("token", sorted(set(COLOURS) - GROUNDS - DECORATION))
def test_each_token_has_the_contrast_that_its_use_needs(token, where):
    for ground in GROUNDS:
        found = contrast(getattr(COLOURS[token], where), getattr(COLOURS[ground], where))
        assert found >= (MARK if token in MARKS_ONLY else TEXT)


@pytest.mark.parametrize("where", ["light", "dark", "paper"])
def test_words_in_a_dose_bar_can_be_read(where):
    assert contrast(getattr(COLOURS["ground"], where), getattr(COLOURS["dose"], where)) >= TEXT
