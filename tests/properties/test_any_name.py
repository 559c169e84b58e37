"""Whatever is written in a cell for a name, a time or a dose: a record or problems, and what was read is read again."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.intake import read_folder, write_folder
from lenitive.knowledge import load
from lenitive.terms import ACTIVITIES, EFFECTS, MEASURES

SETTINGS = settings(max_examples=150, deadline=None, derandomize=True)
SUBSTANCES = load().substances
LISTED = sorted({n.name for n in SUBSTANCES.names} | {s.name for s in SUBSTANCES.by_id.values()})
ODD = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(
    [
        "\u202emirtazapine",
        "mirt\u0430zapine",
        "",
        "\x00",
        "x" * 10_000,
        "ميرتازابين",
        "=1",
        "'",
        '"',
        "\u200b",
        "м",
        "𝓜irtazapine",
        "NaN",
    ]
)


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A listed name with a letter changed, left out, doubled or swapped with the next."""
    name = draw(st.sampled_from(LISTED))
    i = draw(st.integers(0, len(name) - 1))
    changes = (
        name[:i] + name[i + 1 :],
        name[:i] + name[i] + name[i:],
        name[:i] + draw(st.sampled_from("aeiouxz")) + name[i + 1 :],
    )
    return draw(st.sampled_from((*changes, name[:i] + name[i + 1 : i + 2] + name[i] + name[i + 2 :])))


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@SETTINGS
@given(
    ODD | slips() | st.sampled_from(LISTED),
    ODD | st.sampled_from(["15", "15mg", "0,5 g"]),
    ODD | st.sampled_from(["bd", "22:00", "nocte"]),
)
def test_a_medicine_is_read_the_same_from_its_own_export(drug: str, dose: str, times: str) -> None:
    row = ",".join((quoted(drug), quoted(dose), "2026-03-01", "", quoted(times)))
    reading = read_folder({"medicines.csv": f"drug,dose_mg,start,end,times\n{row}\n".encode()})
    if reading.record is None:
        assert any(p.fatal and p.what and p.remedy for p in reading.problems)
        return
    files = write_folder(reading.record)
    again = read_folder(files)
    assert again.record == reading.record
    assert write_folder(again.record) == files


@SETTINGS
@given(st.sampled_from(LISTED))
def test_a_listed_name_is_its_drug_in_any_case_and_with_a_strength(name: str) -> None:
    def drug(written: str) -> str:
        row = f"{quoted(written)},1,2026-03-01,,bedtime\n"
        reading = read_folder({"medicines.csv": f"drug,dose_mg,start,end,times\n{row}".encode()})
        assert reading.record is not None, reading.problems
        return reading.record.medicines[0].drug

    # A number in a name of its own (Org 3770) cannot be told from a strength.
    strong = name if any(c.isdigit() for c in name) else f"{name} 15 mg tablets"
    assert {drug(name), drug(name.upper()), drug(f" {name.lower()} "), drug(strong)} == {drug(name)}
    assert drug(name) in SUBSTANCES


@SETTINGS
@given(slips())
def test_a_slip_never_becomes_another_drug_in_silence(written: str) -> None:
    row = f"{quoted(written)},1,2026-03-01,,bedtime\n"
    reading = read_folder({"medicines.csv": f"drug,dose_mg,start,end,times\n{row}".encode()})
    if reading.record is None:
        return
    # What passes is a listed name itself, or far from every one; never a guess.
    drug = reading.record.medicines[0].drug
    match = SUBSTANCES.listed(written)
    assert drug == (match.name if match else " ".join(written.lower().split()))
    assert match is not None or not SUBSTANCES.near(written)


@SETTINGS
@given(ODD, ODD, ODD, ODD)
def test_any_word_in_any_other_file_is_a_record_or_problems(
    word: str, number: str, unit: str, day: str
) -> None:
    files = {
        "effects.csv": f"date,effect,severity\n2026-03-01,{quoted(word)},mild\n",
        "measurements.csv": f"date,measure,value,unit\n2026-03-01,weight,{quoted(number)},{quoted(unit)}\n",
        "activities.csv": f"date,activity,minutes\n{quoted(day)},{quoted(word)},20\n",
        "diary.csv": f"date,pain,sleep_hours\n2026-03-01,{quoted(number)},{quoted(number)}\n",
    }
    for name, text in files.items():
        reading = read_folder({name: text.encode()})
        if reading.record is None:
            assert reading.problems
            continue
        record = reading.record
        assert {e.effect for e in record.effects} <= set(EFFECTS)
        assert {m.measure for m in record.measurements} <= set(MEASURES)
        assert {a.activity for a in record.activities} <= set(ACTIVITIES)
        assert all(date(1900, 1, 1) <= a.day <= date(2079, 12, 31) for a in record.activities)
        assert read_folder(write_folder(record)).record == record
