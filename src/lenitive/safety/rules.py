"""The rules of the knowledge, applied to one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, MeasuredSince, Rule, StoppedAbruptly
from lenitive.record import Measurement
from lenitive.safety.demand import acts
from lenitive.safety.facts import TestAnswer, drug_fact, holds
from lenitive.safety.finding import Part, Tier
from lenitive.safety.situation import Situation, TakenDrug
from lenitive.safety.wording import if_worded, worded
from lenitive.terms import Fact, Message, Outcome

__all__ = ["by_rules", "parts_of"]


def by_rules(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Topic and part of every rule that is met on the day, and what rules had to ask."""
    for rule in knowledge.safety.rules:
        if any(isinstance(t, StoppedAbruptly) for t in rule.when):
            yield from _stopped(rule, now, knowledge)
        elif not rule.drugs:
            yield from _apply(rule, now, [(None, _all(rule, now, None, knowledge))], knowledge)
        else:
            yield from parts_of(rule, now, _triggers(rule, now, knowledge), knowledge)


def parts_of(
    rule: Rule, now: Situation, triggers: Iterable[str], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    """Topic and part of a rule about what is taken, triggered by the given of the drugs taken."""
    judged: list[tuple[TakenDrug | None, TestAnswer]] = [
        (now.taken[id_], _all(rule, now, now.taken[id_], knowledge)) for id_ in triggers
    ]
    yield from _apply(rule, now, judged, knowledge)


def _triggers(rule: Rule, now: Situation, knowledge: Knowledge) -> list[str]:
    is_any = knowledge.substances.is_any
    return [id_ for id_ in now.taken if is_any(id_, rule.drugs) and not is_any(id_, rule.except_for)]


def _all(rule: Rule, now: Situation, drug: TakenDrug | None, knowledge: Knowledge) -> TestAnswer:
    """Whether all of ``when`` holds, with its grounds unless it does not."""
    answers = []
    for test in rule.when:
        answers.append(holds(test, now, drug, knowledge))
        if answers[-1].met is False:
            return answers[-1]
    return TestAnswer(
        met=None if any(a.met is None for a in answers) else True,
        facts=tuple(f for a in answers for f in a.facts),
        missing=tuple(dict.fromkeys(m for a in answers for m in a.missing)),
        drugs=tuple(d for a in answers for d in a.drugs),
    )


def _apply(
    rule: Rule, now: Situation, judged: list[tuple[TakenDrug | None, TestAnswer]], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    substances = knowledge.substances
    counted = {substances.ingredient(t.id) if t else "" for t, a in judged if a.met is not False}
    if len(counted) < rule.how_many:
        return
    certain = [(t, a) for t, a in judged if a.met]
    unsure = [(t, a) for t, a in judged if a.met is None]
    if rule.if_unknown == "assume":
        certain += unsure
    elif unsure and rule.if_unknown == "ask":
        yield "missing", _asks(rule, now, unsure)
    if len({substances.ingredient(t.id) if t else "" for t, _ in certain}) < rule.how_many:
        return
    facts = tuple(dict.fromkeys(f for _, a in certain for f in a.facts))
    if any(_handled(test, now, facts) for test in rule.handled_by):
        return
    takers = [t for t, _ in certain if t is not None]
    others = [now.taken[d] for _, a in certain for d in a.drugs if d in now.taken]
    involved = {t.id: t for t in (*takers, *others)}
    yield (
        rule.topic,
        _part(
            rule,
            now,
            knowledge,
            _Spoken(
                drugs=tuple(sorted(involved)),
                # Taken as met though a fact is missing: it must not be said that it is met.
                outcome=Outcome.MET if any(a.met for _, a in certain) else Outcome.UNKNOWN,
                measured=any(_measured(test, now, facts) for test in rule.handled_by),
                facts=tuple(dict.fromkeys((*map(drug_fact, takers), *facts))),
                missing=tuple(dict.fromkeys(m for _, a in certain for m in a.missing)),
                planned=any(t.planned for t in involved.values()),
            ),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spoken:
    """What a rule speaks about.

    Attributes:
        drugs: Ids of the drugs.
        facts: The facts used.
        planned: Whether only a plan brings it about, or makes it worse.
        missing: What would have mattered and is not known.
        outcome: Whether it is met, or taken as met though something is missing.
        measured: Whether the value that it asks for has come since.
    """

    drugs: tuple[str, ...]
    facts: tuple[Fact, ...]
    planned: bool
    missing: tuple[str, ...] = ()
    outcome: Outcome = Outcome.MET
    measured: bool = False


def _part(rule: Rule, now: Situation, knowledge: Knowledge, about: _Spoken) -> Part:
    """A rule that speaks, in the words for what came of it and, once a value has come, for what is then known."""
    says = worded(rule.id, "met", rule.says)
    if about.outcome is Outcome.UNKNOWN:
        says = worded(rule.id, "unknown", rule.unknown)
    is_any = knowledge.substances.is_any
    of = rule.acts_on or rule.drugs
    does = acts(
        (rule.demands_if_measured if about.measured else None) or rule.demands,
        rule.demands_basis,
        [d for d in about.drugs if is_any(d, of) and not is_any(d, rule.except_for)],
        knowledge,
        tapers=rule.tapers,
    )
    return Part(
        rule=rule.id,
        outcome=about.outcome,
        tier=Tier(rule.tier),
        tier_basis=rule.tier_basis,
        drugs=about.drugs,
        says=says,
        mechanism=if_worded(rule.id, "mechanism", rule.mechanism),
        size=(worded(rule.id, "size", rule.size),) if rule.size else (),
        action=worded(rule.id, "action_if_measured", rule.action_if_measured)
        if about.measured and rule.action_if_measured
        else worded(rule.id, "action", rule.action),
        # The patient's catalogue has its words under the id of what was found.
        plain=if_worded(rule.id, "met", rule.plain),
        facts=about.facts,
        missing=about.missing,
        sources=tuple(s.source for s in rule.source),
        grade=rule.grade,
        withholds=rule.withholds,
        planned=about.planned,
        from_day=now.day,
        demands=does.demands,
        demands_basis=does.basis,
        acts_on=does.on,
        tapers=does.tapers,
    )


def _asks(rule: Rule, now: Situation, unsure: list[tuple[TakenDrug | None, TestAnswer]]) -> Part:
    missing = tuple(dict.fromkeys(m for _, a in unsure for m in a.missing))
    return Part(
        rule=f"missing.{rule.id}",
        outcome=Outcome.UNKNOWN,
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=tuple(sorted(t.id for t, _ in unsure if t is not None)),
        says=worded(rule.id, "unknown", rule.unknown),
        action=Message.of("safety.missing.action"),
        missing=missing,
        sources=tuple(s.source for s in rule.source),
        grade=rule.grade,
        from_day=now.day,
    )


def _measured(test: MeasuredSince, now: Situation, facts: tuple[Fact, ...]) -> tuple[Measurement, ...]:
    """What was measured on or after the day of the newest fact."""
    newest = max((f.on for f in facts if f.on is not None), default=date.min)
    return tuple(m for name in test.measured for m in now.record.series(name) if newest <= m.day <= now.at)


def _handled(test: MeasuredSince, now: Situation, facts: tuple[Fact, ...]) -> bool:
    return any(
        (test.at_least is None or m.value >= test.at_least) and (test.below is None or m.value < test.below)
        for m in _measured(test, now, facts)
    )


def _stopped(rule: Rule, now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Drugs that end on this day, or ended in the week before, at the dose they had been held at."""
    test = next(t for t in rule.when if isinstance(t, StoppedAbruptly))
    for course in now.courses.values():
        if not knowledge.substances.is_any(course.id, rule.drugs):
            continue
        known = {end for _, end, _ in now.before[course.id].ends()} if course.id in now.before else set()
        for begun, first_without, dose in course.ends():
            recent = now.day - timedelta(days=test.step_days) <= first_without <= now.day
            # What is taken as needed ends in the future by our reckoning alone: nobody means to stop it.
            if first_without > now.at and first_without in known:
                continue
            long = (first_without - begun).days >= test.after_days
            if not (
                recent
                and long
                and course.held(first_without, test.step_days)
                and _highest(course.steps, begun, first_without, dose)
            ):
                continue
            yield (
                rule.topic,
                _part(
                    rule,
                    now,
                    knowledge,
                    _Spoken(
                        drugs=(course.id,),
                        facts=(
                            Fact(name=course.id, value=dose, unit="mg/d", on=begun),
                            Fact(
                                name=f"{course.id}.first_day_without",
                                value=0.0,
                                unit="mg/d",
                                on=first_without,
                            ),
                        ),
                        planned=first_without not in known,
                    ),
                ),
            )


def _highest(steps: tuple[tuple[date, float], ...], begun: date, end: date, dose: float) -> bool:
    """Whether the last dose was also the highest of the course: nothing was stepped down."""
    return dose >= max(mg for day, mg in steps if begun <= day < end)
