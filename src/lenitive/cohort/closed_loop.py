"""What following the protocol's first option does to simulated patients over half a year, beside two plain ways of dosing.

Each patient lives the same life under every policy: the same chance decides her days, so only the doses differ. A dose
is decided at a visit from her record of that day; her life is then simulated again with the doses so far, which leaves every day
before the change as it was.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import numpy as np

from lenitive.cohort.calibration.rules import RULES
from lenitive.evidence import beliefs
from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, load
from lenitive.record import Record
from lenitive.response import (
    FitStatus,
    Settling,
    WeightTrajectory,
    benefit_weights,
    fit,
    fit_settings,
    rebound,
    side_effect_courses,
    verdict_settings,
    verdicts,
    weight_trajectory,
    would_settle,
)
from lenitive.review import (
    LEARNING,
    Option,
    Visit,
    course_priors,
    facts_about,
    gates,
    ranked_by_worth,
    weight_priors,
)
from lenitive.terms import Score
from lenitive.titration import interpret
from lenitive.virtual import DRUG, WORLDS, Cohort, Design, Phase, simulate

__all__ = ["POLICIES", "USELESS_BELOW", "Life", "Row", "compare", "live", "lived", "lives"]

BASELINE_DAYS, WEEKS, STEP_DAYS = 14, 26, 14
END = BASELINE_DAYS + 7 * WEEKS
USELESS_BELOW = 1.0
"""A drug is useless at a dose when its true benefit, weighed over sleep, pain and fatigue, is below this many points."""
GAIN = 0.07
_OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
_STEP_MG, _MAX_MG, _START_MG = 15.0, 45.0, 15.0
_SIMULATED = frozenset(
    {"no_change", "ask_for_data", "change_time", "step_up", "step_down", "taper", "stop", "test"}
)
"""What the simulated world can carry out; another drug, exercise, and withdrawal with its way back it has not."""

Path = tuple[Phase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What became of one simulated patient under one policy.

    Attributes:
        pain: Mean of true pain over the 26 weeks.
        pain_end: The same over the last four.
        dose_end: Dose on the last day, mg.
        useless: On the drug at the end although its true benefit at that dose is below ``USELESS_BELOW``.
        missed: Off the drug at the end although its true benefit at 30 mg is at least that.
        gained: Whether true weight was ever 7 % above its start.
        changes: Changes of dose after the first, those within tests included.
        tests: Tests begun.
        elsewhere: Visits whose first option was not in the simulated world, so that the next one was followed.
    """

    index: int
    pain: float
    pain_end: float
    dose_end: float
    useless: bool
    missed: bool
    gained: bool
    changes: int
    tests: int = 0
    elsewhere: int = 0


@dataclass(slots=True)
class _Followed:
    """What a policy has decided so far."""

    path: Path
    busy_until: int = 0
    tests: int = 0
    elsewhere: int = 0
    over: bool = False

    def dose(self, day: int) -> float:
        return next(p.dose_mg for p in reversed(self.path) if p.day <= day)

    def change(self, day: int, dose: float, *, masked: bool = False) -> None:
        """Another dose from a day on."""
        self.path = (*(p for p in self.path if p.day < day), Phase(day, dose, masked))


Policy = Callable[[Record, date, int, int, _Followed], None]


@cache
def _knowledge() -> Knowledge:
    return load()


def lived(seed: int, index: int, path: Path) -> Cohort:
    """One patient's whole life under a path of doses. Days before a change of the path do not depend on it."""
    design = Design(name="closed-loop", days=END, phases=tuple(p for p in path if p.day < END))
    return simulate(WORLDS["typical"][1], design, n=1, seed=seed, first=index)


def _fixed(record: Record, at: date, t: int, seed: int, now: _Followed) -> None:
    """15 mg for a week, then 30 mg whatever happens."""


def _visit_rule(record: Record, at: date, t: int, seed: int, now: _Followed) -> None:
    """Every four weeks: recalled pain down 30 % stays as it is; otherwise a step up, and after 45 mg it is stopped."""
    if (t - BASELINE_DAYS) % 28 or RULES["visit"](record, at):
        return
    dose = now.dose(t)
    if dose >= _MAX_MG:
        now.change(t + 1, 0.0)
        now.over = True
    else:
        now.change(t + 1, min(dose + _STEP_MG, _MAX_MG))


