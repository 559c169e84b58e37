"""The parts of a table's report on a network: estimates, ranks, league table, funnel."""

from __future__ import annotations

from lenitive.evidence import NetworkResult, comparison_funnel, rank
from lenitive.render.blocks import Block, Bullets, Chart, Column, Details, Paragraph, Table
from lenitive.render.charts.forest import ForestRow, FunnelMark, forest, funnel_plot
from lenitive.render.charts.network import network_plot
from lenitive.render.evidence_words import number, significant
from lenitive.render.meta.asked import MetaAsked
from lenitive.render.meta.words import MEASURE_WORDS, p_value, percent, span

__all__ = ["estimates", "funnel_part", "league_part", "ranks_part"]

_DRAWN = 20
_LEAGUE = 12
_FUNNEL = 10


def estimates(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """What the network is, and every treatment against the reference."""
    rows, drawn = [], []
    words, level = MEASURE_WORDS[n.network.measure], percent(n.level)
    for c in n.against_reference():
        figures = span((c.estimate, c.low, c.high), n.shown)
        prediction = "–" if c.prediction is None else " to ".join(number(n.shown(v)) for v in c.prediction)
        rows.append((c.treatment, figures, prediction, p_value(c.p)))
        e, low, high = (n.shown(v) for v in (c.estimate, c.low, c.high))
        drawn.append(
            ForestRow(
                label=c.treatment, kind="study", estimate=e, low=low, high=high, weight=50, figures=figures
            )
        )
    blocks: list[Block] = [
        Bullets(
            items=(
                Paragraph(
                    text=f"{len(n.network.studies)} studies, {len(n.treatments)} treatments, {len(n.network.designs)} designs.",
                    lead="Network:",
                ),
                Paragraph(
                    text=f"tau2 {significant(n.tau2)}; Q {number(n.q)} on {n.q_df}, P {p_value(n.q_p)}; I2 {n.i2:.0f} %.",
                    lead=f"{words.capitalize()}, {n.model} effects ({n.method}):",
                ),
            )
        ),
        Chart(
            wide=forest(
                drawn, ratio=n.is_ratio, axis=f"{words} against {n.reference}", important=asked.important
            ),
            narrow=forest(
                drawn, ratio=n.is_ratio, axis=n.network.measure, important=asked.important, narrow=True
            ),
            alt=f"Forest plot: {words} of {len(drawn)} treatments against {n.reference}, as in the table below",
            caption=f"Network estimates against {n.reference}.",
        ),
        Table(
            columns=(
                Column(head="Treatment"),
                Column(head=f"Against {n.reference} ({level})", number=True),
                Column(head=f"In a new study ({level})", number=True),
                Column(head="P", number=True),
            ),
            rows=tuple(rows),
            caption=f"Network estimates: {words}",
        ),
    ]
    if len(n.treatments) <= _DRAWN:
        people = dict.fromkeys(n.treatments, 0)
        for s in n.network.studies:
            for t in s.treatments:
                people[t] += (s.n or 100) // len(s.treatments)
        edges = {pair: k for pair, (k, _) in n.network.edges().items()}
        blocks.append(
            Chart(
                wide=network_plot(people, edges),
                narrow=network_plot(people, edges, narrow=True),
                alt=f"Network plot: {len(edges)} direct comparisons of {len(n.treatments)} treatments",
                caption="Lines are studies that compare two treatments, with their number.",
            )
        )
    return blocks


def ranks_part(n: NetworkResult, asked: MetaAsked) -> Block:
    """Ranks where the outcome's direction was said and some pair can be told apart."""
    if asked.lower_is_better is None:
        return Paragraph(
            text="Whether lower or higher is better was not said, so that nothing is ranked.",
            lead="Ranking.",
            quiet=True,
        )
    ranking = rank(n, lower_is_better=asked.lower_is_better)
    if ranking.withheld:
        return Paragraph(text=f"Ranks are withheld: {ranking.withheld}.", lead="Ranking.")
    return Table(
        columns=(
            Column(head="Treatment"),
            Column(head="P-score", number=True),
            Column(head="Mean rank (95 %)", number=True),
            Column(head="Chance of being best", number=True),
        ),
        rows=tuple(
            (
                r.treatment,
                number(r.p_score),
                f"{r.mean:.1f} ({r.low} to {r.high})",
                f"{100 * r.probabilities[0]:.0f} %",
            )
            for r in ranking.ranks
        ),
        caption=f"Ranks, best first ({'lower' if asked.lower_is_better else 'higher'} is better); {ranking.told_apart} of "
        f"{ranking.pairs} pairs can be told apart",
    )


def league_part(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """Every treatment against every other, while it is readable or when it is asked for."""
    if len(n.treatments) > _LEAGUE and "league" not in asked.show:
        return [
            Paragraph(
                text=f"The league table of {len(n.treatments)} treatments is left out; ask for it with --show league, or take "
                "it from --format json.",
                quiet=True,
            )
        ]
    rows = [
        (n.treatments[i], *("–" if c is None else span((c.estimate, c.low, c.high), n.shown) for c in row))
        for i, row in enumerate(n.league())
    ]
    table = Table(
        columns=(Column(head="Row against column"), *(Column(head=t, number=True) for t in n.treatments)),
        rows=tuple(rows),
        caption="League table: every treatment against every other",
    )
    return [Details(summary="League table", blocks=(table,))]


def funnel_part(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """The comparison-adjusted funnel plot, from ten contrasts with the reference on."""
    points = comparison_funnel(n, against=n.reference)
    if len(points) < _FUNNEL and "funnel" not in asked.show:
        return []
    if not points:
        return [Paragraph(text=f"No study compares with {n.reference}: there is no funnel.", quiet=True)]
    marks = [
        FunnelMark(study=p.study, comparison=p.comparison, deviation=p.deviation, se=p.se) for p in points
    ]
    axis = ("log ratio" if n.is_ratio else "difference") + " less the mean of its comparison"
    return [
        Details(
            summary="Comparison-adjusted funnel plot",
            blocks=(
                Chart(
                    wide=funnel_plot(marks, axis=axis),
                    narrow=funnel_plot(marks, axis="less the mean", narrow=True),
                    alt=f"Funnel plot of {len(marks)} comparisons with {n.reference}",
                    caption="Missing small studies on one side would suggest results that were never published.",
                ),
            ),
        )
    ]
