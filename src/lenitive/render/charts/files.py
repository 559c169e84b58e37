"""Every figure of a report as a file of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lenitive.render.blocks import Block, Chart, Details, Picture, Report
from lenitive.render.charts.draw import paper_svg
from lenitive.render.pictures import PAPER, draw

__all__ = ["chart_files"]


def _drawn(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Chart):
            yield paper_svg(block.wide)
        elif isinstance(block, Picture):
            yield draw(block.shows, PAPER, label=block.alt)
        elif isinstance(block, Details):
            yield from _drawn(block.blocks)


def chart_files(report: Report) -> Iterator[tuple[str, str]]:
    """The name and the SVG of each figure, in printable colours: ``pain-1.svg`` is the first of the section ``pain``."""
    for section in report.sections:
        for number, svg in enumerate(_drawn(section.blocks), start=1):
            yield f"{section.id}-{number}.svg", svg
