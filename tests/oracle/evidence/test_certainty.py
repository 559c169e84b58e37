"""Contributions against netmeta's, and certainty against CINeMA's published tables of three networks.

``contribution.json``: what netmeta's ``netcontrib(method = "randomwalk")`` wrote for the depression network, as published with
Davies and others 2022, all 55 estimates and 20 direct comparisons: 1e-9.

``cinema.json``: data, league tables and judgements as CINeMA's authors printed them. Where a judgement differs, why stands in
``EXPLAINED``; a difference that is not there, and one there that is none, fail.
"""

from __future__ import annotations

import itertools
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lenitive.evidence.certainty import Appraised, Concern, Risk, StudyJudgement
from lenitive.evidence.certainty.rules import heterogeneity, imprecision, incoherence
from lenitive.evidence.network import contributions, fit_network, from_arm_counts, from_contrasts
from lenitive.knowledge import load

HERE = Path(__file__).parent
RISK = {1: Risk.LOW, 2: Risk.SOME, 3: Risk.HIGH}

# The paper of 2020 counts every limit of the range that an interval crosses; the software (and we) count no difference and the
# limit on the other side of the estimate. An interval that leaves out no difference and begins inside the range is therefore
# precise here; one that lies inside the range and whose prediction crosses both limits crosses one mark more, not two.
EXPLAINED = {
    ("statins", "simvastatin:rosuvastatin", "imprecision"): "crosses a limit on its own side only",
    (
        "statins",
        "simvastatin:rosuvastatin",
        "heterogeneity",
    ): "the prediction crosses no difference and the far limit",
    ("antidepressants", "amitriptyline:paroxetine", "heterogeneity"): "the mean holds no difference already",
}


@cache
def frozen() -> dict[str, Any]:
    return json.loads((HERE / "cinema.json").read_text(encoding="utf-8"))


def test_contributions_are_netmetas() -> None:
    want = json.loads((HERE / "contribution.json").read_text(encoding="utf-8"))
    d = want["data"]
    network = from_contrasts(d["study"], d["treat1"], d["treat2"], d["te"], d["se"])
    got = contributions(fit_network(network, model="common"))
    columns = [tuple(c.split(":")) for c in want["columns"]]
    pairs = list(itertools.combinations([str(i) for i in range(1, 12)], 2))
    assert len(pairs) == len(want["rows"]) == 55
    for (a, b), row in zip(pairs, want["rows"], strict=True):
        ours = {tuple(sorted(k, key=int)): v for k, v in got.by_comparison(a, b).items()}
        np.testing.assert_allclose([ours.get(c, 0.0) for c in columns], row, atol=1e-9)
        assert sum(got.by_study(a, b).values()) == pytest.approx(1.0)


@cache
def appraised(name: str) -> Appraised:
    one = frozen()[name]
    d = one["data"]
    network = from_arm_counts(d["study"], d["treatment"], d["events"], d["n"])
    reference = "Placebo" if "Placebo" in network.treatments else "placebo"
    return Appraised(
        fit_network(network, reference=reference, method="DL"),
        line=math.log(one["line"]),
        lines=load().judgement.certainty,
        studies={
            s: StudyJudgement(bias=RISK[b], indirectness=Risk.LOW) for s, b in d.get("bias", {}).items()
        },
    )


@pytest.mark.parametrize("name", ["antihypertensives", "statins"])
def test_the_league_table_is_cinemas(name: str) -> None:
    """To the three digits printed."""
    one = frozen()[name]
    result = appraised(name).result
    if "tau2" in one:
        assert result.tau2 == pytest.approx(one["tau2"], abs=5e-4)
    for pair, printed in one["odds_ratios"].items():
        c = result.compare(*pair.split(":"))
        for ours, theirs in zip((c.estimate, c.low, c.high), printed, strict=True):
            assert math.exp(ours) == pytest.approx(theirs, abs=1.1e-3)


def test_the_weight_of_bias_is_cinemas() -> None:
    shares = appraised("antihypertensives").shares("ACE", "BBlocker", "bias")
    for risk, percent in frozen()["antihypertensives"]["bias_of_ACE:BBlocker"].items():
        assert 100 * shares[Risk(risk)] == pytest.approx(percent, abs=0.6)


def judged(name: str) -> dict[tuple[str, str], Concern]:
    one = frozen()[name]
    out: dict[tuple[str, str], Concern] = {}
    if "data" in one:
        for pair in one["judged"]:
            domains = {d.name: d.concern for d in appraised(name).certainty(*pair.split(":")).domains}
            out |= {(pair, d): domains[d] for d in one["domains"]}
        return out
    line = math.log(one["line"])
    for pair, printed in one["printed"].items():
        log = {k: [math.log(x) for x in v] for k, v in printed.items() if k != "p"}
        estimate, interval = log["nma"][0], (log["nma"][1], log["nma"][2])
        out[pair, "imprecision"] = imprecision(estimate, interval, line)
        out[pair, "heterogeneity"] = heterogeneity(estimate, interval, tuple(log["prediction"]), line)[0]  # type: ignore[arg-type]
        differ = printed["p"] < load().judgement.certainty.incoherence_p.value
        direct, indirect = tuple(log["direct"]), tuple(log["indirect"])
        out[pair, "incoherence"] = incoherence(direct, indirect, line)[0] if differ else Concern.NONE  # type: ignore[arg-type]
    return out


def test_judgements_agree_with_cinemas_or_differ_for_a_stated_reason() -> None:
    agreed, differ = 0, set()
    for name, one in frozen().items():
        ours = judged(name)
        for pair, row in one["judged"].items():
            for domain, theirs in zip(one["domains"], row, strict=True):
                if ours[pair, domain] == Concern(theirs):
                    agreed += 1
                else:
                    differ.add((name, pair, domain))
    assert differ == set(EXPLAINED)
    assert agreed == 75
