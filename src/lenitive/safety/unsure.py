"""What is not known for sure must be said, quietly: weak memberships, and pairs that nothing was read about.

Both are information, withhold nothing and demand nothing. Silence about two drugs means that something was read about them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import combinations

from lenitive.knowledge import Knowledge, Membership, StoppedAbruptly
from lenitive.safety.facts import drug_fact
from lenitive.safety.finding import Part, Tier
from lenitive.safety.rules import parts_of
from lenitive.safety.situation import Situation
from lenitive.safety.wording import worded
from lenitive.terms import Fact, Grade, Message, Source

__all__ = ["by_weak_memberships", "pairs_taken", "pregnancy_unchecked", "unchecked"]

_QUIET = frozenset(
    {"minor", "note", "disputed"}
)  # with a weak membership on top there is nothing left to say
_MOST_PAIRS = 6  # so many pairs are named, the rest are counted: the line stays one


def by_weak_memberships(now: Situation, knowledge: Knowledge) -> Iterator[tuple[str, Part]]:
    """Rows and rules that would hold if a source of grade D or U were right about a drug's class."""
    weak = {id_: found for id_ in now.taken if (found := knowledge.substances.weak_classes_of(id_))}
    if not weak:
        return
    yield from _rows(now, weak, knowledge)
    yield from _rules(now, weak, knowledge)


