"""A folder goes into the tables and comes out with the same bytes; corrections count and what stood before stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from lenitive import open_record
from lenitive.intake import write_folder
from lenitive.shells.web.actions.importing import take_in
from lenitive.shells.web.models import DiaryRow
from lenitive.shells.web.record_rows import day_of, record_of

EXAMPLES = Path(__file__).parents[2] / "examples"

FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/diary.csv"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_in_and_out_gives_the_same_bytes(people, folder):
    record = open_record(folder).record
    take_in(people["anna"], record, by=people["clinician"])
    back = record_of(people["anna"])
    assert back == record
    assert write_folder(back) == write_folder(record)


def _entry(patient, day, at, **values):
    return DiaryRow.objects.create(
        patient=patient, day=day, entered_at=at, received_at=at, origin="web", **values
    )


def test_a_day_is_put_together_column_by_column_and_the_newest_word_counts(people):
    anna, now = people["anna"], timezone.now()
    day = now.date()
    _entry(anna, day, now, sleep_disturbance=4)
    _entry(anna, day, now + timedelta(hours=9), pain=6, fatigue=5)
    _entry(anna, day, now + timedelta(hours=10), pain=3)
    found = day_of(anna, day)
    assert (found.sleep_disturbance, found.pain, found.fatigue) == (4, 3, 5)
    _entry(anna, day, now + timedelta(hours=11), cleared="pain")
    assert day_of(anna, day).pain is None
    assert DiaryRow.objects.count() == 4


def test_an_entry_that_arrives_late_does_not_undo_a_newer_one(people):
    anna, now = people["anna"], timezone.now()
    _entry(anna, now.date(), now, pain=3)
    _entry(anna, now.date(), now - timedelta(hours=2), pain=8)
    assert day_of(anna, now.date()).pain == 3
