"""A device against scored nights beside YASA 0.8.1's evaluation: epoch by epoch, and limits of agreement, to 1e-9.

What is not compared: the confidence limits of limits of agreement, which YASA takes by another approximation, and figures that YASA rounds
before it compares them (shares of stages).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.sleep import Hypnogram, Stage, architecture, bland_altman, validate

pytestmark = pytest.mark.shared_data

EXPECTED = json.loads((Path(__file__).parent / "sleep_validation.json").read_text())
NAMES = {"WAKE": Stage.WAKE, "N1": Stage.N1, "N2": Stage.N2, "N3": Stage.N3, "REM": Stage.REM}
FIGURES = {"TST": "tst_min", "WASO": "waso_min", "SOL": "sol_min", "N1": "n1_min", "N2": "n2_min", "N3": "n3_min", "REM": "rem_min", "SPT": "spt_min"}  # fmt: skip


def pairs(shared_data):
    """Scorer 2 as the device and scorer 1 as the reference, of the nights that both scored wholly."""
    found = []
    for name in EXPECTED["nights"]:
        scorers = json.loads((shared_data / "dreem-hypnograms" / "hypnograms" / f"{name}.json").read_text())[
            "scorers"
        ]
        found.append(
            tuple(Hypnogram(codes=np.array(scorers[s], dtype=np.int8)) for s in ("scorer_2", "scorer_1"))
        )
    return found


def test_epochs_agree_with_yasa(shared_data):
    told = validate(pairs(shared_data))
    assert {f"{NAMES_OF[r]}|{NAMES_OF[c]}": n for (r, c), n in told.confusion.items()} == EXPECTED[
        "confusion"
    ]
    assert told.accuracy == pytest.approx(EXPECTED["overall"]["accuracy"] / 100, abs=1e-9)
    assert told.kappa == pytest.approx(EXPECTED["overall"]["kappa"], abs=1e-9)
    assert len(EXPECTED["by_stage"]) == 5
    for row in EXPECTED["by_stage"]:
        one = told.by_stage[NAMES[row["stage"]]]
        assert one.epochs == row["support"]
        for ours, theirs in (("sensitivity", "recall"), ("specificity", "specificity"), ("positive", "precision"), ("negative", "npv")):  # fmt: skip
            assert getattr(one, ours) == pytest.approx(row[theirs] / 100, abs=1e-9), (row["stage"], ours)


NAMES_OF = {stage: name for name, stage in NAMES.items()}


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_limits_of_agreement_agree_with_yasa(shared_data, figure):
    definition = load().sleep.definitions["yasa-0.8"]
    both = [(architecture(d, definition), architecture(r, definition)) for d, r in pairs(shared_data)]
    values = [(getattr(d, FIGURES[figure]), getattr(r, FIGURES[figure])) for d, r in both]
    told = bland_altman([d for d, _ in values], [r for _, r in values])
    expected = EXPECTED["bland_altman"][figure]
    assert told.bias == pytest.approx(expected["bias_mean"], abs=1e-9)
    assert told.lower == pytest.approx(expected["loa_lower"], abs=1e-9)
    assert told.upper == pytest.approx(expected["loa_upper"], abs=1e-9)
    assert told.slope == pytest.approx(expected["bias_slope"], abs=1e-9)
