"""One spelling for a value, and digests of the code: what must change them, and what must not."""

from __future__ import annotations

import pickle
import shutil
import subprocess
from dataclasses import field, make_dataclass, replace
from datetime import date
from pathlib import Path

import pytest

import lenitive
from lenitive.program import REVIEW_ROOMS, code_digest, libraries, processor, review_code
from lenitive.record import DiaryDay, MedicinePeriod, Patient, Record
from lenitive.review import DEFAULT_OUTCOMES, Digests
from lenitive.terms import Place, Problem, Score
from lenitive.terms.canonical import canonical, digest
from lenitive.terms.mapping import FrozenMapping

PACKAGE = Path(lenitive.__file__).parent
RECORD = Record(
    patient=Patient(id="x", preferences={"pain": 7, "sleep": 3}),
    diary=(DiaryDay(day=date(2026, 1, 1), pain=5),),
    medicines=(MedicinePeriod(drug="a", dose_mg=15, start=date(2026, 1, 1)),),
)


def test_a_known_value_has_a_known_digest():
    """Frozen, so that no Python and no machine spells it otherwise unseen."""
    assert canonical(RECORD.diary[0]) == b'{"DiaryDay":{"day":"2026-01-01","pain":5}}'
    assert digest(RECORD) == "8d0eb2837498321abfc941f3b067e12ea07cbac3f90cefd614abfb77cb6e18b6"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (15, 15.0),
        (0.0, -0.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2, 3}, frozenset({3, 2, 1})),
        ((1, 2), [1, 2]),
        (Score.PAIN, "pain"),
    ],
)
def test_equal_values_have_one_spelling(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        (None, ""),
        ({"a": 1}, {"a": 2}),
        ((1, 2), (2, 1)),
        ({1: "a"}, {"1": "a"}),
        (Place(file="a"), Problem(where=Place(file="a"), what="", remedy="")),
        (0.1 + 0.2, 0.3),
        ("\u00e9", "e\u0301"),
    ],
)
def test_different_values_have_different_spellings(one, other):
    assert canonical(one) != canonical(other)


def test_a_new_field_changes_no_digest_of_a_value_that_does_not_use_it():
    """A review that was stored before a field came is read with the record of then."""
    before = make_dataclass("Thing", [("a", int)], frozen=True)
    after = make_dataclass(
        "Thing", [("a", int), ("b", int, 0), ("c", dict, field(default_factory=dict))], frozen=True
    )
    assert digest(before(1)) == digest(after(1))
    assert len({digest(after(1)), digest(after(1, 2)), digest(after(1, 0, {"x": 1}))}) == 3


def test_what_has_no_spelling_is_refused():
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical(object())
    with pytest.raises(ValueError, match="not finite"):
        canonical({"a": float("nan")})


def test_a_record_has_a_hash_and_can_be_sent():
    again = pickle.loads(pickle.dumps(RECORD))
    assert again == RECORD
    assert hash(again) == hash(RECORD)
    assert digest(again) == digest(RECORD)
    assert hash(replace(RECORD, diary=())) != hash(RECORD)


def test_what_a_patient_was_made_from_cannot_change_her():
    given = {"pain": 7.0}
    patient = Patient(preferences=given)
    given["pain"] = 1.0
    assert patient.preferences == {"pain": 7.0}
    with pytest.raises(AttributeError, match="does not change"):
        patient.preferences.extra = 1
    with pytest.raises(TypeError):
        patient.preferences["pain"] = 1.0


def test_a_frozen_mapping_is_any_mapping_of_its_items():
    one = FrozenMapping({"a": 1, "b": 2})
    assert one == {"b": 2, "a": 1}
    assert hash(one) == hash(FrozenMapping({"b": 2, "a": 1}))
    assert list(one) == ["a", "b"]
    assert pickle.loads(pickle.dumps(one)) == one
    assert repr(one) == "FrozenMapping({'a': 1, 'b': 2})"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    root = tmp_path_factory.mktemp("package")
    for room in REVIEW_ROOMS:
        shutil.copytree(
            PACKAGE / room,
            root / room,
            ignore=lambda _, names: [
                n for n in names if not n.endswith((".py", ".c", ".h", ".po")) and "." in n
            ],
        )
    return root


def test_the_code_has_the_same_digest_wherever_it_lies(copied):
    assert code_digest(REVIEW_ROOMS, root=copied) == review_code()


@pytest.mark.parametrize("name", ["response/_kernel.c", "safety/rules.py", "render/words.py"])
def test_a_changed_line_of_code_changes_the_digest(copied, name):
    file = copied / name
    before = file.read_bytes()
    file.write_bytes(before + b"\n")
    try:
        assert code_digest(REVIEW_ROOMS, root=copied) != review_code()
    finally:
        file.write_bytes(before)


def test_what_is_no_source_changes_no_digest(copied):
    (copied / "response" / "__pycache__").mkdir(exist_ok=True)
    (copied / "response" / "__pycache__" / "fit.py").write_text("")
    (copied / "response" / "_kernel.so").write_bytes(b"built")
    assert code_digest(REVIEW_ROOMS, root=copied) == review_code()


def test_files_left_out_by_name_do_not_count(copied):
    whole = code_digest(("safety",), root=copied)
    without = code_digest(("safety",), left_out="rules", root=copied)
    assert whole != without
    (copied / "safety" / "rules.py").write_text((copied / "safety" / "rules.py").read_text() + "\n")
    assert code_digest(("safety",), left_out="rules", root=copied) == without


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_another_python_gives_the_same_digest(version):
    """Of the question, the record, the code and the whole need nothing but Python, so a bare interpreter can be asked."""
    found = shutil.which(f"python{version}")
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    command = str(pyenv[-1]) if pyenv else found
    if command is None:
        pytest.skip(f"no Python {version} on this machine")
    script = (
        "from datetime import date; from lenitive.record import *; from lenitive.terms.canonical import digest;"
        "from lenitive.program import review_code; from lenitive.review import DEFAULT_OUTCOMES, Digests;"
        "asked = Digests(record='r', knowledge='k', code=review_code(), at=date(2026, 1, 1), seed=2**70,"
        "outcomes=DEFAULT_OUTCOMES, market='us', about=None, with_nights=False, horizon_weeks=None, settings='s',"
        "problems='p'); print(asked.digest);"
        "print(digest(Record(patient=Patient(id='x', preferences={'sleep': 3.0, 'pain': 7.0}),"
        "diary=(DiaryDay(day=date(2026, 1, 1), pain=5.0),),"
        "medicines=(MedicinePeriod(drug='a', dose_mg=15.0, start=date(2026, 1, 1)),))))"
    )
    done = subprocess.run(
        [command, "-S", "-c", script],
        env={"PYTHONPATH": str(PACKAGE.parent), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    asked = Digests(
        record="r",
        knowledge="k",
        code=review_code(),
        at=date(2026, 1, 1),
        seed=2**70,
        outcomes=DEFAULT_OUTCOMES,
        market="us",
        about=None,
        with_nights=False,
        horizon_weeks=None,
        settings="s",
        problems="p",
    )
    assert done.stdout.split() == [asked.digest, digest(RECORD)]


def test_libraries_and_processor_are_named():
    import numpy as np

    assert libraries()["numpy"] == np.__version__
    assert processor()
