"""A table's meta-analysis as a report."""

from __future__ import annotations

from lenitive.evidence import Meta, decompose_q, egger, leave_one_out, node_splits
from lenitive.render.blocks import Block, Bullets, Chart, Column, Details, Paragraph, Report, Section, Table
from lenitive.render.charts.forest import ForestRow, forest
from lenitive.render.charts.network import network_plot
from lenitive.render.evidence import number, significant

__all__ = ["meta_report"]


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _span(e: float, low: float, high: float) -> str:
    return f"{number(e)} ({number(low)} to {number(high)})"


def _forest(rows: list[ForestRow], *, ratio: bool, axis: str, alt: str) -> Chart:
    return Chart(
        wide=forest(rows, ratio=ratio, axis=axis),
        narrow=forest(rows, ratio=ratio, axis=axis, narrow=True),
        alt=alt,
        caption="Squares are studies, larger with more weight; the diamond is the pooled effect.",
    )


def _pairwise(result: Meta) -> list[Section]:
    assert result.effects is not None
    assert result.pooled is not None
    p, rows = result.pooled, result.rows()
    drawn = [
        ForestRow(
            label=str(r["study"]) if i < len(rows) - 1 else "All studies",
            kind="study" if i < len(rows) - 1 else "pooled",
            estimate=r["estimate"],
            low=r["low"],
            high=r["high"],
            weight=r["weight_percent"],
            figures=_span(r["estimate"], r["low"], r["high"]),
        )
        for i, r in enumerate(rows)
    ]
    seen: dict[str, int] = {}
    unique = []
    for r in drawn:
        seen[r.label] = seen.get(r.label, 0) + 1
        label = r.label if seen[r.label] == 1 else f"{r.label} ({seen[r.label]})"
        unique.append(
            ForestRow(
                label=label,
                kind=r.kind,
                estimate=r.estimate,
                low=r.low,
                high=r.high,
                weight=r.weight,
                figures=r.figures,
            )
        )
    pooled = rows[-1]
    facts = [
        Paragraph(
            text=f"{_span(pooled['estimate'], pooled['low'], pooled['high'])}, P {_p(p.effect.p)}; {p.k} studies.",
            lead=f"{p.model.capitalize()} effects ({p.method}, {p.test}):",
        )
    ]
    if p.tau2 is not None and p.i2 is not None:
        interval = (
            ""
            if p.tau2_interval is None
            else f" ({significant(p.tau2_interval[0])} to {significant(p.tau2_interval[1])})"
        )
        facts.append(
            Paragraph(
                text=f"tau2 {significant(p.tau2)}{interval}, I2 {p.i2:.0f} %, Q {number(p.q)} on {p.q_df}, P {_p(p.q_p)}.",
                lead="Between studies:",
            )
        )
    if p.prediction is not None:
        low, high = (p.shown(x) for x in p.prediction)
        facts.append(Paragraph(text=f"{number(low)} to {number(high)}.", lead="In a new study (95 %):"))
    blocks: list[Block] = [Bullets(items=tuple(facts))]
    if p.k <= 100:
        alt = (
            f"Forest plot of {p.k} studies; pooled {_span(pooled['estimate'], pooled['low'], pooled['high'])}"
        )
        blocks.append(_forest(unique, ratio=p.is_ratio, axis=p.measure, alt=alt))
    if 2 < p.k <= 200:
        method = p.method if p.model == "random" else "REML"
        left = leave_one_out(result.effects, model=p.model, method=method)
        blocks.append(
            Details(
                summary="Without each study in turn",
                blocks=(
                    Table(
                        columns=(Column(head="Without"), Column(head="Pooled (95 %)", number=True)),
                        rows=tuple(
                            (
                                s,
                                _span(
                                    *(q.shown(v) for v in (q.effect.estimate, q.effect.low, q.effect.high))
                                ),
                            )
                            for s, q in left
                        ),
                        caption="Leave one out",
                    ),
                ),
            )
        )
        try:
            test = egger(result.effects)
        except ValueError as refusal:
            blocks.append(Paragraph(text=f"Egger's test: {refusal}", quiet=True))
        else:
            text = f"t {number(test.slope.statistic)} on {test.df:g}, P {_p(test.slope.p)}."
            blocks.append(
                Paragraph(text=" ".join((text, *(f"{n}." for n in test.notes))), lead="Egger's test:")
            )
    return [Section(id="pooled", title="Pooled", blocks=tuple(blocks))]


