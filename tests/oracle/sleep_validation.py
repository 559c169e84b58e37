"""Makes ``sleep_validation.json``: what YASA 0.8.1 says of two scorers of the 25 DOD-H nights. Needs YASA, which the project does not.

python tests/oracle/sleep_validation.py path/to/dreem-hypnograms tests/oracle/sleep_validation.json
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import yasa
from yasa.evaluation import EpochByEpochAgreement, SleepStatsAgreement

NAMES = {-1: "UNS", 0: "WAKE", 1: "N1", 2: "N2", 3: "N3", 4: "REM"}


def main(folder: Path, out: Path) -> None:
    """Compare scorer_2 (as a device) with scorer_1 (as the reference) over nights that both scored wholly."""
    warnings.simplefilter("ignore")
    reference, device, kept = {}, {}, []
    for path in sorted((folder / "hypnograms").glob("*.json")):
        scorers = json.loads(path.read_text())["scorers"]
        one, other = scorers["scorer_1"], scorers["scorer_2"]
        if -1 in one or -1 in other:
            continue
        kept.append(path.stem)
        reference[path.stem] = yasa.Hypnogram([NAMES[c] for c in one], scorer="scorer_1")
        device[path.stem] = yasa.Hypnogram([NAMES[c] for c in other], scorer="scorer_2")
    epochs = EpochByEpochAgreement(reference, device)
    confusion = epochs.get_confusion_matrix(agg_func="sum")

    ref = np.concatenate([h.as_int().to_numpy() for h in reference.values()])
    obs = np.concatenate([h.as_int().to_numpy() for h in device.values()])
    pooled = EpochByEpochAgreement(
        [yasa.Hypnogram([NAMES[c] for c in ref], scorer="scorer_1")],
        [yasa.Hypnogram([NAMES[c] for c in obs], scorer="scorer_2")],
    )
    by_stage = pooled.get_agreement_bystage()
    overall = pooled.get_agreement()
    stats = SleepStatsAgreement(
        epochs.get_sleep_stats().loc["scorer_1"], epochs.get_sleep_stats().loc["scorer_2"]
    )
    values = stats._vals
    written = {
        "yasa": yasa.__version__,
        "nights": kept,
        "confusion": {f"{r}|{c}": int(v) for (r, c), v in confusion.stack().items()},
        "by_stage": json.loads(by_stage.reset_index().to_json(orient="records", double_precision=15)),
        "overall": json.loads(overall.to_json(double_precision=15)),
        "bland_altman": json.loads(values.to_json(orient="index", double_precision=15)),
        "assumption_slopes": json.loads(
            stats.assumptions["constant_bias"].to_json(orient="index", double_precision=15)
        ),
    }
    out.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
