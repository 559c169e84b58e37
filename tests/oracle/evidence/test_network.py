"""Network meta-analysis against metafor's rma.mv on 12 public networks, a component and a dose-response network.

``network.json`` is what ``network.R`` wrote (R 4.2.2, metafor 3.8.1, metadat 1.2.0): contrasts and covariances built anew in R, then
``rma.mv`` with one heterogeneity variance and correlation 1/2 within multi-arm studies. Tolerances: 1e-6 relative for common
effects, Q, the moment estimator; 1e-4 for REML, where nlminb searches on the log scale at its default tolerance (a tau2 that is
zero here is a very small number there, compared in units of the sampling variance).

Explained differences:
* gemtc (Bayesian): the Parkinson network has a normal likelihood and agrees within Monte Carlo error of its chains; the smoking
  network there has a binomial likelihood, here a normal one with 1/2 added to the two studies with an empty cell, which moves
  effects by up to 0.25 and tau by 0.13. That comparison is bounded, not equated.
* The moment estimator for several contrasts a study is not in metafor: R computes it from its definition.
"""

from __future__ import annotations

import csv
import json
import math
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenitive.evidence.network import (
    Network,
    bayes_network,
    component_network,
    decompose_q,
    direct_and_indirect,
    dose_network,
    fit_network,
    from_arm_counts,
    from_arm_means,
    from_contrasts,
    independent_path,
    net_heat,
    node_split,
)

HERE = Path(__file__).parent


@cache
def frozen() -> dict[str, Any]:
    return json.loads((HERE / "network.json").read_text(encoding="utf-8"))


def close(ours: float, theirs: float, rel: float, scale: float = 0.0) -> None:
    assert math.isclose(ours, theirs, rel_tol=rel, abs_tol=max(scale * rel, 1e-12)), (ours, theirs)


def network_of(data: dict[str, Any]) -> Network:
    if data["kind"] == "counts":
        return from_arm_counts(data["study"], data["treatment"], data["r"], data["n"])
    return from_arm_means(data["study"], data["treatment"], data["mean"], data["sd"], data["n"])


NAMES = list(frozen()["networks"])


@pytest.mark.parametrize("name", NAMES)
def test_effects_heterogeneity_and_q(name: str) -> None:
    want = frozen()["networks"][name]
    network = network_of(want["data"])
    if len(network.components) > 1:
        network = network.part(want["ref"])
    common = fit_network(network, reference=want["ref"], model="common")
    random = fit_network(network, reference=want["ref"])
    moments = fit_network(network, reference=want["ref"], method="DL")
    typical = float(np.median([v for s in network.studies for v in np.diag(s.v)]))
    for i, treatment in enumerate(want["basic"]):
        for result, fitted, rel in (
            (common, want["fe"], 1e-6),
            (random, want["reml"], 1e-4),
            (moments, want["dl"], 1e-6),
        ):
            c = result.compare(treatment, want["ref"])
            close(c.estimate, fitted["b"][i], rel, scale=fitted["se"][i])
            close(c.se, fitted["se"][i], rel)
    close(common.q, want["fe"]["Q"], 1e-6)
    assert common.q_df == want["fe"]["df"]
    close(random.tau2, want["reml"]["tau2"], 1e-4, scale=typical)
    close(moments.tau2, want["dl"]["tau2"], 1e-6, scale=typical)
    q = decompose_q(network)
    close(q.q_within, want["within"]["Q"], 1e-6, scale=1)
    assert q.df_within == want["within"]["df"]
    close(q.q_between, want["fe"]["Q"] - want["within"]["Q"], 1e-5, scale=1)


@pytest.mark.parametrize("name", NAMES)
def test_node_splitting(name: str) -> None:
    want = frozen()["networks"][name]
    network = network_of(want["data"]).part(want["ref"])
    assert want["split"]
    for split in want["split"]:
        got = node_split(network, split["b"], split["a"])
        close(got.indirect, split["indirect"], 2e-4, scale=split["indirect_se"])
        close(got.indirect_se, split["indirect_se"], 2e-4)
        close(got.difference, split["difference"], 2e-4, scale=split["difference_se"])
        close(got.difference_se, split["difference_se"], 2e-4)


