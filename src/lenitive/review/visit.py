"""All that the options of one visit are judged by, in one value."""

from __future__ import annotations

from datetime import date

from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge, Market, Protocol
from lenitive.record import Record
from lenitive.response import (
    BenefitAnswer,
    Fit,
    Rebound,
    Settling,
    SideEffectCourse,
    Verdict,
    WeightRefused,
    WeightTrajectory,
)
from lenitive.safety import Finding

__all__ = ["Visit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A patient on a day, with what was concluded about the drug of a protocol.

    Attributes:
        record: The record as it stood on the day.
        knowledge: What is known.
        protocol: The protocol that the visit is about.
        at: The day.
        fit: The response model's answer; None where it was refused.
        verdict: The verdict on the protocol's drug; None without a fit, which the protocol then takes as unknown.
        answer: The answer that the verdict is of; None where there is no verdict.
        settling: What would settle that verdict, best first.
        courses: The course of each side effect.
        weight: The course of weight, or why there is none; None where it was not asked for.
        findings: What the safety check says about what is taken now.
        rebound: What is seen since the last step down; None without one.
        market: Where the products of the plans are sold.
    """

    record: Record
    knowledge: Knowledge
    protocol: Protocol
    at: date
    fit: Fit | None = None
    verdict: Verdict | None = None
    answer: BenefitAnswer | None = None
    settling: tuple[Settling, ...] = ()
    courses: tuple[SideEffectCourse, ...] = ()
    weight: WeightTrajectory | WeightRefused | None = None
    findings: tuple[Finding, ...] = ()
    rebound: Rebound | None = None
    market: Market = "us"
