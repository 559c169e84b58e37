"""What a review is asked for: everything that its bytes depend on, in one value with one digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict, Unpack

from lenitive.frozen import dataclass
from lenitive.program import review_code
from lenitive.record import Record
from lenitive.terms import SEEDS, Problem, Score, digest

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge, Market
    from lenitive.response import Settings
    from lenitive.review.question import InQuestion

__all__ = ["DEFAULT_OUTCOMES", "Asked", "Choices", "Digests", "Outcomes", "ReviewError"]

Outcomes = tuple[Score, Score, Score]
DEFAULT_OUTCOMES: Outcomes = (Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE)


class ReviewError(ValueError):
    """A review that cannot be made as asked; the message names the remedy."""


class Choices(TypedDict, total=False):
    """What else may be chosen about a review; each is an attribute of `Asked`."""

    outcomes: Outcomes
    market: Market
    about: str | None
    with_nights: bool
    horizon_weeks: int | None
    settings: Settings | None
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What a review was asked for, small enough to stand in its document: long things are digests of themselves.

    Attributes:
        record: Digest of the record as it stood on the day.
        knowledge: Version of the knowledge, a site's protocols included.
        code: Digest of the code.
        at: The day.
        seed: The root of every random draw.
        outcomes: The scores in the sleep, pain and fatigue slots.
        market: Where the products of the plans are sold.
        about: The drug or activity in question; None when that is decided from the record.
        with_nights: Whether measured nights may enter effects and verdicts.
        horizon_weeks: How far ahead steps are compared; None for each judgement's own.
        settings: Digest of how the response model is fitted.
        problems: Digest of what reading the record reported.
    """

    record: str
    knowledge: str
    code: str
    at: date
    seed: int
    outcomes: Outcomes
    market: str
    about: str | None
    with_nights: bool
    horizon_weeks: int | None
    settings: str
    problems: str

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it, in hexadecimal: equal where the same was asked of the same code."""
        return digest(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A question that a review answers. Two are equal when their digests are.

    The libraries beneath the code and the processor are not in the digest: with others the last digits may differ, and the
    decision record names them beside it.

    Attributes:
        record: What happened; it is cut off at the day when the question is made, so that what came later changes nothing.
        knowledge: What is known, with a site's own protocols where there are any.
        at: Day of the review; nothing dated later is used.
        seed: The one root of chance; each use has a stream of its own (``lenitive.terms.chance``).
        outcomes: The scores that stand in the model's sleep, pain and fatigue slots.
        market: Where the pharmacy is; the plans of the options are made of products sold there.
        about: The drug or activity in question, by any of its names; kept as the record has it. None when that is decided from
            the record.
        with_nights: Take measured nights into the effects and verdicts, where there are enough. Options take them in only
            from a laboratory or a research sensor: what a consumer device says drives none.
        horizon_weeks: How far ahead steps are compared, weeks; None for each judgement's own.
        settings: How the response model is fitted; None for what the knowledge says.
        problems: What reading the record had to say; carried into the data quality.

    Raises:
        ReviewError: When an outcome is named twice, the seed or the horizon cannot be one, or the record holds nothing of the name in
            question.
    """

    record: Record
    knowledge: Knowledge
    at: date
    seed: int = 1
    outcomes: Outcomes = DEFAULT_OUTCOMES
    market: Market = "us"
    about: str | None = None
    with_nights: bool = False
    horizon_weeks: int | None = None
    settings: Settings | None = None
    problems: Sequence[Problem] = ()

    def __post_init__(self) -> None:
        if len(set(self.outcomes)) != len(self.outcomes):
            raise ReviewError("the three outcomes are the same score twice; name three different ones")
        if not 0 <= self.seed < SEEDS:
            raise ReviewError("the seed is a whole number from 0 to 2**128 - 1")
        if self.horizon_weeks is not None and self.horizon_weeks < 1:
            raise ReviewError("the horizon is a number of weeks from 1 up")
        put = object.__setattr__
        put(self, "record", self.record.until(self.at))
        put(self, "problems", tuple(self.problems))
        if self.about is not None:
            from lenitive.review.question import named_in

            meant = named_in(self.record, self.knowledge, self.about)
            if meant is None:
                raise ReviewError(
                    "about: the record has no medicine or activity of that name by this day. Name one as it has it"
                )
            put(self, "about", meant)

    @classmethod
    def of(
        cls,
        record: Record,
        knowledge: Knowledge,
        *,
        at: date | None = None,
        seed: int = 1,
        **choices: Unpack[Choices],
    ) -> Asked:
        """The question about a record; without a day, about the last one with any entry.

        Raises:
            ReviewError: When the record holds no day at all, or the question cannot be put.
        """
        at = at or record.last_day
        if at is None:
            raise ReviewError(
                "the record has no dated entry; write at least one line in diary.csv or name a day with --at"
            )
        return cls(record=record, knowledge=knowledge, at=at, seed=seed, **choices)

    @cached_property
    def fitting(self) -> Settings:
        """How the response model is fitted: as asked, or by the numbers of the knowledge."""
        if self.settings is not None:
            return self.settings
        from lenitive.response import fit_settings

        return fit_settings(self.knowledge.judgement)

    @cached_property
    def question(self) -> InQuestion:
        """What is judged, and what the other drugs of the record are to it."""
        from lenitive.review.question import in_question

        # How much the model takes in is asked where it may be too much alone: the light parts of a review start no model.
        most = self.fitting.max_inputs if len(self.record.drugs) > 1 else 1
        return in_question(self.record, self.knowledge, at=self.at, about=self.about, most=most)

    @cached_property
    def digests(self) -> Digests:
        """The same by digests; the record, the code and the settings are read for it once."""
        return Digests(
            record=digest(self.record),
            knowledge=self.knowledge.version,
            code=review_code(),
            at=self.at,
            seed=self.seed,
            outcomes=self.outcomes,
            market=self.market,
            about=self.about,
            with_nights=self.with_nights,
            horizon_weeks=self.horizon_weeks,
            settings=digest(self.fitting),
            problems=digest(self.problems),
        )

    @property
    def digest(self) -> str:
        """The key of the answer: of a cache, a decision, a job on a cluster. Never a seed."""
        return self.digests.digest

    def __eq__(self, other: object) -> bool:
        """Whether the same is asked."""
        return isinstance(other, Asked) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        """By its digest: a message or a log shows nothing of the patient."""
        return f"Asked({self.digest[:12]})"
