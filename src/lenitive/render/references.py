"""Sources as readers know them: what stands at a source, in our words, instead of the key it has in our files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lenitive.knowledge import Knowledge, fact_of
from lenitive.render.words import and_list
from lenitive.terms import Source

__all__ = ["reference_words"]

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


def reference_words(sources: Iterable[Source], knowledge: Knowledge) -> str:
    """The sources in one line, each once: ``GPnotebook, stopping mirtazapine; NICE NG222, page 21, 1.4.22``."""
    each = [s for one in sources for s in _followed(one, knowledge)]
    names = (f"{_name(s.article, knowledge)}{f', {s.at}' if s.at else ''}" for s in each)
    return "; ".join(dict.fromkeys(names))
