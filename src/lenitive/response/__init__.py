"""What this record says about benefit and harm: a posterior, and how far to trust it."""

from lenitive.response.ahead import BelievedBenefit, BenefitAhead, MeanBenefit, OwnBenefit
from lenitive.response.answer import BenefitAnswer, TrialsOnly, answer, answers, unanswered
from lenitive.response.assumed import fit_settings, verdict_settings
from lenitive.response.at_dose import benefit_at
from lenitive.response.burden import Burden, MeanCost, course_burden, weight_burden
from lenitive.response.course_grid import CourseAhead, course_ahead_of_prior
from lenitive.response.courses import (
    Course,
    CoursePrior,
    SideEffectCourse,
    side_effect_courses,
    unknown_course,
)
from lenitive.response.disputes import DisputeKind
from lenitive.response.dose_path import DosePath, DoseStep
from lenitive.response.doses import Exposure
from lenitive.response.filters import daily_mg
from lenitive.response.fit import OUTCOMES, Fit, fit, fit_many
from lenitive.response.gates import Gate
from lenitive.response.grade import CERTAIN, BenefitGrade, GradeSettings, grade_by
from lenitive.response.matters import WEIGHED, BenefitLine, LineSettings, line_for
from lenitive.response.mixture import cdf
from lenitive.response.preferences import Cost, benefit_weights, points_at, preference_for
from lenitive.response.priors import CoefficientPrior, ParameterPrior, Priors
from lenitive.response.prospects import DoseStretch, Prospect, Prospects
from lenitive.response.psis import ESTIMATE_LIMIT
from lenitive.response.readings import MOST_DEVICES, DeviceReading
from lenitive.response.rebound import Rebound, ReboundKind, rebound
from lenitive.response.result import (
    Band,
    Conflict,
    Coupling,
    EffectPosterior,
    Estimand,
    FitStatus,
    Input,
    InputKind,
    SensitivityRow,
    Separability,
    Summary,
    Unavailable,
)
from lenitive.response.sensitivity import sensitivity
from lenitive.response.settings import Lines, Observation, Settings
from lenitive.response.settle import Settling, SettlingStep, would_settle
from lenitive.response.smooth import bands
from lenitive.response.verdict import Verdict, VerdictKind, verdict, verdict_of, verdicts
from lenitive.response.verdict_settings import VerdictSettings
from lenitive.response.weight import (
    WeightAhead,
    WeightPrior,
    WeightRefused,
    WeightTrajectory,
    unknown_weight,
    weight_ahead_of_prior,
    weight_trajectory,
)

__all__ = [
    "CERTAIN",
    "ESTIMATE_LIMIT",
    "MOST_DEVICES",
    "OUTCOMES",
    "WEIGHED",
    "Band",
    "BelievedBenefit",
    "BenefitAhead",
    "BenefitAnswer",
    "BenefitGrade",
    "BenefitLine",
    "Burden",
    "CoefficientPrior",
    "Conflict",
    "Cost",
    "Coupling",
    "Course",
    "CourseAhead",
    "CoursePrior",
    "DeviceReading",
    "DisputeKind",
    "DosePath",
    "DoseStep",
    "DoseStretch",
    "EffectPosterior",
    "Estimand",
    "Exposure",
    "Fit",
    "FitStatus",
    "Gate",
    "GradeSettings",
    "Input",
    "InputKind",
    "LineSettings",
    "Lines",
    "MeanBenefit",
    "MeanCost",
    "Observation",
    "OwnBenefit",
    "ParameterPrior",
    "Priors",
    "Prospect",
    "Prospects",
    "Rebound",
    "ReboundKind",
    "SensitivityRow",
    "Separability",
    "Settings",
    "Settling",
    "SettlingStep",
    "SideEffectCourse",
    "Summary",
    "TrialsOnly",
    "Unavailable",
    "Verdict",
    "VerdictKind",
    "VerdictSettings",
    "WeightAhead",
    "WeightPrior",
    "WeightRefused",
    "WeightTrajectory",
    "answer",
    "answers",
    "bands",
    "benefit_at",
    "benefit_weights",
    "cdf",
    "course_ahead_of_prior",
    "course_burden",
    "daily_mg",
    "fit",
    "fit_many",
    "fit_settings",
    "grade_by",
    "line_for",
    "points_at",
    "preference_for",
    "rebound",
    "sensitivity",
    "side_effect_courses",
    "unanswered",
    "unknown_course",
    "unknown_weight",
    "verdict",
    "verdict_of",
    "verdict_settings",
    "verdicts",
    "weight_ahead_of_prior",
    "weight_burden",
    "weight_trajectory",
    "would_settle",
]
