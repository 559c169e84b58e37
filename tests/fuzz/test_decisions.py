"""Any bytes in the place of the decisions give entries or a sentence with its line: never another error, never a wait."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lenitive.review import DecisionError, read_entries
from lenitive.review.decision import canonical, digest_of

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "review"))
from decided import chain, written

WHOLE = written(chain(2))
LINES = WHOLE.splitlines(keepends=True)
TOLD = re.compile(r"line \d+: ")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def read(data: bytes) -> str:
    """What is said of the file; nothing where it is taken."""
    try:
        entries = read_entries(data)
    except DecisionError as error:
        told = str(error)
    else:
        # What is taken is what is there, to the last byte.
        assert written(entries) == data
        return ""
    assert TOLD.match(told), told
    assert len(told) < 600
    return told


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\n")
@example(WHOLE)
@example(WHOLE + b"\x00")
@example(b"[" * 100_000 + b"\n")
def test_any_bytes(data):
    read(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_edit_of_a_whole_file(data):
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 40)))
    put = data.draw(st.binary(max_size=40))
    read(WHOLE[:start] + put + WHOLE[end:])


def keys(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from keys(below, (*path, key))


PLACES = [p for p in keys(json.loads(LINES[1])) if p and p != ("digest",)]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), JSON)
@example(("by",), "\ud800")
@example(("inputs", "asked"), {})
@example(("inputs", "asked", "about"), [])
@example(("inputs", "at"), "0000-00-00")
@example(("chosen",), 10**400)
@example(("options",), [])
def test_any_value_in_any_place_under_a_right_digest(path, value):
    """Whoever forges a line makes its digest too."""
    data = json.loads(LINES[1])
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    del data["digest"]
    try:
        line = canonical({**data, "digest": digest_of(canonical(data).encode())}).encode() + b"\n"
    except UnicodeEncodeError:
        # Half of a surrogate pair has no bytes; written as an escape it is another text than ours.
        line = json.dumps({**data, "digest": "0" * 64}).encode() + b"\n"
    read(LINES[0] + line)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(written(chain(4)).splitlines(keepends=True)), max_size=6))
def test_any_order_of_lines_but_their_own_is_refused(lines):
    data = b"".join(lines)
    assert bool(read(data)) != written(chain(4)).startswith(data)
