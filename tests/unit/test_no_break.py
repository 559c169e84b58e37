"""A share and its sign stay on one line, in words and in the terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from lenitive.render.blocks import Callout, Column, Paragraph, Section, Table
from lenitive.render.text import print_sections
from lenitive.render.words import percent, share_words


def test_the_sign_is_joined_to_its_number():
    words = [percent(0.0), percent(0.004), percent(0.92), percent(1.0), share_words(0.0), share_words(1.0)]
    assert words == [
        "under 1\u00a0%", "under 1\u00a0%", "92\u00a0%", "over 99\u00a0%", "0\u00a0%", "100\u00a0%",
    ]  # fmt: skip


@pytest.mark.parametrize("width", range(14, 40))
def test_no_line_of_the_terminal_begins_with_the_sign(width):
    text = f"Helped with {percent(0.92)}, harmed with {percent(0.001)}, neither with {percent(0.07)}."
    blocks = (
        Paragraph(text=text),
        Callout(tone="note", title=text, text=text, items=(Paragraph(lead=text, text=text),)),
        Table(columns=(Column(head="x"), Column(head="y")), rows=((text, text),), caption=""),
    )
    out = io.StringIO()
    console = Console(file=out, width=width, no_color=True, force_terminal=False, legacy_windows=False)
    print_sections((Section(id="s", title="S", blocks=blocks),), console)
    printed = out.getvalue()
    # Seven texts of three shares; in narrow columns the sign would else begin a line of its own.
    assert printed.count("\u00a0%") == 7 * 3
    assert printed.count("%") == 7 * 3
