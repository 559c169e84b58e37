"""Knowledge is a snapshot: version, digests and every parsed part come from the same bytes."""

from __future__ import annotations

import os
import shutil
import tomllib
from dataclasses import FrozenInstanceError
from functools import cached_property
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.facts import faults
from lenitive.knowledge.files import Files
from lenitive.knowledge.load import FOLDER, Knowledge
from lenitive.shells.cli import app

PROTOCOL = "mirtazapine-fibromyalgia/protocol.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "knowledge", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "knowledge"


def raise_limit(path: Path) -> None:
    """The highest dose becomes one that no protocol of ours has."""
    text = path.read_text(encoding="utf-8")
    highest = tomllib.loads(text)["limit"]["max_mg"]["value"]
    head, key, rest = text.partition("[limit.max_mg]")
    assert key
    path.write_text(head + key + rest.replace(str(highest), "52.5", 1), encoding="utf-8")


def test_an_edit_after_the_version_was_read_changes_nothing_in_the_snapshot(folder):
    """Seen before: the old version stood beside the new limit."""
    knowledge, untouched = load(folder), Knowledge.snapshot(folder)
    version, digests = knowledge.version, knowledge.file_digests()
    raise_limit(folder / "protocols" / PROTOCOL)
    assert knowledge.protocols["mirtazapine"] == untouched.protocols["mirtazapine"]
    assert knowledge.protocols["mirtazapine"].limit["max_mg"].value != 52.5
    assert (knowledge.version, knowledge.file_digests()) == (version, digests)

    again = load(folder)
    assert again.protocols["mirtazapine"].limit["max_mg"].value == 52.5
    assert again.version != version
    changed = {name for name, digest in again.file_digests().items() if digests[name] != digest}
    assert changed == {f"protocols/{PROTOCOL}"}


def test_the_same_holds_for_a_site_s_own_protocols(folder, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(FOLDER / "protocols", site)
    knowledge = load(folder, site)
    version = knowledge.version
    assert version != load(folder).version
    raise_limit(site / PROTOCOL)
    assert knowledge.protocols["mirtazapine"].limit["max_mg"].value != 52.5
    assert knowledge.version == version
    again = load(folder, site)
    assert again.protocols["mirtazapine"].limit["max_mg"].value == 52.5
    assert again.version != version


def test_every_part_is_there_after_the_folder_is_gone(folder):
    """Nothing is opened after the snapshot, whatever is asked for."""
    knowledge = load(folder)
    shutil.rmtree(folder)
    assert faults(knowledge) == []
    kinds = [name for name, member in vars(Knowledge).items() if isinstance(member, cached_property)]
    assert len(kinds) > 12
    for name in kinds:
        assert getattr(knowledge, name) is not None, name


def test_equal_bytes_are_one_snapshot_and_other_bytes_another(folder, tmp_path):
    assert load(folder) is load(folder)
    assert load(folder) is load(FOLDER)
    assert hash(load(folder)) == hash(Knowledge.snapshot(folder))
    assert load(folder) == Knowledge.snapshot(folder)
    (folder / "references.bib").write_bytes((folder / "references.bib").read_bytes() + b"\n")
    assert load(folder) != load(FOLDER)
    with pytest.raises(FrozenInstanceError):
        load(folder).site = None


def test_the_printing_style_is_held_and_changes_no_version(folder):
    knowledge = load(folder)
    style = folder / "articles" / "bmj.csl"
    style.write_bytes(style.read_bytes() + b"<!-- -->\n")
    assert load(folder).version == knowledge.version
    assert load(folder).citation_style != knowledge.citation_style


def test_a_file_that_is_missing_or_is_not_text_is_a_fault_with_its_remedy(folder):
    (folder / "safety" / "conditions.csv").unlink()
    (folder / "planning" / "stopping.toml").write_bytes(b'title = "\xff"')
    (folder / "articles" / "exercise.md").write_bytes(b"\xfe\xff")
    told = {f.file: f for f in faults(load(folder))}
    assert told["safety/conditions.csv"].what == "cannot be opened"
    assert told["planning/stopping.toml"].what == "is not UTF-8 (byte 10)"
    assert told["articles/exercise.md"].remedy == "Save it as UTF-8"


def test_what_cannot_be_opened_stops_the_snapshot_and_is_named(tmp_path):
    """A link to nothing where a protocol should lie is no protocol that is quietly absent."""
    site = tmp_path / "site"
    (site / "one").mkdir(parents=True)
    (site / "one" / "protocol.toml").symlink_to(tmp_path / "nowhere.toml")
    with pytest.raises(KnowledgeError, match=r"one/protocol\.toml: -: cannot be opened") as caught:
        load(site_protocols=site)
    assert len(caught.value.faults) == 1
    with pytest.raises(KnowledgeError, match=r"^\.: -: cannot be opened"):
        load(site_protocols=tmp_path / "absent")
    result = CliRunner().invoke(app, ["protocol", "check", str(site)])
    assert result.exit_code == 2
    assert "one/protocol.toml" in result.stderr


def test_a_linked_protocol_counts_in_the_version(tmp_path):
    """A protocol reached through a link was used and not hashed."""
    real, site = tmp_path / "real", tmp_path / "site"
    shutil.copytree(FOLDER / "protocols" / "mirtazapine-fibromyalgia", real)
    site.mkdir()
    (site / "mirtazapine-fibromyalgia").symlink_to(real)
    (site / "again").symlink_to(site)
    before = load(site_protocols=site)
    raise_limit(real / "protocol.toml")
    after = load(site_protocols=site)
    assert after.protocols["mirtazapine"].limit["max_mg"].value == 52.5
    assert before.version != after.version
    assert not [name for name in after.file_digests() if "again" in name]


def test_a_pipe_and_hidden_files_are_left_alone(tmp_path):
    """Opening a pipe would wait for ever."""
    site = tmp_path / "site"
    (site / ".git").mkdir(parents=True)
    (site / ".git" / "protocol.toml").write_text("x", encoding="utf-8")
    (site / "notes.txt").write_text("x", encoding="utf-8")
    assert not Files.read(site).content
    os.mkfifo(site / "pipe.toml")
    with pytest.raises(KnowledgeError, match=r"pipe\.toml"):
        Files.read(site)


def test_names_follow_folders_and_lines_end_alike(tmp_path):
    for name in ("b/x.toml", "b.toml", "b/a/y.toml", "a.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"one\r\ntwo\rthree\n")
    files = Files.read(tmp_path)
    assert list(files.content) == ["a.csv", "b/a/y.toml", "b/x.toml", "b.toml"]
    assert files.named("b/*.toml") == ("b/x.toml",)
    assert files.named("*/*/*.toml") == ("b/a/y.toml",)
    assert files.named("*.toml") == ("b.toml",)
    assert files.text("a.csv", []) == "one\ntwo\nthree\n"
