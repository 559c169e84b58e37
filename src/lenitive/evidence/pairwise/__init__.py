"""Two treatments, many studies: effect sizes, pooling, checks."""

from lenitive.evidence.pairwise.checks import (
    Egger,
    FunnelPoint,
    Subgroup,
    Subgroups,
    cumulative,
    egger,
    funnel,
    leave_one_out,
    subgroups,
)
from lenitive.evidence.pairwise.counts import binomial_normal, mantel_haenszel, peto
from lenitive.evidence.pairwise.effects import MEASURES, Effects, from_counts, from_means, generic
from lenitive.evidence.pairwise.pool import Coefficient, Pooled, pool

__all__ = [
    "MEASURES",
    "Coefficient",
    "Effects",
    "Egger",
    "FunnelPoint",
    "Pooled",
    "Subgroup",
    "Subgroups",
    "binomial_normal",
    "cumulative",
    "egger",
    "from_counts",
    "from_means",
    "funnel",
    "generic",
    "leave_one_out",
    "mantel_haenszel",
    "peto",
    "pool",
    "subgroups",
]
