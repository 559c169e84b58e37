"""What of a review is frozen: every conclusion and number, without the long words and day-by-day plans."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lenitive.knowledge import load
from lenitive.render.document import review_document
from lenitive.review import DEFAULT_OUTCOMES, review
from lenitive.shells.files import open_record
from lenitive.terms import Score

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "reviews"
# The real diary's pain sits at its floor.
OUTCOMES = {"real-antidepressant-taper": (Score.SLEEP_DISTURBANCE, Score.MOOD_LOW, Score.FATIGUE)}
EXAMPLES = sorted(p.parent.name for p in (ROOT / "examples").glob("*/diary.csv"))


def essence(name: str) -> dict[str, Any]:
    """The frozen part of one example's review."""
    reading = open_record(ROOT / "examples" / name)
    assert reading.record is not None
    outcomes = OUTCOMES.get(name, DEFAULT_OUTCOMES)
    found = review_document(
        review(reading.record, load(), seed=1, outcomes=outcomes, problems=reading.problems)
    )
    return {
        "at": found["at"],
        "regimen": found["regimen"],
        "verdicts": [
            {k: v[k] for k in ("drug", "verdict", "probability", "share_from_diary", "benefit", "costs")}
            for v in found["verdicts"]
        ],
        "effects": [
            {k: e[k] for k in ("drug", "dose_mg_per_day", "outcome", "estimand", "mean", "sd", "probability")}
            for e in found["effects"]
        ],
        "side_effects": [
            {k: s[k] for k in ("effect", "course", "severity_now")} for s in found["side_effects"]
        ],
        "findings": [{k: f[k] for k in ("id", "severity")} for f in found["findings"]],
        "options": [
            {**{k: o[k] for k in ("action", "to", "rank", "withheld_by")}, "worth": o["expected"]["worth"]}
            for o in found["options"]
        ],
        "monitoring": [{k: m[k] for k in ("what", "due")} for m in found["monitoring"]],
        "state": found["protocol"]["state"],
        "data_quality": {k: found["data_quality"][k] for k in ("days", "entries", "missing")},
    }


if __name__ == "__main__":
    # Run after a change that moves numbers on purpose, and explain them in the commit.
    FOLDER.mkdir(exist_ok=True)
    for example in EXAMPLES:
        text = json.dumps(essence(example), ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{example}.json").write_text(text, encoding="utf-8")
        print(example, len(text), file=sys.stderr)
