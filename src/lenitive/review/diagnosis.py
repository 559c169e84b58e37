"""Whether fibromyalgia is recorded at all: a treatment for it is not begun, and its trials say little, where it is not."""

from __future__ import annotations

from lenitive.knowledge import Knowledge
from lenitive.record import Record
from lenitive.terms import plain_words

__all__ = ["fibromyalgia_recorded"]

_CONDITION = "fibromyalgia"


def fibromyalgia_recorded(record: Record, knowledge: Knowledge) -> bool:
    """Whether a condition, the way of diagnosis, or the reason of a medicine names it.

    A condition of several words that are in no list (``no fibromyalgia``) names nothing.
    """
    patient, lines = record.patient, knowledge.judgement.question
    if patient.diagnosis is not None:
        return True
    codes = {c.casefold() for c in lines.diagnosis_codes.of}
    if any(c.code.casefold() in codes for c in patient.conditions):
        return True
    conditions = dict.fromkeys(plain_words(c.display) for c in patient.conditions)
    if any(knowledge.safety.condition(words) == _CONDITION for words in conditions):
        return True
    reasons = dict.fromkeys(plain_words(p.reason) for p in record.medicines)
    said = [*(words for words in conditions if " " not in words), *reasons]
    return any(part in words for words in said for part in lines.diagnosis_parts.of)
