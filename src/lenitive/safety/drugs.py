"""What the drug and interaction files say about what is taken: pairs, waits, limits, contraindications, names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from lenitive.knowledge import Hepatic, Interaction, Knowledge, Renal
from lenitive.record import Coded, egfr
from lenitive.safety.days import length_limit
from lenitive.safety.demand import NO_DEMAND, acts
from lenitive.safety.facts import drug_fact
from lenitive.safety.finding import Part, Tier
from lenitive.safety.situation import Names, Situation, TakenDrug
from lenitive.safety.wording import if_worded, worded
from lenitive.terms import Fact, Grade, Message, Outcome, Source

__all__ = [
    "allergen",
    "by_allergy",
    "by_drug_file",
    "by_label_warnings",
    "by_names",
    "by_pairs",
    "by_waits",
    "name_only",
]


def _older(now: Situation, knowledge: Knowledge) -> bool | None:
    age = now.record.patient.age(now.day)
    return None if age is None else age >= knowledge.judgement.people.older_adult_age.value


def _size(row: Interaction) -> tuple[Message, ...]:
    """How far levels change; where a row is about a class, with the drug it was measured with."""
    return tuple(
        Message.of("safety.interaction.size_with", of=e.of, quantity=e.quantity, ratio=e.ratio, by=e.by)
        if e.by
        else Message.of("safety.interaction.size", of=e.of, quantity=e.quantity, ratio=e.ratio)
        for e in row.exposure
    )


def by_pairs(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Every interaction row about two drugs taken on the day."""
    tables = knowledge.judgement.findings
    for a, b in combinations(sorted(now.taken), 2):
        for row in knowledge.interactions.between(a, b):
            missing: tuple[str, ...] = ()
            if "older" in row.only_for:
                older = _older(now, knowledge)
                if older is False:
                    continue
                missing = ("birth_year",) if older is None else ()
            if row.verb == "none" and not row.exposure:
                continue  # the text says that nothing happens: the pair is checked, and nothing is to be said of it
            tier = (
                Tier(tables.interaction_tier.to[row.severity])
                if row.grade.may_decide and row.decides
                else Tier.INFO
            )
            topic = (
                "contraindication"
                if row.severity == "contraindicated"
                else tables.mechanism_topic.to[row.mechanisms[0]]
            )
            pair = (now.taken[a], now.taken[b])
            does = NO_DEMAND
            if tier is Tier.CRITICAL:
                of = [d for d in (a, b) if knowledge.substances.is_any(d, row.acts_on)]
                does = acts(row.demands, row.demands_basis, of, knowledge)
            yield (
                topic,
                Part(
                    rule=row.id,
                    tier=tier,
                    tier_basis=row.severity_basis,
                    drugs=(a, b),
                    says=worded(row.id, "met", row.effect),
                    mechanism=Message.of("safety.interaction.mechanism", mechanisms=row.mechanisms),
                    size=_size(row),
                    action=worded(row.id, "action", row.action),
                    facts=tuple(map(drug_fact, pair)),
                    missing=missing,
                    sources=row.sources,
                    grade=row.grade,
                    withholds=row.severity == "contraindicated" and tier is Tier.CRITICAL,
                    planned=any(t.planned for t in pair),
                    from_day=now.day,
                    demands=does.demands,
                    demands_basis=does.basis,
                    acts_on=does.on,
                    tapers=does.tapers,
                ),
            )