def _protocol(record: Record, at: date, t: int, seed: int, now: _Followed) -> None:
    """The first option that the simulated world can carry out."""
    ranked, settling = _options(record, at, seed)
    open_ = [o for o in ranked if o.action in _SIMULATED]
    now.elsewhere += ranked[0].action not in _SIMULATED
    first, dose = open_[0], now.dose(t)
    match first.action:
        case "step_up" | "step_down":
            now.change(t + 1, first.dose_mg or 0.0)
        case "taper" | "stop":
            day = t + 1
            while dose > 0:
                dose = max(0.0, dose - _STEP_MG)
                now.change(day, dose)
                day += STEP_DAYS
            now.over = True
        case "test":
            best = next((s for s in settling if s.step in LEARNING), None)
            if best is None:
                return
            day = t + 1
            for stretch in best.stretches:
                now.change(day, stretch.dose, masked=stretch.masked)
                day += stretch.days
            now.change(day, dose)
            now.tests += 1
            now.busy_until = day


def _options(record: Record, at: date, seed: int) -> tuple[tuple[Option, ...], tuple[Settling, ...]]:
    """What a review would rank on this day, without plans and the safety check: one drug, nothing to interact with."""
    known = _knowledge()
    protocol = known.protocols[DRUG]
    dose = record.judged_dose(DRUG, at)
    believed = beliefs(known, {} if dose is None else {DRUG: dose}, outcomes=_OUTCOMES)
    made = fit(record, at=at, seed=seed, beliefs=believed, settings=fit_settings(known.judgement))
    usable = made if made.status is not FitStatus.REFUSED else None
    rules = verdict_settings(known.judgement, gates(known, (DRUG,)))
    courses = side_effect_courses(
        record, at=at, lines=known.judgement.side_effects, priors=course_priors(known, (DRUG,))
    )
    weight = weight_trajectory(
        record, at=at, seed=seed, lines=known.judgement.weight, priors=weight_priors(known, (DRUG,))
    )
    trajectory = weight if isinstance(weight, WeightTrajectory) else None
    judged = (
        () if usable is None else verdicts(record, made, courses=courses, weight=trajectory, settings=rules)
    )
    visit = Visit(
        record=record,
        knowledge=known,
        protocol=protocol,
        at=at,
        fit=usable,
        verdict=next((v for v in judged if v.drug == DRUG), None),
        courses=courses,
        weight=weight,
        rebound=rebound(record, DRUG, at=at, lines=known.judgement.rebound),
    )
    facts = facts_about(visit)
    asked = {s.action for s in interpret(protocol, facts).steps} & {"test", "ask_for_data"}
    settling = (
        would_settle(record, made, DRUG, beliefs=believed, settings=rules)
        if asked and usable is not None
        else ()
    )
    ranked = ranked_by_worth(replace(visit, settling=settling), facts)
    return ranked, settling


POLICIES: Mapping[str, Policy] = MappingProxyType(
    {"protocol": _protocol, "fixed": _fixed, "visit_rule": _visit_rule}
)
"""The ways of dosing that are compared."""


def _begin(policy: str) -> Path:
    first = (Phase(0, 0.0), Phase(BASELINE_DAYS, _START_MG))
    return (*first, Phase(BASELINE_DAYS + 7, 30.0)) if policy == "fixed" else first


def live(seed: int, index: int, policy: str) -> Life:
    """One patient's half year under a policy.

    Raises:
        KeyError: When there is no such policy.
    """
    decide, now = POLICIES[policy], _Followed(path=_begin(policy))
    cohort = lived(seed, index, now.path)
    for t in range(BASELINE_DAYS + STEP_DAYS, END - 1, STEP_DAYS):
        if policy == "fixed" or now.over:
            break
        if t < now.busy_until:
            continue
        before, at = now.path, cohort.start + timedelta(days=t)
        decide(cohort.record(0).until(at), at, t, seed + index, now)
        if now.path != before:
            cohort = lived(seed, index, now.path)
    return _told(cohort, index, now)


