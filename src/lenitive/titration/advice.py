"""What goes with a plan: what to look out for, and what to do if it goes badly."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge import Knowledge
from lenitive.titration.dose_plan import PlanKind, Stage, Watch

__all__ = ["going_badly", "watch_for"]

_CLOSE_DAYS = 14


def _is(knowledge: Knowledge, drug: str, of_class: str) -> bool:
    return not of_class or of_class in knowledge.drugs[drug].classes


def watch_for(knowledge: Knowledge, stages: Sequence[Stage], stops: Sequence[str]) -> tuple[Watch, ...]:
    """The rows of the planning file that apply to these stages."""
    begun = [d for d in dict.fromkeys(s.drug for s in stages) if d not in stops]
    stages_of = {d: [s for s in stages if s.drug == d] for d in (*begun, *stops)}

    def close(a: str, b: str) -> bool:
        """Whether two drugs overlap, or follow each other within two weeks."""
        ends = [s.last for s in stages_of[a] if s.last is not None]
        starts = [s.first for s in stages_of[b]]
        return bool(ends and starts) and (min(starts) - max(ends)).days <= _CLOSE_DAYS

    found = []
    for row in knowledge.planning.watch.values():
        match row.applies:
            case "stopping":
                applies = any(_is(knowledge, d, row.of_class) for d in stops)
            case "starting":
                applies = any(_is(knowledge, d, row.of_class) for d in begun)
            case "crossing":
                applies = any(
                    close(a, b)
                    for a in stops
                    for b in begun
                    if _is(knowledge, a, row.of_class) and _is(knowledge, b, row.of_class)
                )
        if applies:
            found.append(Watch(what=row.says, when=row.when, do=row.do, sources=row.sources))
    return tuple(found)


def going_badly(kind: PlanKind) -> tuple[str, ...]:
    """What to do if it goes badly, by kind of plan. Ours: sources agree on slowing down, none gives a rule."""
    always = "At any red flag (thoughts of suicide, fever with sore throat, confusion with shaking, fainting): get help at once, whatever the plan says."
    match kind:
        case PlanKind.TAPER:
            return (
                "Stay on the present step until it has been calm for a week; then go on.",
                "If it is not bearable, go back to the dose before and plan smaller steps.",
                always,
            )
        case PlanKind.SWITCH:
            return (
                "Do not take both at more than the plan says; if the new one is not borne, stop it and stay on the present dose of the old one until you have spoken.",
                "If the old one is missed, hold its step; do not raise the new one faster.",
                always,
            )
        case _:
            return ("Stay on the present dose, or go back to the one before, until you have spoken.", always)
