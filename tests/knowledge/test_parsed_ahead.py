"""Knowledge parsed ahead of time: the same parts, used only with the bytes and the code it was made from."""

from __future__ import annotations

import datetime
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lenitive.knowledge import Fault, load, parsed
from lenitive.knowledge.load import FOLDER, Knowledge
from lenitive.knowledge.parse_ahead import parse_ahead
from lenitive.knowledge.parsed import Parsed, read_parsed, write_parsed
from lenitive.render.document import review_json
from lenitive.review import review
from lenitive.shells.files import open_record
from lenitive.terms import Grade

RECORD = Path(__file__).resolve().parents[2] / "examples" / "clear-responder"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ahead") / "parsed.bin"
    assert parse_ahead(path)
    return path


@pytest.fixture(scope="module")
def version() -> str:
    return Knowledge.snapshot().version


def test_every_part_is_what_the_readers_give(file, version):
    ahead = read_parsed(version, file)
    assert ahead is not None
    fresh = Knowledge.snapshot()
    parse = Knowledge(files=fresh.files)
    kinds = {
        "references",
        "articles",
        "trials",
        "sleep",
        "kinetics",
        "safety",
        "sources",
        "topics",
        "judgement",
        "programme",
        "questionnaires",
    }
    assert kinds < set(ahead)
    for kind in sorted(kinds):
        assert ahead[kind] == getattr(parse, kind), kind
    assert {n.removeprefix("drugs/") for n in ahead if n.startswith("drugs/")} == set(parse.drugs)
    for drug in parse.drugs:
        assert ahead[f"drugs/{drug}"] == parse.drugs[drug]
    assert ahead["interactions"] == parse.interactions.files
    assert ahead["protocols"] == {p.id: p for p in parse.protocols.values()}
    assert ahead["protocol_cases"] == parse.protocol_cases
    assert vars(ahead["substances"]) == vars(parse.substances)
    assert (parse.openings, parse.synonyms, parse.planning) == tuple(
        ahead[name].rule if "opening" in name else ahead[name].group if "synonyms" in name else ahead[name]
        for name in ("articles/opening.toml", "articles/synonyms.toml", "planning/stopping.toml")
    )
    assert set(ahead) == set(parse.parts)


def test_nothing_is_parsed_when_it_was_parsed_ahead(file, version, monkeypatch):
    """All parts come from the file, and a review made with them has the same bytes."""
    fresh = Knowledge.snapshot()
    ahead = replace(fresh, ahead=read_parsed(version, file))
    record = open_record(RECORD).record
    with_parser = review_json(review(record, fresh, seed=1))
    assert fresh.parts
    for name in ("tomllib.loads", "csv.DictReader"):
        monkeypatch.setattr(name, lambda *_, **__: pytest.fail("parsed again"))
    assert review_json(review(record, ahead, seed=1)) == with_parser
    assert not ahead.parts


def test_load_uses_it_for_the_same_bytes_wherever_they_lie_and_for_no_others(file, tmp_path, monkeypatch):
    module = sys.modules[load.__module__]
    monkeypatch.setattr(module, "read_parsed", lambda version: read_parsed(version, file))
    monkeypatch.setattr(module, "_snapshots", {})
    folder = tmp_path / "knowledge"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    site = load(folder, folder / "protocols")
    assert site.ahead
    assert site.protocols == Knowledge.snapshot().protocols
    assert load(folder).ahead
    path = folder / "sources.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert not load(folder).ahead


def test_it_is_written_once(file):
    before = file.stat().st_mtime_ns
    assert not parse_ahead(file)
    assert file.stat().st_mtime_ns == before
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_it_is_left_alone_when_the_code_or_the_bytes_are_others(file, version, monkeypatch, tmp_path):
    assert read_parsed(version[:-1] + ("0" if version[-1] != "0" else "1"), file) is None
    assert read_parsed(version, tmp_path / "absent.bin") is None
    for end in (0, 10, 40, 100, -1):
        (tmp_path / "torn.bin").write_bytes(file.read_bytes()[:end])
        assert read_parsed(version, tmp_path / "torn.bin") is None, end
    flipped = bytearray(file.read_bytes())
    flipped[5000] ^= 1
    (tmp_path / "flipped.bin").write_bytes(flipped)
    assert read_parsed(version, tmp_path / "flipped.bin") is None
    monkeypatch.setattr(parsed, "_readers", lambda: b"other code")
    assert read_parsed(version, file) is None


