"""The answer in words: one sentence for clinicians and one for the patient, what it is held against, and why there is no grade."""

from __future__ import annotations

from lenitive.render.catalogue import Audience, said
from lenitive.render.words import activity_amount, dose, in_100, score_name
from lenitive.response import WEIGHED, BenefitAnswer, BenefitGrade, BenefitLine, DisputeKind, InputKind
from lenitive.terms import Message, Outcome, Reason, Score

__all__ = [
    "amount_words",
    "answer_sentence",
    "cycle_words",
    "dispute_words",
    "offered_words",
    "own_words",
    "pill_words",
    "relief_of",
    "relief_words",
    "said_first",
]

_MOST_COSTS = 2
_SENTENCES = {
    BenefitGrade.WORKS: ("render.answer.works", "render.answer.worked"),
    BenefitGrade.WORKS_AT_A_COST: ("render.answer.costs", "render.answer.cost"),
    BenefitGrade.PROBABLY_WORKS: ("render.answer.probably_works", "render.answer.probably_worked"),
    BenefitGrade.HELPS_SIZE_OPEN: ("render.answer.helps_size_open", "render.answer.helped_size_open"),
    BenefitGrade.HELPS_A_LITTLE: ("render.answer.helps_a_little", "render.answer.helped_a_little"),
    BenefitGrade.OPEN: ("render.answer.open", "render.answer.was_open"),
    BenefitGrade.PROBABLY_DOES_NOT_WORK: ("render.answer.probably_not", "render.answer.probably_did_not"),
    BenefitGrade.DOES_NOT_WORK: ("render.answer.does_not", "render.answer.did_not"),
    BenefitGrade.NOTHING_TO_EASE: ("render.answer.nothing", "render.answer.nothing"),
    BenefitGrade.CANNOT_TELL: ("render.answer.cannot_tell", "render.answer.could_not_tell"),
}
"""What is said while it is taken, and of one that was stopped."""
_LITTLE = {
    BenefitGrade.PROBABLY_DOES_NOT_WORK: (
        "render.answer.probably_little",
        "render.answer.probably_helped_little",
    ),
    BenefitGrade.DOES_NOT_WORK: ("render.answer.little", "render.answer.helped_little"),
}
"""Of a line that is missed where some benefit is more likely than none."""
_ACTIVITIES = {1: "render.answer.activity.helps", -1: "render.answer.activity.no_relief"}
_PILLS = {
    BenefitGrade.WORKS: "render.brief.pill.works",
    BenefitGrade.WORKS_AT_A_COST: "render.brief.pill.costs",
    BenefitGrade.PROBABLY_WORKS: "render.brief.pill.probably_works",
    BenefitGrade.HELPS_SIZE_OPEN: "render.brief.pill.helps_size_open",
    BenefitGrade.HELPS_A_LITTLE: "render.brief.pill.helps_a_little",
    BenefitGrade.OPEN: "render.brief.pill.open",
    BenefitGrade.PROBABLY_DOES_NOT_WORK: "render.brief.pill.probably_not",
    BenefitGrade.DOES_NOT_WORK: "render.brief.pill.not",
    BenefitGrade.NOTHING_TO_EASE: "render.brief.pill.nothing",
    BenefitGrade.CANNOT_TELL: "render.brief.pill.cannot_tell",
}
_OWN = {
    BenefitGrade.WORKS: ("render.patient.answer.helps", "render.patient.answer.helped"),
    BenefitGrade.WORKS_AT_A_COST: ("render.patient.answer.costs", "render.patient.answer.cost"),
    BenefitGrade.PROBABLY_WORKS: ("render.patient.answer.seems", "render.patient.answer.seemed"),
    BenefitGrade.HELPS_SIZE_OPEN: ("render.patient.answer.size_open", "render.patient.answer.size_was_open"),
    BenefitGrade.HELPS_A_LITTLE: ("render.patient.answer.a_little", "render.patient.answer.helped_a_little"),
    BenefitGrade.OPEN: ("render.patient.answer.open", "render.patient.answer.was_open"),
    BenefitGrade.PROBABLY_DOES_NOT_WORK: (
        "render.patient.answer.seems_not",
        "render.patient.answer.seemed_not",
    ),
    BenefitGrade.DOES_NOT_WORK: ("render.patient.answer.not_much", "render.patient.answer.was_not_much"),
    BenefitGrade.NOTHING_TO_EASE: ("render.patient.answer.nothing", "render.patient.answer.nothing"),
    BenefitGrade.CANNOT_TELL: ("render.patient.answer.open", "render.patient.answer.was_open"),
}
_DISPUTES = {
    DisputeKind.BLOCKS: "render.answer.dispute.blocks",
    DisputeKind.EFFECT: "render.answer.dispute.effect",
    DisputeKind.EXPECTATION: "render.answer.dispute.expectation",
}


