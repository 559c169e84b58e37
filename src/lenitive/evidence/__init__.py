"""What the trials say: pairwise and network meta-analysis, with what is missing, usable as a prior.

``beliefs`` needs little and is quick; the engines are read when they are first asked for.
"""

from typing import TYPE_CHECKING

from lenitive.doors import room_door
from lenitive.evidence.belief import beliefs, trial_doses
from lenitive.evidence.refusal import NotEstimable
from lenitive.evidence.selection import LeftOut, Selected, UsedArm, UsedContrast, select, treatment_words

if TYPE_CHECKING:
    from lenitive.evidence.certainty import (
        Appraised,
        Certainty,
        CertaintyLevel,
        Concern,
        Domain,
        Rating,
        Risk,
        StudyJudgement,
        appraise,
        certainty_file,
        overruled,
        ratings_from,
    )
    from lenitive.evidence.frames import Meta, MetaOptions, meta
    from lenitive.evidence.living import BeliefMoved, DrugStanding, Living, Moved, compare_evidence
    from lenitive.evidence.network import (
        Comparison,
        Contributions,
        NetworkResult,
        comparison_funnel,
        contributions,
        decompose_q,
        node_splits,
        rank,
    )
    from lenitive.evidence.other_judgements import Scenario, scenarios
    from lenitive.evidence.pairwise import (
        Pooled,
        egger,
        generic,
        leave_one_out,
        pool,
        selection_model,
        trim_and_fill,
    )
    from lenitive.evidence.panel import DrugEvidence, EvidenceLine, drug_evidence
    from lenitive.evidence.person import MODIFIERS, AtPerson, at_person, modifiers_of
    from lenitive.evidence.synthesis import (
        Absolute,
        Placed,
        StudyLine,
        Synthesis,
        TreatmentPool,
        Versus,
        plane,
        rated,
        synthesise,
    )

__all__ = [
    "MODIFIERS",
    "Absolute",
    "Appraised",
    "AtPerson",
    "BeliefMoved",
    "Certainty",
    "CertaintyLevel",
    "Comparison",
    "Concern",
    "Contributions",
    "Domain",
    "DrugEvidence",
    "DrugStanding",
    "EvidenceLine",
    "LeftOut",
    "Living",
    "Meta",
    "MetaOptions",
    "Moved",
    "NetworkResult",
    "NotEstimable",
    "Placed",
    "Pooled",
    "Rating",
    "Risk",
    "Scenario",
    "Selected",
    "StudyJudgement",
    "StudyLine",
    "Synthesis",
    "TreatmentPool",
    "UsedArm",
    "UsedContrast",
    "Versus",
    "appraise",
    "at_person",
    "beliefs",
    "certainty_file",
    "compare_evidence",
    "comparison_funnel",
    "contributions",
    "decompose_q",
    "drug_evidence",
    "egger",
    "generic",
    "leave_one_out",
    "meta",
    "modifiers_of",
    "node_splits",
    "overruled",
    "plane",
    "pool",
    "rank",
    "rated",
    "ratings_from",
    "scenarios",
    "select",
    "selection_model",
    "synthesise",
    "treatment_words",
    "trial_doses",
    "trim_and_fill",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "certainty": (
                "Appraised",
                "Certainty",
                "CertaintyLevel",
                "Concern",
                "Domain",
                "Rating",
                "Risk",
                "StudyJudgement",
                "appraise",
                "certainty_file",
                "overruled",
                "ratings_from",
            ),
            "person": ("MODIFIERS", "AtPerson", "at_person", "modifiers_of"),
            "living": ("BeliefMoved", "Living", "Moved", "DrugStanding", "compare_evidence"),
            "frames": (
                "Meta",
                "MetaOptions",
                "meta",
            ),
            "network": (
                "Comparison",
                "Contributions",
                "NetworkResult",
                "comparison_funnel",
                "contributions",
                "decompose_q",
                "node_splits",
                "rank",
                "rated",
            ),
            "pairwise": (
                "Pooled",
                "egger",
                "generic",
                "leave_one_out",
                "pool",
                "selection_model",
                "trim_and_fill",
            ),
            "panel": (
                "DrugEvidence",
                "EvidenceLine",
                "drug_evidence",
            ),
            "other_judgements": ("Scenario", "scenarios"),
            "synthesis": (
                "Absolute",
                "Placed",
                "StudyLine",
                "Synthesis",
                "TreatmentPool",
                "Versus",
                "plane",
                "rated",
                "synthesise",
            ),
        },
    )
