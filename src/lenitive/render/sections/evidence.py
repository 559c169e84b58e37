"""What the trials say of the drugs in a record: averages against placebo, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lenitive.evidence import DrugEvidence, EvidenceLine
from lenitive.render.blocks import Block, Column, Paragraph, Section, Table
from lenitive.render.catalogue import sentences
from lenitive.render.words import and_list, points
from lenitive.terms import Message

__all__ = ["evidence_document", "evidence_section", "two_sentences"]


def _effect(line: EvidenceLine) -> tuple[str, str]:
    if line.without is None:
        return "–", f"{points(line.estimate)} ({points(line.low)} to {points(line.high)}) points"
    # Of 100 people there are none below zero: the interval ends there.
    with_it, low, high = (
        max(0.0, min(100.0, line.without + v)) for v in (line.estimate, line.low, line.high)
    )
    return f"{line.without:.0f} of 100", f"{with_it:.0f} ({low:.0f} to {high:.0f}) of 100"


def _line(line: EvidenceLine) -> str:
    """``under half of the 1 point called important``: a score's size against the line that matters."""
    share = abs(line.estimate) / line.important
    size = f"the {line.important:g} point{'' if line.important == 1 else 's'} called important"
    return f"{'under half of' if share < 0.5 else 'less than' if share < 1 else 'at least'} {size}"


def _sure(line: EvidenceLine) -> str:
    return f"certainty {line.certainty}" if line.certainty else "certainty not judged"


def two_sentences(one: DrugEvidence) -> str:
    """What a visit needs of a drug's trials: benefit with its size against the line that matters, then harms of 100 people.

    Returns:
        Two sentences at most; empty where no figures were found.
    """
    by = {line.outcome: line for line in one.lines}
    pain, helped = by.get("pain"), by.get("responders_30pct")
    benefits = []
    if pain is not None:
        benefits.append(
            f"pain {'fell' if pain.estimate < 0 else 'rose'} by {abs(pain.estimate):.1f} of 10 points more than on placebo, "
            f"{_line(pain)} ({_sure(pain)})"
        )
    if helped is not None and helped.without is not None:
        benefits.append(f"{_instead(helped)} of 100 people had at least 30 % less pain ({_sure(helped)})")
    harms = [
        line for line in one.lines if line.harm and line.without is not None and not line.low < 0 < line.high
    ]
    sentences = [f"On average, {'; '.join(benefits)}."] if benefits else []
    if harms:
        counted = [f"{h.words} {_instead(h)} ({_sure(h)})" for h in harms]
        sentences.append(f"Harms of 100 people: {'; '.join(counted)}.")
    elif benefits:
        sentences.append("No harm could be told from placebo in the figures that were found.")
    return " ".join(sentences)


def _instead(line: EvidenceLine) -> str:
    """``18 instead of 1``, of 100 people."""
    without = line.without or 0.0
    return f"{min(100.0, max(0.0, without + line.estimate)):.0f} instead of {without:.0f}"


def _at_patient(shown: Sequence[DrugEvidence]) -> Message:
    """Whether the averages can be moved to one person's age, sex, weight, pain and mood."""
    modified, needed = max(one.modified for one in shown), min(one.needed for one in shown)
    if modified < needed:
        return Message.of("render.evidence.cannot_be_moved", modified=modified, needed=needed)
    return Message.of("render.evidence.can_be_moved")


def evidence_section(evidence: Sequence[DrugEvidence]) -> Section | None:
    """The section, or None when no drug of the record has a trial with figures."""
    blocks: list[Block] = []
    for one in evidence:
        if not one.lines:
            continue
        rows = []
        for line in one.lines:
            without, with_it = _effect(line)
            rows.append(
                (line.words.capitalize(), without, with_it, str(line.trials), line.certainty or "not judged")
            )
        short = two_sentences(one)
        if short:
            blocks.append(Paragraph(lead=f"{one.words[:1].upper()}{one.words[1:]}.", text=short))
        blocks.append(
            Table(
                columns=(
                    Column(head="Outcome"),
                    Column(head="Placebo", number=True),
                    Column(head=f"With {one.words} (95 %)", number=True),
                    Column(head="Trials", number=True),
                    Column(head="Certainty"),
                ),
                rows=tuple(rows),
                caption=f"{one.words.capitalize()}: randomised fibromyalgia trials against placebo, the average person",
            )
        )
        said = []
        if one.without_figures:
            said.append(f"No figures were found for {and_list(list(one.without_figures))}.")
        hidden = [m.study for m in one.missing if m.status in {"unpublished", "failed_primary"}]
        if one.missing:
            named = f", unpublished or failed: {and_list(hidden)}" if hidden else ""
            count = len(one.missing)
            said.append(f"{count} known trial{'s have' if count != 1 else ' has'} figures missing{named}.")
        if one.not_pooled:
            said.append(f"Never pooled because open and not randomised: {and_list(list(one.not_pooled))}.")
        if said:
            blocks.append(Paragraph(lead="Missing.", text=" ".join(said), quiet=True))
    if not blocks:
        return None
    shown = [one for one in evidence if one.lines]
    closing = [Message.of("render.evidence.averages"), _at_patient(shown)]
    blocks.append(Paragraph(text=sentences(closing), quiet=True))
    return Section(id="evidence", title="What the trials say", blocks=tuple(blocks))


def evidence_document(evidence: Sequence[DrugEvidence]) -> list[dict[str, Any]]:
    """The same for programs, unrounded."""
    return [
        {
            "drug": one.drug,
            "outcomes": [
                {
                    "outcome": line.outcome,
                    "unit": "NRS points" if line.without is None else "more people of 100",
                    "estimate": line.estimate,
                    "low": line.low,
                    "high": line.high,
                    "without": line.without,
                    "important": line.important,
                    "harm": line.harm,
                    "certainty": line.certainty,
                    "trials": line.trials,
                    "sources": [str(s) for s in line.sources],
                }
                for line in one.lines
            ],
            "without_figures": list(one.without_figures),
            "missing": [{"study": m.study, "status": m.status, "source": m.source} for m in one.missing],
            "not_pooled": list(one.not_pooled),
            "at_person": {"trials_reporting": one.modified, "trials_needed": one.needed},
        }
        for one in evidence
    ]
