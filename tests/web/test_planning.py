"""Plans made and changed at the visit: followed through, checked again, signed with what was shown, and counted in tablets."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from lenitive import open_record
from lenitive.review import Absent
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.actions.signing import decisions_of
from lenitive.shells.web.models import PatientRow, PlanSheetRow, StoredDecision
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
    return people | {"review": review, "options": review.options.options}


@pytest.fixture
def signer(visited, client_of):
    client = client_of("clinician")
    client.get("/panel/")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session.save()
    return client


def _tapering(visited):
    return next(
        o
        for o in visited["options"]
        if o.rank is not None and isinstance(o.plan, DosePlan) and len(o.plan.stages) > 1 and o.plan.stages[0].last
    )


def _days(stage):
    return (stage.last - stage.first).days + 1


def test_a_row_is_changed_the_rest_follows_and_what_is_signed_is_what_was_seen(visited, signer):
    anna, option = visited["anna"], _tapering(visited)
    page = f"/patients/{anna.uid}/steps/{option.id}"
    longer = {"days-0": str(_days(option.plan.stages[0]) + 9)}
    text = signer.get(page, longer).content.decode()
    assert "changed by the clinician" in text
    assert "your own plan" in text
    assert signer.post(f"{page}/sign", longer).status_code == 409, "a plan of one's own needs a reason"
    assert signer.post(f"{page}/sign", longer | {"note": "She travels"}).status_code == 302
    (entry,) = decisions_of(anna)
    (plan,) = PlanSheetRow.objects.filter(patient=anna)
    assert entry.option.plan == plan.plan_id != option.plan.id
    assert entry.option.number == len(visited["options"]) + 1
    last = option.plan.stages[0].last + timedelta(days=9)
    assert plan.days[0] == [option.plan.stages[0].first.isoformat(), last.isoformat()]
    assert "changed by the clinician" in plan.sheets["clinician"]


def test_the_form_sent_back_as_it_is_changes_nothing(visited, signer):
    anna, option = visited["anna"], _tapering(visited)
    page = f"/patients/{anna.uid}/steps/{option.id}"
    text = signer.get(page).content.decode()
    same = dict(re.findall(r'id="(days-\d+)" name="[^"]+" value="(\d+)"', text))
    for row, options in re.findall(r'<select id="(mg-\d+)"[^>]*>(.*?)</select>', text):
        same[row] = re.search(r"selected>([\d.]+)<", options)[1]
    assert len(same) >= 3
    again = signer.get(page, same).content.decode()
    assert "changed by the clinician" not in again
    assert "your own plan" not in again


def test_what_products_do_not_make_or_a_source_forbids_is_said_and_cannot_be_signed(visited, signer):
    anna, option = visited["anna"], _tapering(visited)
    page = f"/patients/{anna.uid}/steps/{option.id}"
    for wrong in ({"mg-0": "13.37"}, {"days-0": "0"}, {"days-0": "99999"}, {"mg-0": "400"}):
        text = signer.get(page, wrong).content.decode()
        assert "The rows below stand as they were" in text
        assert signer.post(f"{page}/sign", wrong | {"note": "All the same"}).status_code == 409
    assert not StoredDecision.objects.exists()


RUBBISH = ({"days-x": "1"}, {"days-0": "abc"}, {"mg-0": "1e9"}, {"start": "never"}, {"home-0": "-5"}, {"days-0": "9" * 500})


def test_rubbish_counts_as_not_said(visited, client_of):
    anna, option, client = visited["anna"], _tapering(visited), client_of("clinician")
    for rubbish in RUBBISH:
        answer = client.get(f"/patients/{anna.uid}/steps/{option.id}", rubbish)
        assert answer.status_code == 200, rubbish
        assert "your own plan" not in answer.content.decode(), rubbish


def test_tablets_at_home_and_the_day_they_run_out(visited, client_of):
    anna, option = visited["anna"], _tapering(visited)
    page = f"/patients/{anna.uid}/steps/{option.id}"
    client = client_of("clinician")
    few = client.get(page, {"home-0": "3"}).content.decode()
    assert re.search(r'Enough to">\s*<bdi>\d+ [A-Z][a-z]+ 20\d\d', few)
    many = client.get(page, {"home-0": "9999"}).content.decode()
    assert "the end" in many


def test_the_three_sheets_come_on_paper(visited, client_of):
    anna, option = visited["anna"], _tapering(visited)
    page = f"/patients/{anna.uid}/steps/{option.id}"
    for sheet in ("clinician", "patient", "pharmacy"):
        answer = client_of("clinician").get(f"{page}/{sheet}.pdf", {"days-0": str(_days(option.plan.stages[0]) + 3)})
        assert answer.content.startswith(b"%PDF")
    assert client_of("clinician").get(f"{page}/nobody.pdf").status_code == 404
    assert client_of("patient").get(f"{page}/patient.pdf").status_code == 404


OWN = (
    ({"kind": "add", "drug": "pregabalin", "to_mg": "150"}, "regabalin"),
    ({"kind": "switch", "drug": "mirtazapine", "to_drug": "duloxetine", "to_mg": "60"}, "uloxetine"),
    ({"kind": "taper", "drug": "Remeron"}, "irtazapine"),
    ({"kind": "step", "drug": "mirtazapine", "to_mg": "15"}, "irtazapine"),
)
NONE = (
    {},
    {"kind": "add"},
    {"kind": "start", "drug": "no such thing", "to_mg": "5"},
    {"kind": "taper", "drug": "pregabalin"},
    {"kind": "step", "drug": "mirtazapine"},
    {"kind": "start", "drug": "pregabalin", "to_mg": "75", "start": "2020-01-01"},
)


def test_a_plan_of_one_s_own_is_made_checked_and_signed(visited, signer):
    anna, signed = visited["anna"], 0
    page = f"/patients/{anna.uid}/steps/own"
    for asked, said in OWN:
        text = signer.get(page, asked).content.decode()
        assert said in text
        sent = signer.post(f"{page}/sign", asked | {"note": "Agreed with her"})
        if "Sign the plan" not in text:
            assert sent.status_code == 409, asked
            continue
        signed += 1
        assert sent.status_code == 302, asked
        standing = PlanSheetRow.objects.get(patient=anna, ended_at__isnull=True)
        assert decisions_of(anna)[-1].option.plan == standing.plan_id
    assert signed >= 2
    assert StoredDecision.objects.count() == signed


def test_what_is_no_plan_says_what_to_say_instead(visited, client_of):
    client = client_of("clinician")
    for asked in NONE:
        answer = client.get(f"/patients/{visited['anna'].uid}/steps/own", asked, follow=True)
        assert answer.redirect_chain, asked
        assert 'class="notice error"' in answer.content.decode(), asked
