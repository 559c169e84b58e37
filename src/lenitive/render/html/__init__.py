"""A report as one self-contained page: no script, no request, its own colours in light and dark."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lenitive.render.blocks import Chart, Report
from lenitive.render.charts import page_svg
from lenitive.render.charts.palette import CSS_DARK, CSS_LIGHT
from lenitive.render.direction import isolate_runs

__all__ = ["report_html"]

_FOLDER = Path(__file__).parent


def _finalize(value: object) -> object:
    """What is printed of a report's words; markup of ours stays as it is."""
    return isolate_runs(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _draw(chart: Chart, size: Literal["wide", "narrow"]) -> Markup:
    return Markup(page_svg(chart.wide if size == "wide" else chart.narrow, alt=chart.alt))


def report_html(report: Report) -> str:
    """The page, as text to be saved as UTF-8."""
    css = (_FOLDER / "report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            css=Markup(css),
            css_light=Markup(CSS_LIGHT),
            css_dark=Markup(CSS_DARK),
            draw=_draw,
            kind_of=lambda block: type(block).__name__,
        )
    )
