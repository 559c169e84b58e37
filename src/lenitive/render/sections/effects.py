"""Each effect: what the trials lead one to expect, what this diary adds, and what naive reading would say."""

from __future__ import annotations

import re

from lenitive.render.blocks import Block, Bullets, Column, Details, Paragraph, Picture, Section, Table
from lenitive.render.catalogue import said, sentences
from lenitive.render.pictures import RangeRow, Ranges
from lenitive.render.sections.known import not_known_words
from lenitive.render.words import (
    activity_amount,
    and_list,
    dose,
    drug_name,
    percent,
    points,
    score_name,
    share_words,
)
from lenitive.response import EffectPosterior, Estimand, Fit, InputKind
from lenitive.review import Absent, Followed, Review, tried
from lenitive.terms import Score

__all__ = ["effects_sections"]


def _find(fit: Fit, name: str, amount: float, outcome: Score, estimand: Estimand) -> EffectPosterior | None:
    return next(
        (
            e
            for e in fit.effects
            if e.input == name and e.outcome is outcome and e.estimand is estimand and (e.dose == amount)
        ),
        None,
    )


def _range(e: EffectPosterior) -> str:
    return f"{points(e.mean)} ({points(e.quantiles['0.025'])} to {points(e.quantiles['0.975'])})"


def _chance(e: EffectPosterior, key: str) -> str:
    return percent(e.probability[key]) if key in e.probability else "–"


def _tables(
    fit: Fit, name: str, amount: float, outcomes: tuple[Score, ...], of_what: str
) -> tuple[Table, ...]:
    """How large, by three estimands; and how likely it is to matter. Two narrow tables fit a phone, one wide does not."""
    sizes, chances = [], []
    for outcome in outcomes:
        due = _find(fit, name, amount, outcome, Estimand.ATTRIBUTABLE)
        if due is None:
            continue
        change = _find(fit, name, amount, outcome, Estimand.CHANGE_SINCE_START)
        naive = _find(fit, name, amount, outcome, Estimand.NAIVE)
        label = score_name(outcome).capitalize()
        sizes.append(
            (label, points(naive.mean) if naive else "–", _range(change) if change else "–", _range(due))
        )
        share = share_words(due.share_from_diary) if due.share_from_diary is not None else "–"
        chances.append((label, _chance(due, "mcid"), _chance(due, "30pct"), _chance(due, "50pct"), share))
    return (
        Table(
            columns=(
                Column(head="Score"),
                Column(head="Naive", number=True),
                Column(head="Since start (95 %)", number=True),
                Column(head="Due to it (95 %)", number=True),
            ),
            rows=tuple(sizes),
            caption=f"{of_what}: change in points, negative is better",
        ),
        Table(
            columns=(
                Column(head="Score"),
                Column(head=f"≥ {fit.settings.mcid:g} point", number=True),
                Column(head="≥ 30 %", number=True),
                Column(head="≥ 50 %", number=True),
                Column(head="From diary", number=True),
            ),
            rows=tuple(chances),
            caption=f"{of_what}: chance that the improvement due to it is at least this, and how much of what is known "
            "comes from this diary",
        ),
    )


def _picture(
    fit: Fit, name: str, amount: float, outcomes: tuple[Score, ...], tried_on: frozenset[Score]
) -> Picture | None:
    drawn: list[RangeRow] = []
    told: list[str] = []
    for outcome in outcomes:
        due = _find(fit, name, amount, outcome, Estimand.ATTRIBUTABLE)
        if due is None:
            continue
        group = score_name(outcome).capitalize()
        if due.prior_mean is not None and due.prior_sd is not None:
            m, sd = due.prior_mean, due.prior_sd
            drawn.append(
                RangeRow(
                    group=group,
                    name="Trials alone" if outcome in tried_on else "Wide belief",
                    mark="square",
                    token="prior",
                    mean=m,
                    # A normal's 95 % and 80 % limits.
                    wide=(m - 1.96 * sd, m + 1.96 * sd),
                    close=(m - 1.2816 * sd, m + 1.2816 * sd),
                )
            )
        q = due.quantiles
        drawn.append(
            RangeRow(
                group=group,
                name="With diary",
                mark="dot",
                token="ink",
                mean=due.mean,
                wide=(q["0.025"], q["0.975"]),
                close=(q["0.1"], q["0.9"]),
            )
        )
        told.append(
            f"{group.lower()} {points(due.mean)} points ({points(q['0.025'])} to {points(q['0.975'])})"
        )
        naive = _find(fit, name, amount, outcome, Estimand.NAIVE)
        if naive is not None:
            drawn.append(
                RangeRow(group=group, name="Naive", mark="diamond", token="without", mean=naive.mean)
            )
    if not drawn:
        return None
    return Picture(
        shows=Ranges(
            title=f"Effect of {drug_name(name)}",
            rows=tuple(drawn),
            axis_words="points (left of zero is better)",
            line=-fit.settings.mcid,
        ),
        alt=f"Effect of {drug_name(name)} before the diary, with this diary, and by naive difference; with this diary: "
        + "; ".join(told)
        + ".",
        caption="Thin line 95 %, thick line 80 %. The dashed line marks the smallest improvement that matters "
        f"({points(-fit.settings.mcid)} point); the solid line is no effect.",
    )


