"""A report as HTML: sections as fragments for any page, and the whole as one self-contained page.

No script, no request, no inline style; colours are CSS variables (``page_css``) in light, dark, print and forced colours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from lenitive.render.blocks import Picture, Report, Section
from lenitive.render.direction import isolate_runs

__all__ = ["page_css", "page_environment", "picture_svg", "report_html", "section_html", "words_html"]

_FOLDER = Path(__file__).parent
_NUMBER = r"\d+(?:\.\d+)?"
_APART = re.compile(
    rf"[−+]{_NUMBER}(?:\sto\s[−+]?{_NUMBER})?|{_NUMBER}\sto\s{_NUMBER}|{_NUMBER}\s(?:mg|mL|kg)(?![a-z])"
)
"""Signed numbers, ranges and doses: in a sentence that runs from right to left, ``−1.4`` would be shown as ``1.4−``."""


def _words(text: str) -> str:
    """Words as markup: escaped, words of another direction apart, numbers with a sign or a unit from left to right."""
    if _APART.search(text) is None:
        return text  # escaped as it is printed
    return Markup(_APART.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(isolate_runs(text)))))


def words_html(text: str) -> str:
    """A sentence as markup for any page: escaped, words of another direction apart, signed numbers from left to right."""
    return str(escape(_words(text)))


def picture_svg(picture: Picture, *, narrow: bool = False) -> str:
    """A picture of this product's own as SVG; its colours are variables of ``page_css``.

    Args:
        picture: The picture with its label.
        narrow: Drawn for a phone.
    """
    from lenitive.render.pictures import draw

    return draw(picture.shows, label=picture.alt, narrow=narrow)


def _finalize(value: object) -> object:
    """What is printed of a report's words; markup of ours stays as it is."""
    return isolate_runs(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def page_environment(folder: Path = _FOLDER) -> Environment:
    """Templates of a folder, with what is printed escaped; ``words`` prints text that may hold numbers and names."""
    environment = Environment(
        loader=FileSystemLoader([folder, _FOLDER]),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = _words
    return environment


@cache
def page_css() -> str:
    """The style sheet that fragments need: colours as variables, for light, dark, print and forced colours, and the rules."""
    from lenitive.render.tokens import CSS_DARK, CSS_FORCED, CSS_LIGHT, CSS_PAPER

    return "\n".join(
        (
            f":root {{ color-scheme: light dark; {CSS_LIGHT} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {CSS_DARK} }} }}",
            f"@media print {{ :root {{ {CSS_PAPER} }} }}",
            f"@media (forced-colors: active) {{ :root {{ {CSS_FORCED} }} }}",
            (_FOLDER / "report.css").read_text(encoding="utf-8"),
        )
    )


def section_html(section: Section, *, figures: Path | None = None) -> str:
    """One section as a fragment, without a page around it; ``page_css`` goes with it.

    Args:
        section: The section; its ``id`` is the fragment's anchor.
        figures: A folder in which drawn statistical figures are kept by the digest of their specification; only the
            caller's own programs may write there. None keeps them in memory alone.
    """

    def chart_svg(spec: Mapping[str, Any], alt: str) -> Markup:
        # Imported here: most sections hold no statistical figure.
        from lenitive.render.charts import page_svg

        return Markup(page_svg(spec, alt=alt, figures=figures))

    def drawn(picture: Picture, *, narrow: bool) -> Markup:
        return Markup(picture_svg(picture, narrow=narrow))

    return (
        page_environment()
        .get_template("section.html.j2")
        .render(
            s=section,
            chart_svg=chart_svg,
            picture_svg=drawn,
            kind_of=lambda block: type(block).__name__,
        )
    )


def report_html(report: Report, *, figures: Path | None = None) -> str:
    """The page, as text to be saved as UTF-8; ``figures`` as for ``section_html``."""
    return (
        page_environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            css=Markup(page_css()),
            sections=[Markup(section_html(s, figures=figures)) for s in report.sections],
        )
    )
