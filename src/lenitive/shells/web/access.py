"""Who may do what: every rule of the web app, and for each route the rule that holds.

A view without a rule cannot be reached: ``middleware.AccessControl`` refuses it, and a test walks every route. What a person may not
see does not exist for her: the answer is *not found*, never *forbidden*, so that nothing is learnt from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, cast
from uuid import UUID

import rules
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from lenitive.shells.web.models import CareRelation, CarerGrant, EmergencyAccess, PatientRow, Role, User

__all__ = [
    "ANYONE",
    "BY_OTHERS",
    "SCOPES",
    "AccessRule",
    "allow",
    "enters_for",
    "panel_of",
    "patient_for",
    "rule_of",
    "signed_in",
    "writes_to",
]

_View = TypeVar("_View", bound=Callable[..., object])


def _now_in(since: str = "since", until: str = "until") -> Q:
    now = timezone.now()
    return Q(**{f"{since}__lte": now}) & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": now}))


@rules.predicate
def is_patient_herself(user: User, patient: PatientRow) -> bool:
    """Her own record."""
    return user.role == Role.PATIENT and patient.account_id == user.pk


@rules.predicate
def cares_for(user: User, patient: PatientRow) -> bool:
    """A clinician with a care relation today, lent ones included."""
    return (
        user.role == Role.CLINICIAN
        and CareRelation.objects.filter(_now_in(), clinician=user, patient=patient).exists()
    )


@rules.predicate
def has_emergency_access(user: User, patient: PatientRow) -> bool:
    """A clinician who opened the record with a reason, for the time that gives."""
    return (
        user.role == Role.CLINICIAN
        and EmergencyAccess.objects.filter(_now_in(), clinician=user, patient=patient).exists()
    )


def _grants(user: User, patient: PatientRow) -> QuerySet[CarerGrant]:
    return CarerGrant.objects.filter(_now_in(), carer=user, patient=patient, withdrawn_at__isnull=True)


@rules.predicate
def may_see_as_carer(user: User, patient: PatientRow) -> bool:
    """By the patient's grant."""
    return user.role == Role.CARER and _grants(user, patient).exists()


@rules.predicate
def may_enter_as_carer(user: User, patient: PatientRow) -> bool:
    """By a grant that says so."""
    return user.role == Role.CARER and _grants(user, patient).filter(may_enter=True).exists()


treats = cares_for | has_emergency_access
sees_own_side = is_patient_herself | may_see_as_carer
enters_own_side = is_patient_herself | may_enter_as_carer


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule:
    """What a route asks for.

    Attributes:
        name: For the matrix of routes.
        roles: Who may come at all; empty for anyone, signed in or not.
        patient: What has to hold between the person and the patient that the route names; None where it names none.
        recent: Whether a password or passkey has to have been shown in the last minutes.
        logs: Whether each reading is told to the audit.
        scope: What a program's token has to allow; empty where people come with a browser.
    """

    name: str
    roles: frozenset[str] = frozenset()
    patient: rules.Predicate | None = None
    recent: bool = False
    logs: bool = False
    scope: str = ""


ENTER, OWN, RECORDS, COHORT = "diary:enter", "diary:read", "records:read", "cohort:read"
SCOPES = {
    Role.PATIENT.value: (ENTER, OWN),
    Role.CLINICIAN.value: (RECORDS,),
    Role.RESEARCHER.value: (COHORT,),
}
"""What the tokens of each role may allow a program."""

ANYONE = AccessRule(name="anyone")
_EVERY_ROLE = frozenset(Role.values)
signed_in = AccessRule(name="signed in", roles=_EVERY_ROLE)
_CLINICIAN = frozenset({Role.CLINICIAN.value})
_HOME = frozenset({Role.PATIENT.value, Role.CARER.value})

