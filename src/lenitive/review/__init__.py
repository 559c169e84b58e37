"""Where the judgements meet: ``review(record, knowledge, at=..., seed=...)``.

Names are brought when they are asked for: whoever wants the findings alone starts no model.
"""

from typing import TYPE_CHECKING

from lenitive.doors import room_door

if TYPE_CHECKING:
    from lenitive.review.absent import Absent
    from lenitive.review.agreed import AgreedPlan, DueTo, GoalAnswer, StopAnswer, plan_readings
    from lenitive.review.apart import not_apart, worth_range
    from lenitive.review.as_needed import AsNeeded, BadDays, Overuse, Trend
    from lenitive.review.asked import DEFAULT_OUTCOMES, Asked, Choices, Digests, ReviewError
    from lenitive.review.binding import UrgentStep, binds, urgent_steps
    from lenitive.review.decision import (
        DecisionError,
        Entry,
        Inputs,
        Shown,
        digest_of,
        plan_moves,
        shown,
    )
    from lenitive.review.decision_chain import Signer, append_entry, read_entries
    from lenitive.review.decision_changes import changes, counterpart, differences
    from lenitive.review.decision_rules import check_ahead
    from lenitive.review.done import ActivityRecord
    from lenitive.review.drug_levels import levels
    from lenitive.review.entered import EnteredScore, entered_score
    from lenitive.review.goal import Goal, GoalKind
    from lenitive.review.goal_standing import GoalStanding, Standpoint, Start, ValueOver
    from lenitive.review.goal_words import SubjectKind
    from lenitive.review.harm_priors import course_priors, gates, reference_mg, weight_priors
    from lenitive.review.harms import excess_harms, harm_cost
    from lenitive.review.hours import HoursEarlier
    from lenitive.review.known import Known
    from lenitive.review.later import DecidedLater
    from lenitive.review.level_or_dose import Followed, exposure, followed
    from lenitive.review.measured import MeasuredEffect, MeasuredSleep
    from lenitive.review.net import Ahead, Net, NetPart
    from lenitive.review.nights import JointEffect, JointSleep, ReadDevice, joint_sleep
    from lenitive.review.option import FirstUnderWeights, Option, Options
    from lenitive.review.options import ranked_by_worth
    from lenitive.review.parts import Parts
    from lenitive.review.person_check import checked_for
    from lenitive.review.person_line import Adherence, PersonLine
    from lenitive.review.plain_difference import BeforeAfter, before_after, with_and_without
    from lenitive.review.plan_check import CheckedPlan, checked_plan, checked_regimen
    from lenitive.review.quality import DataQuality, Gap
    from lenitive.review.question import InQuestion
    from lenitive.review.regimen import Regimen
    from lenitive.review.remark import Remark
    from lenitive.review.robustness import Robustness
    from lenitive.review.scores import Meaning, ScoreAt, ScoreCourse, Yardstick
    from lenitive.review.shares import share_messages, tried
    from lenitive.review.signature import Proof, PublicKey, SigningKey, proofs
    from lenitive.review.stand import facts_about
    from lenitive.review.trials_say import trial_beliefs
    from lenitive.review.value import Review, review
    from lenitive.review.visit import Visit
    from lenitive.review.worth import LEARNING, Expected

