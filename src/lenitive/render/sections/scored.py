"""Scored nights drawn epoch by epoch: the hypnograms of a report."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.blocks import Block, Chart, Paragraph
from lenitive.render.charts.sleep import hypnogram_spec
from lenitive.sleep import Architecture, Hypnogram

__all__ = ["ScoredNight", "hypnogram_blocks"]

ScoredNight = tuple[str, Hypnogram, Architecture]
"""A name to show, such as the night or the scorer, the scored night, and its numbers."""

MOST = 6


def hypnogram_blocks(scored: Sequence[ScoredNight]) -> list[Block]:
    """A picture of each night, the first six, with its sums in words for who cannot see it."""
    blocks: list[Block] = []
    for name, night, sums in scored[:MOST]:
        words = [f"{sums.tst_min:.0f} minutes asleep"]
        for value, what in (
            (sums.sol_min, "to fall asleep"),
            (sums.waso_min, "awake after"),
            (sums.n3_min, "deep"),
            (sums.rem_min, "REM"),
        ):
            if value is not None:
                words.append(f"{value:.0f} {what}")
        told = f"{name}: {', '.join(words)}."
        blocks.append(
            Chart(
                wide=hypnogram_spec(night),
                narrow=hypnogram_spec(night, narrow=True),
                alt=f"Stages of sleep over one night, wake above and deep sleep below. {told}",
                caption=f"{told} Counted by {sums.definition}; drawn, and in no number of this review.",
            )
        )
    if len(scored) > MOST:
        blocks.append(Paragraph(lead="Not drawn:", text=f"{len(scored) - MOST} more nights."))
    return blocks
