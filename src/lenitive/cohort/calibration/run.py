"""Runs a calibration plan: simulated patients in small batches, over processes when asked, always in the same order."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from lenitive.cohort.calibration.case import JudgedCase, Judging, beliefs_of, judge, judgement
from lenitive.cohort.calibration.harms import CourseCase, WeightCase, judge_harms
from lenitive.cohort.calibration.plan import DESIGN_NAMES, HALF_YEAR_WEEKS, CalibrationPlan
from lenitive.frozen import dataclass
from lenitive.response import Settings, fit_settings
from lenitive.virtual import WORLDS, Given, design, simulate

__all__ = ["Outcomes", "run"]

DAYS = 99
"""Two weeks before and twelve weeks after the first dose, the day of the last visit included."""
_BATCH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Everything that a run found, in the order of its plan.

    Attributes:
        coverage: One case per patient, twelve weeks after the first dose.
        decisions: One case per patient and week, those of half a year included.
        courses: Side effects, eight weeks after the first dose.
        weights: Forecasts of weight.
    """

    coverage: tuple[JudgedCase, ...]
    decisions: tuple[JudgedCase, ...]
    courses: tuple[CourseCase, ...]
    weights: tuple[WeightCase, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    part: str
    world: str
    design: str
    first: int
    count: int
    weeks: tuple[int, ...]
    seed: int
    settings: Settings


def _tasks(plan: CalibrationPlan, settings: Settings) -> Iterator[_Task]:
    def batches(
        part: str, world: str, name: str, n: int, weeks: tuple[int, ...], first: int
    ) -> Iterator[_Task]:
        for a in range(0, n, _BATCH):
            yield _Task(part, world, name, first + a, min(_BATCH, n - a), weeks, plan.seed, settings)

    for world, n in plan.coverage:
        for d, name in enumerate(DESIGN_NAMES):
            each = n // 4 + (d < n % 4)
            yield from batches("coverage", world, name, each, (12,), 10_000 * d)
    for world, n in plan.decisions:
        for d, name in enumerate(DESIGN_NAMES):
            yield from batches("decisions", world, name, n, plan.weeks, 100_000 + 10_000 * d)
    for d, name in enumerate(DESIGN_NAMES):
        yield from batches(
            "decisions", "typical", name, plan.half_year, (HALF_YEAR_WEEKS,), 300_000 + 10_000 * d
        )
    yield from batches("harms", "typical", "on-switch", plan.harms, (8,), 200_000)


def _do(task: _Task) -> tuple[list[JudgedCase], list[CourseCase], list[WeightCase]]:
    world = WORLDS[task.world][1]
    long = HALF_YEAR_WEEKS in task.weeks
    plan = design(
        task.design,
        days=DAYS + 7 * (HALF_YEAR_WEEKS - 12) if long else DAYS,
        block_days=42 if long else 14,
    )
    # Side effects are judged apart; without them a record is made in half the time.
    given = Given() if task.part == "harms" else Given(courses=())
    cohort = simulate(world, plan, n=task.count, seed=task.seed, first=task.first, given=given)
    if task.part == "harms":
        courses: list[CourseCase] = []
        weights: list[WeightCase] = []
        for i in range(len(cohort)):
            some, weight = judge_harms(cohort, i, task.weeks[0])
            courses += some
            if weight is not None:
                weights.append(weight)
        return [], courses, weights
    # What the model believes is the typical world's spread; in the other worlds it is wrong where they are.
    beliefs = beliefs_of(WORLDS["typical"][1])
    judging = Judging(
        world=task.world, beliefs=beliefs, settings=task.settings, compare=task.part == "decisions"
    )
    cases = [
        judge(cohort, i, week, judging, record)
        for i, record in enumerate(map(cohort.record, range(len(cohort))))
        for week in task.weeks
    ]
    return cases, [], []


def run(
    plan: CalibrationPlan,
    *,
    workers: int = 1,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcomes:
    """Do a plan.

    Args:
        plan: What to do.
        workers: Processes. The result does not depend on it.
        settings: How to fit.
        progress: Told how many of how many fits are done.
    """
    tasks = list(_tasks(plan, settings or fit_settings(judgement())))
    total = sum(t.count * len(t.weeks) for t in tasks)
    done = 0
    coverage: list[JudgedCase] = []
    decisions: list[JudgedCase] = []
    courses: list[CourseCase] = []
    weights: list[WeightCase] = []

    def take(task: _Task, found: tuple[list[JudgedCase], list[CourseCase], list[WeightCase]]) -> None:
        nonlocal done
        (coverage if task.part == "coverage" else decisions).extend(found[0])
        courses.extend(found[1])
        weights.extend(found[2])
        done += task.count * len(task.weeks)
        if progress is not None:
            progress(done, total)

    if workers <= 1:
        for task in tasks:
            take(task, _do(task))
    else:
        # Spawned, not forked: a fork of a process with threads may stop for ever.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            for task, found in zip(tasks, pool.map(_do, tasks, chunksize=4), strict=True):
                take(task, found)
    return Outcomes(
        coverage=tuple(coverage),
        decisions=tuple(decisions),
        courses=tuple(courses),
        weights=tuple(weights),
    )