def test_the_code_that_reads_is_part_of_the_key(tmp_path, monkeypatch):
    """One more comment in any module of the room or of the terms, and the old file is not used."""
    folders = []
    for name in ("knowledge", "schema", "terms"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "one.py").write_text("x = 1\n", encoding="utf-8")
        folders.append(str(folder))
    monkeypatch.setattr(parsed, "_READERS", tuple(folders))
    seen = {parsed._readers.__wrapped__()}
    for count, folder in enumerate(folders, start=2):
        (Path(folder) / "one.py").write_text("x = 1  # changed\n", encoding="utf-8")
        seen.add(parsed._readers.__wrapped__())
        assert len(seen) == count


class Calls:
    def __init__(self, call: object, *given: object) -> None:
        self.call, self.given = call, given

    def __reduce__(self):
        return self.call, self.given


@pytest.mark.parametrize(
    "part",
    [
        pickle.dumps(Calls(os.system, "true")),
        pickle.dumps(Calls(eval, "1")),
        pickle.dumps(datetime.datetime(2026, 1, 1)),
        b"\x80\x04\x8c\x19lenitive.knowledge.parsed\x8c\x09os.system\x93.",
        b"\x80\x04\x8c\x19lenitive.knowledge.parsed\x8c\x0bio.BufferedIOBase\x93.",
        b"\x80\x04\x8c\x17lenitive.knowledge.load\x8c\x04load\x93.",
        b"\x80\x04\x8c\x17lenitive.knowledge.load\x8c\x04Path\x93.",
    ],
)
def test_a_part_that_names_anything_else_is_refused(part):
    with pytest.raises((pickle.UnpicklingError, AttributeError)):
        Parsed({"part": part}, "")["part"]


def test_a_failed_write_leaves_no_half_behind(tmp_path, version, monkeypatch):
    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_parsed({"part": 1}, version, tmp_path / "parsed.bin")
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_a_file_is_named_and_nothing_is_written(tmp_path):
    package = tmp_path / "lenitive"
    shutil.copytree(
        FOLDER.parent, package, ignore=shutil.ignore_patterns("__pycache__", "*.so", "parsed.bin")
    )
    drug = package / "knowledge" / "drugs" / "duloxetine.toml"
    drug.write_text(
        drug.read_text(encoding="utf-8").replace("max_mg = 60", "max_mg = 20", 1), encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "lenitive.knowledge.parse_ahead"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "drugs/duloxetine.toml: dosing" in done.stderr
    assert not (package / "knowledge" / "parsed.bin").exists()


def test_parts_of_other_bytes_do_not_count(tmp_path):
    """A snapshot whose files were changed in memory parses them, whatever was parsed ahead."""
    fresh = Knowledge.snapshot()
    file = tmp_path / "parsed.bin"
    write_parsed({"judgement": "of other bytes"}, fresh.version, file)
    name = "judgement/standing.toml"
    content = fresh.files.content
    edited = replace(fresh.files, content={**content, name: content[name].replace(b"value = 0.8", b"value = 0.7")})
    changed = replace(fresh, files=edited, ahead=read_parsed(fresh.version, file))
    assert changed.version != fresh.version
    assert changed.judgement.standing.helps.value == 0.7


class _ByName:
    """Pickled as early releases of Python 3.11 pickle the member of an enumeration."""

    def __init__(self, of, name):
        self.of, self.name = of, name

    def __reduce__(self):
        return getattr, (self.of, self.name)


def test_a_member_of_an_enumeration_is_read_however_python_spells_it():
    part = pickle.dumps(_ByName(Grade, "A"), protocol=5)
    assert Parsed({"part": part}, "")["part"] is Grade.A


@pytest.mark.parametrize(("of", "name"), [(Grade, "__class__"), (Grade, "mro"), (Fault, "__init__")])
def test_nothing_but_a_member_is_read_by_name(of, name):
    with pytest.raises((pickle.UnpicklingError, KeyError)):
        Parsed({"part": pickle.dumps(_ByName(of, name), protocol=5)}, "")["part"]


def test_a_part_that_could_not_be_read_back_is_not_written(tmp_path):
    file = tmp_path / "parsed.bin"
    with pytest.raises(pickle.UnpicklingError):
        write_parsed({"part": Path("x")}, "version", file)
    assert not file.exists()