@pytest.mark.parametrize("name", NAMES)
def test_direct_and_indirect_make_the_network_estimate(name: str) -> None:
    want = frozen()["networks"][name]
    result = fit_network(network_of(want["data"]).part(want["ref"]), reference=want["ref"])
    for a, b in result.network.edges():
        s = direct_and_indirect(result, a, b)
        assert s.direct is not None
        assert s.direct_se is not None
        if s.indirect is None:
            # Multi-arm trials lend one another strength through their other arms, which is no indirect evidence.
            if s.share > 1 - 1e-9:
                close(s.direct, s.network, 1e-9, scale=s.network_se)
            else:
                assert not independent_path(result.network, a, b)
            continue
        assert s.indirect_se is not None
        w1, w2 = s.direct_se**-2, s.indirect_se**-2
        close((w1 * s.direct + w2 * s.indirect) / (w1 + w2), s.network, 1e-9, scale=s.network_se)
        assert 0 < s.share < 1


@pytest.mark.parametrize("name", NAMES)
def test_net_heat_adds_up_to_q_between_designs(name: str) -> None:
    """Two ways to the same sums: designs pooled first and then fitted, against trials fitted at once (checked with R)."""
    want = frozen()["networks"][name]
    network = network_of(want["data"]).part(want["ref"])
    heat, q = net_heat(network), decompose_q(network)
    close(sum(heat.q), q.q_between, 1e-7, scale=1)
    for row, detached in zip(heat.change, q.designs, strict=True):
        if detached.q_between_without is not None and None not in row:
            close(
                sum(heat.q) - sum(v for v in row if v is not None), detached.q_between_without, 1e-6, scale=1
            )


def test_contrast_input_equals_arm_input() -> None:
    """All pairs of each study, with their standard errors, carry the whole covariance of its arms."""
    data = frozen()["networks"]["hasselblad1998"]["data"]
    arms = network_of(data)
    rows = []
    for s in arms.studies:
        for i, a in enumerate(s.treatments):
            for b in s.treatments[i + 1 :]:
                e, v = s.contrast(a, b)
                rows.append((s.name, b, a, e, math.sqrt(v)))
    again = from_contrasts(*map(list, zip(*rows, strict=True)))
    one, two = (fit_network(n, reference="no_contact") for n in (arms, again))
    np.testing.assert_allclose(one.theta, two.theta, rtol=1e-7)
    np.testing.assert_allclose(one.cov, two.cov, rtol=1e-6, atol=1e-12)


def test_components() -> None:
    want = frozen()["components"]
    d = want["data"]
    network = from_contrasts(d["study"], d["treat1"], d["treat2"], d["te"], d["se"])
    for model, key, rel in (("common", "fe", 1e-6), ("random", "reml", 1e-4)):
        got = component_network(network, inactive="Placebo", model=model)
        fitted = want["fit"][key]
        assert [p.name for p in got.parts] == sorted(want["names"])
        order = [want["names"].index(p.name) for p in got.parts]
        for p, k in zip(got.parts, order, strict=True):
            close(p.estimate, fitted["b"][k], rel, scale=fitted["se"][k])
            close(p.se, fitted["se"][k], rel)
    close(got.q, want["fit"]["fe"]["Q"], 1e-6)


