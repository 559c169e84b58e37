"""What is said to simulated patients twelve weeks after their first dose, and whether it is true.

The answer is that of a review: the same beliefs, fit and rules. Beside it stands what the trials alone would have said, so that one can see what
the diary adds: the Brier score (mean squared error of a probability) and the log score of *any benefit* and of *the line is reached*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lenitive.cohort.closed_loop.course import START_MG
from lenitive.cohort.closed_loop.pool import in_order
from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, load
from lenitive.response import (
    BenefitGrade,
    CoefficientPrior,
    Settings,
    answer,
    fit,
    fit_settings,
    verdict_settings,
)
from lenitive.review import gates, trial_beliefs
from lenitive.terms import Score
from lenitive.virtual import DRUG, OUTCOMES, WORLDS, Given, design, simulate

__all__ = ["WEEK_TWELVE", "AnswerArm", "AnswerCase", "AnswerRow", "answers_at_week_twelve", "row_of"]

Array = NDArray[np.float64]

_WEEKS = 12
_BATCH = 10
_LEAST = 1e-6
"""A log score takes no probability as surer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerArm:
    """Patients of one world under one design.

    Attributes:
        world: A name of ``WORLDS``.
        design: A name of ``DESIGNS``.
        null: Whether the drug does nothing to anybody.
        learned: Whether the priors of expectation and flare are those of that world, as a clinic could learn them from its cohort.
    """

    world: str = "typical"
    design: str = "on-switch"
    null: bool = False
    learned: bool = False


WEEK_TWELVE: tuple[AnswerArm, ...] = (
    AnswerArm(),
    AnswerArm(design="eight-on-four-off"),
    AnswerArm(world="together-and-wide"),
    AnswerArm(world="double-placebo"),
    AnswerArm(world="double-placebo", learned=True),
    AnswerArm(null=True),
    AnswerArm(design="eight-on-four-off", null=True),
    AnswerArm(design="blinded", null=True),
    AnswerArm(world="monthly-cycle", null=True),
    AnswerArm(world="monthly-cycle", design="eight-on-four-off", null=True),
    AnswerArm(world="monthly-cycle", design="blinded", null=True),
    AnswerArm(world="double-placebo", null=True),
)
"""The typical world first; then where a drug that does nothing must not be called a help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCase:
    """One patient's answer beside the truth.

    Attributes:
        index: Which patient.
        truth: True steady benefit at the dose judged, weighed as in the answer, points.
        line: The points that matter.
        grade: What was said.
        helps: Probability of any benefit; None where no number is given.
        reaches: Probability that the line is reached; likewise.
        low: 95 % interval of the benefit; likewise.
        high: Its other end.
        trials_helps: Probability of any benefit by the trials alone.
        trials_reaches: That the line is reached.
    """

    index: int
    truth: float
    line: float
    grade: BenefitGrade
    helps: float | None
    reaches: float | None
    low: float | None
    high: float | None
    trials_helps: float
    trials_reaches: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What was said in one world under one design. Shares are of all patients unless they say of whom; None where there is nobody.

    Attributes:
        asked: Which.
        n: Patients.
        grades: Share of each grade.
        told: Share who are told anything but *cannot tell* or *open*.
        graded: Share who are told anything but *cannot tell*.
        helps: Share who are told, by whatever grade, that there is benefit (97.5 %).
        helps_right: Of those, the share whose true benefit is above zero.
        sure: Share for whom the line is said to be reached or missed at 85 %.
        sure_right: Of those, the share of whom it is true.
        works: Share for whom it is said to be reached at 85 %.
        works_of_reached: Of those who truly reach it, the share to whom that is said.
        covered: Share whose 95 % interval holds the truth, of those with an interval.
        brier_helps: Brier score of any benefit, and what it is lower by than the trials' alone, as a share of theirs.
        brier_line: The same of the line.
        log_helps: Mean log score of any benefit less the trials', nats; above zero is better.
        log_line: The same of the line.
    """

    asked: AnswerArm
    n: int
    grades: dict[str, float]
    told: float
    graded: float
    helps: float
    helps_right: float | None
    sure: float
    sure_right: float | None
    works: float
    works_of_reached: float | None
    covered: float | None
    brier_helps: tuple[float, float]
    brier_line: tuple[float, float]
    log_helps: float
    log_line: float


@cache
def _knowledge() -> Knowledge:
    return load()


@dataclass(frozen=True, slots=True)
class _Task:
    asked: AnswerArm
    first: int
    count: int
    seed: int


def _times(prior: CoefficientPrior, factor: float) -> CoefficientPrior:
    (a, b, c), (u, v, w) = prior.mean, prior.sd
    return replace(prior, mean=(factor * a, factor * b, factor * c), sd=(factor * u, factor * v, factor * w))


def _settings(asked: AnswerArm) -> Settings:
    usual = fit_settings(_knowledge().judgement)
    if not asked.learned:
        return usual
    world = WORLDS[asked.world][1]
    by = {"expectation": world.placebo_scale, "decay": world.flare_scale, "trend": world.trend_scale}
    learned = tuple(_times(c, by.get(c.name, 1.0)) for c in usual.priors.coefficients)
    return replace(usual, priors=replace(usual.priors, coefficients=learned))


