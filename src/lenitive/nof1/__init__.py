"""Trials in one person: what schedules are allowed, one of them drawn fairly, and the proof of it."""

from lenitive.nof1.design import TrialDesign, TrialDesignError, lengths_for
from lenitive.nof1.draw import Drawn, Verified, draw, verify
from lenitive.nof1.schedules import Schedules, TrialPeriod
from lenitive.nof1.seal import Sealed, TrialFileError, opened, seal, trial_name
from lenitive.nof1.sure import Sureness, how_sure, surest

__all__ = [
    "Drawn",
    "Schedules",
    "Sealed",
    "Sureness",
    "TrialDesign",
    "TrialDesignError",
    "TrialFileError",
    "TrialPeriod",
    "Verified",
    "draw",
    "how_sure",
    "lengths_for",
    "opened",
    "seal",
    "surest",
    "trial_name",
    "verify",
]
