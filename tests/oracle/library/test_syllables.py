"""Our count of syllables against the CMU pronouncing dictionary, over the words of the articles."""

from __future__ import annotations

import json
from pathlib import Path

from lenitive.library.reading import readability, syllables

TABLE = json.loads((Path(__file__).parent / "syllables.json").read_text(encoding="utf-8"))


def test_right_for_most_running_words_and_unbiased() -> None:
    running = sum(count for count, _ in TABLE.values())
    right = sum(count for word, (count, said) in TABLE.items() if syllables(word) in said)
    ours = sum(count * syllables(word) for word, (count, _) in TABLE.items())
    nearest = sum(
        count * min(said, key=lambda s: abs(s - syllables(word))) for word, (count, said) in TABLE.items()
    )
    assert running > 10_000
    assert right / running > 0.97
    assert abs(ours / nearest - 1) < 0.01  # a hundredth moves the grade by 0.2


def test_the_formula_by_hand() -> None:
    # 2 sentences, 11 words, 14 syllables
    body = "~ Take the tablet at night. Most people feel sleepy at first."
    found = readability(body)
    assert (found.words, found.sentences) == (11, 2)
    assert abs(found.grade - (0.39 * 11 / 2 + 11.8 * found.syllables / 11 - 15.59)) < 1e-12
    assert found.syllables == 14
