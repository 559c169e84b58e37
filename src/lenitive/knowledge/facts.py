"""Every fact of the drug, interaction and substance files: counted, looked up, followed to its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.load import Knowledge
from lenitive.knowledge.schema.facts import FactRow

__all__ = ["Counts", "all_facts", "count", "fact_of", "faults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many facts there are.

    Attributes:
        by_grade: Grade to count.
        by_check: How they were checked on entry, to count.
        deciding: Facts a rule may rest on.
        unverified: Facts of grade D or U.
        disputed: Facts with a contradiction kept.
        overdue: Facts whose day of review lies before a given day.
    """

    facts: int
    by_grade: dict[str, int]
    by_check: dict[str, int]
    deciding: int
    unverified: tuple[FactRow, ...]
    disputed: int
    overdue: int


def all_facts(knowledge: Knowledge) -> Iterator[FactRow]:
    """Every fact of the drugs, interactions, classes and topics, in a stable order."""
    yield from knowledge.drugs.facts()
    yield from knowledge.interactions.facts()
    yield from knowledge.substances.memberships
    for topic in knowledge.topics.values():
        yield from topic.fact.values()


def fact_of(knowledge: Knowledge, id: str) -> FactRow | None:  # noqa: A002 - the fact's own word
    """The fact of an id, or of the last part of one when a single fact ends with it; otherwise None."""
    start = id.partition(".")[0]
    if start in knowledge.drugs:
        return next((f for f in knowledge.drugs[start].facts() if f.id == id), None)
    ending = []
    for fact in all_facts(knowledge):
        if fact.id == id:
            return fact
        if fact.id.endswith(f".{id}"):
            ending.append(fact)
    return ending[0] if len(ending) == 1 else None


def count(knowledge: Knowledge, at: date | None = None) -> Counts:
    """Counts over every fact; ``at`` is the day against which reviews are overdue, none without it."""
    facts = list(all_facts(knowledge))
    return Counts(
        facts=len(facts),
        by_grade=dict(sorted(Counter(f.grade.value for f in facts).items())),
        by_check=dict(sorted(Counter(f.check.value for f in facts).items())),
        deciding=sum(f.decides for f in facts),
        unverified=tuple(f for f in facts if not f.verified),
        disputed=sum(bool(f.contradictions) for f in facts),
        overdue=sum(1 for f in facts if at and f.review and f.review < at),
    )


def faults(knowledge: Knowledge) -> list[Fault]:
    """Every fault of every kind of knowledge file, once each."""
    found: set[Fault] = set()
    kinds = [name for name, member in vars(type(knowledge)).items() if isinstance(member, cached_property)]
    for name in kinds:
        try:
            getattr(knowledge, name)
        except KnowledgeError as error:
            found.update(error.faults)
    try:
        found.update(knowledge.drugs.read_all())
        found.update(_cross_faults(knowledge))
    except KnowledgeError as error:
        found.update(error.faults)
    return sorted(found)


def _cross_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """What only shows when kinds are read side by side: ids, citation keys, sources without use."""

    def fault(file: str, key: str, what: str, remedy: str) -> Fault:
        return Fault(file=file, key=key, what=what, remedy=remedy)

    drugs = [knowledge.drugs[d] for d in knowledge.drugs]
    for drug in drugs:
        file = f"drugs/{drug.id}.toml"
        if drug.id not in knowledge.substances:
            yield fault(file, "id", "is not a substance", "Add it to substances/substances.csv")
        for key, row in drug.contraindication.items():
            if row.kind == "drug" and not knowledge.substances.knows(row.target):
                yield fault(
                    file, f"contraindication.{key}", "names no substance or class", "Correct the target"
                )
        codes = [i.code for i in drug.identifier.values() if i.system == "atc"]
        listed = knowledge.substances.by_id.get(drug.ingredient or drug.id)
        if listed and codes and codes[0] not in listed.atc:
            yield fault(file, "identifier.atc", "differs from substances.csv", "Compare both with the index")
    used = {s.article for f in all_facts(knowledge) for s in f.source}
    used |= {s.article for f in all_facts(knowledge) for c in f.contradictions for s in c.source}
    used |= {
        knowledge.sources[key].article for key in knowledge.planning.articles if key in knowledge.sources
    }
    used |= {
        knowledge.sources[key].article for key in knowledge.judgement.articles if key in knowledge.sources
    }
    used |= {s.article for rule in knowledge.safety.rules for s in rule.source}
    references = knowledge.references
    for id_, number in knowledge.judgement.rows():
        for place in number.sources:
            if place.article not in {"ours", *knowledge.sources, *references}:
                file, _, key = id_.partition(".")
                yield fault(
                    f"judgement/{file}.toml",
                    key,
                    f"names the source {place.article!r}, which is not known",
                    "Write a key of the bibliography or of sources.csv, or `ours`",
                )
    named_before: dict[str, str] = {}
    for key, one in knowledge.judgement.response.onset.items():
        for named in one.drugs or (key,):
            match = knowledge.substances.listed(named)
            if match is None or match.name != named:
                yield fault(
                    "judgement/response.toml",
                    f"onset.{key}",
                    f"{named!r} is the id of no known drug",
                    "Correct the id",
                )
            elif named in named_before:
                yield fault(
                    "judgement/response.toml",
                    f"onset.{key}",
                    f"{named!r} has an onset in {named_before[named]!r} already",
                    "Keep one of the two",
                )
            named_before.setdefault(named, key)
    for named in knowledge.judgement.question.acting_classes.of:
        if named not in knowledge.substances.classes:
            yield fault("judgement/question.toml", named, "is not a class of drugs", "Correct the id")
    for topic in sorted(knowledge.judgement.findings.topics - knowledge.safety.topics.keys()):
        yield fault(
            "judgement/findings.toml", topic, "is not a topic", "Add it to safety/topics.toml or correct it"
        )
    yield from _rests_on_pages(knowledge)
    for key, source in knowledge.sources.items():
        if source.article not in used:
            yield fault("sources.csv", key, "is used by no fact", "Remove the line")
        if not source.article.startswith(("http://", "https://")) and source.article not in references:
            yield fault("sources.csv", key, "is neither an address nor a bibliography key", "Correct it")
    seen: set[str] = set()
    for fact in all_facts(knowledge):
        if fact.id in seen:
            yield fault("-", fact.id, "stands twice", "Give one of them another key")
        seen.add(fact.id)


# Sites that no decision rests on alone, whatever stands there, unless sources.csv says what the text is that was read there.
_UNFIT_HOSTS = (
    "quizgecko.", "slideshare.", "brainscape.", "droracle.", "scribd.", "blogspot.", "wordpress.", "wikipedia.", "kiwix.", "quizlet.", "chegg.",
)  # fmt: skip


def _rests_on_pages(knowledge: Knowledge) -> Iterator[Fault]:
    """Facts and rules that decide and have no other source than pages that carry no decision."""
    nature = {s.article: s.may_carry for s in knowledge.sources.values()}

    def carries(article: str) -> bool:
        if article in nature:
            return nature[article]
        return not any(host in article for host in _UNFIT_HOSTS)

    def fault(file: str, key: str) -> Fault:
        return Fault(
            file=file,
            key=key,
            what="decides, and rests on pages that carry no decision",
            remedy="Read a label, guideline or paper, say in sources.csv what was read there, or set decides = false",
        )

    for fact in all_facts(knowledge):
        if fact.decides and not any(carries(s.article) for s in fact.source):
            yield fault("-", fact.id)
    for rule in knowledge.safety.rules:
        if not any(carries(s.article) for s in rule.source):
            yield fault("safety", rule.id)
