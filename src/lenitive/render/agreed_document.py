"""What was agreed, questionnaires, medicines taken as needed and the patient's line, as data of the review document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lenitive.render.catalogue import said, sentences
from lenitive.review import Absent, AgreedPlan, GoalAnswer, Review, StopAnswer

__all__ = ["agreed_document"]

_Plain = Callable[[object], Any]


def _answer(one: GoalAnswer | StopAnswer, plain: _Plain) -> dict[str, Any]:
    says = (*one.says, *one.shares) if isinstance(one, GoalAnswer) else one.says
    return {**plain(one), "words": f"{said(says[0])}. {sentences(says[1:])}", "messages": plain(says)}


def _agreed(agreed: AgreedPlan, plain: _Plain) -> dict[str, Any]:
    return {
        **plain(agreed),
        "reached": plain(agreed.reached),
        "stop_holds": plain(agreed.stop_holds),
        "not_understood": list(agreed.not_understood),
        "review": said(agreed.review_says),
        "goals": [_answer(g, plain) for g in agreed.goals],
        "stops": [_answer(s, plain) for s in agreed.stops],
    }


def agreed_document(review: Review, plain: _Plain) -> dict[str, Any]:
    """The keys ``person``, ``agreed``, ``questionnaires`` and ``as_needed``.

    Args:
        review: The review.
        plain: How a value becomes JSON data.
    """
    agreed = review.agreed
    return {
        "person": {
            **plain(review.person),
            "adherence": [{**plain(a), "unanswered": a.unanswered} for a in review.person.adherence],
        },
        "agreed": None if isinstance(agreed, Absent) else _agreed(agreed, plain),
        "questionnaires": [
            {**plain(s), "words": sentences(s.says), "messages": plain(s.says)} for s in review.scores
        ],
        "as_needed": [
            {**plain(a), "words": sentences(a.says), "messages": plain(a.says)} for a in review.as_needed
        ],
    }
