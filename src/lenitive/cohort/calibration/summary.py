"""From cases to the numbers of the report, each with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np
from scipy.stats import chisquare

from lenitive.cohort.calibration.case import PARAMETERS, JudgedCase, judgement
from lenitive.cohort.calibration.harms import CourseCase, WeightCase
from lenitive.cohort.calibration.plan import DESIGN_NAMES, HALF_YEAR_WEEKS, WEEKS
from lenitive.cohort.calibration.rules import RULES
from lenitive.cohort.calibration.run import Outcomes
from lenitive.frozen import dataclass
from lenitive.response import Course, FitStatus, VerdictKind
from lenitive.virtual import OUTCOMES

__all__ = [
    "LEVELS",
    "Calibration",
    "CoverageRow",
    "DecisionRow",
    "HarmSummary",
    "Ranks",
    "ShareRow",
    "summarise",
]

LEVELS = (0.5, 0.8, 0.95)
_BINS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """Coverage of the effect on one outcome in one world.

    Attributes:
        world: The world.
        outcome: The score.
        n: Patients.
        covers: Share of central intervals that hold the truth, by level.
        error: Monte Carlo error of that share, by level.
        bias: Mean of posterior mean less truth, points.
        rmse: Root mean square of it.
        k_good: Share with k-hat at most 0.7.
        answered: Share of fits that were ok or a named fallback.
    """

    world: str
    outcome: str
    n: int
    covers: Mapping[float, float]
    error: Mapping[float, float]
    bias: float
    rmse: float
    k_good: float
    answered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Simulation-based calibration of one quantity: uniform counts when the posterior is right.

    Attributes:
        what: Outcome or parameter.
        counts: Patients by twentieth of the posterior at which the truth lay.
        p_value: Of a chi-square test of uniformity.
    """

    what: str
    counts: tuple[int, ...]
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """How one rule did in one world, design and week, on whether the drug eases pain by a point.

    Attributes:
        world: The world.
        design: The design; ``all`` for the four together.
        week: Weeks after the first dose.
        rule: The rule.
        n: Patients.
        helped: Share whom the drug really eases by a point.
        speaks: Share of patients about whom the rule says anything.
        right: Share of what it says that is right; None when it says nothing.
        false_works: Of those not helped, the share told that it works.
        found: Of those helped, the share told that it works.
        right_error: Monte Carlo error of ``right``.
        false_works_error: Monte Carlo error of ``false_works``.
    """

    world: str
    design: str
    week: int
    rule: str
    n: int
    helped: float
    speaks: float
    right: float | None
    false_works: float
    found: float
    right_error: float
    false_works_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """The verdict on pain under another least share from the diary, the time gate kept."""

    least: float
    week: int
    speaks: float
    right: float | None
    false_works: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmSummary:
    """Whether courses and forecasts come true.

    Attributes:
        courses: Side effects judged.
        named: Share of which a course was named.
        right: Share of named courses that are right.
        table: Named course, true course, count.
        presence: Reliability of being present in four weeks: mean forecast, observed share, count, by fifth.
        weights: Forecasts of +5 % in twelve weeks: the same.
    """

    courses: int
    named: float
    right: float
    table: tuple[tuple[str, str, int], ...]
    presence: tuple[tuple[float, float, int], ...]
    weights: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything the report says.

    Attributes:
        coverage: By world and outcome.
        ranks: Of effects and parameters, in the exact world.
        decisions: By world, design, week and rule.
        shares: How the least share from the diary trades speaking against being right.
        reliability: Probability of benefit at weeks 8 and 12 in the typical world: mean forecast, share helped, count.
        harms: Side effects and weight.
        k_median: Median k-hat over the worlds that the model believes in.
        k_good: Share of it at most 0.7.
    """

    coverage: tuple[CoverageRow, ...]
    ranks: tuple[Ranks, ...]
    decisions: tuple[DecisionRow, ...]
    shares: tuple[ShareRow, ...]
    reliability: tuple[tuple[float, float, int], ...]
    harms: HarmSummary
    k_median: float
    k_good: float


def _error(p: float, n: int) -> float:
    return sqrt(max(p * (1 - p), 1e-12) / n) if n else 0.0


def summarise(found: Outcomes) -> Calibration:
    """The numbers of the report."""
    worlds = list(dict.fromkeys(c.world for c in found.coverage))
    by_world = {w: [c for c in found.coverage if c.world == w] for w in worlds}
    exact = by_world.get("exact", [])
    believed = [c for c in found.coverage if c.world in {"exact", "typical", "floor", "bad-days-skipped"}]
    ks = np.array([c.pareto_k for c in believed]) if believed else np.array([0.0])
    return Calibration(
        coverage=tuple(_coverage(w, cases, o) for w, cases in by_world.items() for o in range(3)),
        ranks=(
            *(_ranks(OUTCOMES[o], [c.pit[o] for c in exact]) for o in range(3)),
            *(_ranks(name, [c.parameters[j] for c in exact]) for j, name in enumerate(PARAMETERS)),
        )
        if exact
        else (),
        decisions=_decisions(found.decisions),
        shares=_shares(found.decisions),
        reliability=_believed(found.decisions),
        harms=_harms(found.courses, found.weights),
        k_median=float(np.median(ks)),
        k_good=float((ks <= 0.7).mean()),
    )


def _coverage(world: str, cases: Sequence[JudgedCase], o: int) -> CoverageRow:
    pit = np.array([c.pit[o] for c in cases])
    gap = np.array([c.mean[o] - c.truth[o] for c in cases])
    covers = {level: float((np.abs(pit - 0.5) <= level / 2).mean()) for level in LEVELS}
    return CoverageRow(
        world=world,
        outcome=OUTCOMES[o],
        n=len(cases),
        covers=covers,
        error={level: _error(share, len(cases)) for level, share in covers.items()},
        bias=float(gap.mean()),
        rmse=float(np.sqrt((gap**2).mean())),
        k_good=float(np.mean([c.pareto_k <= 0.7 for c in cases])),
        answered=float(np.mean([c.status is not FitStatus.REFUSED for c in cases])),
    )


def _ranks(what: str, pit: Sequence[float]) -> Ranks:
    counts, _ = np.histogram(pit, bins=_BINS, range=(0.0, 1.0))
    return Ranks(what=what, counts=tuple(int(c) for c in counts), p_value=float(chisquare(counts).pvalue))


def _decisions(cases: Sequence[JudgedCase]) -> tuple[DecisionRow, ...]:
    rows = []
    for world in dict.fromkeys(c.world for c in cases):
        for design in (*DESIGN_NAMES, "all"):
            for week in (*WEEKS, HALF_YEAR_WEEKS):
                some = [
                    c for c in cases if c.world == world and c.week == week and design in (c.design, "all")
                ]
                if some:
                    rows += [_decision(some, world, design, week, r) for r in (*RULES, "model", "delivered")]
    return tuple(rows)


def _helped(case: JudgedCase) -> bool:
    """Whether the truth is a benefit that matters."""
    return case.truth[1] <= -judgement().verdict.benefit.value


def _by_model(case: JudgedCase) -> bool | None:
    """What the probability alone says; None when it is not sure."""
    sure = judgement().verdict.sure.value
    return None if 1 - sure < case.helps < sure else case.helps >= sure


def _says(case: JudgedCase, rule: str) -> bool | None:
    """Whether a rule says that the drug helps; None when it says nothing."""
    if rule == "model":
        return _by_model(case)
    if rule == "delivered":
        return (
            None if case.verdict is VerdictKind.CANNOT_TELL else case.verdict is not VerdictKind.DOES_NOT_WORK
        )
    return case.rules[rule]


def _decision(cases: Sequence[JudgedCase], world: str, design: str, week: int, rule: str) -> DecisionRow:
    says = [_says(c, rule) for c in cases]
    helped = [_helped(c) for c in cases]
    spoken = [s == h for s, h in zip(says, helped, strict=True) if s is not None]
    unhelped = [s is True for s, h in zip(says, helped, strict=True) if not h]
    eased = [s is True for s, h in zip(says, helped, strict=True) if h]
    right = float(np.mean(spoken)) if spoken else None
    wrong = float(np.mean(unhelped)) if unhelped else 0.0
    return DecisionRow(
        world=world,
        design=design,
        week=week,
        rule=rule,
        n=len(cases),
        helped=float(np.mean(helped)),
        speaks=len(spoken) / len(cases),
        right=right,
        false_works=wrong,
        found=float(np.mean(eased)) if eased else 0.0,
        right_error=_error(right, len(spoken)) if right is not None else 0.0,
        false_works_error=_error(wrong, len(unhelped)),
    )


def _shares(cases: Sequence[JudgedCase]) -> tuple[ShareRow, ...]:
    rows = []
    for week in (8, 12):
        some = [c for c in cases if c.world == "typical" and c.week == week]
        for least in (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5):
            says = [None if c.share < least else _by_model(c) for c in some]
            helped = [_helped(c) for c in some]
            spoken = [s == h for s, h in zip(says, helped, strict=True) if s is not None]
            wrong = [s is True for s, h in zip(says, helped, strict=True) if not h]
            if some:
                rows.append(
                    ShareRow(
                        least=least,
                        week=week,
                        speaks=len(spoken) / len(some),
                        right=float(np.mean(spoken)) if spoken else None,
                        false_works=float(np.mean(wrong)) if wrong else 0.0,
                    )
                )
    return tuple(rows)


def _believed(cases: Sequence[JudgedCase]) -> tuple[tuple[float, float, int], ...]:
    some = [c for c in cases if c.world == "typical" and c.week in (8, 12)]
    return _reliability([c.helps for c in some], [_helped(c) for c in some])


def _reliability(forecast: Sequence[float], came: Sequence[bool]) -> tuple[tuple[float, float, int], ...]:
    p, y = np.array(forecast), np.array(came, dtype=float)
    rows = []
    for low in np.arange(0, 1, 0.2):
        inside = (p >= low) & ((p < low + 0.2) | (low > 0.79))
        if inside.any():
            rows.append((float(p[inside].mean()), float(y[inside].mean()), int(inside.sum())))
    return tuple(rows)


def _harms(courses: Sequence[CourseCase], weights: Sequence[WeightCase]) -> HarmSummary:
    named = [c for c in courses if c.said is not Course.CANNOT_TELL]
    table: dict[tuple[str, str], int] = {}
    for c in courses:
        key = (c.said.value, c.truth.value)
        table[key] = table.get(key, 0) + 1
    return HarmSummary(
        courses=len(courses),
        named=len(named) / len(courses) if courses else 0.0,
        right=float(np.mean([c.said is c.truth for c in named])) if named else 0.0,
        table=tuple((a, b, n) for (a, b), n in sorted(table.items())),
        presence=_reliability([c.present for c in courses], [c.is_present for c in courses]),
        weights=_reliability([w.reaches for w in weights], [w.reached for w in weights]),
    )
