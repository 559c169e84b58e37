"""The conclusions of a review that rest on the response model, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from lenitive.record import Record
from lenitive.response import (
    Band,
    BenefitAnswer,
    Exposure,
    Fit,
    FitStatus,
    SensitivityRow,
    Settling,
    SideEffectCourse,
    Verdict,
    VerdictSettings,
    WeightRefused,
    WeightTrajectory,
    answers,
    bands,
    fit,
    rebound,
    sensitivity,
    side_effect_courses,
    verdict_of,
    verdict_settings,
    weight_trajectory,
    would_settle,
)
from lenitive.review.absent import Absent
from lenitive.review.asked import DEFAULT_OUTCOMES, Asked
from lenitive.review.dose_changes import dose_changes
from lenitive.review.harm_priors import course_priors, gates, weight_priors
from lenitive.review.known import Known, not_known, steps_without_facts
from lenitive.review.level_or_dose import Followed, exposure, followed
from lenitive.review.measured import MeasuredSleep, measured_sleep
from lenitive.review.nights import JointSleep, joint_sleep
from lenitive.review.option import Options
from lenitive.review.options import options, options_without_protocol
from lenitive.review.quality import DataQuality
from lenitive.review.question import of_drugs
from lenitive.review.robustness import Robustness, robustness
from lenitive.review.stand import facts_about, protocol_for
from lenitive.review.trials_say import trial_beliefs
from lenitive.review.unjudged import not_of_now, unjudged
from lenitive.review.visit import Visit
from lenitive.safety import Finding
from lenitive.sleep import Assessment
from lenitive.terms import EffectBelief, Message, Score
from lenitive.titration import Planner

__all__ = ["Workings"]


class Workings:
    """What was worked out for one question, and remembered.

    Args:
        asked: The question.
        quality: What there is to go by.
    """

    def __init__(self, asked: Asked, quality: DataQuality) -> None:
        self._asked, self._quality = asked, quality
        self._record: Record = asked.record
        self._settled: dict[str, tuple[Settling, ...]] = {}

    @cached_property
    def _modelled(self) -> Record:
        """The record as the response model reads it: background that cannot be in the scores' changes is left out."""
        return of_drugs(self._record, self._asked.question.modelled)

    @cached_property
    def beliefs(self) -> tuple[EffectBelief, ...]:
        """What the trials say of each drug that was taken by the day."""
        asked = self._asked
        doses = {drug: self._record.judged_dose(drug, asked.at) for drug in self._modelled.drugs}
        taken = {drug: dose for drug, dose in doses.items() if dose is not None}
        return trial_beliefs(asked.knowledge, taken, asked.outcomes)

    @cached_property
    def followed(self) -> tuple[Followed, ...]:
        """For each drug, whether its effect follows its level or its dose."""
        modelled = self._asked.question.modelled
        rows = followed(self._record, self._asked.knowledge, at=self._asked.at)
        return tuple(f for f in rows if f.drug in modelled)

    @cached_property
    def _exposure(self) -> Exposure | None:
        return exposure(self.followed)

    @cached_property
    def alone(self) -> Fit:
        """The fit of the diary alone."""
        asked = self._asked
        return fit(
            self._modelled,
            at=asked.at,
            seed=asked.seed,
            beliefs=self.beliefs,
            outcomes=asked.outcomes,
            settings=asked.fitting,
            exposure=self._exposure,
        )

    @cached_property
    def joint(self) -> JointSleep | Absent:
        """The fit of diary and measured nights, or why there is none."""
        return joint_sleep(
            self._modelled,
            self.alone,
            self._asked.knowledge.sleep.devices.reading,
            least=self._asked.knowledge.judgement.diary.least_nights.whole,
            at=self._asked.at,
            seed=self._asked.seed,
            beliefs=self.beliefs,
            exposure=self._exposure,
        )

    @cached_property
    def _taken_in(self) -> JointSleep | None:
        """The fit with nights, where it was asked for and there is one."""
        if self._asked.with_nights and isinstance(self.joint, JointSleep):
            return self.joint
        return None

    @property
    def with_nights(self) -> bool:
        """Whether measured nights are in the fit."""
        return self._taken_in is not None

    @cached_property
    def fit(self) -> Fit:
        """The fit that effects and verdicts rest on; it may be refused."""
        return self.alone if self._taken_in is None else self._taken_in.fit

    @property
    def refused(self) -> bool:
        """Whether there is no fit."""
        return self.fit.status is FitStatus.REFUSED

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The estimated course of each outcome."""
        return () if self.refused else bands(self.fit, without=self._asked.question.drugs)

    @cached_property
    def courses(self) -> tuple[SideEffectCourse, ...]:
        """The course of each side effect reported."""
        asked, question = self._asked, self._asked.question
        record = of_drugs(self._record, (*question.drugs, *question.changing))
        return side_effect_courses(
            record,
            at=asked.at,
            lines=asked.knowledge.judgement.side_effects,
            priors=course_priors(asked.knowledge, record.drugs),
            since=question.since,
        )

    @cached_property
    def weight(self) -> WeightTrajectory | WeightRefused:
        """The course of the weight, or why there is none."""
        asked, question = self._asked, self._asked.question
        lines = asked.knowledge.judgement.weight
        # A drug that stood still all the while is in the baseline.
        first = question.since and question.since - lines.baseline_before_days.days
        moved = [
            d
            for d in self._record.drugs
            if first and any(c >= first for c in dose_changes(self._record, d, asked.at))
        ]
        record = of_drugs(self._record, (*question.drugs, *moved))
        return weight_trajectory(
            record,
            at=asked.at,
            seed=asked.seed,
            lines=lines,
            priors=weight_priors(asked.knowledge, record.drugs),
            judged=question.drugs,
            since=question.since,
        )

    @cached_property
    def _rules(self) -> VerdictSettings:
        knowledge = self._asked.knowledge
        return verdict_settings(knowledge.judgement, gates(knowledge, self._record.drugs))

    def _answers(self, by: Fit) -> tuple[BenefitAnswer, ...]:
        if by.status is FitStatus.REFUSED:
            judged = unjudged(self._record, by, self._asked.at, self._rules, self._asked.question.drugs)
        else:
            trajectory = self.weight if isinstance(self.weight, WeightTrajectory) else None
            judged = answers(
                self._record,
                by,
                courses=self.courses,
                weight=trajectory,
                settings=self._rules,
                judged=self._asked.question.judged,
            )
        if self._quality.stale:
            judged = tuple(not_of_now(v, self._quality) for v in judged)
        # A name that means nothing may stand for anything, also for a drug that is judged under its own.
        return tuple(v for v in judged if self.not_known.get(v.drug) is not Known.UNKNOWN)

    def _steps(self, by: Fit, name: str) -> tuple[Settling, ...]:
        steps = would_settle(
            self._modelled,
            by,
            name,
            beliefs=self.beliefs,
            settings=self._rules,
            exposure=self._exposure,
        )
        return steps_without_facts(steps) if name in self.not_known else steps

    @cached_property
    def answers(self) -> tuple[BenefitAnswer, ...]:
        """The answer about each drug and activity."""
        return self._answers(self.fit)

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The same in the four words."""
        return tuple(map(verdict_of, self.answers))

    @cached_property
    def settling(self) -> dict[str, tuple[Settling, ...]]:
        """For each drug and activity in question, what would settle its verdict; of a record too old, entries would."""
        inputs = [] if self._quality.stale else [i.name for i in self.fit.inputs]
        return {name: self._own_steps(name) for name in self._asked.question.judged if name in inputs}

    def _own_steps(self, name: str) -> tuple[Settling, ...]:
        if name not in self._settled:
            self._settled[name] = self._steps(self.fit, name)
        return self._settled[name]

    @cached_property
    def not_known(self) -> Mapping[str, Known]:
        """Drugs of which no facts are held."""
        return not_known(self._asked.knowledge, self._record.drugs)

    @cached_property
    def sensitivity(self) -> tuple[SensitivityRow, ...]:
        """The effects under halved and doubled nuisance priors."""
        return () if self.refused else sensitivity(self.fit)

    @cached_property
    def robustness(self) -> tuple[Robustness, ...]:
        """The verdicts under those priors."""
        if self.refused:
            return ()
        return robustness(self.verdicts, self.sensitivity, _spreads(self.fit), self._rules)

    def measured(self, assessed: Assessment) -> MeasuredSleep | Absent:
        """Each drug's effect on measured sleep, or why there is none."""
        return measured_sleep(
            self._modelled,
            assessed.nights,
            at=self._asked.at,
            seed=self._asked.seed,
            settings=self._asked.fitting,
            least=self._asked.knowledge.judgement.diary.least_nights.whole,
            exposure=self._exposure,
            judged=self._asked.question.drugs,
        )

    def options(self, findings: tuple[Finding, ...]) -> Options | Absent:
        """The options of the protocol that the visit is about.

        A consumer device drives no option: where the fit took one in, the options go by the diary alone.
        """
        asked, record = self._asked, self._record
        protocol = protocol_for(record, asked.knowledge.protocols, asked.at, self._asked.question.drugs)
        if protocol is None:
            known = asked.knowledge.protocols
            planner = Planner(asked.knowledge, asked.market)
            today = options_without_protocol(record, findings, at=asked.at, planner=planner)
            return today or Absent(
                Message.of("review.absent.not_asked_about" if known else "review.absent.no_protocol")
            )
        drug = protocol.drug
        by_diary = self._taken_in is not None and self._taken_in.consumer
        made = self.alone if by_diary else self.fit
        judged = self._answers(made) if by_diary else self.answers
        silent = self.refused or self._quality.stale
        if silent or drug not in [i.name for i in made.inputs]:
            steps: tuple[Settling, ...] = ()
        else:
            steps = self._steps(made, drug) if by_diary else self._own_steps(drug)
        # Without a fit, or one of long ago, the verdict is unknown to the protocol, not undecided: no rule may be met by an empty
        # diary, and what was felt months ago is not felt now.
        usable = None if silent else made
        outcomes = DEFAULT_OUTCOMES if usable is None else usable.outcomes
        answered = None if usable is None else next((a for a in judged if a.drug == drug), None)
        visit = Visit(
            record=record,
            knowledge=asked.knowledge,
            protocol=protocol,
            at=asked.at,
            fit=usable,
            verdict=None if answered is None else verdict_of(answered),
            answer=answered,
            settling=steps,
            courses=() if self._quality.stale else self.courses,
            weight=self.weight,
            findings=findings,
            rebound=rebound(
                record, drug, at=asked.at, lines=asked.knowledge.judgement.rebound, outcomes=outcomes
            ),
            market=asked.market,
        )
        return options(visit, facts_about(visit))


def _spreads(made: Fit) -> dict[tuple[str, Score], float]:
    """SD of each attributable effect at the dose judged."""
    found = {}
    for one in made.inputs:
        for outcome in made.outcomes:
            e = made.effect(one.name, outcome)
            if e is not None:
                found[one.name, outcome] = e.sd
    return found
