"""Sources as readers know them: what stands at a source, in our words, instead of the key it has in our files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from lenitive.knowledge import Knowledge, fact_of, load
from lenitive.render.words import and_list
from lenitive.terms import Source

__all__ = ["reference_words", "shipped_references"]

_OURS = "our own judgement"


def _followed(source: Source, knowledge: Knowledge) -> Iterator[Source]:
    """The source itself; of a fact's id, what the fact rests on; of ``key: place``, the key with its place."""
    article, _, place = source.article.partition(": ")
    if article in knowledge.sources or article in knowledge.references:
        yield Source(article=article, at=source.at or place)
        return
    fact = fact_of(knowledge, article) if article.partition(".")[0] in knowledge.drugs else None
    if fact is None:
        yield source
    else:
        yield from (s.source for s in fact.source)


def _name(article: str, knowledge: Knowledge) -> str:
    if article == "ours":
        return _OURS
    listed = knowledge.sources.get(article) or next(
        (s for s in knowledge.sources.values() if s.article == article), None
    )
    if listed is not None:
        return listed.kind
    reference = knowledge.references.get(article)
    if reference is None:
        return article
    who = and_list([a.family for a in reference.authors[:1]])
    others = " and others" if len(reference.authors) > 1 else ""
    year = f" {reference.year}" if reference.year is not None else ""
    return f"{who}{others}{year}, {reference.title.strip('[]')}".lstrip(", ")


def _named(source: Source, knowledge: Knowledge) -> Iterator[str]:
    for one in _followed(source, knowledge):
        yield f"{_name(one.article, knowledge)}{f', {one.at}' if one.at else ''}"


def reference_words(sources: Iterable[Source], knowledge: Knowledge) -> str:
    """The sources in one line, each once: ``GPnotebook, stopping mirtazapine; NICE NG222, page 21, 1.4.22``."""
    return "; ".join(dict.fromkeys(name for one in sources for name in _named(one, knowledge)))


@cache
def _shipped(source: Source) -> tuple[str, ...]:
    """One source's names, looked up once."""
    return tuple(_named(source, _knowledge()))


@cache
def _knowledge() -> Knowledge:
    """What is shipped, read once: only names are taken from it, and reading it asks every file for its bytes."""
    return load()


def shipped_references(sources: Iterable[Source]) -> str:
    """The same by the knowledge that is shipped; what stands in a site's own files keeps its name."""
    return "; ".join(dict.fromkeys(name for one in sources for name in _shipped(one)))
