"""Everything that measured nights add to a review. They are shown beside the diary and decide nothing by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Prompt, SleepFacts, SleepLines
from lenitive.record import DeviceClass, ObjectiveNight, Record
from lenitive.sleep.compare import Change, DiaryComparison, change_between, compare
from lenitive.sleep.nights import Night
from lenitive.sleep.regularity import Regularity, regularity
from lenitive.sleep.session import Session
from lenitive.sleep.stretches import MEASURES, Stretch, days_of, line, stretches
from lenitive.sleep.weeks import WeekShare, main_definition, week_shares
from lenitive.terms import Fact, Outcome, Reason, Source

__all__ = ["CONSUMER", "Assessment", "KnownEffect", "assess", "prompts"]

CONSUMER = frozenset({DeviceClass.WEARABLE, DeviceClass.NEARABLE, DeviceClass.PHONE, DeviceClass.UNKNOWN})
"""Kinds of device whose stages are shown with a caution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEffect:
    """What studies found of a drug on one measure, beside this patient's own change.

    Attributes:
        drug: The drug.
        measure: Name of the measure.
        up: Studies that found more; with the next two, how many said what.
        down: Studies that found less.
        unchanged: Studies that found no change.
        here: This patient's nights with the drug less those without it, whatever else was taken; None where there are
            too few.
        sources: The studies.
    """

    drug: str
    measure: str
    up: int
    down: int
    unchanged: int
    here: Change | None
    sources: tuple[Source, ...]

    @property
    def conflict(self) -> bool:
        """Whether the studies do not all say the same."""
        return sum(n > 0 for n in (self.up, self.down, self.unchanged)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Measured nights of a record.

    Attributes:
        comparison: The series with most nights beside the diary, or None without a measured night.
        stretches: Its means for each stretch of one regimen.
        nights: Its nights, in order of day.
        weeks: Its stage shares by week; empty when it tells no stages.
        regularity: How regular its times were, or None when it has no times.
        known: What is known of the drugs taken, measure by measure.
        consumer: Whether its stages are a consumer device's guess.
        left_out: Other series of the record (source, definition, nights), never pooled with it.
        prompts: What to ask about apnoea and restless legs, each with its rule, facts and sources.
        asks: The words of each prompt that was met, by rule: what to ask, and why.
        cautions: How far the device may be believed, with sources; empty for a laboratory.
        looked_for: What was searched for in vain.
    """

    comparison: DiaryComparison | None
    stretches: tuple[Stretch, ...]
    nights: tuple[ObjectiveNight, ...]
    weeks: tuple[WeekShare, ...]
    regularity: Regularity | None
    known: tuple[KnownEffect, ...]
    consumer: bool
    left_out: tuple[tuple[str, str, int], ...]
    prompts: tuple[Reason, ...]
    asks: Mapping[str, tuple[str, str]]
    cautions: tuple[tuple[str, tuple[Source, ...]], ...]
    looked_for: tuple[str, ...]


def _regular(nights: tuple[ObjectiveNight, ...], lines: SleepLines) -> Regularity | None:
    timed = [
        Night(
            day=n.day,
            main=Session(source=n.source, device_class=n.device_class, start=n.start, end=n.end),
        )
        for n in nights
        if n.start is not None and n.end is not None and n.end - n.start <= timedelta(hours=48)
    ]
    return regularity(timed, lines=lines) if timed else None


def _known(
    record: Record, facts: SleepFacts, nights: tuple[ObjectiveNight, ...], least: int
) -> tuple[KnownEffect, ...]:
    out = []
    for drug in record.drugs:
        if drug not in facts.drugs:
            continue
        days = days_of(record, nights)
        with_it = [d for d, regimen in days if any(name == drug for name, _ in regimen)]
        without = [d for d, regimen in days if all(name != drug for name, _ in regimen)]
        on = line(record, nights, with_it, (), least) if with_it else None
        off = line(record, nights, without, (), least) if without else None
        for measure in MEASURES:
            told = [s for s in facts.drugs[drug].study if measure in s.findings]
            if not told:
                continue
            here = None
            if on is not None and off is not None:
                here = change_between(off.measured.get(measure), on.measured.get(measure))
            ways = [s.findings[measure] for s in told]  # type: ignore[index]
            out.append(
                KnownEffect(
                    drug=drug,
                    measure=measure,
                    up=ways.count("up"),
                    down=ways.count("down"),
                    unchanged=ways.count("unchanged"),
                    here=here,
                    sources=tuple(x for s in told for x in s.sources),
                )
            )
    return tuple(out)


def _last_rise(record: Record, drugs: tuple[str, ...], at: date) -> date | None:
    """The last day on which one of the drugs was begun or its daily dose rose."""
    rises = []
    for drug in drugs:
        before = 0.0
        end: date | None = None
        for p in record.periods(drug):
            if p.start > at or p.as_needed:
                continue
            if end is None or p.start > end + timedelta(days=1):
                before = 0.0
            if p.dose_mg_per_day > before:
                rises.append(p.start)
            before, end = p.dose_mg_per_day, p.end or at
    return max(rises, default=None)


def _apnoea_known(record: Record) -> bool:
    words = " ".join(c.display for c in record.patient.conditions).casefold()
    named = "apnoea" in words or "apnea" in words
    return named or any(m.measure == "ahi" for m in record.measurements)


def _one_prompt(prompt: Prompt, record: Record, at: date, ask_again: timedelta) -> Reason:
    taken = [d for d in record.drugs if d in prompt.drugs]
    now = any(p.drug in prompt.drugs for p in record.regimen(at))
    rise = _last_rise(record, prompt.drugs, at)
    facts = [Fact(name="takes_now", value=now), Fact(name="ever_taken", value=bool(taken))]
    if prompt.when == "before":
        due = not taken
    elif prompt.when == "during":
        due = now
    else:
        recent = rise is not None and at - rise <= ask_again
        facts.append(Fact(name="begun_or_raised", value=None if rise is None else rise.isoformat(), on=rise))
        due = now and recent
    if prompt.about == "apnoea":
        known = _apnoea_known(record)
        facts.append(Fact(name="apnoea_recorded", value=known))
    else:
        since = rise if prompt.when == "after_a_change" and rise is not None else date.min
        asked = [e.day for e in record.effects if e.effect == "restless_legs" and e.day >= since]
        words = " ".join(c.display for c in record.patient.conditions).casefold()
        known = bool(asked) or (prompt.when == "before" and "restless leg" in words)
        facts.append(Fact(name="restless_legs_asked", value=known, on=max(asked, default=None)))
    return Reason(
        rule=prompt.id,
        outcome=Outcome.MET if due and not known else Outcome.NOT_MET,
        facts=tuple(facts),
        sources=prompt.sources,
    )


def prompts(record: Record, facts: SleepFacts, *, lines: SleepLines, at: date) -> tuple[Reason, ...]:
    """Which questions about sleep apnoea and restless legs are due on a day: each rule with its outcome and facts.

    Args:
        record: The record; nothing dated after ``at`` is used.
        facts: What is known.
        lines: For how long a start or a rise asks anew.
        at: The day.
    """
    cut = record.until(at)
    return tuple(_one_prompt(p, cut, at, lines.ask_again_days.days) for p in facts.prompts)


def assess(record: Record, facts: SleepFacts, *, lines: SleepLines, at: date) -> Assessment:
    """What measured nights show on a day, beside the diary and beside what is known.

    Args:
        record: The record; nothing dated after ``at`` is used.
        facts: What is known of recorded sleep.
        lines: The numbers that the comparison turns on.
        at: The day.
    """
    cut = record.until(at)
    due = prompts(cut, facts, lines=lines, at=at)
    met = {r.rule for r in due if r.outcome is Outcome.MET}
    asks = {p.id: (p.ask, p.why) for p in facts.prompts if p.id in met}
    main = main_definition(cut.nights)
    mine = tuple(n for n in cut.nights if (n.source, n.definition) == main)
    least = lines.least_nights.whole
    consumer = any(n.device_class in CONSUMER for n in mine)
    told = (facts.devices.stages, facts.devices.wake, facts.devices.bias) if consumer else ()
    sought = [facts.devices.looked_for] if consumer else []
    sought += [facts.drugs[d].looked_for for d in cut.drugs if mine and d in facts.drugs]
    others: dict[tuple[str, str], int] = {}
    for n in cut.nights:
        if (n.source, n.definition) != main:
            others[(n.source, n.definition)] = others.get((n.source, n.definition), 0) + 1
    return Assessment(
        comparison=compare(cut, mine, lines) if mine else None,
        stretches=stretches(cut, mine, least),
        nights=mine,
        weeks=week_shares(mine),
        regularity=_regular(mine, lines),
        known=_known(cut, facts, mine, least) if mine else (),
        consumer=consumer,
        left_out=tuple((s, d, n) for (s, d), n in sorted(others.items())),
        prompts=due,
        asks=asks,
        cautions=tuple((t.value, t.sources) for t in (*told, *((facts.devices.complaint,) if mine else ()))),
        looked_for=tuple(s for s in sought if s),
    )
