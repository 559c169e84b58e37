"""Where the judgements meet: ``review(record, knowledge, at=..., seed=...)``."""

from lenitive.review.absent import Absent
from lenitive.review.exposure import Followed, exposure, followed
from lenitive.review.hours import HoursEarlier
from lenitive.review.known import Known
from lenitive.review.measured import MeasuredEffect, MeasuredSleep
from lenitive.review.nights import JointEffect, JointSleep, ReadDevice, joint_sleep
from lenitive.review.options import Option, Options, Ranking
from lenitive.review.quality import DataQuality, Gap
from lenitive.review.regimen import Regimen
from lenitive.review.review import DEFAULT_OUTCOMES, Review, ReviewError, review
from lenitive.review.robustness import Robustness
from lenitive.review.worth import Expected

__all__ = [
    "DEFAULT_OUTCOMES",
    "Absent",
    "DataQuality",
    "Expected",
    "Followed",
    "Gap",
    "HoursEarlier",
    "JointEffect",
    "JointSleep",
    "Known",
    "MeasuredEffect",
    "MeasuredSleep",
    "Option",
    "Options",
    "Ranking",
    "ReadDevice",
    "Regimen",
    "Review",
    "ReviewError",
    "Robustness",
    "exposure",
    "followed",
    "joint_sleep",
    "review",
]
