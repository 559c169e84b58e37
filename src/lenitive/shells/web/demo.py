"""An installation to look at: the simulated examples as patients, one clinician and one patient to sign in as."""

from __future__ import annotations

import secrets
from pathlib import Path

from lenitive.shells.files import open_record
from lenitive.shells.web.actions.importing import new_patient, take_in
from lenitive.shells.web.models import PatientRow, Role, User
from lenitive.shells.web.reviews import make

__all__ = ["fill"]

_NAMES = {
    "clear-responder": "Anna Example",
    "improved-not-from-the-drug": "Cleo Muster",
    "non-responder-weight-gain": "Dana Beispiel",
    "older-adult-dizziness-thin-data": "Emil Probe",
    "watch-disagrees": "Fay Simulated",
}
"""Names that nobody has, for the examples that are simulated; the one real diary is left out."""
_SIGNS_IN = "clear-responder"


def fill(examples: Path) -> dict[str, str]:
    """Make the patients and the two accounts.

    Returns:
        The password of each account, by its name; they are made anew for each demo and stored nowhere in clear.
    """
    passwords = {name: secrets.token_urlsafe(9) for name in ("clinician", "patient")}
    clinician = User(username="clinician", role=Role.CLINICIAN, first_name="Dr", last_name="Example")
    clinician.set_password(passwords["clinician"])
    clinician.save()
    for folder in sorted(examples.iterdir()):
        if folder.name not in _NAMES:
            continue
        record = open_record(folder).record
        if record is None:
            continue
        patient = new_patient(_NAMES[folder.name], by=clinician, simulated=True)
        PatientRow.objects.filter(pk=patient.pk).update(pinned_day=record.last_day)
        patient.refresh_from_db()
        take_in(patient, record, by=clinician)
        if folder.name == _SIGNS_IN:
            account = User(username="patient", role=Role.PATIENT, first_name="Anna")
            account.set_password(passwords["patient"])
            account.save()
            PatientRow.objects.filter(pk=patient.pk).update(account=account)
        make(patient)
    return passwords
