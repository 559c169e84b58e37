"""Words, units and cells as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from lenitive.intake import read_folder
from lenitive.intake.diary_table import import_table
from lenitive.intake.mapping import read_mapping
from lenitive.intake.report import ProblemReport
from lenitive.terms import ACTIVITY_WORDS, EFFECT_WORDS, MEASURE_WORDS, plain_words

DAY = date(2026, 3, 1)


def read(file: str, text: str):
    reading = read_folder({file: text.encode()})
    return reading.record, list(reading.problems)


@pytest.mark.parametrize(
    ("written", "effect"),
    [
        ("drowsiness", "somnolence"), ("weight gain", "weight_gain"), ("Weight Gain", "weight_gain"), ("DIARRHEA", "diarrhoea"),
        ("brain zaps", "electric_shocks"), ("hungry", "increased_appetite"), ("swollen ankles", "oedema"), ("weight-gain", "weight_gain"),
        ("suicidal ideation", "suicidal_thoughts"), ("fainting", "syncope"), ("Sore throat", "sore_throat"), ("dry_mouth", "dry_mouth"),
        ("rls", "restless_legs"), ("feeling sick", "nausea"), ("abnormal dreams", "vivid_dreams"),
    ],
)  # fmt: skip
def test_an_effect_in_other_words(written, effect):
    record, problems = read("effects.csv", f"date,effect,severity\n2026-03-01,{written},Mild \n")
    assert problems == []
    assert (record.effects[0].effect, record.effects[0].severity.value) == (effect, "mild")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("drowsyness", "somnolence"),
        ("somnolense", "somnolence"),
        ("constipaton", "constipation"),
        ("palpitatons", "palpitations"),
    ],
)
def test_a_slip_in_an_effect_is_asked_about(written, meant):
    record, problems = read("effects.csv", f"date,effect,severity\n2026-03-01,{written},mild\n")
    assert record is None
    assert meant in problems[0].remedy
    assert written not in str(problems[0])


@pytest.mark.parametrize("written", ["tired", "bad", "x" * 10_000, "drоwsiness", "الم", "weight", "none"])
def test_a_word_of_two_meanings_or_none_is_no_effect(written):
    assert read("effects.csv", f"date,effect,severity\n2026-03-01,{written},mild\n")[0] is None


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("weight,150,lb", 68.0389), ("Body weight,150,lbs", 68.0389), ("weight,11,stone", 69.8532), ("weight,70,KG", 70),
        ("systolic_lying,120,mmHg", 120), ("systolic_lying,120,mm Hg", 120), ("ANC,2.5,10^9/L", 2.5), ("neutrophils,2500,cells/µL", 2.5),
        ("creatinine,88,µmol/l", 88), ("creatinine,88,μmol/L", 88), ("sodium,140,mEq/L", 140), ("ALAT,30,IU/L", 30),
        ("eGFR,88,mL/min/1.73 m²", 88), ("pulse,70,bpm", 70), ("height,5.5,ft", 167.64), ("PHQ-9,12,", 12), ("GAD-7,3,points", 3),
        ("HbA1c,48,mmol/mol", 48), ("blood sugar,100,MG/DL", 5.551), ("qtc,420,msec", 420),
    ],
)  # fmt: skip
def test_measures_and_units_in_common_words(row, value):
    record, problems = read("measurements.csv", f"date,measure,value,unit\n2026-03-01,{row}\n")
    assert problems == []
    assert record.measurements[0].value == pytest.approx(value, abs=1e-3)


@pytest.mark.parametrize(
    "row",
    [
        "systolic,120,mmHg", "blood pressure,120,mmHg", "weight,11st 4lb,", "neutrophils,2.5,G/L", "glucose,5,mEq/L", "weight,70,k",
        "sodium,140,%", "weight,70,mg", "weight,70,", "hemoglobin,14,g/dL",
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_not_taken_for_one(row):
    assert read("measurements.csv", f"date,measure,value,unit\n2026-03-01,{row}\n")[0] is None


@pytest.mark.parametrize(
    ("written", "activity"),
    [
        ("swimming", "aquatic"),
        ("Tai Chi", "tai_chi"),
        ("walk", "walking"),
        ("meditation", "mindfulness"),
        ("CBT", "cbt_session"),
        ("cycling", "aerobic"),
    ],
)
def test_an_activity_in_other_words(written, activity):
    record, problems = read("activities.csv", f"date,activity,minutes\n2026-03-01,{written},20\n")
    assert problems == []
    assert record.activities[0].activity == activity


def test_every_word_has_one_plain_form_and_one_meaning():
    for words in (EFFECT_WORDS, MEASURE_WORDS, ACTIVITY_WORDS):
        assert all(word == plain_words(word) for word in words)
    # The same word may stand in two files, but never for a thing and its measure in one.
    assert EFFECT_WORDS["hypertension"] == "raised_blood_pressure"


class TestDiaryCells:
    def test_seven_of_ten_and_hours_with_minutes(self):
        """case D21"""
        record, problems = read(
            "diary.csv", "date,pain,fatigue,sleep_hours\n2026-03-01,7/10,6.5 / 10,6:40\n2026-03-02,3,,6h30\n"
        )
        assert problems == []
        assert (record.diary[0].pain, record.diary[0].fatigue) == (7, 6.5)
        assert [d.sleep_hours for d in record.diary] == [pytest.approx(6 + 40 / 60), 6.5]

    @pytest.mark.parametrize("cell", ["7/5", "11/10", "70/100", "7/", "/10", "6:40"])
    def test_other_scales_are_no_score(self, cell):
        """case D21"""
        assert read("diary.csv", f"date,pain\n2026-03-01,{cell}\n")[0] is None

    @pytest.mark.parametrize("cell", ["6:75", "25:00", "6:4", "half six"])
    def test_what_is_no_time_asleep(self, cell):
        assert read("diary.csv", f"date,sleep_hours\n2026-03-01,{cell}\n")[0] is None


class TestMapping:
    def imported(self, table: str, mapping: str):
        checked = read_mapping(
            ProblemReport("m.toml"),
            f'format = "lenitive.mapping/1"\ntitle = "t"\n[day]\ncolumn = "date"\n{mapping}'.encode(),
        )
        assert checked is not None
        return import_table("t.csv", table.encode(), checked)

    def test_codes_in_another_case(self):
        """case D21"""
        item = '[[effects]]\neffect = "drowsiness"\nof = "d"\ncodes = { "mild" = 2, "Moderate" = 5 }\nlevels = { mild = 1, moderate = 4, severe = 7 }'
        done = self.imported("date,d\n2026-03-01,Mild \n2026-03-02,MODERATE\n", item)
        assert [(e.effect, e.severity.value) for e in done.record.effects] == [
            ("somnolence", "mild"),
            ("somnolence", "moderate"),
        ]
        assert done.problems == ()

    def test_doses_beside_their_drug(self):
        """case D21"""
        item = '[[medicines]]\ndrug = "Zispin"\ntimes = ["bedtime"]\ndose_of = "dose"'
        table = "date,dose\n2026-03-01,mirtazapine 15 mg\n2026-03-02,15mg\n2026-03-03,Remeron 30 mg\n2026-03-04,duloxetine 30 mg\n"
        done = self.imported(table, item)
        assert [(p.drug, p.written, p.dose_mg) for p in done.record.medicines] == [
            ("mirtazapine", "Zispin", 15),
            ("mirtazapine", "Zispin", 30),
        ]
        assert [p.where.line for p in done.problems] == [5]

    def test_a_slip_in_a_mapping_is_asked_about(self):
        """case A12"""
        item = '[[medicines]]\ndrug = "mirtazepine"\ntimes = ["bedtime"]\ndose_mg = 15\nstart = 2026-03-01'
        done = self.imported("date,x\n2026-03-01,1\n", item)
        assert done.record is None
        assert any("Did you mean mirtazapine?" in p.remedy for p in done.problems)
