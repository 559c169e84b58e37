"""What is to be said, by id and typed facts; the words are made in ``render``, one catalogue an audience and language."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass

__all__ = ["Fact", "Message"]

_Value = float | str | bool | tuple[str, ...] | None
"""A day is written as ISO text with the unit ``date``, so that a message survives JSON unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact used in a conclusion, or a value that stands in a sentence.

    Attributes:
        name: A stable name, such as ``weeks_at_dose``.
        value: The value, or None when it is unknown.
        unit: A UCUM unit, ``1`` for a pure number, ``date`` for a day, or empty for words.
        on: The day it was true, where that matters.
    """

    name: str
    value: _Value
    unit: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to be said.

    Attributes:
        id: Stable: ``room.topic.name``. What is said when a rule is met, not met or unknown are three ids.
        facts: The values that stand in it, by name.
        text: The English wording, where the message comes from a row of the knowledge; empty where the catalogue has it.
    """

    id: str
    facts: tuple[Fact, ...] = ()
    text: str = ""

    @classmethod
    def of(cls, id_: str, **values: _Value | date) -> Message:
        """A message from its id and values; a day becomes ISO text with the unit ``date``.

        The catalogue says how a value is printed (``{dose_mg:mg}``), so a value here is bare: mg, days, shares of one.
        """
        return cls(id=id_, facts=tuple(_fact(name, value) for name, value in values.items()))


def _fact(name: str, value: _Value | date) -> Fact:
    if isinstance(value, date):
        return Fact(name=name, value=value.isoformat(), unit="date")
    return Fact(name=name, value=value)