__all__ = [
    "DEFAULT_OUTCOMES",
    "LEARNING",
    "Absent",
    "ActivityRecord",
    "Adherence",
    "AgreedPlan",
    "Ahead",
    "AsNeeded",
    "Asked",
    "BadDays",
    "BeforeAfter",
    "CheckedPlan",
    "Choices",
    "DataQuality",
    "DecidedLater",
    "DecisionError",
    "Digests",
    "DueTo",
    "EnteredScore",
    "Entry",
    "Expected",
    "FirstUnderWeights",
    "Followed",
    "Gap",
    "Goal",
    "GoalAnswer",
    "GoalKind",
    "GoalStanding",
    "HoursEarlier",
    "InQuestion",
    "Inputs",
    "JointEffect",
    "JointSleep",
    "Known",
    "Meaning",
    "MeasuredEffect",
    "MeasuredSleep",
    "Net",
    "NetPart",
    "Option",
    "Options",
    "Overuse",
    "Parts",
    "PersonLine",
    "Proof",
    "PublicKey",
    "ReadDevice",
    "Regimen",
    "Remark",
    "Review",
    "ReviewError",
    "Robustness",
    "ScoreAt",
    "ScoreCourse",
    "Shown",
    "Signer",
    "SigningKey",
    "Standpoint",
    "Start",
    "StopAnswer",
    "SubjectKind",
    "Trend",
    "UrgentStep",
    "ValueOver",
    "Visit",
    "Yardstick",
    "append_entry",
    "before_after",
    "binds",
    "changes",
    "check_ahead",
    "checked_for",
    "checked_plan",
    "checked_regimen",
    "counterpart",
    "course_priors",
    "differences",
    "digest_of",
    "entered_score",
    "excess_harms",
    "exposure",
    "facts_about",
    "followed",
    "gates",
    "harm_cost",
    "joint_sleep",
    "levels",
    "not_apart",
    "plan_moves",
    "plan_readings",
    "proofs",
    "ranked_by_worth",
    "read_entries",
    "reference_mg",
    "review",
    "share_messages",
    "shown",
    "trial_beliefs",
    "tried",
    "urgent_steps",
    "weight_priors",
    "with_and_without",
    "worth_range",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "entered": (
                "EnteredScore",
                "entered_score",
            ),
            "absent": ("Absent",),
            "apart": (
                "not_apart",
                "worth_range",
            ),
            "scores": (
                "Meaning",
                "ScoreAt",
                "ScoreCourse",
                "Yardstick",
            ),
            "person_line": (
                "Adherence",
                "PersonLine",
            ),
            "goal": (
                "Goal",
                "GoalKind",
            ),
            "goal_words": ("SubjectKind",),
            "goal_standing": (
                "GoalStanding",
                "ValueOver",
                "Standpoint",
                "Start",
            ),
            "as_needed": (
                "AsNeeded",
                "BadDays",
                "Overuse",
                "Trend",
            ),
            "agreed": (
                "AgreedPlan",
                "DueTo",
                "GoalAnswer",
                "StopAnswer",
                "plan_readings",
            ),
            "asked": (
                "Asked",
                "Choices",
                "DEFAULT_OUTCOMES",
                "Digests",
                "ReviewError",
            ),
            "binding": ("UrgentStep", "binds", "urgent_steps"),
            "decision": (
                "DecisionError",
                "Entry",
                "Inputs",
                "Shown",
                "digest_of",
                "plan_moves",
                "shown",
            ),
            "decision_chain": ("Signer", "append_entry", "read_entries"),
            "decision_changes": ("changes", "counterpart", "differences"),
            "decision_rules": ("check_ahead",),
            "done": ("ActivityRecord",),
            "drug_levels": ("levels",),
            "harm_priors": (
                "course_priors",
                "gates",
                "reference_mg",
                "weight_priors",
            ),
            "harms": (
                "excess_harms",
                "harm_cost",
            ),
            "hours": ("HoursEarlier",),
            "known": ("Known",),
            "later": ("DecidedLater",),
            "level_or_dose": (
                "Followed",
                "exposure",
                "followed",
            ),
            "measured": (
                "MeasuredEffect",
                "MeasuredSleep",
            ),
            "net": ("Ahead", "Net", "NetPart"),
            "nights": (
                "JointEffect",
                "JointSleep",
                "ReadDevice",
                "joint_sleep",
            ),
            "option": (
                "FirstUnderWeights",
                "Option",
                "Options",
            ),
            "options": ("ranked_by_worth",),
            "trials_say": ("trial_beliefs",),
            "parts": ("Parts",),
            "person_check": ("checked_for",),
            "plan_check": (
                "CheckedPlan",
                "checked_plan",
                "checked_regimen",
            ),
            "plain_difference": (
                "BeforeAfter",
                "before_after",
                "with_and_without",
            ),
            "quality": (
                "DataQuality",
                "Gap",
            ),
            "question": ("InQuestion",),
            "regimen": ("Regimen",),
            "remark": ("Remark",),
            "robustness": ("Robustness",),
            "signature": ("Proof", "PublicKey", "SigningKey", "proofs"),
            "shares": (
                "share_messages",
                "tried",
            ),
            "stand": ("facts_about",),
            "value": (
                "Review",
                "review",
            ),
            "visit": ("Visit",),
            "worth": (
                "Expected",
                "LEARNING",
            ),
        },
    )
