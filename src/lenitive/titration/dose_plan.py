"""A plan that a patient can follow tonight: day by day, in products that exist, with what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.record import IntakeTime, MedicinePeriod, Plan
from lenitive.terms import Grade, Message, Source, digest
from lenitive.titration.day_dose import DayDose
from lenitive.titration.falls import Falls
from lenitive.titration.liquids import Liquid, Syringe
from lenitive.titration.loads import LoadOverTime
from lenitive.titration.pieces import Piece

__all__ = [
    "Basis",
    "Contact",
    "DosePlan",
    "LiquidSupply",
    "PlanKind",
    "PlanStage",
    "Refusal",
    "StopPoint",
    "Watch",
]


class PlanKind(StrEnum):
    """What a plan does."""

    START = "start"
    STEP = "step"
    TAPER = "taper"
    SWITCH = "switch"
    ADD = "add"


class Basis(StrEnum):
    """Where the doses come from."""

    PUBLISHED = "published"
    """A source gives the doses and days."""
    CONSTRUCTED = "constructed"
    """A source gives the limits or the time; the doses between are ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStage:
    """One drug at one dose between two days, both included; without a last day it goes on."""

    dose: DayDose
    first: date
    last: date | None

    @property
    def drug(self) -> str:
        """The drug."""
        return self.dose.drug

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def periods(self) -> Iterator[MedicinePeriod]:
        """As the record writes it: one row for each amount."""
        by_mg: dict[float, list[str]] = {}
        for intake in self.dose.intakes:
            by_mg.setdefault(round(intake.handful.mg, 6), []).append(intake.time)
        for mg, times in by_mg.items():
            yield MedicinePeriod(
                drug=self.drug,
                dose_mg=mg,
                start=self.first,
                end=self.last,
                times=tuple(IntakeTime(t) for t in times),
                form=self.dose.intakes[0].handful.form,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A day on which the clinic and the patient speak."""

    day: date
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Something to look out for.

    Attributes:
        what: What it is, for clinicians.
        when: When it is to be expected.
        do: What to do.
        patient: What the patient is told of all three; it changes no dose.
        sources: Where it stands.
    """

    what: Message
    when: Message
    do: Message
    patient: Message
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPoint:
    """The last day before a change: whether the plan may wait or end there.

    Attributes:
        day: The last day before the change.
        taken: What is taken on it: drug and mg a day.
        may_hold: Whether one may stay on these doses for longer and then go on.
        may_end: Whether the plan may be left there, with these doses going on.
        why: The reason.
    """

    day: date
    taken: tuple[tuple[str, float], ...]
    may_hold: bool
    may_end: bool
    why: Message

    def __post_init__(self) -> None:
        if self.may_end and not self.may_hold:
            raise ValueError("where a plan may end it may wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiquidSupply:
    """How much of a liquid is handed out.

    Attributes:
        taken_ml: What the plan takes.
        ml: What is handed out: whole bottles where it is known what one holds, else the next whole millilitre.
        bottles: How many; None where no source says what one holds.
        syringes: What it is measured with.
    """

    taken_ml: float
    ml: float
    bottles: int | None
    syringes: tuple[Syringe, ...]

    @classmethod
    def of(cls, liquid: Liquid, taken_ml: float, syringes: tuple[Syringe, ...]) -> LiquidSupply:
        """The least supply that is enough."""
        unit = liquid.pack_ml or 1.0
        units = math.ceil(taken_ml / unit - 1e-9)
        return cls(
            taken_ml=taken_ml, ml=units * unit, bottles=units if liquid.pack_ml else None, syringes=syringes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePlan:
    """An executable plan.

    Attributes:
        kind: What it does.
        title: In one line; patients have words of their own for it.
        market: Where its products are sold.
        start: Its first day.
        stages: What is taken, in order of day.
        stops: Drugs that end within the plan.
        free: Days on which nothing of the drugs concerned may be taken (a washout), first and last.
        basis: Where the doses come from.
        grade: The weakest grade of what it rests on.
        rests_on: One message a point; what comes from a row of the knowledge carries the row's words.
        sources: Where those stand.
        contacts: When to speak.
        watch: What to look out for.
        going_badly: What to do if it goes badly.
        load: How many sedating and serotonergic drugs are taken, day by day.
        stop_points: Where it may wait or end, one for each change after the first.
        falls: Of a plan made after withdrawal, how its falls compare with the one that brought it; else None.
        measuring: What the patient is told about measuring, where something is liquid.
        stopped_at_mg: The dose it ends at, mg a day, where a limit of this patient lies below the one asked for; else None.
    """

    kind: PlanKind
    title: Message
    market: str
    start: date
    stages: tuple[PlanStage, ...]
    stops: tuple[str, ...]
    free: tuple[date, date] | None
    basis: Basis
    grade: Grade
    rests_on: tuple[Message, ...]
    sources: tuple[Source, ...]
    contacts: tuple[Contact, ...]
    watch: tuple[Watch, ...]
    going_badly: tuple[Message, ...]
    load: LoadOverTime
    stop_points: tuple[StopPoint, ...]
    falls: Falls | None = None
    measuring: tuple[Message, ...] = ()
    stopped_at_mg: float | None = None

    @property
    def id(self) -> str:
        """The digest of its content: what a sheet prints the beginning of, and a signature names."""
        return digest(self)

    @property
    def last(self) -> date:
        """The last day on which something changes, or the last of the last limited stage."""
        ends = [s.last + timedelta(days=1) for s in self.stages if s.last is not None]
        return max([self.start, *ends, *(s.first for s in self.stages)])

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs it speaks about."""
        return tuple(dict.fromkeys([*(s.drug for s in self.stages), *self.stops]))

    def on(self, day: date) -> tuple[DayDose, ...]:
        """What is taken on a day."""
        return tuple(s.dose for s in self.stages if s.covers(day))

    def dispense(self, through: date) -> dict[tuple[str, Piece], int]:
        """Units to hand out up to a day, both included: halves are counted as the tablets they come from."""
        halves: dict[tuple[str, Piece], float] = {}
        for stage, days in self._days(through):
            for intake in stage.dose.intakes:
                for piece, n in intake.handful.pieces:
                    whole = Piece(
                        mg=piece.unit_mg, form=piece.form, unit_mg=piece.unit_mg, product=piece.product
                    )
                    key = (stage.drug, whole)
                    halves[key] = halves.get(key, 0.0) + days * n * piece.mg / piece.unit_mg
        return {key: -int(-n // 1) for key, n in sorted(halves.items(), key=lambda kv: (kv[0][0], kv[0][1]))}

    def dispense_liquid(self, through: date) -> dict[tuple[str, Liquid], LiquidSupply]:
        """Volumes to hand out up to a day, both included, with the syringes; nothing is added for what is spilt."""
        taken: dict[tuple[str, Liquid], float] = {}
        syringes: dict[tuple[str, Liquid], set[Syringe]] = {}
        for stage, days in self._days(through):
            for liquid_dose in (i.handful.liquid_dose for i in stage.dose.intakes):
                if liquid_dose is not None:
                    key = (stage.drug, liquid_dose.liquid)
                    taken[key] = taken.get(key, 0.0) + days * liquid_dose.ml
                    syringes.setdefault(key, set()).add(liquid_dose.syringe)
        return {
            key: LiquidSupply.of(key[1], round(ml, 2), tuple(sorted(syringes[key])))
            for key, ml in sorted(taken.items(), key=lambda kv: kv[0][0])
        }

    def _days(self, through: date) -> Iterator[tuple[PlanStage, int]]:
        """Each stage with how many of its days lie before or on a day."""
        for stage in self.stages:
            last = through if stage.last is None else min(stage.last, through)
            days = (last - stage.first).days + 1
            if days > 0:
                yield stage, days

    def as_plan(self) -> Plan:
        """For the safety check."""
        given = {s.drug for s in self.stages}
        return Plan(
            start=self.start,
            periods=tuple(p for s in self.stages for p in s.periods()),
            stops=tuple(d for d in self.stops if d not in given),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no plan.

    Attributes:
        kind: What was asked for.
        title: In one line.
        reason: Why there is none.
        sources: Where that stands.
        details: What rows of the knowledge say of it, in their own words.
    """

    kind: PlanKind
    title: Message
    reason: Message
    sources: tuple[Source, ...] = ()
    details: tuple[Message, ...] = ()

    @property
    def rule(self) -> str:
        """The rule that refused, ``titration.plan.name``: one may have several wordings."""
        return ".".join(self.reason.id.split(".")[:3])
