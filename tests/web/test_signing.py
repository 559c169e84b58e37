"""From the visit to a signed plan: the same chain as the command line's, refused where it must be, and seen by the patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from lenitive import open_record
from lenitive.review import Absent, read_entries
from lenitive.shells.web.actions.exchanging import folder_zip, read_zip
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.actions.signing import SigningError, decisions_of, sign
from lenitive.shells.web.audit import verify
from lenitive.shells.web.models import PatientRow, PlanSheetRow, StoredDecision
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import make
from lenitive.titration import DosePlan

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def visited(people):
    record = open_record(EXAMPLES / "non-responder-weight-gain").record
    PatientRow.objects.filter(pk=people["anna"].pk).update(pinned_day=record.last_day)
    people["anna"].refresh_from_db()
    take_in(people["anna"], record, by=people["clinician"])
    review = make(people["anna"])
    assert not isinstance(review.options, Absent)
    return people | {"options": review.options.options}


def _planned(options):
    return next(o for o in options if isinstance(o.plan, DosePlan) and o.rank is not None and o.rank > 1)


def test_a_plan_is_signed_and_the_patient_sees_it_and_no_other(visited, client_of):
    anna, option = visited["anna"], _planned(visited["options"])
    with pytest.raises(SigningError):
        sign(anna, option.id, by=visited["clinician"], note="")  # not the first, and no reason
    assert not StoredDecision.objects.exists()
    entry = sign(anna, option.id, by=visited["clinician"], note="She prefers it")
    assert entry.overrides
    page = client_of("patient").get(f"/diary/{anna.uid}/plan")
    assert page.status_code == 200
    assert "Signed by clinician" in page.content.decode()
    assert client_of("patient").get(f"/diary/{anna.uid}/plan.ics").content.startswith(b"BEGIN:VCALENDAR")
    assert client_of("other_patient").get(f"/diary/{anna.uid}/plan").status_code == 404
    again = sign(anna, option.id, by=visited["clinician"], note="Again")
    assert (again.number, again.previous) == (2, entry.digest)
    assert PlanSheetRow.objects.filter(patient=anna, ended_at__isnull=True).count() == 1
    assert list(verify()) == []


def test_the_chain_leaves_with_the_folder_and_verifies_there(visited):
    anna = visited["anna"]
    sign(anna, _planned(visited["options"]).id, by=visited["clinician"], note="She prefers it")
    data = folder_zip(anna)
    assert read_zip(data).record == record_of(anna)
    assert data == folder_zip(anna)
    import io
    import zipfile

    lines = zipfile.ZipFile(io.BytesIO(data)).read("decisions.jsonl")
    assert [e.digest for e in read_entries(lines)] == [e.digest for e in decisions_of(anna)]


def test_an_option_that_has_changed_is_refused(visited, client_of):
    response = client_of("clinician").get(f"/patients/{visited['anna'].uid}/steps/{'0' * 64}")
    assert response.status_code == 409


def test_what_is_withheld_cannot_be_signed(visited):
    closed = [o for o in visited["options"] if o.withheld_by]
    for option in closed:
        with pytest.raises(SigningError):
            sign(visited["anna"], option.id, by=visited["clinician"], note="All the same")


def test_signing_asks_who_one_is_when_that_was_long_ago(visited, client_of):
    anna, option = visited["anna"], _planned(visited["options"])
    client = client_of("clinician")  # a session without a password shown in the last minutes
    response = client.post(f"/patients/{anna.uid}/steps/{option.id}/sign", {"note": "She prefers it"})
    assert response.status_code == 302
    assert "/reauthenticate/" in response["Location"]
    assert not StoredDecision.objects.exists()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    response = client.post(f"/patients/{anna.uid}/steps/{option.id}/sign", {"note": "She prefers it"})
    assert response.status_code == 302
    assert StoredDecision.objects.count() == 1


def test_where_nothing_is_entered_there_is_nothing_to_sign(people, client_of):
    client = client_of("clinician")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    assert client.post(f"/patients/{people['anna'].uid}/steps/{'f' * 64}/sign").status_code == 404
    with pytest.raises(SigningError, match="Nothing is entered"):
        sign(people["anna"], "f" * 64, by=people["clinician"], note="")
    assert not StoredDecision.objects.exists()
