"""What more trials change, and three intervals of one effect, as sections of a report."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.evidence import DrugStanding, Living, Synthesis, treatment_words
from lenitive.knowledge import Knowledge
from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Report, Section, Table
from lenitive.render.evidence_words import number
from lenitive.terms import EffectBelief

__all__ = ["living_report", "three_intervals"]


def _standing(s: DrugStanding | None) -> str:
    if s is None:
        return "no figures"
    return f"{number(s.estimate)} ({number(s.low)} to {number(s.high)}), {s.trials} trial{'' if s.trials == 1 else 's'}, {s.certainty.value}"


def _belief(b: EffectBelief) -> str:
    return f"{number(b.mean)}, spread {number(b.sd)}, grade {b.grade}"


def _conclusions(after: Knowledge, living: Living) -> list[Block]:
    if not living.moved:
        return [Paragraph(text=f"None of {living.stayed} conclusions is another.")]
    rows = tuple(
        (
            m.words.capitalize(),
            treatment_words(after.trials, m.treatment),
            _standing(m.before),
            _standing(m.after),
        )
        for m in living.moved
    )
    return [
        Table(
            columns=(
                Column(head="Outcome"),
                Column(head="Drug"),
                Column(head="Before"),
                Column(head="After"),
            ),
            rows=rows,
            caption=f"Conclusions against placebo: {len(rows)} are others, {living.stayed} are what they were. One variation between trials is shared "
            "by a whole network, so that a drug without a new trial moves too.",
        )
    ]


def _priors(after: Knowledge, living: Living) -> list[Block]:
    if not living.beliefs:
        return [
            Paragraph(text="What is believed of one person's effect, before a diary is read, is what it was.")
        ]
    rows = tuple(
        (
            b.after.outcome.value.replace("_", " "),
            f"{treatment_words(after.trials, b.after.drug)} {b.after.dose_mg_per_day:.3g} mg",
            _belief(b.before),
            _belief(b.after),
        )
        for b in living.beliefs
    )
    return [
        Table(
            columns=(
                Column(head="Score"),
                Column(head="Drug and dose"),
                Column(head="Before"),
                Column(head="After"),
            ),
            rows=rows,
            caption="What is believed of one person's effect before her diary is read, points of 0-10",
        )
    ]


def three_intervals(s: Synthesis, belief: EffectBelief, words: str) -> Section | None:
    """Why one effect has three intervals: of the mean over trials, of a single trial, of one person; None without figures."""
    if s.network is None or belief.drug not in s.network.treatments:
        return None
    c = s.network.compare(belief.drug, "placebo")
    pool = next(p for p in s.pools if p.treatment == belief.drug)
    shown = s.network.shown

    def span(e: float, low: float, high: float) -> str:
        return f"{number(e)} ({number(low)} to {number(high)})"

    rows = [
        (
            "the mean over trials, with what all drugs' trials say of their variation",
            span(*(shown(v) for v in (c.estimate, c.low, c.high))),
            "Is the drug better than placebo on average?",
        )
    ]
    if c.prediction is not None:
        rows.append(
            (
                "a new trial, with the variation between trials",
                f"{number(shown(c.prediction[0]))} to {number(shown(c.prediction[1]))}",
                "What would the next trial find?",
            )
        )
    rows += [
        (
            f"one trial alone: {line.study}",
            span(*(shown(v) for v in (line.estimate, line.low, line.high))),
            "What did this trial find, chance of its own people taken into account?",
        )
        for line in pool.lines
    ]
    rows.append(
        (
            f"one person at {belief.dose_mg_per_day:g} mg, before her diary is read",
            span(belief.mean, belief.mean - 1.96 * belief.sd, belief.mean + 1.96 * belief.sd),
            "What may it do for her?",
        )
    )
    return Section(
        id="intervals",
        title=f"{words[:1].upper()}{words[1:]}: one effect, several intervals",
        blocks=(
            Paragraph(
                text="They answer different questions, and the widest is not a mistake: people differ more than trials, and trials more than chance "
                "alone. The last one is drawn a little towards the other drugs, and a diary moves it."
            ),
            Table(
                columns=(
                    Column(head="Interval of"),
                    Column(head="95 %", number=True),
                    Column(head="Answers"),
                ),
                rows=tuple(rows),
                caption=f"{s.selected.outcome.words.capitalize()}, {s.selected.outcome.unit}",
            ),
        ),
    )


def living_report(
    before: Knowledge, after: Knowledge, living: Living, articles: Sequence[tuple[str, str]], *, version: str
) -> Report:
    """What the trials handed in change.

    Args:
        before: The knowledge as it is.
        after: The knowledge with the trials.
        living: The two side by side.
        articles: Titles of articles whose figures are others, each with what has to be done about it.
        version: The program's, for the footer.
    """
    told: list[Block] = (
        [Bullets(items=tuple(Paragraph(lead=f"{title}:", text=what) for title, what in articles))]
        if articles
        else [Paragraph(text="No article prints another figure.")]
    )
    return Report(
        title="What more trials change",
        subtitle=f"Knowledge {before.version} beside {after.version}. For clinicians and researchers.",
        sections=(
            Section(id="conclusions", title="Conclusions", blocks=tuple(_conclusions(after, living))),
            Section(id="beliefs", title="Beliefs about one person", blocks=tuple(_priors(after, living))),
            Section(id="articles", title="Articles", blocks=tuple(told)),
        ),
        footer=f"Lenitive {version}. Nothing on disk was changed.",
    )
