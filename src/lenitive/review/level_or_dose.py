"""Whether a drug's effect follows its level or its dose, and why: the kinetics handed to the response model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from lenitive.frozen import dataclass
from lenitive.kinetics import PersonKinetics, daily_shares, person
from lenitive.knowledge import Knowledge
from lenitive.record import Record, patient_on
from lenitive.response import Exposure
from lenitive.review.absent import no_kinetics
from lenitive.review.named import named, taken_about
from lenitive.terms import Message, Outcome, Reason

__all__ = ["Followed", "exposure", "followed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What one drug's effect follows in the response model.

    Attributes:
        drug: The drug's name as the record has it.
        shares: Of one dose's area under the curve, what falls in each 24 hours after it; None where the effect follows
            the daily dose.
        half_life_h: Expected half-life of this patient, h; None with the dose.
        because: Which kinetics, or why there are none.
    """

    drug: str
    shares: npt.NDArray[np.float64] | None = None
    half_life_h: float | None = None
    because: tuple[Reason, ...]

    @property
    def by(self) -> str:
        """``level`` or ``dose``."""
        return "dose" if self.shares is None else "level"


def followed(record: Record, knowledge: Knowledge, *, at: date) -> tuple[Followed, ...]:
    """For each drug ever taken, whether its effect follows its level, and why.

    The expected half-life of a patient like this one is used, as the levels of the report are: with her sex, age, organ
    function and the drugs taken beside it, on the last day the drug was taken. Her measured levels do not change
    it: they tell the clearance, which cancels.

    Args:
        record: The record, cut off at ``at``.
        knowledge: What is known.
        at: The day of the review.
    """
    written, strange = named(record, knowledge)
    unheard = _by_dose(Outcome.UNKNOWN, Message.of("review.absent.name_not_known"))
    found = {n: Followed(drug=n, because=unheard) for n in strange}
    for id_, names in written.items():
        model = knowledge.kinetics.get(id_)
        for name in names:
            if model is None:
                found[name] = Followed(
                    drug=name, because=_by_dose(Outcome.NOT_MET, no_kinetics(knowledge, id_))
                )
            elif not model.grade.may_decide:
                found[name] = Followed(
                    drug=name,
                    because=_by_dose(
                        Outcome.NOT_MET, Message.of("review.follows.weak_grade", grade=model.grade.value)
                    ),
                )
            else:
                last = max(p.end or at for p in record.periods(name) if p.dose_mg > 0)
                others = taken_about(record, written, last, gone=knowledge.judgement.visit.gone_days.days) - {
                    id_
                }
                who = person(model, patient_on(record, last), at=last, with_drugs=others)
                found[name] = Followed(
                    drug=name,
                    shares=daily_shares(who.curve()),
                    half_life_h=who.half_life_h,
                    because=_because(who),
                )
    return tuple(found[name] for name in record.drugs)


def exposure(rows: Iterable[Followed]) -> Exposure:
    """The levels among them, as the response model takes them."""
    return MappingProxyType({f.drug: f.shares for f in rows if f.shares is not None})


def _by_dose(outcome: Outcome, says: Message) -> tuple[Reason, ...]:
    """Why an effect follows the dose."""
    return (Reason(rule="review.follows.level", outcome=outcome, says=says),)


def _because(who: PersonKinetics) -> tuple[Reason, ...]:
    """The kinetics, and what about the patient changed the half-life; a clearance alone changes no share."""
    model = who.model
    lasting = {c.id for c in model.covariate if c.half_life_factor != 1}
    counted = tuple(a.id for a in who.applied if model.half_life is None or a.id in lasting)
    says = (
        Message.of(
            "review.follows.level_of_patient", drug=model.drug, grade=model.grade.value, covariates=counted
        )
        if counted
        else Message.of("review.follows.level", drug=model.drug, grade=model.grade.value)
    )
    return (Reason(rule="review.follows.level", outcome=Outcome.MET, says=says),)
