"""What the trials say: pairwise and network meta-analysis, with what is missing, usable as a prior.

``beliefs`` needs little and is quick; the engines are read when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lenitive.evidence.belief import beliefs
from lenitive.evidence.refusal import NotEstimable
from lenitive.evidence.selection import LeftOut, Selected, UsedArm, UsedContrast, select, treatment_words

if TYPE_CHECKING:
    from lenitive.evidence.certainty import Certainty, CertaintyLevel, Concern, Domain
    from lenitive.evidence.frames import Meta, meta
    from lenitive.evidence.panel import DrugEvidence, EvidenceLine, drug_evidence
    from lenitive.evidence.synthesis import (
        Absolute,
        Placed,
        StudyLine,
        Synthesis,
        TreatmentPool,
        Versus,
        plane,
        synthesise,
    )

__all__ = [
    "Absolute",
    "Certainty",
    "CertaintyLevel",
    "Concern",
    "Domain",
    "DrugEvidence",
    "EvidenceLine",
    "LeftOut",
    "Meta",
    "NotEstimable",
    "Placed",
    "Selected",
    "StudyLine",
    "Synthesis",
    "TreatmentPool",
    "UsedArm",
    "UsedContrast",
    "Versus",
    "beliefs",
    "drug_evidence",
    "meta",
    "plane",
    "select",
    "synthesise",
    "treatment_words",
]

_LATER = {
    **dict.fromkeys(("Certainty", "Concern", "Domain", "CertaintyLevel"), "certainty"),
    **dict.fromkeys(("Meta", "meta"), "frames"),
    **dict.fromkeys(("DrugEvidence", "EvidenceLine", "drug_evidence"), "panel"),
    **dict.fromkeys(
        ("Absolute", "Placed", "StudyLine", "Synthesis", "TreatmentPool", "Versus", "plane", "synthesise"),
        "synthesis",
    ),
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"lenitive.evidence.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
