"""The report of a table, put together."""

from __future__ import annotations

from collections.abc import Callable

from lenitive.evidence import Interval, Meta
from lenitive.render.blocks import Block, Bullets, Paragraph, Report, Section
from lenitive.render.meta.appraisal import certainty_part, contribution_part
from lenitive.render.meta.asked import MetaAsked
from lenitive.render.meta.consistency import consistency_part, net_heat_part, unrelated_part
from lenitive.render.meta.further import further_section
from lenitive.render.meta.network import (
    estimates,
    funnel_part,
    league_part,
    ranks_part,
)
from lenitive.render.meta.pairwise import pairwise_section
from lenitive.render.meta.words import MEASURE_WORDS

__all__ = ["meta_report"]


def _network(result: Meta, asked: MetaAsked, say: Callable[[str], None]) -> Section:
    n = result.network
    assert n is not None
    blocks: list[Block] = list(estimates(n, asked))
    say("ranking")
    blocks += [ranks_part(n, asked), *league_part(n, asked)]
    say("splitting every comparison into direct and indirect")
    blocks += [consistency_part(n), *net_heat_part(n, asked), *unrelated_part(n, asked)]
    say("asking who says how much")
    blocks += contribution_part(n, asked)
    say("judging certainty")
    blocks += certainty_part(result, asked)
    blocks += funnel_part(n, asked)
    return Section(id="network", title="Network", blocks=tuple(blocks))


def _further(result: Meta) -> Section | None:
    if result.network is not None:
        n = result.network
        usual = [
            Interval(name=c.treatment, estimate=c.estimate, low=c.low, high=c.high)
            for c in n.against_reference()
        ]
        return further_section(result.further, usual, n.shown, level=n.level, ratio=n.is_ratio)
    p = result.pooled
    assert p is not None
    usual = [Interval(name="pooled", estimate=p.effect.estimate, low=p.effect.low, high=p.effect.high)]
    return further_section(result.further, usual, p.shown, level=p.level, ratio=p.is_ratio)


def meta_report(
    result: Meta,
    *,
    name: str,
    version: str,
    asked: MetaAsked | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """The report.

    Args:
        result: The analysis.
        name: What the table is called.
        version: The program's, for the footer.
        asked: What a reader asks beyond what is always there.
        say: Told what is being made, before it is.
    """
    asked = asked or MetaAsked()
    section = pairwise_section(result, asked) if result.network is None else _network(result, asked, say)
    further = _further(result)
    sections = [section] if further is None else [section, further]
    if result.notes:
        items = tuple(Paragraph(text=n[:1].upper() + n[1:] + ".") for n in result.notes)
        sections.append(Section(id="caveats", title="Caveats", blocks=(Bullets(items=items),)))
    measure = result.pooled.measure if result.pooled is not None else ""
    if result.network is not None:
        measure = result.network.network.measure
    reference = "" if result.network is None else f", against {result.network.reference}"
    return Report(
        title=f"Meta-analysis of {name}",
        subtitle=f"Read as {result.layout}: {MEASURE_WORDS[measure]}{reference}.",
        sections=tuple(sections),
        footer=f"Lenitive {version}. The same table gives this report again.",
    )
