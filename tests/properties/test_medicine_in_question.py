"""Of any record: each drug is judged, beside or background, and an old steady tablet for something else changes none of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from records import DAYS, RECORDS

from lenitive.knowledge import load
from lenitive.record import IntakeTime, MedicinePeriod
from lenitive.render.catalogue import said
from lenitive.render.codec import decoded, encoded
from lenitive.review import InQuestion
from lenitive.review.question import in_question, of_drugs

KNOWLEDGE = load()
STEADY = st.builds(
    MedicinePeriod,
    drug=st.sampled_from(("amlodipine", "candesartan", "metformin", "sertraline", "levothyroxine")),
    dose_mg=st.sampled_from((5.0, 50.0)),
    start=st.just(date(2020, 1, 1)),
    times=st.just((IntakeTime("morning"),)),
    reason=st.sampled_from(("blood pressure", "Bluthochdruck", "diabetes", "depression")),
)


def asked(record, at, about=None):
    return in_question(record.until(at), KNOWLEDGE, at=at, about=about, most=8)


@given(RECORDS, DAYS)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_each_drug_has_one_place_and_one_reason(record, at):
    found = asked(record, at)
    cut = record.until(at)
    placed = [*found.drugs, *found.beside, *found.background]
    assert sorted(placed) == sorted(cut.drugs)
    assert len(found.because) >= len(placed)
    assert all(said(r.message) for r in found.because)
    assert (found.since is None) == (not found.drugs)
    assert set(of_drugs(cut, found.modelled).drugs) == set(found.modelled)
    assert decoded(InQuestion, encoded(InQuestion, found)) == found
    for drug in cut.drugs:
        assert asked(record, at, about=drug).drugs == (drug,)


@given(RECORDS, DAYS, STEADY)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_an_old_steady_tablet_changes_no_place(record, at, steady):
    """case A10"""
    assume(all(steady.drug != p.drug for p in record.medicines))
    assume(record.patient.plan is None or not record.patient.plan.about)
    plain = asked(record, at)
    # Where nothing is in question and nothing else was changed, what may act is all that a visit can be about.
    assume(plain.drugs)
    more = asked(replace(record, medicines=(*record.medicines, steady)), at)
    assert (more.drugs, more.activities, more.beside, more.since) == (
        plain.drugs, plain.activities, plain.beside, plain.since,
    )  # fmt: skip
    assert steady.drug in more.background
    assert set(more.changing) == set(plain.changing)
