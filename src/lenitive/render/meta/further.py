"""The parts of a table's report on further models: exact counts, regression, groups, doses, dependent effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from lenitive.evidence import (
    Clustered,
    DoseCurves,
    ExactCounts,
    Further,
    Grouped,
    Interval,
    Regression,
)
from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Section, Table
from lenitive.render.evidence_words import number, significant
from lenitive.render.meta.words import p_value, percent, span

__all__ = ["further_section"]

Shown = Callable[[float], float]
_NAMED = 5
_FAR = 10
"""A half-way point beyond this many times the largest dose is no number: the curve is nearly a line."""


def _span(i: Interval, shown: Shown) -> str:
    return span((i.estimate, i.low, i.high), shown)


def _named(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _sentences(notes: Sequence[str]) -> list[Block]:
    if not notes:
        return []
    return [Bullets(items=tuple(Paragraph(text=n[:1].upper() + n[1:] + ".") for n in notes))]


def _trials(count: int) -> str:
    return f"{count} trial{'' if count == 1 else 's'}"


def _called(name: str) -> str:
    return {"pooled": "All studies", "all": "All treatments"}.get(name, name)


def _exact(e: ExactCounts, usual: Sequence[Interval], shown: Shown, level: str) -> list[Block]:
    beside = {u.name: u for u in usual}
    kind = "posterior" if e.posterior else "likelihood"
    prior = (
        f" A priori the standard deviation between trials is uniform from 0 to {e.widest_tau:g} on the log scale, and effects and "
        "baselines are flat; the posterior is by Laplace's approximation, without sampling, which lies up to a sixth of a standard deviation "
        "nearer to no effect than chains do."
        if e.widest_tau
        else ""
    )
    return [
        Table(
            columns=(
                Column(head="Treatment"),
                Column(head=f"Counts by their own distribution ({level})", number=True),
                Column(head=f"The usual model ({level})", number=True),
            ),
            rows=tuple(
                (
                    _called(i.name),
                    _span(i, shown),
                    _span(beside[i.name], shown) if i.name in beside else "–",
                )
                for i in e.effects
            ),
            caption=f"Odds ratios from the counts themselves ({kind})",
        ),
        Paragraph(
            text=f"Nothing is added to empty cells. Standard deviation between trials {significant(e.tau)}.{prior}",
            quiet=True,
        ),
        *_sentences(e.notes),
    ]


def _regression(r: Regression, shown: Shown, level: str, *, ratio: bool) -> list[Block]:
    left = f" Without a value: {_named(r.left_out)}." if r.left_out else ""
    change = "Ratio of effects" if ratio else "Change of the effect"
    of = {"pooled": "", "all": ", all treatments"}
    names = [i.name for i in r.at[0].effects]
    blocks: list[Block] = [
        Bullets(
            items=(
                *(
                    Paragraph(
                        text=f"{_span(s, shown)} ({level}) for each unit of {r.covariate}.",
                        lead=f"{change}{of.get(s.name, f', {s.name}')}:",
                    )
                    for s in r.slopes
                ),
                Paragraph(
                    text=f"P {p_value(r.p)}; tau2 {significant(r.tau2)}, without {r.covariate} {significant(r.tau2_without)}.",
                    lead=f"Does it move with {r.covariate}?",
                ),
                Paragraph(
                    text=f"{_trials(r.trials)} with {r.covariate} from {r.lowest:.4g} to {r.highest:.4g}.{left}",
                    lead="Trials:",
                ),
            )
        ),
        Table(
            columns=(
                Column(head="Treatment"),
                *(
                    Column(
                        head=f"{r.covariate} {a.value:.4g} ({level})"
                        + ("" if a.within else ", beyond the trials"),
                        number=True,
                    )
                    for a in r.at
                ),
            ),
            rows=tuple(
                (_called(name), *(_span(a.effects[i], shown) for a in r.at)) for i, name in enumerate(names)
            ),
            caption=f"Effects in trials with a value of {r.covariate}",
        ),
    ]
    return [*blocks, *_sentences(r.notes)]


def _groups(g: Grouped, shown: Shown, level: str) -> list[Block]:
    names = list(dict.fromkeys(i.name for one in g.groups for i in one.effects))
    tests = {t.name: t for t in g.tests}
    by = [{i.name: i for i in one.effects} for one in g.groups]
    rows = []
    for name in names:
        t = tests.get(name)
        rows.append(
            (
                _called(name),
                *(_span(one[name], shown) if name in one else "–" for one in by),
                "–" if t is None else f"Q {number(t.q)} on {t.df}, P {p_value(t.p)}",
            )
        )
    apart = [f"{one.name}: {one.why}" for one in g.groups if one.why]
    spread = "; ".join(f"{one.name} {significant(one.tau2)}" for one in g.groups if one.tau2 is not None)
    notes = [f"tau2 by group: {spread}"] if spread else []
    notes += [f"not analysed: {'; '.join(apart)}"] if apart else []
    notes += [f"without a group: {_named(g.left_out)}"] if g.left_out else []
    return [
        Table(
            columns=(
                Column(head="Treatment"),
                *(
                    Column(head=f"{one.name}, {_trials(one.trials)} ({level})", number=True)
                    for one in g.groups
                ),
                Column(head="Do they differ?", number=True),
            ),
            rows=tuple(rows),
            caption=f"Groups of trials by {g.column}, each analysed by itself",
        ),
        *_sentences(notes),
    ]


_CURVES = {
    "emax": "an Emax curve for each drug",
    "emax-shared": "Emax curves that bend at the same share of each drug's largest dose",
    "linear": "straight lines",
}


def _doses(d: DoseCurves, shown: Shown, level: str) -> list[Block]:
    largest = {t.drug: max(o.dose for o in d.tried if o.drug == t.drug) for t in d.tried}
    half = ", ".join(
        f"{drug} {number(dose)}" if dose <= _FAR * largest[drug] else f"{drug} far beyond its doses"
        for drug, dose in d.half
    )
    notes = [
        f"half of the largest effect is reached at: {half}; intervals take this for known" if half else "",
        *d.notes,
    ]
    return [
        Table(
            columns=(
                Column(head="Drug"),
                Column(head="Dose", number=True),
                Column(head=f"By the curve ({level})", number=True),
                Column(head=f"By the network, dose by dose ({level})", number=True),
            ),
            rows=tuple(
                (
                    t.drug,
                    f"{t.dose:g}",
                    _span(t.curve, shown),
                    "–" if t.network is None else _span(t.network, shown),
                )
                for t in d.tried
            ),
            caption=f"Effects of doses against none: {_CURVES[d.curve]}",
        ),
        Paragraph(
            text=f"Q {number(d.q)} on {d.q_df}, P {p_value(d.q_p)} (small where the curve does not fit); tau2 "
            f"{significant(d.tau2)}; log likelihood {d.log_likelihood:.2f}, to compare curves on the same trials.",
            lead="Fit:",
        ),
        *_sentences([n for n in notes if n]),
    ]


def _clustered(
    levels: Clustered, robust: Clustered, usual: Sequence[Interval], shown: Shown, level: str
) -> list[Block]:
    def row(name: str, c: Clustered, spread: str) -> tuple[str, str, str]:
        return name, span((c.effect.estimate, c.effect.low, c.effect.high), shown), spread

    rows = [("Rows as independent", _span(u, shown), "–") for u in usual]
    rows.append(
        row(
            "Three levels",
            levels,
            f"between groups {significant(levels.between or 0.0)}, within {significant(levels.within)}",
        )
    )
    test = f"t on {robust.df:g}" if math.isfinite(robust.df) else "z"
    rows.append(row("Cluster-robust", robust, f"from the groups' own residuals; {test}"))
    notes = dict.fromkeys(n for n in (*levels.notes, *robust.notes) if "clusters" in n)
    return [
        Table(
            columns=(
                Column(head="Model"),
                Column(head=f"Pooled ({level})", number=True),
                Column(head="Variance"),
            ),
            rows=tuple(rows),
            caption=f"{levels.k} effects in {levels.clusters} groups that belong together",
        ),
        *_sentences(list(notes)),
    ]


def further_section(
    further: Further, usual: Sequence[Interval], shown: Shown, *, level: float, ratio: bool
) -> Section | None:
    """What further models say beside the usual one; None where none was asked for.

    Args:
        further: The models.
        usual: The usual model's effects, by the same names.
        shown: From the scale of the analysis to what a reader sees.
        level: Of the intervals.
        ratio: Whether effects are ratios.
    """
    words = percent(level)
    blocks: list[Block] = []
    if further.exact is not None:
        blocks += _exact(further.exact, usual, shown, words)
    if further.regression is not None:
        blocks += _regression(further.regression, shown, words, ratio=ratio)
    if further.groups is not None:
        blocks += _groups(further.groups, shown, words)
    if further.doses is not None:
        blocks += _doses(further.doses, shown, words)
    if further.levels is not None and further.robust is not None:
        blocks += _clustered(further.levels, further.robust, usual, shown, words)
    return Section(id="models", title="Further models", blocks=tuple(blocks)) if blocks else None
