"""A report as Markdown, for pages that are checked in and for pipes."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Chart, Details, Paragraph, Picture, Report, Table

__all__ = ["report_markdown"]


def _safe(text: str) -> str:
    """Text that cannot be taken for markup or break a table."""
    for mark in ("\\", "|", "<", "*", "_", "`", "["):
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())


def _paragraph(p: Paragraph) -> str:
    return f"**{_safe(p.lead)}** {_safe(p.text)}".strip() if p.lead else _safe(p.text)


def _table(table: Table) -> list[str]:
    lines = [_safe(table.caption), ""] if table.caption else []
    lines.append("| " + " | ".join(_safe(c.head) for c in table.columns) + " |")
    lines.append("|" + "|".join("---:" if c.number else "---" for c in table.columns) + "|")
    lines += ["| " + " | ".join(_safe(cell) for cell in row) + " |" for row in table.rows]
    return lines


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return [_paragraph(block)]
        case Bullets():
            return [f"- {_paragraph(item)}" for item in block.items]
        case Table():
            return _table(block)
        case Chart() | Picture():
            return [f"*{_safe(block.alt)}*"]
        case Callout():
            lines = [f"> **{_safe(block.title)}** {_safe(block.text)}".rstrip()]
            return [*lines, *(f"> - {_paragraph(item)}" for item in block.items)]
        case Details():
            inside = [line for one in block.blocks for line in (*_block(one), "")]
            return [f"**{_safe(block.summary)}**", "", *inside]


def report_markdown(report: Report) -> str:
    """The report as one Markdown page."""
    lines = [f"# {_safe(report.title)}", "", _safe(report.subtitle), ""]
    if report.banner:
        lines += [f"**{_safe(report.banner)}**", ""]
    for section in report.sections:
        lines += [f"## {_safe(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    lines += ["---", "", _safe(report.footer)]
    return "\n".join(lines).rstrip() + "\n"
