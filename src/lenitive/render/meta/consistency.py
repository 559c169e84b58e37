"""The part of a table's report on whether a network agrees with itself: Q in parts, splits, net heat, unrelated means."""

from __future__ import annotations

from statistics import NormalDist

from lenitive.evidence import (
    NetworkResult,
    decompose_q,
    net_heat,
    node_splits,
    unrelated_mean_effects,
)
from lenitive.render.blocks import Block, Chart, Column, Details, Paragraph, Table
from lenitive.render.charts.heat import heat_plot
from lenitive.render.evidence_words import number, significant
from lenitive.render.meta.asked import MetaAsked
from lenitive.render.meta.words import p_value, percent, span

__all__ = ["consistency_part", "net_heat_part", "unrelated_part"]

_HEAT = 20


def consistency_part(n: NetworkResult) -> Details:
    """Q in its parts, and every comparison split into direct and indirect, with intervals."""
    q = decompose_q(n.network)
    z = NormalDist().inv_cdf(0.5 + n.level / 2)
    inside: list[Paragraph | Table] = [
        Paragraph(
            text=f"{number(q.q_within)} on {q.df_within}, P {p_value(q.p_within)}.", lead="Q within designs:"
        ),
        Paragraph(
            text=f"{number(q.q_between)} on {q.df_between}, P {p_value(q.p_between)}; with the heterogeneity within designs in "
            f"the weights {number(q.q_between_random)}, P {p_value(q.p_between_random)}.",
            lead="Q between designs:",
        ),
    ]
    splits = node_splits(n.network, model=n.model)
    independent = [s for s in splits if s.independent]
    if independent:
        level = percent(n.level)
        inside.append(
            Table(
                columns=(
                    Column(head="Comparison"),
                    Column(head=f"Direct ({level})", number=True),
                    Column(head=f"Indirect ({level})", number=True),
                    Column(
                        head=f"{'Ratio' if n.is_ratio else 'Difference'} of the two ({level})", number=True
                    ),
                    Column(head="P", number=True),
                ),
                rows=tuple(
                    (
                        f"{s.treatment} against {s.comparator}",
                        *(
                            span((e, e - z * se, e + z * se), n.shown)
                            for e, se in (
                                (s.direct, s.direct_se),
                                (s.indirect, s.indirect_se),
                                (s.difference, s.difference_se),
                            )
                        ),
                        p_value(s.p),
                    )
                    for s in independent
                ),
                caption="Node-splitting: do direct and indirect evidence agree?",
            )
        )
        expected = len(independent) * 0.05
        low = sum(s.p < 0.05 for s in independent)
        inside.append(
            Paragraph(
                text=f"{low} of {len(independent)} differ with P below 0.05, where chance alone would give {expected:.1f}.",
                quiet=True,
            )
        )
    else:
        inside.append(Paragraph(text="No comparison has both direct and indirect evidence.", quiet=True))
    if len(splits) > len(independent):
        inside.append(
            Paragraph(
                text=f"{len(splits) - len(independent)} more could be split only inside the same multi-arm trials, which is no "
                "evidence of its own.",
                quiet=True,
            )
        )
    return Details(summary="Consistency", blocks=tuple(inside))


def _design(treatments: tuple[str, ...]) -> str:
    return " : ".join(treatments)


def net_heat_part(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """The net heat plot, while it is readable or when it is asked for: what each design does to the others' disagreement."""
    if decompose_q(n.network).df_between == 0:
        return (
            [
                Paragraph(
                    text="No loop of trials is closed by others: there is no net heat to draw.", quiet=True
                )
            ]
            if "net-heat" in asked.show
            else []
        )
    if len(n.network.designs) > _HEAT and "net-heat" not in asked.show:
        return []
    heat = net_heat(n.network)
    names = [_design(d) for d in heat.designs]
    most = max(range(len(names)), key=lambda i: heat.q[i])
    return [
        Details(
            summary="Net heat plot",
            blocks=(
                Chart(
                    wide=heat_plot(names, heat.q, heat.change),
                    narrow=heat_plot(names, heat.q, heat.change, narrow=True),
                    alt=f"Net heat plot of {len(names)} designs: {number(sum(heat.q))} of disagreement between designs in all, most of "
                    f"it ({number(heat.q[most])}) at {names[most]}",
                    caption="Squares: each design's part of Q between designs. Colour: by how much the disagreement of the column's "
                    "design falls when the row's design is given effects of its own; a warm row is a source of "
                    "inconsistency. Common effects within designs; grey where the network would fall apart.",
                ),
            ),
        )
    ]


def unrelated_part(n: NetworkResult, asked: MetaAsked) -> list[Block]:
    """Every direct comparison with an effect of its own, when it is asked for."""
    if "unrelated" not in asked.show:
        return []
    found = unrelated_mean_effects(
        n.network, model=n.model, method=n.method if n.model == "random" else "REML"
    )
    z = NormalDist().inv_cdf(0.5 + n.level / 2)
    rows = []
    for (a, b), e in found.effects.items():
        c = n.compare(b, a)
        rows.append(
            (
                f"{b} against {a}",
                span((e.estimate, e.estimate - z * e.se, e.estimate + z * e.se), n.shown),
                span((c.estimate, c.low, c.high), n.shown),
            )
        )
    level = percent(n.level)
    return [
        Details(
            summary="Without the assumption of consistency",
            blocks=(
                Table(
                    columns=(
                        Column(head="Comparison"),
                        Column(head=f"Effect of its own ({level})", number=True),
                        Column(head=f"Network ({level})", number=True),
                    ),
                    rows=tuple(rows),
                    caption="Unrelated mean effects: each direct comparison by itself, one heterogeneity for all",
                ),
                Paragraph(
                    text=f"tau2 {significant(found.tau2)} without consistency, {significant(found.tau2_consistent)} with it; Q "
                    f"{number(found.q)} on {found.q_df}. In a study of several arms each is taken against the first.",
                    quiet=True,
                ),
            ),
        )
    ]
