"""The answer, first and in a sentence: does it help, how sure is that, what does it cost, what is not known."""

from __future__ import annotations

import math

from lenitive.render.answer_words import (
    answer_sentence,
    cycle_words,
    dispute_words,
    offered_words,
    relief_of,
    relief_words,
    said_first,
)
from lenitive.render.blocks import Block, Bullets, Callout, Details, Paragraph, Section, Tone
from lenitive.render.catalogue import said, sentences
from lenitive.render.sections.known import not_known_words
from lenitive.render.words import (
    and_list,
    benefit_range,
    benefit_words,
    days_words,
    dose,
    drug_name,
    effect_words,
    percent,
    score_name,
    share_words,
)
from lenitive.response import BenefitAnswer, BenefitGrade, Estimand, FitStatus, InputKind, verdict_of
from lenitive.review import Absent, Known, Review, binds, share_messages, with_and_without
from lenitive.terms import Message, Outcome, Reason

__all__ = ["reason_words", "verdict_section"]

_MOST_REASONS = 3
_TONES: dict[BenefitGrade, Tone] = {
    BenefitGrade.WORKS: "good",
    BenefitGrade.WORKS_AT_A_COST: "unsure",
    BenefitGrade.PROBABLY_WORKS: "good",
    BenefitGrade.HELPS_SIZE_OPEN: "good",
    BenefitGrade.HELPS_A_LITTLE: "unsure",
    BenefitGrade.OPEN: "unsure",
    BenefitGrade.PROBABLY_DOES_NOT_WORK: "bad",
    BenefitGrade.DOES_NOT_WORK: "bad",
    BenefitGrade.NOTHING_TO_EASE: "unsure",
    BenefitGrade.CANNOT_TELL: "unsure",
}


def _fact(reason: Reason, name: str) -> float:
    value = next((f.value for f in reason.facts if f.name == name), None)
    return float(value) if isinstance(value, int | float) else 0.0


def _weeks(reason: Reason, name: str) -> str:
    """Cut, not rounded: 5.96 weeks are not yet 6."""
    return f"{math.floor(10 * _fact(reason, name) + 1e-9) / 10:g}"


def reason_words(reason: Reason) -> str:
    """Why a rule of the verdict was not met, for clinicians."""
    match reason.rule:
        case "response.verdict.sampled":
            why = next((str(f.value) for f in reason.facts if f.name == "reason" and f.value), "")
            if any(f.name == "status" and f.value == FitStatus.FALLBACK for f in reason.facts):
                return f"The computation was not sound, so its figures are no answer: {why}."
            return f"{why[:1].upper()}{why[1:]}." if why else "The model could not be fitted to this diary."
        case "response.verdict.changed":
            return "Its dose never changed while scores were entered, so the diary cannot see what it does; a change of dose would show it."
        case "response.verdict.undisputed":
            return dispute_words(reason)
        case "response.verdict.entries_lately":
            return f"No score has been entered for {days_words(round(_fact(reason, 'days_without_entry')))}: nothing can be said of now."
        case "response.verdict.separable":
            others = and_list([drug_name(str(f.value)) for f in reason.facts])
            return f"It went together with {others}, so the diary cannot tell whose effect it sees."
        case "response.verdict.weeks_at_dose":
            return (
                f"Too early: {_weeks(reason, 'weeks_since_dose_reached')} weeks at {dose(_fact(reason, 'dose'))}, "
                f"{_weeks(reason, 'weeks_taken')} of them taken; no answer before week {_weeks(reason, 'needed')}."
            )
        case "response.verdict.from_diary":
            return (
                f"Only {share_words(_fact(reason, 'share_from_diary'))} of what is known comes from this diary; an answer "
                "would be what was believed before it, not this patient's answer."
            )
    return reason.rule