def _network(result: Meta) -> list[Section]:
    assert result.network is not None
    n = result.network
    rows = []
    drawn = []
    for c in n.against_reference():
        e, low, high = (n.shown(v) for v in (c.estimate, c.low, c.high))
        prediction = "–" if c.prediction is None else " to ".join(number(n.shown(v)) for v in c.prediction)
        rows.append((c.treatment, _span(e, low, high), prediction, _p(c.p)))
        drawn.append(
            ForestRow(
                label=c.treatment,
                kind="study",
                estimate=e,
                low=low,
                high=high,
                weight=50,
                figures=_span(e, low, high),
            )
        )
    people = dict.fromkeys(n.treatments, 0)
    for s in n.network.studies:
        for t in s.treatments:
            people[t] += (s.n or 100) // len(s.treatments)
    edges = {pair: k for pair, (k, _) in n.network.edges().items()}
    blocks: list[Block] = [
        Bullets(
            items=(
                Paragraph(
                    text=f"{len(n.network.studies)} studies, {len(n.treatments)} treatments, {len(n.network.designs)} designs.",
                    lead="Network:",
                ),
                Paragraph(
                    text=f"tau2 {significant(n.tau2)}; Q {number(n.q)} on {n.q_df}, P {_p(n.q_p)}; I2 {n.i2:.0f} %.",
                    lead=f"{n.model.capitalize()} effects ({n.method}):",
                ),
            )
        ),
        Chart(
            wide=forest(drawn, ratio=n.is_ratio, axis=f"{n.network.measure} against {n.reference}"),
            narrow=forest(drawn, ratio=n.is_ratio, axis=n.network.measure, narrow=True),
            alt=f"{len(drawn)} treatments against {n.reference}: "
            + "; ".join(f"{r.label} {r.figures}" for r in drawn),
            caption=f"Network estimates against {n.reference}.",
        ),
        Table(
            columns=(
                Column(head="Treatment"),
                Column(head=f"Against {n.reference} (95 %)", number=True),
                Column(head="In a new study (95 %)", number=True),
                Column(head="P", number=True),
            ),
            rows=tuple(rows),
            caption="Network estimates",
        ),
    ]
    if len(n.treatments) <= 20:
        blocks.append(
            Chart(
                wide=network_plot(people, edges),
                narrow=network_plot(people, edges, narrow=True),
                alt="Network: " + "; ".join(f"{a} with {b}, {k}" for (a, b), k in edges.items()),
                caption="Lines are studies that compare two treatments, with their number.",
            )
        )
        q = decompose_q(n.network)
        splits = node_splits(n.network, model=n.model)
        inside: list[Paragraph | Table] = [
            Paragraph(
                text=f"{number(q.q_within)} on {q.df_within}, P {_p(q.p_within)}.", lead="Q within designs:"
            ),
            Paragraph(
                text=f"{number(q.q_between)} on {q.df_between}, P {_p(q.p_between)}.",
                lead="Q between designs:",
            ),
        ]
        if splits:
            inside.append(
                Table(
                    columns=(
                        Column(head="Comparison"),
                        Column(head="Direct", number=True),
                        Column(head="Indirect", number=True),
                        Column(head="P", number=True),
                    ),
                    rows=tuple(
                        (
                            f"{s.treatment} against {s.comparator}",
                            number(n.shown(s.direct)),
                            number(n.shown(s.indirect)),
                            _p(s.p),
                        )
                        for s in splits
                    ),
                    caption="Node-splitting: do direct and indirect evidence agree?",
                )
            )
        else:
            inside.append(Paragraph(text="No comparison has both direct and indirect evidence.", quiet=True))
        blocks.append(Details(summary="Consistency", blocks=tuple(inside)))
    return [Section(id="network", title="Network", blocks=tuple(blocks))]


def meta_report(result: Meta, *, name: str, version: str) -> Report:
    """The report; ``name`` says what the table is called."""
    sections = _pairwise(result) if result.network is None else _network(result)
    if result.notes:
        items = tuple(Paragraph(text=n[:1].upper() + n[1:] + ".") for n in result.notes)
        sections.append(Section(id="caveats", title="Caveats", blocks=(Bullets(items=items),)))
    return Report(
        title=f"Meta-analysis of {name}",
        subtitle=f"Read as {result.layout}.",
        sections=tuple(sections),
        footer=f"Lenitive {version}. The same table gives this report again.",
    )
