"""What to consider next, on one axis: at most three steps, which of them are as good as each other, and what is withheld and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lenitive.render.blocks import Picture
from lenitive.render.brief.critical import critical_findings
from lenitive.render.brief.room import Shortener
from lenitive.render.brief.value import BriefStep
from lenitive.render.catalogue import said
from lenitive.render.pictures import RangeMark
from lenitive.render.sections.findings import warning_clause
from lenitive.render.sections.options import option_words
from lenitive.render.sections.urgent import after_clauses
from lenitive.render.words import and_list, points
from lenitive.review import Absent, Option, Options, Review, not_apart, worth_range
from lenitive.safety import Tier
from lenitive.terms import Message

__all__ = ["beside_words", "offered", "steps_of", "tie_words", "withheld_words"]

MOST = 3
_LETTERS = "ABC"
_WITHOUT_DRUG = "add_non_drug"
_URGENT = ("stop", "hold", "contact")


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def offered(review: Review) -> tuple[Option, ...]:
    """The steps of the page: the first three in rank that are about a medicine; under a critical finding what it demands."""
    if isinstance(review.options, Absent):
        return ()
    ranked = sorted((o for o in review.options.options if o.rank is not None), key=lambda o: o.rank or 0)
    urgent = critical_findings(review)
    if urgent:
        # A finding replaces the answer; nothing stands beside it but what it demands.
        tapered = {d for f in urgent for d in f.tapers}
        return tuple(o for o in ranked if o.action in _URGENT or (o.action == "taper" and o.drug in tapered))[
            :MOST
        ]
    return tuple(o for o in ranked if o.action != _WITHOUT_DRUG)[:MOST]


def _axis(options: Sequence[Option]) -> tuple[float, float]:
    """Ends that hold zero and every range."""
    ends = [0.0]
    for o in options:
        if o.expected.worth is not None:
            ends += worth_range(o.expected) or (o.expected.worth,)
    low, high = min(ends), max(ends)
    spare = max(0.5, 0.05 * (high - low))
    return low - spare, high + spare


def _mark(o: Option, axis: tuple[float, float]) -> Picture | None:
    worth, ends = o.expected.worth, worth_range(o.expected)
    if worth is None:
        return None
    low, high = ends or (None, None)
    told = points(worth) if ends is None else f"{points(worth)} ({points(ends[0])} to {points(ends[1])})"
    return Picture(
        shows=RangeMark(mean=worth, low=low, high=high, axis=axis),
        alt=said(Message.of("render.brief.mark", worth=told)),
    )


def _reason(o: Option, before: Collection[str], short: Shortener) -> str:
    """Why it is offered, where that is not why a step before is, and its figures."""
    because = _because(o)
    e = o.expected
    figures = (
        said(Message.of("render.brief.figures", benefit=e.benefit, cost=e.cost))
        if e.benefit is not None and e.cost is not None
        else ""
    )
    own = "" if because in before else short.sentence(because, short.room.reason)
    return " ".join(filter(None, (own, figures)))


def _because(o: Option) -> str:
    return said(o.because[0].message) if o.because else ""


def _warning(o: Option, told: Collection[str], short: Shortener) -> str:
    """What the safety check says of the step, where it warns and does not withhold; what is told of today already by its title alone."""
    # What has to be done today is not warned against: what it brings about is to be looked after then.
    if o.action in {"stop", "hold"}:
        after = after_clauses(o)
        words = short.listed(after, short.room.warning, "; ")
        return said(Message.of("render.brief.afterwards", words=words)) if after else ""
    clauses = [said(f.title) if f.topic in told else warning_clause(f) for f in o.findings]
    words = short.listed(clauses, short.room.warning, "; ")
    return said(Message.of("render.brief.warning", words=words)) if words else ""


def steps_of(review: Review, short: Shortener) -> tuple[BriefStep, ...]:
    """The steps, lettered in order of rank."""
    found = offered(review)
    axis = _axis(found)
    # What the answer has said already is not said again.
    told = {f.topic for f in review.findings if f.tier is not Tier.INFO}
    why = [_because(o) for o in found]
    urgent = {said(f.parts[0].says) for f in critical_findings(review)[:1]}
    return tuple(
        BriefStep(
            letter=letter,
            action=short.text(_first_up(option_words(o)), short.room.action),
            reason="" if _because(o) in urgent else _reason(o, why[:i], short),
            warning=_warning(o, told, short),
            mark=_mark(o, axis),
        )
        for i, (letter, o) in enumerate(zip(_LETTERS, found, strict=False))
    )


def tie_words(review: Review) -> str:
    """Which steps are as good as each other; empty for none."""
    found = offered(review)
    tied = not_apart(found)
    letters = [letter for letter, o in zip(_LETTERS, found, strict=False) if o in tied]
    return said(Message.of("render.brief.tie", letters=and_list(letters))) if letters else ""


def beside_words(review: Review) -> str:
    """What can be done beside any of them."""
    options = review.options
    if (
        isinstance(options, Absent)
        or critical_findings(review)
        or all(o.action != _WITHOUT_DRUG or o.rank is None for o in options.options)
    ):
        return ""
    return said(Message.of("render.brief.beside"))


def _titles(review: Review, options: Options) -> dict[str, str]:
    """The titles of findings by their rules."""
    every = (*review.findings, *(f for o in options.options for f in o.findings))
    return {p.rule: said(f.title) for f in every for p in f.parts}


def withheld_words(review: Review, short: Shortener) -> str:
    """What the safety check stops, each with the titles of the findings that do, where the review holds them.

    Empty under a critical finding, which says itself that nothing else is offered.
    """
    options = review.options
    if isinstance(options, Absent) or critical_findings(review):
        return ""
    titles = _titles(review, options)
    words = []
    for o in options.options:
        if o.withheld_by:
            why = dict.fromkeys(titles[r] for r in o.withheld_by if r in titles)
            words.append(f"{option_words(o)} ({'; '.join(why)})" if why else option_words(o))
    return short.listed(words, short.room.withheld, "; ")
