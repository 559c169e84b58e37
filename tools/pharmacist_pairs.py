"""Writes docs/reference/pharmacist-pairs.md: pairs of drugs that a pharmacist knows, and what is said of each.

.venv/bin/python tools/pharmacist_pairs.py

``tests/spec/pharmacist_pairs.csv`` holds, beside each pair, what its source asks for (by the rule of the label's verb) and where
that stands. ``control`` is a pair that its source says does not matter, or does not name in the section read.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, load
from lenitive.safety import Tier
from lenitive.safety.together import together

WANTED = {"contraindicated": Tier.CRITICAL, "major": Tier.WARNING, "moderate": Tier.INFO, "control": None}
ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "tests" / "spec" / "pharmacist_pairs.csv"
PAGE = ROOT / "docs" / "reference" / "pharmacist-pairs.md"
_VERDICTS = ("hit", "louder", "quieter", "silent", "not checked", "quiet", "over-call")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One pair with what was said of it.

    Attributes:
        said: The loudest tier of a finding about the pair; None for silence.
        checked: False where the line on pairs that were not checked names it.
        rules: Ids of what was found, the loudest first.
    """

    drug: str
    other: str
    expected: str
    source: str
    said: Tier | None
    checked: bool
    rules: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """``hit``, ``louder``, ``quieter``, ``silent`` or ``not checked``; of a control ``quiet`` or ``over-call``."""
        wanted = WANTED[self.expected]
        if wanted is None:
            return "over-call" if self.said else "quiet"
        if self.said is None:
            return "silent" if self.checked else "not checked"
        if self.said is wanted:
            return "hit"
        return "louder" if self.said.rank < wanted.rank else "quieter"


def score(knowledge: Knowledge) -> tuple[Scored, ...]:
    """Every pair of the file with what the check says of it."""
    words = knowledge.substances.words
    scored = []
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = together([words(row["drug"]), words(row["other"])], knowledge).findings
            about = [f for f in found if f.topic != "not_checked"]
            loudest = min((f.tier for f in about), key=lambda t: t.rank, default=None)
            scored.append(
                Scored(
                    **row,
                    said=loudest,
                    checked=len(about) == len(found),
                    rules=tuple(dict.fromkeys(p.rule for f in about for p in f.parts)),
                )
            )
    return tuple(scored)


def counts(scored: tuple[Scored, ...]) -> Counter[tuple[str, str]]:
    """How many pairs of each expectation got each verdict."""
    return Counter((s.expected, s.verdict) for s in scored)


def page(scored: tuple[Scored, ...]) -> str:
    """The page: the counts, then every pair."""
    of = counts(scored)
    lines = [
        "# Pairs that a pharmacist knows",
        "",
        "Generated from `tests/spec/pharmacist_pairs.csv` by `tools/pharmacist_pairs.py`. Beside each pair stands what its source asks for, by the rule of the label's verb",
        "([drug knowledge](../methods/drug-knowledge.md)), and what Lenitive says of two adults' tablets without a patient. The pairs were written by the people who write the",
        "knowledge, from texts they had read; a list that somebody else wrote would be harder. A *control* is a pair that its source says does not matter, or does not name in the",
        "section read. *Louder* is a tier above the source's, mostly ours with the reason in the row; *not checked* says that nothing was read.",
        "",
        "| what the source asks for | pairs | " + " | ".join(_VERDICTS) + " |",
        "|---|---|" + "---|" * len(_VERDICTS),
    ]
    for expected in WANTED:
        row = [of[expected, verdict] for verdict in _VERDICTS]
        lines.append(f"| {expected} | {sum(row)} | " + " | ".join(str(n) if n else "" for n in row) + " |")
    lines += [
        "",
        "| drug | with | source asks | said | verdict | source | rows and rules |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in scored:
        rules = ", ".join(f"`{r}`" for r in one.rules[:3]) + (" and more" if len(one.rules) > 3 else "")
        lines.append(
            f"| {one.drug} | {one.other} | {one.expected} | {one.said.value if one.said else ''} | {one.verdict} "
            f"| {one.source.replace('_', chr(92) + '_')} | {rules} |"
        )
    return "---\nhide:\n  - toc\n---\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    found = score(load())
    PAGE.write_text(page(found), encoding="utf-8")
    for (expected, verdict), number in sorted(counts(found).items()):
        print(f"{expected:16} {verdict:12} {number}")