def _do(task: _Task) -> list[AnswerCase]:
    asked, known = task.asked, _knowledge()
    plan = design(asked.design, days=14 + 7 * _WEEKS + 1)
    given = Given(courses=(), effect=(0.0, 0.0, 0.0) if asked.null else None)
    cohort = simulate(
        WORLDS[asked.world][1], plan, n=task.count, seed=task.seed, first=task.first, given=given
    )
    at = cohort.start + timedelta(days=14 + 7 * _WEEKS)
    settings = _settings(asked)
    rules = verdict_settings(known.judgement, gates(known, (DRUG,)))
    found = []
    for i in range(len(cohort)):
        record = cohort.record(i).until(at)
        believed = trial_beliefs(known, {DRUG: START_MG}, tuple(Score(o) for o in OUTCOMES))
        made = fit(record, at=at, seed=task.seed + task.first + i, beliefs=believed, settings=settings)
        said = answer(record, made, DRUG, settings=rules)
        truth = -sum(
            said.weights[Score(o)] * e for o, e in zip(OUTCOMES, cohort.effect_at(i, said.dose), strict=True)
        )
        if said.trials_only is None:
            raise ValueError("a simulated patient's fit was refused")
        size = said.size
        found.append(
            AnswerCase(
                index=task.first + i,
                truth=truth,
                line=said.line.points,
                grade=said.grade,
                helps=said.helps,
                reaches=said.line.probability,
                low=None if size is None else size.quantiles["0.025"],
                high=None if size is None else size.quantiles["0.975"],
                trials_helps=said.trials_only.helps,
                trials_reaches=said.trials_only.reaches,
            )
        )
    return found


def answers_at_week_twelve(
    wanted: Iterable[tuple[AnswerArm, int]],
    *,
    seed: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[AnswerRow, ...]:
    """What is said to so many patients of each, in the order asked; the result does not depend on the number of processes."""
    listed = list(wanted)
    tasks = [_Task(asked, a, min(_BATCH, n - a), seed) for asked, n in listed for a in range(0, n, _BATCH)]
    cases: dict[AnswerArm, list[AnswerCase]] = {asked: [] for asked, _ in listed}
    done, total = 0, sum(n for _, n in listed)
    for task, some in zip(tasks, in_order(_do, tasks, workers=workers, chunk=1), strict=True):
        cases[task.asked] += some
        done += len(some)
        if progress is not None:
            progress(done, total)
    line = verdict_settings(_knowledge().judgement).grades
    return tuple(row_of(asked, some, sure=line.sure, helps=line.helps) for asked, some in cases.items())


def _share(yes: NDArray[np.bool_], of: NDArray[np.bool_] | None = None) -> float | None:
    chosen = yes if of is None else yes[of]
    return float(chosen.mean()) if chosen.size else None


def row_of(asked: AnswerArm, cases: Sequence[AnswerCase], *, sure: float, helps: float) -> AnswerRow:
    """What was said to some patients, counted.

    Args:
        asked: Who they are.
        cases: Their answers; one at least.
        sure: Probability from which the line is said to be reached or missed.
        helps: Probability from which any benefit is said.
    """
    truth = np.array([c.truth for c in cases])
    reached = truth >= np.array([c.line for c in cases])
    graded = np.array([c.grade is not BenefitGrade.CANNOT_TELL for c in cases])
    said = graded & np.array([c.grade is not BenefitGrade.OPEN for c in cases])
    # Where no number is given, the trials' stands.
    any_ = np.array([c.trials_helps if c.helps is None else c.helps for c in cases])
    line = np.array([c.trials_reaches if c.reaches is None else c.reaches for c in cases])
    is_sure = graded & (np.maximum(line, 1 - line) >= sure)
    works = graded & (line >= sure)
    told_help = graded & (any_ >= helps)
    interval = np.array([c.low is not None for c in cases])
    covered = np.array(
        [c.low is not None and c.high is not None and c.low <= c.truth <= c.high for c in cases]
    )
    by_trials = np.array([[c.trials_helps, c.trials_reaches] for c in cases]).T
    return AnswerRow(
        asked=asked,
        n=len(cases),
        grades={g.value: float(np.mean([c.grade is g for c in cases])) for g in BenefitGrade},
        told=float(said.mean()),
        graded=float(graded.mean()),
        helps=float(told_help.mean()),
        helps_right=_share(truth > 0, told_help),
        sure=float(is_sure.mean()),
        sure_right=_share((line >= 0.5) == reached, is_sure),
        works=float(works.mean()),
        works_of_reached=_share(works, reached),
        covered=_share(covered, interval),
        brier_helps=_brier(any_, by_trials[0], truth > 0),
        brier_line=_brier(line, by_trials[1], reached),
        log_helps=_log(any_, truth > 0) - _log(by_trials[0], truth > 0),
        log_line=_log(line, reached) - _log(by_trials[1], reached),
    )


def _brier(p: Array, trials: Array, true: NDArray[np.bool_]) -> tuple[float, float]:
    own, theirs = float(((p - true) ** 2).mean()), float(((trials - true) ** 2).mean())
    return own, 1 - own / theirs if theirs > 0 else 0.0


def _log(p: Array, true: NDArray[np.bool_]) -> float:
    p = np.clip(p, _LEAST, 1 - _LEAST)
    return float(np.log(np.where(true, p, 1 - p)).mean())
