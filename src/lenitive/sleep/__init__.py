"""Nights: hypnograms and device exports become sleep architecture, by a stated definition."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door
from lenitive.sleep.agreement import Agreement, agreement, consensus, soft_agreement
from lenitive.sleep.assess import CONSUMER, Assessment, KnownEffect, assess, prompts
from lenitive.sleep.compare import Change, DiaryComparison, LevelDifference, NightToNight, Story
from lenitive.sleep.definitions import MixedDefinitionsError
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.nights import Night, nights, to_record
from lenitive.sleep.regularity import Regularity, regularity
from lenitive.sleep.session import DIARY_SOURCE, Session, Span
from lenitive.sleep.stage import Stage, UnknownStageError, stage_of
from lenitive.sleep.statistics import Architecture, architecture, architectures
from lenitive.sleep.stretches import Mean, Stretch
from lenitive.sleep.structure import Bout, SleepCycle, bouts, cycles, sleep_bouts, transitions
from lenitive.sleep.weeks import WeekShare, main_definition, week_shares

if TYPE_CHECKING:
    from lenitive.sleep.actigraphy import cole_kripke, sadeh
    from lenitive.sleep.pairing import paired
    from lenitive.sleep.readers import (
        FileReading,
        FileRefusal,
        ReaderOptions,
        night_readers,
        read,
        read_probe,
    )
    from lenitive.sleep.rhythm import ActivityRhythm, activity_rhythm
    from lenitive.sleep.validation import BlandAltman, EpochAccuracy, Validation, bland_altman, validate

__all__ = [
    "CONSUMER",
    "DIARY_SOURCE",
    "ActivityRhythm",
    "Agreement",
    "Architecture",
    "Assessment",
    "BlandAltman",
    "Bout",
    "Change",
    "DiaryComparison",
    "EpochAccuracy",
    "FileReading",
    "FileRefusal",
    "Hypnogram",
    "KnownEffect",
    "LevelDifference",
    "Mean",
    "MixedDefinitionsError",
    "Night",
    "NightToNight",
    "ReaderOptions",
    "Regularity",
    "Session",
    "SleepCycle",
    "Span",
    "Stage",
    "Story",
    "Stretch",
    "UnknownStageError",
    "Validation",
    "WeekShare",
    "activity_rhythm",
    "agreement",
    "architecture",
    "architectures",
    "assess",
    "bland_altman",
    "bouts",
    "cole_kripke",
    "consensus",
    "cycles",
    "main_definition",
    "night_readers",
    "nights",
    "paired",
    "prompts",
    "read",
    "read_probe",
    "regularity",
    "sadeh",
    "sleep_bouts",
    "soft_agreement",
    "stage_of",
    "to_record",
    "transitions",
    "validate",
    "week_shares",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "actigraphy": ("cole_kripke", "sadeh"),
            "pairing": ("paired",),
            "rhythm": ("ActivityRhythm", "activity_rhythm"),
            "validation": ("BlandAltman", "EpochAccuracy", "Validation", "bland_altman", "validate"),
            "readers": (
                "FileReading",
                "FileRefusal",
                "ReaderOptions",
                "night_readers",
                "read",
                "read_probe",
            ),
        },
    )
