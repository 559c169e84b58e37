"""Many treatments: network meta-analysis with its consistency, ranks, extensions and Bayesian form."""

from lenitive.evidence.network.arms import from_arm_counts, from_arm_means, from_arm_rates
from lenitive.evidence.network.bayes import BayesNetwork, Mixture, bayes_network
from lenitive.evidence.network.binomial import binomial_network
from lenitive.evidence.network.consistency import (
    AdjustedPoint,
    DesignQ,
    NetHeat,
    NodeSplit,
    QDecomposition,
    Share,
    comparison_funnel,
    decompose_q,
    direct_and_indirect,
    independent_path,
    net_heat,
    node_split,
    node_splits,
)
from lenitive.evidence.network.contrasts import from_contrasts
from lenitive.evidence.network.contribution import Contributions, contributions
from lenitive.evidence.network.data import Network, Study
from lenitive.evidence.network.extensions import Additive, ExtraCoefficient, component_network, dose_network
from lenitive.evidence.network.fit import Comparison, NetworkResult, fit_network
from lenitive.evidence.network.ranking import Rank, Ranking, rank
from lenitive.evidence.network.regression import (
    NetworkRegression,
    UnrelatedMeans,
    network_regression,
    unrelated_mean_effects,
)

__all__ = [
    "Additive",
    "AdjustedPoint",
    "BayesNetwork",
    "Comparison",
    "Contributions",
    "DesignQ",
    "ExtraCoefficient",
    "Mixture",
    "NetHeat",
    "Network",
    "NetworkRegression",
    "NetworkResult",
    "NodeSplit",
    "QDecomposition",
    "Rank",
    "Ranking",
    "Share",
    "Study",
    "UnrelatedMeans",
    "bayes_network",
    "binomial_network",
    "comparison_funnel",
    "component_network",
    "contributions",
    "decompose_q",
    "direct_and_indirect",
    "dose_network",
    "fit_network",
    "from_arm_counts",
    "from_arm_means",
    "from_arm_rates",
    "from_contrasts",
    "independent_path",
    "net_heat",
    "network_regression",
    "node_split",
    "node_splits",
    "rank",
    "unrelated_mean_effects",
]
