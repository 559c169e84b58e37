"""The one page in a terminal or a text file, in its own order."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Callout, Paragraph, Picture, Report, Section, Tone
from lenitive.render.brief.headings import headings
from lenitive.render.brief.value import AnswerKind, Brief, BriefLine

__all__ = ["brief_report"]

_TONES: dict[AnswerKind, Tone] = {
    "works": "good",
    "costs": "unsure",
    "not": "plain",
    "open": "unsure",
    "stop": "bad",
    "none": "note",
}


def _lines(lines: tuple[BriefLine, ...]) -> Bullets:
    return Bullets(items=tuple(Paragraph(lead=line.what, text=line.when) for line in lines))


def brief_report(page: Brief) -> Report:
    """The page as a report of few blocks."""
    a, head = page.answer, headings()
    facts = tuple(Paragraph(lead=f"{f.label}:", text=f.words) for f in a.facts)
    notes = tuple(Paragraph(text=n) for n in a.notes)
    steps: list[Block] = [Paragraph(text=page.tie)] if page.tie else []
    for s in page.steps:
        mark = f" {s.mark.alt}." if s.mark else ""
        steps.append(Paragraph(lead=f"{s.letter}  {s.action}.", text=f"{s.reason}{mark}".strip()))
        if s.warning:
            steps.append(Paragraph(lead="   !", text=s.warning))
    steps += [Paragraph(text=page.no_steps)] if page.no_steps else []
    steps += [
        Paragraph(lead=head[name], text=text)
        for name, text in (("beside", page.beside), ("withheld", page.withheld))
        if text
    ]
    pictures: list[Picture | Paragraph] = (
        [page.picture] if page.picture else [Paragraph(text=page.no_picture)]
    )
    sections = (
        Section(
            id="answer",
            title=head["answer"],
            blocks=(
                *(Callout(title=n, tone="unsure") for n in page.notices),
                Callout(
                    title=a.sentence if a.sentence.startswith(a.pill) else f"{a.pill}. {a.sentence}",
                    tone=_TONES[a.kind],
                    items=(*facts, *notes),
                ),
            ),
        ),
        Section(id="safety", title=head["safety"], blocks=(_lines(page.safety),)),
        Section(id="timeline", title=head["timeline"], blocks=tuple(pictures)),
        Section(id="next", title=head["next"], blocks=tuple(steps)),
        Section(id="stops", title=head["stops"], blocks=(_lines(page.stops),)),
        Section(id="checks", title=head["checks"], blocks=(_lines(page.checks),)),
        Section(
            id="goal",
            title=head["goal"],
            blocks=(Bullets(items=tuple(Paragraph(text=g) for g in page.goal)),),
        ),
    )
    return Report(
        title=page.name,
        subtitle="  ·  ".join((*page.about, page.entered)),
        banner=page.simulated,
        sections=sections,
        footer=" ".join(filter(None, (page.shortened, page.foot))),
        language=page.language,
    )
