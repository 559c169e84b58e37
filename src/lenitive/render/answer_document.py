"""One answer in the review document: the three parts, what they rest on, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lenitive.render.answer_words import answer_sentence
from lenitive.response import BenefitAnswer, BenefitLine, InputKind
from lenitive.review import Review, binds

__all__ = ["answer_document"]


def _line(line: BenefitLine | None, plain: Callable[[object], Any]) -> dict[str, Any] | None:
    return None if line is None else {name: plain(getattr(line, name)) for name in _OF_A_LINE}


_OF_A_LINE = ("points", "on", "stated", "probability")


def answer_document(
    review: Review,
    found: BenefitAnswer,
    plain: Callable[[object], Any],
    would_settle: Callable[[Review, str], list[dict[str, Any]]],
) -> dict[str, Any]:
    """The answer as data. Benefit is a number above zero.

    Args:
        review: The review that it is of.
        found: The answer.
        plain: Values as JSON data.
        would_settle: The steps that would settle it, by the name of what it is about.
    """
    drug = found.kind is InputKind.DRUG
    who = (
        {"drug": found.drug, "dose_mg_per_day": plain(found.dose)}
        if drug
        else {"activity": found.drug, "amount_per_day": plain(found.dose)}
    )
    enter = [{"step": "enter_scores", "entries": plain(found.never_entered)}] if found.never_entered else []
    trials = found.trials_only
    return {
        **who,
        "grade": found.grade.value,
        "sentence": answer_sentence(
            found,
            going_on=not drug or found.drug in {r.drug for r in review.regimen},
            bound=binds(review.findings),
        ),
        "helps": {"probability": plain(found.helps)},
        "size": plain(found.size),
        "line": _line(found.line, plain),
        "pain_line": _line(found.pain_line, plain),
        "offered_line": _line(found.offered, plain),
        "figures_are_sound": found.sound,
        "outcomes_used": [o.value for o, w in found.weights.items() if w > 0],
        "weights": plain(found.weights),
        "left_out": {"never_entered": plain(found.never_entered), "at_floor": plain(found.at_floor)},
        "share_from_diary": plain(found.share_from_diary),
        "trials_only": None
        if trials is None
        else {
            "helps": {"probability": plain(trials.helps)},
            "size": plain(trials.size),
            "line": {"probability": plain(trials.reaches)},
        },
        "worth": {"probability": plain(found.worth)},
        "costs": plain(found.costs),
        "because": plain(found.because),
        "would_settle": [*enter, *would_settle(review, found.drug)],
    }
