"""Links that make accounts: once, by whom they may, and never in somebody else's place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from lenitive.shells.web.actions.importing import new_patient
from lenitive.shells.web.actions.inviting import InvitationError, end_account, invite, join
from lenitive.shells.web.models import AccountInvitation, PatientRow, Role, User

DAY = timedelta(days=1)
PASSWORD = "correct horse battery"


def test_a_link_makes_one_account_once(people):
    secret = invite(Role.CLINICIAN, by=people["administrator"], lasts=DAY)
    assert join(secret, "new", PASSWORD, "Dr New").role == Role.CLINICIAN
    with pytest.raises(InvitationError):
        join(secret, "another", PASSWORD, "Dr Other")
    assert not User.objects.filter(username="another").exists()
    assert secret not in AccountInvitation.objects.get().digest


def test_a_link_that_is_too_old_makes_none(people):
    with pytest.raises(InvitationError):
        join(invite(Role.CLINICIAN, by=people["administrator"], lasts=-DAY), "new", PASSWORD, "Dr New")


@pytest.mark.parametrize(
    ("who", "role"),
    [("clinician", Role.CLINICIAN), ("patient", Role.PATIENT), ("carer", Role.CARER), ("auditor", Role.AUDITOR)],
)
def test_nobody_invites_beyond_her_role(people, who, role):
    with pytest.raises(PermissionError):
        invite(role, by=people[who], lasts=DAY)


def test_a_name_that_is_taken_leaves_the_link_usable(people):
    secret = invite(Role.CLINICIAN, by=people["administrator"], lasts=DAY)
    with pytest.raises(ValidationError):
        join(secret, "clinician", PASSWORD, "Dr New")
    assert join(secret, "new", PASSWORD, "Dr New").username == "new"


def test_a_second_link_does_not_take_a_diary_from_whoever_keeps_it(people):
    bea = new_patient("Bea", by=people["clinician"], simulated=True)
    first, second = (invite(Role.PATIENT, by=people["clinician"], patient=bea, lasts=DAY) for _ in range(2))
    kept_by = join(first, "bea", PASSWORD, "Bea")
    with pytest.raises(InvitationError):
        join(second, "mallory", PASSWORD, "Mallory")
    assert PatientRow.objects.get(pk=bea.pk).account == kept_by
    assert not User.objects.filter(username="mallory").exists()


def test_an_account_that_is_ended_is_signed_out_at_once(people, client_of):
    client = client_of("clinician")
    assert client.get("/panel/").status_code == 200
    end_account(people["clinician"])
    assert client.get("/panel/").status_code == 302
