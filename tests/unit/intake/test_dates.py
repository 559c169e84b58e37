"""Dates in another order: one problem with its remedy, and read when the order is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.intake import read_folder
from lenitive.intake.diary_table import import_table
from lenitive.intake.mapping import read_mapping
from lenitive.intake.report import ProblemReport
from lenitive.terms import DateOrder

FIRST = date(2026, 1, 5)
DAYS = [FIRST + timedelta(n) for n in range(99)]


def diary(pattern: str, days: list[date] = DAYS) -> bytes:
    return ("date,pain\n" + "".join(f"{day.strftime(pattern)},5\n" for day in days)).encode()


@pytest.mark.parametrize(
    ("pattern", "order"),
    [
        ("%d/%m/%Y", "dmy"),
        ("%d.%m.%Y", "dmy"),
        ("%d-%m-%Y", "dmy"),
        ("%d.%m.%y", "dmy"),
        ("%m/%d/%Y", "mdy"),
        ("%m/%d/%y", "mdy"),
    ],
)
def test_a_file_of_other_dates_is_one_problem_with_the_flag_that_reads_them(pattern, order):
    """case A22"""
    reading = read_folder({"diary.csv": diary(pattern)})
    assert reading.record is None
    assert [str(p.where) for p in reading.problems] == ["diary.csv:2 date"]
    assert "99 dates" in reading.problems[0].what
    assert f"--dates {order}" in reading.problems[0].remedy
    read = read_folder({"diary.csv": diary(pattern)}, dates=DateOrder(order))
    assert read.problems == ()
    assert [entry.day for entry in read.record.diary] == DAYS


def test_where_both_orders_fit_neither_is_taken():
    """case A22"""
    days = [date(2026, m, d) for m in range(1, 10) for d in (1, 5, 9)]
    reading = read_folder({"diary.csv": diary("%d/%m/%Y", days)})
    assert reading.record is None
    (problem,) = reading.problems
    assert "cannot be told apart" in problem.what
    assert "--dates dmy" in problem.remedy
    assert "--dates mdy" in problem.remedy


def test_mixed_orders_are_said_and_no_flag_is_offered():
    days = ["05/31/2026", "31/05/2026", "01/02/2026"]
    (problem,) = read_folder(
        {"diary.csv": ("date,pain\n" + "".join(f"{d},5\n" for d in days)).encode()}
    ).problems
    assert "2 fit day/month/year and 2 month/day/year" in problem.what
    assert "--dates" not in problem.remedy


def test_a_wrong_flag_reads_no_day_it_does_not_fit():
    reading = read_folder({"diary.csv": diary("%d/%m/%Y")}, dates=DateOrder.MDY)
    assert reading.record is None
    assert len(reading.problems) == 1
    assert "month/day/year" in reading.problems[0].remedy


@pytest.mark.parametrize(
    "pattern", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00"]
)
@pytest.mark.parametrize("order", DateOrder)
def test_a_date_that_begins_with_its_year_needs_no_flag(pattern, order):
    read = read_folder({"diary.csv": diary(pattern)}, dates=order)
    assert [entry.day for entry in read.record.diary] == DAYS


def test_every_file_and_column_is_read_in_the_order_that_is_said():
    files = {
        "patient.toml": b'[plan]\nreview_date = "01/05/2026"\n',
        "medicines.csv": b"drug,dose_mg,start,end,times,missed\nmirtazapine,15,05/01/2026,20/01/2026,bedtime,06/01/2026;07/01/2026\n",
        "effects.csv": b"date,effect,severity\n06/01/2026,drowsiness,mild\n",
        "measurements.csv": b"date,measure,value,unit\n06/01/2026,weight,70,kg\n",
        "activities.csv": b"date,activity,minutes\n06/01/2026,swimming,20\n",
        "diary.csv": diary("%d/%m/%Y"),
    }
    read = read_folder(files, dates=DateOrder.DMY)
    assert read.problems == ()
    assert read.record.patient.plan.review_date == date(2026, 5, 1)
    assert read.record.medicines[0].missed == {date(2026, 1, 6), date(2026, 1, 7)}
    assert {e.day for e in (*read.record.effects, *read.record.measurements, *read.record.activities)} == {
        date(2026, 1, 6)
    }
    problems = read_folder(files).problems
    assert sorted(p.where.file for p in problems) == sorted(files)


@pytest.mark.parametrize(
    "text",
    ["32/13/2026", "5/1", "2026", "05/01/1826", "0/0/2026", "5/1/2026 14:30", "05 Jan 2026", "5/1-2026"],
)
def test_what_is_no_date_in_any_order(text):
    reading = read_folder({"diary.csv": f"date,pain\n{text},5\n".encode()}, dates=DateOrder.DMY)
    assert [str(p.where) for p in reading.problems] == ["diary.csv:2 date"]


def test_many_equal_problems_are_one_that_names_the_lines():
    """case A22"""
    rows = "".join(f"{day},11\n" for day in DAYS)
    (problem,) = read_folder({"diary.csv": f"date,pain\n{rows}2026-08-01,5\n".encode()}).problems
    assert str(problem.where) == "diary.csv:2 pain"
    assert problem.what.endswith("the same in lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 and 86 more")
    few = read_folder({"diary.csv": b"date,pain\n2026-03-01,11\n2026-03-02,12\n"}).problems
    assert len(few) == 2


class TestImport:
    MAPPING = (
        'format = "lenitive.mapping/1"\ntitle = "t"\n[day]\ncolumn = "date"\n[diary.pain]\nof = "pain"\n'
    )

    def imported(self, data: bytes, dates: DateOrder = DateOrder.YMD):
        mapping = read_mapping(ProblemReport("m.toml"), self.MAPPING.encode())
        return import_table("t.csv", data, mapping, dates=dates)

    def test_other_dates_are_one_problem_and_read_with_the_flag(self):
        """case A22"""
        done = self.imported(diary("%d/%m/%Y"))
        assert done.record is None
        assert len([p for p in done.problems if "99 dates" in p.what and "--dates dmy" in p.remedy]) == 1
        assert len(done.problems) == 2  # and that no row is left
        assert [e.day for e in self.imported(diary("%d/%m/%Y"), DateOrder.DMY).record.diary] == DAYS

    def test_a_few_among_others_are_left_out_and_said(self):
        done = self.imported(diary("%Y-%m-%d") + b"13/05/2026,5\n14/05/2026,5\n")
        assert len(done.record.diary) == 99
        (problem,) = done.problems
        assert problem.what.endswith("the rows were left out")
