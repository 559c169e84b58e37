"""How much of what is known of an effect comes from the diary, and what the rest is: the drug's own trials, or a wide belief."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.response import Verdict
from lenitive.terms import EffectBelief, Message, Score

__all__ = ["share_messages", "tried"]


def tried(beliefs: Sequence[EffectBelief], name: str) -> frozenset[Score]:
    """The scores on which trials of a drug have figures."""
    return frozenset(b.outcome for b in beliefs if b.drug == name and b.own_trials)


def share_messages(verdict: Verdict, beliefs: Sequence[EffectBelief]) -> tuple[Message, ...]:
    """What the verdict rests on, score by score; nothing where it rests on nothing."""
    if verdict.share_from_diary is None:
        return ()
    own = tried(beliefs, verdict.drug)
    believed = {b.outcome for b in beliefs if b.drug == verdict.drug}
    weighed = [o for o, weight in verdict.weights.items() if weight > 0]
    rests = (
        ("review.share.own", [o for o in weighed if o in own]),
        ("review.share.others", [o for o in weighed if o in believed - own]),
        ("review.share.belief", [o for o in weighed if o not in believed]),
    )
    return (
        Message.of("review.share.diary", share=verdict.share_from_diary),
        *(Message.of(id_, outcomes=tuple(o.value for o in on)) for id_, on in rests if on),
    )
