"""Accounts: an invitation by a one-time link, and the account that is made by it."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lenitive.shells.web.models import AccountInvitation, ApiToken, CarerGrant, PatientRow, Role, User
from lenitive.shells.web.models.accounts import link_digest, new_link

__all__ = ["InvitationError", "end_account", "invitation_of", "invite", "join"]

_MAY_INVITE: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR.value: frozenset(
        {Role.ADMINISTRATOR.value, Role.CLINICIAN.value, Role.AUDITOR.value, Role.RESEARCHER.value}
    ),
    Role.CLINICIAN.value: frozenset({Role.PATIENT.value}),
    Role.PATIENT.value: frozenset({Role.CARER.value}),
}
"""Whom each role may invite; the program itself invites the first administrator."""
_GRANT_LASTS = timedelta(days=180)


class InvitationError(Exception):
    """The link cannot be used; the message says why, to whoever holds it."""


def invite(
    role: str,
    *,
    by: User | None,
    patient: PatientRow | None = None,
    lasts: timedelta,
    may_enter: bool = False,
) -> str:
    """The secret of a new one-time link; it is stored nowhere.

    Args:
        role: What the new person will be.
        by: Who invites; None for the program itself.
        patient: Whose account it will be, or whom a carer will see.
        lasts: How long the link can be used.
        may_enter: Whether a carer may enter too.

    Raises:
        PermissionError: When this person may not invite that role.
    """
    if by is not None and role not in _MAY_INVITE.get(by.role, frozenset()):
        raise PermissionError(f"a {by.role} does not invite a {role}")
    secret, now = new_link(), timezone.now()
    AccountInvitation.objects.create(
        digest=link_digest(secret),
        role=role,
        patient=patient,
        may_enter=may_enter,
        made_by=by,
        made_at=now,
        until=now + lasts,
    )
    return secret


def invitation_of(secret: str) -> AccountInvitation:
    """The invitation that a link holds.

    Raises:
        InvitationError: When there is none, it was used, or it is too old.
    """
    found = AccountInvitation.objects.filter(digest=link_digest(secret)).first()
    if found is None or not found.usable(timezone.now()):
        raise InvitationError("This link was used already or is too old. Ask for a new one.")
    return found


@transaction.atomic
def join(secret: str, username: str, password: str, name: str) -> User:
    """Make the account that a link is for; the link is then used.

    Raises:
        InvitationError: When the link cannot be used, or somebody else has made an account by it at the same moment.
        ValidationError: When the name is taken or the password too weak.
    """
    invitation = invitation_of(secret)
    now = timezone.now()
    used = AccountInvitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=now)
    if not used:
        raise InvitationError("This link was used already. Ask for a new one.")
    user = User(username=username, role=invitation.role, first_name=name[:150])
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError("This name is taken. Choose another.") from error
    patient = invitation.patient
    if patient is not None and invitation.role == Role.PATIENT:
        # A second link does not take the diary from whoever keeps it; what is written above is undone with it.
        if not PatientRow.objects.filter(pk=patient.pk, account__isnull=True).update(account=user):
            raise InvitationError("This diary has an account already. Ask your clinic.")
    elif patient is not None and invitation.role == Role.CARER:
        CarerGrant.objects.create(
            patient=patient,
            carer=user,
            may_enter=invitation.may_enter,
            since=now,
            until=now + _GRANT_LASTS,
        )
    return user


@transaction.atomic
def end_account(user: User) -> None:
    """End an account and everything that is signed in by it; what the person entered stays."""
    from allauth.usersessions.models import UserSession

    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in UserSession.objects.filter(user=user):
        session.end()
    ApiToken.objects.filter(user=user, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
