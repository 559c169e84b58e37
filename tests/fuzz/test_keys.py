"""Any bytes in the place of a file of keys give keys or a sentence with the file's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lenitive.shells.keys import KeyFileError, read_key, read_keys

pytest.importorskip("cryptography", reason="signing needs the package cryptography")

PUBLIC = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
VALUES = (
    st.text(max_size=60).map(json.dumps)
    | st.sampled_from([json.dumps(PUBLIC), "2026-01-01", "2026-01-01T00:00:00", "1", "true", "[]", "{}", "inf"])
    | st.integers().map(str)
)  # fmt: skip
NAMES = st.sampled_from(["holder", "public", "revoked", "age"])
ENTRIES = st.dictionaries(NAMES, VALUES, max_size=4).map(
    lambda row: "[[key]]\n" + "".join(f"{k} = {v}\n" for k, v in row.items())
)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "keys.toml"
    file.touch(mode=0o600)
    return file


def tried(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    for read in (read_keys, lambda p: read_key(p, lambda: "secret")):
        try:
            read(path)
        except KeyFileError as error:
            told = str(error)
        else:
            continue
        assert told.startswith("keys.toml: ")
        assert len(told) < 300


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
@example(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----")
@example(b"key = " + b"[" * 100_000)
def test_any_bytes(path, data):
    tried(path, data)


@settings(max_examples=200, deadline=None)
@given(st.lists(ENTRIES, max_size=3).map("".join))
@example(f'[[key]]\nholder = "x"\npublic = "{PUBLIC}"\n')
def test_any_entries(path, text):
    tried(path, text.encode("utf-8", "surrogatepass"))
