"""The diary alone beside diary and measured nights: what the nights add to a drug's effects."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Table
from lenitive.render.catalogue import said
from lenitive.render.words import drug_name, points, score_name
from lenitive.review import Absent, JointEffect, ReadDevice, Review

__all__ = ["joint_blocks"]
_HARDLY_MIN = 5.0  # minutes a point below which a device is said perhaps not to read the diary's sleep; ours


def _interval(mean: float, low: float, high: float) -> str:
    return f"{points(mean)} ({points(low)} to {points(high)})"


def _row(e: JointEffect) -> tuple[str, ...]:
    half = 1.96 * e.diary_sd
    return (
        f"{drug_name(e.drug)} {e.dose_mg_per_day:g} mg: {score_name(e.outcome)}",
        _interval(e.diary_mean, e.diary_mean - half, e.diary_mean + half),
        _interval(e.mean, e.quantiles["0.025"], e.quantiles["0.975"]),
    )


def _device(d: ReadDevice) -> Paragraph:
    low, high = d.scale_limits_h
    words = [
        f"Over {d.nights} nights a point more of sleep disturbance goes with {60 * d.scale_h:.0f} minutes less of measured sleep "
        f"({60 * low:.0f} to {60 * high:.0f}); what is not felt, and the device's error, vary by {d.noise_h:.1f} h from night to night."
    ]
    if 60 * low < _HARDLY_MIN:
        words.append("It may not read what the diary scores at all, so it adds little.")
    return Paragraph(lead=f"{d.source}.", text=" ".join(words))


def joint_blocks(review: Review) -> list[Block]:
    """The table and what it rests on, or one sentence on why the nights could not be taken in."""
    joint = review.joint
    if isinstance(joint, Absent):
        return [Paragraph(lead="Diary and nights together are not fitted.", text=said(joint.reason))]
    if not joint.effects:
        return [
            Paragraph(
                lead="Diary and nights together", text="say nothing more: no drug has an effect to compare."
            )
        ]
    used = (
        "the effects and verdicts of this review take the nights in"
        if review.with_nights
        else "the effects, verdicts and options of this review are by the diary alone"
    )
    if review.with_nights and joint.consumer:
        used += "; its options do not, since a consumer device drives none"
    table = Table(
        columns=(
            Column(head="drug, a day"),
            Column(head="by the diary alone, points", number=True),
            Column(head="with the nights", number=True),
        ),
        rows=tuple(_row(e) for e in joint.effects),
        caption=f"What each drug does, below zero is better, with 95 % limits; {used}",
    )
    return [table, Bullets(items=tuple(_device(d) for d in joint.devices))]
