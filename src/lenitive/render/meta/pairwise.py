"""The part of a table's report on two treatments."""

from __future__ import annotations

from lenitive.evidence import (
    Meta,
    Pooled,
    egger,
    leave_one_out,
    selection_model,
    trim_and_fill,
)
from lenitive.render.blocks import Block, Bullets, Chart, Column, Details, Paragraph, Section, Table
from lenitive.render.charts.forest import ForestRow, forest
from lenitive.render.evidence_words import number, significant
from lenitive.render.meta.asked import MetaAsked
from lenitive.render.meta.words import MEASURE_WORDS, p_value, percent, span

__all__ = ["pairwise_section"]

_DRAWN = 100
_LEFT_OUT = 200
_FEWEST = 10


def _rows(result: Meta) -> list[ForestRow]:
    rows = result.rows()
    seen: dict[str, int] = {}
    drawn = []
    for i, r in enumerate(rows):
        last = i == len(rows) - 1
        label = "All studies" if last else str(r["study"])
        seen[label] = seen.get(label, 0) + 1
        drawn.append(
            ForestRow(
                label=label if seen[label] == 1 else f"{label} ({seen[label]})",
                kind="pooled" if last else "study",
                estimate=r["estimate"],
                low=r["low"],
                high=r["high"],
                weight=r["weight_percent"],
                figures=span((r["estimate"], r["low"], r["high"])),
            )
        )
    return drawn


def _facts(p: Pooled) -> Bullets:
    effect = p.effect
    facts = [
        Paragraph(
            text=f"{span((effect.estimate, effect.low, effect.high), p.shown)} ({percent(p.level)}), P {p_value(effect.p)}; "
            f"{p.k} studies.",
            lead=f"{MEASURE_WORDS[p.measure].capitalize()}, {p.model} effects ({p.method}, {p.test}):",
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
                text=f"tau2 {significant(p.tau2)}{interval}, I2 {p.i2:.0f} %, Q {number(p.q)} on {p.q_df}, P {p_value(p.q_p)}.",
                lead="Between studies:",
            )
        )
    elif p.q_df > 0:
        facts.append(
            Paragraph(text=f"Q {number(p.q)} on {p.q_df}, P {p_value(p.q_p)}.", lead="Between studies:")
        )
    if p.prediction is not None:
        low, high = (p.shown(x) for x in p.prediction)
        facts.append(
            Paragraph(text=f"{number(low)} to {number(high)}.", lead=f"In a new study ({percent(p.level)}):")
        )
    return Bullets(items=tuple(facts))


def _left_out(result: Meta, p: Pooled) -> list[Block]:
    assert result.effects is not None
    method = p.method if p.model == "random" else "REML"
    left = leave_one_out(result.effects, model=p.model, method=method, level=p.level)
    blocks: list[Block] = [
        Details(
            summary="Without each study in turn",
            blocks=(
                Table(
                    columns=(
                        Column(head="Without"),
                        Column(head=f"Pooled ({percent(p.level)})", number=True),
                    ),
                    rows=tuple(
                        (s, span((q.effect.estimate, q.effect.low, q.effect.high), q.shown)) for s, q in left
                    ),
                    caption="Leave one out",
                ),
            ),
        )
    ]
    try:
        test = egger(result.effects)
    except ValueError as refusal:
        blocks.append(Paragraph(text=f"Egger's test: {refusal}", quiet=True))
    else:
        text = f"t {number(test.slope.statistic)} on {test.df:g}, P {p_value(test.slope.p)}."
        blocks.append(Paragraph(text=" ".join((text, *(f"{n}." for n in test.notes))), lead="Egger's test:"))
    return blocks


def _why(refusal: ValueError) -> str:
    """The first sentence of a refusal, without the name of the argument."""
    return str(refusal).split(": ", 1)[-1].split(". ")[0]


def _unpublished(result: Meta, p: Pooled) -> list[Block]:
    """How far the pool moves if studies are missing for their results; from ten studies on."""
    assert result.effects is not None
    if p.k < _FEWEST:
        return []
    rows = []
    filled = trim_and_fill(result.effects, model=p.model, method=p.method if p.model == "random" else "REML")
    f = filled.pooled.effect
    rows.append(
        (
            "Trim and fill",
            f"{filled.filled} put in on the {filled.side}",
            span((f.estimate, f.low, f.high), p.shown),
        )
    )
    try:
        selection = selection_model(result.effects, greater=p.effect.estimate >= 0)
    except ValueError as refusal:
        rows.append(("Selection model", f"not fitted: {_why(refusal)}", "–"))
    else:
        s = selection.effect
        rows.append(
            (
                "Selection model",
                f"a study with P above 0.025 one-sided was published {selection.odds:.2f} times as often (P {p_value(selection.p)})",
                span((s.estimate, s.low, s.high), p.shown),
            )
        )
    return [
        Details(
            summary="If studies are missing for their results",
            blocks=(
                Table(
                    columns=(
                        Column(head="Model"),
                        Column(head="What it takes to be so"),
                        Column(head="Pooled then (95 %)", number=True),
                    ),
                    rows=tuple(rows),
                    caption="Neither shows that studies are missing; each shows how far the pool moves if they are",
                ),
            ),
        )
    ]


def pairwise_section(result: Meta, asked: MetaAsked) -> Section:
    """What was pooled, drawn and looked at again."""
    assert result.pooled is not None
    p = result.pooled
    rows = _rows(result)
    blocks: list[Block] = [_facts(p)]
    if p.k <= _DRAWN:
        words = MEASURE_WORDS[p.measure]
        blocks.append(
            Chart(
                wide=forest(rows, ratio=p.is_ratio, axis=words, important=asked.important),
                narrow=forest(rows, ratio=p.is_ratio, axis=p.measure, important=asked.important, narrow=True),
                alt=f"Forest plot of {p.k} studies; pooled {words} {rows[-1].figures}",
                caption="Squares are studies, larger with more weight; the diamond is the pooled effect.",
            )
        )
    if p.k > 2 and (p.k <= _LEFT_OUT or "leave-one-out" in asked.show):
        blocks += _left_out(result, p)
        blocks += _unpublished(result, p)
    return Section(id="pooled", title="Pooled", blocks=tuple(blocks))