def _benefit(cohort: Cohort, dose: float) -> float:
    weights = benefit_weights(_OUTCOMES, {}, _knowledge().judgement.preferences)
    return -sum(w * e for w, e in zip(weights.values(), cohort.effect_at(0, dose), strict=True))


def _told(cohort: Cohort, index: int, now: _Followed) -> Life:
    pain = cohort.symptoms.felt[0, BASELINE_DAYS:, 1]
    dose = np.array([now.dose(t) for t in range(END)])
    end = float(dose[-1])
    return Life(
        index=index,
        pain=float(pain.mean()),
        pain_end=float(pain[-28:].mean()),
        dose_end=end,
        useless=end > 0 and _benefit(cohort, end) < USELESS_BELOW,
        missed=end == 0 and _benefit(cohort, 30.0) >= USELESS_BELOW,
        gained=bool(cohort.weight_gain(0, dose / cohort.world.reference_dose_mg).max() >= GAIN),
        changes=int(np.count_nonzero(np.diff(dose[BASELINE_DAYS:]))),
        tests=now.tests,
        elsewhere=now.elsewhere,
    )


def _batch(task: tuple[int, int]) -> dict[str, Life]:
    seed, index = task
    return {policy: live(seed, index, policy) for policy in POLICIES}


def lives(
    n: int, seed: int, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> dict[str, tuple[Life, ...]]:
    """The lives of n patients under every policy, patient by patient in the same order.

    Args:
        n: How many.
        seed: From 0 up; with her index it fixes a patient.
        workers: Processes. The result does not depend on it.
        progress: Told how many of how many patients are done.
    """
    found: list[dict[str, Life]] = []

    def take(one: dict[str, Life]) -> None:
        found.append(one)
        if progress is not None:
            progress(len(found), n)

    tasks = [(seed, i) for i in range(n)]
    if workers <= 1:
        for task in tasks:
            take(_batch(task))
    else:
        # Spawned, not forked: a fork of a process with threads may stop for ever.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            for one in pool.map(_batch, tasks, chunksize=2):
                take(one)
    return {policy: tuple(one[policy] for one in found) for policy in POLICIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure under one policy.

    Attributes:
        policy: Which.
        measure: A field of ``Life``.
        mean: Mean over patients; a share for yes or no.
        low: 95 % interval of it.
        high: Likewise.
        less: Mean difference from the protocol, patient by patient; 0 for the protocol itself.
        less_low: 95 % interval of it.
        less_high: Likewise.
    """

    policy: str
    measure: str
    mean: float
    low: float
    high: float
    less: float
    less_low: float
    less_high: float


MEASURES = ("pain", "pain_end", "useless", "missed", "gained", "changes", "tests", "elsewhere")
_RESAMPLES = 2000


def compare(found: Mapping[str, Sequence[Life]], seed: int) -> tuple[Row, ...]:
    """Every measure under every policy with 95 % bootstrap intervals, patients drawn with replacement.

    Raises:
        ValueError: When the policies were not lived by the same patients.
    """
    indices = {tuple(x.index for x in some) for some in found.values()}
    if len(indices) != 1:
        raise ValueError("the policies are compared on the same patients")
    n = len(next(iter(indices)))
    drawn = np.random.default_rng([seed, 9]).integers(0, n, size=(_RESAMPLES, n))
    rows = []
    for policy, some in found.items():
        for measure in MEASURES:
            own = np.array([float(getattr(x, measure)) for x in some])
            base = np.array([float(getattr(x, measure)) for x in found["protocol"]])
            low, high = np.quantile(own[drawn].mean(axis=1), (0.025, 0.975))
            less = np.quantile((own - base)[drawn].mean(axis=1), (0.025, 0.975))
            rows.append(
                Row(
                    policy=policy,
                    measure=measure,
                    mean=float(own.mean()),
                    low=float(low),
                    high=float(high),
                    less=float((own - base).mean()),
                    less_low=float(less[0]),
                    less_high=float(less[1]),
                )
            )
    return tuple(rows)
