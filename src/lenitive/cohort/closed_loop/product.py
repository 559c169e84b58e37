"""The product as a policy: what a review ranks first is done, as far as the simulated world can do it.

Two rivals are the same code with other eyes: one whose fit never sees the diary after the first dose, so that harms alone decide what the trials
leave open, and one whose fit is told every nuisance.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from lenitive.cohort.closed_loop.course import (
    BASELINE_DAYS,
    START_MG,
    STEP_MG,
    VISIT_DAYS,
    CourseSoFar,
    VisitDay,
)
from lenitive.cohort.closed_loop.nuisance import known_nuisance_settings
from lenitive.knowledge import Action, Knowledge, load
from lenitive.record import Record
from lenitive.response import (
    FitStatus,
    Settings,
    Settling,
    WeightTrajectory,
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
    trial_beliefs,
    weight_priors,
)
from lenitive.terms import Score
from lenitive.titration import interpret
from lenitive.virtual import DRUG

__all__ = ["harms_only", "known_nuisance", "product"]

_OUTCOMES = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)
_SIMULATED: frozenset[Action] = frozenset(
    {"no_change", "ask_for_data", "change_time", "step_up", "step_down", "taper", "stop", "test"}
)
"""What the simulated world can carry out; another drug, exercise, and withdrawal with its way back it has not."""


@cache
def _knowledge() -> Knowledge:
    return load()


@cache
def _settings() -> Settings:
    return fit_settings(_knowledge().judgement)


def product(visit: VisitDay, now: CourseSoFar) -> None:
    """The first option that the simulated world can carry out."""
    _follow(visit, now, visit.record, _settings())


def harms_only(visit: VisitDay, now: CourseSoFar) -> None:
    """The same valuation by someone who sees side effects and weight, and of the diary only the weeks before the first dose."""
    first = visit.cohort.start.toordinal() + BASELINE_DAYS
    before = tuple(d for d in visit.record.diary if d.day.toordinal() < first)
    _follow(visit, now, replace(visit.record, diary=before), _settings())


def known_nuisance(visit: VisitDay, now: CourseSoFar) -> None:
    """The same by someone who knows everything about her but what the drug does."""
    first = next((d.day for d in visit.record.diary), visit.at)
    told = known_nuisance_settings(
        _settings(), visit.cohort, entered=(first - visit.cohort.start).days, last=visit.t
    )
    _follow(visit, now, visit.record, told)


def _follow(visit: VisitDay, now: CourseSoFar, seen: Record, settings: Settings) -> None:
    ranked, settling = _options(visit, seen, settings)
    t, dose = visit.t, now.dose(visit.t)
    best = next((s for s in settling if s.step in LEARNING), None)
    # The outcome phase has no tests: none is begun that would reach into it.
    ends = t + (0 if best is None else sum(stretch.days for stretch in best.stretches))
    open_ = [o for o in ranked if o.action != "test" or ends <= now.last_day_of_course]
    if not open_:
        return
    first = open_[0]
    match first.action:
        case "step_up" | "step_down":
            now.change(t + 1, first.dose_mg or 0.0)
        case "taper" | "stop":
            day = t + 1
            while dose > 0:
                dose = max(0.0, dose - STEP_MG)
                now.change(day, dose)
                day += VISIT_DAYS
            now.over = True
        case "test":
            if best is None:
                return
            day = t + 1
            for stretch in best.stretches:
                now.change(day, stretch.dose, masked=stretch.masked)
                day += stretch.days
            now.change(day, dose)
            now.tests += 1
            now.busy_until = day


def _options(
    visit: VisitDay, seen: Record, settings: Settings
) -> tuple[tuple[Option, ...], tuple[Settling, ...]]:
    """What a review would rank on this day, without plans and the safety check: one drug, nothing to interact with."""
    known, record, at = _knowledge(), visit.record, visit.at
    protocol = known.protocols[DRUG]
    believed = trial_beliefs(known, {DRUG: START_MG}, _OUTCOMES)
    made = fit(seen, at=at, seed=visit.seed, beliefs=believed, settings=settings)
    usable = made if made.status is not FitStatus.REFUSED else None
    rules = verdict_settings(known.judgement, gates(known, (DRUG,)))
    courses = side_effect_courses(
        record, at=at, lines=known.judgement.side_effects, priors=course_priors(known, (DRUG,))
    )
    weight = weight_trajectory(
        record, at=at, seed=visit.seed, lines=known.judgement.weight, priors=weight_priors(known, (DRUG,))
    )
    trajectory = weight if isinstance(weight, WeightTrajectory) else None
    judged = (
        () if usable is None else verdicts(record, made, courses=courses, weight=trajectory, settings=rules)
    )
    stand = Visit(
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
    facts = facts_about(stand)
    asked = {s.action for s in interpret(protocol, facts).steps} & {"test", "ask_for_data"}
    waiting = int(known.judgement.valuation.test_waiting_weeks.value)
    settling = (
        ()
        if usable is None
        else would_settle(
            record,
            made,
            DRUG,
            beliefs=believed,
            settings=rules,
            waiting_weeks=None if "test" in asked else waiting,
        )
    )
    ranked = ranked_by_worth(replace(stand, settling=settling), facts, only=_SIMULATED)
    return ranked, settling
