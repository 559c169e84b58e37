"""One name, one drug: what a name means is settled when the record is read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lenitive.intake import read_folder, write_folder
from lenitive.intake.scripts import deceptive
from lenitive.knowledge import load
from lenitive.record import MedicinePeriod, Record
from lenitive.terms import Problem

HEAD = "drug,dose_mg,start,end,times\n"
DAY = date(2026, 3, 1)


def read(rows: str = "", patient: str = "") -> tuple[Record | None, list[Problem]]:
    reading = read_folder({"patient.toml": patient.encode(), "medicines.csv": (HEAD + rows).encode()})
    return reading.record, list(reading.problems)


def drugs(rows: str) -> tuple[str, ...]:
    record, problems = read(rows)
    assert problems == []
    assert record is not None
    return tuple(dict.fromkeys(p.drug for p in record.medicines))


@pytest.mark.parametrize(
    "written",
    [
        "Zispin", "REMERON", "mirtazapin", "Mirtazapine", " mirtazapine  15 mg ", "N06AX11", "remergil 30",
        "Zispin SolTab", "Org 3770", "ＭＩＲＴＡＺＡＰＩＮＥ",
    ],
)  # fmt: skip
def test_every_name_of_a_drug_is_that_drug(written):
    """case A11"""
    assert drugs(f"mirtazapine,15,2026-03-01,2026-03-28,bedtime\n{written},30,2026-03-29,,bedtime\n") == (
        "mirtazapine",
    )


@pytest.mark.parametrize(
    ("written", "drug"),
    [
        ("Lyrica", "pregabalin"), ("cymbalta", "duloxetine"), ("Flexeril", "cyclobenzaprine"), ("Foozol x", "foozol x"),
        ("acetaminophen", "paracetamol"), ("Paracetamol 500", "paracetamol"), ("St John's wort", "st_johns_wort"),
        ("amlodipine 5 mg tablets", "amlodipine"), ("frusemide", "furosemide"), ("glyburide", "glibenclamide"),
    ],
)  # fmt: skip
def test_other_drugs_known_and_unknown(written, drug):
    assert drugs(f"{written},5,2026-03-01,,bedtime\n") == (drug,)


def test_the_written_name_is_kept_and_exported():
    """case A11"""
    rows = "mirtazapine,15,2026-03-01,2026-03-28,bedtime\nZispin SolTab,30,2026-03-29,,bedtime\nFoo  Bar,1,2026-03-01,,noon\n"
    record, _ = read(rows)
    assert [(p.drug, p.written, p.name) for p in record.medicines] == [
        ("mirtazapine", "", "mirtazapine"),
        ("foo bar", "Foo Bar", "Foo Bar"),
        ("mirtazapine", "Zispin SolTab", "Zispin SolTab"),
    ]
    assert record.drugs == ("foo bar", "mirtazapine")
    assert record.dose_mg("mirtazapine", date(2026, 4, 1)) == 30
    files = write_folder(record)
    assert b"\nZispin SolTab,30," in files["medicines.csv"]
    again = read_folder(files).record
    assert again == record
    assert write_folder(again) == files


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mirtazepine", "mirtazapine"), ("mirtazapene", "mirtazapine"), ("Remeronn", "Remeron (mirtazapine)"),
        ("duloxatine", "duloxetine"), ("amitryptiline", "amitriptyline"), ("pregablin", "pregabalin"),
        ("venlafaxin", "venlafaxine"), ("gabapentine", "gabapentin"), ("milnaciprn", "milnacipran"),
        ("amlodipin", "amlodipine"), ("mirtaz", "mirtazapine"), ("tramodol", "tramadol"),
    ],
)  # fmt: skip
def test_a_slip_is_asked_about_and_makes_no_drug(written, meant):
    """case A12"""
    record, problems = read(
        f"mirtazapine,15,2026-03-01,2026-03-28,bedtime\n{written},30,2026-03-29,,bedtime\n"
    )
    assert record is None
    assert [str(p.where) for p in problems] == ["medicines.csv:3 drug"]
    assert f"Did you mean {meant}" in problems[0].remedy or f"or {meant}?" in problems[0].remedy
    assert written in meant or written not in str(problems[0])


def test_what_a_slip_is_not_can_be_said():
    assert drugs("mirtazepine (a herb),30,2026-03-29,,bedtime\n") == ("mirtazepine (a herb)",)


@pytest.mark.parametrize(
    "known", ["linagliptin", "felodipine", "prednisone", "prednisolone", "sitagliptin", "captopril"]
)
def test_a_listed_drug_is_never_taken_for_its_neighbour(known):
    assert drugs(f"{known},5,2026-03-01,,morning\n") == (known,)


@pytest.mark.parametrize(
    "name",
    [
        "mirtаzapine",
        "Lyricа",
        "duloxetіne",
        "ρregabalin",
        "mirtazapine\u202e",
        "\u2066mirtazapine",
        "amitriptyl\u0456ne",
    ],
)
def test_look_alikes_are_a_problem(name):
    """case P19"""
    record, problems = read(f"{name},30,2026-03-29,,bedtime\n")
    assert record is None
    assert [str(p.where) for p in problems] == ["medicines.csv:2 drug"]


@pytest.mark.parametrize(
    "name", ["миртазапин", "ميرتازابين", "米氮平", "α-lipoic acid", "μ-opioid", "vitamin β", "Saroten®"]
)
def test_other_alphabets_are_no_look_alikes(name):
    assert not deceptive(name)


@pytest.mark.parametrize(
    "name", ["x" * 10_000, "", "\x00", "🙂", "'; drop table", "a\tb", "\u200bmirtazapine", "=mirtazapine"]
)
def test_hostile_names_are_problems_and_never_a_traceback(name):
    record, problems = read(f'"{name}",30,2026-03-29,,bedtime\n')
    assert record is None or record.drugs == ("a b",)
    assert record is not None or problems


def test_thousands_of_unknown_names_are_read_in_seconds():
    rows = "".join(f"qwertazepam{i},1,2026-03-01,2026-03-01,bedtime\n" for i in range(3000))
    record, problems = read(rows)
    assert problems == []
    assert len(record.drugs) == 3000


class TestTwoProductsOfOneDrug:
    @pytest.mark.parametrize(
        ("one", "other", "drug", "mg"),
        [
            (
                "lyrica,75,2026-03-01,,morning;evening",
                "pregabalin,75,2026-03-01,,morning;evening",
                "pregabalin",
                300,
            ),
            ("cymbalta,30,2026-03-01,,morning", "duloxetine,30,2026-03-01,,morning", "duloxetine", 60),
            ("Remeron,15,2026-03-01,,bedtime", "Zispin,15,2026-03-05,,bedtime", "mirtazapine", 30),
            ("Zispin,15,2026-03-01,2026-03-09,bedtime", "mirtazapine,15,2026-03-05,,noon", "mirtazapine", 30),
        ],
    )
    def test_they_are_one_drug_and_it_is_said(self, one, other, drug, mg):
        """case P8"""
        record, problems = read(f"{one}\n{other}\n")
        assert record.drugs == (drug,)
        assert record.dose_mg(drug, date(2026, 3, 6)) == mg
        assert [(str(p.where), p.fatal) for p in problems] == [("medicines.csv:3 drug", False)]
        assert "line 2" in problems[0].what
        assert read_folder(write_folder(record)).record == record

    def test_one_after_the_other_is_nothing_to_speak_of(self):
        assert drugs("Zispin,15,2026-03-01,2026-03-09,bedtime\nmirtazapine,15,2026-03-10,,bedtime\n") == (
            "mirtazapine",
        )

    def test_one_product_twice_is_a_row_too_many(self):
        for two in ("Zispin", "zispin", "Zispin 15 mg"):
            record, problems = read(f"Zispin,15,2026-03-01,,bedtime\n{two},30,2026-03-05,,bedtime\n")
            assert record is None
            assert [str(p.where) for p in problems] == ["medicines.csv:3 start"]

    def test_the_value_itself_keeps_products_apart(self):
        first = MedicinePeriod(drug="pregabalin", dose_mg=75, start=DAY, written="Lyrica")
        second = MedicinePeriod(drug="pregabalin", dose_mg=75, start=DAY)
        assert Record(medicines=(first, second)).dose_mg("pregabalin", DAY) == 150
        with pytest.raises(ValueError, match="share a day"):
            Record(
                medicines=(first, MedicinePeriod(drug="pregabalin", dose_mg=75, start=DAY, written="LYRICA"))
            )


@pytest.mark.parametrize("written", ["mirtazapine", "two  spaces", "x" * 200, "=x", "\n"])
def test_what_was_written_is_another_plain_name(written):
    with pytest.raises(ValueError, match="written"):
        MedicinePeriod(drug="mirtazapine", dose_mg=15, start=DAY, written=written)


class TestDoses:
    @pytest.mark.parametrize(
        ("dose", "mg"),
        [
            ("15mg", 15),
            ("15 mg", 15),
            ("7,5 mg", 7.5),
            ("0.3 g", 300),
            ("500 mcg", 0.5),
            ("250µg", 0.25),
            ("30 MG", 30),
        ],
    )
    def test_a_dose_with_its_unit_is_read(self, dose, mg):
        record, problems = read(f'foozol,"{dose}",2026-03-01,,bedtime\n')
        assert problems == []
        assert record.medicines[0].dose_mg == mg

    @pytest.mark.parametrize(
        "dose", ["2 tablets", "15 mg/day", "1,500 mg", "15-30 mg", "ten", "15 ml", "-15 mg", "=15"]
    )
    def test_what_is_no_dose_is_a_problem(self, dose):
        assert [str(p.where) for p in read(f'foozol,"{dose}",2026-03-01,,bedtime\n')[1]] == [
            "medicines.csv:2 dose_mg"
        ]

    @pytest.mark.parametrize(
        ("drug", "dose", "times", "stops"),
        [
            ("mirtazapine", 3000, "bedtime", True), ("Zispin", 451, "bedtime", True), ("mirtazapine", 450, "bedtime", False),
            ("mirtazapine", 136, "bedtime", False), ("mirtazapine", 46, "bedtime;morning;noon", False),
            ("mirtazapine", 135, "bedtime", None), ("pregabalin", 75000, "bedtime", True), ("duloxetine", 60000, "morning", True),
            ("amitriptyline", 50, "bedtime", None), ("gabapentin", 3600, "bedtime", None), ("ibuprofen", 3000, "noon", None),
        ],
    )  # fmt: skip
    def test_a_dose_that_nobody_takes(self, drug, dose, times, stops):
        """case P19"""
        record, problems = read(f"{drug},{dose},2026-03-01,,{times}\n")
        assert [p.fatal for p in problems] == ([] if stops is None else [stops])
        assert (record is None) == bool(stops)

    def test_the_limit_is_the_highest_licence_of_the_drug_file(self):
        doses = [d for d in load().drugs["mirtazapine"].dosing.values() if d.basis == "label"]
        assert max(d.max_mg for d in doses) == 45
        assert "45 mg" in read("mirtazapine,3000,2026-03-01,,bedtime\n")[1][0].what


class TestTimes:
    @pytest.mark.parametrize(
        ("written", "times"),
        [
            ("nocte", "bedtime"), ("Mane", "morning"), ("bd", "morning;evening"), ("BID", "morning;evening"),
            ("b.d.", "morning;evening"), ("tds", "morning;noon;evening"), ("qds", "morning;noon;evening;bedtime"),
            ("mane;nocte", "morning;bedtime"), ("at night", "bedtime"), ("8:00", "08:00"), ("10pm", "22:00"),
            ("7:30 am;10 pm", "07:30;22:00"), ("12am", "00:00"), ("12pm", "12:00"), ("mane + nocte", "morning;bedtime"),
            ("twice daily", "morning;evening"), ("midday", "noon"),
        ],
    )  # fmt: skip
    def test_words_of_prescriptions(self, written, times):
        record, problems = read(f"foozol,15,2026-03-01,,{written}\n")
        assert problems == []
        assert ";".join(t.text for t in record.medicines[0].times) == times

    def test_as_needed_in_words(self):
        for written in ("as needed", "p.r.n.", "when required", "PRN"):
            assert read(f"foozol,15,2026-03-01,,{written}\n")[0].medicines[0].as_needed

    @pytest.mark.parametrize(
        "written", ["od", "daily", "om", "on", "hs", "13pm", "25:00", "9", "bd;morning", "teatime", "8;9"]
    )
    def test_what_says_no_time_is_asked_about(self, written):
        assert [str(p.where) for p in read(f"foozol,15,2026-03-01,,{written}\n")[1]] == [
            "medicines.csv:2 times"
        ]


class TestPatient:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ('conditions = ["hypertensoin"]', "high blood pressure"), ('conditions = ["fibromyaglia"]', "fibromyalgia"),
            ('conditions = ["fibromyalgia", "epilepsie"]', "epilepsy or past seizures"), ('conditions = ["Diabetis"]', "diabetes"),
            ('allergies = ["mirtazepine"]', "mirtazapine"), ('conditions = ["sleep apnoae"]', "sleep apnoea"),
            ('conditions = ["ostoeporosis"]', "osteoporosis"), ('conditions = ["migrane"]', "migraine"),
        ],
    )  # fmt: skip
    def test_a_slip_in_a_condition_is_said_and_the_words_kept(self, text, meant):
        """case A21"""
        record, problems = read(patient=text)
        key = text.split()[0]
        assert [(str(p.where), p.fatal) for p in problems] == [(f"patient.toml:1 {key}", False)]
        assert f"Did you mean {meant}?" in problems[0].remedy
        assert record is not None

    @pytest.mark.parametrize(
        "text",
        [
            'conditions = ["zorbosis"]', 'allergies = ["tricyclic antidepressants", "zorbifloxine"]', 'allergies = ["Zispin"]',
            'conditions = [{ system = "http://snomed.info/sct", code = "203082005" }]', 'conditions = ["Fibromyalgia"]',
            'sex = "female"\npregnant = true', 'sex = "male"\npregnant = false',
        ],
    )  # fmt: skip
    def test_what_is_known_or_far_from_everything_is_no_problem(self, text):
        assert read(patient=text)[1] == []

    @pytest.mark.parametrize("word", ["pregnant", "breastfeeding"])
    def test_male_and_pregnant(self, word):
        """case P19"""
        record, problems = read(patient=f'sex = "male"\n{word} = true\n')
        assert record is None
        assert [str(p.where) for p in problems] == [f"patient.toml:2 {word}"]

    def test_a_look_alike_in_a_condition(self):
        _, problems = read(patient='conditions = ["hypertensiоn"]')
        assert [(str(p.where), p.fatal) for p in problems] == [("patient.toml:1 conditions", False)]

    def test_preferences_in_other_words(self):
        record, problems = read(patient='[preferences]\n"weight gain" = 5\ndrowsiness = 4\nsedation = 3\n')
        assert problems == []
        assert record.patient.preferences == {"weight_gain": 5, "somnolence": 4, "sedation": 3}
        assert read(patient='[preferences]\nweight_gain = 5\n"gaining weight" = 4\n')[0] is None


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 20_000) + " = 1", "[" + ".".join(["a"] * 20_000) + "]", "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "{a = " * 5000, "[[" + ".".join(["a"] * 20_000) + "]]", "x = { " + ".".join(["a"] * 20_000) + " = 1 }",
        '"a".' * 20_000 + "b = 1", "# " + "x" * 300_000,
    ],
)  # fmt: skip
def test_toml_that_only_costs_time_is_refused_before_it_is_parsed(text):
    """case P18"""
    record, problems = read(patient=text)
    assert record is None
    assert [p.where.file for p in problems] == ["patient.toml"]


def test_dots_in_words_are_no_keys():
    record, problems = read(
        patient=f'[plan]\nstop_rule = "{"." * 500} [[[ {{"\nsuccess = """a.b.c.d.e.f.g.h.i.j.k\n{"[" * 40}"""\n'
    )
    assert problems == []
    assert record.patient.plan.stop_rule.startswith("...")


def test_a_level_noted_under_a_brand_is_the_drugs_level():
    from lenitive.review.drug_levels import levels

    rows = "".join(f"Zispin,15,{DAY},,bedtime\n")
    for note in ("mirtazapine 08:00", "Zispin 08:00", "REMERON 08:00"):
        reading = read_folder(
            {
                "medicines.csv": (HEAD + rows).encode(),
                "measurements.csv": f"date,measure,value,unit,note\n2026-03-20,drug_level,20,ng/mL,{note}\n".encode(),
            }
        )
        found, _ = levels(reading.record, load(), at=DAY + timedelta(30))
        assert [len(h.levels) for h in found] == [1], note


def test_thousands_of_conditions_are_refused_and_not_looked_up():
    """case P18"""
    names = ", ".join(f'"qwertitis{i}"' for i in range(5000))
    record, problems = read(patient=f"conditions = [{names}]\n")
    assert record is None
    assert "300 of them at most" in problems[0].remedy
