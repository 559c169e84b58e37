"""Inputs on which an earlier version was wrong: contradictory contrasts, Peto, invented indirect evidence, the line of harm."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from lenitive.evidence import meta, synthesise
from lenitive.evidence.network import (
    direct_and_indirect,
    fit_network,
    from_arm_counts,
    from_contrasts,
    node_splits,
)
from lenitive.evidence.pairwise import binomial_normal, from_counts, mantel_haenszel, peto, pool
from lenitive.evidence.refusal import NotEstimable
from lenitive.knowledge import load
from lenitive.render.blocks import Callout, Chart, Details, Paragraph, Table
from lenitive.render.evidence import evidence_report
from lenitive.render.evidence_words import number, of_the_line, significant
from lenitive.render.meta import meta_report
from lenitive.render.text import report_text

BASE = load().trials
RARE = ([0, 1, 0], [100, 60, 200], [4, 5, 3], [100, 61, 198])


def contrasts(third: float) -> dict[str, list[object]]:
    rows = [
        ("T", "A", "P", -1, 0.2),
        ("T", "B", "P", -1, 0.2),
        ("T", "A", "B", third, 0.2),
        ("U", "A", "P", -0.9, 0.2),
        ("V", "B", "P", -1.1, 0.2),
    ]
    return dict(
        zip(
            ("study", "treat1", "treat2", "te", "se"),
            map(list, zip(*rows, strict=True)),
            strict=True,
        )
    )


def test_contrasts_of_one_study_that_contradict_each_other_are_refused() -> None:
    """case E1: A less B is printed as 5 and adds up to 0; what rounding explains is taken, with a note."""
    with pytest.raises(NotEstimable, match=r"contradictory_contrasts: T gives A against B as 5") as caught:
        meta(contrasts(5))
    assert caught.value.name == "contradictory_contrasts"
    assert not any("rounding" in n for n in meta(contrasts(0)).notes)
    assert any("rounding" in n for n in meta(contrasts(0.01)).notes)
    with pytest.raises(NotEstimable):
        meta(contrasts(0.021))


def test_a_pair_beyond_the_common_arm_is_looked_at_in_any_order() -> None:
    """case E1, its kind: whichever comparison is wrong, and whichever way round it is written."""
    table = contrasts(0)
    for row, turned in itertools.product(range(3), (False, True)):
        wrong = {k: list(v) for k, v in table.items()}
        wrong["te"][row] = 4.0
        if turned:
            a, b = wrong["treat1"][row], wrong["treat2"][row]
            wrong["treat1"][row], wrong["treat2"][row], wrong["te"][row] = b, a, -4.0
        with pytest.raises(NotEstimable, match="contradictory_contrasts"):
            meta(wrong)


def test_the_table_command_gives_petos_own_odds_ratio() -> None:
    """case E5: 0.177 with a standard error of 0.562, nothing added to empty cells, common effects by default."""
    table = dict(zip(("events1", "n1", "events2", "n2"), RARE, strict=True))
    result = meta({"study": ["1", "2", "3"], **table}, measure="PETO")
    assert result.pooled is not None
    own = peto(*RARE)
    assert result.pooled.model == "common"
    assert result.pooled.method == "Peto"
    assert result.pooled.effect.estimate == pytest.approx(own.effect.estimate, abs=1e-12)
    assert math.exp(result.pooled.effect.estimate) == pytest.approx(0.177, abs=5e-4)
    assert result.pooled.effect.se == pytest.approx(0.562, abs=5e-4)
    assert result.pooled.q == pytest.approx(own.q)
    assert not any("added" in n for n in result.notes)
    assert meta({"study": ["1", "2", "3"], **table}, measure="PETO", model="random").pooled.model == "random"


def test_petos_odds_ratio_leaves_out_studies_that_say_nothing() -> None:
    """case E5, its kind: no events anywhere in a study."""
    effects = from_counts([0, 0], [50, 100], [0, 4], [50, 100], measure="PETO")
    assert effects.studies == ("study 2",)
    assert "carry no weight" in effects.notes[0]
    with pytest.raises(NotEstimable, match="no_events"):
        from_counts([0], [50], [0], [50], measure="PETO")


def _important_line(outcome: str) -> float:
    report = evidence_report(load(), [synthesise(BASE, outcome)], version="t")
    section = next(s for s in report.sections if s.id == outcome)
    chart = next(b for b in section.blocks if isinstance(b, Chart))
    (line,) = [layer for layer in chart.wide["layer"] if "strokeDash" in str(layer.get("mark", ""))]
    return float(line["data"]["values"][0]["z"])


def test_two_four_arm_trials_of_the_same_arms_have_no_indirect_evidence() -> None:
    """case E7: what multi-arm trials lend one another is not an indirect estimate."""
    network = from_arm_counts(
        ["1"] * 4 + ["2"] * 4,
        list("ABCD") * 2,
        [10, 22, 15, 9, 30, 12, 18, 25],
        [100, 90, 80, 70, 110, 95, 85, 75],
    )
    result = fit_network(network)
    for a, b in network.edges():
        share = direct_and_indirect(result, a, b)
        assert share.indirect is None
        assert share.indirect_se is None
        assert share.direct is not None
    assert node_splits(network) == ()


def test_a_split_inside_the_same_trials_is_told_from_independent_evidence() -> None:
    """case E7, its kind: a three-arm trial and one two-arm trial; only A with C stays joined without B."""
    rows = [
        ("1", "A", "B", 0.1, 0.2),
        ("1", "A", "C", 0.3, 0.2),
        ("1", "B", "C", 0.2, 0.2),
        ("2", "A", "C", 0.5, 0.2),
    ]
    network = from_contrasts(*map(list, zip(*rows, strict=True)))
    assert all(direct_and_indirect(fit_network(network), a, b).indirect is None for a, b in network.edges())
    assert not any(s.independent for s in node_splits(network))
    loop = from_contrasts(["1", "2", "3"], ["A", "B", "A"], ["B", "C", "C"], [0.1, 0.2, 0.9], [0.2] * 3)
    assert all(s.independent for s in node_splits(loop))


def test_common_events_get_a_caveat_or_the_exact_likelihood() -> None:
    """case E8: with common events the binomial likelihood draws the odds ratio towards 1, and says so."""
    counts = ([70, 60, 81], [100, 90, 110], [45, 37, 50], [100, 90, 105])
    near, exact = binomial_normal(*counts), binomial_normal(*counts, likelihood="exact")
    assert any("not rare" in n for n in near.notes)
    assert not any("not rare" in n for n in exact.notes)
    normal = pool(from_counts(*counts, measure="OR"))
    assert exact.effect.estimate == pytest.approx(normal.effect.estimate, rel=0.03)
    assert near.effect.estimate < 0.75 * exact.effect.estimate
    assert not any("not rare" in n for n in binomial_normal(*RARE).notes)


def test_the_exact_likelihood_is_fishers() -> None:
    """case E8: the common log odds ratio is R's ``mantelhaen.test(exact = TRUE)``; with spread, direct integration."""
    counts = ([0, 1, 0, 10], [100, 60, 200, 40], [4, 5, 3, 2], [100, 61, 198, 41])

    u = np.linspace(-9, 9, 201)

    def minus(theta: float, tau: float) -> float:
        odds = np.exp(theta + tau * u)
        return -sum(
            math.log(
                np.trapezoid(stats.nchypergeom_fisher.pmf(a, n1 + n2, n1, a + c, odds) * stats.norm.pdf(u), u)
            )
            for a, n1, c, n2 in zip(*counts, strict=True)
        )

    got = binomial_normal(*counts, likelihood="exact", points=31)
    assert got.tau2 is not None
    at = minus(got.effect.estimate, math.sqrt(got.tau2))
    for d_theta, d_tau in ((0.3, 0), (-0.3, 0), (0, 0.4), (0, -0.4)):
        assert minus(got.effect.estimate + d_theta, math.sqrt(got.tau2) + d_tau) > at
    same = ([8, 16, 24], [100, 200, 300], [4, 8, 12], [100, 200, 300])
    common = binomial_normal(*same, likelihood="exact")
    assert common.tau2 == 0.0
    # R 4.2.2: log(mantelhaen.test(array(c(8, 92, 4, 96, 16, 184, 8, 192, 24, 276, 12, 288), c(2, 2, 3)), exact = TRUE)$estimate),
    # whose uniroot stops at 1.2e-4; SciPy's distribution has the root more exactly.
    assert common.effect.estimate == pytest.approx(0.733927266552, abs=1.2e-4)
    odds = math.exp(common.effect.estimate)
    expected = sum(
        stats.nchypergeom_fisher.mean(n1 + n2, n1, a + c, odds) for a, n1, c, n2 in zip(*same, strict=True)
    )
    assert expected == pytest.approx(48, abs=1e-9)