def _size(review: Review, found: BenefitAnswer) -> str:
    if found.size is None:
        if found.trials_only is not None:
            return "This diary gives no estimate of its part in what changed."
        return "There is no estimate of now." if review.data_quality.stale else "There is no estimate."
    if not found.sound:
        compared = None if isinstance(review.fit, Absent) else with_and_without(review.fit, found)
        plain = (
            ""
            if compared is None
            else f" Days with it against days without it, in blocks: {benefit_words(compared)}."
        )
        return f"The model's estimate is not shown, because it is no answer.{plain}"
    low, high = found.size.quantiles["0.025"], found.size.quantiles["0.975"]
    rests = sentences(share_messages(verdict_of(found), review.beliefs))
    # Where there is a size there are both chances.
    helps, reaches = found.helps or 0.0, found.line.probability or 0.0
    return (
        f"Due to it: {benefit_words(found.size.mean)} ({benefit_range(found.size.mean, low, high)}), weighed over {_weights(found)}. "
        f"Chance that it helps at all {percent(helps)}; that it eases by {_line(found)} or more {percent(reaches)}.{_on_pain(found)} {rests}"
    )


def _line(found: BenefitAnswer) -> str:
    stated = " (the patient's own line)" if found.line.stated else ""
    return relief_of(found.line) + stated


def _on_pain(found: BenefitAnswer) -> str:
    if found.pain_line is None or found.pain_line.probability is None:
        return ""
    return (
        f" On pain alone, by {relief_words(found.pain_line)} or more: {percent(found.pain_line.probability)}."
    )


def _weights(found: BenefitAnswer) -> str:
    named = [f"{score_name(o)} {share_words(w)}" for o, w in found.weights.items() if w > 0]
    return and_list(named) + ("" if found.stated_preferences else " (usual weights; the patient gave none)")


def _trials(found: BenefitAnswer) -> tuple[Paragraph, ...]:
    """What was believed before the diary, in the same three numbers."""
    t = found.trials_only
    if t is None:
        return ()
    low, high = t.size.quantiles["0.025"], t.size.quantiles["0.975"]
    return (
        Paragraph(
            lead="Before the diary.",
            text=f"Expected of anybody who takes it: {benefit_words(t.size.mean)} ({benefit_range(t.size.mean, low, high)}); chance that it helps at all "
            f"{percent(t.helps)}, by {relief_of(found.line)} or more {percent(t.reaches)}.",
            quiet=True,
        ),
    )


def _left_out(found: BenefitAnswer) -> tuple[Paragraph, ...]:
    told = [
        said(Message.of(id_, outcomes=tuple(o.value for o in outcomes)))
        for id_, outcomes in (
            ("render.answer.enter", found.never_entered),
            ("render.answer.floor", found.at_floor),
        )
        if outcomes
    ]
    return (Paragraph(lead="Not in this answer.", text=" ".join(told)),) if told else ()


def _needed(review: Review, found: BenefitAnswer) -> tuple[Paragraph, ...]:
    """Which entries a verdict waits for, when the diary gave none."""
    if not review.needed or found.size is not None:
        return ()
    names = and_list([score_name(o) for o in review.needed])
    return (
        Paragraph(
            lead="What would settle it.",
            text=f"Entries in the diary, every day: {names} (0 to 10). Without them nothing can be told, now or later.",
        ),
    )


def _contradiction(found: BenefitAnswer) -> tuple[Paragraph, ...]:
    """Said first: that the diary contradicts what was believed."""
    words = said_first(found)
    return (Paragraph(lead="Diary and belief disagree.", text=words),) if words else ()


def _items(review: Review, found: BenefitAnswer) -> tuple[Paragraph, ...]:
    items = [
        *_contradiction(found),
        *not_known_words(review, found.drug),
        *_needed(review, found),
    ]
    items += [
        Paragraph(lead="Why it cannot be told.", text=reason_words(r))
        for r in found.unmet
        if r.rule != "response.verdict.undisputed"
    ]
    if offered := offered_words(found):
        items.append(Paragraph(lead="A smaller line.", text=offered))
    if cycle := cycle_words(found):
        items.append(Paragraph(lead="Monthly cycle.", text=cycle, quiet=True))
    items += _left_out(found)
    items += _by_score(review, found)
    items += _trials(found)
    return (*items, *_costs(review, found))


