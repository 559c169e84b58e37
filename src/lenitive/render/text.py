"""A report in the terminal, with rich."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.containers import Lines
from rich.measure import Measurement
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text as RichText

from lenitive.render.blocks import (
    Block,
    Bullets,
    Callout,
    Chart,
    Details,
    Paragraph,
    Picture,
    Report,
    Section,
    Table,
)

__all__ = ["print_report", "print_sections", "report_text"]

_NO_BREAK = "\N{NO-BREAK SPACE}"
_HELD = "\ue000"
"""Stands for a no-break space while lines are broken: a sign of private use, a cell wide, of no text."""

_TONES = {"good": "green", "bad": "red", "unsure": "magenta", "note": "cyan", "plain": "white"}


class Text(RichText):
    """Text that is not broken at a no-break space, where Rich breaks it as at any other."""

    def _held(self) -> RichText:
        held = self.copy()
        held.plain = self.plain.replace(_NO_BREAK, _HELD)
        return held

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """How wide it must and may be."""
        return self._held().__rich_measure__(console, options)

    def wrap(self, console: Console, width: int, **how: Any) -> Lines:
        """Its lines."""
        lines = self._held().wrap(console, width, **how)
        for line in lines:
            line.plain = line.plain.replace(_HELD, _NO_BREAK)
        return lines


def _paragraph(p: Paragraph) -> Text:
    text = Text()
    if p.lead:
        text.append(p.lead + " ", style="bold")
    text.append(p.text, style="dim" if p.quiet else "")
    return text


def _bullets(items: tuple[Paragraph, ...]) -> RenderableType:
    grid = RichTable.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    for item in items:
        grid.add_row("•", _paragraph(item))
    return grid


def _table(table: Table) -> RenderableType:
    shown = RichTable(
        box=box.SIMPLE_HEAD,
        title=table.caption,
        title_justify="left",
        title_style="italic dim",
        pad_edge=False,
    )
    for column in table.columns:
        shown.add_column(Text(column.head), justify="right" if column.number else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    return shown


def _block(block: Block) -> RenderableType:
    match block:
        case Paragraph():
            return _paragraph(block)
        case Bullets():
            return _bullets(block.items)
        case Table():
            return _table(block)
        case Chart() | Picture():
            return Text(f"[chart] {block.alt}", style="dim")
        case Callout():
            # In the box, not on its border: a border cuts a long title off.
            inside: list[RenderableType] = [Text(block.title, style="bold")]
            if block.text:
                inside.append(Text(block.text))
            if block.items:
                inside.append(_bullets(block.items))
            return Panel(Group(*inside), border_style=_TONES[block.tone])
        case Details():
            return Group(
                Text(block.summary, style="italic"), *(Padding(_block(b), (0, 0, 0, 2)) for b in block.blocks)
            )


def print_report(report: Report, console: Console) -> None:
    """Print a report on a console."""
    console.print(Text(report.title, style="bold"))
    console.print(Text(report.subtitle, style="dim"))
    if report.banner:
        console.print(Text(report.banner, style="bold reverse"))
    print_sections(report.sections, console)
    console.print()
    console.print(Text(report.footer, style="dim"))


def print_sections(sections: Iterable[Section], console: Console) -> None:
    """Print sections alone, for commands whose answer is no whole report."""
    for section in sections:
        console.print()
        console.rule(Text(section.title, style="bold"), align="left")
        for block in section.blocks:
            # As a part of a group: printed alone, Rich would make it a text of its own kind.
            console.print(Group(_block(block)))


def report_text(report: Report, *, width: int = 100) -> str:
    """The report as plain text without colour codes."""
    out = io.StringIO()
    print_report(
        report, Console(file=out, width=width, no_color=True, force_terminal=False, legacy_windows=False)
    )
    return out.getvalue()
