"""The library and the guided exercises in the web app: what a patient is led to, and what she did."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lenitive import open_record
from lenitive.render import FROM_THE_CLINIC
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.models import PatientRow
from lenitive.shells.web.record_rows import record_of
from lenitive.shells.web.reviews import knowledge
from lenitive.terms import Audience

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def kept(people):
    record = open_record(EXAMPLES / "watch-disagrees").record
    take_in(people["anna"], record, by=people["clinician"])
    PatientRow.objects.filter(pk=people["anna"].pk).update(pinned_day=record.last_day)
    people["anna"].refresh_from_db()
    return people["anna"]


def test_a_patient_is_led_to_articles_for_patients_alone(kept, client_of):
    client = client_of("patient")
    text = client.get(f"/diary/{kept.uid}/read").content.decode()
    led = set(re.findall(r"/read/([a-z-]+)", text))
    mine = {i for i, a in knowledge().articles.items() if a.head.audience is Audience.PATIENT} - FROM_THE_CLINIC
    assert led == mine
    for which in ("stopping-mirtazapine", "no-such", *FROM_THE_CLINIC):
        assert client.get(f"/diary/{kept.uid}/read/{which}").status_code == 404


def test_every_article_for_patients_is_shown_and_leads_to_no_other(kept, client_of):
    client = client_of("patient")
    for which, article in knowledge().articles.items():
        if article.head.audience is not Audience.PATIENT or which in FROM_THE_CLINIC:
            continue
        text = client.get(f"/diary/{kept.uid}/read/{which}").content.decode()
        assert "Sources" in text or "[@" not in article.body, which
        for other in re.findall(r'/read/([a-z-]+)"', text):
            assert knowledge().articles[other].head.audience is Audience.PATIENT
        # The title of a source may name a strength; what is said to her does not.
        assert not re.search(r"\d\s*mg\b", text.split("sources-title")[0]), which


@pytest.mark.parametrize("words", ["stiff", "no such word at all", "<script>alert(1)</script>", "%00", '"', "a" * 5000])
def test_a_search_finds_or_says_so(kept, client_of, words):
    answer = client_of("patient").get(f"/diary/{kept.uid}/read", {"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_clinician_has_articles_evidence_and_nights_one_tap_away(kept, client_of):
    client = client_of("clinician")
    visit = client.get(f"/patients/{kept.uid}/").content.decode()
    for part, words in (("evidence", "What the trials say"), ("nights", "Sleep as measured"), ("levels", "Levels"), ("estimate", "What mirtazapine does")):
        assert f"/patients/{kept.uid}/more/{part}" in visit
        assert words in client.get(f"/patients/{kept.uid}/more/{part}").content.decode()
    assert "For you" in client.get(f"/patients/{kept.uid}/reading").content.decode()
    assert client.get("/library/stopping-mirtazapine").status_code == 200
    assert client.get(f"/patients/{kept.uid}/more/no-such").status_code == 404
    assert client.get(f"/patients/{kept.uid}/visit.pdf").content.startswith(b"%PDF")


def test_what_was_done_is_in_the_diary(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    page = f"/diary/{anna.uid}/exercises/breathing"
    day = re.search(r'name="day" value="([0-9-]+)"', client.get(page).content.decode())[1]
    sent = {"kind": "activity", "activity": "breathing", "minutes": "5", "day": day, "screen": "breathing-1", "next": "breathing"}
    assert client.post(f"/diary/{anna.uid}/enter", sent)["Location"] == page
    (done,) = record_of(anna).activities
    assert (done.activity, done.minutes) == ("breathing", 5)
    assert "You did this today" in client.get(page).content.decode()
    thoughts = client.get(f"/diary/{anna.uid}/exercises/thoughts").content.decode()
    assert thoughts.count('value="cbt_session"') == 4
    client.post(f"/diary/{anna.uid}/enter", sent | {"activity": "cbt_session", "minutes": ""})
    assert record_of(anna).activities[1].minutes is None


def test_an_exercise_for_the_phone_holds_nobody_s_values(people, client_of):
    text = client_of("patient").get("/exercises/breathing").content.decode()
    assert people["patient"].shown_name not in text
    assert "csrf" not in text
    assert str(people["anna"].uid) not in text


def test_a_page_that_a_phone_keeps_takes_no_message_with_it(people, client_of):
    client, anna = client_of("patient"), people["anna"]
    client.post(f"/diary/{anna.uid}/questions/pgic", {"change": "2"})
    for page in ("/offline", "/exercises/breathing"):
        assert "Thank you" not in client.get(page).content.decode()
    assert "Thank you" in client.get(f"/diary/{anna.uid}/questions").content.decode()
