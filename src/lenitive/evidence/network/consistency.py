r"""Whether direct and indirect evidence agree: shares, node-splitting, Q by design, and what each design does to it."""

from __future__ import annotations

import math

import numpy as np

from lenitive.evidence.distributions import chi2_tail, normal_two_sided
from lenitive.evidence.network.data import Network, Study, subset
from lenitive.evidence.network.fit import NetworkResult, fit_network
from lenitive.evidence.network.gls import (
    CovarianceBlock,
    design_of,
    gls,
    network_blocks,
    split_blocks,
    tau2_of,
)
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = [
    "AdjustedPoint",
    "DesignQ",
    "NetHeat",
    "NodeSplit",
    "QDecomposition",
    "Share",
    "comparison_funnel",
    "decompose_q",
    "direct_and_indirect",
    "independent_path",
    "net_heat",
    "node_split",
    "node_splits",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One comparison: what the trials that make it say, what the rest of the network says, and together.

    Attributes:
        treatment: The treatment.
        comparator: What it is compared with.
        studies: Trials that compare them directly.
        direct: Estimate from those alone, with the network's tau2; None without them.
        direct_se: Its standard error.
        indirect: Estimate from the rest; None when no other trials join the two.
        indirect_se: Its standard error.
        share: How much of the network's information is direct, 0 to 1.
        network: The network's estimate.
        network_se: Its standard error.
    """

    treatment: str
    comparator: str
    studies: int
    direct: float | None
    direct_se: float | None
    indirect: float | None
    indirect_se: float | None
    share: float
    network: float
    network_se: float


def direct_and_indirect(result: NetworkResult, treatment: str, comparator: str) -> Share:
    """Direct, indirect and network estimate of one comparison, by back-calculation.

    The indirect estimate is what has to be combined with the direct one to give the network's. Exact for two-arm
    trials; with multi-arm trials an approximation, beside which ``node_split`` stands. There is one only where the two
    stay joined without the trials that compare them: what is left over in multi-arm trials alone is no evidence of its own.

    Source: Dias and others 2010, Stat Med 29:932-44; König, Krahn and Binder 2013, Stat Med 32:5414-29.
    """
    both = result.compare(treatment, comparator)
    studies = [s for s in result.network.studies if treatment in s.treatments and comparator in s.treatments]
    if not studies:
        return Share(
            treatment=treatment,
            comparator=comparator,
            studies=0,
            direct=None,
            direct_se=None,
            indirect=both.estimate,
            indirect_se=both.se,
            share=0.0,
            network=both.estimate,
            network_se=both.se,
        )
    values = [s.contrast(comparator, treatment) for s in studies]
    weights = np.array([1 / (v + result.tau2) for _, v in values])
    direct = float(weights @ [e for e, _ in values] / weights.sum())
    direct_var = float(1 / weights.sum())
    share = min(1.0, both.se**2 / direct_var)
    indirect = indirect_se = None
    if share < 1 - 1e-9 and independent_path(result.network, treatment, comparator):
        precision = 1 / both.se**2 - 1 / direct_var
        indirect = (both.estimate / both.se**2 - direct / direct_var) / precision
        indirect_se = math.sqrt(1 / precision)
    return Share(
        treatment=treatment,
        comparator=comparator,
        studies=len(studies),
        direct=direct,
        direct_se=math.sqrt(direct_var),
        indirect=indirect,
        indirect_se=indirect_se,
        share=share,
        network=both.estimate,
        network_se=both.se,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSplit:
    """One comparison fitted with a direct and an indirect effect of its own.

    Attributes:
        treatment: The treatment.
        comparator: What it is compared with.
        direct: Direct effect.
        direct_se: Its standard error.
        indirect: Indirect effect.
        indirect_se: Its standard error.
        difference: Direct less indirect.
        difference_se: Its standard error.
        p: Two-sided P value of the difference.
        tau2: Heterogeneity of the split model.
        independent: Whether trials that do not compare the two join them. Without such trials the difference is between
            parts of the same trials, and no evidence against consistency.
    """

    treatment: str
    comparator: str
    direct: float
    direct_se: float
    indirect: float
    indirect_se: float
    difference: float
    difference_se: float
    p: float
    tau2: float
    independent: bool


def independent_path(network: Network, a: str, b: str) -> bool:
    """Whether two treatments stay joined when the trials that compare them directly are taken out.

    Source: van Valkenhoef and others 2016, Res Synth Methods 7:80-93 (their rule for what to split).
    """
    rest = [s for s in network.studies if not (a in s.treatments and b in s.treatments)]
    if not rest:
        return False
    return any({a, b} <= set(part) for part in subset(network, rest).components)


def node_split(
    network: Network, treatment: str, comparator: str, *, model: str = "random", method: str = "REML"
) -> NodeSplit:
    """The comparison split into direct and indirect, both in one model (symmetrical side-splitting).

    In trials with both treatments their difference gets one more parameter, half of it added to the treatment's arm and
    half taken from the comparator's, so that multi-arm trials favour neither.

    Source: White 2015, Stata J 15:951-85; Dias and others 2010, Stat Med 29:932-44.

    Raises:
        NotEstimable: ``no_direct_evidence``; ``no_indirect_evidence``.
    """
    has = [s for s in network.studies if treatment in s.treatments and comparator in s.treatments]
    if not has:
        raise NotEstimable(
            "no_direct_evidence", f"no trial compares {treatment} with {comparator}", "Nothing to split"
        )
    order = (comparator, *(t for t in network.treatments if t != comparator))
    width = len(order)
    independent = independent_path(network, treatment, comparator)
    blocks = split_blocks(network_blocks(network, order), order, treatment, comparator)
    if not independent and not _can_split(network, order, treatment, comparator):
        raise NotEstimable(
            "no_indirect_evidence",
            f"nothing but direct trials joins {treatment} and {comparator}",
            "Read the direct estimate",
        )
    df = sum(b.y.size for b in blocks) - width
    tau2 = tau2_of(blocks, df, method) if model == "random" else 0.0
    at = gls(blocks, tau2)
    i = order[1:].index(treatment)
    indirect, difference = float(at.beta[i]), float(at.beta[-1])
    difference_se = math.sqrt(at.cov[-1, -1])
    return NodeSplit(
        treatment=treatment,
        comparator=comparator,
        direct=indirect + difference,
        direct_se=math.sqrt(at.cov[i, i] + at.cov[-1, -1] + 2 * at.cov[i, -1]),
        indirect=indirect,
        indirect_se=math.sqrt(at.cov[i, i]),
        difference=difference,
        difference_se=difference_se,
        p=normal_two_sided(difference / difference_se),
        tau2=tau2,
        independent=independent,
    )


def _can_split(network: Network, order: tuple[str, ...], treatment: str, comparator: str) -> bool:
    """Whether the split has a coefficient of its own, by the rank of the design."""
    width = len(order)
    rows = {t: np.zeros(width) for t in order}
    for i, t in enumerate(order[1:]):
        rows[t][i] = 1
    designs = design_of(network, rows, width)
    for k, s in enumerate(network.studies):
        if treatment in s.treatments and comparator in s.treatments:
            half = np.array(
                [0.5 if t == treatment else -0.5 if t == comparator else 0.0 for t in s.treatments]
            )
            designs[k][:, -1] = half[1:] - half[0]
    return bool(np.linalg.matrix_rank(np.concatenate(designs)) == width)


def node_splits(network: Network, *, model: str = "random", method: str = "REML") -> tuple[NodeSplit, ...]:
    """Every comparison that has both direct and indirect evidence, split in turn."""
    out = []
    for a, b in network.edges():
        try:
            out.append(node_split(network, a, b, model=model, method=method))
        except NotEstimable as refusal:
            if refusal.name != "no_indirect_evidence":
                raise
    return tuple(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignQ:
    """What one design adds.

    Attributes:
        design: Its treatments.
        studies: How many trials have it.
        q_within: Heterogeneity within it.
        df_within: Degrees of freedom.
        q_between_without: Inconsistency left when this design is given effects of its own; None where that is not possible.
        df_between_without: Its degrees of freedom.
    """

    design: tuple[str, ...]
    studies: int
    q_within: float
    df_within: int
    q_between_without: float | None
    df_between_without: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QDecomposition:
    """Cochran's Q of the common-effect model in two parts: within designs and between them.

    Attributes:
        q_within: Heterogeneity among trials of one design.
        df_within: Degrees of freedom.
        p_within: P value.
        q_between: Inconsistency between designs (design-by-treatment interaction).
        df_between: Degrees of freedom.
        p_between: P value.
        q_between_random: The same with the heterogeneity found within designs taken into the weights.
        p_between_random: Its P value.
        tau2_within: That heterogeneity (moment estimator).
        designs: Design by design; ``q_between`` less ``q_between_without`` is what net heat plots colour.
    """

    q_within: float
    df_within: int
    p_within: float
    q_between: float
    df_between: int
    p_between: float
    q_between_random: float
    p_between_random: float
    tau2_within: float
    designs: tuple[DesignQ, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Apart:
    """Part of a network on its own: its blocks, its contrasts and how many effects they determine."""

    blocks: tuple[CovarianceBlock, ...]
    contrasts: int
    rank: int


def _apart(network: Network) -> list[_Apart]:
    """A network's connected parts, each with effects of its own."""
    out = []
    for component in network.components:
        inside = subset(network, (s for s in network.studies if s.treatments[0] in component))
        blocks = network_blocks(inside, component)
        out.append(_Apart(blocks=blocks, contrasts=sum(b.y.size for b in blocks), rank=len(component) - 1))
    return out


def decompose_q(network: Network) -> QDecomposition:
    """Q by design: the design-by-treatment interaction test.

    A design with effects of its own leaves the rest of the network as if it were not there, so that each part is a fit of a
    smaller network.

    Source: Higgins and others 2012, Res Synth Methods 3:98-110; Krahn, Binder and König 2013, BMC Med Res Methodol 13:35
    (their decomposition and detachment of designs).

    Raises:
        NotEstimable: ``disconnected``.
    """
    whole = fit_network(network, model="common")
    by_design: dict[tuple[str, ...], list[Study]] = {}
    for s in network.studies:
        by_design.setdefault(s.design, []).append(s)
    own = {}
    for design in network.designs:
        (part,) = _apart(subset(network, by_design[design]))
        own[design] = (part, gls(part.blocks, 0.0))
    within = sum(fit.q for _, fit in own.values())
    df_within = sum(part.contrasts - part.rank for part, _ in own.values())
    between, df_between = whole.q - within, whole.q_df - df_within
    parts = []
    for design, (part, fit) in own.items():
        rest = [s for s in network.studies if s.design != design]
        others = _apart(subset(network, rest)) if rest else []
        without = sum(gls(o.blocks, 0.0).q for o in others) + fit.q - within
        df_without = sum(o.contrasts - o.rank for o in others) + part.contrasts - part.rank - df_within
        parts.append(
            DesignQ(
                design=design,
                studies=len(by_design[design]),
                q_within=fit.q,
                df_within=part.contrasts - part.rank,
                q_between_without=without if rest else None,
                df_between_without=df_without if rest else None,
            )
        )
    # All designs with effects of their own give the heterogeneity that is not inconsistency.
    trace = sum(fit.trace for _, fit in own.values())
    tau2 = max(0.0, (within - df_within) / trace) if df_within > 0 else 0.0
    consistent = gls(network_blocks(network, network.treatments), tau2).q
    q_random = max(0.0, consistent - sum(gls(part.blocks, tau2).q for part, _ in own.values()))
    return QDecomposition(
        q_within=within,
        df_within=df_within,
        p_within=chi2_tail(within, df_within),
        q_between=max(0.0, between),
        df_between=df_between,
        p_between=chi2_tail(between, df_between),
        q_between_random=q_random,
        p_between_random=chi2_tail(q_random, df_between),
        tau2_within=tau2,
        designs=tuple(parts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NetHeat:
    """What each design does to the inconsistency of each other: the data of a net heat plot.

    Attributes:
        designs: Rows and columns; columns are the designs whose disagreement is looked at.
        q: Each design's share of Q between designs.
        change: ``change[i][j]``: by how much the disagreement of design j falls when design i is given effects of its own;
            None where the network would fall apart. High values point at a source of inconsistency.
    """

    designs: tuple[tuple[str, ...], ...]
    q: tuple[float, ...]
    change: tuple[tuple[float | None, ...], ...]


def net_heat(network: Network) -> NetHeat:
    """Q between designs, design by design, with all designs in and with each in turn detached.

    The trials of a design are first pooled to that design's own effects (common effect within designs); the network is then
    fitted to those. The parts of the second fit add up to Q between designs.

    Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35.

    Raises:
        NotEstimable: ``disconnected``.
    """
    order = network.treatments
    if len(network.components) > 1:
        raise NotEstimable(
            "disconnected", "the network falls into parts that no trial joins", "Analyse one part"
        )
    width = len(order) - 1
    basis = {t: np.eye(width)[i - 1] if i else np.zeros(width) for i, t in enumerate(order)}
    effects, weights, rows = [], [], []
    for design in network.designs:
        one = fit_network(
            subset(network, (s for s in network.studies if s.design == design)),
            reference=design[0],
            model="common",
        )
        effects.append(one.theta[1:])
        weights.append(np.linalg.inv(one.cov[1:, 1:]))
        rows.append(np.array([basis[t] - basis[design[0]] for t in design[1:]]))

    def parts(keep: list[int]) -> list[float] | None:
        xwx = sum(rows[k].T @ weights[k] @ rows[k] for k in keep)
        if np.linalg.matrix_rank(xwx) < width:
            return None
        beta = np.linalg.solve(xwx, sum(rows[k].T @ weights[k] @ effects[k] for k in keep))
        gaps = [effects[k] - rows[k] @ beta for k in range(len(rows))]
        return [
            float(g @ w @ g) if k in keep else 0.0 for k, (g, w) in enumerate(zip(gaps, weights, strict=True))
        ]

    everything = list(range(len(rows)))
    whole = parts(everything)
    assert whole is not None
    change = []
    for k in everything:
        without = parts([j for j in everything if j != k])
        change.append(tuple(None if without is None else whole[j] - without[j] for j in everything))
    return NetHeat(designs=network.designs, q=tuple(whole), change=tuple(change))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedPoint:
    """A contrast in a comparison-adjusted funnel plot."""

    study: str
    comparison: str
    deviation: float
    se: float


def comparison_funnel(result: NetworkResult, *, against: str) -> tuple[AdjustedPoint, ...]:
    """Each trial's contrast against one treatment, less the direct mean of its comparison.

    Only comparisons with ``against`` are used, so that a positive deviation means the same throughout.

    Source: Chaimani and Salanti 2012, Res Synth Methods 3:161-76.
    """
    out = []
    for treatment in result.treatments:
        if treatment == against:
            continue
        share = direct_and_indirect(result, treatment, against)
        if share.direct is None:
            continue
        for s in result.network.studies:
            if treatment in s.treatments and against in s.treatments:
                e, v = s.contrast(against, treatment)
                out.append(
                    AdjustedPoint(
                        study=s.name,
                        comparison=f"{treatment} against {against}",
                        deviation=e - share.direct,
                        se=math.sqrt(v),
                    )
                )
    return tuple(out)
