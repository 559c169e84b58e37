"""A review as a value: parts are made when they are asked for, and two are equal when the same was asked.

Nothing is imported here but what every part needs: whoever asks for the findings alone, as a hook does, starts no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Unpack

from lenitive.record import Record
from lenitive.review.asked import Asked, Choices, Digests, Outcomes

if TYPE_CHECKING:
    from lenitive.evidence import DrugEvidence
    from lenitive.kinetics import History
    from lenitive.knowledge import Knowledge
    from lenitive.library import Opening
    from lenitive.response import (
        Band,
        BenefitAnswer,
        Fit,
        SensitivityRow,
        Settling,
        SideEffectCourse,
        Verdict,
        WeightRefused,
        WeightTrajectory,
    )
    from lenitive.review.absent import Absent
    from lenitive.review.agreed import AgreedPlan
    from lenitive.review.as_needed import AsNeeded
    from lenitive.review.goal_standing import Start
    from lenitive.review.known import Known
    from lenitive.review.level_or_dose import Followed
    from lenitive.review.measured import MeasuredSleep
    from lenitive.review.nights import JointSleep
    from lenitive.review.option import Options
    from lenitive.review.parts import Parts
    from lenitive.review.person_line import PersonLine
    from lenitive.review.quality import DataQuality
    from lenitive.review.question import InQuestion
    from lenitive.review.regimen import Regimen
    from lenitive.review.robustness import Robustness
    from lenitive.review.scores import ScoreCourse
    from lenitive.review.workings import Workings
    from lenitive.safety import Finding, MonitoringItem
    from lenitive.sleep import Assessment
    from lenitive.terms import EffectBelief, Message, Score

__all__ = ["Review", "review"]


class Review:
    """Everything concluded from one record on one day. What each part is stands with `Parts`.

    A review is made from a question, or read back from a document; the two cannot be told apart but by the draws behind the
    fit, which no document holds.

    Args:
        asked: The question.
    """

    def __init__(self, asked: Asked) -> None:
        vars(self)["_asked"] = asked

    @classmethod
    def of(cls, asked: Digests, record: Record, parts: Parts) -> Review:
        """A review whose parts are at hand.

        Args:
            asked: What it was asked for.
            record: The record as it stood on the day.
            parts: All of its parts.
        """
        made = cls.__new__(cls)
        kept = {f.name: getattr(parts, f.name) for f in fields(parts)}
        vars(made).update(_asked=asked, record=record, parts=parts, **kept)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a review does not change; make another with Review.of")

    def __eq__(self, other: object) -> bool:
        """Whether the same was asked of the same code."""
        return isinstance(other, Review) and self.asked.digest == other.asked.digest

    def __hash__(self) -> int:
        return hash(self.asked.digest)

    def __repr__(self) -> str:
        """By its digest: a message or a log shows nothing of the patient."""
        return f"Review({self.asked.digest[:12]})"

    @cached_property
    def asked(self) -> Digests:
        """What it was asked for, by digests."""
        return self._asked if isinstance(self._asked, Digests) else self._asked.digests

    @cached_property
    def record(self) -> Record:
        """The record as it stood on the day."""
        return self._question.record

    @property
    def at(self) -> date:
        """The day of the review; nothing dated later was used."""
        return self._asked.at

    @property
    def seed(self) -> int:
        """The root of every random draw."""
        return self._asked.seed

    @property
    def outcomes(self) -> Outcomes:
        """The scores in the sleep, pain and fatigue slots of the model."""
        return self._asked.outcomes

    @property
    def market(self) -> str:
        """Where the products of the plans are sold."""
        return self._asked.market

    @property
    def knowledge(self) -> str:
        """Version of the knowledge."""
        return self._asked.knowledge if isinstance(self._asked, Digests) else self._asked.knowledge.version

    @cached_property
    def parts(self) -> Parts:
        """All parts; those not asked for before are made."""
        from lenitive.review.parts import Parts

        return Parts(**{f.name: getattr(self, f.name) for f in fields(Parts)})

    _asked: Asked | Digests

    @property
    def _question(self) -> Asked:
        if isinstance(self._asked, Digests):
            raise TypeError("a review that was read back has its parts and makes none")
        return self._asked

    @cached_property
    def _workings(self) -> Workings:
        from lenitive.review.workings import Workings

        return Workings(self._question, self.data_quality)

    @cached_property
    def regimen(self) -> tuple[Regimen, ...]:
        """What is taken on the day."""
        from lenitive.review.regimen import regimen

        return regimen(self.record, self.at)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the safety check says about what is taken now."""
        from lenitive.safety import check

        return check(self.record, knowledge=self._question.knowledge, at=self.at)

    @cached_property
    def monitoring(self) -> tuple[MonitoringItem, ...]:
        """What is overdue, due and upcoming."""
        from lenitive.safety import monitoring

        return monitoring(self.record, knowledge=self._question.knowledge, at=self.at)

    @cached_property
    def data_quality(self) -> DataQuality:
        """What there is to go by."""
        from lenitive.review.quality import data_quality

        asked = self._question
        return data_quality(
            self.record,
            self.at,
            self.outcomes,
            asked.knowledge.judgement.diary,
            asked.problems,
            first_dose=asked.question.since,
            stale_days=asked.knowledge.judgement.question.stale_days.days,
        )

    @cached_property
    def question(self) -> InQuestion:
        """What is judged, and what the other drugs are to it."""
        return self._question.question

    @cached_property
    def evidence(self) -> tuple[DrugEvidence, ...]:
        """Each drug's trials against placebo."""
        from lenitive.evidence import drug_evidence

        trials = self._question.knowledge.trials
        return tuple(drug_evidence(trials, drug) for drug in self.question.drugs)

    @cached_property
    def sleep(self) -> Assessment:
        """Measured nights beside the diary, and what to ask about sleep."""
        from lenitive.sleep import assess

        known = self._question.knowledge
        return assess(self.record, known.sleep, lines=known.judgement.sleep, at=self.at)

    @cached_property
    def _drawn(self) -> tuple[tuple[History, ...], Mapping[str, Message]]:
        from lenitive.review.drug_levels import levels

        return levels(self.record, self._question.knowledge, at=self.at)

    @cached_property
    def levels(self) -> tuple[History, ...]:
        """Each drug's level from the doses really taken."""
        return self._drawn[0]

    @cached_property
    def levels_not_drawn(self) -> Mapping[str, Message]:
        """Drugs without a level, and why."""
        return self._drawn[1]

    @cached_property
    def beliefs(self) -> tuple[EffectBelief, ...]:
        """What the trials say of each drug, before the diary."""
        return self._workings.beliefs

    @cached_property
    def followed(self) -> tuple[Followed, ...]:
        """For each drug, whether its effect follows its level or its dose."""
        return self._workings.followed

    @cached_property
    def fit(self) -> Fit | Absent:
        """The response model's answer."""
        from lenitive.review.absent import no_answer

        return no_answer(self._workings.fit.reason) if self._workings.refused else self._workings.fit

    @cached_property
    def joint(self) -> JointSleep | Absent:
        """The fit of diary and measured nights together."""
        return self._workings.joint

    @cached_property
    def with_nights(self) -> bool:
        """Whether the fit and what rests on it took the nights in."""
        return self._workings.with_nights

    @cached_property
    def measured(self) -> MeasuredSleep | Absent:
        """Each drug's effect on measured sleep."""
        return self._workings.measured(self.sleep)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """The estimated course of each outcome."""
        return self._workings.bands

    @cached_property
    def sensitivity(self) -> tuple[SensitivityRow, ...]:
        """The effects under halved and doubled nuisance priors."""
        return self._workings.sensitivity

    @cached_property
    def robustness(self) -> tuple[Robustness, ...]:
        """The verdicts under those priors."""
        return self._workings.robustness

    @cached_property
    def side_effects(self) -> tuple[SideEffectCourse, ...]:
        """The course of each side effect reported."""
        return self._workings.courses

    @cached_property
    def weight(self) -> WeightTrajectory | WeightRefused:
        """The trajectory of the weight, or why there is none."""
        return self._workings.weight

    @cached_property
    def answers(self) -> tuple[BenefitAnswer, ...]:
        """The answer about each drug and activity in question: does it help, by how much, and by what matters."""
        return self._workings.answers

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The answers in the four words of before."""
        from lenitive.response import verdict_of

        return tuple(map(verdict_of, self.answers))

    @cached_property
    def not_known(self) -> Mapping[str, Known]:
        """Drugs of which no facts are held."""
        return self._workings.not_known

    @cached_property
    def settling(self) -> Mapping[str, tuple[Settling, ...]]:
        """For each drug and activity, what would settle its verdict."""
        return self._workings.settling

    @cached_property
    def needed(self) -> tuple[Score, ...]:
        """The scores whose entries a verdict waits for, when the diary gave none."""
        silent = self._workings.refused or self.data_quality.stale
        return self._workings.fit.outcomes if silent and self.question.drugs else ()

    @cached_property
    def options(self) -> Options | Absent:
        """What to consider next, or why nothing is proposed."""
        return self._workings.options(self.findings)

    @cached_property
    def _start(self) -> Start:
        """From which days weeks on the drug in question count."""
        from lenitive.review.goal_standing import Start, start_of

        drugs = self.question.drugs
        steps = start_of(self.record, drugs[0], self.at) if drugs else Start(first=None, step=None)
        return Start(first=self.question.since or steps.first, step=steps.step)

    @cached_property
    def person(self) -> PersonLine:
        """Who the patient is, in one line."""
        from lenitive.review.person_line import person_line

        return person_line(self.record, self.at, self.data_quality)

    @cached_property
    def agreed(self) -> AgreedPlan | Absent:
        """What was agreed beforehand, with its answer, or that nothing was."""
        from lenitive.response import Fit
        from lenitive.review.agreed import agreed

        return agreed(
            self.record,
            at=self.at,
            start=self._start,
            lines=self._question.knowledge.judgement,
            fit=self.fit if isinstance(self.fit, Fit) else None,
        )

    @cached_property
    def scores(self) -> tuple[ScoreCourse, ...]:
        """The scores of questionnaires over time."""
        from lenitive.review.scores import score_courses

        known = self._question.knowledge.judgement.instruments.instrument
        return score_courses(self.record, known, self._start.first)

    @cached_property
    def as_needed(self) -> tuple[AsNeeded, ...]:
        """Each medicine taken as needed."""
        from lenitive.review.as_needed import as_needed

        return as_needed(self.record, self._question.knowledge, self.at)

    @cached_property
    def articles(self) -> tuple[Opening, ...]:
        """What the library has to read beside this review."""
        from lenitive.review.articles import articles_beside

        return articles_beside(
            self.record,
            self._question.knowledge,
            at=self.at,
            drugs=self.question.drugs,
            verdicts=self.verdicts,
            courses=self.side_effects,
            findings=self.findings,
        )


def review(
    record: Record,
    knowledge: Knowledge,
    *,
    at: date | None = None,
    seed: int = 1,
    **choices: Unpack[Choices],
) -> Review:
    """Everything that can be concluded from a record on a day; each part is made when it is asked for.

    Args:
        record: The record.
        knowledge: What is known.
        at: Day of the review; without it, the last day with any entry.
        seed: Seed of every random draw; equal inputs and seed give equal reviews.
        choices: What else may be chosen: the attributes of `Asked`.

    Raises:
        ReviewError: When the record holds no day at all, or the question cannot be put.
    """
    return Review(Asked.of(record, knowledge, at=at, seed=seed, **choices))
