"""What can be made again is thinned; a record goes only when it is old, and only when the practice says so."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from lenitive import open_record
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.actions.inviting import invite
from lenitive.shells.web.audit import verify
from lenitive.shells.web.models import AccountInvitation, DiaryRow, PatientRow, StoredReview
from lenitive.shells.web.retention import erase_untouched, thin, untouched_since

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = timedelta(days=1)


def _review(patient, digest, made_at):
    StoredReview.objects.create(patient=patient, asked=digest * 64, at=made_at.date(), document="{}", made_at=made_at)


def test_replaced_reviews_go_and_each_patient_s_newest_stays(people):
    now = timezone.now()
    for digest, ago in (("a", 400), ("b", 40), ("c", 2), ("d", 0)):
        _review(people["anna"], digest, now - ago * DAY)
    _review(people["bo"], "e", now - 400 * DAY)
    assert thin()["reviews"] == 3
    assert {r.asked[0] for r in StoredReview.objects.all()} == {"d", "e"}


def test_old_links_and_attempts_go_and_new_ones_stay(people):
    invite("clinician", by=people["administrator"], lasts=-100 * DAY)
    invite("clinician", by=people["administrator"], lasts=DAY)
    for ago in (1, 31):
        attempt = AccessAttempt.objects.create(username=f"u{ago}", ip_address="127.0.0.1", failures_since_start=1, get_data="", post_data="", user_agent="", http_accept="", path_info="")
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=timezone.now() - ago * DAY)
    removed = thin()
    assert (removed["links"], removed["attempts"]) == (1, 1)
    assert AccountInvitation.objects.count() == 1
    assert list(verify()) == []


@pytest.mark.parametrize(("touched_days_ago", "old"), [(3640, False), (3660, True)])
def test_a_record_is_old_by_its_last_entry(people, touched_days_ago, old):
    anna, now = people["anna"], timezone.now()
    take_in(anna, open_record(EXAMPLES / "watch-disagrees").record, by=people["clinician"])
    PatientRow.objects.update(made_at=now - 9000 * DAY)
    from lenitive.shells.web.models import ENTERED

    for model in ENTERED:
        model.objects.filter(patient=anna).update(received_at=now - 5000 * DAY)
    newest = DiaryRow.objects.filter(patient=anna).last()
    DiaryRow.objects.filter(pk=newest.pk).update(received_at=now - touched_days_ago * DAY)
    moment = now - timedelta(days=3652.5)
    assert (anna in untouched_since(moment)) is old
    PatientRow.objects.filter(pk=people["bo"].pk).update(made_at=now)
    assert erase_untouched(moment) == int(old)
    assert PatientRow.objects.filter(pk=anna.pk).exists() is not old
    assert PatientRow.objects.filter(pk=people["bo"].pk).exists()
    assert list(verify()) == []
