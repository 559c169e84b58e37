"""Questionnaires in the diary: added up whole or not at all, and one answer that never waits."""

from __future__ import annotations

import re
import uuid

import pytest
from django.utils import timezone

from lenitive.shells.web.actions.answering import read_answers
from lenitive.shells.web.models import AuditEvent, MeasurementRow, PatientRow, StandingRow
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import knowledge


def _full(which, value=None, **other):
    """A form with every item of a questionnaire answered by one value, or by its lowest."""
    form = {"uid": str(uuid.uuid4())}
    for number, part in enumerate(knowledge().questionnaires[which].part):
        for item in part.item:
            if not part.tick:
                form[item.id] = str(part.choices[0].value if value is None else value)
        if part.tick:
            form[f"none{number}"] = "1"
    return form | other


def _scores(patient):
    return {m.measure: m.value for m in record_of(patient).measurements}


def _send(client, patient, which, form):
    return client.post(f"/diary/{patient.uid}/questions/{which}", form)


def test_the_sums_are_those_of_the_form(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    form = _full("phq9", 2, item1="3", item9="0")
    assert _send(client, anna, "phq9", form)["Location"] == f"/diary/{anna.uid}/questions"
    assert _scores(anna) == {"phq9": 17, "phq9_item9": 0}
    _send(client, anna, "gad7", _full("gad7", 1, item7="3"))
    _send(client, anna, "pgic", _full("pgic", 6))
    areas = {"none0": "", "jaw_left": "1", "neck": "1", "hip_right": "1"}
    _send(client, anna, "acr2016", _full("acr2016", **areas, fatigue="3", unrefreshed="2", headache="1"))
    assert _scores(anna) == {"phq9": 17, "phq9_item9": 0, "gad7": 9, "pgic": 6, "wpi": 3, "sss": 6}
    assert {m.unit for m in MeasurementRow.objects.filter(patient=anna)} == {"{score}"}


def test_a_part_is_said_and_not_scored(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    form = _full("gad7", 1)
    del form["item3"]
    answer = _send(client, anna, "gad7", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "1 answer is missing" in text
    assert _scores(anna) == {}
    assert len(re.findall(r'value="1" checked', text)) == 6, "what was answered stays"


@pytest.mark.parametrize(
    ("form", "why"),
    [({"none0": ""}, "Tick a place, or this"), ({"neck": "1"}, "Take one away"), ({"fatigue": "4"}, "1 answer is missing")],
)
def test_a_blank_body_and_a_contrary_one_are_asked_about(people, client_of, form, why):
    answer = _send(client_of("patient"), people["anna"], "acr2016", _full("acr2016", **form))
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert _scores(people["anna"]) == {}


def test_item_9_above_zero_opens_the_numbers_each_time_and_tells_the_clinic(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    for _ in range(2):
        answer = _send(client, anna, "phq9", _full("phq9", item9="1"))
        assert answer["Location"] == f"/diary/{anna.uid}/help"
    standing = StandingRow.objects.get(patient=anna)
    assert standing.group == 0, "she stands among those of today"
    assert "Anna Example" in client_of("clinician").get("/panel/").content.decode().split("rowgroup")[1]


def test_item_9_does_not_wait_for_the_other_answers(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    form = {"uid": str(uuid.uuid4()), "item9": "2"}
    answer = _send(client, anna, "phq9", form)
    assert "Please talk to someone now" in answer.content.decode()
    assert _scores(anna) == {"phq9_item9": 2}
    _send(client, anna, "phq9", _full("phq9", item9="2") | {"uid": form["uid"]})
    assert _scores(anna) == {"phq9": 2, "phq9_item9": 2}


def test_item_9_of_zero_is_no_reassurance(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    _send(client, anna, "phq9", _full("phq9"))
    text = client.get(f"/diary/{anna.uid}/questions").content.decode()
    assert "no risk" not in text.lower()
    assert "✓" not in text
    assert "good" not in text


def test_what_is_sent_twice_counts_once_and_each_score_is_in_the_audit(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    form = _full("phq9", 1, item9="0")
    before = AuditEvent.objects.filter(place__endswith="measurementrow").count()
    for _ in range(3):
        _send(client, anna, "phq9", form)
    assert MeasurementRow.objects.filter(patient=anna).count() == 2
    assert AuditEvent.objects.filter(place__endswith="measurementrow").count() - before == 2


def test_scores_stand_on_her_own_day(people, client_of):
    anna = people["anna"]
    PatientRow.objects.filter(pk=anna.pk).update(time_zone="Pacific/Kiritimati")
    anna.refresh_from_db()
    _send(client_of("patient"), anna, "pgic", _full("pgic", 2))
    assert MeasurementRow.objects.get().day == anna.today(timezone.now())


def test_a_carer_who_may_only_see_fills_in_nothing(people, client_of):
    from datetime import timedelta

    from lenitive.shells.web.models import CarerGrant

    now = timezone.now()
    CarerGrant.objects.create(patient=people["anna"], carer=people["carer"], since=now, until=now + timedelta(days=2))
    client = client_of("carer")
    page = client.get(f"/diary/{people['anna'].uid}/questions").content.decode()
    assert "/questions/phq9" not in page
    assert _send(client, people["anna"], "phq9", _full("phq9")).status_code == 404


@pytest.mark.parametrize("form", [{}, {"item1": "9" * 400}, {"item1": "\x00"}, {"uid": "no", "item1": "-1"}, {"item1": "1.0"}])
def test_nonsense_is_no_answer(form):
    phq9 = knowledge().questionnaires["phq9"]
    assert not read_answers(phq9, form).whole
    assert read_answers(phq9, form).given == {}


def test_the_place_on_the_picture_is_the_box_in_the_list(people, client_of):
    text = client_of("patient").get(f"/diary/{people['anna'].uid}/questions/acr2016").content.decode()
    areas = {item.id for item in knowledge().questionnaires["acr2016"].part[0].item}
    assert set(re.findall(r'class="spot [^"]*" for="([a-z_]+)"', text)) == areas
    assert areas <= set(re.findall(r'type="checkbox" id="([a-z_]+)"', text))
