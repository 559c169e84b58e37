"""From a record to the time line: which doses, gaps, effects and notes are drawn, and the figures behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.knowledge import load
from lenitive.record import DiaryDay, IntakeTime, MedicinePeriod, Record
from lenitive.render.blocks import Bullets, Details, Picture, Table
from lenitive.render.html import section_html
from lenitive.render.pictures import TimeLine
from lenitive.render.sections.timeline import timeline_section
from lenitive.render.text import report_text
from lenitive.review import review

START = date(2025, 9, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def diary(count: int, *, missing=(), notes=(), pain=5.0) -> tuple[DiaryDay, ...]:
    words = dict(notes)
    return tuple(
        DiaryDay(day=day(i), pain=pain, sleep_disturbance=pain + 1, fatigue=4, note=words.get(i, ""))
        for i in range(count)
        if i not in missing
    )


def taken(
    drug: str, mg: float, first: int, last: int | None = None, time="bedtime", **more
) -> MedicinePeriod:
    return MedicinePeriod(
        drug=drug,
        dose_mg=mg,
        start=day(first),
        end=None if last is None else day(last),
        times=(IntakeTime(time),),
        **more,
    )


def made(record: Record, at: date | None = None):
    section = timeline_section(review(record, load(), at=at))
    picture = next(b for b in section.blocks if isinstance(b, Picture))
    details = next(b for b in section.blocks if isinstance(b, Details))
    assert isinstance(picture.shows, TimeLine)
    return section, picture, details


def test_a_dose_in_two_parts_of_the_day_is_one_bar_as_high_as_the_day():
    record = Record(
        diary=diary(30),
        medicines=(
            taken("gabapentin", 100, 5, None, "morning"),
            taken("gabapentin", 300, 10, None, "bedtime"),
        ),
    )
    _, picture, _ = made(record)
    (lane,) = picture.shows.lanes
    assert [(s.first, s.last, s.label, s.share) for s in lane.steps] == [
        (day(5), day(9), "100 mg", 0.25),
        (day(10), day(29), "400 mg", 1.0),
    ]


def test_a_drug_that_stays_the_same_is_a_line_and_one_taken_as_needed_is_ticks():
    record = Record(
        diary=diary(60),
        medicines=(
            taken("amlodipine", 5, -400, None, "morning"),
            taken("mirtazapine", 15, 20),
            taken("tramadol", 50, 30, 30, "prn"),
            taken("tramadol", 50, 41, 41, "prn"),
        ),
    )
    _, picture, details = made(record)
    line = picture.shows
    assert [x.name for x in line.lanes] == ["mirtazapine"]
    assert [x.name for x in line.steady] == ["amlodipine 5 mg"]
    assert [(t.name, t.days) for t in line.as_needed] == [("tramadol", (day(30), day(41)))]
    others = details.blocks[1]
    assert isinstance(others, Table)
    assert [row[0] for row in others.rows] == ["amlodipine", "tramadol"]


def test_gaps_are_weeks_without_an_entry_at_the_ends_too():
    # Six days without an entry are no gap, seven are; the same rule as in the section on data.
    missing = {*range(10, 16), *range(20, 27)}
    record = Record(diary=diary(60, missing=missing), medicines=(taken("mirtazapine", 15, -12),))
    _, picture, _ = made(record, at=day(66))
    first = day(-12)
    assert picture.shows.first == first
    for panel in picture.shows.panels:
        assert panel.gaps == ((first, day(-1)), (day(20), day(26)), (day(60), day(66)))
        assert panel.now is None
    assert "No entries: " in picture.alt


def test_the_effect_of_a_drug_that_is_no_longer_taken_is_not_drawn():
    both = (taken("mirtazapine", 15, 10, 40), taken("duloxetine", 30, 30, None, "morning"))
    _, picture, _ = made(Record(diary=diary(80), medicines=both))
    assert {d.drug for p in picture.shows.panels for d in p.due} == {"duloxetine"}
    assert "Due to duloxetine now: " in picture.alt
    assert "mirtazapine now" not in picture.alt


def test_numbers_of_the_picture_are_those_of_the_review():
    record = Record(diary=diary(80), medicines=(taken("mirtazapine", 15, 20),))
    answer = review(record, load())
    picture = next(b for b in timeline_section(answer).blocks if isinstance(b, Picture))
    for panel, outcome, band in zip(picture.shows.panels, answer.outcomes, answer.bands, strict=True):
        effect = answer.fit.effect("mirtazapine", outcome)
        (due,) = panel.due
        assert (due.mean, due.low, due.high) == (
            effect.mean,
            effect.quantiles["0.025"],
            effect.quantiles["0.975"],
        )
        assert panel.estimate.mean == tuple(band.mean.tolist())


def test_the_figures_behind_are_plain_means_of_each_period():
    low = tuple(DiaryDay(day=day(i), pain=2, sleep_disturbance=3) for i in range(10, 20))
    record = Record(diary=(*diary(10), *low), medicines=(taken("mirtazapine", 15, 10),))
    _, _, details = made(record)
    means = details.blocks[0]
    assert isinstance(means, Table)
    assert means.rows == (
        ("1 September 2025 to 10 September 2025", "none of these", "10 of 10", "6.0", "5.0", "4.0"),
        ("11 September 2025 to 20 September 2025", "mirtazapine 15 mg", "10 of 10", "3.0", "2.0", "–"),
    )


def test_notes_stand_in_full_behind_and_the_earliest_are_counted():
    notes = [(i, f"note {i} <b>") for i in range(30)]
    section, picture, details = made(Record(diary=diary(40, notes=notes)))
    assert len(picture.shows.flags) == 30
    bullets = next(b for b in details.blocks if isinstance(b, Bullets))
    assert len(bullets.items) == 20
    assert details.blocks[-1].text == "10 earlier notes stand in the diary."
    assert "<b>" not in section_html(section)


@pytest.mark.parametrize(
    "record",
    [
        Record(diary=diary(1), medicines=(taken("mirtazapine", 15, 0),)),
        Record(diary=diary(1)),
        Record(diary=diary(900), medicines=tuple(taken(f"drug {i}", 5, 30 * i) for i in range(30))),
        Record(diary=diary(40), medicines=(taken("mirtazapine", 0, 3, masked=True),)),
        Record(diary=(DiaryDay(day=START, pain=3), DiaryDay(day=day(400), fatigue=3))),
        Record(diary=diary(30), medicines=(taken("ميرتازابين", 15, 3), taken("אמיטריפטילין 10", 10, 9))),
    ],
    ids=["one day", "one day, no drug", "thirty drugs", "placebo", "two entries in a year", "right to left"],
)
def test_every_record_with_a_diary_has_a_time_line(record):
    section, picture, _ = made(record)
    html = section_html(section)
    assert html.count("<svg") == 2
    assert picture.alt.startswith("Time line, 1 September 2025 to ") or picture.shows.first < START


def test_a_record_without_a_diary_has_none():
    record = Record(medicines=(taken("mirtazapine", 15, 0),))
    assert timeline_section(review(record, load(), at=day(10))) is None


def test_the_terminal_says_the_picture_in_words():
    from lenitive.render.blocks import Report

    section, picture, _ = made(Record(diary=diary(30), medicines=(taken("mirtazapine", 15, 5),)))
    text = report_text(Report(title="t", subtitle="s", footer="f", sections=(section,)), width=2000)
    assert picture.alt in text