BY_NAME = {
    rule.name: rule
    for rule in (
        ANYONE,
        signed_in,
        AccessRule(name="administrator", roles=frozenset({Role.ADMINISTRATOR.value})),
        AccessRule(name="administrator, recently", roles=frozenset({Role.ADMINISTRATOR.value}), recent=True),
        AccessRule(
            name="auditor", roles=frozenset({Role.AUDITOR.value, Role.ADMINISTRATOR.value}), logs=True
        ),
        AccessRule(name="clinician", roles=_CLINICIAN),
        AccessRule(name="clinician reads a patient", roles=_CLINICIAN, patient=treats, logs=True),
        AccessRule(name="clinician writes to a patient", roles=_CLINICIAN, patient=cares_for),
        AccessRule(name="clinician signs", roles=_CLINICIAN, patient=cares_for, recent=True),
        AccessRule(name="patient's side", roles=_HOME),
        AccessRule(name="reads a diary", roles=_HOME, patient=sees_own_side, logs=True),
        AccessRule(name="enters in a diary", roles=_HOME, patient=enters_own_side),
        AccessRule(name="patient alone", roles=frozenset({Role.PATIENT.value}), patient=is_patient_herself),
        AccessRule(name="has tokens, recently", roles=frozenset(SCOPES), recent=True),
        *(
            AccessRule(name=f"token: {scope}", roles=frozenset({role}), scope=scope, logs=scope not in (ENTER, RECORDS))
            for role, scopes in SCOPES.items()
            for scope in scopes
        ),
        AccessRule(name="token: a patient", roles=_CLINICIAN, scope=RECORDS, patient=cares_for, logs=True),
        AccessRule(
            name="patient alone, recently",
            roles=frozenset({Role.PATIENT.value}),
            patient=is_patient_herself,
            recent=True,
            logs=True,
        ),
    )
}
"""Every rule there is."""

BY_OTHERS = {
    # Routes of allauth: it signs in, signs out, and lets a person change what is her own. Signing up is by invitation alone.
    "account_login": "anyone",
    "account_logout": "signed in",
    "account_reauthenticate": "signed in",
    "account_change_password": "signed in",
    "account_inactive": "anyone",
    "mfa_login_webauthn": "anyone",
    "mfa_authenticate": "anyone",
    "mfa_reauthenticate": "signed in",
    "mfa_reauthenticate_webauthn": "signed in",
    "mfa_index": "signed in",
    "mfa_activate_totp": "signed in",
    "mfa_deactivate_totp": "signed in",
    "mfa_generate_recovery_codes": "signed in",
    "mfa_view_recovery_codes": "signed in",
    "mfa_download_recovery_codes": "signed in",
    "mfa_list_webauthn": "signed in",
    "mfa_add_webauthn": "signed in",
    "mfa_edit_webauthn": "signed in",
    "mfa_remove_webauthn": "signed in",
    "usersessions_list": "signed in",
    "openid_connect_login": "anyone",
    "openid_connect_callback": "anyone",
    "socialaccount_login_cancelled": "anyone",
    "socialaccount_login_error": "anyone",
    "socialaccount_connections": "signed in",
}
"""Rules of routes whose views are not ours, by the route's name. A route of theirs that is not here cannot be reached."""


def allow(name: str) -> Callable[[_View], _View]:
    """Put a view under a rule.

    Raises:
        KeyError: When there is no rule of this name.
    """
    rule = BY_NAME[name]

    def under(view: _View) -> _View:
        @wraps(view)
        def held(request: HttpRequest, *args: object, **kwargs: object) -> object:
            # The patient is put in by the middleware once the rule holds. A view that is called past it has none.
            if rule.patient is not None and not isinstance(kwargs.get("patient"), PatientRow):
                raise Http404
            return view(request, *args, **kwargs)

        held.access = rule  # type: ignore[attr-defined]
        return cast(_View, held)

    return under


def rule_of(view: Callable[..., object], route: str | None) -> AccessRule | None:
    """The rule that holds for a route; None where there is none, and then nobody may use it."""
    found = getattr(view, "access", None)
    if isinstance(found, AccessRule):
        return found
    return BY_NAME[BY_OTHERS[route]] if route in BY_OTHERS else None


def patient_for(request: HttpRequest, uid: UUID, rule: AccessRule) -> PatientRow:
    """The patient that a route names, when the rule holds between her and whoever asks.

    Raises:
        Http404: When there is no such patient, or the rule does not hold.
    """
    patient = PatientRow.objects.filter(uid=uid).first()
    if patient is None or rule.patient is None or not rule.patient.test(request.user, patient):
        raise Http404
    return patient


def enters_for(user: User, patient: PatientRow) -> bool:
    """Whether the person may enter on the patient's side."""
    return bool(enters_own_side.test(user, patient))


def writes_to(user: User, patient: PatientRow) -> bool:
    """Whether the person may change the record on the clinician's side."""
    return bool(cares_for.test(user, patient))


def panel_of(user: User) -> QuerySet[PatientRow]:
    """The patients that a clinician cares for, or that a carer or patient may see."""
    if user.role == Role.CLINICIAN:
        cared = CareRelation.objects.filter(_now_in(), clinician=user).values("patient_id")
        return PatientRow.objects.filter(pk__in=cared)
    if user.role == Role.PATIENT:
        return PatientRow.objects.filter(account=user)
    if user.role == Role.CARER:
        granted = CarerGrant.objects.filter(_now_in(), carer=user, withdrawn_at__isnull=True)
        return PatientRow.objects.filter(pk__in=granted.values("patient_id"))
    return PatientRow.objects.none()
