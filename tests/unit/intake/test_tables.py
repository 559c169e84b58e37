"""What tables say, and what they must not be taken to say in silence."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from lenitive.files import probed
from lenitive.intake.diary_table import Imported, import_table
from lenitive.intake.draft import DraftHints
from lenitive.intake.drafted import import_drafted
from lenitive.intake.mapping import read_mapping
from lenitive.intake.report import ProblemReport
from lenitive.terms import Severity

HEAD = 'format = "lenitive.mapping/1"\ntitle = "A test"\n'
DAY = '[day]\ncolumn = "date"\n'


def imported(table: str | bytes, text: str) -> Imported:
    report = ProblemReport("map.toml")
    mapping = read_mapping(report, (HEAD + text).encode())
    assert mapping is not None, report.problems
    return import_table("t.csv", table if isinstance(table, bytes) else table.encode(), mapping)


def said(done: Imported) -> str:
    return "\n".join(str(p) for p in done.problems)


def pains(done: Imported) -> list[float | None]:
    assert done.record is not None, said(done)
    return [d.pain for d in done.record.diary]


def test_case_d6_the_wrong_order_of_dates_is_refused_with_the_right_one():
    """case D6."""
    days = [date(2026, 1, 1) + timedelta(days=9 * i) for i in range(40)]
    table = "date,p\n" + "".join(f"{d:%m/%d/%Y},5\n" for d in days)
    done = imported(table, '[day]\ncolumn = "date"\nformat = "%d/%m/%Y"\n[diary.pain]\nof = "p"\n')
    assert done.record is None
    assert "dates fit %d/%m/%Y; all 40 fit %m/%d/%Y; the rows are not in order" in said(done)
    assert 'day.format = "%m/%d/%Y"' in said(done)


def test_case_d6_dates_that_fit_but_do_not_run_are_refused_when_the_other_order_runs():
    """case D6."""
    days = [date(2026, m, d) for m in (1, 2, 3) for d in (1, 5, 9)]
    table = "date,p\n" + "".join(f"{d:%m/%d/%Y},5\n" for d in days)
    done = imported(table, '[day]\ncolumn = "date"\nformat = "%d/%m/%Y"\n[diary.pain]\nof = "p"\n')
    assert done.record is None
    assert "not in order by %d/%m/%Y, and are by %m/%d/%Y" in said(done)


def test_dates_out_of_order_are_loud_and_can_be_allowed():
    table = "date,p\n01/03/2026,5\n14/03/2026,6\n02/03/2026,7\n"
    item = '[diary.pain]\nof = "p"\n'
    done = imported(table, f'[day]\ncolumn = "date"\nformat = "%d/%m/%Y"\n{item}')
    assert done.record is not None
    assert done.loud
    assert "not in order of time" in said(done)
    allowed = imported(table, f'[day]\ncolumn = "date"\nformat = "%d/%m/%Y"\norder = "any"\n{item}')
    assert not allowed.loud


@pytest.mark.parametrize(
    ("cells", "item", "read"),
    [
        (["7/10", "35/50", "70%", "7,5/10"], 'of = "p"', [7, 7, 7, 7.5]),
        (["MODERATE ", "mild", " None"], 'of = "p"\ncodes = { none = 0, Mild = 3, moderate = 5 }', [5, 3, 0]),
        (["True", "FALSE"], 'of = "p"\ncodes = { true = 8, false = 2 }', [8, 2]),
    ],
)
def test_case_d21_cells_as_people_write_them(cells, item, read):
    """case D21."""
    table = "date;p\n" + "".join(f"2026-03-{i + 1:02d};{cell}\n" for i, cell in enumerate(cells))
    text = (
        f'[file]\ndecimal = ","\n{DAY}[diary.pain]\n{item}\n'
        if "7,5/10" in cells
        else f"{DAY}[diary.pain]\n{item}\n"
    )
    assert pains(imported(table, text)) == read


def test_case_d21_hours_are_read_as_a_clock_writes_them():
    """case D21."""
    done = imported(
        "date,s,w\n2026-03-01,6:40,0:45\n2026-03-02,7h30,45 min\n",
        f'{DAY}[diary.sleep_hours]\nof = "s"\n[[activities]]\nactivity = "walking"\nof = "w"\n',
    )
    assert [d.sleep_hours for d in done.record.diary] == [6.667, 7.5]
    assert [a.minutes for a in done.record.activities] == [45, 45]


def test_case_d21_severities_are_words():
    """case D21."""
    done = imported(
        "date,n\n2026-03-01,Mild \n2026-03-02,MODERATE\n2026-03-03,none\n",
        f'{DAY}[[effects]]\neffect = "nausea"\nof = "n"\nlevels = {{ mild = 1, moderate = 2, severe = 3 }}\n',
    )
    assert [e.severity for e in done.record.effects] == [Severity.MILD, Severity.MODERATE, Severity.NONE]


def test_case_d21_an_item_of_which_nothing_was_read_is_fatal():
    """case D21."""
    table = "date,p\n" + "".join(f"2026-03-{d:02d},bad\n" for d in range(1, 31))
    done = imported(table, f'{DAY}[diary.pain]\nof = "p"\n')
    assert done.record is None
    assert "diary.pain: 0 of 30 cells read" in said(done)


def test_case_d21_a_totals_row_and_a_first_line_sep():
    """case D21."""
    done = imported("sep=;\ndate;p\n2026-03-01;5\nTotal;5\n", f'{DAY}[diary.pain]\nof = "p"\n')
    assert pains(done) == [5]
    assert "the row was left out" in said(done)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1772366400", 'format = "unix"\ntimezone = "Europe/Berlin"'),
        ("1772366400000", 'format = "unix-ms"\ntimezone = "Europe/Berlin"'),
        ("46082.5", 'format = "excel"'),
        ("2026-03-01T13:00:00,5", 'format = "iso"'),
        ("1st Mar 2026", 'format = "%d %b %Y"'),
    ],
)
def test_case_d22_moments_in_numbers_and_words(cell, day):
    """case D22."""
    done = imported(f"when;p\n{cell};5\n", f'[day]\ncolumn = "when"\n{day}\n[diary.pain]\nof = "p"\n')
    assert done.record is not None, said(done)
    assert done.record.diary[0].day == date(2026, 3, 1)


LONG = """date,name,category,rating,amount
2026-03-01,Pain,Symptom,6,
2026-03-01,Tired,Symptom,4,
2026-03-01,Slept,Sleep,7.5,
2026-03-01,Mirtazapine,Medication,,15 mg
2026-03-02,Pain,Symptom,5,
2026-03-02,Mirtazapine,Medication,,15 mg
2026-03-02,Mirtazapine,Medication,,15 mg
2026-03-02,Duloxetine,Medication,,30 mg
"""


def test_case_d23_one_long_table_gives_symptoms_sleep_and_doses():
    """case D23."""
    text = f"""{DAY}[names]
