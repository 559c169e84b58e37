"""What goes with a plan: what to look out for, and what to do if it goes badly."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge import Knowledge, WatchRow
from lenitive.terms import Message
from lenitive.titration.dose_plan import PlanKind, PlanStage, Watch
from lenitive.titration.no_plan import row_message

__all__ = ["going_badly", "watch_for"]


def _is(knowledge: Knowledge, drug: str, of_class: str) -> bool:
    return not of_class or of_class in knowledge.drugs[drug].classes


def watch_for(
    knowledge: Knowledge, stages: Sequence[PlanStage], begun: Sequence[str], stops: Sequence[str]
) -> tuple[Watch, ...]:
    """The rows of the planning file that apply to these stages.

    Args:
        knowledge: Where they stand.
        stages: Of the plan.
        begun: Drugs that begin, rise, or go on.
        stops: Drugs that end; one that begins and ends within the plan is among both.
    """
    stages_of = {d: [s for s in stages if s.drug == d] for d in (*begun, *stops)}

    def close(a: str, b: str) -> bool:
        """Whether two drugs overlap, or follow each other closely."""
        ends = [s.last for s in stages_of[a] if s.last is not None]
        starts = [s.first for s in stages_of[b]]
        return (
            bool(ends and starts)
            and (min(starts) - max(ends)).days <= knowledge.planning.limit["close"].value
        )

    found = []
    for key, row in knowledge.planning.watch.items():
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
            found.append(_watch(key, row))
    return tuple(found)


def _watch(key: str, row: WatchRow) -> Watch:
    return Watch(
        what=row_message("watch", f"{key}.what", row.says),
        when=row_message("watch", f"{key}.when", row.when),
        do=row_message("watch", f"{key}.do", row.do),
        patient=row_message("watch", f"{key}.patient", row.patient),
        sources=row.sources,
    )


def going_badly(kind: PlanKind) -> tuple[Message, ...]:
    """What to do if it goes badly, by kind of plan. Ours: sources agree on slowing down, none gives a rule."""
    help_at_once = Message.of("titration.badly.red_flag")
    match kind:
        case PlanKind.TAPER:
            return (
                Message.of("titration.badly.hold_step"),
                Message.of("titration.badly.smaller_steps"),
                help_at_once,
            )
        case PlanKind.SWITCH:
            return (
                Message.of("titration.badly.stop_new"),
                Message.of("titration.badly.hold_old"),
                help_at_once,
            )
        case _:
            return (Message.of("titration.badly.stay_or_back"), help_at_once)
