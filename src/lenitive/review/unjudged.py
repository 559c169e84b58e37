"""A diary that cannot be fitted, or ended long ago, still gets an answer for each drug: cannot tell, why, and which entries would change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lenitive.knowledge import PreferenceLines
from lenitive.record import Record
from lenitive.response import Fit, InputKind, Verdict, VerdictKind, benefit_weights
from lenitive.review.quality import DataQuality
from lenitive.terms import Fact, Outcome, Reason

__all__ = ["not_of_now", "unjudged"]


def unjudged(
    record: Record, refused: Fit, at: date, lines: PreferenceLines, drugs: Sequence[str]
) -> tuple[Verdict, ...]:
    """Cannot tell, for each drug in question, in that order. Costs are not weighed against a benefit that has no number.

    Args:
        record: The record as it stood on the day.
        refused: The fit that gave no answer.
        at: The day.
        lines: What counts how much where the patient says nothing.
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
    return tuple(
        Verdict(
            drug=drug,
            kind=InputKind.DRUG,
            dose=record.judged_dose(drug, at) or 0.0,
            verdict=VerdictKind.CANNOT_TELL,
            probability=None,
            probability_worth_it=None,
            benefit_mean=None,
            benefit_sd=None,
            share_from_diary=None,
            weights=benefit_weights(refused.outcomes, own, lines),
            costs=(),
            stated_preferences=bool(own),
            because=(because,),
        )
        for drug in drugs
    )


def not_of_now(then: Verdict, quality: DataQuality) -> Verdict:
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
        verdict=VerdictKind.CANNOT_TELL,
        probability=None,
        probability_worth_it=None,
        benefit_mean=None,
        benefit_sd=None,
        benefit_quantiles={},
        share_from_diary=None,
        pain={},
        costs=(),
        because=(silent,),
    )
