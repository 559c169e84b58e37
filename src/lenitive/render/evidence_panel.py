"""What a methodologist asks of the evidence: who says how much, who judged what, who took part, and what of it moves to one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lenitive.evidence import (
    AtPerson,
    Certainty,
    Domain,
    Scenario,
    Synthesis,
    modifiers_of,
    scenarios,
    treatment_words,
)
from lenitive.knowledge import TrialBase
from lenitive.render.blocks import Block, Chart, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import said
from lenitive.render.charts.palette import TOKENS
from lenitive.render.evidence_words import number

__all__ = [
    "at_person_section",
    "bias_section",
    "contribution_block",
    "domain_rows",
    "modifiers_section",
    "reason_words",
    "scenarios_block",
]

_MODIFIERS = {
    "age": "mean age, years",
    "women": "women, %",
    "baseline_pain": "pain before, 0-10",
    "low_mood": "low mood allowed",
    "weight": "body weight, kg",
}
_WHY = {
    "not_reported": "impossible: no trial of this outcome that was read reports it",
    "too_few": "impossible: too few trials report it for a slope",
    "does_not_vary": "impossible: it is the same in all trials that report it",
    "outside": "impossible: the value lies outside what the trials saw",
    "not_identified": "impossible: it does not vary within enough comparisons",
}
_NAMED = 6


def reason_words(d: Domain) -> str:
    """Why a domain was judged as it was, clause by clause."""
    return "; ".join(said(m) for m in d.reasons)


def domain_rows(c: Certainty) -> tuple[tuple[str, str, str], ...]:
    """Domain, judgement and reason; a judgement that was overruled with the computed one, who, when and why."""
    return tuple(
        (
            d.name,
            d.concern.value
            if d.overruled is None
            else f"{d.concern.value} (computed: {d.overruled.computed.value})",
            reason_words(d)
            if d.overruled is None
            else f"{d.overruled.who}, {d.overruled.when.isoformat()}: {d.overruled.why} The rule's reason: {reason_words(d)}",
        )
        for d in c.domains
    )


def contribution_block(base: TrialBase, s: Synthesis) -> list[Block]:
    """The trials that say most in each comparison, with their judgement of bias."""
    if s.appraised is None or s.network is None:
        return []
    rows = []
    judged = [*s.certainties, *(v.certainty for v in s.versus if v.certainty is not None)]
    for c in judged:
        studies = sorted(
            s.appraised.contributions.by_study(c.treatment, c.comparator).items(), key=lambda x: -x[1]
        )
        names = ", ".join(
            f"{study} {100 * share:.0f} % ({s.appraised.judged(study).bias.value})"
            for study, share in studies[:_NAMED]
        )
        there = s.appraised.information.people(c.treatment, c.comparator)
        rows.append(
            (
                f"{treatment_words(base, c.treatment)} against {treatment_words(base, c.comparator)}",
                names,
                f"{there:,.0f}",
            )
        )
    return [
        Details(
            summary="Who says how much",
            blocks=(
                Table(
                    columns=(
                        Column(head="Comparison"),
                        Column(head="Trials by their share of the evidence (risk of bias)"),
                        Column(head="Worth one trial of", number=True),
                    ),
                    rows=tuple(rows),
                    caption=f"Contributions by random walks; one trial would need {s.appraised.needed:,.0f} people"
                    if s.appraised.needed is not None
                    else "Contributions by random walks",
                ),
            ),
        )
    ]


_SCENARIOS = {
    "as_judged": "as judged here",
    "without_unjudged": "without trials whose bias nobody judged",
    "without_high_risk": "without trials at high risk of bias",
    "without_rebuilt": "without standard errors rebuilt from P values",
    "missing_at_none": "with known missing trials, as if each had found no effect",
    "missing_by_p": "with missing trials by what their P value stands for",
}


def scenarios_block(base: TrialBase, s: Synthesis) -> list[Block]:
    """How far each judgement moves the answer, drug by drug."""
    if s.appraised is None or s.network is None:
        return []
    found = scenarios(s.selected, s.appraised)
    if len(found) < 2:
        return []
    drugs = [t for t in s.network.treatments if t != "placebo"]
    shown = s.network.shown

    def cell(one: Scenario, drug: str) -> str:
        if drug not in one.effects:
            return "no trial left"
        e, low, high = (number(shown(v)) for v in one.effects[drug])
        return f"{e} ({low} to {high})"

    return [
        Details(
            summary="How far each judgement moves the answer",
            blocks=(
                Table(
                    columns=(
                        Column(head="Judgement"),
                        Column(head="Trials", number=True),
                        *(Column(head=treatment_words(base, d).split(" (")[0], number=True) for d in drugs),
                    ),
                    rows=tuple(
                        (_SCENARIOS[one.name], str(one.trials), *(cell(one, d) for d in drugs))
                        for one in found
                    ),
                    caption="Against placebo. Missing trials are put in by their size, with the spread that trials have here: no findings, but how much "
                    "hangs on what was not published.",
                ),
            ),
        )
    ]


def bias_section(base: TrialBase) -> Section:
    """Each published judgement with its place."""
    judged = {t.study for t in base.bias.trial}
    why = {u.study: u for u in base.bias.unjudged}
    never = {e.study for e in base.judgements.exclusion if not e.outcomes}
    rest = sorted(({a.study_id for a in base.arms} | why.keys()) - judged - never)
    count = sum(len(t.domain) for t in base.bias.trial)
    return Section(
        id="bias",
        title="Risk of bias, as published reviews judged it",
        blocks=(
            Paragraph(
                text=f"{len(judged)} trials have judgements that were read, by Cochrane's tool of 2011. {len(rest)} are not judged, which "
                "counts as some concern:"
            ),
            Table(
                columns=(Column(head="Trial"), Column(head="Why it is not judged"), Column(head="Source")),
                rows=tuple(
                    (study, why[study].why, why[study].source)
                    if study in why
                    else (study, "not looked for", "–")
                    for study in rest
                ),
                caption="Trials whose bias is not judged",
            ),
            Details(
                summary=f"All {count} judgements",
                blocks=tuple(
                    Table(
                        columns=(Column(head="Domain"), Column(head="Judgement"), Column(head="Place")),
                        rows=tuple((d.domain, d.judgement, d.at) for d in t.domain),
                        caption=f"{t.study}: {t.review}, {t.source}",
                    )
                    for t in base.bias.trial
                ),
            ),
        ),
    )


def _drawn(values: Sequence[dict[str, Any]], *, narrow: bool) -> dict[str, Any]:
    """One small chart a modifier: treatments down, trials as points."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": list(values)},
        "facet": {"field": "modifier", "type": "nominal", "title": None, "columns": 1},
        "columns": 1 if narrow else 2,
        "spec": {
            "width": 220 if narrow else 260,
            "mark": {"type": "point", "color": TOKENS["ink"], "filled": True, "opacity": 0.7},
            "encoding": {
                "x": {
                    "field": "value",
                    "type": "quantitative",
                    "scale": {"zero": False},
                    "axis": {"title": None, "format": "~r"},
                },
                "y": {"field": "treatment", "type": "nominal", "axis": {"title": None}},
            },
        },
        "resolve": {"scale": {"x": "independent"}},
    }


