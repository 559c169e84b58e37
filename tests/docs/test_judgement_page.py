"""Pages that print numbers which judgements turn on print those of the knowledge."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from lenitive.knowledge import load

ROOT = Path(__file__).resolve().parents[2]
JUDGEMENT = load().judgement


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("judgement_page", ROOT / "tools" / "judgement_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_all_numbers_is_fresh(tool):
    assert tool.ALL.read_text(encoding="utf-8") == tool.all_numbers(JUDGEMENT), "run: tools/judgement_page.py"


def test_the_priors_on_the_page_of_the_model_are_fresh(tool):
    text = tool.MODEL.read_text(encoding="utf-8")
    assert tool.model_page(text, JUDGEMENT.response) == text, "run: tools/judgement_page.py"


def _page(name: str) -> str:
    return re.sub(r"\s+", " ", (ROOT / "docs" / "methods" / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("response.md", f"an improvement by at least {JUDGEMENT.verdict.benefit.value:g} point (`mcid`"),
        ("response.md", f"the last {JUDGEMENT.verdict.window_days.whole} days less the"),
        ("response.md", f"correlate above {JUDGEMENT.verdict.together.value:g}"),
        ("response.md", f"at least {100 * JUDGEMENT.verdict.share_sure.value:.0f} % sure"),
        ("safety.md", f"count as taken for {JUDGEMENT.findings.as_needed_days.whole} days after the last"),
        ("safety.md", f"within {JUDGEMENT.findings.unknown_wait_days.whole} days of stopping"),
    ],
)
def test_a_sentence_with_a_number_has_the_number_of_the_knowledge(page, says):
    assert says in _page(page)
