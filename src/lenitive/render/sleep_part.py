"""Recorded sleep as data that other programs read. It stands apart from the section of the report, which draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lenitive.render.catalogue import said
from lenitive.review import Absent, JointSleep, Review

__all__ = ["assessment_document"]


def assessment_document(review: Review, plain: Callable[[object], Any]) -> dict[str, Any]:
    """The part of the review document: everything shown, the single nights left out."""
    a, measured = review.sleep, review.measured
    c = a.comparison
    return {
        "effects_on_measured_sleep": None if isinstance(measured, Absent) else plain(measured.effects),
        "why_no_effects": said(measured.reason) if isinstance(measured, Absent) else "",
        "why_no_effects_message": plain(measured.reason) if isinstance(measured, Absent) else None,
        "joint": _joint_document(review, plain),
        "comparison": None
        if c is None
        else {
            "source": c.source,
            "definition": c.definition,
            "nights": c.nights,
            "disagree": c.disagree,
            "change": c.change.value,
            "disturbance": plain(c.disturbance),
            "tst_min": plain(c.tst),
            "night_to_night": plain(c.night_to_night),
            "level_min": plain(c.level),
        },
        "stretches": [
            {
                "first": plain(s.first),
                "last": plain(s.last),
                "regimen": [{"drug": d, "dose_mg_per_day": plain(mg)} for d, mg in s.regimen],
                "measured": plain(s.measured),
                "diary_disturbance": plain(s.diary_disturbance),
                "diary_tst_min": plain(s.diary_tst_min),
            }
            for s in a.stretches
        ],
        "known": [
            {**{k: plain(v) for k, v in _fields(one).items()}, "conflict": one.conflict} for one in a.known
        ],
        "regularity": plain(a.regularity),
        "consumer_stages": a.consumer,
        "left_out": [{"source": s, "definition": d, "nights": n} for s, d, n in a.left_out],
        "prompts": plain(a.prompts),
    }


def _fields(one: object) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}  # type: ignore[attr-defined]


def _joint_document(review: Review, plain: Callable[[object], Any]) -> dict[str, Any]:
    """The effects with the nights taken into the analysis, or why they were not."""
    joint = review.joint
    if not isinstance(joint, JointSleep):
        return {
            "taken_in": False,
            "why_not": said(joint.reason),
            "why_not_message": plain(joint.reason),
            "devices": [],
            "effects": [],
        }
    return {
        "taken_in": review.with_nights,
        "why_not": "",
        "why_not_message": None,
        "status": joint.fit.status.value,
        "reason": joint.fit.reason,
        "devices": plain(joint.devices),
        "effects": plain(joint.effects),
    }
