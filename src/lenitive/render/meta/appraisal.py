"""The parts of a table's report for a panel: who says how much, and how sure one may be."""

from __future__ import annotations

import math

from lenitive.evidence import Appraised, Meta, NetworkResult, contributions, overruled
from lenitive.render.blocks import Block, Column, Details, Paragraph, Table
from lenitive.render.evidence_panel import domain_rows
from lenitive.render.meta.asked import MetaAsked

__all__ = ["certainty_part", "contribution_part"]

_SMALL = 12
_NAMED = 5


def contribution_part(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """The direct comparisons and the studies that say most in each estimate against the reference."""
    if len(n.treatments) > _SMALL and "contribution" not in asked.show:
        return []
    c = contributions(n)
    rows = []
    for t in n.treatments[1:]:
        direct = sorted(c.by_comparison(t, n.reference).items(), key=lambda x: -x[1])
        studies = sorted(c.by_study(t, n.reference).items(), key=lambda x: -x[1])
        rows.append(
            (
                t,
                ", ".join(f"{a} with {b} {100 * s:.0f} %" for (a, b), s in direct[:_NAMED]),
                ", ".join(f"{s} {100 * w:.0f} %" for s, w in studies[:_NAMED]),
            )
        )
    table = Table(
        columns=(
            Column(head=f"Against {n.reference}"),
            Column(head="Direct comparisons"),
            Column(head="Studies"),
        ),
        rows=tuple(rows),
        caption="Contributions: what share of each estimate flows through what, the largest first (random walks; all of them with "
        "--format json)",
    )
    return [Details(summary="Who says how much", blocks=(table,))]


def certainty_part(result: Meta, asked: MetaAsked) -> list[Block]:
    """The certainty sheet, when a size that matters was named."""
    n = result.network
    assert n is not None
    if asked.important is None or asked.lines is None:
        return [
            Paragraph(
                text="No size that matters was named (--important), so that certainty is not judged.",
                lead="Certainty.",
                quiet=True,
            )
        ]
    line = abs(math.log(asked.important)) if n.is_ratio else abs(asked.important)
    appraised = Appraised(n, line=line, lines=asked.lines, studies=result.judged)
    judged = [
        overruled(
            appraised.certainty(t, n.reference),
            asked.ratings,
            outcome="",
            some_per_level=asked.lines.some_per_level.whole,
        )
        for t in n.treatments[1:]
    ]
    sheet = Table(
        columns=(
            Column(head=f"Against {n.reference}"),
            Column(head="Certainty"),
            *(Column(head=d.name.capitalize()) for d in judged[0].domains),
        ),
        rows=tuple(
            (
                c.treatment,
                c.level.value if c.level is c.computed else f"{c.level.value} (computed: {c.computed.value})",
                *(d.concern.value.removesuffix(" concern") + ("*" if d.overruled else "") for d in c.domains),
            )
            for c in judged
        ),
        caption=f"Certainty, with {asked.important:g} as the size that matters; * overruled by a reader",
    )
    return [
        sheet,
        Details(
            summary="Why each certainty is what it is",
            blocks=tuple(
                Table(
                    columns=(Column(head="Domain"), Column(head="Judgement"), Column(head="Reason")),
                    rows=domain_rows(c),
                    caption=f"{c.treatment} against {c.comparator}: {c.level.value}",
                )
                for c in judged
            ),
        ),
    ]
