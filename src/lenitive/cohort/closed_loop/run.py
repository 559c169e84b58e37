"""Runs the closed loop over worlds and policies, on processes when asked; what is known already is not lived again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lenitive.cohort.closed_loop.life import GivenDoses, Setting, live
from lenitive.cohort.closed_loop.measures import PolicyRow, compare, measured
from lenitive.cohort.closed_loop.pool import in_order
from lenitive.cohort.closed_loop.rows import Arm, Rows
from lenitive.cohort.closed_loop.truth import SimulatedPeople, people
from lenitive.frozen import dataclass
from lenitive.knowledge import PreferenceLines, load
from lenitive.virtual import WORLDS

__all__ = ["LAST_RELEASE", "ArmPlan", "ArmResult", "lives", "setting_of", "summed_up"]

LAST_RELEASE = "last_release"
"""The policy whose doses another release gave."""
_HARMS = ("weight_gain", "sedation", "increased_appetite", "dry_mouth", "dizziness")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPlan:
    """So many patients of an arm under some policies."""

    arm: Arm
    n: int
    policies: tuple[str, ...]


def setting_of(arm: Arm, seed: int, lines: PreferenceLines) -> Setting:
    """The circumstances of an arm: another cost is another weight of side effects and weight, which the record says.

    Raises:
        ValueError: When a weight would be above 10, where the scale ends.
    """
    preferences: Mapping[str, float] = {}
    if arm.cost != 1:
        preferences = {what: arm.cost * lines.weights.of[what] for what in _HARMS}
        if max(preferences.values()) > 10:
            raise ValueError("weights end at 10: the cost can be doubled and no more")
    return Setting(world=arm.world, weeks=arm.weeks, preferences=preferences, seed=seed)


_Task = tuple[Arm, str, int, int]


def _do(task: _Task) -> GivenDoses:
    arm, policy, index, seed = task
    return live(setting_of(arm, seed, load().judgement.preferences), index, policy)


def lives(
    wanted: Iterable[ArmPlan],
    rows: Rows,
    *,
    seed: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Every course that is wanted and not yet known, added to the rows in the same order whatever the number of processes.

    Args:
        wanted: Which.
        rows: What is known already; what is found is added.
        seed: From 0 up; with her index it fixes a patient.
        workers: Processes.
        progress: Told how many of how many courses are done.
    """
    every = ((w.arm, policy, index, seed) for w in wanted for index in range(w.n) for policy in w.policies)
    # A patient may be asked for twice, by two plans of one arm.
    tasks: list[_Task] = [t for t in dict.fromkeys(every) if not rows.has(t[0], t[1], t[2])]
    for done, (task, one) in enumerate(zip(tasks, in_order(_do, tasks, workers=workers), strict=True), 1):
        rows.add(task[0], task[1], one)
        if progress is not None:
            progress(done, len(tasks))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """What came out in one arm.

    Attributes:
        arm: Which.
        n: Patients.
        clairvoyant: Mean net benefit of each patient's best constant dose.
        policies: The policies, the product first.
    """

    arm: Arm
    n: int
    clairvoyant: float
    policies: tuple[PolicyRow, ...]


def summed_up(
    wanted: ArmPlan, rows: Rows, *, seed: int, others: Mapping[str, Sequence[GivenDoses]] | None = None
) -> ArmResult:
    """One arm's policies compared.

    Args:
        wanted: Which patients and policies; all of them known.
        rows: What was decided.
        seed: That of the patients.
        others: Further policies that were lived elsewhere, each with at least as many patients.
    """
    lines = load().judgement.preferences
    arm, n = wanted.arm, wanted.n
    setting = setting_of(arm, seed, lines)
    who: SimulatedPeople = people(
        WORLDS[arm.world][1], n=n, seed=seed, weeks=arm.weeks, preferences=setting.preferences, lines=lines
    )
    decided = {p: rows.of(arm, p, n) for p in wanted.policies} | {
        name: tuple(some)[:n] for name, some in (others or {}).items()
    }
    _, best = who.best_constant(arm.weeks)
    found = {p: measured(who, some, arm.weeks) for p, some in decided.items()}
    return ArmResult(arm=arm, n=n, clairvoyant=float(best.mean()), policies=compare(found, best, seed))
