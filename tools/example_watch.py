"""Writes examples/watch-disagrees: the clear responder with a simulated watch that saw no better nights.

.venv/bin/python tools/example_watch.py [FOLDER]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from lenitive.shells.files import open_record, save_record
from lenitive.virtual.watch import with_watch

ROOT = Path(__file__).resolve().parent.parent
SEED, CHANGE_MIN = 7, -70.0


def main(folder: Path) -> None:
    record = open_record(ROOT / "examples" / "clear-responder").record
    if record is None:
        raise SystemExit("examples/clear-responder cannot be read")
    worn = with_watch(record, seed=SEED, change_min=CHANGE_MIN)
    told = f"{record.patient.simulated.rstrip('.')}; nights of a simulated watch, seed {SEED}, {CHANGE_MIN:g} minutes of sleep on the drug."
    patient = replace(worn.patient, id="watch-disagrees", simulated=told)
    save_record(replace(worn, patient=patient), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "examples" / "watch-disagrees")
