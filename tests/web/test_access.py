"""Every route has a rule, and the rule holds for every role: the matrix is made from the routes themselves."""

from __future__ import annotations

import uuid

import pytest
from addresses import address, routes

from lenitive.shells.web.access import BY_NAME, BY_OTHERS, rule_of
from lenitive.shells.web.models import AuditEvent

# Routes of others that nobody may reach: there is no rule for them, and that is meant.
CLOSED = {
    "account_signup", "account_email", "account_email_verification_sent", "account_confirm_email",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_set_password",
    "socialaccount_signup",
    "account_confirm_login_code", "account_request_login_code",
    "account_request_reauthentication_code", "account_confirm_reauthentication_code",
}  # fmt: skip
# Routes that name something which may not be there, such as a plan: not found then says nothing about the rule.
MAY_BE_MISSING = {"style", "remove_one_mark", "plan_sheet", "bring_file", "bring_nights_file", "reading", "part", "print_brief", "steps", "plan_option", "sign_option", "own_calendar", "stop_sharing", "entry", "correct_entry", "remove_entry", "stop_token"}
ROLES = (None, "clinician", "other_clinician", "patient", "other_patient", "carer", "administrator", "auditor", "researcher")


def test_every_route_has_a_rule_or_is_closed_on_purpose():
    for path, entry in routes():
        rule = rule_of(entry.callback, entry.name)
        # The old addresses of allauth's providers have no name; they lead nowhere here.
        closed = entry.name in CLOSED or (entry.name is None and path.startswith("accounts/social/"))
        assert (rule is None) == closed, f"{path} ({entry.name})"


def test_no_rule_is_left_over():
    used = {rule.name for _, e in routes() if (rule := rule_of(e.callback, e.name)) is not None}
    assert used <= set(BY_NAME)
    assert {e.name for _, e in routes()} >= set(BY_OTHERS)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("who", ROLES)
def test_the_matrix(people, client_of, who, method):
    """Each route of ours, for a patient: let in exactly as the rule says, and otherwise not found or asked to sign in."""
    anna = people["anna"]
    client = client_of(who)
    role = None if who is None else people[who].role
    for path, entry in routes():
        rule = rule_of(entry.callback, entry.name)
        if rule is None or entry.name in BY_OTHERS:
            continue
        response = getattr(client, method)(address(path, anna))
        if not rule.roles:
            assert response.status_code < 500, path
        elif rule.scope:
            # A browser's session opens nothing that is for programs; tokens have a matrix of their own (test_tokens).
            assert response.status_code == 401, path
        elif role is None:
            assert response.status_code == 302, path
            assert response["Location"].startswith("/accounts/login/"), path
        elif role not in rule.roles or (rule.patient is not None and who.startswith("other")) or (rule.patient is not None and who == "carer"):
            assert response.status_code == 404, path
        else:
            assert response.status_code != 404 or entry.name in {*MAY_BE_MISSING, "end_account"}, path
            assert response.status_code < 500, path


def test_a_patient_that_is_not_there_looks_like_one_that_is_not_yours(people, client_of):
    client = client_of("clinician")
    assert client.get(f"/patients/{uuid.uuid4()}/").status_code == 404
    assert client.get(f"/patients/{people['bo'].uid}/").status_code == 404


def test_reading_a_record_is_told_to_the_audit(people, client_of):
    before = AuditEvent.objects.count()
    client_of("clinician").get(f"/patients/{people['anna'].uid}/")
    told = AuditEvent.objects.filter(seq__gt=before, action="read").values_list("actor", "patient", "place")
    assert list(told) == [(people["clinician"].uid.hex, people["anna"].uid.hex, "visit")]


def test_a_view_called_past_the_rule_finds_nobody(people, rf):
    from django.http import Http404

    from lenitive.shells.web.views.visit import visit

    request = rf.get("/")
    request.user = people["clinician"]
    with pytest.raises(Http404):
        visit(request, patient=people["anna"].uid)
