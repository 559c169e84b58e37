"""What holds for every record: it comes back from its own bytes, and a cut-off uses nothing later."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from records import DAYS, RECORDS

from lenitive.intake import read_folder, write_folder
from lenitive.record import Record

SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)


@SETTINGS
@given(RECORDS)
def test_a_record_comes_back_from_its_own_bytes(record: Record) -> None:
    files = write_folder(record)
    reading = read_folder(files)
    # Names of conditions and allergies are kept as they are written; one that looks like another is spoken of.
    assert {(p.where.file, p.fatal) for p in reading.problems} <= {("patient.toml", False)}
    assert reading.record == record
    assert write_folder(reading.record) == files
    for before, after in zip(record.diary, reading.record.diary, strict=True):
        if before.entered_at is not None:
            assert after.entered_at.utcoffset() == before.entered_at.utcoffset()


@SETTINGS
@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_entries_in_code_does_not_matter_across_days(record: Record, random) -> None:
    diary = list(record.diary)
    random.shuffle(diary)
    shuffled = Record(patient=record.patient, medicines=record.medicines, diary=tuple(diary))
    assert write_folder(shuffled).get("diary.csv") == write_folder(record).get("diary.csv")


@SETTINGS
@given(RECORDS, DAYS)
def test_a_cut_off_uses_nothing_later_and_cutting_twice_changes_nothing(record: Record, at) -> None:
    cut = record.until(at)
    assert cut.until(at) == cut
    assert all(entry.day <= at for entry in (*cut.diary, *cut.effects, *cut.measurements, *cut.activities))
    assert all(
        p.start <= at and (p.end is None or p.end <= at) and all(d <= at for d in p.missed)
        for p in cut.medicines
    )
    day = at
    for _ in range(5):
        assert all(cut.dose_mg(drug, day) == record.dose_mg(drug, day) for drug in record.drugs)
        day -= timedelta(7)