def amount_words(found: BenefitAnswer) -> str:
    """``30 mg a day``, ``about 40 minutes a day``."""
    if found.kind is InputKind.DRUG:
        return f"{dose(found.dose)} a day"
    return activity_amount(found.drug, found.dose)


def relief_words(line: BenefitLine) -> str:
    """``a point``, ``half a point``, ``0.9 points``."""
    match f"{line.points:.1f}":
        case "1.0":
            return said(Message.of("render.answer.relief.one"))
        case "0.5":
            return said(Message.of("render.answer.relief.half"))
        case _:
            return said(Message.of("render.answer.relief.points", points=line.points))


def relief_of(line: BenefitLine) -> str:
    """The same; of one score alone with its name, ``a point of pain``."""
    words = relief_words(line)
    if line.on == WEIGHED:
        return words
    return said(Message.of("render.answer.relief.of", relief=words, score=score_name(Score(line.on))))


def _what(line: BenefitLine) -> str:
    """What is eased: symptoms, or the one score that it is about."""
    return said(Message.of("render.answer.symptoms")) if line.on == WEIGHED else score_name(Score(line.on))


def answer_sentence(found: BenefitAnswer, *, going_on: bool = True, bound: bool = False) -> str:
    """The answer in one sentence, for clinicians.

    Args:
        found: The answer.
        going_on: Whether it is still taken or done; else the sentence is in the past tense.
        bound: Whether a finding has to be dealt with today: then nothing is called worth its cost.
    """
    side = found.grade.side
    drug, amount = found.drug, amount_words(found)
    if found.kind is InputKind.ACTIVITY:
        # What is not seen in a diary is no reason to do less.
        return said(
            Message.of(_ACTIVITIES.get(side, "render.answer.activity.open"), activity=drug, amount=amount)
        )
    if bound and side > 0:
        return said(Message.of("render.answer.bound", drug=drug, amount=amount))
    reaches = found.line.probability
    ways = _LITTLE.get(found.grade) if found.may_help else None
    return said(
        Message.of(
            (ways or _SENTENCES[found.grade])[0 if going_on else 1],
            drug=drug,
            amount=amount,
            what=_what(found.line),
            line=relief_words(found.line),
            chance="" if reaches is None else in_100(reaches),
            chance_not="" if reaches is None else in_100(1 - reaches),
            helps="" if found.helps is None else in_100(found.helps),
            costs=tuple(c.what for c in found.costs[:_MOST_COSTS]),
        )
    )


def offered_words(found: BenefitAnswer) -> str:
    """Where the usual line is open, how it stands with the smaller one, for clinicians; else empty."""
    line = found.offered
    if line is None or line.probability is None:
        return ""
    return said(Message.of("render.answer.offered", line=relief_words(line), chance=in_100(line.probability)))


def pill_words(found: BenefitAnswer) -> str:
    """The grade in a word or two."""
    if found.may_help and found.grade in _LITTLE:
        return said(Message.of("render.brief.pill.little"))
    return said(Message.of(_PILLS[found.grade]))


def own_words(found: BenefitAnswer, *, going_on: bool) -> str:
    """The answer in a few sentences, for the patient: no figure of the model, no dose, no advice. Where it is open the smaller line is offered."""
    words = said(Message.of(_OWN[found.grade][0 if going_on else 1], drug=found.drug), Audience.PATIENT)
    line = found.offered
    if line is None or line.probability is None or not going_on:
        return words
    half = Message.of(
        "render.patient.answer.half_likely"
        if line.probability >= found.sure
        else "render.patient.answer.half_open"
    )
    return f"{words} {said(half, Audience.PATIENT)}"


def dispute_words(reason: Reason) -> str:
    """How diary and belief contradict each other strongly; empty where they do not."""
    facts = {f.name: f.value for f in reason.facts}
    about, size = facts.get("about"), facts.get("points")
    if not isinstance(about, str) or not isinstance(size, float):
        return ""
    if reason.outcome is Outcome.MET:
        return said(Message.of("render.answer.dispute.same_answer"))
    return said(Message.of(_DISPUTES[DisputeKind(about)], points=abs(size)))


def cycle_words(found: BenefitAnswer) -> str:
    """How a monthly cycle was reckoned with; empty where it was not."""
    for reason in found.because:
        if reason.rule == "response.verdict.cycle":
            facts = {f.name: f.value for f in reason.facts}
            id_ = "render.answer.cycle.recorded" if facts["recorded"] else "render.answer.cycle.guard"
            return said(Message.of(id_, days=facts["recorded"], swing=facts["swing"]))
    return ""


def said_first(found: BenefitAnswer) -> str:
    """What is said before everything else of an answer: that the diary contradicts what was believed, strongly; else empty."""
    return next((dispute_words(r) for r in found.because if r.rule == "response.verdict.undisputed"), "")
