"""What was agreed beforehand, answered in words."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Paragraph, Section, Tone
from lenitive.render.catalogue import said, sentences
from lenitive.render.direction import isolated
from lenitive.review import Absent, AgreedPlan, GoalAnswer, Review, Standpoint, StopAnswer

__all__ = ["agreed_line", "agreed_section", "stop_rule_line"]

_LONGEST = 300
_TITLES = {
    Standpoint.MET: "What was agreed is reached",
    Standpoint.NOT_MET: "What was agreed is not reached",
    Standpoint.NOT_YET: "What was agreed is not reached so far",
    Standpoint.UNKNOWN: "Whether what was agreed is reached cannot be told",
}
_TONES: dict[Standpoint, Tone] = {
    Standpoint.MET: "good",
    Standpoint.NOT_MET: "bad",
    Standpoint.NOT_YET: "unsure",
    Standpoint.UNKNOWN: "unsure",
}
_TO_JUDGE = "To be judged by you:"


def _written(text: str) -> str:
    """Words of the plan, on one line and not too long."""
    plain = " ".join(text.split())
    return isolated(plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]} …")


def _answer(one: GoalAnswer | StopAnswer) -> Paragraph:
    first, *rest = one.says
    return Paragraph(lead=f"{said(first)}:", text=sentences(rest))


def _goals(agreed: AgreedPlan) -> tuple[Paragraph, ...]:
    """A paragraph for each goal; whose the change is, once for each score."""
    found: list[Paragraph] = []
    told: set[str] = set()
    for one in agreed.goals:
        subject = one.stands.goal.subject
        words = _answer(one)
        shares = () if subject in told else one.shares
        text = " ".join(filter(None, (words.text, sentences(shares))))
        found.append(Paragraph(lead=words.lead, text=text))
        told.add(subject)
    return tuple(found)


def agreed_line(agreed: AgreedPlan) -> tuple[str, str]:
    """What was agreed, which may be shortened, and what is kept whole: that it is to be judged, and whether its day has come."""
    if "success" in agreed.not_understood:
        written = _written(agreed.success or agreed.outcome)
        return f"Agreed: {written}.", f"{_TO_JUDGE[:-1]}. {said(agreed.review_says)}"
    named = " or " if agreed.any_goal else " and "
    goals = named.join(said(g.says[0]) for g in agreed.goals)
    return f"{_TITLES[agreed.reached]}{f' ({goals})' if goals else ''}.", said(agreed.review_says)


def stop_rule_line(agreed: AgreedPlan) -> tuple[str, str] | None:
    """The rule for stopping as it was written, which may be shortened, and whether it is met, which is kept whole; None without one."""
    if not agreed.stop_rule:
        return None
    written = f"{_written(agreed.stop_rule)}."
    if not agreed.stops:
        return written, f"{_TO_JUDGE[:-1]}."
    states = {
        Standpoint.MET: "It is met.",
        Standpoint.NOT_MET: "It is not met.",
        Standpoint.NOT_YET: "Its time has not come.",
        Standpoint.UNKNOWN: "Whether it is met cannot be told.",
    }
    return written, states[agreed.stop_holds]


def agreed_section(review: Review) -> Section | None:
    """The goal and how much of the change is the medicine's, the day of review, the rule for stopping; None without a plan."""
    agreed = review.agreed
    if isinstance(agreed, Absent):
        return None
    blocks: list[Block] = []
    written = [
        f"{k}: {_written(v)}" for k, v in (("outcome", agreed.outcome), ("success", agreed.success)) if v
    ]
    if agreed.goals:
        blocks.append(
            Callout(
                title=_TITLES[agreed.reached],
                tone=_TONES[agreed.reached],
                items=_goals(agreed),
            )
        )
    if written:
        open_ = "success" in agreed.not_understood
        lead = _TO_JUDGE if open_ else "As agreed:"
        blocks.append(Paragraph(lead=lead, text=f"{'; '.join(written)}."))
    blocks.append(Paragraph(text=said(agreed.review_says)))
    stop = stop_rule_line(agreed)
    if stop is not None:
        blocks.append(Paragraph(lead="Rule for stopping, as agreed:", text=" ".join(stop)))
    if agreed.stops:
        blocks.append(Bullets(items=tuple(map(_answer, agreed.stops))))
    return Section(id="agreed", title="What was agreed", blocks=tuple(blocks))
