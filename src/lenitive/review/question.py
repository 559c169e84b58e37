"""The medicine in question: which drugs and activities a review judges, and what the others are to it.

It is decided once, in this order: what is asked for; what the agreed plan names; what is taken for fibromyalgia, pain, sleep or fatigue,
or for no stated reason although it is a treatment of those; else whatever may act on the scores and was changed last. Several stand in
the order of their latest change, what is taken now before what was.

Every other drug is background. One that may act on the scores and was changed during the diary is an input of the model, so that what it
does is not put down to the drug in question; one that did not change is part of the level from which everything is measured. Neither
gets a verdict, and no day is counted from its start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.record import Record
from lenitive.review.diagnosis import fibromyalgia_recorded
from lenitive.review.done import ActivityRecord, activities_done
from lenitive.review.dose_changes import dose_changes, latest_change
from lenitive.review.remark import Remark
from lenitive.terms import ACTIVITIES, ACTIVITY_WORDS, Message, Outcome, Reason, plain_words

__all__ = ["InQuestion", "in_question", "named_in", "of_drugs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InQuestion:
    """What is judged, and what is not.

    Attributes:
        drugs: The drugs in question: what is taken now, then what was; in each the one changed last first.
        activities: The activities asked about.
        beside: Drugs that nobody asked about and whose effect is estimated beside, because it may be in the scores.
        background: The other drugs; they are in no model.
        since: First dose of a drug in question, from which weeks, weights and days before treatment count; None without one. Of several
            the first that was begun for the diary or with it.
        changing: Drugs that were changed since anything was recorded: what a side effect may come from.
        done: What was done beside medicine, described.
        diagnosed: Whether fibromyalgia is recorded at all.
        because: Why, for each drug ever taken and each activity asked about.
    """

    drugs: tuple[str, ...]
    activities: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    since: date | None = None
    changing: tuple[str, ...] = ()
    done: tuple[ActivityRecord, ...] = ()
    diagnosed: bool = True
    because: tuple[Reason, ...] = ()

    @property
    def judged(self) -> tuple[str, ...]:
        """Everything that gets a verdict, in order."""
        return (*self.drugs, *self.activities)

    @property
    def asks(self) -> Remark | None:
        """What is asked before anything else is said; None where fibromyalgia is recorded."""
        if self.diagnosed:
            return None
        return Remark(
            lead=Message.of("review.question.diagnosis.lead"),
            text=Message.of("review.question.diagnosis.text"),
        )

    @property
    def nothing(self) -> Message | None:
        """That no drug is in question; None where one is."""
        if self.drugs:
            return None
        others = self.beside or self.background
        return Message.of("review.question.none" if others else "review.question.no_medicine")

    @property
    def modelled(self) -> tuple[str, ...]:
        """The drugs that are inputs of the response model."""
        return (*self.drugs, *self.beside)


def of_drugs(record: Record, drugs: Iterable[str]) -> Record:
    """The record with the medicines of these drugs alone; itself where there are no others."""
    kept = set(drugs)
    if all(p.drug in kept for p in record.medicines):
        return record
    return replace(record, medicines=tuple(p for p in record.medicines if p.drug in kept))


def named_in(record: Record, knowledge: Knowledge, text: str) -> str | None:
    """The drug or activity of a record that words mean, or None; a spelling is never guessed."""
    plain = plain_words(text)
    if not plain:
        return None
    drugs = dict.fromkeys(p.drug for p in record.medicines if p.dose_mg > 0)
    for period in record.medicines:
        if period.drug in drugs and plain in {plain_words(period.drug), plain_words(period.written)}:
            return period.drug
    match = knowledge.resolve_drug(text)
    if match is not None and match.sure and match.name in drugs:
        return match.name
    activity = text if text in ACTIVITIES else ACTIVITY_WORDS.get(plain)
    return activity if activity in {a.activity for a in record.activities} else None


def in_question(
    record: Record, knowledge: Knowledge, *, at: date, about: str | None, most: int
) -> InQuestion:
    """What a review of a record on a day is about.

    Args:
        record: The record, cut off at the day.
        knowledge: What is known.
        at: The day.
        about: A drug or activity of the record that was asked about, as ``named_in`` gives it; None when that is to be decided.
        most: How many drugs the response model takes in.
    """
    deciding = _Deciding(record, knowledge, at)
    chosen, why = deciding.chosen(about)
    now = {p.drug for p in record.regimen(at)}
    drugs = tuple(
        sorted(
            sorted(chosen, key=lambda d: latest_change(record, d, at), reverse=True),
            key=lambda d: d not in now,
        )
    )
    activities = deciding.activities(about)
    changing = tuple(d for d in record.drugs if deciding.changed(d, deciding.first_entry))
    acting = [d for d in record.drugs if d not in drugs and d in changing and deciding.may_act(d)]
    acting.sort(key=lambda d: latest_change(record, d, at), reverse=True)
    beside = acting[: max(most - len(drugs), 0)]
    others = {
        d: deciding.unjudged(d, d in changing, d in beside, d in acting)
        for d in record.drugs
        if d not in drugs
    }
    return InQuestion(
        drugs=drugs,
        activities=activities,
        beside=tuple(d for d in record.drugs if d in beside),
        background=tuple(d for d in record.drugs if d not in drugs and d not in beside),
        since=deciding.since(drugs),
        changing=changing,
        done=activities_done(record),
        diagnosed=fibromyalgia_recorded(record, knowledge),
        because=(
            *(_because(Outcome.MET, why(d)) for d in drugs),
            *(_because(Outcome.MET, Message.of("review.question.asked", name=a)) for a in activities),
            *(_because(Outcome.NOT_MET, says) for says in others.values()),
            *deciding.plan_not_met(),
        ),
    )


def _because(outcome: Outcome, says: Message) -> Reason:
    return Reason(rule="review.question.judged", outcome=outcome, says=says)


class _Deciding:
    """One record's drugs, with what is asked of each."""

    def __init__(self, record: Record, knowledge: Knowledge, at: date) -> None:
        self.record, self.knowledge, self.at = record, knowledge, at
        self.lines = knowledge.judgement.question
        self.first_scored = min((d.day for d in record.diary if not d.is_empty), default=None)
        noted = [d.day for d in record.diary[:1]] + [e.day for e in record.effects[:1]]
        self.first_entry = min(noted, default=None)

    def chosen(self, about: str | None) -> tuple[list[str], Callable[[str], Message]]:
        """The drugs in question, in no order, and why each is."""
        drugs = self.record.drugs
        if about is not None and about in drugs:
            return [about], lambda d: Message.of("review.question.asked", name=d)
        planned = self._planned()
        if planned is not None and planned in drugs:
            return [planned], lambda d: Message.of("review.question.planned", name=d)
        found = self._lately([d for d in drugs if self._for_symptoms(d)])
        if found:
            return found, self._why_for_symptoms
        able = [d for d in drugs if self.knowledge.resolve_drug(d) is not None and self.may_act(d)]
        last = sorted(self._changing_first(able), key=lambda d: latest_change(self.record, d, self.at))[-1:]
        return last, lambda d: Message.of(
            "review.question.latest", name=d, day=latest_change(self.record, d, self.at)
        )

    def activities(self, about: str | None) -> tuple[str, ...]:
        """The activities asked about."""
        asked = about if about is not None else self._planned()
        return (asked,) if asked is not None and asked not in self.record.drugs else ()

    def _planned(self) -> str | None:
        plan = self.record.patient.plan
        return named_in(self.record, self.knowledge, plan.about) if plan is not None and plan.about else None

    def plan_not_met(self) -> tuple[Reason, ...]:
        """That the agreed plan is about something that the record does not hold."""
        plan = self.record.patient.plan
        if plan is None or not plan.about or self._planned() is not None:
            return ()
        return (_because(Outcome.UNKNOWN, Message.of("review.question.plan_not_met", name=plan.about)),)

    def _reason(self, drug: str) -> str:
        """Why it is taken, in the record's words: the latest that were written; empty where none were."""
        return next((p.reason for p in reversed(self.record.periods(drug)) if p.reason.strip()), "")

    def _for_symptoms(self, drug: str) -> bool:
        reason = self._reason(drug)
        if not reason:
            match = self.knowledge.resolve_drug(drug)
            return match is not None and match.id in self.knowledge.drugs
        plain, lines = plain_words(reason), self.lines
        words = plain.split()
        return (
            any(part in plain for part in lines.purpose_parts.of)
            or not set(words).isdisjoint(lines.purpose_words.of)
            or any(word.startswith(lines.purpose_starts.of) for word in words)
        )

    def _why_for_symptoms(self, drug: str) -> Message:
        reason = self._reason(drug)
        if not reason:
            return Message.of("review.question.treats", name=drug)
        return Message.of("review.question.by_reason", name=drug, reason=reason)

    def _lately(self, drugs: list[str]) -> list[str]:
        """Those that a diary can say something of, where there are any: scheduled, taken during it, changed for it or in it."""
        first = self.first_scored
        for kept in (
            [d for d in drugs if self._scheduled(d)],
            [] if first is None else [d for d in drugs if self._taken_since(d, first)],
            []
            if first is None
            else [d for d in drugs if self.changed(d, first - self.lines.recent_days.days)],
        ):
            drugs = [d for d in drugs if d in kept] or drugs
        return drugs

    def _changing_first(self, drugs: list[str]) -> list[str]:
        """Those without a reason, then those that were changed lately, a daily one before one as needed; all where none is so."""
        since = (self.first_scored or self.at) - self.lines.recent_days.days
        changed = [d for d in drugs if self.changed(d, since)]
        for kept in (
            [d for d in drugs if not self._reason(d)],
            changed,
            [d for d in changed if self._scheduled(d)],
        ):
            drugs = [d for d in drugs if d in kept] or drugs
        return drugs

    def _scheduled(self, drug: str) -> bool:
        return any(not p.as_needed for p in self.record.periods(drug))

    def _taken_since(self, drug: str, day: date) -> bool:
        return any(p.end is None or p.end >= day for p in self.record.periods(drug) if p.dose_mg > 0)

    def changed(self, drug: str, since: date | None) -> bool:
        """Whether its dose was changed, or it was taken as needed, on a day or later; never without a day."""
        if since is None:
            return False
        return any(p.as_needed and p.start >= since for p in self.record.periods(drug)) or any(
            day >= since for day in dose_changes(self.record, drug, self.at)
        )

    def may_act(self, drug: str) -> bool:
        """Whether what is known, or that nothing is known, lets it act on the scores."""
        known, match = self.knowledge, self.knowledge.resolve_drug(drug)
        if match is None:
            return True
        names = {match.name, drug}
        return (
            match.id in known.drugs
            or not names.isdisjoint(self.lines.acting_names.of)
            or (match.covered and known.substances.is_any(match.id, self.lines.acting_classes.of))
        )

    def since(self, drugs: tuple[str, ...]) -> date | None:
        """The first dose that is counted from."""
        starts = [next(p.start for p in self.record.periods(d) if p.dose_mg > 0) for d in drugs]
        first = self.first_scored
        lately = [] if first is None else [s for s in starts if s >= first - self.lines.recent_days.days]
        return min(lately or starts, default=None)

    def unjudged(self, drug: str, changing: bool, beside: bool, acting: bool) -> Message:
        """What a drug that nobody asked about is to the review."""
        if beside:
            known = self.knowledge.resolve_drug(drug) is not None
            return Message.of(
                "review.question.beside" if known else "review.question.beside_unknown", name=drug
            )
        if acting:
            return Message.of("review.question.too_many", name=drug)
        return Message.of("review.question.cannot_act" if changing else "review.question.steady", name=drug)
