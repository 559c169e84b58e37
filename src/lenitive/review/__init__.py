"""Where the judgements meet: ``review(record, knowledge, at=..., seed=...)``.

Names are brought when they are asked for: whoever wants the findings alone starts no model.
"""

from typing import TYPE_CHECKING

from lenitive.doors import brought_from

if TYPE_CHECKING:
    from lenitive.review.absent import Absent
    from lenitive.review.asked import DEFAULT_OUTCOMES, Asked, Choices, Digests, ReviewError
    from lenitive.review.hours import HoursEarlier
    from lenitive.review.known import Known
    from lenitive.review.level_or_dose import Followed, exposure, followed
    from lenitive.review.measured import MeasuredEffect, MeasuredSleep
    from lenitive.review.nights import JointEffect, JointSleep, ReadDevice, joint_sleep
    from lenitive.review.options import Option, Options, Ranking
    from lenitive.review.parts import Parts
    from lenitive.review.quality import LONG_GAP_DAYS, DataQuality, Gap
    from lenitive.review.regimen import Regimen
    from lenitive.review.remark import Remark
    from lenitive.review.robustness import Robustness
    from lenitive.review.value import Review, review
    from lenitive.review.visit import Visit
    from lenitive.review.worth import Expected

__all__ = [
    "DEFAULT_OUTCOMES",
    "LONG_GAP_DAYS",
    "Absent",
    "Asked",
    "Choices",
    "DataQuality",
    "Digests",
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
    "Parts",
    "Ranking",
    "ReadDevice",
    "Regimen",
    "Remark",
    "Review",
    "ReviewError",
    "Robustness",
    "Visit",
    "exposure",
    "followed",
    "joint_sleep",
    "review",
]

_MODULES = {
    "absent": ("Absent",),
    "asked": ("DEFAULT_OUTCOMES", "Asked", "Choices", "Digests", "ReviewError"),
    "level_or_dose": ("Followed", "exposure", "followed"),
    "hours": ("HoursEarlier",),
    "known": ("Known",),
    "measured": ("MeasuredEffect", "MeasuredSleep"),
    "nights": ("JointEffect", "JointSleep", "ReadDevice", "joint_sleep"),
    "options": ("Option", "Options", "Ranking"),
    "parts": ("Parts",),
    "quality": ("LONG_GAP_DAYS", "DataQuality", "Gap"),
    "regimen": ("Regimen",),
    "remark": ("Remark",),
    "robustness": ("Robustness",),
    "value": ("Review", "review"),
    "visit": ("Visit",),
    "worth": ("Expected",),
}

if not TYPE_CHECKING:
    __getattr__ = brought_from(
        __name__, {name: f"{__name__}.{module}" for module, names in _MODULES.items() for name in names}
    )

    def __dir__() -> list[str]:
        """The names, those not yet brought among them."""
        return sorted({*globals(), *__all__})
