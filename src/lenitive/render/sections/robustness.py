"""How far the answer depends on what is assumed, and where diary and trials disagree."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Column, Details, Paragraph, Section, Table
from lenitive.render.words import and_list, drug_name, percent, points
from lenitive.review import Absent, Review

__all__ = ["robustness_section"]

_PRIORS = {
    "expectation": "expectation (placebo response)",
    "trend": "slow drift",
    "decay": "ebb after a bad phase",
    "level": "spread of the usual level",
    "effect": "spread of the effect before the diary",
}
_FACTORS = {0.5: "half", 2.0: "twice"}


def robustness_section(review: Review) -> Section | None:
    """A sentence and a table for each drug; None without a fit."""
    if isinstance(review.fit, Absent) or not review.robustness:
        return None
    blocks: list[Block] = []
    for drug in dict.fromkeys(r.drug for r in review.robustness):
        rows = [r for r in review.robustness if r.drug == drug]
        moved = [
            f"{_PRIORS.get(r.prior, r.prior)} {_FACTORS.get(r.factor, f'{r.factor:g} times')} as large"
            for r in rows
            if r.same is False
        ]
        unsound = sum(r.same is None for r in rows)
        text = (
            f"Another answer would be given with {and_list(moved)}."
            if moved
            else "The same would be said with each of the assumptions half or twice as large."
        )
        if unsound:
            text += f" {unsound} of {len(rows)} changes reach too far to be judged by reweighting."
        name = drug_name(drug).capitalize()
        blocks.append(Paragraph(lead=f"{name}.", text=text))
        table = Table(
            columns=(
                Column(head="Assumption"),
                Column(head="Size"),
                Column(head="Benefit", number=True),
                Column(head="≥ 1 point", number=True),
                Column(head="Answer"),
            ),
            rows=tuple(
                (
                    _PRIORS.get(r.prior, r.prior),
                    _FACTORS.get(r.factor, f"{r.factor:g}"),
                    points(r.benefit_mean),
                    percent(r.probability),
                    {True: "the same", False: "another", None: "not to be trusted"}[r.same],
                )
                for r in rows
            ),
            caption=f"{name}: benefit in points (more is better) when one assumption is changed",
        )
        blocks.append(Details(summary=f"{name}: each assumption halved and doubled", blocks=(table,)))
    if review.fit.rivals:
        ways = [
            f"{percent(r.share)}: {and_list([f'{drug_name(o.input)} in {_days(o.other)}' for o in r.onsets])}"
            for r in review.fit.rivals
        ]
        blocks.append(
            Paragraph(
                lead="More than one explanation fits the diary.",
                text="They differ in how fast the effect on pain comes, and the numbers are means over them by their chance ("
                f"{'; '.join(ways)}). A diary with more changes of the dose tells them apart.",
            )
        )
    if review.fit.conflicts:
        blocks.append(
            Bullets(
                items=tuple(
                    Paragraph(
                        lead="Diary and prior disagree.",
                        text=f"{c.coefficient.replace('_', ' ').capitalize()}: {points(c.prior_mean)} was expected, the diary says "
                        f"{points(c.posterior_mean)} (z = {c.z:.1f}).",
                    )
                    for c in review.fit.conflicts
                )
            )
        )
    return Section(id="robustness", title="How far it depends on assumptions", blocks=tuple(blocks))


def _days(days: float) -> str:
    if days < 1.5:
        return "about a day"
    return f"about {days:.0f} days" if days < 14 else f"about {days / 7:.0f} weeks"
