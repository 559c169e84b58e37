"""Storage: who there is, who cares for whom, what was entered, what was made of it, and the audit. No judgement."""

from lenitive.shells.web.models.accounts import AccountInvitation, ApiToken, Role, User
from lenitive.shells.web.models.audit import AuditEvent
from lenitive.shells.web.models.care import CareRelation, CarerGrant, EmergencyAccess
from lenitive.shells.web.models.consent import ConsentRow
from lenitive.shells.web.models.entries import (
    ABOUT_ONE_PATIENT,
    ENTERED,
    AboutRow,
    ActivityRow,
    DiaryRow,
    EffectRow,
    MarkRow,
    MeasurementRow,
    NightRow,
    PeriodRow,
    StoredEntry,
)
from lenitive.shells.web.models.incoming import IncomingFile
from lenitive.shells.web.models.limits import RateCount
from lenitive.shells.web.models.patient import PatientRow
from lenitive.shells.web.models.reviews import PlanSheetRow, StandingRow, StoredDecision, StoredReview

__all__ = [
    "ABOUT_ONE_PATIENT",
    "ENTERED",
    "AboutRow",
    "AccountInvitation",
    "ActivityRow",
    "ApiToken",
    "AuditEvent",
    "CareRelation",
    "CarerGrant",
    "ConsentRow",
    "DiaryRow",
    "EffectRow",
    "EmergencyAccess",
    "IncomingFile",
    "MarkRow",
    "MeasurementRow",
    "NightRow",
    "PatientRow",
    "PeriodRow",
    "PlanSheetRow",
    "RateCount",
    "Role",
    "StandingRow",
    "StoredDecision",
    "StoredEntry",
    "StoredReview",
    "User",
]
