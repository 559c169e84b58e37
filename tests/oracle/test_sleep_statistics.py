"""Sleep statistics, consensus and kappa beside those of YASA 0.8.1, of the Dreem authors, and of scikit-learn.

What differs between the two definition sets, on the same epochs, and is therefore kept apart:

* onset: YASA's first epoch of sleep; Dreem's third in a row;
* total sleep time: YASA's over the record, scored epochs alone; Dreem's from onset on, epochs not scored among it;
* wake after onset: YASA's ends with the last sleep epoch; Dreem's runs to the end of the record;
* shares: YASA's of total sleep time; Dreem's of the whole record.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.sleep import Hypnogram, Stage, agreement, architecture, consensus
from lenitive.sleep.readers import read
from lenitive.sleep.structure import transitions

pytestmark = pytest.mark.shared_data

DEFINITIONS = load().sleep.definitions

YASA = {
    "TIB": "tib_min",
    "SPT": "spt_min",
    "WASO": "waso_min",
    "TST": "tst_min",
    "SE": "se_pct",
    "SME": "sme_pct",
    "SFI": "sfi_per_h",
    "SOL": "sol_min",
    "SOL_5min": "lps_min",
    "Lat_REM": "rem_latency_min",
    "WAKE": "wake_min",
    "N1": "n1_min",
    "N2": "n2_min",
    "N3": "n3_min",
    "REM": "rem_min",
    "%N1": "n1_pct",
    "%N2": "n2_pct",
    "%N3": "n3_pct",
    "%REM": "rem_pct",
    "UNS": "unscored_min",
}
DREEM = {
    "dreem TST (min)": "tst_min",
    "dreem Sleep efficiency (%)": "se_pct",
    "dreem Sleep latency (min)": "sol_min",
    "dreem WASO (min)": "waso_min",
    "dreem Stage Wake duration (min)": "wake_min",
    "dreem Stage Wake (%)": "wake_pct",
    "dreem Stage N1 duration (min)": "n1_min",
    "dreem Stage N1 (%)": "n1_pct",
    "dreem Stage N2 duration (min)": "n2_min",
    "dreem Stage N2 (%)": "n2_pct",
    "dreem Stage N3 duration (min)": "n3_min",
    "dreem Stage N3 (%)": "n3_pct",
    "dreem REM sleep duration (min)": "rem_min",
    "dreem REM sleep (%)": "rem_pct",
}
HALF_A_PLACE = 0.5e-4 + 1e-9  # the expected values are printed to four decimals


def _records(shared_data: Path):
    for path in sorted((shared_data / "dreem-hypnograms" / "hypnograms").glob("*.json")):
        yield json.loads(path.read_text())


@pytest.mark.parametrize(("definition", "names"), [("yasa-0.8", YASA), ("dreem-2020", DREEM)])
def test_every_expected_value_of_25_nights_and_6_scorings_is_reproduced(shared_data, definition, names):
    table = shared_data / "dreem-hypnograms" / "expected_statistics.csv"
    with table.open(newline="") as file:
        expected = {(row["record"], row["scorer"]): row for row in csv.DictReader(file)}
    compared, wrong = 0, []
    for record in _records(shared_data):
        for scorer, codes in [*record["scorers"].items(), ("consensus", record["consensus_recomputed"])]:
            night = architecture(Hypnogram(codes=np.array(codes)), DEFINITIONS[definition])
            assert night.definition == definition
            row = expected[record["record"], scorer]
            for theirs, ours in names.items():
                compared += 1
                value, text = getattr(night, ours), row[theirs]
                # An empty cell: YASA lists unscored time only where there is some, REM latency only with REM.
                agrees = (
                    value in (None, 0.0)
                    if text == ""
                    else value is not None and abs(value - float(text)) <= HALF_A_PLACE
                )
                if not agrees:
                    wrong.append((record["record"], scorer, theirs, value, text))
    assert wrong == []
    assert compared == 150 * len(names)


def test_the_consensus_of_five_scorers_is_the_authors_own(shared_data):
    for record in _records(shared_data):
        together = consensus([Hypnogram(codes=np.array(c)) for c in record["scorers"].values()])
        assert together.codes.tolist() == record["consensus_recomputed"], record["record"]


def test_kappa_is_scikit_learns(shared_data):
    # scikit-learn's cohen_kappa_score over the 961 epochs both scored, last record, scorers 1 and 2.
    record = list(_records(shared_data))[-1]
    one, two = (Hypnogram(codes=np.array(record["scorers"][f"scorer_{i}"])) for i in (1, 2))
    found = agreement(one, two)
    assert found.epochs == 961
    assert found.kappa == pytest.approx(0.6873223905332652, abs=1e-12)
    assert list(found.by_stage.values()) == pytest.approx(
        [0.7720263794657684, 0.4691793298781276, 0.6226480275509876, 0.789006207460929, 0.691131151570151],
        abs=1e-12,
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [("data_full_6hrs", "data_full_6hrs_100Hz_hypno_30s.txt"), ("sub-02", "sub-02_hypno_30s.txt")],
)
def test_the_sample_nights_of_yasa_are_read_and_reproduced(shared_data, key, name):
    folder = shared_data / "yasa-sample-hypnograms"
    expected = json.loads((folder / "expected_yasa_0.8.1.json").read_text())[key]
    with (folder / name).open("rb") as stream:
        reading = read(name, stream)
    assert not reading.problems
    night = architecture(reading.hypnograms[0], DEFINITIONS["yasa-0.8"])
    for theirs, ours in YASA.items():
        if theirs == "UNS":
            continue
        value = getattr(night, ours)
        if math.isnan(expected[theirs]):
            assert value is None, theirs
        else:
            assert value == pytest.approx(expected[theirs], abs=HALF_A_PLACE), theirs


def test_transition_counts_are_yasas(shared_data):
    folder = shared_data / "yasa-sample-hypnograms"
    expected = json.loads((folder / "expected_yasa_0.8.1.json").read_text())[
        "data_full_6hrs_transition_counts"
    ]
    name = "data_full_6hrs_100Hz_hypno_30s.txt"
    with (folder / name).open("rb") as stream:
        counts = transitions(read(name, stream).hypnograms[0])
    # The file was written column by column (pandas' to_dict): its outer key is the stage gone to.
    for b, row in expected.items():
        for a, count in row.items():
            assert counts.get((Stage[a], Stage[b]), 0) == count, (a, b)
