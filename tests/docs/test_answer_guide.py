"""The page that explains the answer says of its patient what the code says of her."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lenitive.render.answer_words import answer_sentence
from lenitive.response import verdict_of
from lenitive.review import before_after

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import answer_guide

TEXT = " ".join(answer_guide.PAGE.read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def made():
    return answer_guide.asked()


def test_the_figures_in_its_sentences_are_hers(made):
    (found,) = made.answers
    compared = before_after(made.fit, verdict_of(found))
    low, high = found.size.quantiles["0.025"], found.size.quantiles["0.975"]
    trials = found.trials_only
    believed = trials.size.quantiles
    says = [
        f"{made.data_quality.days} days",
        f"on {made.data_quality.entries} of them",
        f"By plain means she is {compared.plain:.1f} points better",
        f"Probably: {100 * found.helps:.0f} in 100",
        f"By about {found.size.mean:.1f} points",
        f"between {-low:.1f} worse and {high:.1f} easier",
        f"So {compared.other:.1f} of the {compared.plain:.1f} points are not the tablet",
        f"With her weights that is {found.line.points:.1f} points",
        f"has a chance of {100 * found.line.probability:.0f} in 100",
        f"> {answer_sentence(found)}",
        f"one would expect {trials.size.mean:.1f} points, anything from {-believed['0.025']:.1f} worse to {believed['0.975']:.1f} easier",
        f"and {100 * trials.reaches:.0f} in 100 for the line",
        f"moved that to {found.size.mean:.1f} points and {100 * found.line.probability:.0f} in 100",
    ]
    missing = [
        s for s in says if s.replace("\N{NO-BREAK SPACE}", " ") not in TEXT.replace("\N{NO-BREAK SPACE}", " ")
    ]
    assert missing == [], "mend docs/guide/answer.md"
    assert 0.7 <= found.share_from_diary < 0.8, "the page says three quarters"


def test_its_table_and_picture_are_fresh(made):
    text = answer_guide.PAGE.read_text(encoding="utf-8")
    assert answer_guide.page(text, made) == text, "run tools/answer_guide.py"
    assert answer_guide.picture(made) == answer_guide.PICTURE.read_text(encoding="utf-8"), (
        "run tools/answer_guide.py"
    )
    drawn = ElementTree.fromstring(answer_guide.PICTURE.read_text(encoding="utf-8"))
    names = [name for name, _ in answer_guide.steps(made)]
    assert [t.text for t in drawn.iter("{http://www.w3.org/2000/svg}text")][
        1 : 1 + 2 * len(names) : 2
    ] == names


def test_it_holds_no_formula():
    assert "\\(" not in TEXT
    assert "$" not in TEXT
