"""The answer of a visit: one sentence and its figures; what a critical finding demands in its place stands in `critical`."""

from __future__ import annotations

from lenitive.render.brief.critical import critical_answer, critical_findings
from lenitive.render.brief.value import AnswerKind, BriefAnswer, BriefFact
from lenitive.render.catalogue import said
from lenitive.render.sections.settling import step_words
from lenitive.render.sections.verdict import amount_words, reason_words
from lenitive.render.words import (
    benefit_range,
    benefit_words,
    effect_words,
    in_100,
    points,
)
from lenitive.response import Verdict, VerdictKind, WeightTrajectory
from lenitive.review import Absent, BeforeAfter, Review, before_after
from lenitive.terms import Message, Outcome

__all__ = ["answer_of", "before_after_fact", "verdict_shown"]

_KINDS: dict[VerdictKind, AnswerKind] = {
    VerdictKind.WORKS: "works",
    VerdictKind.WORKS_AT_A_COST: "costs",
    VerdictKind.DOES_NOT_WORK: "not",
    VerdictKind.CANNOT_TELL: "open",
}
_PILLS = {
    VerdictKind.WORKS: "render.brief.pill.works",
    VerdictKind.WORKS_AT_A_COST: "render.brief.pill.costs",
    VerdictKind.DOES_NOT_WORK: "render.brief.pill.not",
    VerdictKind.CANNOT_TELL: "render.brief.pill.open",
}
_MOST_COSTS = 2


def verdict_shown(review: Review) -> Verdict | None:
    """The verdict that the page is about: on the first drug in question, else on the first thing that was asked about."""
    by = {v.drug: v for v in review.verdicts}
    return next((by[name] for name in review.question.judged if name in by), None)


def _sentence(review: Review, v: Verdict) -> str:
    drug, amount = v.drug, amount_words(v)
    going_on = v.drug in {r.drug for r in review.regimen}
    match v.verdict, going_on:
        case VerdictKind.WORKS, True:
            return said(Message.of("render.brief.works", drug=drug, amount=amount, size=v.benefit_mean))
        case VerdictKind.WORKS, False:
            return said(Message.of("render.brief.worked", drug=drug, amount=amount, size=v.benefit_mean))
        case VerdictKind.WORKS_AT_A_COST, _:
            costs = tuple(c.what for c in v.costs[:_MOST_COSTS])
            return said(Message.of("render.brief.costs", drug=drug, amount=amount, costs=costs))
        case VerdictKind.DOES_NOT_WORK, True:
            return said(Message.of("render.brief.does_not", drug=drug, amount=amount))
        case VerdictKind.DOES_NOT_WORK, False:
            return said(Message.of("render.brief.did_not", drug=drug, amount=amount))
    return said(Message.of("render.brief.open", drug=drug, amount=amount))


def before_after_fact(found: BeforeAfter) -> BriefFact:
    """The naive figure, and how much of it is not the drug, or what other causes did beside it."""
    plain, other = round(found.plain, 1), round(found.other, 1)
    if not other:
        more = said(Message.of("render.brief.all_of_it"))
    elif plain * other > 0 and abs(other) <= abs(plain):
        more = said(Message.of("render.brief.not_the_drug", size=abs(found.other)))
    else:
        more = said(Message.of("render.brief.other_causes", change=benefit_words(found.other)))
    label = said(Message.of("render.brief.label.before_after"))
    return BriefFact(label=label, figure=benefit_words(found.plain), more=more)


def _cost(review: Review, v: Verdict) -> BriefFact | None:
    if v.drug not in {r.drug for r in review.regimen}:
        return None
    label = said(Message.of("render.brief.label.costs"))
    figures = []
    for cost in v.costs[:_MOST_COSTS]:
        gained = cost.what == "weight" and isinstance(review.weight, WeightTrajectory)
        what = f"{points(review.weight.change_kg)} kg" if gained else effect_words(cost.what)  # type: ignore[union-attr]
        figures.append(said(Message.of("render.brief.cost", what=what, points=cost.points)))
    if not figures:
        return BriefFact(label=label, figure="", more=said(Message.of("render.brief.no_lasting_cost")))
    return BriefFact(label=label, figure=figures[0], more="; ".join(figures[1:]))