def test_one_study_name_on_two_rows_is_said() -> None:
    """case E10: rows are pooled as independent, with a caveat that names the study."""
    result = meta({"study": ["Arm 1", "b", "arm  1 "], "yi": [0.1, 0.2, 0.3], "vi": [0.1, 0.1, 0.1]})
    assert any("Arm 1 stand on more than one row" in n for n in result.notes)
    assert not any(
        "more than one row" in n for n in meta({"study": ["a", "b"], "yi": [1, 2], "vi": [1, 1]}).notes
    )


@pytest.mark.parametrize("other", ["placebo ", "PLACEBO", " Placebo", "placebo\u00a0"])
def test_spellings_of_one_treatment_are_one(other: str) -> None:
    """case E11: capitals and space around a name make no second treatment; what was joined is said."""
    table = {
        "study": ["1", "1", "2", "2 "],
        "treatment": ["Placebo", "drug", other, "Drug"],
        "events": [5, 9, 4, 8],
        "n": [40, 41, 39, 42],
    }
    result = meta(table)
    assert result.network is not None
    assert set(result.network.treatments) == {"Placebo", "drug"}
    assert len(result.network.network.studies) == 2
    assert any("read as one treatment: " in n for n in result.notes)


@pytest.mark.parametrize(
    "table",
    [
        {"study": ["1"], "events1": [0], "n1": [0], "events2": [1], "n2": [10]},
        {"study": ["1", "1"], "treatment": ["a", "b"], "events": [0, 1], "n": [0, 10]},
    ],
)
def test_a_group_of_nobody_is_called_that(table: dict[str, list[object]]) -> None:
    """case E12: not more events than people, but a group of nobody."""
    with pytest.raises(NotEstimable, match="empty_group") as caught:
        meta(table)
    assert "a group of nobody" in caught.value.what


