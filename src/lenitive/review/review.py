"""The one place where the rooms meet: a record, the knowledge, a day and a seed give a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lenitive.evidence import DrugEvidence, beliefs, drug_evidence
from lenitive.kinetics import History
from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.facts import Market
from lenitive.library import Opening
from lenitive.record import Record
from lenitive.response import (
    Band,
    Fit,
    FitStatus,
    SensitivityRow,
    Settling,
    SideEffectCourse,
    Verdict,
    VerdictSettings,
    WeightRefused,
    WeightTrajectory,
    bands,
    fit,
    rebound,
    sensitivity,
    side_effect_courses,
    verdicts,
    weight_trajectory,
    would_settle,
)
from lenitive.review.absent import Absent
from lenitive.review.articles import articles_beside
from lenitive.review.exposure import Followed, exposure, followed
from lenitive.review.harm_priors import course_priors, gates, weight_priors
from lenitive.review.known import Known, not_known, steps_without_facts
from lenitive.review.levels import levels
from lenitive.review.measured import MeasuredSleep, measured_sleep
from lenitive.review.nights import JointSleep, joint_sleep
from lenitive.review.options import Options, options
from lenitive.review.quality import DataQuality, data_quality
from lenitive.review.regimen import Regimen, regimen
from lenitive.review.robustness import Robustness, robustness
from lenitive.review.stand import facts_about, protocol_for
from lenitive.review.unjudged import unjudged
from lenitive.safety import Finding, MonitoringItem, check, monitoring
from lenitive.sleep import Assessment, assess
from lenitive.terms import EffectBelief, Problem, Score

__all__ = ["DEFAULT_OUTCOMES", "Review", "ReviewError", "review"]

Outcomes = tuple[Score, Score, Score]
DEFAULT_OUTCOMES: Outcomes = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


class ReviewError(ValueError):
    """A review that cannot be made as asked; the message names the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything concluded from one record on one day.

    Each part is its value, or `Absent` with the reason.

    Attributes:
        at: The day the review is made; nothing dated later was used.
        knowledge: Version of the knowledge.
        seed: Seed of every random draw.
        outcomes: The scores in the sleep, pain and fatigue slots of the model.
        record: The record as it stood on the day.
        regimen: What is taken on the day.
        beliefs: What the trials say of each drug, before the diary.
        evidence: Each drug's trials against placebo, outcome by outcome, with what is missing.
        followed: For each drug, whether its effect follows its level or its dose, and why.
        fit: The response model's answer.
        bands: The estimated course of each outcome; empty when there is no fit.
        sensitivity: The effects under halved and doubled nuisance priors; empty when there is no fit.
        robustness: The verdicts under those priors.
        side_effects: The course of each side effect reported.
        weight: The trajectory of the weight, or why there is none.
        verdicts: The verdict on each drug and activity.
        not_known: Drugs of which no facts are held, by the record's names, and how little is known of each.
        settling: For each drug and activity, what would settle its verdict, best first.
        needed: The scores whose entries a verdict waits for, when the diary gave none; otherwise empty.
        findings: What the safety check says about what is taken now, the loudest first.
        monitoring: What is overdue, due and upcoming.
        levels: Each drug's level from the doses really taken.
        levels_not_drawn: Drugs without a level, and why.
        articles: What the library has to read beside this review, each with why it is shown.
        options: What to consider next, or why nothing is proposed.
        data_quality: What there is to go by.
        sleep: Measured nights beside the diary, and what to ask about sleep.
        measured: Each drug's effect on measured sleep.
        joint: The fit of diary and measured nights together, or why there is none.
        with_nights: Whether ``fit`` and what rests on it took the nights in.
        market: Where the products of the plans are sold.
    """

    at: date
    knowledge: str
    seed: int
    outcomes: Outcomes
    record: Record
    regimen: tuple[Regimen, ...]
    beliefs: tuple[EffectBelief, ...]
    evidence: tuple[DrugEvidence, ...]
    followed: tuple[Followed, ...]
    fit: Fit | Absent
    bands: tuple[Band, ...]
    sensitivity: tuple[SensitivityRow, ...]
    robustness: tuple[Robustness, ...]
    side_effects: tuple[SideEffectCourse, ...]
    weight: WeightTrajectory | WeightRefused
    verdicts: tuple[Verdict, ...]
    not_known: Mapping[str, Known]
    settling: Mapping[str, tuple[Settling, ...]]
    needed: tuple[Score, ...]
    findings: tuple[Finding, ...]
    monitoring: tuple[MonitoringItem, ...]
    levels: tuple[History, ...]
    levels_not_drawn: Mapping[str, str]
    articles: tuple[Opening, ...]
    options: Options | Absent
    data_quality: DataQuality
    sleep: Assessment
    measured: MeasuredSleep | Absent
    joint: JointSleep | Absent
    with_nights: bool
    market: Market


def review(
    record: Record,
    knowledge: Knowledge,
    *,
    at: date | None = None,
    seed: int = 1,
    outcomes: Outcomes = DEFAULT_OUTCOMES,
    problems: Sequence[Problem] = (),
    with_nights: bool = False,
    market: Market = "us",
) -> Review:
    """Everything that can be concluded from a record on a day.

    Args:
        record: The record.
        knowledge: What is known.
        at: Day of the review; without it, the last day with any entry.
        seed: Seed of every random draw; equal inputs and seed give equal reviews.
        outcomes: The scores that stand in the model's sleep, pain and fatigue slots.
        problems: What reading the record had to say; carried into the data quality.
        with_nights: Take measured nights into the effects and verdicts, where there are enough. Options take them in only
            from a laboratory or a research sensor: what a consumer device says drives none.
        market: Where the pharmacy is; the plans of the options are made of products sold there.

    Raises:
        ReviewError: When the record holds no day at all, or an outcome is named twice.
    """
    if len(set(outcomes)) != len(outcomes):
        raise ReviewError("the three outcomes are the same score twice; name three different ones")
    at = at or record.last_day
    if at is None:
        raise ReviewError(
            "the record has no dated entry; write at least one line in diary.csv or name a day with --at"
        )
    cut = record.until(at)
    believed = beliefs(knowledge, _doses(cut, at), outcomes=outcomes)
    acting = followed(cut, knowledge, at=at)
    by_level = exposure(acting)
    alone = fit(cut, at=at, seed=seed, beliefs=believed, outcomes=outcomes, exposure=by_level)
    joint = joint_sleep(
        cut, alone, knowledge.sleep.devices.reading, at=at, seed=seed, beliefs=believed, exposure=by_level
    )
    taken_in = with_nights and isinstance(joint, JointSleep)
    made = joint.fit if with_nights and isinstance(joint, JointSleep) else alone
    refused = made.status is FitStatus.REFUSED
    rules = VerdictSettings(gates=gates(knowledge, cut.drugs))
    courses = side_effect_courses(cut, at=at, priors=course_priors(knowledge, cut.drugs))
    weight = weight_trajectory(cut, at=at, seed=seed, priors=weight_priors(knowledge, cut.drugs))
    trajectory = weight if isinstance(weight, WeightTrajectory) else None
    drawn, not_drawn = levels(cut, knowledge, at=at)

    strange = not_known(knowledge, cut.drugs)

    def judge(by: Fit) -> tuple[tuple[Verdict, ...], dict[str, tuple[Settling, ...]]]:
        """Verdicts and what would settle them, by one of the two fits."""
        settled = {
            i.name: would_settle(cut, by, i.name, beliefs=believed, settings=rules, exposure=by_level)
            for i in by.inputs
        }
        settled |= {name: steps_without_facts(settled[name]) for name in strange if name in settled}
        if refused:
            return unjudged(cut, by, at), settled
        return verdicts(cut, by, courses=courses, weight=trajectory, settings=rules), settled

    judged, settling = judge(made)
    changed = () if refused else sensitivity(made)
    # A consumer device drives no option: where the fit above took one in, the options go by the diary alone.
    by_diary = taken_in and isinstance(joint, JointSleep) and joint.consumer
    basis, weighed, steps = (alone, *judge(alone)) if by_diary else (made, judged, settling)
    found = check(cut, knowledge=knowledge, at=at)
    assessed = assess(cut, knowledge.sleep, at=at)
    return Review(
        at=at,
        knowledge=knowledge.version,
        seed=seed,
        outcomes=outcomes,
        record=cut,
        regimen=regimen(cut, at),
        beliefs=believed,
        evidence=tuple(drug_evidence(knowledge.trials, drug) for drug in cut.drugs),
        followed=acting,
        fit=Absent(made.reason) if refused else made,
        bands=() if refused else bands(made),
        sensitivity=changed,
        robustness=() if refused else robustness(judged, changed, _spreads(made), rules),
        side_effects=courses,
        weight=weight,
        verdicts=judged,
        not_known=strange,
        settling=settling,
        needed=made.outcomes if refused and cut.drugs else (),
        findings=found,
        monitoring=monitoring(cut, knowledge=knowledge, at=at),
        levels=drawn,
        levels_not_drawn=not_drawn,
        articles=articles_beside(cut, knowledge, at=at, verdicts=judged, courses=courses, findings=found),
        options=_next_steps(
            cut, knowledge, at, None if refused else basis, weighed, steps, courses, weight, found, market
        ),
        data_quality=data_quality(cut, at, outcomes, problems),
        sleep=assessed,
        measured=measured_sleep(cut, assessed.nights, at=at, seed=seed, exposure=by_level),
        joint=joint,
        with_nights=taken_in,
        market=market,
    )


def _next_steps(
    record: Record,
    knowledge: Knowledge,
    at: date,
    made: Fit | None,
    judged: tuple[Verdict, ...],
    settling: Mapping[str, tuple[Settling, ...]],
    courses: tuple[SideEffectCourse, ...],
    weight: WeightTrajectory | WeightRefused,
    findings: tuple[Finding, ...],
    market: Market,
) -> Options | Absent:
    """The options of the protocol that the visit is about."""
    protocol = protocol_for(record, knowledge.protocols, at)
    if protocol is None:
        return Absent("no protocol is known")
    # Without a fit the verdict is unknown to the protocol, not undecided: no rule may be met by an empty diary.
    own = None if made is None else next((v for v in judged if v.drug == protocol.drug), None)
    seen = (
        rebound(record, protocol.drug, at=at)
        if made is None
        else rebound(record, protocol.drug, at=at, outcomes=made.outcomes)
    )
    facts = facts_about(
        record,
        protocol,
        knowledge.protocols,
        knowledge.judgement,
        at=at,
        fit=made,
        verdict=own,
        courses=courses,
        weight=weight,
        findings=findings,
        rebound=seen,
    )
    steps = settling.get(protocol.drug, ())
    return options(
        record,
        knowledge,
        protocol,
        facts,
        at=at,
        fit=made,
        verdict=own,
        settling=steps,
        rebound=seen,
        market=market,
    )


def _spreads(made: Fit) -> dict[tuple[str, Score], float]:
    """SD of each attributable effect at the dose judged."""
    found = {}
    for one in made.inputs:
        for outcome in made.outcomes:
            e = made.effect(one.name, outcome)
            if e is not None:
                found[one.name, outcome] = e.sd
    return found


def _doses(record: Record, at: date) -> dict[str, float]:
    """Each drug's daily dose that the evidence is asked about: the one the judgement is on."""
    doses = {drug: record.judged_dose(drug, at) for drug in record.drugs}
    return {drug: dose for drug, dose in doses.items() if dose is not None}
