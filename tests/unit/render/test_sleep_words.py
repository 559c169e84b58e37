"""The table of scored nights: what a scoring does not tell apart is a dash, never nought."""

from __future__ import annotations

import pytest

from lenitive.knowledge import load
from lenitive.render import SleepFiles, sleep_document, sleep_sections
from lenitive.sleep import Hypnogram, regularity

KNOWN = load()


def made(*words: str) -> SleepFiles:
    return SleepFiles(
        definition=KNOWN.sleep.definitions["yasa-0.8"],
        rule=KNOWN.sleep.cycles,
        nights=(),
        hypnograms=(("night", Hypnogram.of_words(words)),),
        regularity=regularity([], lines=KNOWN.judgement.sleep),
        rhythms=(),
        problems=(),
        caution="",
    )


def rows(files: SleepFiles) -> dict[str, str]:
    (section,) = sleep_sections(files)
    return {row[0]: row[1] for row in section.blocks[0].rows}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("W", "light", "deep", "R"), {"N1, %": "–", "N2, %": "–", "light (N1 or N2), %": "33.3", "N3, %": "33.3"}),
        (("W", "asleep", "asleep"), {"N1, %": "–", "N3, %": "–", "REM, %": "–", "to REM, min": "–"}),
        (("W", "N2", "N3", "R"), {"N1, %": "0.0", "N2, %": "33.3", "REM, %": "33.3"}),
    ],
    ids=["light and deep", "asleep", "laboratory"],
)  # fmt: skip
def test_case_d13_what_was_not_measured_is_a_dash(words, told):
    """case D13."""
    shown = rows(made(*words))
    assert {name: shown[name] for name in told} == told
    assert ("light (N1 or N2), %" in shown) is ("light" in words)


def test_case_d13_the_document_has_null_where_nothing_was_measured():
    """case D13."""
    (scored,) = sleep_document(made("W", "asleep"))["hypnograms"]
    assert scored["n3_min"] is None
    assert scored["rem_pct"] is None
    assert scored["tst_min"] == 0.5
    (light,) = sleep_document(made("W", "light", "deep"))["hypnograms"]
    assert (light["n1_min"], light["light_min"], light["n3_min"]) == (None, 0.5, 0.5)