def test_a_ratio_and_a_difference_that_disagree_say_why() -> None:
    """case E13: stopping duloxetine for a side effect: the ratio leaves out no difference, of 100 people does not."""
    s = synthesise(BASE, "withdrawal_ae")
    (one,) = [a for a in s.absolute if a.treatment == "duloxetine"]
    assert one.ratio_leaves_out_none
    assert one.number_needed is None
    report = evidence_report(load(), [s], version="t")
    (why,) = [
        b
        for section in report.sections
        for b in section.blocks
        if isinstance(b, Paragraph) and b.lead == "Two models."
    ]
    assert "duloxetine" in why.text
    assert "no number needed" in why.text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0034, "0.0034"), (0.012345, "0.0123"), (0.0, "0"), (0.25, "0.25"), (12.34, "12.3")]
)
def test_a_small_variance_keeps_its_digits(value: float, text: str) -> None:
    """case E14: tau2 is printed with three significant digits."""
    assert significant(value) == text


def test_the_report_of_a_table_prints_tau2_with_enough_digits() -> None:
    """case E14: on the page itself."""
    result = meta({"study": list("abcd"), "yi": [0.1, 0.2, 0.25, 0.05], "vi": [0.002, 0.003, 0.002, 0.004]})
    assert result.pooled is not None
    assert result.pooled.tau2 is not None
    assert 0 < result.pooled.tau2 < 0.01
    assert f"tau2 {result.pooled.tau2:.3g}" in report_text(meta_report(result, name="t", version="t"))


