"""Trials in one person: what schedules are allowed, one of them drawn fairly, and the proof of it."""

from lenitive.nof1.design import TrialDesign, TrialDesignError, lengths_for
from lenitive.nof1.draw import Drawn, Verified, draw, verify
from lenitive.nof1.schedules import Schedules, TrialPeriod
from lenitive.nof1.seal import Sealed, TrialFileError, opened, seal, trial_name

__all__ = [
    "Drawn",
    "Schedules",
    "Sealed",
    "TrialDesign",
    "TrialDesignError",
    "TrialFileError",
    "TrialPeriod",
    "Verified",
    "draw",
    "lengths_for",
    "opened",
    "seal",
    "trial_name",
    "verify",
]