def _rows(
    now: Situation, weak: Mapping[str, Mapping[str, Membership]], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    topics = knowledge.judgement.findings.mechanism_topic.to
    for a in sorted(now.taken):
        for b in sorted(now.taken):
            if a >= b or not (a in weak or b in weak):
                continue
            for row, memberships in knowledge.interactions.weakly_between(a, b):
                if row.only_for or row.severity in _QUIET:
                    continue
                pair = (now.taken[a], now.taken[b])
                first = memberships[0]
                of = a if a in weak and first in weak[a].values() else b
                yield (
                    topics[row.mechanisms[0]],
                    Part(
                        rule=f"{row.id}.weak",
                        tier=Tier.INFO,
                        tier_basis="ours",
                        drugs=(a, b),
                        says=_says(of, first, knowledge),
                        mechanism=worded(row.id, "met", row.effect),
                        action=Message.of("safety.weak.action"),
                        facts=tuple(map(drug_fact, pair)),
                        sources=tuple(dict.fromkeys(s for m in (*memberships, row) for s in m.sources)),
                        grade=max((m.grade for m in memberships), key=lambda g: g.value),
                        planned=any(t.planned for t in pair),
                        from_day=now.day,
                    ),
                )


def _rules(
    now: Situation, weak: Mapping[str, Mapping[str, Membership]], knowledge: Knowledge
) -> Iterator[tuple[str, Part]]:
    is_any = knowledge.substances.is_any
    for rule in knowledge.safety.rules:
        perhaps = [
            id_
            for id_, classes in weak.items()
            if not is_any(id_, rule.drugs)
            and not is_any(id_, rule.except_for)
            and set(classes) & set(rule.drugs)
        ]
        if not perhaps or any(isinstance(t, StoppedAbruptly) for t in rule.when):
            continue
        sure = [id_ for id_ in now.taken if is_any(id_, rule.drugs) and not is_any(id_, rule.except_for)]
        if rule.how_many > 1 and any(True for _ in _met(rule.topic, parts_of(rule, now, sure, knowledge))):
            continue
        with_sure = sure if rule.how_many > 1 else []
        for part in _met(rule.topic, parts_of(rule, now, [*with_sure, *perhaps], knowledge)):
            of = next(d for d in perhaps if d in part.drugs)
            row = next(row for one, row in weak[of].items() if one in rule.drugs)
            yield (
                rule.topic,
                replace(
                    part,
                    rule=f"{rule.id}.weak",
                    tier=Tier.INFO,
                    tier_basis="ours",
                    says=_says(of, row, knowledge),
                    mechanism=part.says,
                    size=(),
                    action=Message.of("safety.weak.action"),
                    plain=None,
                    sources=tuple(dict.fromkeys((*row.sources, *part.sources))),
                    grade=row.grade,
                    withholds=False,
                    demands=None,
                    demands_basis="",
                    acts_on=(),
                    tapers=(),
                ),
            )


def _met(topic: str, found: Iterable[tuple[str, Part]]) -> Iterator[Part]:
    return (part for of, part in found if of == topic)


def _says(drug: str, row: Membership, knowledge: Knowledge) -> Message:
    return Message.of("safety.weak.met", drug=drug, kind=knowledge.substances.words(row.of_class))


def pairs_taken(now: Situation, knowledge: Knowledge) -> Iterator[tuple[tuple[str, str], tuple[Fact, ...]]]:
    """Every pair of different ingredients taken on a day, in order of name, with the facts of it."""
    ingredient = knowledge.substances.ingredient
    taken = sorted(now.taken)
    for i, a in enumerate(taken):
        for b in taken[i + 1 :]:
            if ingredient(a) != ingredient(b):
                yield (a, b), (drug_fact(now.taken[a]), drug_fact(now.taken[b]))


def unchecked(
    pairs: Mapping[tuple[str, str], tuple[Fact, ...]],
    spoken_of: Collection[frozenset[str]],
    knowledge: Knowledge,
    at: date,
) -> Part | None:
    """The pairs of which nothing that was read says whether they go together, in one line; None where there are none.

    A pair is checked when a row of the interactions or a finding is about it; or when one of the two is a drug whose label was
    read for its file and the other stands in a class that the label could name.

    Args:
        pairs: The pairs taken, with their facts.
        spoken_of: The drugs of each part found.
        knowledge: What is known.
        at: The day of the check.
    """
    classes_of = knowledge.substances.classes_of
    together = {pair for both in spoken_of for pair in combinations(sorted(both), 2)}
    left = [
        pair
        for pair in pairs
        if pair not in together
        and not (any(id_ in knowledge.drugs for id_ in pair) and all(map(classes_of, pair)))
        and not any(row.decides for row in knowledge.interactions.between(*pair))
    ]
    if not left:
        return None
    words = knowledge.substances.words
    names = tuple(f"{words(a)} + {words(b)}" for a, b in left[:_MOST_PAIRS])
    more = len(left) - len(names)
    return Part(
        rule="not_checked.pairs",
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=tuple(sorted({id_ for pair in left for id_ in pair})),
        says=Message.of("safety.not_checked.pairs.met", pairs=names)
        if more == 0
        else Message.of("safety.not_checked.many_pairs.met", pairs=names, more=more),
        action=Message.of("safety.not_checked.pairs.action"),
        facts=tuple(dict.fromkeys(f for pair in left for f in pairs[pair])),
        sources=(Source(article="record", at="medicines"),),
        grade=Grade.A,
        from_day=at,
    )


def pregnancy_unchecked(
    taken: Mapping[str, Fact], spoken_of: Collection[str], knowledge: Knowledge, at: date
) -> Part | None:
    """The drugs of which nothing that was read says how they are used in pregnancy, in one line; None where there are none.

    Args:
        taken: What a pregnant patient takes or is planned to, with its fact.
        spoken_of: The drugs that a finding on pregnancy is about.
        knowledge: What is known.
        at: The day of the check.
    """
    left = tuple(sorted(set(taken) - set(spoken_of)))
    if not left:
        return None
    return Part(
        rule="not_checked.pregnancy",
        tier=Tier.INFO,
        tier_basis="ours",
        drugs=left,
        says=Message.of(
            "safety.not_checked.pregnancy.met", drugs=tuple(map(knowledge.substances.words, left))
        ),
        action=Message.of("safety.not_checked.pregnancy.action"),
        facts=tuple(taken[d] for d in left),
        sources=(Source(article="record", at="medicines"),),
        grade=Grade.A,
        from_day=at,
    )
