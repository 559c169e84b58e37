"""The check: a record, a plan or none, a day; findings out. It can withhold a step, never invent one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from lenitive.knowledge import Knowledge
from lenitive.record import Plan, Record
from lenitive.safety.days import days_of_change
from lenitive.safety.drugs import (
    allergen,
    by_allergy,
    by_drug_file,
    by_label_warnings,
    by_names,
    by_pairs,
    by_waits,
    name_only,
)
from lenitive.safety.facts import drug_fact
from lenitive.safety.finding import Demand, Finding, Part, Tier
from lenitive.safety.products import by_products
from lenitive.safety.rules import by_rules
from lenitive.safety.situation import Names, Situation, courses, situation
from lenitive.safety.unsure import by_weak_memberships, pairs_taken, pregnancy_unchecked, unchecked
from lenitive.safety.wording import worded
from lenitive.terms import Fact, Grade, Message, Source

__all__ = ["check"]


def check(
    record: Record,
    plan: Plan | None = None,
    *,
    knowledge: Knowledge,
    at: date,
    handled: Collection[str] = (),
) -> tuple[Finding, ...]:
    """What a pharmacist would say about a record and a proposed plan, few and merged.

    Args:
        record: The patient's record; nothing dated after ``at`` is used.
        plan: What is proposed, or None to look at what is taken.
        knowledge: What is known.
        at: The day.
        handled: Keys of findings that a clinician has dealt with: silent until they say something new. A critical
            finding is never silenced.

    Returns:
        Findings, the loudest first; one a topic.
    """
    known = record.until(at)
    written = [p.drug for p in known.medicines if p.dose_mg > 0 and _current(p.end, at)]
    asked = [*written, *(p.drug for p in (() if plan is None else plan.periods))]
    every = [p.drug for p in known.medicines if p.dose_mg > 0]
    names = Names.of([*every, *asked, *(() if plan is None else plan.stops)], knowledge)
    conditions, strange = _conditions(known, knowledge)
    topics: dict[str, dict[tuple[str, tuple[str, ...]], Part]] = {}
    pairs: dict[tuple[str, str], tuple[Fact, ...]] = {}
    spoken_of: set[frozenset[str]] = set()
    in_pregnancy: dict[str, Fact] = {}
    for now in _situations(known, plan, names, conditions, knowledge, at):
        for topic, part in _parts(now, knowledge, names):
            if topic == "not_checked" and part.rule != "not_checked.spelling" and part.drugs[0] not in asked:
                continue
            _keep(topics.setdefault(topic, {}), part)
            spoken_of.add(frozenset(part.drugs))
        for pair, facts in pairs_taken(now, knowledge):
            pairs.setdefault(pair, facts)
        if known.patient.pregnant:
            in_pregnancy |= {
                id_: drug_fact(taken) for id_, taken in now.taken.items() if id_ not in in_pregnancy
            }
    if (left := unchecked(pairs, spoken_of, knowledge, at)) is not None:
        _keep(topics.setdefault("not_checked", {}), left)
    by_pregnancy = {d for part in topics.get("pregnancy", {}).values() for d in part.drugs}
    if (unread := pregnancy_unchecked(in_pregnancy, by_pregnancy, knowledge, at)) is not None:
        _keep(topics.setdefault("not_checked", {}), unread)
    uncovered = tuple(name for name in names.uncovered if name in asked)
    if uncovered:
        _keep(topics.setdefault("not_checked", {}), name_only(uncovered, at))
    allergies = tuple(a.display or a.code for a in known.patient.allergies if allergen(a, knowledge) is None)
    if strange:
        says = Message.of("safety.not_checked.condition.met", written=strange)
        action = Message.of("safety.not_checked.condition.action")
        _keep(topics.setdefault("not_checked", {}), _strange("condition", says, action, at))
    if allergies:
        says = Message.of("safety.not_checked.allergy.met", written=allergies)
        action = Message.of("safety.not_checked.allergy.action")
        _keep(topics.setdefault("not_checked", {}), _strange("allergy", says, action, at))
    findings = [_finding(topic, tuple(parts.values()), knowledge) for topic, parts in topics.items()]
    order = knowledge.safety.topics
    findings.sort(key=lambda f: (f.tier.rank, order[f.topic].order))
    return tuple(f for f in findings if f.tier is Tier.CRITICAL or f.key not in set(handled))


def _situations(
    record: Record,
    plan: Plan | None,
    names: Names,
    conditions: dict[str, str],
    knowledge: Knowledge,
    at: date,
) -> Iterator[Situation]:
    """What is taken on the day of the check, and then each day of the plan on which something can begin to hold."""
    as_needed = knowledge.judgement.findings.as_needed_days.days
    before = courses(record, None, names, as_needed)
    yield situation(record, before, conditions, day=at, at=at)
    if plan is None:
        return
    found = courses(record, plan, names, as_needed)
    planned = {names.known[d].id for d in plan.drugs if d in names.known}
    days = days_of_change(found, planned, knowledge, at=at)
    for day in (*([at] if plan.start <= at else []), *days):
        yield situation(record, found, conditions, day=day, at=at, before=before)


def _current(end: date | None, at: date) -> bool:
    return end is None or end >= at


def _conditions(record: Record, knowledge: Knowledge) -> tuple[dict[str, str], tuple[str, ...]]:
    known: dict[str, str] = {}
    strange: list[str] = []
    for condition in record.patient.conditions:
        found = knowledge.safety.condition(condition.display)
        if found is None:
            strange.append(condition.display or condition.code)
        else:
            for one in knowledge.safety.wider(found):
                known.setdefault(one, condition.display)
    return known, tuple(strange)


def _parts(now: Situation, knowledge: Knowledge, names: Names) -> Iterator[tuple[str, Part]]:
    yield from by_names(names, now)
    yield from by_allergy(now, knowledge)
    yield from by_products(now, knowledge)
    yield from by_drug_file(now, knowledge)
    yield from by_label_warnings(now, knowledge)
    yield from by_pairs(now, knowledge)
    yield from by_waits(now, knowledge)
    yield from by_rules(now, knowledge)
    yield from by_weak_memberships(now, knowledge)


def _keep(parts: dict[tuple[str, tuple[str, ...]], Part], part: Part) -> None:
    """Keep the loudest part of a rule over the days, and of equally loud ones the first that withholds; days come in order.

    What is as loud from an earlier day on keeps that day.
    """
    key = (part.rule, part.drugs)
    before = parts.get(key)
    if before is None or part.tier.rank < before.tier.rank:
        parts[key] = part
    elif part.tier is before.tier and _weight(part) > _weight(before):
        parts[key] = replace(part, from_day=before.from_day)


def _weight(part: Part) -> tuple[bool, bool]:
    """Of two parts that are equally loud: the one that withholds the plan, then the one that the plan makes worse."""
    return part.withholds and part.planned, part.planned


def _strange(kind: str, says: Message, action: Message, at: date) -> Part:
    """That names of a patient's conditions or allergies are in no list."""
    return Part(
        rule=f"not_checked.{kind}",
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=(),
        says=says,
        action=action,
        sources=(
            Source(article="record", at="patient.conditions" if kind == "condition" else "patient.allergies"),
        ),
        grade=Grade.A,
        from_day=at,
    )


