"""The one page of a visit as a value: every word is made, nothing is laid out."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lenitive.frozen import dataclass
from lenitive.render.blocks import Picture

__all__ = ["AnswerKind", "Brief", "BriefAnswer", "BriefFact", "BriefLine", "BriefStep"]

AnswerKind = Literal["works", "costs", "not", "open", "stop", "none"]
"""How the answer is drawn; a word stands beside it always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefFact:
    """A figure below the answer: what it is, the figure, and what belongs to it."""

    label: str
    figure: str
    more: str = ""

    @property
    def between(self) -> str:
        """What parts the figure from the words behind it."""
        return "" if not (self.figure and self.more) else " " if self.more.startswith("(") else "; "

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.figure}{self.between}{self.more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefLine:
    """A line with something at its end, such as a check and its day.

    Attributes:
        what: The line.
        when: What stands at its end; empty for nothing.
        loud: Whether it is late, or a warning.
        critical: Whether it has to be dealt with today.
    """

    what: str
    when: str = ""
    loud: bool = False
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefAnswer:
    """What is concluded, or what has to be done today instead.

    Attributes:
        kind: Chooses colour and edge.
        pill: The kind in a word or two.
        sentence: At most 20 words.
        facts: The figures below it.
        notes: Sentences below it, where there are no figures or they need one.
    """

    kind: AnswerKind
    pill: str
    sentence: str
    facts: tuple[BriefFact, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefStep:
    """A step to consider.

    Attributes:
        letter: A, B or C.
        action: What it is.
        reason: Why it is offered, and its figures.
        warning: What the safety check says of it; empty for nothing.
        mark: Its worth on the axis that all of them share; None where no figure is comparable.
    """

    letter: str
    action: str
    reason: str
    warning: str = ""
    mark: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The page.

    Attributes:
        title: Of the document: whose, and of which day.
        name: The patient's name in the record.
        about: Age and sex, conditions, kidneys and liver, other medicines.
        entered: How much of the diary there is.
        simulated: A word that the patient does not exist; empty for a real one.
        notices: What has to be known before the answer: that it is stale, or made from a part of the record.
        answer: The answer.
        safety: What the safety check says, in a line.
        picture: The time line, or None without a diary.
        no_picture: Why there is none; empty where there is one.
        tie: Which steps are as good as each other; empty for none.
        steps: At most three.
        axis: What the marks show; empty without any.
        beside: What can be done beside any of them; empty for nothing.
        withheld: What the safety check stops, and why; empty for nothing.
        no_steps: Why nothing is offered; empty where something is.
        stops: What ends the treatment.
        checks: Checks due, the latest first.
        goal: The goal agreed.
        shortened: A sentence that something was shortened; empty where all is there.
        foot: From what it was made.
        at: The day.
        language: BCP 47 tag.
    """

    title: str
    name: str
    about: tuple[str, ...]
    entered: str
    simulated: str
    notices: tuple[str, ...]
    answer: BriefAnswer
    safety: tuple[BriefLine, ...]
    picture: Picture | None
    no_picture: str
    tie: str
    steps: tuple[BriefStep, ...]
    axis: str
    beside: str
    withheld: str
    no_steps: str
    stops: tuple[BriefLine, ...]
    checks: tuple[BriefLine, ...]
    goal: tuple[str, ...]
    shortened: str
    foot: str
    at: date
    language: str = "en"
