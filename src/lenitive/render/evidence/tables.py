"""The tables of an outcome: against placebo, against one another, ranks and certainty."""

from __future__ import annotations

from lenitive.evidence import Synthesis, Versus, treatment_words
from lenitive.knowledge import TrialBase
from lenitive.render.blocks import Block, Column, Details, Paragraph, Table
from lenitive.render.catalogue import said
from lenitive.render.evidence.sizes import interval_words, prediction_words, size_words
from lenitive.render.evidence_panel import domain_rows
from lenitive.render.evidence_words import number

__all__ = ["against_placebo", "certainty_of", "league_of", "ranks_of", "versus_of", "versus_words"]


def against_placebo(base: TrialBase, s: Synthesis) -> Table:
    """Every treatment against placebo, with its certainty."""
    assert s.network is not None
    sure = {c.treatment: c.level.value for c in s.certainties}
    rows = []
    for p in s.pools:
        c = s.network.compare(p.treatment, "placebo")
        people = [line.people for line in p.lines]
        known = f"{sum(n for n in people if n is not None):,}"
        total = f"at least {known}" if any(n is None for n in people) else known
        rows.append(
            (
                p.words,
                str(len(p.lines)),
                total,
                interval_words(s, c),
                prediction_words(s, c),
                sure[p.treatment],
            )
        )
    return Table(
        columns=(
            Column(head="Treatment"),
            Column(head="Trials", number=True),
            Column(head="People", number=True),
            Column(head="Against placebo (95 %)", number=True),
            Column(head="In a new trial (95 %)", number=True),
            Column(head="Certainty"),
        ),
        rows=tuple(rows),
        caption=f"{s.selected.outcome.words.capitalize()}: network estimates",
    )


def versus_words(base: TrialBase, s: Synthesis, v: Versus) -> str:
    """What may be said of the drug in question against another."""
    words = treatment_words(base, v.other)
    match v.says:
        case "no superiority":
            assert v.comparison is not None
            assert v.certainty is not None
            return (
                f"No superiority of either can be claimed: {size_words(s, v.comparison)}, {said(v.why)}; certainty "
                f"{v.certainty.level.value}."
            )
        case "better" | "worse":
            assert v.comparison is not None
            assert v.certainty is not None
            counts = _events_of(base, s, v)
            return (
                f"Mirtazapine did {v.says} than {words}, by {size_words(s, v.comparison)}{counts}; "
                f"certainty {v.certainty.level.value}."
            )
        case _:
            return f"Cannot be compared: {said(v.why)}."


def _events_of(base: TrialBase, s: Synthesis, v: Versus) -> str:
    """The events that two treatments' ratio rests on; empty where no events are counted."""
    parts = []
    for treatment in ("mirtazapine", v.other):
        events = next((p.events for p in s.pools if p.treatment == treatment), None)
        if events is None:
            return ""
        a, n1, c, n2 = events
        parts.append(
            f"{treatment_words(base, treatment).split(' (')[0]} {a} of {n1} against {c} of {n2} on placebo"
        )
    return f" ({'; '.join(parts)})"


def versus_of(base: TrialBase, s: Synthesis) -> Table:
    """The drug in question against others."""
    rows = []
    for v in s.versus:
        rows.append(
            (
                f"against {treatment_words(base, v.other)}",
                "–" if v.comparison is None else interval_words(s, v.comparison),
                "–" if v.certainty is None else v.certainty.level.value,
                versus_words(base, s, v),
            )
        )
    return Table(
        columns=(
            Column(head="Mirtazapine"),
            Column(head="Difference (95 %)", number=True),
            Column(head="Certainty"),
            Column(head="What may be said"),
        ),
        rows=tuple(rows),
        caption="Mirtazapine against others, indirectly through placebo",
    )


def league_of(base: TrialBase, s: Synthesis) -> Table:
    """Every treatment against every other."""
    assert s.network is not None
    names = [treatment_words(base, t).split(" (")[0] for t in s.network.treatments]
    rows = [
        (names[i], *("–" if c is None else interval_words(s, c) for c in row))
        for i, row in enumerate(s.network.league())
    ]
    return Table(
        columns=(Column(head="Row against column"), *(Column(head=n, number=True) for n in names)),
        rows=tuple(rows),
        caption="League table: every treatment against every other",
    )


def ranks_of(base: TrialBase, s: Synthesis) -> Block:
    """Ranks, or why they are withheld."""
    if s.ranking is None:
        return Paragraph(text="One treatment alone is not ranked.", quiet=True)
    if s.ranking.withheld:
        return Paragraph(text=f"Ranks are withheld: {s.ranking.withheld}.", lead="Ranking.")
    sure = {c.treatment: c.level.value for c in s.certainties}
    return Table(
        columns=(
            Column(head="Treatment"),
            Column(head="P-score", number=True),
            Column(head="Rank (95 %)", number=True),
            Column(head="Certainty"),
        ),
        rows=tuple(
            (
                treatment_words(base, r.treatment),
                number(r.p_score),
                f"{r.mean:.1f} ({r.low} to {r.high})",
                sure[r.treatment],
            )
            for r in s.ranking.ranks
        ),
        caption=f"Ranks, best first; {s.ranking.told_apart} of {s.ranking.pairs} pairs can be told apart",
    )


def certainty_of(base: TrialBase, s: Synthesis) -> Details:
    """Every judgement of certainty with its reasons."""
    judged = [*s.certainties, *(v.certainty for v in s.versus if v.certainty is not None)]
    return Details(
        summary="Why each certainty is what it is",
        blocks=tuple(
            Table(
                columns=(Column(head="Domain"), Column(head="Judgement"), Column(head="Reason")),
                rows=domain_rows(c),
                caption=f"{treatment_words(base, c.treatment)} against {treatment_words(base, c.comparator)}: {c.level.value}",
            )
            for c in judged
        ),
    )