def test_mantel_haenszel_risk_differences_leave_silent_studies_out_of_q() -> None:
    """case E15: metafor 3.8.1 says Q = 12.883546622 on 3 degrees of freedom; with the study without events it was 13.07 on 4."""
    got = mantel_haenszel(
        [0, 1, 0, 10, 0], [100, 60, 200, 40, 50], [4, 5, 3, 2, 0], [100, 61, 198, 41, 60], measure="RD"
    )
    assert got.q == pytest.approx(12.883546622, abs=1e-8)
    assert got.q_df == 3
    assert got.q_p == pytest.approx(0.004895332, abs=1e-8)
    assert got.effect.estimate == pytest.approx(-0.006198358, abs=1e-8)
    assert any("do not enter Q" in n for n in got.notes)


def test_a_number_needed_has_the_trials_without_figures_beside_it() -> None:
    """case E16: pregabalin's weight gain rests on two trials; those without figures are named beside it."""
    s = synthesise(BASE, "weight_gain")
    (one,) = [a for a in s.absolute if a.treatment == "pregabalin"]
    assert one.trials == 2
    assert one.number_needed == pytest.approx(9.5, abs=0.05)
    # The review that says 18 has five trials; the three that are not here are named, and so is one of the registry.
    assert set(one.without_figures) >= {
        "Arnold 2008 (pregabalin)",
        "Crofford 2005 (pregabalin)",
        "Mease 2008 (pregabalin)",
        "NCT01387607 (pregabalin, China)",
    }
    report = evidence_report(load(), [s], version="t")
    section = next(x for x in report.sections if x.id == "weight_gain")
    table = next(b for b in section.blocks if isinstance(b, Table) and b.caption.startswith("Of 100 people"))
    row = next(r for r in table.rows if r[0] == "pregabalin")
    assert row[-1] == str(len(one.without_figures))
    named = next(b for b in section.blocks if isinstance(b, Details) and "not in these figures" in b.summary)
    assert all(t in str(named) for t in one.without_figures)
    pools = [b.text for b in section.blocks if isinstance(b, Callout) and b.title.startswith("Pregabalin")]
    assert len(pools) == 2
    assert any("one more in 18 (14 to 26)" in p and "the review does not say why" in p for p in pools)


def test_a_worse_harm_is_said_with_ratio_events_and_certainty() -> None:
    """case E4: weight gain against duloxetine, and pain against the size called important."""
    report = evidence_report(load(), [synthesise(BASE, "pain"), synthesise(BASE, "weight_gain")], version="t")
    text = " ".join(report_text(report).split())
    assert "a ratio of 37.6 (2.34 to 604)" in text
    assert "duloxetine 1 of 194 against 2 of 196 on placebo" in text
    short = next(s for s in report.sections if s.id == "short")
    weight = next(p for p in short.blocks[0].items if p.lead.startswith("Weight"))
    assert "certainty very low" in weight.text.split("duloxetine")[-1]
    pain = next(p for p in short.blocks[0].items if p.lead.startswith("Pain"))
    assert f"{number(-0.44)} (" in pain.text
    assert "under half of the size called important (1.0 points of 0-10)" in pain.text


@pytest.mark.parametrize(
    ("value", "words"),
    [(-0.49, "under half"), (-0.5, "less than"), (0.999, "less than"), (1.0, "at least"), (-3, "at least")],
)
def test_a_size_is_put_against_the_line_that_matters(value: float, words: str) -> None:
    """case E4: at both sides of each border."""
    assert of_the_line(value, 1.0, "points").startswith(words)


def test_the_line_of_a_harm_is_on_the_side_of_harm() -> None:
    """case E6: 1.25 for a side effect, 1.25 for responders, one point down for pain."""
    assert _important_line("weight_gain") == pytest.approx(1.25)
    assert _important_line("withdrawal_ae") == pytest.approx(1.25)
    assert _important_line("responders_30pct") == pytest.approx(1.25)
    assert _important_line("pain") == pytest.approx(-1.0)
