"""The foot of the page: what ends the treatment, which checks are due, what was agreed."""

from __future__ import annotations

from lenitive.render.brief.room import Shortener
from lenitive.render.brief.value import BriefLine
from lenitive.render.catalogue import said
from lenitive.render.sections.agreed import agreed_line, stop_rule_line
from lenitive.render.sections.monitoring import what_words
from lenitive.render.words import short_date
from lenitive.review import Absent, Review
from lenitive.safety import Due
from lenitive.terms import Message

__all__ = ["checks_of", "goal_of", "stops_of"]

_ORDER = (Due.OVERDUE, Due.DUE, Due.UPCOMING)
_WHEN = {
    Due.OVERDUE: "render.brief.overdue",
    Due.DUE: "render.brief.due",
    Due.UPCOMING: "render.brief.upcoming",
}


def _whole(written: str, state: str, short: Shortener) -> str:
    """What was written, shortened where it must be, and what has come of it, never cut."""
    return f"{short.text(written, short.room.goal)} {state}"


def stops_of(review: Review, short: Shortener) -> tuple[BriefLine, ...]:
    """The stop rule that was agreed, and the signs that are seen on the same day."""
    agreed = review.agreed
    stop = None if isinstance(agreed, Absent) else stop_rule_line(agreed)
    if stop is None:
        lines = [BriefLine(what=said(Message.of("render.brief.no_stop_rule")))]
    else:
        lines = [BriefLine(what=_whole(*stop, short))]
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
    """What was agreed and its answer, with how much of it is whose."""
    agreed = review.agreed
    if isinstance(agreed, Absent) or not (agreed.outcome or agreed.success or agreed.review_date):
        return (said(Message.of("render.brief.no_goal")),)
    shares = [said(m) for m in agreed.goals[0].shares] if agreed.goals else []
    return (_whole(*agreed_line(agreed), short), *(short.text(line, short.room.goal) for line in shares))
