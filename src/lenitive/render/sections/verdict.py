"""The verdict, first and in a sentence: does it work, how sure is that, what does it cost, what is not known."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Paragraph, Section, Tone
from lenitive.render.catalogue import said, sentences
from lenitive.render.sections.known import not_known_words
from lenitive.render.words import (
    activity_amount,
    activity_name,
    and_list,
    days_words,
    dose,
    drug_name,
    effect_words,
    percent,
    points,
    score_name,
    share_words,
)
from lenitive.response import Estimand, InputKind, Verdict, VerdictKind
from lenitive.review import Absent, Known, Review, binds, share_messages
from lenitive.terms import Outcome, Reason

__all__ = ["amount_words", "reason_words", "verdict_section", "verdict_sentence"]

_TONES: dict[VerdictKind, Tone] = {
    VerdictKind.WORKS: "good",
    VerdictKind.WORKS_AT_A_COST: "unsure",
    VerdictKind.DOES_NOT_WORK: "bad",
    VerdictKind.CANNOT_TELL: "unsure",
}


def amount_words(v: Verdict) -> str:
    """``30 mg a day``, ``about 40 minutes a day``."""
    if v.kind is InputKind.DRUG:
        return f"{dose(v.dose)} a day"
    return activity_amount(v.drug, v.dose)


def _activity_sentence(v: Verdict) -> str:
    """The same of an activity: what is not seen in a diary is no reason to do less."""
    what = f"{activity_name(v.drug).capitalize()}, {amount_words(v)}"
    match v.verdict:
        case VerdictKind.WORKS | VerdictKind.WORKS_AT_A_COST:
            return f"{what}: it seems to ease this patient's symptoms"
        case VerdictKind.DOES_NOT_WORK:
            return f"{what}: this diary shows no relief from it, which is no reason to do less"
        case VerdictKind.CANNOT_TELL:
            return f"{what}: whether it eases this patient's symptoms is open"


def verdict_sentence(v: Verdict, *, going_on: bool = True, bound: bool = False) -> str:
    """The verdict in one sentence.

    Args:
        v: The verdict.
        going_on: Whether it is still taken; else the sentence is in the past tense.
        bound: Whether a finding has to be dealt with today: then nothing is called worth its cost.
    """
    if v.kind is InputKind.ACTIVITY:
        return _activity_sentence(v)
    what = f"{drug_name(v.drug)} at {amount_words(v)}"
    eases, is_worth, does = ("eases", "is worth", "does") if going_on else ("eased", "was worth", "did")
    match v.verdict:
        case VerdictKind.WORKS | VerdictKind.WORKS_AT_A_COST if bound:
            return f"{what.capitalize()} {eases} this patient's symptoms; whether it may go on, the critical finding decides"
        case VerdictKind.WORKS:
            return f"Yes: {what} {eases} this patient's symptoms, and {is_worth} its cost"
        case VerdictKind.WORKS_AT_A_COST:
            return f"At a cost: {what} {eases} this patient's symptoms, but what it costs may outweigh that"
        case VerdictKind.DOES_NOT_WORK:
            return f"No: {what} {does} not ease this patient's symptoms enough to matter"
        case VerdictKind.CANNOT_TELL:
            return f"Cannot tell yet whether {what} {eases} this patient's symptoms"


def _fact(reason: Reason, name: str) -> float:
    value = next((f.value for f in reason.facts if f.name == name), None)
    return float(value) if isinstance(value, int | float) else 0.0


def reason_words(reason: Reason) -> str:
    """Why a rule of the verdict was not met, for clinicians."""
    match reason.rule:
        case "response.verdict.sampled":
            said = next((str(f.value) for f in reason.facts if f.name == "reason" and f.value), "")
            return (
                f"{said[:1].upper()}{said[1:]}." if said else "The model could not be fitted to this diary."
            )
        case "response.verdict.entries_lately":
            return f"No score has been entered for {days_words(round(_fact(reason, 'days_without_entry')))}: nothing can be said of now."
        case "response.verdict.separable":
            others = and_list([drug_name(str(f.value)) for f in reason.facts])
            return f"It went together with {others}, so the diary cannot tell whose effect it sees."
        case "response.verdict.weeks_at_dose":
            return (
                f"Too early: {_fact(reason, 'weeks_since_dose_reached'):.0f} weeks since {dose(_fact(reason, 'dose'))} was "
                f"reached, {_fact(reason, 'weeks_taken'):.0f} of them taken; no verdict before week "
                f"{_fact(reason, 'needed'):.0f}."
            )
        case "response.verdict.from_diary":
            return (
                f"Only {share_words(_fact(reason, 'share_from_diary'))} of what is known comes from this diary; a verdict "
                "would be what was believed before it, not this patient's answer."
            )
        case "response.verdict.sure":
            return (
                f"The chance of a benefit of at least {_fact(reason, 'benefit'):g} point is "
                f"{percent(_fact(reason, 'probability_of_benefit'))}: neither clearly yes nor clearly no."
            )
    return reason.rule


def _size(review: Review, v: Verdict) -> str:
    if v.probability is None or v.benefit_mean is None:
        return "There is no estimate of now." if review.data_quality.stale else "There is no estimate."
    low, high = v.benefit_quantiles["0.025"], v.benefit_quantiles["0.975"]
    rests = sentences(share_messages(v, review.beliefs))
    return (
        f"Chance {percent(v.probability)} that the benefit due to it is at least 1 point; best estimate {points(-v.benefit_mean)} "
        f"points ({points(-high)} to {points(-low)}), weighed over {_weights(v)}. {rests}"
    )


def _weights(v: Verdict) -> str:
    named = [f"{score_name(o)} {share_words(w)}" for o, w in v.weights.items()]
    return and_list(named) + ("" if v.stated_preferences else " (usual weights; the patient gave none)")


def _needed(review: Review, v: Verdict) -> tuple[Paragraph, ...]:
    """Which entries a verdict waits for, when the diary gave none."""
    if not review.needed or v.probability is not None:
        return ()
    names = and_list([score_name(o) for o in review.needed])
    return (
        Paragraph(
            lead="What would settle it.",
            text=f"Entries in the diary, every day: {names} (0 to 10). Without them nothing can be told, now or later.",
        ),
    )


def _items(review: Review, v: Verdict) -> tuple[Paragraph, ...]:
    items = [
        *not_known_words(review, v.drug),
        *_needed(review, v),
    ]
    items += [
        Paragraph(lead="Why it cannot be told.", text=reason_words(r))
        for r in v.because
        if v.verdict is VerdictKind.CANNOT_TELL
        and r.outcome is not Outcome.MET
        and r.rule != "response.verdict.worth_its_cost"
    ]
    fit = review.fit
    if not isinstance(fit, Absent) and not review.data_quality.stale:
        said = []
        for outcome in review.outcomes:
            e = fit.effect(v.drug, outcome, Estimand.ATTRIBUTABLE)
            if e is not None:
                said.append(
                    f"{score_name(outcome)} {points(e.mean)} ({points(e.quantiles['0.025'])} to {points(e.quantiles['0.975'])})"
                )
        if said:
            items.append(Paragraph(lead="Due to it, in points.", text="; ".join(said) + "."))
    bound = binds(review.findings)
    if v.costs and not bound:
        costs = "; ".join(
            f"{effect_words(c.what)} (worth {c.points:.1f} points to this patient)" for c in v.costs
        )
        items.append(Paragraph(lead="What it costs.", text=costs + "."))
        if v.probability_worth_it is not None:
            items.append(
                Paragraph(
                    lead="Worth it?",
                    text=f"Chance {percent(v.probability_worth_it)} that the benefit still is at least 1 point after the cost.",
                )
            )
    elif v.kind is InputKind.DRUG and v.probability is not None and not bound:
        items.append(
            Paragraph(
                lead="What it costs.",
                text="No lasting side effect is recorded; what was not asked is unknown.",
            )
        )
    return tuple(items)


def _beside_medicine(review: Review) -> tuple[Block, ...]:
    """The verdict on each activity that was asked about, and the others as they were done."""
    judged = [v for v in review.verdicts if v.kind is InputKind.ACTIVITY]
    items = [Paragraph(lead=verdict_sentence(v) + ".", text=_size(review, v)) for v in judged]
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
    for drug in (*question.beside, *question.background):
        if review.not_known.get(drug) is Known.UNKNOWN:
            blocks += not_known_words(review, drug)
    reasons = [r.message for r in question.because if r.outcome is not Outcome.MET]
    if reasons:
        blocks.append(Paragraph(lead="Not judged.", text=sentences(reasons), quiet=True))
    return tuple(blocks)


def verdict_section(review: Review) -> Section:
    """What is asked first, the verdict on each drug in question, then on each activity, and what the others are to it."""
    blocks: list[Block] = []
    if review.question.asks is not None:
        asks = review.question.asks
        blocks.append(Callout(title=said(asks.lead), tone="unsure", text=said(asks.text)))
    now = {r.drug for r in review.regimen}
    bound = binds(review.findings)
    for v in review.verdicts:
        if v.kind is InputKind.DRUG:
            blocks.append(
                Callout(
                    title=verdict_sentence(v, going_on=v.drug in now, bound=bound),
                    tone="unsure" if bound else _TONES[v.verdict],
                    text=_size(review, v),
                    items=_items(review, v),
                )
            )
    judged = {v.drug for v in review.verdicts}
    for drug in review.question.drugs:
        if drug not in judged:
            blocks += not_known_words(review, drug)
    if review.question.nothing is not None:
        blocks.append(Paragraph(text=said(review.question.nothing)))
    blocks += [*_beside_medicine(review), *_others(review)]
    return Section(id="verdict", title="Does it help?", blocks=tuple(blocks))
