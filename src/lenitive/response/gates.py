"""Long enough at its dose: what a drug must have had before its benefit is judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.filters import daily_mg
from lenitive.response.result import Input
from lenitive.terms import Fact, Outcome, Reason, Source

__all__ = ["Gate", "gated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """No answer on benefit before this much treatment.

    Attributes:
        drug: The drug's id.
        weeks: Weeks since the first day at the dose.
        weeks_taken: Weeks really spent at the dose within them.
        at_least_mg: The dose, mg/day. Where the answer is about a lower one (the dose that is tolerated), that one counts; None where no
            source names a dose: the one that is judged.
        stated: What it rests on.
        sources: Where that stands.
    """

    drug: str
    weeks: float
    weeks_taken: float
    at_least_mg: float | None
    stated: str
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if not (0 <= self.weeks_taken <= self.weeks and (self.at_least_mg is None or self.at_least_mg >= 0)):
            raise ValueError("a gate has a dose and weeks from zero up, of which some are spent at the dose")


def gated(record: Record, item: Input, at: date, gates: Sequence[Gate]) -> list[Reason]:
    """Whether a drug was taken long enough at its dose by a day, one reason for each gate that is about it."""
    found = []
    for gate in gates:
        if gate.drug != item.name:
            continue
        last = item.last_day or at
        span = max((min(last, at) - item.first_day).days + 1, 0)
        least = item.current if gate.at_least_mg is None else min(gate.at_least_mg, item.current)
        enough = daily_mg(record, item.name, item.first_day, span) >= least - 1e-9
        weeks = (span - int(enough.argmax())) / 7 if enough.any() else 0.0
        taken = int(enough.sum()) / 7
        found.append(
            Reason(
                rule="response.verdict.weeks_at_dose",
                outcome=Outcome.MET if weeks >= gate.weeks and taken >= gate.weeks_taken else Outcome.NOT_MET,
                facts=(
                    Fact(name="weeks_since_dose_reached", value=round(weeks, 2), unit="wk"),
                    Fact(name="weeks_taken", value=round(taken, 2), unit="wk"),
                    Fact(name="needed", value=gate.weeks, unit="wk"),
                    Fact(name="needed_taken", value=gate.weeks_taken, unit="wk"),
                    Fact(name="dose", value=least, unit="mg"),
                ),
                sources=gate.sources,
            )
        )
    return found
