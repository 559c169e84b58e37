"""``lenitive meta`` with further models: exact counts, regression, groups, doses, dependent effects, consistency relaxed.

Values are held against the models' own functions, which the oracles hold against metafor and gemtc; here it is held that options
reach them with the right columns, and that what does not go together is refused.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lenitive.evidence import NotEstimable, meta
from lenitive.evidence.network import (
    binomial_network,
    dose_network,
    fit_network,
    from_arm_counts,
    from_arm_means,
    net_heat,
    network_regression,
    unrelated_mean_effects,
)
from lenitive.evidence.network.data import subset
from lenitive.evidence.pairwise import binomial_normal, generic, multilevel, pool, robust
from lenitive.shells.cli import app

RUN = CliRunner()
EXAMPLE = Path(__file__).parents[3] / "examples" / "networks" / "smoking-cessation.csv"


def smoking(**more: Any) -> dict[str, list[Any]]:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table: dict[str, list[Any]] = {name: [r[name] for r in rows] for name in rows[0]}
    return table | {name: [value(r["study"]) for r in rows] for name, value in more.items()}


def year(study: str) -> int:
    return 1970 + int(study)


def test_exact_counts_are_those_of_the_binomial_network() -> None:
    table = smoking()
    got = meta(table, likelihood="exact").further.exact
    assert got is not None
    assert got.posterior
    want = binomial_network(table["study"], table["trt"], table["xi"], table["ni"], reference="no_contact")
    for one in got.effects:
        posterior = want.compare(one.name, "no_contact")
        assert one.estimate == pytest.approx(posterior.quantile(0.5))
        assert (one.low, one.high) == pytest.approx((posterior.quantile(0.025), posterior.quantile(0.975)))
    wider = meta(table, likelihood="exact", level=0.99).further.exact
    assert wider is not None
    assert wider.effects[0].low < got.effects[0].low


def test_exact_counts_of_two_treatments() -> None:
    counts = {
        "events1": [0, 1, 3, 5],
        "n1": [40, 50, 60, 70],
        "events2": [3, 4, 6, 9],
        "n2": [41, 52, 61, 69],
    }
    table = {"study": ["a", "b", "c", "d"], **counts}
    got = meta(table, measure="OR", likelihood="exact").further.exact
    want = binomial_normal(*counts.values(), likelihood="exact")
    assert got is not None
    assert got.effects[0].estimate == pytest.approx(want.effect.estimate)
    with pytest.raises(NotEstimable, match="odds ratios"):
        meta(table, measure="RR", likelihood="exact")


@pytest.mark.parametrize("slopes", ["common", "independent"])
def test_a_network_moves_with_a_column(slopes: str) -> None:
    table = smoking(year=year)
    got = meta(table, covariate="year", slopes=slopes, at=1990.0).further.regression
    assert got is not None
    network = from_arm_counts(table["study"], table["trt"], table["xi"], table["ni"])
    want = network_regression(
        network, {s: float(year(s)) for s in table["study"]}, reference="no_contact", slopes=slopes
    )
    assert [s.estimate for s in got.slopes] == pytest.approx([s.estimate for s in want.slopes])
    assert (got.p, got.tau2, got.tau2_without) == pytest.approx((want.p, want.tau2, want.tau2_without))
    (at,) = got.at
    for one in at.effects:
        assert one.estimate == pytest.approx(want.at(one.name, 1990.0).estimate)
    assert at.within
    (beyond,) = meta(table, covariate="year", at=2050.0).further.regression.at  # type: ignore[union-attr]
    assert not beyond.within


def test_trials_without_a_value_are_left_out_by_name_and_words_are_numbers() -> None:
    table = smoking(
        year=lambda s: "" if s in {"3", "7"} else year(s), kind=lambda s: "old" if int(s) < 12 else "new"
    )
    got = meta(table, covariate="year").further.regression
    assert got is not None
    assert (got.trials, got.left_out) == (22, ("3", "7"))
    words = meta(table, covariate="kind").further.regression
    assert words is not None
    assert (words.lowest, words.highest) == (0.0, 1.0)
    assert words.notes == ("kind was read as new 0, old 1",)


def test_baseline_is_the_references_own_log_odds() -> None:
    got = meta(smoking(), covariate="baseline").further.regression
    assert got is not None
    table = smoking()
    mine = {
        s: math.log((int(x) + 0.5) / (int(n) - int(x) + 0.5))
        for s, t, x, n in zip(table["study"], table["trt"], table["xi"], table["ni"], strict=True)
        if t == "no_contact"
    }
    assert got.trials == len(mine)
    assert (got.lowest, got.highest) == (min(mine.values()), max(mine.values()))
    assert "a part of the effect" in got.notes[0]
    with pytest.raises(NotEstimable, match="no_baseline"):
        meta({"study": ["a", "b", "c"], "yi": [1, 2, 3], "vi": [1, 1, 1]}, covariate="baseline")


def test_two_treatments_move_with_a_column() -> None:
    table = {"study": list("abcdef"), "yi": [0.1, 0.3, 0.2, 0.5, 0.4, 0.9], "vi": [0.01, 0.02] * 3}
    x = np.array([1.0, 2, 3, 4, 5, 7])
    got = meta({**table, "x": x}, covariate="x", at=4).further.regression
    want = pool(generic(table["yi"], table["vi"]), moderators={"x": x})
    assert got is not None
    assert got.slopes[0].estimate == pytest.approx(want.coefficients[1].estimate)
    assert got.at[0].effects[0].estimate == pytest.approx(
        want.coefficients[0].estimate + 4 * want.coefficients[1].estimate
    )


def test_groups_are_analysed_apart_and_compared() -> None:
    table = smoking(era=lambda s: "old" if int(s) < 12 else "new")
    got = meta(table, subgroup="era").further.groups
    assert got is not None
    assert [(g.name, g.trials) for g in got.groups] == [("old", 11), ("new", 13)]
    network = from_arm_counts(table["study"], table["trt"], table["xi"], table["ni"])
    each = []
    for group, wanted in zip(got.groups, ("old", "new"), strict=True):
        names = {s for s in table["study"] if ("old" if int(s) < 12 else "new") == wanted}
        fit = fit_network(
            subset(network, (s for s in network.studies if s.name in names)), reference="no_contact"
        )
        mine = fit.compare("ind_counseling", "no_contact")
        each.append(mine)
        assert next(e for e in group.effects if e.name == "ind_counseling").estimate == pytest.approx(
            mine.estimate
        )
    test = next(t for t in got.tests if t.name == "ind_counseling")
    # Of two groups Q is the square of their difference over its variance.
    gap = each[0].estimate - each[1].estimate
    assert test.q == pytest.approx(gap**2 / (each[0].se ** 2 + each[1].se ** 2))
    assert test.df == 1


def test_a_group_that_cannot_be_analysed_says_why() -> None:
    table = smoking(alone=lambda s: "x" if s == "14" else "rest")
    got = meta(table, subgroup="alone").further.groups
    assert got is not None
    apart = {g.name: g.why for g in got.groups}
    assert "no trial of it compares with no_contact" in apart["x"]
    assert not apart["rest"]


def doses() -> dict[str, list[Any]]:
    arms = [
        (study, drug, dose, -1.2 * x / (x + 40) + bump)
        for study, (high, bump) in enumerate([(20, 0.02), (40, -0.03), (60, 0.01), (120, 0.0)], start=1)
        for drug, dose, x in (("placebo", "", 0.0), ("b", str(high), float(high)))
    ]
    return {
        "study": [a[0] for a in arms],
        "treatment": [a[1] for a in arms],
        "mg": [a[2] for a in arms],
        "mean": [a[3] for a in arms],
        "sd": [1.0] * len(arms),
        "n": [200] * len(arms),
    }


@pytest.mark.parametrize("curve", ["emax", "emax-shared", "linear"])
def test_doses_are_curves(curve: str) -> None:
    table = doses()
    result = meta(table, dose="mg", curve=curve)
    got = result.further.doses
    assert got is not None
    assert result.network is not None
    assert result.network.reference == "placebo"
    labels = [f"b {d}" if d else "placebo" for d in table["mg"]]
    network = from_arm_means(table["study"], labels, table["mean"], table["sd"], table["n"])
    want = dose_network(
        network,
        {
            label: ("b", float(label.split()[1])) if label != "placebo" else ("placebo", 0.0)
            for label in labels
        },
        reference_dose={"b": 120.0},
        curve="linear" if curve == "linear" else "emax",
        own_curves=curve == "emax",
    )
    assert got.log_likelihood == pytest.approx(want.log_likelihood)
    assert [t.dose for t in got.tried] == [20.0, 40.0, 60.0, 120.0]
    if curve == "linear":
        assert got.tried[0].curve.estimate == pytest.approx(want.parts[0].estimate * 20 / 120)
        assert got.half == ()
    else:
        ((drug, half),) = got.half
        assert drug == "b"
        assert half == pytest.approx(40, rel=0.4), (
            "the dose with half of the effect is near the one simulated"
        )
        top = want.parts[0].estimate
        assert got.tried[1].curve.estimate == pytest.approx(top * 40 / (40 + half), rel=1e-6)


def test_rows_that_belong_together() -> None:
    table = {"study": list("aabbccd"), "yi": [0.1, 0.2, 0.5, 0.4, 0.0, 0.1, 0.9], "vi": [0.02] * 7}
    got = meta({**table, "lab": table["study"]}, cluster="lab").further
    effects = generic(table["yi"], table["vi"])
    assert got.levels is not None
    assert got.robust is not None
    assert got.levels.effect == multilevel(effects, table["study"]).effect
    assert got.robust.effect == robust(effects, table["study"]).effect


@pytest.mark.parametrize(
    ("more", "how", "why"),
    [
        ({}, {"covariate": "yeer"}, "unknown_column"),
        ({"x": lambda s: 3}, {"covariate": "x"}, "constant_covariate"),
        ({"x": lambda s: ""}, {"covariate": "x"}, "missing_covariate"),
        ({"x": lambda s: "inf"}, {"covariate": "x"}, "not_a_number"),
        ({"x": lambda s: ["a", "b", "c"][int(s) % 3]}, {"covariate": "x"}, "not_a_number"),
        ({"x": lambda s: "one"}, {"subgroup": "x"}, "one_group"),
        ({"x": lambda s: s}, {"cluster": "x"}, "wrong_model"),
        ({"x": lambda s: -1}, {"dose": "x"}, "wrong_dose"),
        ({"x": lambda s: 0}, {"dose": "x"}, "wrong_dose"),
        ({"x": lambda s: 20}, {"dose": "x"}, "no_inactive"),
        ({"x": lambda s: 20}, {"dose": "y"}, "unknown_column"),
        ({"x": year}, {"covariate": "x", "slopes": "both"}, "unknown_slopes"),
        ({"x": year}, {"covariate": "x", "at": math.nan}, "wrong_value"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(more: dict[str, Any], how: dict[str, Any], why: str) -> None:
    with pytest.raises(NotEstimable) as refusal:
        meta(smoking(**more), **how)
    assert refusal.value.name == why
    assert refusal.value.remedy


def test_a_trial_with_two_values_is_refused_with_both() -> None:
    table = smoking()
    table["year"] = list(range(len(table["study"])))
    with pytest.raises(NotEstimable, match=r"year of 1 is '0' and '1'"):
        meta(table, covariate="year")


def test_columns_beside_survive_other_names_and_arms_side_by_side() -> None:
    wide = {
        "Trial": ["1", "2", "3"],
        "t.1": ["placebo"] * 3,
        "y.1": [0, 0.1, 0],
        "sd.1": [1] * 3,
        "n.1": [90] * 3,
        "mg.1": [0, 0, 0],
        "t.2": ["b"] * 3,
        "y.2": [-0.4, -0.8, -0.9],
        "sd.2": [1] * 3,
        "n.2": [90] * 3,
        "mg.2": [30, 60, 120],
        "year": [2000, 2005, 2010],
    }
    got = meta(wide, dose="mg", curve="linear").further.doses
    assert got is not None
    assert [t.dose for t in got.tried] == [30.0, 60.0, 120.0]
    moved = meta(wide, covariate="year", at=2005).further.regression
    assert moved is not None
    assert (moved.lowest, moved.highest) == (2000.0, 2010.0)


def written(tmp_path: Path, table: dict[str, list[Any]]) -> Path:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(table)
        out.writerows(zip(*table.values(), strict=True))
    return path


def test_the_command_says_them_in_words_figures_and_json(tmp_path: Path) -> None:
    table = smoking(year=year, era=lambda s: "old" if int(s) < 12 else "new")
    path = written(tmp_path, table)
    options = [
        "--likelihood",
        "exact",
        "--covariate",
        "year",
        "--subgroup",
        "era",
        "--show",
        "net-heat,unrelated",
    ]
    figures = tmp_path / "figures"
    done = RUN.invoke(app, ["meta", str(path), *options, "--figures", str(figures)])
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    exact = meta(table, likelihood="exact").further.exact
    assert exact is not None
    for part in (
        "Odds ratios from the counts themselves (posterior)",
        f"{math.exp(exact.effects[0].estimate):.2f} ({math.exp(exact.effects[0].low):.2f} to",
        "Ratio of effects, all treatments:",
        "Does it move with year?",
        "Groups of trials by era",
        "Unrelated mean effects",
    ):
        assert part in words, part
    network = from_arm_counts(table["study"], table["trt"], table["xi"], table["ni"])
    unrelated = unrelated_mean_effects(network)
    assert f"tau2 {unrelated.tau2:.3g} without consistency" in words
    assert any("grp_counseling : self_help" in f.read_text(encoding="utf-8") for f in figures.glob("*.svg"))
    document = json.loads(RUN.invoke(app, ["meta", str(path), *options, "--format", "json"]).stdout)
    assert document["models"]["scale"] == "log"
    assert document["models"]["exact"]["effects"][0]["estimate"] == pytest.approx(exact.effects[0].estimate)
    assert {"regression", "groups"} <= set(document["models"])
    assert len(net_heat(network).designs) == 8


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    path = written(tmp_path, smoking())
    for options, why in (
        (["--at", "3"], "--at goes with --covariate"),
        (["--covariate", "yeer"], "no column 'yeer'"),
        (["--cluster", "study"], "Leave --cluster out"),
    ):
        done = RUN.invoke(app, ["meta", str(path), *options])
        assert done.exit_code == 2
        assert why in " ".join(done.stderr.split())
