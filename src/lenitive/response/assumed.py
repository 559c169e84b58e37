"""From what is known to what a fit and a verdict go by: plain values, made once and handed on, also to other processes."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge import Judgement
from lenitive.response.gates import Gate
from lenitive.response.grade import GradeSettings
from lenitive.response.matters import LineSettings
from lenitive.response.priors import priors_of
from lenitive.response.settings import Lines, Settings
from lenitive.response.verdict_settings import VerdictSettings

__all__ = ["fit_settings", "verdict_settings"]


def fit_settings(judgement: Judgement) -> Settings:
    """How to fit by what is known; ``dataclasses.replace`` changes one of them."""
    lines = judgement.verdict
    return Settings(
        priors=priors_of(judgement.response),
        lines=Lines(
            clear_points=lines.clear_points.value,
            moderate_share=lines.moderate_share.value,
            substantial_share=lines.substantial_share.value,
            window_days=lines.window_days.whole,
            before_days=lines.before_days.whole,
            least_entries=lines.least_entries.whole,
            together=lines.together.value,
            conflict=lines.conflict.value,
            share_sure=lines.share_sure.value,
            shortest_block_days=lines.shortest_block_days.whole,
            longest_block_days=lines.longest_block_days.whole,
            full_diary=lines.full_diary.value,
            lately_days=lines.lately_days.whole,
        ),
        mcid=lines.benefit.value,
        bound_share=lines.bound_share.value,
    )


def verdict_settings(judgement: Judgement, gates: Sequence[Gate] = ()) -> VerdictSettings:
    """Where the lines of a verdict are by what is known.

    Args:
        judgement: What is known.
        gates: Least treatment per drug.
    """
    lines = judgement.verdict
    return VerdictSettings(
        grades=GradeSettings(sure=lines.sure.value, probably=lines.probably.value, helps=lines.helps.value),
        lines=LineSettings(
            pain=lines.benefit.value,
            sleep=lines.benefit_sleep.value,
            fatigue=lines.benefit_fatigue.value,
            offered=lines.benefit_offered.value,
        ),
        worth=lines.worth.value,
        from_diary=lines.from_diary.value,
        conflict=lines.strong_conflict.value,
        weighing=judgement.preferences,
        gates=tuple(gates),
    )
