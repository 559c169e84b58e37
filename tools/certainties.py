"""Writes how sure one may be of each drug against placebo, outcome by outcome, where a visit reads it. Run it after changing the trials.

.venv/bin/python tools/certainties.py

A visit has no time to fit every network; a test holds that the file says what the rules say.
"""

from __future__ import annotations

from pathlib import Path

from lenitive.evidence import certainty_file, synthesise
from lenitive.knowledge import load

FILE = Path(__file__).resolve().parent.parent / "src" / "lenitive" / "knowledge" / "trials" / "certainties.toml"


def text() -> str:
    """The file."""
    base = load().trials
    return certainty_file(
        {o.id: synthesise(base, o.id).certainties for o in base.judgements.outcome}, read=base.bias.read
    )


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
