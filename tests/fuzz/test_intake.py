"""Any bytes in any file give a record or problems, never another exception.

Inputs that once broke the reader, or would without the line that guards against them, stay in ``found/``: a folder each, or a mapping with its table.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.intake import FILES, RecordReading, read_folder, write_folder
from lenitive.intake.blank import blank_folder
from lenitive.intake.diary_table import import_table
from lenitive.intake.mapping import read_mapping
from lenitive.intake.report import ProblemReport

FOUND = Path(__file__).parent / "found"
MAPPINGS = Path(__file__).resolve().parents[2] / "src" / "lenitive" / "intake" / "mappings"
SETTINGS = settings(max_examples=150, deadline=None, derandomize=True)

# What has a meaning somewhere: in CSV, in TOML, in numbers, in dates, in spreadsheets, in terminals.
PIECES = (
    "date", "pain", "fatigue", "sleep_disturbance", "note", "taken", "entered_at", "awakenings", "drug", "dose_mg", "start", "end",
    "times", "missed", "masked", "believed", "effect", "severity", "measure", "value", "unit", "activity", "minutes",
    "2026-03-01", "2026-02-30", "2099-01-01", "0000-00-00", "2026-03-01T21:00:00+01:00", "2026-03-01T21:00:00+23:59",
    "2079-12-31T23:59:59-23:59", "1900-01-01T00:00:00+14:00", "24:00", "bedtime", "prn", "morning;noon", ";", "mirtazapine", "15", "0.015", "1e308",
    "-0", "6,5", "11", "nan", "=1+1", "@x", "'", "''=", "yes", "none", "mild", "weight", "kg", "source", "device_class", "definition", "wearable", "tib_min", "glucose", "mg/dL", "drug_level", "phq9",
    "dry_mouth", "walking", "\u0660", "\u00b2", "\ufeff", "\u2028", "\x85", "\x00", "\x1b[2J", '"', '""', ",", "\t", "\r", "\n", "\r\n", "#", " ",
    "[", "]", "{", "}", "[preferences]", "[plan]", "[[", "=", "birth_year = 1970", "sex = 'female'", "conditions = [", "review_date = 2026-01-01",
    'id = "\\u0001"', "diagnosis = {", "wpi = 3", "'''", '"""', "1979-05-27T07:32:00Z", "inf", "true", "a.b.c = 1",
)  # fmt: skip

TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map(",".join), min_size=1, max_size=8).map(
    "\n".join
)
BYTES = st.binary(max_size=400) | TEXT.map(str.encode) | LINES.map(str.encode)
HEADERS = {
    name: data.decode().splitlines()[0] for name, data in blank_folder().items() if name.endswith(".csv")
}


def holds(reading: RecordReading) -> None:
    """The promise: a record, or a fatal problem, each in one line with a place and a remedy; what is read can be written."""
    assert (reading.record is None) == any(problem.fatal for problem in reading.problems)
    for problem in reading.problems:
        assert problem.what
        assert problem.remedy
        assert "\n" not in str(problem)
        assert "\r" not in str(problem)
    if reading.record is not None:
        again = read_folder(write_folder(reading.record))
        assert again.record == reading.record
        reading.record.until(date(2026, 1, 1))
        assert reading.record.last_day is None or reading.record.last_day.year < 2080


@SETTINGS
@given(st.dictionaries(st.sampled_from(FILES) | st.text(max_size=8), BYTES, max_size=6))
def test_any_bytes_in_any_file(files):
    holds(read_folder(files))


@SETTINGS
@given(
    st.sampled_from(sorted(HEADERS)),
    st.lists(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=11), max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_cells_under_the_right_columns(name, rows, delimiter):
    text = "\n".join([HEADERS[name].replace(",", delimiter), *(delimiter.join(row) for row in rows)])
    holds(read_folder({name: text.encode("utf-8", "surrogatepass")}))


@SETTINGS
@given(st.data())
def test_a_good_folder_with_a_few_bytes_changed(data):
    files = dict(GOOD)
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 6))
        content[at : at + length] = data.draw(
            st.binary(max_size=4) | st.sampled_from([p.encode() for p in PIECES])
        )
    files[name] = bytes(content)
    holds(read_folder(files))


@SETTINGS
@given(BYTES, BYTES, st.sampled_from(sorted(p.name for p in MAPPINGS.glob("*.toml"))))
def test_any_mapping_and_any_table(mapping_bytes, table, shipped):
    report = ProblemReport("m.toml")
    mapping = read_mapping(report, mapping_bytes)
    assert mapping is not None or report.problems
    mapping = read_mapping(ProblemReport("m.toml"), (MAPPINGS / shipped).read_bytes())
    wanted = sorted(
        mapping.columns() | {of for _, item in mapping.items() for of in item.of if mapping.names is None}
    )
    lines = b"\n" * mapping.file.skip_lines + ",".join(wanted).encode() + b"\n"
    for source in (table, lines + table):
        done = import_table("t.csv", source, mapping)
        assert (done.record is None) == any(problem.fatal for problem in done.problems)
        if done.record is not None:
            assert read_folder(write_folder(done.record)).record == done.record


@pytest.mark.parametrize("folder", sorted(p for p in FOUND.iterdir() if p.is_dir()), ids=lambda p: p.name)
def test_what_once_broke_the_reader(folder):
    files = {p.name: p.read_bytes() for p in folder.iterdir()}
    if "mapping.toml" in files:
        mapping = read_mapping(ProblemReport("mapping.toml"), files["mapping.toml"])
        if mapping is not None:
            import_table("table.csv", files["table.csv"], mapping)
        return
    holds(read_folder(files))


GOOD = {
    "patient.toml": b'id = "a"\nbirth_year = 1970\nconditions = ["x", {system = "s", code = "1"}]\n[preferences]\npain = 3\n[plan]\nreview_date = 2026-05-01\n',
    "medicines.csv": b"drug,dose_mg,start,end,times,missed,masked\nmirtazapine,15,2026-03-01,2026-03-20,bedtime,2026-03-02;2026-03-04,\nmirtazapine,30,2026-03-21,,bedtime,,yes\n",
    "diary.csv": b'date,pain,fatigue,entered_at,note\n2026-03-01,5,6.5,2026-03-01T21:00:00+01:00,"a ""b"", c"\n2026-03-02,4,,,\n',
    "effects.csv": b"date,effect,severity\n2026-03-01,dry_mouth,mild\n",
    "measurements.csv": b"date,measure,value,unit,note\n2026-03-01,glucose,100,mg/dL,\n2026-03-01,drug_level,30,ng/mL,mirtazapine\n",
    "activities.csv": b"date,activity,minutes\n2026-03-01,walking,20\n",
    "nights.csv": b"date,source,device_class,definition,start,end,tib_min,tst_min,awakenings\n2026-03-01,watch,wearable,device,2026-02-28T23:00:00,2026-03-01T07:00:00,480,400,3\n",
}
