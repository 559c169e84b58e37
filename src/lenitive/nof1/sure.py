"""How sure schedules are expected to make this patient, and the surest of those that the rules allow.

What a schedule brings is the response model's own calculation (`response.Prospects`), the same that the review prices a test by. Where the
rules allow few schedules each is worked out; where they allow many, some spread evenly over their numbers are, and from the best of them
single changes are moved by a week, again and again, until none is surer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lenitive.frozen import dataclass
from lenitive.nof1.design import TrialDesign, TrialDesignError
from lenitive.nof1.schedules import Schedules, TrialPeriod
from lenitive.response import DoseStretch, Prospect, Prospects

__all__ = ["Sureness", "how_sure", "surest"]

_STARTS = 3
"""How many of the best are improved upon week by week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """A schedule and what it is expected to bring.

    Attributes:
        periods: The schedule.
        changes: From one arm to the other.
        weeks_off: Of the trial, without what is tried.
        expected: How sure the benefit will be after it.
    """

    periods: tuple[TrialPeriod, ...]
    changes: int
    weeks_off: int
    expected: Prospect


def how_sure(
    prospects: Prospects,
    design: TrialDesign,
    periods: Sequence[TrialPeriod],
    *,
    dose: float,
    blinded: bool,
) -> Sureness | None:
    """What one schedule is expected to bring; None where the model could not tell.

    Args:
        prospects: This patient's.
        design: The rules; its first arm is what is tried, and its run-in goes on as now.
        periods: The schedule.
        dose: Of what is tried, a day.
        blinded: Whether the patient does not know which is which.
    """
    tried = design.arms[0]
    run_in = (DoseStretch(7 * design.run_in_weeks, prospects.present_dose),) if design.run_in_weeks else ()
    stretches = tuple(
        DoseStretch(7 * p.weeks, dose if p.arm == tried else 0.0, masked=blinded) for p in periods
    )
    expected = prospects.after((*run_in, *stretches), full=True)
    if expected is None:
        return None
    return Sureness(
        periods=tuple(periods),
        changes=len(periods) - 1,
        weeks_off=sum(p.weeks for p in periods if p.arm != tried),
        expected=expected,
    )


def _neighbours(design: TrialDesign, periods: Sequence[TrialPeriod]) -> list[tuple[TrialPeriod, ...]]:
    """The schedule with one change a week earlier or later, as far as lengths are allowed."""
    lengths = [p.weeks for p in periods]
    out = []
    for i in range(len(lengths) - 1):
        for step in (-1, 1):
            moved = [*lengths]
            moved[i], moved[i + 1] = moved[i] + step, moved[i + 1] - step
            if moved[i] in design.lengths and moved[i + 1] in design.lengths:
                out.append(
                    tuple(
                        TrialPeriod(arm=p.arm, start_week=sum(moved[:k]), weeks=moved[k])
                        for k, p in enumerate(periods)
                    )
                )
    return out


def surest(
    prospects: Prospects, design: TrialDesign, *, dose: float, blinded: bool, most: int = 1000
) -> tuple[Sureness, ...]:
    """The schedules that were worked out, the surest first; equals by fewer changes, then by fewer weeks off.

    Args:
        prospects: This patient's.
        design: The rules.
        dose: Of what is tried, a day.
        blinded: Whether the patient does not know which is which.
        most: How many may be worked out; all are where there are no more.

    Raises:
        TrialDesignError: When fewer than two schedules obey the rules, or ``most`` is below 10.
    """
    if most < 10:
        raise TrialDesignError(f"{most} schedules are too few to choose from", "Work out 10 at least")
    allowed = Schedules(design)
    found: dict[int, Sureness] = {}

    def work_out(number: int, periods: Sequence[TrialPeriod]) -> Sureness | None:
        if number not in found and len(found) < most:
            sure = how_sure(prospects, design, periods, dose=dose, blinded=blinded)
            if sure is not None:
                found[number] = sure
        return found.get(number)

    spread = allowed.size if allowed.size <= most else most // 2
    for i in range(spread):
        number = i * allowed.size // spread
        work_out(number, allowed.at(number))
    if allowed.size > most:
        for start in _ranked(found.values())[:_STARTS]:
            best: Sureness | None = start
            while best is not None:
                around = [
                    near
                    for periods in _neighbours(design, best.periods)
                    if (its := _number(allowed, periods)) is not None
                    and (near := work_out(its, periods)) is not None
                ]
                surer = [n for n in around if n.expected.sd_after < best.expected.sd_after]
                best = _ranked(surer)[0] if surer else None
    return tuple(_ranked(found.values()))


def _number(allowed: Schedules, periods: Sequence[TrialPeriod]) -> int | None:
    """The number of a schedule; None where a moved change left one arm too few weeks."""
    try:
        return allowed.number_of(periods)
    except TrialDesignError:
        return None


def _ranked(found: Iterable[Sureness]) -> list[Sureness]:
    return sorted(found, key=lambda s: (round(s.expected.sd_after, 4), s.changes, s.weeks_off, _plain(s)))


def _plain(s: Sureness) -> tuple[tuple[str, int], ...]:
    return tuple((p.arm, p.weeks) for p in s.periods)