def _by_score(review: Review, found: BenefitAnswer) -> tuple[Paragraph, ...]:
    """The benefit on each score that is used."""
    fit = review.fit
    if isinstance(fit, Absent) or review.data_quality.stale or not found.sound:
        return ()
    parts = []
    for outcome in review.outcomes:
        e = fit.effect(found.drug, outcome, Estimand.ATTRIBUTABLE)
        if e is not None and found.weights.get(outcome, 0.0) > 0:
            low, high = -e.quantiles["0.975"], -e.quantiles["0.025"]
            parts.append(
                f"{score_name(outcome)} {benefit_words(-e.mean)} ({benefit_range(-e.mean, low, high)})"
            )
    return (Paragraph(lead="Score by score.", text="; ".join(parts) + "."),) if parts else ()


def _costs(review: Review, found: BenefitAnswer) -> tuple[Paragraph, ...]:
    """What it costs her; nothing under a finding that decides."""
    if binds(review.findings):
        return ()
    if found.costs:
        costs = "; ".join(
            f"{effect_words(c.what)} (worth {c.points:.1f} points to this patient)" for c in found.costs
        )
        items = [Paragraph(lead="What it costs.", text=costs + ".")]
        if found.worth is not None and found.sound:
            items.append(
                Paragraph(
                    lead="Worth it?",
                    text=f"Chance {percent(found.worth)} that it still eases by {relief_of(found.line)} or more after the cost.",
                )
            )
        return tuple(items)
    if found.kind is InputKind.DRUG and found.size is not None:
        return (
            Paragraph(
                lead="What it costs.",
                text="No lasting side effect is recorded; what was not asked is unknown.",
            ),
        )
    return ()


def _beside_medicine(review: Review) -> tuple[Block, ...]:
    """The verdict on each activity that was asked about, and the others as they were done."""
    judged = [a for a in review.answers if a.kind is InputKind.ACTIVITY]
    items = [Paragraph(lead=answer_sentence(a), text=_size(review, a)) for a in judged]
    items += [
        Paragraph(text=said(one.message))
        for one in review.question.done
        if one.activity not in review.question.activities
    ]
    if not items:
        return ()
    return (Paragraph(lead="Beside medicine.", text="What was done:"), Bullets(items=tuple(items)))


def _others(review: Review) -> tuple[Block, ...]:
    """What the drugs that nobody asked about are to this answer."""
    question = review.question
    blocks: list[Block] = []
    beside = (*question.beside, *question.background)
    unknown = tuple(d for d in beside if review.not_known.get(d) is Known.UNKNOWN)
    if len(unknown) > 1:
        blocks.append(Paragraph(text=said(Message.of("render.verdict.unknown_names", drugs=unknown))))
    else:
        blocks += [p for drug in unknown for p in not_known_words(review, drug)]
    reasons = [r.message for r in question.because if r.outcome is not Outcome.MET]
    if len(reasons) > _MOST_REASONS:
        items = tuple(Paragraph(text=said(r)) for r in reasons)
        summary = said(Message.of("render.verdict.not_judged", count=len(reasons)))
        blocks.append(Details(summary=summary, blocks=(Bullets(items=items),)))
    elif reasons:
        blocks.append(Paragraph(lead="Not judged.", text=sentences(reasons), quiet=True))
    return tuple(blocks)


def verdict_section(review: Review) -> Section:
    """What is asked first, the answer about each drug in question, then about each activity, and what the others are to it."""
    blocks: list[Block] = []
    if review.question.asks is not None:
        asks = review.question.asks
        blocks.append(Callout(title=said(asks.lead), tone="unsure", text=said(asks.text)))
    now = {r.drug for r in review.regimen}
    bound = binds(review.findings)
    for found in review.answers:
        if found.kind is InputKind.DRUG:
            blocks.append(
                Callout(
                    title=answer_sentence(found, going_on=found.drug in now, bound=bound),
                    tone="unsure" if bound else _TONES[found.grade],
                    text=_size(review, found),
                    items=_items(review, found),
                )
            )
    judged = {a.drug for a in review.answers}
    for drug in review.question.drugs:
        if drug not in judged:
            blocks += not_known_words(review, drug)
    if review.question.nothing is not None:
        blocks.append(Paragraph(text=said(review.question.nothing)))
    blocks += [*_beside_medicine(review), *_others(review)]
    return Section(id="verdict", title="Does it help?", blocks=tuple(blocks))
