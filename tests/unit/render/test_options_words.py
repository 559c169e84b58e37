"""Every fact that a protocol may ask for can be said not to be known."""

from __future__ import annotations

from lenitive.knowledge.schema.protocols import FACTS
from lenitive.render.sections.options import _NOT_KNOWN


def test_every_fact_of_a_protocol_can_be_missed_in_words():
    assert set(_NOT_KNOWN) == set(FACTS)
    assert all(words.split()[0] in {"whether", "how", "when", "what", "at"} for words in _NOT_KNOWN.values())
