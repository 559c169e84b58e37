"""Two treatments, many studies: effect sizes, pooling, checks.

Effects and pools are what a review needs; the checks and the pools of rare events are read when they are asked for.
"""

from typing import TYPE_CHECKING

from lenitive.doors import brought_from
from lenitive.evidence.pairwise.effects import (
    MEASURES,
    Effects,
    from_counts,
    from_means,
    from_rates,
    generic,
)
from lenitive.evidence.pairwise.pool import Coefficient, Pooled, pool

if TYPE_CHECKING:
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
    from lenitive.evidence.pairwise.clustered import Clustered, multilevel, robust
    from lenitive.evidence.pairwise.conditional import binomial_normal
    from lenitive.evidence.pairwise.counts import mantel_haenszel, peto
    from lenitive.evidence.pairwise.unpublished import (
        Filled,
        Selection,
        selection_model,
        trim_and_fill,
    )

__all__ = [
    "MEASURES",
    "Clustered",
    "Coefficient",
    "Effects",
    "Egger",
    "Filled",
    "FunnelPoint",
    "Pooled",
    "Selection",
    "Subgroup",
    "Subgroups",
    "binomial_normal",
    "cumulative",
    "egger",
    "from_counts",
    "from_means",
    "from_rates",
    "funnel",
    "generic",
    "leave_one_out",
    "mantel_haenszel",
    "multilevel",
    "peto",
    "pool",
    "robust",
    "selection_model",
    "subgroups",
    "trim_and_fill",
]

if not TYPE_CHECKING:
    __getattr__ = brought_from(
        __name__,
        dict.fromkeys(
            (
                "Egger",
                "FunnelPoint",
                "Subgroup",
                "Subgroups",
                "cumulative",
                "egger",
                "funnel",
                "leave_one_out",
                "subgroups",
            ),
            f"{__name__}.checks",
        )
        | dict.fromkeys(("mantel_haenszel", "peto"), f"{__name__}.counts")
        | dict.fromkeys(("Clustered", "multilevel", "robust"), f"{__name__}.clustered")
        | dict.fromkeys(
            ("Filled", "Selection", "selection_model", "trim_and_fill"), f"{__name__}.unpublished"
        )
        | {"binomial_normal": f"{__name__}.conditional"},
    )
