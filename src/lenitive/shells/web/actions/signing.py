"""A decision signed at the visit: one more link of the patient's chain, and the plan that she then sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

import lenitive
from lenitive.render import Report, Sheet, option_words, plan_ics, plan_report, section_html
from lenitive.review import (
    Absent,
    DecisionError,
    Entry,
    Option,
    Review,
    ReviewError,
    Shown,
    append_entry,
    digest_of,
    read_entries,
    shown,
)
from lenitive.safety import Finding
from lenitive.shells.deciding import decided_on
from lenitive.shells.decisions import clock_day, latest_day
from lenitive.shells.web.models import PatientRow, PlanSheetRow, StoredDecision, User
from lenitive.shells.web.reviews import knowledge, make
from lenitive.titration import DosePlan, Refusal

__all__ = [
    "SigningError",
    "ToSign",
    "decisions_of",
    "option_of",
    "sheet_of",
    "sheets_of",
    "sign",
    "sign_given",
    "withdraw",
]


class SigningError(ValueError):
    """A decision that cannot be signed; the message says why and what to do."""


def decisions_of(patient: PatientRow) -> tuple[Entry, ...]:
    """The patient's decisions, each checked against the chain.

    Raises:
        DecisionError: When the chain is not whole.
    """
    lines = StoredDecision.objects.filter(patient=patient).order_by("number").values_list("line", flat=True)
    return read_entries("".join(f"{line}\n" for line in lines).encode())


def option_of(review: Review, wanted: str) -> tuple[int, Option]:
    """An option of a review by its id, with its number.

    Raises:
        SigningError: When the review has no such option any more.
    """
    if not isinstance(review.options, Absent):
        for number, option in enumerate(review.options.options, 1):
            if option.id == wanted:
                return number, option
    raise SigningError(
        "The record has changed since this option was shown, and the option with it. Look at the visit again."
    )


def sheet_of(plan: DosePlan, sheet: Sheet, findings: Sequence[Finding]) -> Report:
    """One sheet of a plan."""
    return plan_report(plan, sheet, version=lenitive.__version__, knowledge=knowledge(), findings=findings)


def sheets_of(plan: DosePlan | Refusal | None, findings: Sequence[Finding]) -> dict[str, str]:
    """The sheets of a plan as fragments of a page, by whom they are for; none where nothing is taken."""
    if not isinstance(plan, DosePlan):
        return {}
    found = {}
    for sheet in (Sheet.PATIENT, Sheet.PHARMACY, Sheet.CLINICIAN):
        report = sheet_of(plan, sheet, findings)
        found[sheet.value] = "".join(section_html(section) for section in report.sections)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """What is signed.

    Attributes:
        options: What was shown, and what was chosen among it.
        chosen: Its number.
        title: In one line.
        plan: Its plan, where tablets change.
        findings: What the safety check says of the plan.
    """

    options: tuple[Shown, ...]
    chosen: int
    title: str
    plan: DosePlan | Refusal | None
    findings: tuple[Finding, ...]


def sign(patient: PatientRow, wanted: str, *, by: User, note: str) -> Entry:
    """Sign one option of today's review as it was shown.

    Raises:
        SigningError: When the option is not offered any more, is withheld, needs a reason, or somebody signed meanwhile.
    """
    try:
        review = make(patient)
    except ReviewError as error:
        raise SigningError("Nothing is entered about her yet, so there is no step to sign.") from error
    number, option = option_of(review, wanted)
    assert not isinstance(review.options, Absent)
    given = ToSign(
        options=shown(review.options.options),
        chosen=number,
        title=option_words(option),
        plan=option.plan,
        findings=option.findings,
    )
    return sign_given(patient, review, given, by=by, note=note)


def sign_given(patient: PatientRow, review: Review, given: ToSign, *, by: User, note: str) -> Entry:
    """Sign what is given: kept in the chain, and its plan in place of the one before.

    Raises:
        SigningError: When it is withheld, needs a reason, or somebody signed meanwhile.
    """
    on = decided_on(review, knowledge())
    try:
        before = decisions_of(patient)
        entry = append_entry(
            before,
            on=review.at,
            by=by.shown_name,
            inputs=on.inputs,
            review=digest_of(on.document),
            options=given.options,
            chosen=given.chosen,
            note=note,
            conclusions=on.conclusions,
            latest=latest_day(review.record, clock_day()),
        )
    except DecisionError as error:
        raise SigningError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    now = timezone.now()
    try:
        with transaction.atomic():
            StoredDecision.objects.create(
                patient=patient, number=entry.number, line=entry.line.rstrip("\n"), made_by=by, made_at=now
            )
            if isinstance(given.plan, DosePlan):
                _put_up(patient, given.plan, given, by=by)
    except IntegrityError as error:
        raise SigningError("Somebody else signed a decision at this moment. Look at it first.") from error
    return entry


def _put_up(patient: PatientRow, plan: DosePlan, given: ToSign, *, by: User) -> None:
    """The plan in place of the one before."""
    now = timezone.now()
    PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).update(ended_at=now)
    PlanSheetRow.objects.create(
        patient=patient,
        plan_id=plan.id,
        days=[[stage.first.isoformat(), stage.last and stage.last.isoformat()] for stage in plan.stages],
        sheets={
            **sheets_of(plan, given.findings),
            "title": given.title,
            "calendar": plan_ics(plan, given.findings).decode(),
        },
        signed_by=by,
        signed_at=now,
    )


def withdraw(patient: PatientRow) -> bool:
    """End the plan that stands, so that the patient no longer sees it; whether there was one."""
    now = timezone.now()
    return bool(PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).update(ended_at=now))
