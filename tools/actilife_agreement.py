"""Hold the two rules for an actigraph's counts to ActiLife's own scoring, minute by minute.

    python tools/actilife_agreement.py Sadeh.csv ColeKripke.csv ...

Each file is a table that ActiLife writes, with the columns ``Axis1`` and ``Sleep or Awake?``; its name says by which rule. Such tables of a day
lie in the R package actigraph.sleepr (``inst/extdata``, GPL), which is not part of this program.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from lenitive.sleep import Stage, cole_kripke, sadeh


def main() -> None:
    """One line a file; exit status 1 when a minute differs."""
    differ = 0
    for path in map(Path, sys.argv[1:]):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
        rule = sadeh if "sadeh" in path.name.casefold() else cole_kripke
        ours = rule([float(row["Axis1"]) for row in rows]).codes == Stage.ASLEEP
        theirs = [row["Sleep or Awake?"] == "S" for row in rows]
        count = sum(a != b for a, b in zip(ours, theirs, strict=True))
        print(f"{path.name}: {rule.__name__}, {len(rows)} minutes, {sum(theirs)} asleep, {count} differ")
        differ += count
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
