"""The answer in three parts, judged on simulated patients: how often each thing is said, and how often it is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from math import sqrt

import numpy as np

from lenitive.cohort.calibration.case import beliefs_of, gate, judgement
from lenitive.frozen import dataclass
from lenitive.response import BenefitAnswer, BenefitGrade, Settings, answer, fit, verdict_settings
from lenitive.virtual import DRUG, WORLDS, Cohort, Given, World, design, simulate

__all__ = ["ANSWER_DESIGNS", "ANSWER_WORLDS", "PatientAnswer", "WorldAnswers", "answer_cases", "answer_rows"]

ANSWER_DESIGNS = ("on-switch", "eight-on-four-off")
"""An open start, and the blinded schedule of twelve weeks that tells most."""
_WEEK = 12
_NULL = ", nobody helped"


@cache
def _worlds() -> dict[str, World]:
    """The worlds that answers are judged in, by name."""
    typical, cycle = WORLDS["typical"][1], WORLDS["monthly-cycle"][1]
    return {
        "typical": typical,
        "double-placebo": WORLDS["double-placebo"][1],
        f"typical{_NULL}": replace(typical, responders=0.0),
        f"monthly-cycle{_NULL}": replace(cycle, responders=0.0),
    }


ANSWER_WORLDS = ("typical", "double-placebo", f"typical{_NULL}", f"monthly-cycle{_NULL}")
"""Their names. In the last two the drug does nothing for anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientAnswer:
    """One patient twelve weeks after her first dose.

    Attributes:
        world: Where she comes from.
        design: What was done.
        grade: The grade that she was told, by her weights (the usual ones).
        helps: Probability of any benefit.
        reaches: Probability that it is at least the line.
        line: The line, points.
        truth: Her true benefit, weighed the same.
        pain: Probability that pain alone is eased by its line; None where there was no pain to ease.
        pain_line: That line.
        pain_truth: True benefit on pain.
    """

    world: str
    design: str
    grade: BenefitGrade
    helps: float
    reaches: float
    line: float
    truth: float
    pain: float | None
    pain_line: float
    pain_truth: float


def answer_cases(
    world: str, name: str, *, first: int, count: int, seed: int, settings: Settings
) -> list[PatientAnswer]:
    """Patients of a world under a design, each told her answer.

    Args:
        world: One of ``ANSWER_WORLDS``.
        name: One of ``ANSWER_DESIGNS``.
        first: Index of the first of them; with the seed it fixes her.
        count: How many.
        seed: The seed.
        settings: How to fit.
    """
    plan = design(name, days=14 + 7 * _WEEK + 1)
    cohort = simulate(_worlds()[world], plan, n=count, seed=seed, first=first, given=Given(courses=()))
    return list(_cases(cohort, world, settings))


def _cases(cohort: Cohort, world: str, settings: Settings) -> Iterator[PatientAnswer]:
    rules = replace(verdict_settings(judgement()), gates=(gate(),))
    for i in range(len(cohort)):
        at = cohort.start + timedelta(days=cohort.design.drug_start + 7 * _WEEK)
        record = cohort.record(i).until(at)
        made = fit(
            record,
            at=at,
            seed=cohort.seed + cohort.first + i,
            beliefs=beliefs_of(WORLDS["typical"][1]),
            settings=settings,
        )
        found = answer(record, made, DRUG, settings=rules)
        yield _case(found, cohort.effect_at(i, found.dose), world, cohort.design.name)


