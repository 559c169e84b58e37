"""Which articles are offered beside a review, by rule, each with why it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lenitive.frozen import dataclass
from lenitive.knowledge import Article, Condition, OpeningRule
from lenitive.terms import Audience, Fact, Outcome, Reason

__all__ = ["Opening", "considered", "open_articles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An article that is offered.

    Attributes:
        article: Its id.
        title: Its title.
        audience: Who it is for.
        why: Why it is shown, in the audience's words.
        because: The rule and the facts.
        weight: Higher is shown earlier.
    """

    article: str
    title: str
    audience: Audience
    why: str
    because: Reason
    weight: int


def _holds(condition: Condition, facts: Mapping[str, Fact]) -> bool | None:
    """Whether a condition holds; None when the fact is not known."""
    fact = facts.get(condition.fact)
    if fact is None or fact.value is None:
        return None
    value = fact.value
    if condition.is_ is not None:
        return value == condition.is_
    if condition.one_of:
        return value in condition.one_of
    if isinstance(value, bool | str | tuple):
        return False
    above = condition.at_least is None or value >= condition.at_least
    under = condition.at_most is None or value <= condition.at_most
    return above and under and (condition.below is None or value < condition.below)


def considered(
    rules: Iterable[OpeningRule], facts: Mapping[str, Fact]
) -> tuple[tuple[OpeningRule, Reason], ...]:
    """Every rule with what came of it: met, not met, or unknown with the names of the facts it lacked."""
    found = []
    for rule in rules:
        results = {c.fact: _holds(c, facts) for c in rule.when}
        if any(r is False for r in results.values()):
            outcome = Outcome.NOT_MET
        elif any(r is None for r in results.values()):
            outcome = Outcome.UNKNOWN
        else:
            outcome = Outcome.MET
        reason = Reason(
            rule=rule.id,
            outcome=outcome,
            facts=tuple(facts[c.fact] for c in rule.when if results[c.fact] is not None),
            missing=tuple(name for name, r in results.items() if r is None),
            sources=rule.sources,
        )
        found.append((rule, reason))
    return tuple(found)


def _said(template: str, facts: Mapping[str, Fact]) -> str:
    text = template
    for name, fact in facts.items():
        mark = "{" + name + "}"
        if mark in text:
            value = fact.value
            shown = (
                f"{value:g}" if isinstance(value, float | int) and not isinstance(value, bool) else str(value)
            )
            text = text.replace(mark, shown)
    return text


def open_articles(
    rules: Iterable[OpeningRule],
    articles: Mapping[str, Article],
    facts: Iterable[Fact],
    *,
    audience: Audience | None = None,
    most: int = 6,
) -> tuple[Opening, ...]:
    """The articles that the facts open, weightiest first; an article opened twice keeps its weightier reason.

    Args:
        rules: The rules, from knowledge.
        articles: The library.
        facts: What is known of the patient and the review.
        audience: Only articles for these readers; None for both.
        most: At most so many for each audience.
    """
    known = {f.name: f for f in facts}
    best: dict[str, Opening] = {}
    for rule, reason in considered(rules, known):
        if reason.outcome is not Outcome.MET:
            continue
        for place, name in enumerate(rule.articles):
            article = articles[name]
            reader = article.head.audience
            if audience is not None and reader is not audience:
                continue
            offered = Opening(
                article=name,
                title=article.head.title,
                audience=reader,
                why=_said(rule.why_patient if reader is Audience.PATIENT else rule.why, known),
                because=reason,
                weight=100 * rule.weight - place,
            )
            if name not in best or best[name].weight < offered.weight:
                best[name] = offered
    ordered = sorted(best.values(), key=lambda o: (-o.weight, o.article))
    kept = []
    for reader in Audience:
        kept += [o for o in ordered if o.audience is reader][:most]
    return tuple(sorted(kept, key=lambda o: (-o.weight, o.article)))
