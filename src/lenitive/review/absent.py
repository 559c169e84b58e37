"""A part of a review that could not be made: a value with its reason, never a silent gap."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Absent"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a part is missing."""

    reason: str