column = "name"
value = "rating"
[diary.pain]
of = "Pain"
[diary.fatigue]
of = "Tired"
where = {{ category = "symptom" }}
[diary.sleep_hours]
of = "Slept"
[[medicines]]
drug = "as named"
drug_of = "name"
dose_of = "amount"
where = {{ category = "medication" }}
rows = "sum"
times = ["bedtime"]
"""
    done = imported(LONG, text)
    assert done.record is not None, said(done)
    first = done.record.diary[0]
    assert (first.pain, first.fatigue, first.sleep_hours) == (6, 4, 7.5)
    told = [(p.drug, p.dose_mg, p.start.day, p.end and p.end.day) for p in done.record.medicines]
    assert sorted(told) == [
        ("duloxetine", 30, 2, None),
        ("mirtazapine", 15, 1, 1),
        ("mirtazapine", 30, 2, None),
    ]


def test_case_d24_one_person_of_several_arms_as_codes_and_a_column_to_fall_back_on():
    """case D24."""
    table = "who,start,entered,arm,p\na,2026-03-01,2026-03-02,1,5\nb,2026-03-01,,0,9\na,,2026-03-02,0,6\n"
    text = """where = { who = "A" }
[day]
column = "start"
else_column = "entered"
[diary.pain]
of = "p"
[[medicines]]
drug = "mirtazapine"
dose_of = "arm"
codes = { 0 = 0, 1 = 15 }
times = ["bedtime"]
"""
    done = imported(table, text)
    assert done.record is not None, said(done)
    assert [(d.day.day, d.pain) for d in done.record.diary] == [(1, 5), (2, 6)]
    assert [(p.dose_mg, p.start.day) for p in done.record.medicines] == [(15, 1), (0, 2)]


def test_case_d24_doses_that_are_not_read_make_no_record():
    """case D24."""
    table = "date,arm,p\n2026-03-01,blue,5\n2026-03-02,green,6\n"
    text = f'{DAY}[diary.pain]\nof = "p"\n[[medicines]]\ndrug = "mirtazapine"\ndose_of = "arm"\ntimes = ["bedtime"]\n'
    done = imported(table, text)
    assert done.record is None
    assert "medicines.mirtazapine: 0 of 2 doses read" in said(done)


@pytest.mark.parametrize("counts_from", [0, 1])
def test_case_d24_days_are_numbered_from_a_first(counts_from):
    """case D24."""
    table = f"day,p\n{counts_from},5\n{counts_from + 3},6\n"
    text = f'[day]\ncolumn = "day"\nformat = "number"\nfirst = 2026-03-01\ncounts_from = {counts_from}\n[diary.pain]\nof = "p"\n'
    done = imported(table, text)
    assert [d.day.day for d in done.record.diary] == [1, 4]


def test_case_d9_a_table_of_one_endless_line_is_refused_early():
    """case D9."""
    done = imported(b"date,p," + b"x," * 2_000_000, f'{DAY}[diary.pain]\nof = "p"\n')
    assert done.record is None
    assert "a line of more than 1 million characters" in said(done)


def test_an_encoding_that_is_not_told_is_named():
    done = imported(
        "date;Müdigkeit;p\n2026-03-01;x;5\n".encode("cp1252"),
        f'ignore = ["M*"]\n{DAY}[diary.pain]\nof = "p"\n',
    )
    assert pains(done) == [5]
    assert "does not say its encoding" in said(done)


def drafted(table: str, **scales: tuple[float, float]) -> Imported:
    probe = probed("t.csv", io.BytesIO(table.encode()))
    return import_drafted(probe, DraftHints(scales=scales))


def test_a_day_in_three_columns_is_drafted_and_its_empty_cells_are_those_above():
    done = drafted("Jahr;Monat;Tag;Schmerz (0-10)\n2026;3;1;5\n;;2;6\n;4;1;7\n")
    assert done.record is not None, said(done)
    assert [(d.day, d.pain) for d in done.record.diary] == [
        (date(2026, 3, 1), 5),
        (date(2026, 3, 2), 6),
        (date(2026, 4, 1), 7),
    ]
    assert any("three columns, empty cells as in the row above" in line for line in done.account)
    asked = drafted(
        "year,month,day,pain (0-10)\n2026,13,1,5\n"
    )  # 13 is no month, and day numbers nothing by itself
    assert asked.record is None


def test_of_several_regions_in_a_long_table_the_worst_makes_the_days_pain():
    table = (
        "name,startday,startmonth,startyear,rating\n"
        "Knee pain,1,3,2026,3\nHip pain,1,3,2026,6\nmood,1,3,2026,2\nKnee pain,2,3,2026,4\nmood,2,3,2026,2\n"
    )
    asked = drafted(table)
    assert asked.record is None
    assert "the scale of Knee pain is not told" in said(asked)
    done = drafted(table, **{"* pain": (0, 10), "mood": (5, 1)})
    assert done.record is not None, said(done)
    assert pains(done) == [6, 4]
    assert any("of several regions the worst counts" in line for line in done.account)


def test_a_long_table_of_one_item_is_one_when_the_item_means_something():
    done = drafted("date,name,rating\n2026-03-01,Ankle pain,8\n2026-03-02,Ankle pain,3\n")
    assert pains(done) == [8, 3]
    assert drafted("date,name,rating\n2026-03-01,Kim Ohlsen,8\n2026-03-02,Kim Ohlsen,3\n").record is None


@pytest.mark.parametrize(
    ("name", "cells", "read"),
    [
        ("Mirtazapine", "1 1 0", None),  # once read as 1 mg a day
        ("Mirtazapine tablets", "1 2 1", None),
        ("Mirtazapine (ml)", "15 15 15", None),
        ("Levothyroxine (µg)", "50 50 75", None),
        ("Mirtazapine mg", "2 4 4", [2, 4]),
        ("Mirtazapine_mg", "2 4 4", [2, 4]),
        ("Mirtazapine", "15 15 30", [15, 30]),
        ("Mirtazapine", "15mg 15mg 30mg", [15, 30]),
        ("Mirtazapine (mg)", "7.5 7.5 15", [7.5, 15]),
    ],
)
def test_bare_numbers_that_may_be_tablets_or_ticks_are_no_doses(name, cells, read):
    rows = "".join(f"2026-03-0{i + 1},{cell},5\n" for i, cell in enumerate(cells.split()))
    done = drafted(f"date,{name},pain (0-10)\n{rows}")
    if read is None:
        assert done.record is None
        assert f"what the numbers of {name} count is not told" in said(done)
    else:
        assert done.record is not None, said(done)
        assert [p.dose_mg for p in done.record.medicines] == read


def test_a_dose_on_few_days_is_not_taken_to_go_on():
    """Three intakes of ibuprofen once became 400 mg a day from the first on."""
    rows = [f"2026-03-{d:02d},{400 if d in (3, 11, 20) else ''},5\n" for d in range(1, 31)]
    done = drafted("date,Ibuprofen mg,pain (0-10)\n" + "".join(rows))
    assert done.record is None
    assert "Ibuprofen mg holds a dose in 3 of 30 rows" in said(done)
    filled = [row.replace(",,", ",0,") for row in rows]
    done = drafted("date,Ibuprofen mg,pain (0-10)\n" + "".join(filled))
    assert [(p.start.day, p.end.day) for p in done.record.medicines if p.dose_mg] == [
        (3, 3),
        (11, 11),
        (20, 20),
    ]
    long = "".join(f"2026-03-{d:02d},Pain (0-10),5\n" for d in range(1, 31)) + "2026-03-07,Ibuprofen mg,400\n"
    assert "Ibuprofen mg holds a dose in 1 of 30 rows" in said(drafted(f"date,name,rating\n{long}"))
