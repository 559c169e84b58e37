"""A diary table from elsewhere, by a mapping, to a record."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from lenitive.intake import read_folder, write_folder
from lenitive.intake.diary_table import Imported, import_table
from lenitive.intake.mapping import TableMapping, read_mapping
from lenitive.intake.report import ProblemReport
from lenitive.intake.source import local_day
from lenitive.shells.cli import app
from lenitive.terms import Severity

MAPPINGS = Path(__file__).resolve().parents[3] / "src" / "lenitive" / "intake" / "mappings"
HEAD = 'format = "lenitive.mapping/1"\ntitle = "A test"\n'
DAY = '[day]\ncolumn = "date"\n'


def mapping(text: str) -> TableMapping:
    report = ProblemReport("map.toml")
    found = read_mapping(report, (HEAD + text).encode())
    assert found is not None, "\n".join(map(str, report.problems))
    return found


def faults(text: str) -> list[str]:
    report = ProblemReport("map.toml")
    assert read_mapping(report, text.encode()) is None
    assert all(p.fatal and p.remedy and p.where.file == "map.toml" for p in report.problems)
    return [str(p) for p in report.problems]


def imported(table: str, text: str) -> Imported:
    done = import_table("table.csv", table.encode(), mapping(text))
    assert (done.record is None) == any(p.fatal for p in done.problems)
    if done.record is not None:
        assert read_folder(write_folder(done.record)).record == done.record
    return done


def values(
    table: str, item: str, *, day: str = DAY, name: str = "pain", top: str = ""
) -> dict[str, float | None]:
    done = imported(table, f"{top}\n{day}\n[diary.{name}]\n{item}")
    assert done.record is not None, "\n".join(map(str, done.problems))
    return {entry.day.isoformat(): getattr(entry, name) for entry in done.record.diary}


class TestDays:
    def test_several_answers_become_one_by_the_stated_rule(self):
        table = "date,p\n2026-03-01,1\n2026-03-01,2\n2026-03-01,6\n2026-03-02,4\n"
        for rule, expected in {
            "mean": 3,
            "median": 2,
            "first": 1,
            "last": 6,
            "max": 6,
            "min": 1,
            "sum": 9,
        }.items():
            assert values(table, f'of = "p"\nday = "{rule}"') == {"2026-03-01": expected, "2026-03-02": 4}

    def test_copies_that_differ_are_left_out_and_reported(self):
        done = imported(
            "date,p\n2026-03-01,1\n2026-03-01,2\n2026-03-02,4\n2026-03-02,4\n",
            DAY + '[diary.pain]\nof = "p"\nday = "same"',
        )
        assert [(d.day.day, d.pain) for d in done.record.diary] == [(2, 4)]
        assert "2026-03-01" in done.problems[0].what

    def test_last_is_by_time_not_by_row(self):
        table = "date,t,p\n2026-03-01,21:00,6\n2026-03-01,09:00,1\n"
        day = DAY + 'time_column = "t"\n'
        assert values(table, 'of = "p"\nday = "last"', day=day) == {"2026-03-01": 6}

    def test_only_rows_of_a_time_of_day(self):
        table = "date,t,p\n2026-03-01,09:00,1\n2026-03-01,18:00,5\n2026-03-01,23:00,7\n"
        day = DAY + 'time_column = "t"\n'
        assert values(table, 'of = "p"\nbetween = ["18:00", "23:00"]', day=day) == {"2026-03-01": 5}
        assert values(table, 'of = "p"\nbetween = ["22:00", "10:00"]', day=day) == {"2026-03-01": 4}

    def test_rows_after_midnight_count_to_the_day_before(self):
        day = DAY + 'format = "%Y-%m-%d %H:%M"\nstarts = "04:00"\n'
        table = "date,p\n2026-03-02 03:59,1\n2026-03-02 04:00,2\n"
        assert values(table, 'of = "p"', day=day) == {"2026-03-01": 1, "2026-03-02": 2}

    @pytest.mark.parametrize(
        ("written", "pattern"), [("01/03/26", "%d/%m/%y"), ("3-1-2026", "%m-%d-%Y"), ("2026-03-01", "iso")]
    )
    def test_dates_in_any_form(self, written, pattern):
        assert values(f"date,p\n{written},1\n", 'of = "p"', day=f'{DAY}format = "{pattern}"') == {
            "2026-03-01": 1
        }

    def test_a_date_in_three_columns_filled_down(self):
        table = "junk\ny,m,d,p\n2026,3,1,1\n,,,3\n,,2,5\n,,x,5\n,4,1,6\n"
        done = imported(
            table,
            '[file]\nskip_lines = 1\nfill_down = ["y", "m", "d"]\n[day]\ncolumns = { year = "y", month = "m", day = "d" }\n'
            '[diary.pain]\nof = "p"',
        )
        assert {str(d.day): d.pain for d in done.record.diary} == {
            "2026-03-01": 2,
            "2026-03-02": 5,
            "2026-04-01": 6,
        }
        assert [str(p.where) for p in done.problems] == ["table.csv:6 d"]

    def test_a_row_left_out_still_passes_its_date_down(self):
        table = "date,p\n2026-03-01,1\n2026-03-02,2,extra\n,3\n"
        top = '[file]\nfill_down = ["date"]'
        assert values(table, 'of = "p"', top=top) == {"2026-03-01": 1, "2026-03-02": 3}
        assert values(table, 'of = "p"', top=top + '\nextra_cells = "ignore"') == {
            "2026-03-01": 1,
            "2026-03-02": 2.5,
        }

    def test_yesterday_is_shifted(self):
        assert values("date,p\n2026-03-02,1\n", 'of = "p"\nshift_days = -1') == {"2026-03-01": 1}

    def test_a_moment_elsewhere_is_a_local_day_across_the_change_of_the_clock(self):
        zone = ZoneInfo("Europe/Amsterdam")
        for utc, local in (
            ("2026-03-28T22:59", 28),
            ("2026-03-28T23:00", 29),
            ("2026-03-29T21:59", 29),
            ("2026-03-29T22:00", 30),
        ):
            assert local_day(datetime.fromisoformat(utc).replace(tzinfo=UTC), zone).day == local
        # The night of the change has 23 hours; 03:30 summer time is 01:30 UTC and still before four o'clock.
        moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        assert local_day(moment, zone, time(4)).day == 28

    def test_the_moment_of_entry_keeps_its_offset(self):
        table = "date,p\n2026-10-24T21:30:00Z,1\n2026-10-25T20:30:00Z,2\n"
        day = DAY + 'timezone = "Europe/Amsterdam"\nentered_at = true\n'
        done = imported(table, f'{day}[diary.pain]\nof = "p"')
        assert [e.entered_at.isoformat() for e in done.record.diary] == [
            "2026-10-24T23:30:00+02:00",
            "2026-10-25T21:30:00+01:00",
        ]

    def test_naive_moments_of_another_zone(self):
        day = DAY + 'timezone = "America/New_York"\ngiven_in = "UTC"\n'
        assert values("date,p\n2026-03-02T03:00:00,1\n", 'of = "p"', day=day) == {"2026-03-01": 1}


class TestValues:
    def test_rescaling_and_reversing(self):
        assert values("date,p\n2026-03-01,3\n", 'of = "p"\nscale = [1, 5]') == {"2026-03-01": 5}
        assert values("date,p\n2026-03-01,6\n", 'of = "p"\nscale = [7, 1]') == {"2026-03-01": 1.667}
        assert values("date,p\n2026-03-01,90\n", 'of = "p"\nmultiply = 0.016667', name="sleep_hours") == {
            "2026-03-01": 1.5
        }

    def test_codes_and_missing(self):
        table = "date,p\n2026-03-01,often\n2026-03-02,-99\n2026-03-03,always\n"
        done = imported(
            table,
            f'[file]\nmissing = ["-99", ""]\n{DAY}[diary.pain]\nof = "p"\ncodes = {{ never = 0, often = 7 }}',
        )
        assert [d.pain for d in done.record.diary] == [7]
        assert [str(p.where) for p in done.problems] == ["table.csv:4 p"]

    def test_what_lies_outside_the_scale_is_left_out_and_reported(self):
        done = imported(
            "date,p\n2026-03-01,8\n2026-03-02,x\n2026-03-03,7\n",
            DAY + '[diary.pain]\nof = "p"\nscale = [1, 7]',
        )
        assert [d.pain for d in done.record.diary] == [10]
        assert [str(p.where) for p in done.problems] == ["table.csv:2 p", "table.csv:3 p"]

    def test_several_columns(self):
        table = "date,a,b\n2026-03-01,2,6\n2026-03-02,,4\n"
        assert values(table, 'of = ["a", "b"]') == {"2026-03-01": 4, "2026-03-02": 4}
        assert values(table, 'of = ["a", "b"]\nacross = "max"') == {"2026-03-01": 6, "2026-03-02": 4}

    def test_marks_of_other_countries(self):
        table = "date;p;w\n2026-03-01;6,5;1.253,5\n"
        done = imported(
            table,
            f'[file]\ndecimal = ","\nthousands = "."\n{DAY}[diary.pain]\nof = "p"\n'
            '[[activities]]\nactivity = "walking"\nof = "w"',
        )
        assert done.record.diary[0].pain == 6.5
        assert done.record.activities[0].minutes == 1253.5

    def test_a_long_table(self):
        table = "date,name,value\n2026-03-01,Knee,2\n2026-03-01,Knee,4\n2026-03-01,Hip,5\n2026-03-01,joy,9\n2026-03-01,odd,1\n"
        done = imported(
            table,
            f'ignore = ["joy"]\n[names]\ncolumn = "name"\nvalue = "value"\n{DAY}[diary.pain]\nof = ["K*", "Hip"]\nacross = "max"',
        )
        assert done.record.diary[0].pain == 5
        assert [p.where.field for p in done.problems] == ["odd"]

    def test_words(self):
        table = 'date,t,n\n2026-03-01,1,"a\x0bb"\n2026-03-01,0,c\n'
        done = imported(
            table,
            DAY + '[diary.taken]\nof = "t"\ncodes = { "1" = "yes", "0" = "no" }\n[diary.note]\nof = "n"',
        )
        assert (done.record.diary[0].taken, done.record.diary[0].note) == ("no", "a b; c")

    def test_effects_by_level(self):
        table = "date,d\n2026-03-01,1\n2026-03-02,2\n2026-03-03,4\n2026-03-04,7\n"
        done = imported(
            table,
            DAY
            + '[[effects]]\neffect = "dizziness"\nof = "d"\nlevels = { mild = 2, moderate = 4, severe = 6 }',
        )
        assert [e.severity for e in done.record.effects] == list(Severity)

    def test_measurements_in_their_own_unit(self):
        item = '[[measurements]]\nmeasure = "weight"\nof = "w"\nunit = "[lb_av]"'
        done = imported("date,w\n2026-03-01,150\n2026-03-02,9000\n", DAY + item)
        assert [m.value for m in done.record.measurements] == [pytest.approx(68.038856)]
        assert len(done.problems) == 1
        assert imported("date,w\n2026-03-01,150\n", DAY + item.replace("[lb_av]", "load")).record is None

    def test_what_the_mapping_does_not_mention_is_reported(self):
        done = imported(
            "date,p,q,soc_x\n2026-03-01,1,2,3\n", f'ignore = ["soc_*"]\n{DAY}[diary.pain]\nof = "p"'
        )
        assert [p.where.field for p in done.problems] == ["q"]
        assert any("soc_x" in line for line in done.account)


class TestMedicines:
    ITEM = '[[medicines]]\ndrug = "Venlafaxine"\ntimes = ["morning"]\ndose_of = "dose"\n'

    def test_a_dose_column_becomes_periods(self):
        table = "date,dose,phase\n" + "".join(
            f"2026-03-{day:02},{dose},{phase}\n"
            for day, dose, phase in [(1, 150, 1), (2, 150, 1), (3, 150, 2), (6, 75, 2), (7, 0, 3), (8, 0, 3)]
        )
        done = imported(
            table, DAY + self.ITEM + 'begun = 2025-01-01\nmasked = { of = "phase", values = ["2"] }'
        )
        found = [
            (p.dose_mg, p.start.isoformat(), p.end and p.end.isoformat(), p.masked)
            for p in done.record.medicines
        ]
        assert found == [
            (150, "2025-01-01", "2026-03-02", False),
            (150, "2026-03-03", "2026-03-05", True),
            (75, "2026-03-06", "2026-03-06", True),
            (0, "2026-03-07", None, False),
        ]
        assert done.record.medicines[0].drug == "venlafaxine"

    def test_a_daily_dose_is_shared_between_intakes(self):
        item = self.ITEM.replace('["morning"]', '["morning", "bedtime"]') + 'at_end = "ends with the diary"\n'
        period = imported("date,dose\n2026-03-01,150\n2026-03-02,150\n", DAY + item).record.medicines[0]
        assert (period.dose_mg, period.dose_mg_per_day, period.end) == (75, 150, date(2026, 3, 2))

    def test_missed_days(self):
        item = self.ITEM + 'missed = { of = "took", values = ["no"] }'
        period = imported(
            "date,dose,took\n2026-03-01,15,yes\n2026-03-02,15,no\n", DAY + item
        ).record.medicines[0]
        assert period.missed == {date(2026, 3, 2)}

    def test_a_stated_period(self):
        item = '[[medicines]]\ndrug = "mirtazapine"\ntimes = ["bedtime"]\ndose_mg = 15\nstart = 2026-02-01\n'
        assert imported("date\n2026-03-01\n", DAY + item).record.medicines[0].start == date(2026, 2, 1)
        assert imported("date\n2026-03-01\n", DAY + item + item).record is None


class TestMappingFaults:
    def test_everything_wrong_is_listed_at_once(self):
        found = faults(
            'format = "lenitive.mapping/1"\ntitle = "x"\nshoe = 1\n[day]\ncolumn = "d"\ntimezone = "Mars"\n'
            '[diary.pain]\nof = "p"\nday = "mode"\nscale = [1, 1]\n[[effects]]\neffect = "zeal"\nof = "z"\n'
            "levels = { mild = 3, moderate = 2, severe = 6 }\n"
        )
        for place in ("shoe", "day.timezone", "diary.pain.day", "effects.0.effect", "effects.0.levels"):
            assert any(line.startswith(f"map.toml {place}: ") for line in found), (place, found)

    @pytest.mark.parametrize(
        "text",
        [
            "nonsense",
            HEAD,
            HEAD + "[day]\n",
            HEAD + DAY + 'format = "%d/%m/%y"\nstarts = "04:00"\n',
            HEAD + DAY + "entered_at = true\n",
            HEAD + DAY + 'format = "%d %d"\n',
            HEAD + DAY + 'format = "%"\n',
            HEAD + DAY + '[[measurements]]\nmeasure = "drug_level"\nof = "x"\nunit = "ng/mL"\n',
            HEAD + DAY + '[patient]\nsex = "f"\n',
            HEAD + DAY + '[[medicines]]\ndrug = "a"\ntimes = ["noon"]\n',
            HEAD + DAY + '[[medicines]]\ndrug = "a"\ntimes = ["teatime"]\ndose_of = "d"\n',
            HEAD + DAY + '[file]\ndecimal = ","\nthousands = ","\n',
        ],
    )
    def test_a_wrong_mapping(self, text):
        assert faults(text)

    def test_a_record_that_the_reader_would_refuse_is_not_made(self):
        rows = "".join(f"2026-03-{day:02},5\n" for day in range(1, 29))
        done = imported(f"date,p\n{rows}2062-03-01,5\n", DAY + '[diary.pain]\nof = "p"')
        assert done.record is None
        assert "three years" in done.problems[0].what

    def test_a_column_that_is_not_there(self):
        done = imported("date,x\n2026-03-01,1\n", DAY + '[diary.pain]\nof = "p"')
        assert done.record is None
        assert [str(p.where) for p in done.problems] == ["table.csv:1 p"]

    @pytest.mark.parametrize("table", ["", "date\n", "date\nyesterday\n", 'date\n"open', "date,p\0\n"])
    def test_a_source_that_is_none(self, table):
        done = import_table("t.csv", table.encode(), mapping(DAY))
        assert done.record is None or done.record.diary == ()


def test_every_shipped_mapping_is_sound():
    found = sorted(MAPPINGS.glob("*.toml"))
    assert len(found) >= 3
    for path in found:
        report = ProblemReport(path.name)
        assert read_mapping(report, path.read_bytes()) is not None, report.problems
        assert report.problems == []


def run(source: Path, out: Path):
    return CliRunner().invoke(app, ["import", str(source), "--into", str(out)])


@pytest.mark.shared_data
class TestRealDiaries:
    def test_the_antidepressant_taper(self, shared_data, tmp_path):
        source = shared_data / "esm-antidepressant-taper-n1" / "ESMdata.csv"
        done = run(source, tmp_path / "taper")
        assert (done.exit_code, done.stderr) == (0, "")
        files = {p.name: p.read_bytes() for p in (tmp_path / "taper").iterdir() if p.suffix != ".txt"}
        record = read_folder(files).record
        doses = [(p.dose_mg, p.start.isoformat(), p.masked) for p in record.medicines]
        assert doses == [
            (150, "2011-08-13", False),
            (150, "2012-09-10", True),
            (105, "2012-09-25", True),
            (73, "2012-10-01", True),
            (51, "2012-10-08", True),
            (37, "2012-10-15", True),
            (25, "2012-10-22", True),
            (18, "2012-10-29", True),
            (12, "2012-11-05", True),
            (9, "2012-11-12", True),
            (0, "2012-11-19", False),
        ]
        assert len(record.diary) == 238
        missing_day = {date(2012, 8, 13) + timedelta(i) for i in range(239)} - {d.day for d in record.diary}
        assert missing_day == {date(2012, 12, 15)}
        # The same figures straight from the source.
        with source.open(encoding="utf-8", newline="") as opened:
            rows = [row for row in csv.DictReader(opened) if row["date"] == "14/08/12"]
        day = next(d for d in record.diary if d.day == date(2012, 8, 14))
        assert day.fatigue == pytest.approx(fmean((int(r["phy_tired"]) - 1) / 6 * 10 for r in rows), abs=1e-3)
        assert day.mood_low == pytest.approx(
            fmean((int(r["mood_down"]) + 3) / 6 * 10 for r in rows), abs=1e-3
        )
        assert day.sleep_disturbance == pytest.approx((7 - int(rows[0]["mor_qualsleep"])) / 6 * 10, abs=1e-3)
        # The data's own description: weekly depression 1.25 up to study day 127 and 1.98 from study day 141 on.
        weekly = [((m.day - date(2012, 8, 13)).days + 1, m.value) for m in record.series("scl90r_depression")]
        assert len(weekly) == 28
        assert fmean(v for d, v in weekly if d <= 127) == pytest.approx(1.25, abs=0.005)
        assert fmean(v for d, v in weekly if d >= 141) == pytest.approx(1.98, abs=0.005)
        assert (tmp_path / "taper" / "import.txt").read_text().count("venlafaxine") >= 2

    @pytest.mark.parametrize(
        ("file", "days", "span"),
        [
            ("Participant2Anonymized/Participant2PainNew.csv", 862, 1233),
            ("Participant3Anonymized/Participant3KneePain.csv", 83, 289),
            ("Participant4Anonymized/Participant4Pain.csv", 43, 50),
            ("Participant5Anonymized/Participant5Pain.csv", 23, 35),
            ("Participant7Anonymized/Participant7Pain.csv", 64, 82),
        ],
    )
    def test_pain_by_region(self, shared_data, tmp_path, file, days, span):
        source = shared_data / "chronic-pain-selftracking" / file
        done = run(source, tmp_path / "p")
        assert (done.exit_code, done.stderr) == (0, "")
        assert f"on {days} days" in done.stdout
        assert f"({span} calendar days)" in done.stdout
        # Day by day straight from the source: the worst of the regions' means.
        by_day: dict[date, dict[str, list[float]]] = {}
        with source.open(encoding="utf-8-sig", newline="") as opened:
            for row in csv.DictReader(opened):
                if row["name"] != "happiness":
                    on = date(int(row["startyear"]), int(row["startmonth"]), int(row["startday"]))
                    by_day.setdefault(on, {}).setdefault(row["name"], []).append(float(row["intensity"]))
        files = {p.name: p.read_bytes() for p in (tmp_path / "p").iterdir()}
        record = read_folder(files).record
        assert {d.day: d.pain for d in record.diary} == {
            on: pytest.approx(max(fmean(v) for v in regions.values()), abs=1e-3)
            for on, regions in by_day.items()
        }

    def test_eight_years_with_dates_left_empty(self, shared_data, tmp_path):
        source = shared_data / "chronic-pain-selftracking" / "Participant1" / "pain.csv"
        done = run(source, tmp_path / "p")
        assert (done.exit_code, done.stderr) == (0, "")
        assert "11826 of 11826 rows on 2908 days, 2015-11-25 to 2023-11-12" in done.stdout

    def test_the_same_table_again_changes_nothing(self, shared_data, tmp_path):
        source = shared_data / "chronic-pain-selftracking" / "Participant5Anonymized" / "Participant5Pain.csv"
        assert run(source, tmp_path).exit_code == 0
        before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
        again = run(source, tmp_path)
        assert again.exit_code == 0
        assert "nothing is new" in again.stdout
        assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_mapping_is_checked_item_by_item_and_nothing_is_written(tmp_path):
    (tmp_path / "d.csv").write_text("date,p,t\n2026-03-01,5,7\n2026-03-02,x,6\n2026-03-03,4,\n")
    (tmp_path / "m.toml").write_text(
        'format = "lenitive.mapping/1"\ntitle = "T"\n[day]\ncolumn = "date"\n'
        '[diary.pain]\nof = "p"\nscale = [0, 10]\n[diary.fatigue]\nof = "t"\nscale = [0, 10]\n'
    )
    table = ["import", "table", str(tmp_path / "d.csv"), "--mapping", str(tmp_path / "m.toml")]
    done = CliRunner().invoke(app, [*table, "--check"])
    assert "diary.pain: " in done.stdout
    assert "2 answers on 2 days" in done.stdout
    assert "nothing was written" in done.stdout
    assert "the cell was left out" in done.stderr or "left out" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["d.csv", "m.toml"]
    assert CliRunner().invoke(app, table).exit_code == 2