def _case(found: BenefitAnswer, effect: tuple[float, float, float], world: str, name: str) -> PatientAnswer:
    if found.helps is None or found.line.probability is None:
        raise ValueError("a simulated patient's answer has no figures")
    pain = found.pain_line
    return PatientAnswer(
        world=world,
        design=name,
        grade=found.grade,
        helps=found.helps,
        reaches=found.line.probability,
        line=found.line.points,
        truth=-sum(w * e for w, e in zip(found.weights.values(), effect, strict=True)),
        pain=None if pain is None else pain.probability,
        pain_line=judgement().verdict.benefit.value,
        pain_truth=-effect[1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldAnswers:
    """What became of the answers in one world under one design. Errors are Monte Carlo errors.

    Attributes:
        world: The world.
        design: The design.
        n: Patients.
        told: Share told anything other than *cannot tell*.
        closed: Share told a grade other than *open* as well.
        helps: Share told that it helps: any benefit at the line of ``helps``.
        helps_right: Of these, the share truly helped; None where nobody was told.
        false_helps: Of those not helped, the share told so.
        false_helps_error: Its error.
        speaks: Share for whom pain's line is called at the line of ``sure``, either way.
        right: Of these, the share that is right.
        right_error: Its error.
        helped: Share whose pain is truly eased by its line.
        found: Of these, the share told that it is.
        grades: How often each grade was said, and how often what it says is true.
    """

    world: str
    design: str
    n: int
    told: float
    closed: float
    helps: float
    helps_right: float | None
    false_helps: float
    false_helps_error: float
    speaks: float
    right: float | None
    right_error: float
    helped: float
    found: float
    grades: tuple[tuple[str, float, float | None], ...]


def _true(case: PatientAnswer) -> bool | None:
    """Whether what a grade says holds; None for one that says nothing of the line or of helping."""
    match case.grade:
        case BenefitGrade.WORKS | BenefitGrade.WORKS_AT_A_COST | BenefitGrade.PROBABLY_WORKS:
            return case.truth >= case.line
        case BenefitGrade.HELPS_SIZE_OPEN:
            return case.truth > 0
        case BenefitGrade.HELPS_A_LITTLE:
            return 0 < case.truth < case.line
        case BenefitGrade.DOES_NOT_WORK | BenefitGrade.PROBABLY_DOES_NOT_WORK:
            return case.truth < case.line
    return None


def _share(of: Sequence[bool]) -> float | None:
    return float(np.mean(of)) if of else None


def _error(p: float | None, n: int) -> float:
    return 0.0 if p is None or not n else sqrt(p * (1 - p) / n)


def _row(world: str, name: str, cases: Sequence[PatientAnswer]) -> WorldAnswers:
    lines = judgement().verdict
    sure, certain = lines.sure.value, lines.helps.value
    said = [c for c in cases if c.grade is not BenefitGrade.CANNOT_TELL and c.helps >= certain]
    unhelped = [c in said for c in cases if c.truth <= 0]
    pains = [(c, c.pain) for c in cases if c.pain is not None]
    called = [(c, p >= sure) for c, p in pains if max(p, 1 - p) >= sure]
    right = [eased == (c.pain_truth >= c.pain_line) for c, eased in called]
    helped = [c for c in cases if c.pain_truth >= c.pain_line]
    false_helps = _share(unhelped)
    grades = []
    for grade in BenefitGrade:
        some = [c for c in cases if c.grade is grade]
        if some:
            held = [t for t in map(_true, some) if t is not None]
            grades.append((grade.value, len(some) / len(cases), _share(held)))
    return WorldAnswers(
        world=world,
        design=name,
        n=len(cases),
        told=float(np.mean([c.grade is not BenefitGrade.CANNOT_TELL for c in cases])),
        closed=float(np.mean([c.grade not in (BenefitGrade.CANNOT_TELL, BenefitGrade.OPEN) for c in cases])),
        helps=len(said) / len(cases),
        helps_right=_share([c.truth > 0 for c in said]),
        false_helps=false_helps or 0.0,
        false_helps_error=_error(false_helps, len(unhelped)),
        speaks=len(called) / len(cases),
        right=_share(right),
        right_error=_error(_share(right), len(right)),
        helped=len(helped) / len(cases),
        found=_share([c.pain is not None and c.pain >= sure for c in helped]) or 0.0,
        grades=tuple(grades),
    )


def answer_rows(cases: Sequence[PatientAnswer]) -> tuple[WorldAnswers, ...]:
    """One row for each world and design, in the order of the cases."""
    pairs = dict.fromkeys((c.world, c.design) for c in cases)
    return tuple(
        _row(world, name, [c for c in cases if (c.world, c.design) == (world, name)]) for world, name in pairs
    )
