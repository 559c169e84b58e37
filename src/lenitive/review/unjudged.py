"""A diary that cannot be fitted, or ended long ago, still gets an answer for each drug: cannot tell, why, and which entries would change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.record import Record
from lenitive.response import BenefitAnswer, BenefitGrade, Fit, VerdictSettings, benefit_weights, unanswered
from lenitive.review.quality import DataQuality
from lenitive.terms import Fact, Outcome, Reason

__all__ = ["not_of_now", "unjudged"]


def unjudged(
    record: Record, refused: Fit, at: date, settings: VerdictSettings, drugs: Sequence[str]
) -> tuple[BenefitAnswer, ...]:
    """Cannot tell, for each drug in question, in that order. Costs are not weighed against a benefit that has no number.

    Args:
        record: The record as it stood on the day.
        refused: The fit that gave no answer.
        at: The day.
        settings: What an answer goes by.
        drugs: The drugs in question.
    """
    own = dict(record.patient.preferences)
    because = Reason(
        rule="response.verdict.sampled",
        outcome=Outcome.NOT_MET,
        facts=(
            Fact(name="status", value=refused.status.value),
            Fact(name="reason", value=refused.reason),
        ),
        missing=tuple(o.value for o in refused.outcomes if refused.observed.shape[0] == 0),
    )
    weights = benefit_weights(refused.outcomes, own, settings.weighing)
    return tuple(
        unanswered(record, drug, record.judged_dose(drug, at) or 0.0, (because,), weights, settings)
        for drug in drugs
    )


def not_of_now(then: BenefitAnswer, quality: DataQuality) -> BenefitAnswer:
    """Cannot tell, where the last entry is too old: what was concluded by then is about then."""
    silent = Reason(
        rule="response.verdict.entries_lately",
        outcome=Outcome.NOT_MET,
        facts=(
            Fact(name="days_without_entry", value=float(quality.silent_days or 0), unit="d", on=quality.last),
        ),
    )
    return replace(
        then,
        grade=BenefitGrade.CANNOT_TELL,
        helps=None,
        size=None,
        line=replace(then.line, probability=None),
        pain_line=None,
        worth=None,
        share_from_diary=None,
        pain={},
        trials_only=None,
        costs=(),
        because=(silent,),
    )
