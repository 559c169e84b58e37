"""The answer of a visit: one sentence and its figures; what a critical finding demands in its place stands in `critical`."""

from __future__ import annotations

from collections.abc import Iterator

from lenitive.render.answer_words import (
    answer_sentence,
    offered_words,
    pill_words,
    relief_of,
    said_first,
)
from lenitive.render.brief.critical import critical_answer, critical_findings
from lenitive.render.brief.value import AnswerKind, BriefAnswer, BriefFact
from lenitive.render.catalogue import said
from lenitive.render.sections.settling import step_words
from lenitive.render.sections.verdict import reason_words
from lenitive.render.words import (
    benefit_range,
    benefit_words,
    effect_words,
    in_100,
    points,
)
from lenitive.response import (
    BenefitAnswer,
    BenefitGrade,
    Verdict,
    WeightTrajectory,
    verdict_of,
)
from lenitive.review import Absent, BeforeAfter, Review, before_after, with_and_without
from lenitive.terms import Message

__all__ = ["answer_of", "answer_shown", "before_after_fact", "verdict_shown"]

_KINDS: dict[BenefitGrade, AnswerKind] = {
    BenefitGrade.WORKS: "works",
    BenefitGrade.WORKS_AT_A_COST: "costs",
    BenefitGrade.PROBABLY_WORKS: "works",
    BenefitGrade.HELPS_SIZE_OPEN: "works",
    BenefitGrade.HELPS_A_LITTLE: "costs",
    BenefitGrade.OPEN: "open",
    BenefitGrade.PROBABLY_DOES_NOT_WORK: "not",
    BenefitGrade.DOES_NOT_WORK: "not",
    BenefitGrade.NOTHING_TO_EASE: "open",
    BenefitGrade.CANNOT_TELL: "open",
}
_SAYS_HELPS = (BenefitGrade.HELPS_SIZE_OPEN, BenefitGrade.HELPS_A_LITTLE)
_UNSETTLED = (BenefitGrade.CANNOT_TELL, BenefitGrade.OPEN)
_MOST_COSTS = 2
_DISPUTED = "response.verdict.undisputed"


def verdict_shown(review: Review) -> Verdict | None:
    """The verdict that the page is about: on the first drug in question, else on the first thing that was asked about."""
    found = answer_shown(review)
    return None if found is None else verdict_of(found)


def answer_shown(review: Review) -> BenefitAnswer | None:
    """The answer that the page is about, the same."""
    by = {a.drug: a for a in review.answers}
    return next((by[name] for name in review.question.judged if name in by), None)


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


def _chances(found: BenefitAnswer) -> Iterator[BriefFact]:
    """The chances that the sentence does not say: that it helps at all, and that pain alone reaches its line."""
    if found.helps is None or found.line.probability is None:
        return
    if found.grade not in _SAYS_HELPS:
        yield BriefFact(label=said(Message.of("render.brief.label.helps")), figure=in_100(found.helps))
    pain = found.pain_line
    if found.more_on_pain and pain is not None and pain.probability is not None:
        label = said(Message.of("render.brief.label.chance", line=relief_of(pain)))
        yield BriefFact(label=label, figure=in_100(pain.probability))


def _on_and_off(review: Review, found: BenefitAnswer) -> tuple[BriefFact, ...]:
    """Where no benefit can be told, what the days with and without it say by themselves."""
    compared = None if isinstance(review.fit, Absent) else with_and_without(review.fit, found)
    if compared is None:
        return ()
    label = said(Message.of("render.brief.label.on_and_off"))
    return (BriefFact(label=label, figure=benefit_words(compared)),)


def _facts(review: Review, found: BenefitAnswer) -> tuple[BriefFact, ...]:
    """The figures; none of a benefit that the fit could not tell."""
    v = verdict_of(found)
    if found.size is None or not found.sound:
        return _on_and_off(review, found)
    compared = None if isinstance(review.fit, Absent) else before_after(review.fit, v)
    low, high = found.size.quantiles["0.025"], found.size.quantiles["0.975"]
    due = BriefFact(
        label=said(Message.of("render.brief.label.due")),
        figure=benefit_words(found.size.mean),
        more=said(Message.of("render.brief.range", range=benefit_range(found.size.mean, low, high))),
    )
    facts = (
        due,
        *_chances(found),
        None if compared is None else before_after_fact(compared),
        _cost(review, v),
        _known_from(review, v),
    )
    return tuple(f for f in facts if f is not None)


def _notes(review: Review, found: BenefitAnswer) -> tuple[str, ...]:
    """Why there is no grade, what was left out, and what would settle it."""
    first = said_first(found)
    notes = [first] if first else []
    notes += [reason_words(r) for r in found.unmet if r.rule != _DISPUTED][:1]
    if offered := offered_words(found):
        notes.append(offered)
    if found.never_entered:
        outcomes = tuple(o.value for o in found.never_entered)
        notes.append(said(Message.of("render.answer.enter", outcomes=outcomes)))
    if found.at_floor:
        notes.append(said(Message.of("render.answer.floor", outcomes=tuple(o.value for o in found.at_floor))))
    if found.grade not in _UNSETTLED:
        return tuple(notes)
    if review.needed and found.size is None:
        outcomes = tuple(o.value for o in review.needed)
        notes.append(said(Message.of("render.brief.needs_entries", outcomes=outcomes)))
    elif steps := review.settling.get(found.drug, ()):
        best = steps[0]
        step = step_words(verdict_of(found), best)
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
    shown = answer_shown(review)
    if shown is None:
        return _without_verdict(review)
    return BriefAnswer(
        kind=_KINDS[shown.grade],
        pill=pill_words(shown),
        sentence=answer_sentence(shown, going_on=shown.drug in {r.drug for r in review.regimen}),
        facts=_facts(review, shown),
        notes=_notes(review, shown),
    )
