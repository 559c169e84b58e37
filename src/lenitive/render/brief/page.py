"""The one page as HTML: one file, no script, no request; light, dark, phone and print."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from lenitive.render.blocks import Picture
from lenitive.render.brief.headings import headings
from lenitive.render.brief.value import Brief
from lenitive.render.html import page_css, page_environment, picture_svg

__all__ = ["brief_css", "brief_html"]

_FOLDER = Path(__file__).parent


def _svg(picture: Picture, narrow: bool) -> Markup:
    return Markup(picture_svg(picture, narrow=narrow))


def brief_css() -> str:
    """The style sheet of the page: that of every fragment, and its own."""
    return f"{page_css()}\n{(_FOLDER / 'brief.css').read_text(encoding='utf-8')}"


def brief_html(page: Brief) -> str:
    """The page, as text to be saved as UTF-8."""
    return (
        page_environment(_FOLDER)
        .get_template("brief.html.j2")
        .render(b=page, h=headings(), css=Markup(brief_css()), svg=_svg)
    )
