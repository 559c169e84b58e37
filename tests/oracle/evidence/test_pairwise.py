"""Pairwise pooling against metafor, on 18 public data sets of metadat and the fibromyalgia set.

``pairwise.json`` is what ``pairwise.R`` wrote (R 4.2.2, metafor 3.8.1, metadat 1.2.0). Tolerances: 1e-6 relative for what has a
closed form or one root; 1e-4 where metafor searches for a maximum (REML, ML: Fisher scoring, run here to 1e-12 in R, so the
tighter of both is used; the binomial-normal model: lme4's optimiser). A tau2 of the order of the search's own tolerance is
compared absolutely, in units of the typical sampling variance.

Explained differences:
* EB is the same equation as PM; metafor iterates it and stops earlier.
* tau2 intervals: metafor's uniroot stops at its default tolerance, about 1e-4 absolute.
* Peto's odds ratios of single studies are made with ``add = 0``: the method needs nothing added to an empty cell, which escalc
  does by default and rma.peto does not.
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

from lenitive.evidence.pairwise import (
    Effects,
    binomial_normal,
    cumulative,
    egger,
    from_counts,
    from_means,
    generic,
    leave_one_out,
    mantel_haenszel,
    peto,
    pool,
)

HERE = Path(__file__).parent


@cache
def frozen() -> dict[str, Any]:
    return json.loads((HERE / "pairwise.json").read_text(encoding="utf-8"))["sets"]


CASES = [(name, measure) for name, s in frozen().items() for measure in s["measures"]]


def effects_of(s: dict[str, Any], measure: str) -> Effects:
    if s["kind"] == "counts":
        return from_counts(s["a"], s["n1"], s["c"], s["n2"], measure=measure)
    if s["kind"] == "means":
        d = {k: [row[k] for row in s["data"]] for k in s["data"][0]}
        return from_means(d["m1"], d["s1"], d["n1"], d["m2"], d["s2"], d["n2"], measure=measure)
    return generic(s["measures"][measure]["yi"], s["measures"][measure]["vi"])


def close(ours: float, theirs: float, rel: float, scale: float = 0.0) -> None:
    assert math.isclose(ours, theirs, rel_tol=rel, abs_tol=max(scale * rel, 1e-12)), (ours, theirs)


def compare(ours: Any, theirs: dict[str, Any], rel: float) -> None:
    """Every number of a pooled result; tau2 = 0 on one side only is compared in units of the sampling variance."""
    c = ours.effect
    estimates = theirs["b"] if isinstance(theirs["b"], list) else [theirs["b"]]
    ses = theirs["se"] if isinstance(theirs["se"], list) else [theirs["se"]]
    for k, (b, se) in enumerate(zip(estimates, ses, strict=True)):
        close(ours.coefficients[k].estimate, b, rel, scale=se)
        close(ours.coefficients[k].se, se, rel)
    if len(estimates) == 1:
        close(c.low, theirs["lb"], rel, scale=c.se)
        close(c.high, theirs["ub"], rel, scale=c.se)
        close(c.statistic, theirs["z"], rel, scale=1)
        close(c.p, theirs["p"], 50 * rel, scale=1e-6)
    close(ours.q, theirs["Q"], rel)
    close(ours.q_p, theirs["Qp"], 50 * rel, scale=1e-9)


@pytest.mark.parametrize(("name", "measure"), CASES)
def test_pooled(name: str, measure: str) -> None:
    s = frozen()[name]
    theirs = s["measures"][measure]
    e = effects_of(s, measure)
    np.testing.assert_allclose(e.yi, theirs["yi"], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(e.vi, theirs["vi"], rtol=1e-10)
    compare(pool(e, model="common"), theirs["FE"], 1e-6)
    for method in ("DL", "PM", "EB", "SJ", "REML", "ML"):
        if method not in theirs:
            continue
        want = theirs[method]
        rel = 1e-4 if method in {"REML", "ML", "EB"} else 1e-6
        got = pool(e, method=method)
        compare(got, want, rel)
        typical = 1 / np.sum(1 / e.vi) * e.vi.size
        assert got.tau2 is not None
        close(got.tau2, want["tau2"], rel, scale=typical)
        assert got.i2 is not None
        assert got.h2 is not None
        close(got.i2, want["I2"], rel, scale=100)
        close(got.h2, want["H2"], rel)
        assert got.prediction is not None
        for ours, pi in zip(got.prediction, want["pi"], strict=True):
            close(ours, pi, rel, scale=got.effect.se)
        if "tau2_ci" in want:
            assert got.tau2_interval is not None
            for ours, ci in zip(got.tau2_interval, want["tau2_ci"], strict=True):
                close(ours, ci, 2e-3, scale=typical)
        compare(pool(e, method=method, test="hk", tau2_interval=False), want["hk"], rel)
        compare(pool(e, method=method, test="hk_adhoc", tau2_interval=False), want["adhoc"], rel)


@pytest.mark.parametrize(("name", "measure"), CASES)
def test_leave_one_out_cumulative_and_egger(name: str, measure: str) -> None:
    s = frozen()[name]
    theirs = s["measures"][measure]
    e = effects_of(s, measure)
    for ours, want in (
        (leave_one_out(e, method="DL"), theirs["leave1out"]),
        (cumulative(e, np.arange(e.yi.size), method="DL"), theirs["cumul"]),
    ):
        for (_, p), b, se, tau2 in zip(ours, want["b"], want["se"], want["tau2"], strict=True):
            close(p.effect.estimate, b, 1e-6, scale=se)
            close(p.effect.se, se, 1e-6)
            assert p.tau2 is not None
            close(p.tau2, tau2, 1e-6, scale=float(e.vi.mean()))
    if "egger_lm" in theirs:
        test = egger(e)
        close(test.slope.statistic, theirs["egger_lm"]["stat"], 1e-6, scale=1)
        close(test.slope.p, theirs["egger_lm"]["p"], 1e-5)
    if "egger_rma" in theirs:
        mixed = egger(e, form="mixed")
        close(mixed.slope.statistic, theirs["egger_rma"]["stat"], 1e-4, scale=1)
        close(mixed.slope.p, theirs["egger_rma"]["p"], 1e-3)


@pytest.mark.parametrize(
    "name", [n for n, s in frozen().items() if any("mods" in m for m in s["measures"].values())]
)
def test_meta_regression(name: str) -> None:
    s = frozen()[name]
    for measure, theirs in s["measures"].items():
        e = effects_of(s, measure)
        x = {"x": np.asarray(theirs["mods"], float)}
        for method in ("DL", "PM", "REML", "ML", "SJ"):
            want = theirs[f"mods_{method}"]
            rel = 1e-4 if method in {"REML", "ML"} else 1e-6
            got = pool(e, method=method, moderators=x)
            compare(got, want, rel)
            assert got.moderators_q is not None
            assert got.moderators_p is not None
            close(got.moderators_q, want["QM"], rel, scale=1e-3)
            close(got.moderators_p, want["QMp"], 50 * rel, scale=1e-6)
            hk = pool(e, method=method, moderators=x, test="hk")
            compare(hk, want["hk"], rel)
            assert hk.moderators_q is not None
            close(hk.moderators_q, want["hk"]["QM"], rel, scale=1e-3)


@pytest.mark.parametrize("name", [n for n, s in frozen().items() if s["kind"] == "counts"])
def test_mantel_haenszel_and_peto(name: str) -> None:
    s = frozen()[name]
    columns = (s["a"], s["n1"], s["c"], s["n2"])
    for measure in ("OR", "RR", "RD"):
        got, want = mantel_haenszel(*columns, measure=measure), s["mh"][measure]
        close(got.effect.estimate, want["b"], 1e-6, scale=want["se"])
        close(got.effect.se, want["se"], 1e-6)
        close(got.q, want["Q"], 1e-6)
        close(got.q_p, want["Qp"], 1e-5, scale=1e-9)
    got, want = peto(*columns), s["peto"]
    close(got.effect.estimate, want["b"], 1e-6, scale=want["se"])
    close(got.effect.se, want["se"], 1e-6)
    close(got.q, want["Q"], 1e-6)


@pytest.mark.parametrize("name", [n for n, s in frozen().items() if "glmm" in s])
def test_binomial_normal(name: str) -> None:
    """lme4 is used by metafor with 7 quadrature points; its own standard error ignores that tau2 is estimated."""
    s = frozen()[name]
    got = binomial_normal(s["a"], s["n1"], s["c"], s["n2"])
    close(got.effect.estimate, s["glmm"]["b"], 1e-3, scale=s["glmm"]["se"])
    close(got.effect.se, s["glmm"]["se"], 0.03)
    assert got.tau2 is not None
    close(got.tau2, s["glmm"]["tau2"], 2e-3)


@pytest.mark.shared_data
def test_fibromyalgia_antidepressants(shared_data: Path) -> None:
    folder = shared_data / "fibromyalgia-antidepressants-ma"
    with (folder / "trials.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    want = json.loads((folder / "expected_metafor.json").read_text(encoding="utf-8"))
    e = generic([float(r["smd"]) for r in rows], [float(r["se"]) ** 2 for r in rows])
    for method in ("DL", "REML", "PM"):
        got = pool(e, method=method)
        rel = 1e-6 if method == "DL" else 2e-4  # that file was made at metafor's default threshold
        close(got.effect.estimate, want[method]["estimate"], rel)
        close(got.effect.se, want[method]["se"], rel)
        higgins = pool(e, method=method, prediction="higgins").prediction
        assert higgins is not None
        for ours, theirs in zip(higgins, want[method]["pi_higgins_t_kminus2"], strict=True):
            close(ours, theirs, max(rel, 1e-6) * 10, scale=0.1)
    close(egger(e).slope.p, want["egger_lm"]["p"], 1e-6)


@pytest.mark.metafor
def test_frozen_output_is_what_metafor_says_now(tmp_path: Path, rscript: str) -> None:
    out = tmp_path / "live.json"
    names = ["dat.bcg", "dat.nielweise2007", "dat.normand1999", "dat.raudenbush1985"]
    subprocess.run([rscript, str(HERE / "pairwise.R"), str(out), *names], check=True, capture_output=True)
    live = json.loads(out.read_text(encoding="utf-8"))["sets"]
    assert sorted(live) == sorted(names)

    def same(a: Any, b: Any, at: str) -> None:
        assert type(a) is type(b) or isinstance(a, (int, float)), at
        if isinstance(a, dict):
            assert a.keys() == b.keys(), at
            for key in a:
                same(a[key], b[key], f"{at}.{key}")
        elif isinstance(a, list):
            for i, (x, y) in enumerate(zip(a, b, strict=True)):
                same(x, y, f"{at}[{i}]")
        elif isinstance(a, float):
            assert math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-8), at

    for name in names:
        same(live[name], frozen()[name], name)
