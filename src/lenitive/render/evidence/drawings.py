"""The drawings of an outcome: its forest, its network and its funnel."""

from __future__ import annotations

from lenitive.evidence import Synthesis, comparison_funnel, treatment_words
from lenitive.knowledge import TrialBase
from lenitive.render.blocks import Block, Chart, Details
from lenitive.render.charts.forest import ForestRow, FunnelMark, forest, funnel_plot
from lenitive.render.charts.network import network_plot
from lenitive.render.evidence.absent import STATUS
from lenitive.render.evidence.sizes import interval_words
from lenitive.render.evidence_words import number

__all__ = ["forest_of", "funnel_of", "network_of"]


def forest_of(base: TrialBase, s: Synthesis) -> Chart:
    """The forest plot: every drug together, every trial, and rows without a mark for known trials without figures."""
    assert s.network is not None
    rows: list[ForestRow] = []
    for p in s.pools:
        c = s.network.compare(p.treatment, "placebo")
        shown = s.network.shown
        rows.append(
            ForestRow(
                label=f"All {p.words.split(' (')[0]}",
                kind="pooled",
                estimate=shown(c.estimate),
                low=shown(c.low),
                high=shown(c.high),
                weight=100,
                figures=f"{interval_words(s, c)}",
            )
        )
        for line in p.lines:
            e, low, high = (shown(v) for v in (line.estimate, line.low, line.high))
            text = f"{number(e)} ({number(low)} to {number(high)})"
            rows.append(
                ForestRow(
                    label=line.study
                    if not any(r.label == line.study for r in rows)
                    else f"{line.study} ({p.words})",
                    kind="study",
                    estimate=e,
                    low=low,
                    high=high,
                    weight=line.weight,
                    figures=f"{text}  {line.figures}".rstrip(),
                )
            )
        for m in s.selected.missing:
            if p.treatment in m.treatments and not any(r.label == m.study for r in rows):
                rows.append(ForestRow(label=m.study, kind="missing", figures=STATUS[m.status]))
    ratio = s.network.is_ratio
    lower = s.selected.outcome.better == "lower"
    side = "left" if lower else "right"
    what = (
        "risk ratio"
        if s.selected.outcome.measure == "RR"
        else "odds ratio"
        if ratio
        else s.selected.outcome.unit
    )
    mark = s.selected.outcome.important
    up = s.selected.outcome.harm or not lower
    important = (mark if up else 1 / mark) if ratio else (mark if up else -mark)
    axis = f"{what}, drug against placebo ({side} is better)"
    pooled = [r for r in rows if r.kind == "pooled"]
    return Chart(
        wide=forest(rows, ratio=ratio, axis=axis, important=important),
        narrow=forest(rows, ratio=ratio, axis=what, important=important, narrow=True),
        alt=f"Forest plot of {s.selected.outcome.words}: "
        + "; ".join(f"{r.label[4:]} {r.figures}" for r in pooled),
        caption="Squares are trials, larger with more weight; diamonds are all trials of a drug together in the network "
        "model. Rows without a mark are known trials whose figures were not found. The dashed line is the "
        f"{'harm' if s.selected.outcome.harm else 'size'} this report calls important.",
    )


def network_of(base: TrialBase, s: Synthesis) -> Chart:
    """The network of trials."""
    assert s.network is not None
    people = dict.fromkeys(s.network.treatments, 0)
    for study in s.network.network.studies:
        for t in study.treatments:
            people[t] += (study.n or 100) // len(study.treatments)
    nodes = {treatment_words(base, t).split(" (")[0]: people[t] for t in s.network.treatments}
    edges = {
        (treatment_words(base, a).split(" (")[0], treatment_words(base, b).split(" (")[0]): k
        for (a, b), (k, _) in s.network.network.edges().items()
    }
    return Chart(
        wide=network_plot(nodes, edges),
        narrow=network_plot(nodes, edges, narrow=True),
        alt="Network of trials: " + "; ".join(f"{a} with {b}, {k} trials" for (a, b), k in edges.items()),
        caption="Lines are trials that compare two treatments, with their number.",
    )


def funnel_of(base: TrialBase, s: Synthesis) -> list[Block]:
    """The comparison-adjusted funnel plot, from ten trials on."""
    if s.network is None or len(s.network.network.studies) < 10:
        return []
    points = comparison_funnel(s.network, against="placebo")
    marks = [
        FunnelMark(
            study=p.study,
            comparison=" against ".join(treatment_words(base, t) for t in p.comparison.split(" against ")),
            deviation=p.deviation,
            se=p.se,
        )
        for p in points
    ]
    axis = (
        "log ratio less the mean of its comparison"
        if s.network.is_ratio
        else "difference less the mean of its comparison"
    )
    return [
        Details(
            summary="Comparison-adjusted funnel plot",
            blocks=(
                Chart(
                    wide=funnel_plot(marks, axis=axis),
                    narrow=funnel_plot(marks, axis="less the mean", narrow=True),
                    alt=f"Funnel plot of {len(marks)} comparisons with placebo",
                    caption="Missing small studies on one side would suggest results that were never published.",
                ),
            ),
        )
    ]