def _known_from(review: Review, v: Verdict) -> BriefFact | None:
    share = v.share_from_diary
    if share is None:
        return None
    trials = any(e.drug == v.drug and e.lines for e in review.evidence)
    words = (
        Message.of("render.brief.known_from.trials", diary=share)
        if trials
        else Message.of("render.brief.known_from.assumed", diary=share)
    )
    return BriefFact(label=said(Message.of("render.brief.label.known_from")), figure="", more=said(words))


def _facts(review: Review, v: Verdict) -> tuple[BriefFact, ...]:
    if v.benefit_mean is None or v.probability is None:
        return ()
    found = None if isinstance(review.fit, Absent) else before_after(review.fit, v)
    low, high = v.benefit_quantiles["0.025"], v.benefit_quantiles["0.975"]
    facts = (
        BriefFact(
            label=said(Message.of("render.brief.label.due")),
            figure=benefit_words(v.benefit_mean),
            more=said(Message.of("render.brief.range", range=benefit_range(v.benefit_mean, low, high))),
        ),
        BriefFact(label=said(Message.of("render.brief.label.chance")), figure=in_100(v.probability)),
        None if found is None else before_after_fact(found),
        _cost(review, v),
        _known_from(review, v),
    )
    return tuple(f for f in facts if f is not None)


def _open_notes(review: Review, v: Verdict) -> tuple[str, ...]:
    """Why it cannot be told, and what would settle it."""
    unmet = [
        r for r in v.because if r.outcome is not Outcome.MET and r.rule != "response.verdict.worth_its_cost"
    ]
    notes = [reason_words(r) for r in unmet[:1]]
    if review.needed and v.probability is None:
        notes.append(
            said(Message.of("render.brief.needs_entries", outcomes=tuple(o.value for o in review.needed)))
        )
    elif steps := review.settling.get(v.drug, ()):
        best = steps[0]
        step = step_words(v, best)
        notes.append(said(Message.of("render.brief.settles", step=step, chance=best.settles)))
    return tuple(notes)


def _without_verdict(review: Review) -> BriefAnswer:
    """No medicine, or one that no verdict is given on."""
    notes: tuple[str, ...] = ()
    nothing = review.question.nothing
    if nothing is not None:
        return BriefAnswer(
            kind="none", pill=said(Message.of("render.brief.pill.none")), sentence=said(nothing)
        )
    if isinstance(review.fit, Absent) and review.record.drugs:
        sentence, notes = Message.of("render.brief.not_made"), (said(review.fit.reason),)
    elif review.record.drugs:
        sentence = Message.of("render.brief.no_verdict")
    else:
        sentence = Message.of("render.brief.no_medicine")
    if review.data_quality.first is None:
        notes = (said(Message.of("render.brief.no_diary")), *notes)
    return BriefAnswer(
        kind="none", pill=said(Message.of("render.brief.pill.none")), sentence=said(sentence), notes=notes
    )


def answer_of(review: Review) -> BriefAnswer:
    """The answer; under a critical finding what has to be done today, and nothing else."""
    found = critical_findings(review)
    if found:
        return critical_answer(found)
    v = verdict_shown(review)
    if v is None:
        return _without_verdict(review)
    kind = _KINDS[v.verdict]
    notes = _open_notes(review, v) if v.verdict is VerdictKind.CANNOT_TELL else ()
    return BriefAnswer(
        kind=kind,
        pill=said(Message.of(_PILLS[v.verdict])),
        sentence=_sentence(review, v),
        facts=_facts(review, v),
        notes=notes,
    )