def _finding(topic: str, parts: tuple[Part, ...], knowledge: Knowledge) -> Finding:
    ordered = tuple(sorted(_joined(parts), key=_order))
    ordered = _without_lesser(ordered)
    return Finding(
        topic=topic,
        title=worded(topic, "title", knowledge.safety.topics[topic].title),
        tier=ordered[0].tier,
        parts=ordered,
        missing=tuple(dict.fromkeys(m for p in ordered for m in p.missing)),
    )


def _order(part: Part) -> tuple[int, int, date, str, tuple[str, ...]]:
    """The loudest first; of equally loud ones what demands most, so that "stop" is read before "hold until it is known"."""
    strongest = len(Demand) if part.demands is None else part.demands.rank
    return part.tier.rank, strongest, part.from_day, part.rule, part.drugs


def _joined(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """One row that holds for several pairs is said once, about all of their drugs; what a plan adds stays apart."""
    joined: dict[tuple[str, Tier, Message, bool, Demand | None], Part] = {}
    for part in sorted(parts, key=lambda p: (p.from_day, p.drugs)):
        key = (part.rule, part.tier, part.says, part.planned, part.demands)
        before = joined.get(key)
        joined[key] = (
            part
            if before is None
            else replace(
                before,
                drugs=tuple(sorted({*before.drugs, *part.drugs})),
                facts=tuple(dict.fromkeys((*before.facts, *part.facts))),
                missing=tuple(dict.fromkeys((*before.missing, *part.missing))),
                acts_on=tuple(sorted({*before.acts_on, *part.acts_on})),
                tapers=tuple(sorted({*before.tapers, *part.tapers})),
            )
        )
    return tuple(joined.values())


def _without_lesser(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Leave out a rule of the same file family that a louder one about at least the same drugs already says.

    ``sedation.two_drugs`` beside ``sedation.three_drugs`` is noise; so is ``weight.five_percent`` beside seven. Rows
    of interactions and of drug files stay: each is about its own pair.
    """
    kept: list[Part] = []
    for part in parts:
        family = part.rule.split(".")[0]
        louder = any(
            p.rule.split(".")[0] == family
            and p.tier.rank < part.tier.rank
            and set(part.drugs) <= set(p.drugs)
            and part.rule.count(".") == 1
            for p in kept
        )
        if not louder:
            kept.append(part)
    return tuple(kept)
