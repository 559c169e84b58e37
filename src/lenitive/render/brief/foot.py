"""The foot of the page: what ends the treatment, which checks are due, what was agreed."""

from __future__ import annotations

from lenitive.render.brief.room import Shortener
from lenitive.render.brief.value import BriefLine
from lenitive.render.catalogue import said
from lenitive.render.direction import isolated
from lenitive.render.sections.monitoring import what_words
from lenitive.render.words import short_date
from lenitive.review import Review
from lenitive.safety import Due
from lenitive.terms import Message

__all__ = ["checks_of", "goal_of", "stops_of"]

_ORDER = (Due.OVERDUE, Due.DUE, Due.UPCOMING)
_WHEN = {
    Due.OVERDUE: "render.brief.overdue",
    Due.DUE: "render.brief.due",
    Due.UPCOMING: "render.brief.upcoming",
}


def stops_of(review: Review, short: Shortener) -> tuple[BriefLine, ...]:
    """The stop rule that was agreed, and the signs that are seen on the same day."""
    plan = review.record.patient.plan
    agreed = (
        Message.of("render.brief.stop_agreed", rule=isolated(short.text(plan.stop_rule, short.room.goal)))
        if plan is not None and plan.stop_rule
        else Message.of("render.brief.no_stop_rule")
    )
    lines = [BriefLine(what=said(agreed))]
    if review.regimen:
        lines.append(BriefLine(what=said(Message.of("render.brief.same_day"))))
    return tuple(lines)


def checks_of(review: Review, short: Shortener) -> tuple[BriefLine, ...]:
    """The checks, overdue ones first."""
    items = sorted(review.monitoring, key=lambda m: (_ORDER.index(m.state), m.due))
    if not items:
        return (BriefLine(what=said(Message.of("render.brief.no_checks"))),)
    shown, left = short.most(items, short.room.checks)
    lines = [
        BriefLine(
            what=short.text(what_words(m)[:1].upper() + what_words(m)[1:], short.room.line),
            when=said(Message.of(_WHEN[m.state], day=short_date(m.due, review.at))),
            loud=m.state is Due.OVERDUE,
        )
        for m in shown
    ]
    if left:
        lines.append(BriefLine(what=short.more(left)))
    return tuple(lines)


def goal_of(review: Review, short: Shortener) -> tuple[str, ...]:
    """What was agreed, in the record's own words."""
    plan = review.record.patient.plan
    if plan is None or not (plan.outcome or plan.success or plan.review_date):
        return (said(Message.of("render.brief.no_goal")),)
    words = ": ".join(filter(None, (plan.outcome, plan.success)))
    lines = [isolated(short.text(words, short.room.goal))] if words else []
    if plan.review_date is not None:
        lines.append(said(Message.of("render.brief.goal_review", day=plan.review_date)))
    return tuple(lines)