def modifiers_section(base: TrialBase) -> Section:
    """What could make an indirect comparison unfair, drug by drug and drawn."""
    drugs: dict[str, str] = {}
    weeks: dict[str, float] = {}
    years: dict[str, float] = {}
    for arm in base.arms:
        if arm.drug != "placebo":
            drugs.setdefault(arm.study_id, arm.drug)
        if arm.weeks is not None:
            weeks[arm.study_id] = arm.weeks
        years[arm.study_id] = float(arm.year)
    reported = {"year": years, "weeks": weeks, **modifiers_of(base)}
    words = {"year": "year", "weeks": "weeks", **_MODIFIERS}
    values = [
        {"modifier": words[m], "treatment": drugs[study], "value": value, "study": study}
        for m, by in reported.items()
        for study, value in by.items()
        if study in drugs
    ]
    treatments = sorted(set(drugs.values()))

    def cell(treatment: str, by: dict[str, float]) -> str:
        mine = sorted(v for s, v in by.items() if drugs.get(s) == treatment)
        total = sum(d == treatment for d in drugs.values())
        if not mine:
            return f"none of {total}"
        span = f"{mine[0]:g}" if mine[0] == mine[-1] else f"{mine[0]:g} to {mine[-1]:g}"
        return f"{span} ({len(mine)} of {total})"

    shown = [m for m in reported if reported[m]]
    return Section(
        id="modifiers",
        title="Who took part: what an indirect comparison takes to be alike",
        blocks=(
            Table(
                columns=(
                    Column(head="Drug"),
                    *(Column(head=words[m].capitalize(), number=True) for m in shown),
                ),
                rows=tuple((t, *(cell(t, reported[m]) for m in shown)) for t in treatments),
                caption="Range over a drug's trials (trials that report it, of those in the tables); low mood: 1 where people with a depressive "
                "disorder could take part",
            ),
            Chart(
                wide=_drawn(values, narrow=False),
                narrow=_drawn(values, narrow=True),
                alt=f"Points: {len(values)} values of {len(shown)} things about the trials, drug by drug, as in the table",
                caption="Each point is a trial. Where drugs do not overlap, a difference between them may be one between their trials.",
            ),
        ),
    )


def at_person_section(
    base: TrialBase, moved: Sequence[tuple[Synthesis, Sequence[AtPerson]]], treatment: str
) -> Section:
    """A drug's effects at one person's values, outcome by outcome, or why they cannot be moved there."""
    rows = []
    for s, ones in moved:
        shown = s.network.shown if s.network is not None else float
        for one in ones:
            what = (
                _WHY[one.why]
                if one.effect is None
                else f"{number(shown(one.effect.estimate))} ({number(shown(one.effect.low))} to {number(shown(one.effect.high))})"
            )
            outcome = s.selected.outcome.words
            reported = f"{one.reported} of {one.trials}"
            rows.append((outcome, _MODIFIERS[one.modifier], f"{one.value:g}", reported, what))
    impossible = all(one.effect is None for _, ones in moved for one in ones)
    blocks: list[Block] = [
        Table(
            columns=(
                Column(head="Outcome"),
                Column(head="What could move it"),
                Column(head="Here", number=True),
                Column(head="Trials that report it", number=True),
                Column(head="Effect here"),
            ),
            rows=tuple(rows),
            caption="The drug against placebo, moved by what the trials say of their people",
        )
    ]
    if impossible:
        text = "The average over trials is the answer here too; a diary is the better one."
        blocks.insert(0, Paragraph(text=text))
    return Section(
        id="person",
        title=f"{treatment_words(base, treatment).capitalize()} at this person",
        blocks=tuple(blocks),
    )
