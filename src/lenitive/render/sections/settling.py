"""What would settle it: the next steps by how much surer each is expected to make the verdict."""

from __future__ import annotations

from lenitive.render.blocks import Block, Column, Paragraph, Section, Table
from lenitive.render.words import activity_amount, dose, drug_name, percent
from lenitive.response import InputKind, Settling, SettlingStep, Verdict, VerdictKind
from lenitive.review import Review

__all__ = ["settling_section", "step_words"]

_MOST = 5


def _amount(v: Verdict, value: float) -> str:
    return dose(value) if v.kind is InputKind.DRUG else activity_amount(v.drug, value)


def step_words(v: Verdict, s: Settling) -> str:
    """A step in one clause."""
    weeks = f"{s.weeks:g} weeks"
    match s.step:
        case SettlingStep.WAIT:
            return f"go on as now for {weeks}"
        case SettlingStep.FULLER_DIARY:
            return f"go on as now for {weeks}, with an entry every day"
        case SettlingStep.DOSE_CHANGE:
            return f"{_amount(v, s.stretches[0].dose)} for {weeks}"
        case SettlingStep.OPEN_BREAK:
            return f"{weeks} without it, openly"
        case SettlingStep.BREAK_AND_RESTART:
            return f"without it and then with it again, openly, {weeks} in all"
        case SettlingStep.RESTART:
            return f"with it again for {weeks}"
        case SettlingStep.BLINDED_BLOCKS:
            return f"blinded blocks of {s.block_days} days with and without it, {weeks} in all"
        case SettlingStep.ALTERNATING_WEEKS:
            return f"alternating stretches of {s.block_days} days with and without it, {weeks} in all"


def settling_section(review: Review) -> Section | None:
    """A table for each drug whose verdict is open, and one line for those whose verdict stands."""
    blocks: list[Block] = []
    for v in review.verdicts:
        steps = review.settling.get(v.drug, ())
        if v.verdict is not VerdictKind.CANNOT_TELL or not steps:
            continue
        blocks.append(
            Table(
                columns=(
                    Column(head="Consider"),
                    Column(head="Gives a verdict", number=True),
                    Column(head="Spread after", number=True),
                    Column(head="Sure after", number=True),
                ),
                rows=tuple(
                    (
                        step_words(v, s)[:1].upper() + step_words(v, s)[1:],
                        percent(s.settles),
                        f"{s.sd_after:.1f}",
                        percent(s.certainty_after),
                    )
                    for s in steps[:_MOST]
                ),
                caption=f"{drug_name(v.drug).capitalize()}: now the spread is {steps[0].sd_now:.1f} points and the chance of "
                f"being right {percent(steps[0].certainty_now)}",
            )
        )
    if not blocks:
        return None
    note = (
        "Computed from the model for this patient and this way of keeping the diary, before knowing what will be reported. "
        "A break is tapered, never abrupt, where the medicine needs it; whether a step is safe is for the findings to say."
    )
    return Section(
        id="settle", title="What would settle it", blocks=(*blocks, Paragraph(text=note, quiet=True))
    )
