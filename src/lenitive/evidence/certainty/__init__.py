"""How sure one may be of a comparison: six domains, each judged by a stated rule with its reason, and open to be overruled.

The domains are CINeMA's, and so are the rules for bias, imprecision, heterogeneity and incoherence; information size and what is
known of missing trials come in beside them. The rules are applied by machine, so that the same data give the same judgement; a
reader who disagrees writes a rating with a name and a reason, which stands beside the computed one.

Source: Nikolakopoulou and others 2020, PLoS Med 17:e1003082; Papakonstantinou and others 2020, Campbell Syst Rev 16:e1080;
Guyatt and others 2011, J Clin Epidemiol 64:1283-93.
"""

from lenitive.evidence.certainty.appraisal import Appraised, StudyJudgement, appraise
from lenitive.evidence.certainty.levels import Certainty, CertaintyLevel, Concern, Domain, Overruled, Risk
from lenitive.evidence.certainty.ratings import Rating, overruled, ratings_from
from lenitive.evidence.certainty.trials import appraise_outcome
from lenitive.evidence.certainty.written import certainty_file

__all__ = [
    "Appraised",
    "Certainty",
    "CertaintyLevel",
    "Concern",
    "Domain",
    "Overruled",
    "Rating",
    "Risk",
    "StudyJudgement",
    "appraise",
    "appraise_outcome",
    "certainty_file",
    "overruled",
    "ratings_from",
]
