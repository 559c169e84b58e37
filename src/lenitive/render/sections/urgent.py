"""What has to be done today in words: why, how, what doing it brings about, and what waits for it."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.blocks import Block, Bullets, Callout, Details, Paragraph
from lenitive.render.catalogue import said, sentences
from lenitive.render.sections.findings import says_words
from lenitive.review import Option
from lenitive.safety import Finding
from lenitive.terms import Message

__all__ = ["after_clauses", "urgent_blocks"]


_WAIT = "washout"


def _sentence(text: str) -> str:
    return text.rstrip(".") + "."


def _going_on(o: Option) -> tuple[str, ...]:
    """Waits that the stop begins, for medicines that are taken already: whether they go on is today's decision too."""
    by: dict[float | None, dict[str, None]] = {}
    for part in (p for f in o.findings if f.topic == _WAIT for p in f.parts):
        days = next((fact.value for fact in part.says.facts if fact.name == "wait"), None)
        by.setdefault(days if isinstance(days, int | float) else None, {})[part.drugs[1]] = None
    return tuple(
        said(Message.of("render.urgent.goes_on_unknown", then=tuple(then), first=o.drug))
        if days is None
        else said(Message.of("render.urgent.goes_on", then=tuple(then), first=o.drug, wait=days))
        for days, then in by.items()
    )


def after_clauses(o: Option) -> tuple[str, ...]:
    """What a stop or a hold brings about, each in a clause: of a wait what has to be decided with it, else the title of the finding."""
    titles = dict.fromkeys(said(f.title) for f in o.findings if f.topic != _WAIT)
    return (*(words.rstrip(".") for words in _going_on(o)), *titles)


def _after(o: Option) -> tuple[Paragraph, ...]:
    """The same with what each finding says: nothing here speaks against what has to be done."""
    found = [Paragraph(text=words) for words in _going_on(o)]
    for finding in o.findings:
        if finding.topic != _WAIT:
            says = dict.fromkeys(_sentence(says_words(p)) for p in finding.parts)
            does = dict.fromkeys(_sentence(said(p.action)) for p in finding.parts)
            lead = said(Message.of("render.urgent.look_after", title=said(finding.title)))
            found.append(Paragraph(lead=lead, text=" ".join((*says, *does))))
    return tuple(found)


def _today(o: Option, action: str, findings: Sequence[Finding]) -> Callout:
    how = dict.fromkeys(
        _sentence(said(p.action)) for f in findings for p in f.parts if p.rule in o.rules and p.demands
    )
    return Callout(
        title=f"{o.rank}. {action}",
        tone="bad",
        text=" ".join((sentences(r.message for r in o.because), *how)),
        items=_after(o),
    )


def urgent_blocks(words: Sequence[tuple[Option, str]], findings: Sequence[Finding]) -> list[Block]:
    """What has to be done today in order, and to open what waits for it.

    Args:
        words: The options of a review in which a finding binds, each with its clause that begins with a capital.
        findings: The findings of the review.
    """
    blocks: list[Block] = [_today(o, action, findings) for o, action in words if o.rank is not None]
    waiting = tuple(Paragraph(text=f"{action}.") for o, action in words if o.withheld_by)
    if waiting:
        summary = said(Message.of("render.urgent.waiting", count=len(waiting)))
        blocks.append(Details(summary=summary, blocks=(Bullets(items=waiting),)))
    return blocks
