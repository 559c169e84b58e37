"""A decision signed at the visit: one more link of the patient's chain, and the plan that she then sees."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

import lenitive
from lenitive.render import Sheet, option_words, plan_ics, plan_report, section_html
from lenitive.review import (
    Absent,
    DecisionError,
    Entry,
    Option,
    Review,
    ReviewError,
    append_entry,
    digest_of,
    read_entries,
    shown,
)
from lenitive.shells.deciding import decided_on
from lenitive.shells.decisions import clock_day, latest_day
from lenitive.shells.web.models import PatientRow, PlanSheetRow, StoredDecision, User
from lenitive.shells.web.reviews import knowledge, make
from lenitive.titration import DosePlan

__all__ = ["SigningError", "decisions_of", "option_of", "sheets_of", "sign", "withdraw"]


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


def sheets_of(option: Option) -> dict[str, str]:
    """The sheets of an option's plan as fragments of a page, by whom they are for; none where nothing is taken."""
    plan = option.plan
    if not isinstance(plan, DosePlan):
        return {}
    found = {}
    for sheet in (Sheet.PATIENT, Sheet.PHARMACY, Sheet.CLINICIAN):
        report = plan_report(
            plan, sheet, version=lenitive.__version__, knowledge=knowledge(), findings=option.findings
        )
        found[sheet.value] = "".join(section_html(section) for section in report.sections)
    return found


def sign(patient: PatientRow, wanted: str, *, by: User, note: str) -> Entry:
    """Sign one option of today's review: kept in the chain, and its plan in place of the one before.

    Raises:
        SigningError: When the option is not offered any more, is withheld, needs a reason, or somebody signed meanwhile.
    """
    try:
        review = make(patient)
    except ReviewError as error:
        raise SigningError("Nothing is entered about her yet, so there is no step to sign.") from error
    number, option = option_of(review, wanted)
    assert not isinstance(review.options, Absent)
    on = decided_on(review, knowledge())
    try:
        before = decisions_of(patient)
        entry = append_entry(
            before,
            on=review.at,
            by=by.shown_name,
            inputs=on.inputs,
            review=digest_of(on.document),
            options=shown(review.options.options),
            chosen=number,
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
            if isinstance(option.plan, DosePlan):
                PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).update(ended_at=now)
                PlanSheetRow.objects.create(
                    patient=patient,
                    plan_id=option.plan.id,
                    days=[
                        [stage.first.isoformat(), stage.last and stage.last.isoformat()]
                        for stage in option.plan.stages
                    ],
                    sheets={
                        **sheets_of(option),
                        "title": option_words(option),
                        "calendar": plan_ics(option.plan, option.findings).decode(),
                    },
                    signed_by=by,
                    signed_at=now,
                )
    except IntegrityError as error:
        raise SigningError("Somebody else signed a decision at this moment. Look at it first.") from error
    return entry


def withdraw(patient: PatientRow) -> bool:
    """End the plan that stands, so that the patient no longer sees it; whether there was one."""
    now = timezone.now()
    return bool(PlanSheetRow.objects.filter(patient=patient, ended_at__isnull=True).update(ended_at=now))
