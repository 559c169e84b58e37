"""Whom a text is for."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Audience"]


class Audience(StrEnum):
    """Whom an article, a page or a sentence is written for."""

    PATIENT = "patient"
    CLINICIAN = "clinician"
