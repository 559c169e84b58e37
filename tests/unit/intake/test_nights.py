from datetime import date, datetime, timedelta, timezone

import pytest

from lenitive.intake import read_folder, write_folder
from lenitive.record import NIGHT_NUMBERS, DeviceClass, ObjectiveNight, Record

HEAD = "date,source,device_class,definition,start,end,tib_min,tst_min\n"


def night(**change):
    told = {
        "day": date(2026, 3, 2),
        "source": "apple-health: Apple Watch",
        "device_class": DeviceClass.WEARABLE,
        "definition": "yasa-0.8",
        **change,
    }
    return ObjectiveNight(**told)


def test_nights_are_written_and_read_back_unchanged():
    summer = timezone(timedelta(hours=2))
    record = Record(
        nights=(
            night(source="=cmd()", tst_min=401.5),
            night(
                start=datetime(2026, 3, 1, 23, 5, tzinfo=summer),
                end=datetime(2026, 3, 2, 7, 0, tzinfo=summer),
                **dict.fromkeys(NIGHT_NUMBERS, 1.25),
            ),
            night(day=date(2026, 3, 3), start=datetime(2026, 3, 2, 23), end=datetime(2026, 3, 3, 7)),
        )
    )
    back = read_folder(write_folder(record))
    assert back.problems == ()
    assert back.record == record


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ("2026-03-02,watch,wristband,x,,,480,400", "device_class", "not one of those known"),
        ("2026-03-02,watch,wearable,x,,,300,400", None, "tst_min is not more than tib_min"),
        ("2026-03-02,watch,wearable,x,,,-3,400", "tib_min", "not between 0 and 2880"),
        ("2026-03-02,watch,wearable,x,late,2026-03-02T07:00,480,400", "start", "not a moment"),
        (
            "2026-03-02,watch,wearable,x,2026-03-02T07:00,2026-03-01T23:00,480,400",
            None,
            "ends after it starts",
        ),
        ("2026-03-02,,wearable,x,,,480,400", "source", "the cell is empty"),
    ],
)
def test_a_wrong_night_is_named_with_its_line(row, field, words):
    reading = read_folder({"nights.csv": (HEAD + row + "\n").encode()})
    assert reading.record is None
    (problem,) = reading.problems
    assert (problem.where.file, problem.where.line, problem.where.field) == ("nights.csv", 2, field)
    assert words in problem.what


def test_one_night_of_a_source_and_definition_a_day_and_more_of_others():
    same = "2026-03-02,watch,wearable,x,,,480,400\n"
    assert "in line 2" in read_folder({"nights.csv": (HEAD + same + same).encode()}).problems[0].what
    other = "2026-03-02,watch,wearable,y,,,480,400\n2026-03-02,lab,psg,x,,,480,400\n"
    reading = read_folder({"nights.csv": (HEAD + same + other).encode()})
    assert reading.record is not None
    assert len(reading.record.nights) == 3
    with pytest.raises(ValueError, match="one night of one definition"):
        Record(nights=(night(), night(tst_min=3)))


def test_a_review_in_the_past_sees_no_later_night_and_nights_do_not_move_its_day():
    record = Record(nights=(night(), night(day=date(2026, 5, 1))))
    assert [n.day.month for n in record.until(date(2026, 4, 1)).nights] == [3]
    assert record.last_day is None