def by_waits(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Drugs taken within the wait after another's last dose, begun in it or before it. The order of the two matters."""
    for then in now.taken.values():
        for course in now.courses.values():
            if course.id == then.id or course.id in now.taken:
                continue
            gone = [end for _, end, _ in course.ends() if end <= now.day]
            if not gone:
                continue
            free = (
                then.since - gone[-1]
            ).days  # whole days between last dose and first; below 0 when they overlapped
            passed = (now.day - gone[-1]).days
            wait = knowledge.interactions.washout(course.id, then.id)
            if wait is None:
                continue
            needed = knowledge.judgement.findings.unknown_wait_days.whole if wait.days is None else wait.days
            if free >= needed or passed >= needed:
                continue
            decides = wait.fact.grade.may_decide
            demands = knowledge.judgement.findings.demanded("wait") if decides else None
            does = acts(demands, "ours", [then.id], knowledge)
            yield (
                "washout",
                Part(
                    rule=wait.fact.id,
                    tier=Tier.CRITICAL if decides else Tier.INFO,
                    tier_basis="label" if wait.days is not None else "ours",
                    drugs=(course.id, then.id),
                    says=_says_of_wait(course.id, then.id, free, wait.days),
                    mechanism=if_worded(wait.fact.id, "mechanism", wait.fact.says),
                    action=Message.of("safety.wait.unknown_length.action")
                    if wait.days is None
                    else Message.of("safety.wait.too_short.action", first=course.id, wait=wait.days),
                    facts=(
                        Fact(name=f"{course.id}.first_day_without", value=0.0, unit="mg/d", on=gone[-1]),
                        drug_fact(then),
                    ),
                    sources=wait.fact.sources,
                    grade=wait.fact.grade,
                    withholds=decides,
                    planned=then.planned,
                    from_day=now.day,
                    demands=does.demands,
                    demands_basis=does.basis,
                    acts_on=does.on,
                    tapers=does.tapers,
                ),
            )


def _says_of_wait(first: str, then: str, free: int, wait: int | None) -> Message:
    if free < 0:
        if wait is None:
            return Message.of("safety.wait.overlap_unknown_length.met", then=then, first=first)
        return Message.of("safety.wait.overlap.met", then=then, first=first, wait=wait)
    if wait is None:
        return Message.of("safety.wait.unknown_length.met", then=then, first=first, free=free)
    return Message.of("safety.wait.too_short.met", then=then, first=first, free=free, wait=wait)


def _said_by_pair(a: str, b: str, knowledge: Knowledge) -> bool:
    """Whether a row of the interactions forbids the two already: one line about a pair is enough."""
    return any(r.severity == "contraindicated" and r.decides for r in knowledge.interactions.between(a, b))


def by_drug_file(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Contraindications, dose limits, kidney and liver rows of the drugs that have a file."""
    tables = knowledge.judgement.findings
    for taken in now.taken.values():
        if taken.id not in knowledge.drugs:
            continue
        drug = knowledge.drugs[taken.id]
        for row in drug.contraindication.values():
            if row.kind == "allergy" or not row.decides:
                continue
            begun = taken.planned or (now.day - taken.since) < tables.start_days.days
            if row.start_only and not begun:
                continue
            facts: tuple[Fact, ...] = ()
            involved = [taken]
            if row.kind == "condition":
                if row.target not in now.conditions:
                    continue
                facts = (Fact(name=f"condition.{row.target}", value=now.conditions[row.target]),)
            else:
                others = [
                    t
                    for t in now.taken.values()
                    if knowledge.substances.matches(t.id, row.target)
                    and knowledge.substances.ingredient(t.id) != knowledge.substances.ingredient(taken.id)
                    and not _said_by_pair(taken.id, t.id, knowledge)
                ]
                if not others:
                    continue
                involved += others
                facts = tuple(map(drug_fact, others))
            tier = Tier(tables.contraindication_tier.to[row.level])
            topic = "contraindication"
            if row.kind == "condition" and row.level != "contraindicated":
                topic = tables.condition_topic.to.get(row.target, topic)
            demands = (
                tables.demanded("contraindicated_drug" if row.kind == "drug" else "contraindicated_condition")
                if tier is Tier.CRITICAL
                else None
            )
            does = acts(demands, "ours", [taken.id], knowledge, gently=True)
            yield (
                topic,
                Part(
                    rule=row.id,
                    tier=tier,
                    tier_basis="label",
                    drugs=tuple(sorted(t.id for t in involved)),
                    says=worded(row.id, "met", row.says),
                    action=Message.of("safety.contraindication.drug.action")
                    if row.kind == "drug"
                    else Message.of("safety.contraindication.condition.action"),
                    facts=(drug_fact(taken), *facts),
                    sources=row.sources,
                    grade=row.grade,
                    withholds=row.level != "caution",
                    planned=any(t.planned for t in involved),
                    from_day=now.day,
                    demands=does.demands,
                    demands_basis=does.basis,
                    acts_on=does.on,
                    tapers=does.tapers,
                ),
            )
        yield from _dose(taken, now, knowledge)
        yield from _length(taken, now, knowledge)
        yield from _kidney(taken, now, tuple(drug.renal.values()), knowledge)
        yield from _liver(taken, now, tuple(drug.hepatic.values()), knowledge)


def by_label_warnings(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Warnings of the labels whose signs were reported, moderate or worse, or whose conditions are recorded.

    Information only: what has to be louder has a rule. This keeps a warning that no rule covers from being passed over.
    """
    tables = knowledge.judgement.findings
    first = now.at - tables.sign_days.days
    recent = {
        e.effect: e
        for e in now.record.effects
        if first <= e.day <= now.at and e.severity.rank >= tables.sign_severity.value
    }
    for taken in now.taken.values():
        if taken.id not in knowledge.drugs:
            continue
        for key, row in knowledge.drugs[taken.id].warning.items():
            signs = [recent[s] for s in row.signs if s in recent]
            held = [c for c in row.conditions if c in now.conditions]
            if key in tables.stopping_warning.of or not (row.decides and (signs or held)):
                continue
            yield (
                tables.warning_topic.to.get(key, "label"),
                Part(
                    rule=row.id,
                    tier=Tier.INFO,
                    tier_basis="label",
                    drugs=(taken.id,),
                    says=worded(row.id, "met", row.says),
                    action=Message.of("safety.label_warning.action"),
                    facts=(
                        drug_fact(taken),
                        *(Fact(name=e.effect, value=e.severity.value, on=e.day) for e in signs),
                        *(Fact(name=f"condition.{c}", value=now.conditions[c]) for c in held),
                    ),
                    sources=row.sources,
                    grade=row.grade,
                    planned=taken.planned,
                    from_day=now.day,
                ),
            )


def _dose(taken: TakenDrug, now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    drug = knowledge.drugs[taken.id]
    rows = [drug.default_dosing]
    older = _older(now, knowledge)
    if older:
        rows += drug.dosing_for("older")
    limits = [r for r in rows if r.max_mg is not None and r.decides]
    for row in limits:
        if row.max_mg is None or taken.dose_mg <= row.max_mg:
            continue
        yield (
            "dose",
            Part(
                rule=row.id,
                tier=Tier.WARNING,
                tier_basis=row.basis if row.basis in {"label", "guideline"} else "ours",
                drugs=(taken.id,),
                says=Message.of("safety.dose.above_limit_older.met", dose_mg=taken.dose_mg, max_mg=row.max_mg)
                if row.population == "older"
                else Message.of("safety.dose.above_limit.met", dose_mg=taken.dose_mg, max_mg=row.max_mg),
                mechanism=if_worded(row.id, "mechanism", row.says),
                action=Message.of("safety.dose.above_limit.action"),
                facts=(drug_fact(taken),),
                missing=("birth_year",) if older is None else (),
                sources=row.sources,
                grade=row.grade,
                withholds=True,
                planned=taken.planned,
                from_day=now.day,
            ),
        )


def _length(taken: TakenDrug, now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """A use without a break that is longer than its source covers."""
    row = length_limit(taken.id, knowledge)
    if row is None or row.max_days is None or (now.day - taken.since).days < row.max_days:
        return
    yield (
        "dose",
        Part(
            rule=f"{row.id}.max_days",
            tier=Tier.WARNING,
            tier_basis=row.basis if row.basis in {"label", "guideline"} else "ours",
            drugs=(taken.id,),
            says=Message.of("safety.dose.too_long.met", drug=taken.id, most=row.max_days),
            mechanism=if_worded(row.id, "mechanism", row.says),
            action=Message.of("safety.dose.too_long.action"),
            facts=(drug_fact(taken),),
            sources=row.sources,
            grade=row.grade,
            withholds=True,
            planned=taken.planned,
            from_day=now.day,
        ),
    )


_ORGAN_ACTIONS = {
    "contraindicated": Message.of("safety.organ.contraindicated.action"),
    "avoid": Message.of("safety.organ.avoid.action"),
    "reduce": Message.of("safety.organ.reduce.action"),
    "caution": Message.of("safety.organ.caution.action"),
}
_ORGAN_LIMITS = {
    "contraindicated": "safety.organ.contraindicated.action",
    "avoid": "safety.organ.avoid.action",
    "reduce": "safety.organ.reduce_to.action",
    "caution": "safety.organ.caution_to.action",
}


def _organ(
    taken: TakenDrug, now: Situation, row: Renal | Hepatic, fact: Fact, knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    over = row.max_mg is not None and taken.dose_mg > row.max_mg
    if row.action == "none":
        return
    asked = "reduce_over" if row.action == "reduce" and over else row.action
    tables = knowledge.judgement.findings
    tier = Tier(tables.organ_tier.to[asked])
    demands = tables.demanded("organ") if tier is Tier.CRITICAL else None
    does = acts(demands, "ours", [taken.id], knowledge, gently=True)
    yield (
        "kidney" if isinstance(row, Renal) else "liver",
        Part(
            rule=row.id,
            tier=tier,
            tier_basis="label",
            drugs=(taken.id,),
            says=worded(row.id, "met", row.says),
            mechanism=Message.of("safety.organ.mechanism"),
            size=() if row.level_ratio is None else (Message.of("safety.organ.size", ratio=row.level_ratio),),
            action=_ORGAN_ACTIONS[row.action]
            if row.max_mg is None
            else Message.of(_ORGAN_LIMITS[row.action], max_mg=row.max_mg),
            facts=(drug_fact(taken), fact),
            sources=row.sources,
            grade=row.grade,
            withholds=row.action in {"contraindicated", "avoid"} or over,
            planned=taken.planned,
            from_day=now.day,
            demands=does.demands,
            demands_basis=does.basis,
            acts_on=does.on,
            tapers=does.tapers,
        ),
    )


def _kidney(
    taken: TakenDrug, now: Situation, rows: tuple[Renal, ...], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    kidney = egfr(now.record, now.at)
    deciding = [r for r in rows if r.decides]
    if kidney is None:
        serious = [r for r in deciding if r.action != "none"]
        if serious and ("kidney_disease" in now.conditions or _older(now, knowledge) is not False):
            yield "missing", _asks_kidney(taken, now, serious[0])
        return
    fact = Fact(name="egfr_ml_min", value=kidney.value, unit="mL/min", on=kidney.on)
    for row in deciding:
        if row.down_to <= kidney.value < row.below:
            yield from _organ(taken, now, row, fact, knowledge)


def _liver(
    taken: TakenDrug, now: Situation, rows: tuple[Hepatic, ...], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    liver = now.record.patient.hepatic_impairment
    if liver is None or liver == "none":
        return
    fact = Fact(name="hepatic_impairment", value=liver)
    for row in rows:
        if row.decides and liver in row.degrees:
            yield from _organ(taken, now, row, fact, knowledge)


def _asks_kidney(taken: TakenDrug, now: Situation, row: Renal) -> Part:
    """That kidney function is not recorded; what the drug's file says of weak kidneys stands below, as the reason."""
    return Part(
        rule=f"missing.{taken.id}.egfr_ml_min",
        outcome=Outcome.UNKNOWN,
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=(taken.id,),
        says=Message.of("safety.kidney.unknown", drug=taken.id),
        mechanism=worded(row.id, "met", row.says),
        action=Message.of("safety.missing.action"),
        missing=("egfr_ml_min",),
        sources=row.sources,
        grade=row.grade,
        from_day=now.day,
    )


def allergen(allergy: Coded, knowledge: Knowledge) -> str | None:
    """The substance or class of drugs that an allergy names, or None when it names neither."""
    substances = knowledge.substances
    for text in filter(None, (allergy.code, allergy.display)):
        match = knowledge.resolve_drug(text)
        if match is not None and (match.covered or match.sure):
            return match.name
        if (found := substances.of_class(text)) is not None:
            return found
    return None


def by_allergy(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Drugs taken although an allergy to them, or to their class, is recorded."""
    substances = knowledge.substances
    for allergy in now.record.patient.allergies:
        named = allergen(allergy, knowledge)
        if named is None:
            continue
        for taken in now.taken.values():
            if substances.ingredient(taken.id) == substances.ingredient(named):
                says = Message.of("safety.allergy.recorded.met", drug=substances.words(named))
            elif named in substances.classes and substances.matches(taken.id, named):
                says = Message.of("safety.allergy.class.met", drugs=substances.words(named), drug=taken.id)
            else:
                continue
            does = acts(knowledge.judgement.findings.demanded("allergy"), "ours", [taken.id], knowledge)
            yield (
                "allergy",
                Part(
                    rule="allergy.recorded",
                    tier=Tier.CRITICAL,
                    tier_basis="label",
                    drugs=(taken.id,),
                    says=says,
                    action=Message.of("safety.allergy.recorded.action"),
                    facts=(drug_fact(taken), Fact(name="allergy", value=allergy.display or allergy.code)),
                    sources=(Source(article="record", at="patient.allergies"),),
                    grade=Grade.A,
                    withholds=True,
                    planned=taken.planned,
                    from_day=now.day,
                    demands=does.demands,
                    demands_basis=does.basis,
                    acts_on=does.on,
                    tapers=does.tapers,
                ),
            )


def by_names(names: Names, now: Situation) -> Iterator[tuple[str, Part]]:
    """Names that mean nothing here, each for itself, and names that were read by their spelling."""
    for name in names.unknown:
        yield (
            "not_checked",
            Part(
                rule="not_checked.unknown",
                tier=Tier.WARNING,
                tier_basis="ours",
                drugs=(name,),
                says=Message.of("safety.not_checked.unknown.met"),
                action=Message.of("safety.not_checked.action"),
                sources=(Source(article="record", at="medicines"),),
                grade=Grade.A,
                from_day=now.day,
            ),
        )
    for name, match in names.known.items():
        if not match.sure:
            yield (
                "not_checked",
                Part(
                    rule="not_checked.spelling",
                    tier=Tier.INFO,
                    tier_basis="ours",
                    drugs=(match.id,),
                    says=Message.of("safety.not_checked.spelling.met", written=name, drug=match.shown),
                    action=Message.of("safety.not_checked.spelling.action"),
                    sources=(Source(article="record", at="medicines"),),
                    grade=Grade.A,
                    from_day=now.day,
                ),
            )


def name_only(names: tuple[str, ...], at: date) -> Part:
    """That only the names of these drugs are known: one quiet line, however many they are."""
    return Part(
        rule="not_checked.not_covered",
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=tuple(sorted(names)),
        says=Message.of("safety.not_checked.not_covered.met"),
        action=Message.of("safety.not_checked.not_covered.action"),
        sources=(Source(article="record", at="medicines"),),
        grade=Grade.A,
        from_day=at,
    )
