"""The shape of planning files: how drugs are tapered, how liquids are measured, how a day's dose is split, what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.facts import Market
from lenitive.terms import Grade, Source

__all__ = ["Limit", "Measuring", "OralSyringe", "PlanningFile", "Refused", "Split", "Taper", "WatchRow"]


class _Row(KnowledgeModel):
    """A row with its basis in words. ``article`` holds source keys, fact ids, addresses, or ``ours``."""

    says: str = Field(min_length=1)
    article: tuple[str, ...] = Field(min_length=1)
    grade: Grade

    @model_validator(mode="after")
    def _may_decide(self) -> _Row:
        if not self.grade.may_decide:
            raise ValueError("a plan may not rest on grade D or U: find a better source or refuse")
        return self

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it comes from."""
        return tuple(Source(article=a) for a in self.article)


class Limit(_Row):
    """A number that bounds plans."""

    value: float
    unit: str
    basis: Literal["label", "paper", "ours"]


class OralSyringe(_Row):
    """An oral syringe that any pharmacy can hand out, for liquids whose own measure no source describes.

    Attributes:
        market: Where it is usual.
        capacity_ml: What it holds when full.
        graduation_ml: A distance of lines that every source read has on a syringe of this size.
    """

    market: Market
    capacity_ml: float = Field(gt=0)
    graduation_ml: float = Field(gt=0)


class Measuring(_Row):
    """What the patient is told about measuring a liquid."""


class Taper(_Row):
    """How one drug is brought down.

    Attributes:
        drug: Its id.
        market: Where it holds in the place of the general row.
        step_days: Days on each dose of the taper.
        days: From how many days of use on, how many days the whole taper takes; ascending.
        most_mg_per_step: The largest single step, mg a day, where a source says.
        occupancy: Key of the drug's occupancy row by whose curve the steps are laid; empty for equal steps of dose.
        basis: ``published`` when a source gives the steps, ``constructed`` when only the time is given.
    """

    drug: str
    market: Market = "any"
    step_days: int = Field(ge=1, le=56)
    days: tuple[tuple[int, int], ...] = Field(min_length=1)
    most_mg_per_step: float | None = None
    occupancy: str = ""
    basis: Literal["published", "constructed"]

    @model_validator(mode="after")
    def _ascends(self) -> Taper:
        if [d for d, _ in self.days] != sorted({d for d, _ in self.days}) or self.days[0][0] != 0:
            raise ValueError("days of use begin with 0 and ascend")
        if any(b > a for (_, b), (_, a) in zip(self.days, self.days[1:], strict=False)):
            raise ValueError("longer use does not shorten a taper")
        return self

    def total_days(self, used_days: int) -> int:
        """Days of the whole taper after so many days of use."""
        return max(total for since, total in self.days if since <= used_days)


class Refused(_Row):
    """A drug that is not planned, and why."""

    drug: str


class Split(_Row):
    """How a day's dose is divided above an amount."""

    drug: str
    above_mg: float = Field(gt=0)
    per_day: int = Field(ge=1, le=4)
    times: tuple[str, ...]


class WatchRow(_Row):
    """Something to look out for during a plan.

    Attributes:
        applies: When it is shown: a drug comes down, a drug begins, or two of a class overlap or follow closely.
        of_class: The class the drugs must be of; empty for any.
        when: When it is to be expected.
        do: What to do.
        patient: What a patient is told of all that; it changes no dose.
    """

    applies: Literal["stopping", "starting", "crossing"]
    of_class: str = ""
    when: str = Field(min_length=1)
    do: str = Field(min_length=1)
    patient: str = Field(min_length=1)


class PlanningFile(KnowledgeModel):
    """The planning file."""

    id: str
    read: date
    review: date
    limit: dict[str, Limit]
    syringe: dict[str, OralSyringe] = Field(default_factory=dict)
    measuring: dict[str, Measuring] = Field(default_factory=dict)
    taper: dict[str, Taper]
    taper_in: dict[str, Taper] = Field(default_factory=dict)
    refused: dict[str, Refused] = Field(default_factory=dict)
    split: dict[str, Split] = Field(default_factory=dict)
    watch: dict[str, WatchRow] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_keyed(self) -> PlanningFile:
        for kind in (self.taper, self.refused, self.split):
            wrong = [key for key, row in kind.items() if row.drug != key]
            if wrong:
                raise ValueError(f"the key is the drug's id: {', '.join(wrong)}")
        strange = [
            k
            for k, row in self.taper_in.items()
            if k != f"{row.drug}_{row.market}" or row.drug not in self.taper
        ]
        if strange:
            raise ValueError(
                f"the key is the drug's id and its market, beside a general row: {', '.join(strange)}"
            )
        both = sorted(set(self.taper) & set(self.refused))
        if both:
            raise ValueError(f"tapered and refused: {', '.join(both)}")
        needed = {
            "pieces", "fills", "smallest_ml", "liquid_gain", "hold_after_withdrawal", "pace_after_withdrawal",
            "crossing", "close", "contact",
            "kidney_row_below", "level_ratio",
        }  # fmt: skip
        missing = sorted(needed - self.limit.keys())
        if missing:
            raise ValueError(f"limits are missing: {', '.join(missing)}")
        return self

    def taper_for(self, drug: str, market: Market) -> Taper | None:
        """How a drug is brought down in a market: the market's own row, else the general one; None without either."""
        return self.taper_in.get(f"{drug}_{market}", self.taper.get(drug))

    @property
    def articles(self) -> frozenset[str]:
        """Everything that a row names as its source."""
        kinds: tuple[dict[str, Any], ...] = (
            self.limit, self.syringe, self.measuring, self.taper, self.taper_in, self.refused, self.split, self.watch,
        )  # fmt: skip
        return frozenset(a for kind in kinds for row in kind.values() for a in row.article)

    def syringes(self, market: Market) -> tuple[OralSyringe, ...]:
        """Those of a market, the smallest first."""
        own = (s for s in self.syringe.values() if s.market in {market, "any"})
        return tuple(sorted(own, key=lambda s: s.capacity_ml))