def _in_turn(fit: Fit, name: str, amount: float, outcomes: tuple[Score, ...]) -> tuple[Paragraph, ...]:
    """What plain means say where it was taken and left off in turn."""
    found = [(o, _find(fit, name, amount, o, Estimand.ON_MINUS_OFF)) for o in outcomes]
    told = [f"{score_name(o)} {_range(e)}" for o, e in found if e is not None]
    if not told:
        return ()
    text = (
        f"On it minus off it, by plain means of the stretches with and without it: {and_list(told)}. Nothing is corrected, and the "
        "days on which the effect comes or goes are in it, so a slow medicine's figure is smaller than its effect."
    )
    return (Paragraph(lead="Taken and left off in turn.", text=text),)


def _why(fit: Fit, name: str, amount: float, outcomes: tuple[Score, ...]) -> tuple[Paragraph, ...]:
    """Why the naive and the corrected figure differ, outcome by outcome."""
    items = []
    for outcome in outcomes:
        due = _find(fit, name, amount, outcome, Estimand.ATTRIBUTABLE)
        naive = _find(fit, name, amount, outcome, Estimand.NAIVE)
        if due is None or naive is None:
            continue
        other = naive.mean - due.mean
        if abs(other) < 0.3:
            text = "The two agree: little else than the medicine is needed to explain the change."
        elif other < 0:
            text = (
                f"Naive {points(naive.mean)}, corrected {points(due.mean)}: the {points(other)} between them is put down to "
                "something else, such as expectation, drift, or the ebb after a bad phase in which treatment began."
            )
        else:
            text = (
                f"Naive {points(naive.mean)}, corrected {points(due.mean)}: plain means hide part of the effect, because the "
                "onset, other doses, breaks or a worsening drift blur them."
            )
        items.append(Paragraph(lead=f"{score_name(outcome).capitalize()}.", text=text))
    return tuple(items)


def _in_words(stated: str) -> str:
    """What a prior rests on, with scores by their names."""
    for one in Score:
        stated = stated.replace(one.value, score_name(one))
    stated = stated.rstrip(".")
    return stated[:1].upper() + stated[1:] + "."


def _acting(f: Followed) -> Paragraph:
    """Whether the level or the dose acted, and why."""
    why = sentences(r.message for r in f.because)
    if f.half_life_h is None:
        text = f"Its effect is taken to follow the dose of each day, not its level. {why}"
    else:
        text = (
            f"Its effect is taken to follow its level (half-life about {f.half_life_h:.0f} h): it builds up over the first doses, "
            f"and a missed dose or a break fades rather than stops at once. {why}"
        )
    return Paragraph(lead="What acted.", text=text, quiet=True)


def _doses(fit: Fit, name: str) -> tuple[float, ...]:
    return tuple(
        dict.fromkeys(e.dose for e in fit.effects if e.input == name and e.estimand is Estimand.ATTRIBUTABLE)
    )


def _amount(fit: Fit, name: str, amount: float) -> str:
    one = next(i for i in fit.inputs if i.name == name)
    return f"{dose(amount)} a day" if one.kind is InputKind.DRUG else activity_amount(name, amount)


def effects_sections(review: Review) -> tuple[Section, ...]:
    """One section for each drug and activity in question."""
    fit = review.fit
    if isinstance(fit, Absent):
        return (
            Section(
                id="effects",
                title="Effects",
                blocks=(Paragraph(lead="No effect was estimated.", text=said(fit.reason)),),
            ),
        )
    sections = []
    followed = {f.drug: f for f in review.followed}
    inputs = {i.name: i for i in fit.inputs}
    for one in (inputs[name] for name in review.question.judged if name in inputs):
        blocks: list[Block] = []
        amounts = _doses(fit, one.name)
        main = one.current if one.current in amounts else (amounts[-1] if amounts else None)
        if main is None:
            continue
        if review.data_quality.silence is not None:
            blocks.append(Paragraph(text=f"By then, and not now: {said(review.data_quality.silence.lead)}"))
        blocks += not_known_words(review, one.name)
        known = tried(review.beliefs, one.name)
        picture = _picture(fit, one.name, main, review.outcomes, known)
        if picture:
            blocks.append(picture)
        title = f"{drug_name(one.name).capitalize()} at {_amount(fit, one.name, main)}"
        blocks += _tables(fit, one.name, main, review.outcomes, title)
        blocks += _in_turn(fit, one.name, main, review.outcomes)
        why = _why(fit, one.name, main, review.outcomes)
        if why:
            blocks.append(
                Paragraph(
                    lead="Naive and corrected.",
                    text="Why the plain before-and-after difference is not the answer:",
                )
            )
            blocks.append(Bullets(items=why))
        blocks.append(Paragraph(lead="Before the diary.", text=_in_words(one.prior_stated), quiet=True))
        if one.name in followed:
            blocks.append(_acting(followed[one.name]))
        others = [a for a in amounts if a != main]
        if others:
            tables = tuple(
                t
                for a in others
                for t in _tables(fit, one.name, a, review.outcomes, f"At {_amount(fit, one.name, a)}")
            )
            blocks.append(Details(summary="Other doses that were taken", blocks=tables))
        sections.append(
            Section(
                id="effect-" + re.sub(r"\W+|_", "-", one.name),
                title=f"What {drug_name(one.name)} does",
                blocks=tuple(blocks),
            )
        )
    if fit.separability and sections:
        pairs = and_list([f"{drug_name(s.first)} with {drug_name(s.second)}" for s in fit.separability])
        warning = Paragraph(
            lead="Not separable.",
            text=f"{pairs} went together, so the diary cannot tell whose effect it sees.",
        )
        first = sections[0]
        sections[0] = Section(id=first.id, title=first.title, blocks=(warning, *first.blocks))
    return tuple(sections)
