"""What differs: between the inputs of a decision and those of today, and between an option as it was shown and as it is."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.review.decision import Inputs, Shown, plan_moves
from lenitive.terms import Message

__all__ = ["changes", "counterpart", "differences"]

_CHANGES = {
    ("record", "added"): "review.replay.record_added",
    ("record", "changed"): "review.replay.record_changed",
    ("record", "removed"): "review.replay.record_removed",
    ("knowledge", "added"): "review.replay.knowledge_added",
    ("knowledge", "changed"): "review.replay.knowledge_changed",
    ("knowledge", "removed"): "review.replay.knowledge_removed",
}


def changes(then: Inputs, now: Inputs) -> tuple[Message, ...]:
    """What differs between the inputs of a decision and those of today, each named."""
    found = []
    if then.program != now.program:
        found.append(Message.of("review.replay.program", before=then.program, after=now.program))
    for what, before, after in (
        ("record", then.record_files, now.record_files),
        ("knowledge", then.knowledge_files, now.knowledge_files),
    ):
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                how = "added" if name not in before else "removed" if name not in after else "changed"
                found.append(Message.of(_CHANGES[what, how], file=name))
    found += _asked_otherwise(then, now)
    if then.problems != now.problems:
        found.append(Message.of("review.replay.problems"))
    found += [Message.of("review.replay.plan", moved=line) for line in plan_moves(then.plan, now.plan)]
    return tuple(found)


_ASKED = ("at", "seed", "outcomes", "market", "about", "with_nights", "horizon_weeks", "settings")


def _asked_otherwise(then: Inputs, now: Inputs) -> list[Message]:
    """What else differs where both say what was asked: the question itself, the code, the libraries, the processor."""
    if then.asked is None or now.asked is None:
        return []
    found = [
        Message.of(
            "review.replay.asked", what=key, before=_told(then.asked[key]), after=_told(now.asked[key])
        )
        for key in _ASKED
        if then.asked[key] != now.asked[key]
    ]
    before, after = then.asked["code"], now.asked["code"]
    if before != after:
        found.append(Message.of("review.replay.code", before=before, after=after))
    for name in sorted({*then.libraries, *now.libraries}):
        old, new = then.libraries.get(name, "none"), now.libraries.get(name, "none")
        if old != new:
            found.append(Message.of("review.replay.library", name=name, before=old, after=new))
    if then.processor != now.processor:
        found.append(Message.of("review.replay.processor", before=then.processor, after=now.processor))
    return found


def _told(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def counterpart(then: Shown, now: Sequence[Shown]) -> Shown | None:
    """The option of today that answers to one that was shown: the same action on the same drug, at the same dose if there is one."""
    same = [o for o in now if (o.action, o.drug) == (then.action, then.drug)]
    return next((o for o in same if o.dose_mg == then.dose_mg), same[0] if same else None)


def differences(then: Shown, now: Shown | None) -> tuple[Message, ...]:
    """In what an option differs from what was shown; empty where it is the same one."""
    if now is None:
        return (Message.of("review.option_now.gone"),)
    if then.id == now.id:
        return ()
    found = []
    if then.dose_mg != now.dose_mg:
        found.append(Message.of("review.option_now.dose", before=then.dose_mg, after=now.dose_mg))
    for message, more, less in (
        ("review.option_now.withheld", now.withheld_by, then.withheld_by),
        ("review.option_now.not_withheld", then.withheld_by, now.withheld_by),
        ("review.option_now.finding", now.findings, then.findings),
        ("review.option_now.no_finding", then.findings, now.findings),
    ):
        if rules := tuple(sorted({*more} - {*less})):
            found.append(Message.of(message, rules=rules))
    if now.no_plan and not then.no_plan:
        found.append(Message.of("review.option_now.no_plan", rule=now.no_plan))
    elif then.plan and now.plan != then.plan:
        found.append(Message.of("review.option_now.plan"))
    # First doses and the protocol's rules are in the id alone.
    return tuple(found) or (Message.of("review.option_now.rules"),)
