"""What would settle it: how much surer each possible next step is expected to make the verdict.

What a step brings is worked out in `prospects`; here are the steps that there are, in the order of what they bring.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.doses import Exposure
from lenitive.response.fit import Fit
from lenitive.response.prospects import DoseStretch, Prospects, completeness
from lenitive.response.result import InputKind
from lenitive.response.verdict import VerdictKind
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.terms import EffectBelief

__all__ = ["DoseStretch", "Settling", "SettlingStep", "would_settle"]


class SettlingStep(StrEnum):
    """A kind of next step. All are for clinicians to consider."""

    WAIT = "wait"
    """The same dose, the diary kept as before."""
    FULLER_DIARY = "fuller_diary"
    """The same dose, an entry every day."""
    DOSE_CHANGE = "dose_change"
    OPEN_BREAK = "open_break"
    """Without it, openly."""
    BREAK_AND_RESTART = "break_and_restart"
    """Without it, then with it again, openly."""
    RESTART = "restart"
    """With it again, after it was stopped."""
    BLINDED_BLOCKS = "blinded_blocks"
    """Blocks with and without it, of which the patient does not know which is which."""
    ALTERNATING_WEEKS = "alternating_weeks"
    """Stretches with and without an activity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A candidate next step and what it is expected to bring.

    Attributes:
        step: Its kind.
        stretches: What would be taken, in order.
        weeks: How long it takes.
        block_days: Length of one block; 0 where there are no blocks.
        sd_now: SD of the benefit now, points.
        sd_after: Expected SD of the benefit after it.
        settles: Probability that there is a verdict after it, by what is believed now; 0 where a rule of the verdict (time at the
            dose, share from the diary, separability) would still forbid one.
        certainty_now: Probability of being right about the threshold now.
        certainty_after: Expected probability of being right after it; never below the one now.
    """

    step: SettlingStep
    stretches: tuple[DoseStretch, ...]
    weeks: float
    block_days: int
    sd_now: float
    sd_after: float
    settles: float
    certainty_now: float
    certainty_after: float


def would_settle(
    record: Record,
    fit: Fit,
    name: str,
    *,
    beliefs: Sequence[EffectBelief] = (),
    doses: Sequence[float] = (),
    settings: VerdictSettings,
    exposure: Exposure | None = None,
    waiting_weeks: int | None = None,
) -> tuple[Settling, ...]:
    """Candidate next steps for one drug or activity, by expected gain in certainty.

    While the verdict is open the step most likely to close it comes first; otherwise the one that adds most certainty.

    Args:
        record: The record that was fitted.
        fit: Its posterior.
        name: The drug or activity.
        beliefs: Those of the fit.
        doses: Other doses to consider (mg a day), such as a protocol's steps; half the present dose where none is given.
        settings: Those of the verdict.
        exposure: That of the fit; the doses to come leave their levels by it too.
        waiting_weeks: Only going on for so many weeks is looked at.

    Returns:
        The steps; empty when the fit was refused.

    Raises:
        KeyError: When the name is not an input of the fit.
    """
    prospects = Prospects.of(record, fit, name, beliefs=beliefs, settings=settings, exposure=exposure)
    if prospects is None:
        return ()
    candidates = (
        _candidates(fit, prospects, doses, settings)
        if waiting_weeks is None
        else [(SettlingStep.WAIT, (DoseStretch(7 * waiting_weeks, prospects.present_dose),), False)]
    )
    found = []
    for step, stretches, full in candidates:
        expected = prospects.after(stretches, full=full)
        if expected is None:
            continue
        found.append(
            Settling(
                step=step,
                stretches=stretches,
                weeks=sum(s.days for s in stretches) / 7,
                block_days=stretches[0].days
                if step in (SettlingStep.BLINDED_BLOCKS, SettlingStep.ALTERNATING_WEEKS)
                else 0,
                sd_now=expected.sd_now,
                sd_after=expected.sd_after,
                settles=expected.settles,
                certainty_now=expected.certainty_now,
                certainty_after=expected.certainty_after,
            )
        )
    now = prospects.now
    open_question = now.verdict is VerdictKind.CANNOT_TELL
    return tuple(
        sorted(
            found,
            key=lambda s: (
                -round(s.settles, 3) if open_question else 0.0,
                -round(s.certainty_after, 4),
                s.weeks,
                s.step.value,
            ),
        )
    )


def _candidates(
    fit: Fit,
    prospects: Prospects,
    doses: Sequence[float],
    settings: VerdictSettings,
) -> Iterable[tuple[SettlingStep, tuple[DoseStretch, ...], bool]]:
    """Steps, what is taken in them, and whether every day is entered."""
    assert fit.posterior is not None
    item = prospects.item
    design, theta = fit.posterior.design, fit.posterior.draws.mode[None]
    row = design.input_row[[s.input.name for s in design.sources].index(item.name)][0]
    onset = float(design.onset_days(theta[:, 13:15])[0, row, 1])
    lines = fit.settings.lines
    # Two onset times, rounded up to weeks.
    block = 7 * math.ceil(min(max(2 * onset, lines.shortest_block_days), lines.longest_block_days) / 7)
    dose = item.current
    if item.kind is InputKind.ACTIVITY:
        yield SettlingStep.WAIT, (DoseStretch(28, dose),), False
        yield SettlingStep.WAIT, (DoseStretch(56, dose),), False
        yield SettlingStep.ALTERNATING_WEEKS, (DoseStretch(block, 0.0), DoseStretch(block, dose)) * 2, False
        return
    taking, present = item.last_day is None, prospects.present_dose
    for weeks in (2, 4, 8, 12):
        yield SettlingStep.WAIT, (DoseStretch(7 * weeks, present),), False
    if completeness(fit) < lines.full_diary:
        yield SettlingStep.FULLER_DIARY, (DoseStretch(28, present),), True
        yield SettlingStep.FULLER_DIARY, (DoseStretch(56, present),), True
    if taking:
        # A new dose is judged no earlier than its gate allows.
        judged = max([block, *(math.ceil(7 * g.weeks) for g in settings.gates if g.drug == item.name)])
        for other in doses or (dose / 2,):
            if other > 0 and abs(other - dose) > 1e-9:
                yield SettlingStep.DOSE_CHANGE, (DoseStretch(judged, other),), False
        yield SettlingStep.OPEN_BREAK, (DoseStretch(block, 0.0),), False
        yield SettlingStep.BREAK_AND_RESTART, (DoseStretch(block, 0.0), DoseStretch(block, dose)), False
    else:
        yield SettlingStep.RESTART, (DoseStretch(block, dose),), False
    pair = (DoseStretch(block, 0.0, masked=True), DoseStretch(block, dose, masked=True))
    yield SettlingStep.BLINDED_BLOCKS, pair, False
    yield SettlingStep.BLINDED_BLOCKS, pair * 2, False
