"""The report on some outcomes, put together for its reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from lenitive.evidence import Synthesis, treatment_words
from lenitive.knowledge import Knowledge, TrialBase
from lenitive.render.blocks import Block, Bullets, Callout, Column, Details, Paragraph, Report, Section, Table
from lenitive.render.catalogue import said
from lenitive.render.evidence.absent import known_section, missing_of, published_of
from lenitive.render.evidence.drawings import forest_of, funnel_of, network_of
from lenitive.render.evidence.of_100 import of_100, plane_section
from lenitive.render.evidence.sizes import interval_words, people_words
from lenitive.render.evidence.tables import (
    against_placebo,
    certainty_of,
    league_of,
    ranks_of,
    versus_of,
    versus_words,
)
from lenitive.render.evidence_panel import (
    bias_section,
    contribution_block,
    modifiers_section,
    scenarios_block,
)
from lenitive.render.evidence_words import number, of_the_line, significant
from lenitive.render.words import and_list
from lenitive.terms import Message

__all__ = ["evidence_report"]

Reader = Literal["clinician", "methodologist"]


def _sentence(note: Message) -> str:
    words = said(note)
    return f"{words[:1].upper()}{words[1:]}."


def _section(base: TrialBase, s: Synthesis, focus: str, reader: Reader) -> Section:
    outcome = s.selected.outcome
    if s.network is None:
        return Section(
            id=outcome.id,
            title=outcome.words.capitalize(),
            blocks=(Paragraph(text="No trial has figures of two arms."), *missing_of(s)),
        )
    first: list[Block] = [
        forest_of(base, s),
        against_placebo(base, s),
        versus_of(base, s),
        *published_of(base, outcome.id),
        *of_100(base, s, focus),
    ]
    if reader == "clinician":
        hidden = [b for b in missing_of(s) if isinstance(b, Callout)]
        return Section(
            id=outcome.id, title=outcome.words.capitalize(), blocks=(*first, *hidden, certainty_of(base, s))
        )
    blocks: list[Block] = [
        *first,
        ranks_of(base, s),
        *missing_of(s),
        Details(summary="Network and league table", blocks=(network_of(base, s), league_of(base, s))),
        *contribution_block(base, s),
        *scenarios_block(base, s),
        certainty_of(base, s),
        *funnel_of(base, s),
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
                        *(Paragraph(text=_sentence(n)) for n in s.notes),
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
                    f"; a review pooled {people_words(pooled.estimate)} more of 100 ({people_words(pooled.low)} to "
                    f"{people_words(pooled.high)}) than on placebo"
                )
            items.append(Paragraph(text=f"{text}.", lead=f"{outcome.words.capitalize()}:"))
            continue
        c = s.network.compare(focus, "placebo")
        mine = next((a for a in s.absolute if a.treatment == focus), None)
        line = math.log(outcome.important) if s.network.is_ratio else outcome.important
        unit = "" if s.network.is_ratio else outcome.unit
        sure = next(x.level.value for x in s.certainties if x.treatment == focus)
        text = (
            f"{interval_words(s, c)} {'times' if s.network.is_ratio else outcome.unit} against placebo, "
            f"{of_the_line(c.estimate, line, unit)}; certainty {sure}"
        )
        if mine is not None:
            text += f". Of 100 people {mine.with_it:.0f} instead of {mine.without:.0f}"
        against = next((v for v in s.versus if v.other == "duloxetine"), None)
        if against is not None and against.comparison is not None:
            text += f". Against duloxetine: {versus_words(base, s, against)}"
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
        plane_section(base, syntheses),
        _nondrug(base, outcomes),
        *(
            ()
            if reader == "clinician"
            else (known_section(syntheses), modifiers_section(base), bias_section(base))
        ),
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
