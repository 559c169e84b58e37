"""A record folder in, a record or its problems out."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from lenitive.intake import LIMIT_BYTES, read_folder, write_folder
from lenitive.record import (
    ActivityDone,
    Coded,
    Diagnosis,
    DiaryDay,
    EffectReport,
    IntakeTime,
    Measurement,
    MedicinePeriod,
    Patient,
    PlanTarget,
    Record,
    Taken,
)
from lenitive.terms import Problem, Quantity, Severity

DAY = date(2026, 3, 1)

FULL = Record(
    patient=Patient(
        id='a "quoted" \\ id',
        birth_year=1971,
        sex="female",
        height_cm=165.5,
        smoker=False,
        egfr_ml_min=88,
        hepatic_impairment="none",
        cyp2d6="normal",
        conditions=(
            Coded(display="fibromyalgia"),
            Coded(system="http://snomed.info/sct", code="203082005", display="Fibromyalgia"),
        ),
        allergies=(Coded(code="X1"),),
        diagnosis=Diagnosis(criteria="ACR 2016", wpi=12, sss=8),
        preferences={"pain": 8, "weight_gain": 5.5},
        plan=PlanTarget(
            about="mirtazapine",
            outcome="pain",
            success="30 % less",
            review_date=DAY,
            stop_rule="no change at week 8",
        ),
    ),
    medicines=(
        MedicinePeriod(drug="mirtazapine", dose_mg=15, start=DAY, end=DAY + timedelta(9)),
        MedicinePeriod(drug="pregabalin", dose_mg=75, start=DAY, times=(IntakeTime("morning"),)),
        MedicinePeriod(drug="pregabalin", dose_mg=150, start=DAY, times=(IntakeTime("21:30"),)),
        MedicinePeriod(
            drug="ibuprofen",
            dose_mg=400,
            start=DAY + timedelta(1),
            end=DAY + timedelta(1),
            times=(IntakeTime("prn"),),
        ),
        MedicinePeriod(
            drug="mirtazapine",
            dose_mg=7.5,
            start=DAY + timedelta(10),
            missed=frozenset({DAY + timedelta(11)}),
            masked=True,
            believed="placebo, I think",
            form="odt",
            reason="sleep; pain",
        ),
    ),
    diary=(
        DiaryDay(day=DAY, pain=6.5, sleep_disturbance=7, fatigue=5, note="=1+1, she said\n# and more"),
        DiaryDay(
            day=DAY + timedelta(1),
            mood_low=0,
            sleep_hours=6.25,
            awakenings=3,
            taken=Taken.PART,
            entered_at=datetime(2026, 3, 3, 0, 20, tzinfo=timezone(timedelta(hours=1))),
            note=" 'quoted' ",
        ),
        DiaryDay(day=DAY + timedelta(2)),
    ),
    effects=(
        EffectReport(day=DAY, effect="somnolence", severity=Severity.NONE),
        EffectReport(day=DAY, effect="dry_mouth", severity=Severity.MILD, stops_activities=False, note="-"),
    ),
    measurements=(Measurement(day=DAY, measure="weight", quantity=Quantity(70.1, "kg")),),
    activities=(
        ActivityDone(day=DAY, activity="yoga", minutes=20),
        ActivityDone(day=DAY, activity="cbt_session"),
    ),
)


def problems(**files: str | bytes) -> list[Problem]:
    named = {
        f"{name}.toml" if name == "patient" else f"{name}.csv": content for name, content in files.items()
    }
    reading = read_folder({n: c if isinstance(c, bytes) else c.encode() for n, c in named.items()})
    assert (reading.record is None) == any(p.fatal for p in reading.problems)
    return list(reading.problems)


def only(found: list[Problem], where: str, *, fatal: bool = True) -> Problem:
    assert [str(p.where) for p in found] == [where], "\n".join(map(str, found))
    assert found[0].fatal is fatal
    assert found[0].what
    assert found[0].remedy
    return found[0]


def record(**files: str) -> Record:
    named = {
        f"{name}.toml" if name == "patient" else f"{name}.csv": text.encode() for name, text in files.items()
    }
    reading = read_folder(named)
    assert reading.record is not None, "\n".join(map(str, reading.problems))
    assert reading.problems == ()
    return reading.record


def test_everything_a_record_can_hold_comes_back_from_its_own_bytes():
    files = write_folder(FULL)
    reading = read_folder(files)
    assert reading.problems == ()
    assert reading.record == FULL
    assert write_folder(reading.record) == files
    assert reading.record.diary[1].entered_at.isoformat() == "2026-03-03T00:20:00+01:00"


def test_an_empty_record_is_still_a_folder():
    files = write_folder(Record())
    assert list(files) == ["patient.toml"]
    assert read_folder(files).record == Record()


def test_nothing_a_spreadsheet_would_run_is_written():
    text = write_folder(FULL)["diary.csv"].decode()
    assert "\"'=1+1" in text


def test_one_day_and_no_day_of_diary_are_records():
    assert len(record(diary="date,pain\n2026-03-01,5\n").diary) == 1
    assert record(diary="date,pain\n").diary == ()
    assert record(diary="").diary == ()


def test_spreadsheet_dialects_are_read():
    text = "\ufeffDate;Pain;Note\r\n2026-03-01;6,5;a, b\r\n;;\r\n"
    day = record(diary=text).diary[0]
    assert (day.pain, day.note) == (6.5, "a, b")
    assert record(diary='date,pain\n2026-03-01,"6,5"\n').diary[0].pain == 6.5
    assert record(diary="date\tpain\n2026-03-01\t6.5\n").diary[0].pain == 6.5


def test_comments_lie_between_rows_only():
    text = '# my diary\ndate,note\n# a comment\n2026-03-01,"one\n# two"\n'
    assert record(diary=text).diary[0].note == "one\n# two"


@pytest.mark.parametrize("value", ["11", "-1", "nan", "inf", "1e400", "six", "=1+1", "6 points", "1_0", "６"])
def test_a_score_that_is_none(value):
    found = only(problems(diary=f"date,pain\n2026-03-01,{value}\n"), "diary.csv:2 pain")
    assert value not in found.what + found.remedy or value in {"11", "-1"}


@pytest.mark.parametrize(
    "value", ["2026-02-30", "01/03/2026", "2099-01-01", "0001-01-01", "20260301", "yesterday"]
)
def test_a_day_that_is_none(value):
    only(problems(diary=f"date,pain\n{value},5\n"), "diary.csv:2 date")


def test_all_problems_are_listed_at_once_in_order():
    found = problems(
        patient="birth_year = 'x'\n",
        medicines="drug,dose_mg,start\nmirtazapine,x,2026-03-01\n",
        diary="date,pain,fatigue\n2026-03-01,11,x\n2026-03-01,1,1\n2026-13-01,1,1\n2026-03-01,2,2\n",
    )
    assert [str(p.where) for p in found] == [
        "patient.toml:1 birth_year",
        "medicines.csv:2 dose_mg",
        "diary.csv:2 pain",
        "diary.csv:2 fatigue",
        "diary.csv:4 date",
        "diary.csv:5 date",
    ]


def test_what_the_format_does_not_know_is_reported_and_left_out():
    only(problems(diary="date,pian\n2026-03-01,5\n"), "diary.csv:1 pian", fatal=False)
    only(problems(patient="shoe_size = 9\n"), "patient.toml:1 shoe_size", fatal=False)
    only(problems(patient="[preferences]\nmoney = 9\n"), "patient.toml:2 preferences.money", fatal=False)
    reading = read_folder({"diary.csv": b"", "notes.xlsx": b"", "README.md": b""})
    assert [str(p.where) for p in reading.problems] == ["notes.xlsx"]


def test_a_file_whose_name_has_capitals_is_never_passed_over():
    reading = read_folder({"Diary.csv": b"date\n"})
    assert reading.record is None
    assert "diary.csv" in reading.problems[0].remedy


def test_a_folder_of_something_else_is_no_record():
    assert read_folder({"holiday.jpg": b""}).record is None


def test_a_first_row_of_values_is_not_repeated_in_messages():
    found = problems(diary="2026-03-01,5,feeling suicidal\n")
    assert any(str(p.where) == "diary.csv:1 date" and p.fatal for p in found)
    assert "suicidal" not in "\n".join(map(str, found))


@pytest.mark.parametrize(
    "data",
    [
        "date,pain\n2026-03-01,5\n".encode("utf-16"),
        "date,pain\n2026-03-01,5\n".encode("utf-16-le"),
        "date,pain\n2026-03-01,5\n".encode("utf-16-be"),
        "date,pain\n2026-03-01,5\n".encode("utf-32"),
    ],
)
def test_utf_16_is_refused_with_the_remedy(data):
    assert "UTF-8" in only(problems(diary=data), "diary.csv").remedy


def test_other_bytes_that_are_no_text():
    only(problems(diary="date,note\n2026-03-01,caf\xe9\n".encode("latin-1")), "diary.csv:2")
    only(problems(diary=b"date,note\n2026-03-01,a\x00b\n"), "diary.csv:2")
    only(problems(diary=b"PK\x03\x04" + bytes(100)), "diary.csv")
    only(problems(diary=b"x" * (LIMIT_BYTES + 1)), "diary.csv")
    only(problems(diary='date,note\n2026-03-01,"never closed\n'), "diary.csv:2")
    only(problems(diary="date,pain\n2026-03-01,6,5\n"), "diary.csv:2")
    assert problems(patient="a = " + "[" * 50_000)
    assert problems(patient="birth_year = " + "9" * 5000)


def test_a_file_of_nonsense_is_given_up_after_many_problems():
    found = problems(diary="date,pain\n" + "x,y\n" * 100_000)
    # Two kinds of fault in each row: each kind once, with the lines it came again on.
    assert [p.where.field for p in found] == ["date", "pain", None]
    assert all("and 237 more" in p.what for p in found[:2])
    assert "not read" in found[-1].what
    assert len(problems(diary=",".join(f"column{i}" for i in range(100_000)))) == 501
    assert len(problems(patient="".join(f"key{i} = 1\n" for i in range(10_000)))) == 501


def test_a_text_too_long_for_a_cell():
    only(problems(diary=f"date,note\n2026-03-01,{'x' * 100_001}\n"), "diary.csv:2 note")
    with pytest.raises(ValueError):
        DiaryDay(day=DAY, note="x" * 100_001)


class TestMedicines:
    HEAD = "drug,dose_mg,start,end,times\n"

    def test_overlapping_periods_of_one_drug(self):
        text = self.HEAD + "mirtazapine,15,2026-03-01,,bedtime\nMirtazapine,30,2026-04-01,,bedtime\n"
        assert "line 2" in only(problems(medicines=text), "medicines.csv:3 start").what
        touching = self.HEAD + "a,15,2026-03-01,2026-04-01,bedtime\na,30,2026-04-01,,bedtime\n"
        only(problems(medicines=touching), "medicines.csv:3 start")
        hidden = (
            self.HEAD
            + "a,1,2026-03-01,,bedtime\na,2,2026-02-01,2026-02-09,bedtime\na,3,2026-05-01,2026-05-02,bedtime\n"
        )
        only(problems(medicines=hidden), "medicines.csv:4 start")

    def test_a_long_period_overlaps_all_that_begin_in_it(self):
        rows = "a,1,2026-01-01,2026-12-31,bedtime\na,2,2026-02-01,2026-02-02,bedtime\na,3,2026-05-01,2026-05-02,bedtime\n"
        found = problems(medicines=self.HEAD + rows)
        assert [str(p.where) for p in found] == ["medicines.csv:3 start", "medicines.csv:4 start"]
        assert all("line 2" in p.what for p in found)

    def test_the_value_itself_refuses_periods_that_share_a_day(self):
        first = MedicinePeriod(drug="a", dose_mg=1, start=DAY, end=DAY + timedelta(3))
        second = MedicinePeriod(drug="a", dose_mg=2, start=DAY + timedelta(3))
        with pytest.raises(ValueError, match="share a day"):
            Record(medicines=(first, second))
        assert Record(medicines=(first, MedicinePeriod(drug="b", dose_mg=2, start=DAY))).drugs == ("a", "b")

    def test_two_doses_a_day_are_two_rows(self):
        text = self.HEAD + "pregabalin,75,2026-03-01,,morning\npregabalin,150,2026-03-01,,bedtime\n"
        assert record(medicines=text).dose_mg("pregabalin", DAY) == 225

    def test_mg_mixed_with_g(self):
        found = problems(
            medicines=self.HEAD + "a,15,2026-03-01,2026-03-09,bedtime\na,0.03,2026-03-10,,bedtime\n"
        )
        assert "mg and g" in only(found, "medicines.csv:3 dose_mg").what

    def test_a_taper_to_very_little_is_no_mixture(self):
        doses = [40, 10, 2, 0.5, 0.1]
        rows = [f"a,{dose},2026-0{i + 1}-01,2026-0{i + 1}-20,bedtime\n" for i, dose in enumerate(doses)]
        assert len(record(medicines=self.HEAD + "".join(rows)).medicines) == 5

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ("a,15,2026-03-02,2026-03-01,bedtime", "end"),
            ("a,15,2026-03-01,,teatime", "times"),
            ("a,15,2026-03-01,,bedtime;bedtime", "times"),
            ("a,15,2026-03-01,,bedtime;prn", "times"),
            ("a,15,2026-03-01,2026-03-02,prn", "end"),
            ("a,-15,2026-03-01,,bedtime", "dose_mg"),
            ("a,,2026-03-01,,bedtime", "dose_mg"),
            ("a,15,,,bedtime", "start"),
            (",15,2026-03-01,,bedtime", "drug"),
            ("=cmd|'x',15,2026-03-01,,bedtime", "drug"),
        ],
    )
    def test_a_wrong_cell(self, row, field):
        only(problems(medicines=self.HEAD + row + "\n"), f"medicines.csv:2 {field}")

    def test_an_as_needed_row_is_one_day(self):
        period = record(medicines=self.HEAD + "ibuprofen,400,2026-03-01,,prn\n").medicines[0]
        assert period.end == period.start

    def test_a_missed_day_outside_the_period(self):
        text = (
            "drug,dose_mg,start,end,times,missed\na,1,2026-03-01,2026-03-09,bedtime,2026-03-02;2026-03-10\n"
        )
        only(problems(medicines=text), "medicines.csv:2 missed")

    def test_an_assumed_time_is_said(self):
        only(
            problems(medicines="drug,dose_mg,start\na,15,2026-03-01\n"), "medicines.csv:2 times", fatal=False
        )
        assert record(medicines="drug,dose_mg,start\nplacebo,0,2026-03-01\n").medicines[0].dose_mg == 0


class TestMeasurements:
    HEAD = "date,measure,value,unit,note\n"

    @pytest.mark.parametrize(
        ("measure", "value", "unit", "own", "digits"),
        [
            ("weight", 150, "[lb_av]", 68.0389, 4),
            ("weight", 70, "kg", 70, 12),
            ("glucose", 100, "mg/dL", 5.551, 3),
            ("glucose", 100, "mg/dl", 5.551, 3),
            ("total_cholesterol", 200, "mg/dL", 5.172, 3),
            ("triglycerides", 150, "mg/dL", 1.694, 3),
            ("creatinine", 1, "mg/dL", 88.40, 2),
            ("hba1c", 6.5, "%", 47.5, 1),
            ("neutrophils", 2500, "/uL", 2.5, 12),
            ("systolic_lying", 16, "kPa", 120.0, 1),
            ("drug_level", 30, "ug/L", 30, 12),
            ("qtc", 0.42, "s", 420, 9),
            ("phq9", 12, "", 12, 12),
        ],
    )
    def test_units_are_converted_to_the_measures_own(self, measure, value, unit, own, digits):
        # The expected figures are those of published conversion tables, to the digits given there.
        text = f"{self.HEAD}2026-03-01,{measure},{value},{unit},mirtazapine\n"
        assert record(measurements=text).measurements[0].value == pytest.approx(own, abs=0.6 * 10**-digits)

    @pytest.mark.parametrize(
        ("row", "field"),
        [
            ("weight,150,load,", "unit"),
            ("weight,70,,", "unit"),
            ("weight,70,mmol/L,", "unit"),
            ("sodium,140,mg/dL,", "unit"),
            ("phq9,12,kg,", "unit"),
            ('waist,"100,250",cm,', "value"),
            ("weight,7000,kg,", "value"),
            ("phq9,12.5,,", "value"),
            ("phq9,28,,", "value"),
            ("height_m,1.7,m,", "measure"),
            ("drug_level,30,ng/mL,", "note"),
        ],
    )
    def test_a_wrong_cell(self, row, field):
        only(problems(measurements=f"{self.HEAD}2026-03-01,{row}\n"), f"measurements.csv:2 {field}")


class TestDays:
    def test_an_entry_after_midnight_is_about_the_day_before(self):
        day = record(diary="date,pain,entered_at\n2026-03-28,5,2026-03-29T00:40:00+01:00\n").diary[0]
        assert day.day == date(2026, 3, 28)
        assert day.entered_at.date() == date(2026, 3, 29)

    def test_an_entry_cannot_be_made_before_its_day_began_anywhere(self):
        # 2026-03-29 begins first at UTC+14, which is 10:00 UTC on the 28th.
        head = "date,pain,entered_at\n2026-03-29,5,"
        assert record(diary=f"{head}2026-03-28T10:00:00+00:00\n").diary
        only(problems(diary=f"{head}2026-03-28T09:59:59+00:00\n"), "diary.csv:2 entered_at")

    def test_a_moment_without_an_offset_is_refused(self):
        only(problems(diary="date,entered_at\n2026-03-01,2026-03-01T21:00:00\n"), "diary.csv:2 entered_at")

    def test_every_local_day_counts_once_across_the_changes_of_the_clock(self):
        rows = "".join(f"{date(2026, 1, 1) + timedelta(i)},5\n" for i in range(365))
        whole = record(diary="date,pain\n" + rows)
        assert len(whole.days(date(2026, 12, 31))) == 365

    def test_a_day_years_after_the_others_is_an_error_in_the_year(self):
        rows = "".join(f"{DAY + timedelta(i)},5\n" for i in range(20))
        only(problems(diary=f"date,pain\n{rows}2062-03-21,5\n"), "diary.csv:22 date")
        only(problems(diary=f"date,pain\n2016-03-21,5\n{rows}"), "diary.csv:2 date")
        head = "drug,dose_mg,start,end,times\n"
        only(
            problems(diary=f"date,pain\n{rows}", medicines=f"{head}a,1,2026-03-01,2079-12-31,bedtime\n"),
            "medicines.csv:2 end",
        )

    def test_an_old_medicine_and_an_old_weight_are_no_errors(self):
        whole = record(
            diary="date,pain\n2026-03-01,5\n",
            medicines="drug,dose_mg,start,end,times\na,1,1998-01-01,,bedtime\n",
            measurements="date,measure,value,unit\n2010-01-01,weight,70,kg\n",
        )
        assert whole.last_day == DAY

    def test_nothing_later_than_the_cut_off_is_used(self):
        cut = FULL.until(DAY + timedelta(1))
        assert [d.day for d in cut.diary] == [DAY, DAY + timedelta(1)]
        assert {p.drug for p in cut.medicines} == {"mirtazapine", "pregabalin", "ibuprofen"}
        assert cut.periods("mirtazapine")[0].end is None
        assert cut.last_day == DAY + timedelta(1)
