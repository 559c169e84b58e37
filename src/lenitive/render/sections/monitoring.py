"""What to measure or ask next, in words."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import sentences
from lenitive.render.references import shipped_references
from lenitive.render.sections.findings import missing_words
from lenitive.render.words import and_list, day, drug_name, effect_words
from lenitive.safety import Due, MonitoringItem
from lenitive.terms import EFFECTS, MEASURES

__all__ = ["monitoring_section", "what_words"]

_STATES = {Due.OVERDUE: "overdue since", Due.DUE: "due", Due.UPCOMING: "on"}


def what_words(item: MonitoringItem) -> str:
    """``weight``; several parted by a stroke, since any of them will do."""
    names = (
        MEASURES[w].words if w in MEASURES else effect_words(w) if w in EFFECTS else w.replace("_", " ")
        for w in item.what
    )
    return " / ".join(names)


def monitoring_section(items: tuple[MonitoringItem, ...]) -> Section:
    """The section of a report: a table by day, and below it why."""
    blocks: list[Block] = []
    if not items:
        blocks.append(Paragraph(text="No drug taken now has a schedule of checks in this knowledge."))
        return Section(id="monitoring", title="Checks due", blocks=tuple(blocks))
    rows = []
    for item in items:
        unsure = f" (if it applies: {missing_words(item.missing)} not known)" if item.missing else ""
        last = "never" if item.last is None else day(item.last)
        rows.append(
            (
                what_words(item)[:1].upper() + what_words(item)[1:] + unsure,
                f"{_STATES[item.state]} {day(item.due)}",
                last,
                and_list([drug_name(d) for d in item.drugs]),
                "our schedule" if item.basis == "ours" else item.basis,
            )
        )
    blocks.append(
        Table(
            columns=tuple(Column(head=h) for h in ("What", "When", "Last", "For", "Timing from")),
            rows=tuple(rows),
            caption="What to measure or ask next",
        )
    )
    why = tuple(
        Paragraph(
            lead=f"{what_words(i)[:1].upper()}{what_words(i)[1:]}:",
            text=f"{sentences(i.why)} ({shipped_references(i.sources)})",
        )
        for i in items
    )
    blocks.append(Details(summary="Why", blocks=(Bullets(items=why),)))
    return Section(id="monitoring", title="Checks due", blocks=tuple(blocks))
