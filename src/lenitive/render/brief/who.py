"""Who the page is about, how much there is to go by, and what the safety check says in a line."""

from __future__ import annotations

from collections.abc import Iterable

from lenitive.record import LEFT_OUT
from lenitive.render.brief.answer import verdict_shown
from lenitive.render.brief.critical import critical_findings
from lenitive.render.brief.room import Shortener
from lenitive.render.brief.value import BriefLine
from lenitive.render.catalogue import said
from lenitive.render.direction import isolated
from lenitive.render.left_out import left_out_words
from lenitive.render.sections.findings import warning_clause
from lenitive.render.words import drug_name
from lenitive.review import Review
from lenitive.safety import Tier
from lenitive.terms import Message

__all__ = ["about_lines", "entered_words", "loudest_first", "notices_of", "safety_lines"]


def loudest_first(review: Review, drugs: Iterable[str]) -> list[str]:
    """Medicines that a critical finding or a warning is about before the others, so that what is cut is never one of them first."""
    loud = [d for f in review.findings if f.tier is not Tier.INFO for d in f.drugs]
    return sorted(drugs, key=lambda d: loud.index(d) if d in loud else len(loud))


def about_lines(review: Review, short: Shortener) -> tuple[str, ...]:
    """Age and sex, conditions, kidneys and liver, other medicines; what is not recorded is said to be so."""
    p, pregnant = review.person, review.record.patient.pregnant
    most = short.room.about
    age = p.age
    known = age is not None
    sex = p.sex or "unknown"
    who = {
        ("female", True): Message.of("render.brief.woman", age=age),
        ("male", True): Message.of("render.brief.man", age=age),
        ("unknown", True): Message.of("render.brief.person", age=age),
        ("female", False): Message.of("render.brief.woman_no_age"),
        ("male", False): Message.of("render.brief.man_no_age"),
        ("unknown", False): Message.of("render.brief.no_age"),
    }[sex, known]
    conditions = [isolated(c) for c in p.conditions]
    shown = verdict_shown(review)
    others = [drug_name(d) for d in loudest_first(review, p.medicines) if shown is None or d != shown.drug]
    kidneys = (
        Message.of("render.brief.kidneys_unknown")
        if p.kidneys is None
        else Message.of("render.brief.kidneys", egfr=p.kidneys.value)
    )
    liver = (
        Message.of("render.brief.liver_unknown")
        if p.liver is None
        else Message.of("render.brief.liver_well")
        if p.liver == "none"
        else Message.of("render.brief.liver", impairment=p.liver)
    )
    parts = [
        said(who),
        short.listed(conditions, most) or said(Message.of("render.brief.no_conditions")),
        said(Message.of("render.brief.organs_unknown"))
        if p.kidneys is None and p.liver is None
        else f"{said(kidneys)}, {said(liver)}",
    ]
    if pregnant:
        parts.append(said(Message.of("render.brief.pregnant")))
    if others:
        parts.append(said(Message.of("render.brief.also_takes", names=short.listed(others, most))))
    return tuple(parts)


def entered_words(review: Review) -> str:
    """How many days have an entry, when the last one was, and what was taken of what was due."""
    p = review.person
    if p.last_entry is None:
        return said(Message.of("render.brief.no_entry"))
    entered = said(Message.of("render.brief.entered", entries=p.entries, days=p.days, last=p.last_entry))
    shown = verdict_shown(review)
    kept = next((a for a in p.adherence if shown is not None and a.drug == shown.drug), None)
    if kept is None or kept.unanswered == kept.due:
        return entered
    taken = Message.of("render.brief.taken", taken=kept.taken, due=kept.due)
    return f"{entered}; {said(taken)}"


def notices_of(review: Review, short: Shortener) -> tuple[str, ...]:
    """What has to be known before the answer: that it is stale, what is asked first, what of the record could not be read."""
    found = [
        f"{said(r.lead)} {said(r.text)}"
        for r in (review.data_quality.silence, review.question.asks)
        if r is not None
    ]
    left_out = left_out_words(review)
    found += [left_out] if left_out else []
    problems = [p for p in review.data_quality.problems if p.where.file != LEFT_OUT]
    if problems:
        first = short.text(str(problems[0]), short.room.line)
        found.append(said(Message.of("render.brief.left_unread", count=len(problems), first=first)))
    return tuple(found)


def safety_lines(review: Review, short: Shortener) -> tuple[BriefLine, ...]:
    """Critical findings by their number, warnings by their titles, and how many medicines were checked."""
    critical = len(critical_findings(review))
    warnings = [f for f in review.findings if f.tier is Tier.WARNING]
    lines = [
        BriefLine(what=said(Message.of("render.brief.critical", count=critical)), loud=True, critical=True)
        if critical
        else BriefLine(what=said(Message.of("render.brief.no_critical")))
    ]
    if warnings:
        words = short.listed(
            list(map(warning_clause, warnings)), 2 * short.room.warning, "; ", count=short.room.warnings
        )
        titles = Message.of("render.brief.warnings", count=len(warnings), titles=words)
        lines.append(BriefLine(what=said(titles), loud=True))
    taken = tuple(r.drug for r in review.regimen)
    if taken:
        unchecked = [drug_name(d) for d in taken if d in review.not_known]
        checked = Message.of("render.brief.checked", checked=len(taken) - len(unchecked), count=len(taken))
        names = short.listed(unchecked, short.room.about)
        words = (
            f"{said(checked)}, {said(Message.of('render.brief.not_checked', names=names))}"
            if names
            else said(checked)
        )
        lines.append(BriefLine(what=words))
    return tuple(lines)
