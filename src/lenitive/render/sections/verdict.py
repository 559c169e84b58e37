"""The verdict, first and in a sentence: does it work, how sure is that, what does it cost, what is not known."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Paragraph, Section, Tone
from lenitive.render.sections.known import not_known_words
from lenitive.render.words import (
    and_list,
    dose,
    drug_name,
    effect_words,
    percent,
    points,
    score_name,
    share_words,
)
from lenitive.response import Estimand, InputKind, Verdict, VerdictKind
from lenitive.review import Absent, Review, binds
from lenitive.terms import Outcome, Reason

__all__ = ["amount_words", "reason_words", "verdict_section", "verdict_sentence"]

_TONES: dict[VerdictKind, Tone] = {
    VerdictKind.WORKS: "good",
    VerdictKind.WORKS_AT_A_COST: "unsure",
    VerdictKind.DOES_NOT_WORK: "bad",
    VerdictKind.CANNOT_TELL: "unsure",
}


def amount_words(v: Verdict) -> str:
    """``30 mg a day``, ``40 min a day``."""
    if v.kind is InputKind.DRUG:
        return f"{dose(v.dose)} a day"
    return f"{v.dose:g} a day"


def verdict_sentence(v: Verdict, *, going_on: bool = True, bound: bool = False) -> str:
    """The verdict in one sentence.

    Args:
        v: The verdict.
        going_on: Whether it is still taken; else the sentence is in the past tense.
        bound: Whether a finding has to be dealt with today: then nothing is called worth its cost.
    """
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
                "would be the trials' average, not this patient's answer."
            )
        case "response.verdict.sure":
            return (
                f"The chance of a benefit of at least {_fact(reason, 'benefit'):g} point is "
                f"{percent(_fact(reason, 'probability_of_benefit'))}: neither clearly yes nor clearly no."
            )
    return reason.rule


def _size(v: Verdict) -> str:
    if v.probability is None or v.benefit_mean is None:
        return "There is no estimate."
    low, high = v.benefit_quantiles["0.025"], v.benefit_quantiles["0.975"]
    share = (
        f" {share_words(v.share_from_diary)} of what is known comes from this diary, the rest from trials."
        if v.share_from_diary is not None
        else ""
    )
    return (
        f"Chance {percent(v.probability)} that the benefit due to it is at least 1 point; best estimate {points(-v.benefit_mean)} "
        f"points ({points(-high)} to {points(-low)}), weighed over {_weights(v)}.{share}"
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
    if not isinstance(fit, Absent):
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


def verdict_section(review: Review) -> Section:
    """The verdict on each drug, then on each activity."""
    blocks: list[Block] = []
    now = {r.drug for r in review.regimen}
    bound = binds(review.findings)
    # What is taken now comes first: that is what the visit is about.
    for v in sorted(review.verdicts, key=lambda v: (v.kind is not InputKind.DRUG, v.drug not in now)):
        if v.kind is InputKind.DRUG:
            blocks.append(
                Callout(
                    title=verdict_sentence(v, going_on=v.drug in now, bound=bound),
                    tone="unsure" if bound else _TONES[v.verdict],
                    text=_size(v),
                    items=_items(review, v),
                )
            )
    judged = {v.drug for v in review.verdicts}
    for drug in review.not_known:
        if drug not in judged:
            blocks += not_known_words(review, drug)
    others = [v for v in review.verdicts if v.kind is InputKind.ACTIVITY]
    if others:
        blocks.append(Paragraph(lead="Beside medicine.", text="What was done, and what it seems to do:"))
        blocks.append(
            Bullets(
                items=tuple(
                    Paragraph(lead=verdict_sentence(v, bound=bound) + ".", text=_size(v)) for v in others
                )
            )
        )
    if not blocks:
        blocks.append(Paragraph(text="No medicine or activity is recorded, so there is nothing to judge."))
    return Section(id="verdict", title="Does it help?", blocks=tuple(blocks))
