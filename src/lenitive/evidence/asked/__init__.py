"""Further models of a table: what a reader may ask for beside the usual pool or network."""

from lenitive.evidence.asked.models import asked_models
from lenitive.evidence.asked.values import (
    AtValue,
    DoseCurves,
    ExactCounts,
    Further,
    Group,
    Grouped,
    GroupTest,
    Interval,
    Regression,
    TriedDose,
)

__all__ = [
    "AtValue",
    "DoseCurves",
    "ExactCounts",
    "Further",
    "Group",
    "GroupTest",
    "Grouped",
    "Interval",
    "Regression",
    "TriedDose",
    "asked_models",
]
