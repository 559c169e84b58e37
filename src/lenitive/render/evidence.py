"""The evidence as a report: what the trials say, drug by drug and against one another, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from lenitive.evidence import (
    Absolute,
    Comparison,
    Synthesis,
    Versus,
    comparison_funnel,
    plane,
    treatment_words,
)
from lenitive.knowledge import Knowledge, MissingTrial, TrialBase
from lenitive.render.blocks import (
    Block,
    Bullets,
    Callout,
    Chart,
    Column,
    Details,
    Paragraph,
    Picture,
    Report,
    Section,
    Table,
)
from lenitive.render.charts.forest import ForestRow, FunnelMark, forest, funnel_plot
from lenitive.render.charts.network import PlaneMark, network_plot, plane_plot
from lenitive.render.evidence_panel import (
    bias_section,
    contribution_block,
    domain_rows,
    modifiers_section,
    scenarios_block,
)
from lenitive.render.evidence_words import number, of_the_line, significant
from lenitive.render.pictures import IconArray, IconGroup
from lenitive.render.words import and_list

__all__ = ["evidence_report"]

Reader = Literal["clinician", "methodologist"]

_STATUS = {
    "unpublished": "unpublished",
    "failed_primary": "missed its primary outcome",
    "figures_not_open": "figures not open",
    "figures_not_read": "figures not read",
    "figures_not_found": "figures not found",
    "figures_not_comparable": "figures not comparable",
    "other_outcomes_only": "other outcomes only",
    "not_poolable": "never pooled",
}
_HARMS = {
    "somnolence": "somnolence",
    "weight_gain": "weight gain",
    "withdrawal_ae": "stopped for a side effect",
}
_CATEGORY = {
    "open_label": "open, not randomised",
    "enriched_withdrawal": "enriched withdrawal",
    "crossover": "crossover",
    "terminated": "stopped by the sponsor",
    "definition": "another definition",
    "second_analysis": "second analysis of a pooled trial",
    "no_figure": "no figure",
    "no_spread": "no spread printed",
}


def _people(share: float) -> str:
    """``−1``: whole people of 100, with a true minus sign."""
    whole = round(100 * share)
    return f"\N{MINUS SIGN}{-whole}" if whole < 0 else str(whole)


def _interval(s: Synthesis, c: Comparison) -> str:
    assert s.network is not None
    e, low, high = (number(s.network.shown(v)) for v in (c.estimate, c.low, c.high))
    return f"{e} ({low} to {high})"


def _prediction(s: Synthesis, c: Comparison) -> str:
    if s.network is None or c.prediction is None:
        return "–"
    low, high = (number(s.network.shown(v)) for v in c.prediction)
    return f"{low} to {high}"


def _named(missing: MissingTrial) -> str:
    size = "" if missing.randomised is None else f" ({missing.randomised} people)"
    return f"{missing.study}{size}: {_STATUS[missing.status]}"


def _forest(base: TrialBase, s: Synthesis) -> Chart:
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
                figures=f"{_interval(s, c)}",
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
                rows.append(ForestRow(label=m.study, kind="missing", figures=_STATUS[m.status]))
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


def _network(base: TrialBase, s: Synthesis) -> Chart:
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


def _against_placebo(base: TrialBase, s: Synthesis) -> Table:
    assert s.network is not None
    sure = {c.treatment: c.level.value for c in s.certainties}
    rows = []
    for p in s.pools:
        c = s.network.compare(p.treatment, "placebo")
        people = [line.people for line in p.lines]
        known = f"{sum(n for n in people if n is not None):,}"
        total = f"at least {known}" if any(n is None for n in people) else known
        rows.append(
            (p.words, str(len(p.lines)), total, _interval(s, c), _prediction(s, c), sure[p.treatment])
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


def _versus_words(base: TrialBase, s: Synthesis, v: Versus) -> str:
    words = treatment_words(base, v.other)
    match v.says:
        case "no superiority":
            assert v.comparison is not None
            assert v.certainty is not None
            return (
                f"No superiority of either can be claimed: {_size(s, v.comparison)}, {v.why}; certainty "
                f"{v.certainty.level.value}."
            )
        case "better" | "worse":
            assert v.comparison is not None
            assert v.certainty is not None
            counts = _events_of(base, s, v)
            return (
                f"Mirtazapine did {v.says} than {words}, by {_size(s, v.comparison)}{counts}; "
                f"certainty {v.certainty.level.value}."
            )
        case _:
            return f"Cannot be compared: {v.why}."


def _size(s: Synthesis, c: Comparison) -> str:
    """An estimate with its interval, in words: a ratio, or points."""
    assert s.network is not None
    return (
        f"a ratio of {_interval(s, c)}"
        if s.network.is_ratio
        else f"{_interval(s, c)} {s.selected.outcome.unit}"
    )


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


def _versus(base: TrialBase, s: Synthesis) -> Table:
    rows = []
    for v in s.versus:
        rows.append(
            (
                f"against {treatment_words(base, v.other)}",
                "–" if v.comparison is None else _interval(s, v.comparison),
                "–" if v.certainty is None else v.certainty.level.value,
                _versus_words(base, s, v),
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


def _league(base: TrialBase, s: Synthesis) -> Table:
    assert s.network is not None
    names = [treatment_words(base, t).split(" (")[0] for t in s.network.treatments]
    rows = [
        (names[i], *("–" if c is None else _interval(s, c) for c in row))
        for i, row in enumerate(s.network.league())
    ]
    return Table(
        columns=(Column(head="Row against column"), *(Column(head=n, number=True) for n in names)),
        rows=tuple(rows),
        caption="League table: every treatment against every other",
    )


def _icons(base: TrialBase, s: Synthesis, focus: str) -> list[Block]:
    if not s.absolute:
        return []
    out: list[Block] = []
    mine = next((a for a in s.absolute if a.treatment == focus), None)
    if mine is not None:
        words = treatment_words(base, focus)
        groups = (
            IconGroup(name="without (placebo)", count=round(mine.without)),
            IconGroup(name=f"with {words}", count=round(mine.with_it)),
        )
        title = f"Of 100 people: {s.selected.outcome.words}"
        out.append(
            Picture(
                shows=IconArray(title=title, groups=groups),
                alt=f"{title}: {groups[0].count} without, {groups[1].count} with {words}",
                caption=f"With {words} between {mine.low:.0f} and {mine.high:.0f} (95 %). The figure without is that of the "
                "placebo groups of its own trials.",
            )
        )
    out.append(
        Table(
            columns=(
                Column(head="Treatment"),
                Column(head="Without", number=True),
                Column(head="With (95 %)", number=True),
                Column(head="One more or fewer in", number=True),
                Column(head="Trials (people)", number=True),
                Column(head="Known without figures", number=True),
            ),
            rows=tuple(_absolute_row(base, a) for a in s.absolute),
            caption=f"Of 100 people in each treatment's own trials: {s.selected.outcome.words}",
        )
    )
    unlike = [a for a in s.absolute if a.number_needed is None and a.ratio_leaves_out_none]
    if unlike:
        names = and_list([treatment_words(base, a.treatment) for a in unlike])
        out.append(
            Paragraph(
                text=f"For {names} the ratio's interval leaves out no difference and that of 100 people does not. They are two "
                "models of the same counts: the ratio shares one variation between trials with all drugs, the difference is "
                "pooled from the drug's own trials. Where they disagree no number needed is given.",
                lead="Two models.",
            )
        )
    hidden = [a for a in s.absolute if a.without_figures]
    if hidden:
        out.append(
            Details(
                summary="Which known trials are not in these figures",
                blocks=(
                    Bullets(
                        items=tuple(
                            Paragraph(
                                text=f"{'; '.join(a.without_figures)}.",
                                lead=f"{treatment_words(base, a.treatment)}:",
                            )
                            for a in hidden
                        )
                    ),
                ),
            )
        )
    return out


def _absolute_row(base: TrialBase, a: Absolute) -> tuple[str, ...]:
    needed = (
        "–"
        if a.number_needed is None
        else f"{a.number_needed:.1f} people"
        if a.number_needed < 10
        else f"{a.number_needed:.0f} people"
    )
    return (
        treatment_words(base, a.treatment),
        f"{a.without:.0f}",
        f"{a.with_it:.0f} ({a.low:.0f} to {a.high:.0f})",
        needed,
        f"{a.trials} ({a.people:,})",
        str(len(a.without_figures)) if a.without_figures else "none listed",
    )


def _missing(s: Synthesis) -> list[Block]:
    out: list[Block] = []
    hidden = [m for m in s.selected.missing if m.status in {"unpublished", "failed_primary"}]
    if hidden:
        out.append(
            Callout(
                title="What is missing",
                tone="unsure",
                text=f"{len(s.selected.missing)} known trials or groups of trials have no figures here for this outcome. "
                "Unpublished or failed:",
                items=tuple(Paragraph(text=m.known, lead=f"{m.study}.") for m in hidden),
            )
        )
    out.append(
        Details(
            summary=f"All {len(s.selected.missing)} known trials without figures, and {len(s.selected.left_out)} results not pooled",
            blocks=(
                Table(
                    columns=(
                        Column(head="Trial"),
                        Column(head="Status"),
                        Column(head="People", number=True),
                        Column(head="Known"),
                    ),
                    rows=tuple(
                        (
                            m.study,
                            _STATUS[m.status],
                            "?" if m.randomised is None else str(m.randomised),
                            m.known,
                        )
                        for m in s.selected.missing
                    ),
                    caption="Known trials without figures for this outcome",
                ),
                Table(
                    columns=(
                        Column(head="Trial"),
                        Column(head="Treatment"),
                        Column(head="Kind"),
                        Column(head="Why"),
                    ),
                    rows=tuple(
                        (x.study, x.treatment.replace("_", " "), _CATEGORY[x.category], x.why)
                        for x in s.selected.left_out
                    )
                    or (("none", "", "", ""),),
                    caption="Results in the tables that are not pooled",
                ),
            ),
        )
    )
    return out


def _published(base: TrialBase, outcome: str) -> list[Block]:
    """What reviews pooled from figures that are not open, beside the network."""
    out: list[Block] = []
    for p in base.published:
        if p.outcome != outcome or p.low is None or p.high is None:
            continue
        text = (
            f"{_people(p.estimate)} more of 100 ({_people(p.low)} to {_people(p.high)}), {p.trials} trials, "
            f"{p.people} people, against {p.control}. {p.remark} Grade {p.grade}; {p.source}"
        )
        words = treatment_words(base, p.treatment).capitalize()
        out.append(
            Callout(title=f"{words}: a published pooled value, not in the network", tone="note", text=text)
        )
    return out


def _ranks(base: TrialBase, s: Synthesis) -> Block:
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


def _certainty(base: TrialBase, s: Synthesis) -> Details:
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


def _funnel(s: Synthesis) -> list[Block]:
    if s.network is None or len(s.network.network.studies) < 10:
        return []
    points = comparison_funnel(s.network, against="placebo")
    marks = [
        FunnelMark(
            study=p.study,
            comparison=p.comparison.replace("_", " "),
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


def _section(base: TrialBase, s: Synthesis, focus: str, reader: Reader) -> Section:
    outcome = s.selected.outcome
    if s.network is None:
        return Section(
            id=outcome.id,
            title=outcome.words.capitalize(),
            blocks=(Paragraph(text="No trial has figures of two arms."), *_missing(s)),
        )
    first: list[Block] = [
        _forest(base, s),
        _against_placebo(base, s),
        _versus(base, s),
        *_published(base, outcome.id),
        *_icons(base, s, focus),
    ]
    if reader == "clinician":
        hidden = [b for b in _missing(s) if isinstance(b, Callout)]
        return Section(
            id=outcome.id, title=outcome.words.capitalize(), blocks=(*first, *hidden, _certainty(base, s))
        )
    blocks: list[Block] = [
        *first,
        _ranks(base, s),
        *_missing(s),
        Details(summary="Network and league table", blocks=(_network(base, s), _league(base, s))),
        *contribution_block(base, s),
        *scenarios_block(base, s),
        _certainty(base, s),
        *_funnel(s),
        Details(
            summary="How it was calculated",
            blocks=(
                Bullets(
                    items=(
                        Paragraph(text=outcome.why, lead="Outcome."),
                        Paragraph(
                            text=f"Random effects, one variance between trials for all comparisons (REML {significant(s.network.tau2)} squared "
                            f"{'log ratios' if s.network.is_ratio else outcome.unit}); Q {number(s.network.q)} on {s.network.q_df} degrees of freedom.",
                            lead="Model.",
                        ),
                        *(Paragraph(text=n[:1].upper() + n[1:] + ".") for n in s.notes),
                    )
                ),
            ),
        ),
    ]
    return Section(id=outcome.id, title=outcome.words.capitalize(), blocks=tuple(blocks))


def _short(base: TrialBase, syntheses: Sequence[Synthesis], focus: str) -> Section:
    words = treatment_words(base, focus)
    items = []
    for s in syntheses:
        outcome = s.selected.outcome
        if s.network is None or focus not in s.network.treatments:
            pooled = next(
                (p for p in base.published if p.outcome == outcome.id and p.treatment == focus), None
            )
            text = f"no figures of single trials of {words} were found"
            if pooled is not None and pooled.low is not None and pooled.high is not None:
                text += (
                    f"; a review pooled {_people(pooled.estimate)} more of 100 ({_people(pooled.low)} to "
                    f"{_people(pooled.high)}) than on placebo"
                )
            items.append(Paragraph(text=f"{text}.", lead=f"{outcome.words.capitalize()}:"))
            continue
        c = s.network.compare(focus, "placebo")
        mine = next((a for a in s.absolute if a.treatment == focus), None)
        line = math.log(outcome.important) if s.network.is_ratio else outcome.important
        unit = "" if s.network.is_ratio else outcome.unit
        sure = next(x.level.value for x in s.certainties if x.treatment == focus)
        text = (
            f"{_interval(s, c)} {'times' if s.network.is_ratio else outcome.unit} against placebo, "
            f"{of_the_line(c.estimate, line, unit)}; certainty {sure}"
        )
        if mine is not None:
            text += f". Of 100 people {mine.with_it:.0f} instead of {mine.without:.0f}"
        against = next((v for v in s.versus if v.other == "duloxetine"), None)
        if against is not None and against.comparison is not None:
            text += f". Against duloxetine: {_versus_words(base, s, against)}"
        else:
            text += "."
        items.append(Paragraph(text=text, lead=f"{outcome.words.capitalize()}:"))
    hidden = sorted(
        {
            m.study
            for s in syntheses
            for m in s.selected.missing
            if m.status in {"unpublished", "failed_primary"}
        }
    )
    tail: list[Block] = []
    if hidden:
        tail.append(
            Callout(
                title="Unpublished or failed trials",
                tone="unsure",
                text=f"{and_list(hidden)} are known and have no figures here: what is pooled may look better than the truth. "
                "Open-label, crossover and enriched-withdrawal results are never pooled with the rest.",
            )
        )
    return Section(
        id="short",
        title=f"In short: {words}",
        blocks=(Bullets(items=tuple(items)), *tail),
    )


def _plane(base: TrialBase, syntheses: Sequence[Synthesis]) -> Section | None:
    by = {s.selected.outcome.id: s for s in syntheses}
    benefit = by.get("responders_30pct")
    blocks: list[Block] = []
    for harm_id in _HARMS:
        harm = by.get(harm_id)
        if benefit is None or harm is None:
            continue
        placed, rest = plane(benefit, harm)
        if not placed:
            continue
        looks = {a.treatment: i for i, a in enumerate(sorted(benefit.absolute, key=lambda a: a.treatment))}
        marks = [
            PlaneMark(
                name=treatment_words(base, p.treatment),
                benefit=p.benefit,
                benefit_low=p.benefit_low,
                benefit_high=p.benefit_high,
                harm=p.harm,
                harm_low=p.harm_low,
                harm_high=p.harm_high,
                look=looks[p.treatment],
            )
            for p in placed
        ]
        left = "more of 100 with at least 30 % less pain"
        up = f"more of 100: {_HARMS[harm_id]}"
        absent = (
            f" Without figures for both: {and_list([treatment_words(base, t) for t in rest])}."
            if rest
            else ""
        )
        blocks.append(
            Chart(
                wide=plane_plot(marks, benefit=left, harm=up),
                narrow=plane_plot(marks, benefit=left, harm=up, narrow=True),
                alt="Benefit against harm: "
                + "; ".join(
                    f"{m.name} {m.benefit:.0f} more benefit, {m.harm:.0f} more harm of 100" for m in marks
                ),
                caption=f"Lower right is best. Lines are 95 % intervals.{absent}",
            )
        )
    return Section(id="plane", title="Benefit against harm", blocks=tuple(blocks)) if blocks else None


def _nondrug(base: TrialBase, outcomes: set[str]) -> Section | None:
    rows = []
    for p in base.nondrug.pool:
        if p.outcome not in outcomes:
            continue
        interval = "" if p.low is None or p.high is None else f" ({number(p.low)} to {number(p.high)})"
        people = "?" if p.people is None else f"{p.people:,}"
        rows.append(
            (
                p.treatment,
                p.outcome.replace("_", " "),
                f"{p.measure} {number(p.estimate)}{interval}",
                p.trials,
                people,
                p.control,
                p.remark,
            )
        )
    if not rows:
        return None
    return Section(
        id="nondrug",
        title="Treatments that are not drugs",
        blocks=(
            Callout(title="Not comparable with the drugs above", tone="note", text=base.nondrug.warning),
            Table(
                columns=(
                    Column(head="Treatment"),
                    Column(head="Outcome"),
                    Column(head="Pooled effect", number=True),
                    Column(head="Trials"),
                    Column(head="People", number=True),
                    Column(head="Control"),
                    Column(head="Remark"),
                ),
                rows=tuple(rows),
                caption="Pooled effects as published; negative is better except where said",
            ),
        ),
    )


def evidence_report(
    knowledge: Knowledge,
    syntheses: Sequence[Synthesis],
    *,
    version: str,
    focus: str = "mirtazapine",
    reader: Reader = "methodologist",
    more: Sequence[Section] = (),
) -> Report:
    """The report on the outcomes given.

    Args:
        knowledge: The knowledge.
        syntheses: The outcomes.
        version: The program's, for the footer.
        focus: The drug that others are compared with.
        reader: ``clinician``: what may be said, how sure, of 100 people, and why; ``methodologist``: everything.
        more: Sections that stand after the short ones.
    """
    base = knowledge.trials
    outcomes = {s.selected.outcome.id for s in syntheses}
    sections = [
        _short(base, syntheses, focus),
        *more,
        *(_section(base, s, focus, reader) for s in syntheses),
        _plane(base, syntheses),
        _nondrug(base, outcomes),
        *(() if reader == "clinician" else (modifiers_section(base), bias_section(base))),
        Section(
            id="reading",
            title="How far to trust this",
            blocks=(
                Bullets(
                    items=(
                        Paragraph(
                            text="Averages over trials do not say what a drug does for one person.",
                            lead="People.",
                        ),
                        Paragraph(
                            text="Certainties follow written rules applied by machine; a reader may judge otherwise.",
                            lead="Certainty.",
                        ),
                        Paragraph(
                            text="Figures come from registries, abstracts and reviews; full texts were mostly not open. Counts rebuilt from "
                            "rounded percentages may be off by one or two.",
                            lead="Sources.",
                        ),
                        *(
                            Paragraph(text=n.text, lead=n.topic[:1].upper() + n.topic[1:] + ".")
                            for n in base.transitivity
                        ),
                    )
                ),
            ),
        ),
    ]
    return Report(
        title="Fibromyalgia: what the trials say",
        subtitle="Drugs against placebo and, through it, against one another. For clinicians and researchers.",
        sections=tuple(s for s in sections if s is not None),
        footer=f"Lenitive {version}, knowledge {knowledge.version}. The same knowledge gives this report again.",
    )
