"""What a critical finding demands in place of the answer: what to do first, then what was found, with figures and days."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.brief.value import BriefAnswer
from lenitive.render.catalogue import said
from lenitive.render.sections.findings import clause, fact_words, says_words
from lenitive.render.words import and_list, drug_name
from lenitive.review import Review, binds
from lenitive.safety import Demand, Finding, Part, Tier
from lenitive.terms import Fact, Message

__all__ = ["critical_answer", "critical_findings"]

_MOST_CRITICAL = 5
_MOST_PARTS = 2
_MOST_NAMES = 3


def critical_findings(review: Review) -> tuple[Finding, ...]:
    """Those that replace the answer, being critical or demanding that a drug is left off; the strongest demand first."""
    found = [f for f in review.findings if binds((f,))]
    return tuple(sorted(found, key=lambda f: len(Demand) if f.demands is None else f.demands.rank))


def _loud(finding: Finding) -> tuple[Part, ...]:
    return tuple(p for p in finding.parts if p.demands is not None or p.tier is Tier.CRITICAL)


def _title(finding: Finding, named: tuple[str, ...]) -> str:
    """The title within a sentence, with the drugs that it is about where the sentence has not named them all."""
    title = clause(said(finding.title)).rstrip(".")
    drugs = sorted({d for p in _loud(finding) for d in p.drugs})
    if not drugs or set(drugs) <= set(named) or len(drugs) > _MOST_NAMES:
        return title
    return f"{title} ({and_list([drug_name(d) for d in drugs])})"


def _stopped(finding: Finding) -> tuple[str, ...]:
    """The drugs that are left off at once for it."""
    return tuple(d for d in finding.stops or finding.holds if d not in finding.tapers)


def _demanded(finding: Finding) -> str:
    """What has to be done today, in one sentence that begins with it."""
    stopped = _stopped(finding)
    match finding.demands:
        case Demand.STOP if stopped:
            id_, drugs = "render.brief.demand.stop", stopped
        case Demand.HOLD if stopped:
            id_, drugs = "render.brief.demand.hold", stopped
        case Demand.STOP | Demand.HOLD:
            id_, drugs = "render.brief.demand.taper", finding.tapers
        case _:
            return said(Message.of("render.brief.demand.contact", title=_title(finding, ())))
    return said(Message.of(id_, title=_title(finding, drugs), drugs=drugs))


def _known(part: Part, named: tuple[str, ...]) -> str:
    """What one rule found, with the facts behind it that the sentence above has not named."""
    facts = _together([f for f in part.facts if f.name not in named])
    says = says_words(part).rstrip(".")
    return f"{says} ({facts})." if facts else f"{says}."


def _together(facts: Sequence[Fact]) -> str:
    """Facts in words, the day once where several are of one day."""
    words = dict.fromkeys(map(fact_words, facts))
    groups: list[tuple[list[str], str]] = []
    for one in words:
        what, on, day = one.rpartition(" on ")
        if on and groups and groups[-1][1] == day:
            groups[-1][0].append(what)
        else:
            groups.append(([what], day) if on else ([one], ""))
    return "; ".join(f"{and_list(what)} on {day}" if day else and_list(what) for what, day in groups)


def critical_answer(found: tuple[Finding, ...]) -> BriefAnswer:
    """In place of the answer.

    Args:
        found: What `critical_findings` gives, not empty.
    """
    first, *others = found
    parts = _loud(first)
    named = _stopped(first)
    notes = [_known(p, named) for p in parts[:_MOST_PARTS]]
    notes.append(said(parts[0].action).rstrip(".") + ".")
    same = [f for f in others if _stopped(f) and set(_stopped(f)) <= set(named)]
    rest = [f for f in others if f not in same]
    if same:
        titles = "; ".join(_title(f, named) for f in same)
        notes.append(said(Message.of("render.brief.same_demand", count=len(same), titles=titles)))
    notes += map(_demanded, rest[: _MOST_CRITICAL - 1])
    left = len(rest) - (_MOST_CRITICAL - 1)
    if left > 0:
        notes.append(said(Message.of("render.brief.more_critical", count=left)))
    return BriefAnswer(
        kind="stop",
        pill=said(Message.of("render.brief.pill.stop")),
        sentence=_demanded(first),
        notes=(*dict.fromkeys(notes), said(Message.of("render.brief.nothing_else"))),
    )
