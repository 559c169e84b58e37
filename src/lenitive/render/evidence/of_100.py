"""Of 100 people: with and without each drug, and benefit beside harm."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.evidence import Absolute, Synthesis, plane, treatment_words
from lenitive.knowledge import TrialBase
from lenitive.render.blocks import Block, Bullets, Chart, Column, Details, Paragraph, Picture, Section, Table
from lenitive.render.charts.network import PlaneMark, plane_plot
from lenitive.render.pictures import IconArray, IconGroup
from lenitive.render.words import and_list

__all__ = ["of_100", "plane_section"]

_HARMS = {
    "somnolence": "somnolence",
    "weight_gain": "weight gain",
    "withdrawal_ae": "stopped for a side effect",
}


def of_100(base: TrialBase, s: Synthesis, focus: str) -> list[Block]:
    """The drug in question as a hundred people, and all drugs as a table; empty where no events are counted."""
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
                caption=f"{title}. With {words} between {mine.low:.0f} and {mine.high:.0f} (95 %). The figure without is that of the "
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


def plane_section(base: TrialBase, syntheses: Sequence[Synthesis]) -> Section | None:
    """Benefit against harm, drug by drug; None without figures of both."""
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