def test_dose_response() -> None:
    want = frozen()["dose"]
    d = want["data"]
    labels = [f"{a} {x:g}" for a, x in zip(d["agent"], d["dose"], strict=True)]
    network = from_arm_counts(d["study"], labels, d["r"], d["n"])
    doses = {label: (a, float(x)) for label, a, x in zip(labels, d["agent"], d["dose"], strict=True)}
    reference = dict.fromkeys(want["drugs"], 20.0)
    for curve, how in (("linear", {}), ("emax", {"ed50": 0.5})):
        for model, key, rel in (("common", "fe", 1e-6), ("random", "reml", 1e-4)):
            got = dose_network(network, doses, reference_dose=reference, curve=curve, model=model, **how)
            fitted = want[curve][key]
            for p, b, se in zip(got.parts, fitted["b"], fitted["se"], strict=True):
                close(p.estimate, b, rel, scale=se)
                close(p.se, se, rel)
    each = dict.fromkeys(want["drugs"], 0.5)
    one, own = (
        dose_network(network, doses, reference_dose=reference, curve="emax", model="common", ed50=e)
        for e in (0.5, each)
    )
    assert one.log_likelihood == pytest.approx(own.log_likelihood, abs=1e-9)
    assert dict(own.ed50s) == each
    free = dose_network(
        network, doses, reference_dose=reference, curve="emax", model="common", own_curves=True
    )
    assert set(free.ed50s) == set(want["drugs"])
    found = dose_network(network, doses, reference_dose=reference, curve="emax", model="common")
    assert free.log_likelihood >= found.log_likelihood - 1e-6, (
        "a curve for each drug fits no worse than one for all"
    )
    fixed = dose_network(network, doses, reference_dose=reference, curve="emax", model="common", ed50=0.5)
    assert found.log_likelihood >= fixed.log_likelihood


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "reference", "tolerance", "scale"),
    # Monte Carlo error of the stored chains is below 0.01 for Parkinson; smoking differs by its likelihood (see above).
    [("parkinson", "D", 0.02, 5.0), ("smoking_cessation", "no_contact", 0.25, 5.0)],
)
def test_bayesian_against_gemtc(
    shared_data: Path, name: str, reference: str, tolerance: float, scale: float
) -> None:
    folder = shared_data / "nma-worked-examples"
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (folder / f"{name}_bayes_expected.csv").open(encoding="utf-8") as file:
        want = {
            r["parameter"]: {k: float(v) for k, v in r.items() if k != "parameter"}
            for r in csv.DictReader(file)
        }
    study, treatment = [r["study"] for r in rows], [r["treatment"] for r in rows]
    if name == "parkinson":
        network = from_arm_means(
            study, treatment, *([float(r[k]) for r in rows] for k in ("mean", "sd", "n"))
        )
        names = {t: t for t in "ABCDE"}
    else:
        network = from_arm_counts(study, treatment, *([float(r[k]) for r in rows] for k in ("r", "n")))
        names = dict(
            zip("ABCD", ["no_contact", "self_help", "ind_counseling", "grp_counseling"], strict=True)
        )
    got = bayes_network(network, reference=reference, prior="uniform", scale=scale, points=400)
    compared = 0
    for parameter, summary in want.items():
        parts = parameter.split(".")
        if parts[0] != "d":
            continue
        posterior = got.compare(names[parts[2]], names[parts[1]])
        assert posterior.mean == pytest.approx(summary["mean"], abs=tolerance)
        assert posterior.sd == pytest.approx(summary["sd"], abs=max(tolerance, 0.08))
        compared += 1
    assert compared == len(names) - 1


def test_bayesian_grid_equals_direct_integration() -> None:
    """One comparison, where the marginal posterior can be integrated by itself on a fine grid."""
    y, v = np.array([0.3, -0.2, 0.6]), np.array([0.04, 0.09, 0.05])
    network = from_contrasts(["1", "2", "3"], ["A"] * 3, ["B"] * 3, y, np.sqrt(v))
    got = bayes_network(network, reference="B", prior="half_normal", scale=0.5, points=300).compare("A", "B")
    tau = (np.arange(1500) + 0.5) / 1500 * 2.5
    theta = np.linspace(-4, 4, 2001)
    total = v[None, :] + tau[:, None] ** 2
    log = (
        -0.5 * (tau[:, None] / 0.5) ** 2
        - 0.5 * np.log(total).sum(1)[:, None]
        - 0.5 * (((y[None, None] - theta[None, :, None]) ** 2) / total[:, None, :]).sum(-1)
    )
    p = np.exp(log - log.max())
    p /= p.sum()
    marginal = p.sum(0)
    mean = float(marginal @ theta)
    assert got.mean == pytest.approx(mean, abs=1e-4)
    assert got.sd == pytest.approx(math.sqrt(float(marginal @ (theta - mean) ** 2)), abs=1e-3)
    assert got.below(0.0) == pytest.approx(float(marginal[theta < 0].sum()), abs=2e-3)


@pytest.mark.metafor
@pytest.mark.shared_data
def test_frozen_network_output_is_what_metafor_says_now(
    tmp_path: Path, shared_data: Path, rscript: str
) -> None:
    out = tmp_path / "live.json"
    names = ["hasselblad1998", "senn2013", "woods2010"]
    subprocess.run(
        [rscript, str(HERE / "network.R"), str(out), str(shared_data), *names],
        check=True,
        capture_output=True,
    )
    live = json.loads(out.read_text(encoding="utf-8"))["networks"]
    for name in names:
        for key in ("fe", "reml", "dl"):
            was = frozen()["networks"][name][key]
            np.testing.assert_allclose(live[name][key]["b"], was["b"], rtol=1e-5)
            np.testing.assert_allclose(live[name][key]["se"], was["se"], rtol=1e-5)
