"""The fibromyalgia report's figures and what it refuses to say."""

from __future__ import annotations

import json

import pytest

from lenitive.evidence import Concern, select, synthesise
from lenitive.knowledge import load
from lenitive.render.blocks import Bullets, Chart, Details, Report, Table
from lenitive.render.evidence import evidence_report
from lenitive.render.evidence_document import evidence_json
from lenitive.render.text import report_text

BASE = load().trials
MAIN = (
    "pain",
    "sleep_disturbance",
    "fatigue",
    "responders_30pct",
    "responders_50pct",
    "withdrawal_ae",
    "weight_gain",
    "somnolence",
)


@pytest.fixture(scope="module")
def report() -> Report:
    return evidence_report(load(), [synthesise(BASE, o) for o in MAIN], version="test")


def test_no_superiority_over_duloxetine_is_claimed() -> None:
    for outcome in ("pain", "responders_30pct"):
        (against,) = [v for v in synthesise(BASE, outcome).versus if v.other == "duloxetine"]
        assert against.comparison is not None
        assert against.comparison.low < 0 < against.comparison.high
        assert against.says == "no superiority"


def test_mirtazapine_alone_is_its_own_trial() -> None:
    s = synthesise(BASE, "pain")
    (own,) = [p for p in s.pools if p.treatment == "mirtazapine"]
    assert own.pooled.k == 1
    assert own.pooled.effect.estimate == pytest.approx(-0.44)
    assert s.network is not None
    network = s.network.compare("mirtazapine", "placebo")
    assert network.estimate == pytest.approx(-0.44)
    assert network.se > own.pooled.effect.se, (
        "the network adds the variation between trials that one trial cannot show"
    )


def test_natural_frequencies_come_from_a_treatments_own_trials() -> None:
    (weight,) = [a for a in synthesise(BASE, "weight_gain").absolute if a.treatment == "mirtazapine"]
    assert (round(weight.without, 1), round(weight.with_it, 1)) == (0.9, 17.7)
    assert weight.number_needed == pytest.approx(6, abs=0.05)


def test_every_known_missing_trial_is_in_plot_and_table(report: Report) -> None:
    pain = next(s for s in report.sections if s.id == "pain")
    chart = next(b for b in pain.blocks if isinstance(b, Chart))
    labels = {v["label"] for v in chart.wide["data"]["values"] if v["kind"] == "missing"}
    for trial in ("JapicCTI-101176", "RALLY (cyclobenzaprine SL)", "AFFIRM (cyclobenzaprine SL)"):
        assert trial in labels
    listed = next(b for b in pain.blocks if isinstance(b, Details) and "without figures" in b.summary)
    (by_status,) = [b for b in listed.blocks if isinstance(b, Bullets)]
    text = " ".join(item.text for item in by_status.items)
    missing = synthesise(BASE, "pain").selected.missing
    assert all(m.study in text for m in missing)
    # What is known of each stands once, for all outcomes.
    known = next(s for s in report.sections if s.id == "known")
    (table,) = [b for b in known.blocks if isinstance(b, Table)]
    names = [row[0] for row in table.rows]
    assert len(names) == len(set(names))
    assert {m.study for m in missing if m.status != "other_outcomes_only"} <= set(names)


def test_published_pools_stand_beside_the_network_and_not_in_it(report: Report) -> None:
    s = synthesise(BASE, "responders_50pct")
    assert s.network is not None
    assert "mirtazapine" not in s.network.treatments
    text = " ".join(report_text(report).replace("│", " ").split())
    assert "a review pooled 5 more of 100 (−1 to 12)" in text
    assert "not in the network" in text


def test_ranks_are_withheld_for_pain_and_shown_with_certainty_where_pairs_differ() -> None:
    assert synthesise(BASE, "pain").ranking is not None
    assert "noise" in synthesise(BASE, "pain").ranking.withheld  # type: ignore[union-attr]
    somnolence = synthesise(BASE, "somnolence").ranking
    assert somnolence is not None
    assert somnolence.ranks[-1].treatment == "mirtazapine"


def test_each_certainty_gives_six_reasons() -> None:
    for s in (synthesise(BASE, o) for o in ("pain", "weight_gain")):
        for c in (*s.certainties, *(v.certainty for v in s.versus if v.certainty)):
            assert len(c.domains) == 6
            assert all(d.reasons for d in c.domains)
    against = synthesise(BASE, "pain").versus[0].certainty
    assert against is not None
    assert against.level.value == "very low"


def test_text_and_document_say_the_same(report: Report) -> None:
    text = report_text(report)
    assert "No superiority of either can be claimed" in " ".join(text.split())
    assert "JapicCTI-101176" in text
    document = json.loads(evidence_json(load(), [synthesise(BASE, "pain")], version="test"))
    (pain,) = document["outcomes"]
    placebo = {c["treatment"]: c for c in pain["network"]["against_placebo"]}
    assert placebo["mirtazapine"]["estimate"] == pytest.approx(-0.44)
    assert {m["study"] for m in pain["missing"]} >= {"RALLY (cyclobenzaprine SL)"}


def test_the_same_knowledge_gives_the_same_document() -> None:
    one, two = (evidence_json(load(), [synthesise(BASE, "somnolence")], version="v") for _ in range(2))
    assert one == two


def test_a_trial_whose_side_effect_nobody_read_is_missing_with_its_people() -> None:
    """Trials of the tables without a figure of an outcome weigh as missing; those that are never pooled do not."""
    missing = {m.study: m for m in select(BASE, "weight_gain").missing}
    bestfit = missing["BESTFIT (cyclobenzaprine SL)"]
    assert (bestfit.status, bestfit.randomised) == ("other_outcomes_only", 205)
    assert bestfit.treatments == ("cyclobenzaprine_sl", "placebo")
    # Of printed contrasts alone: the size is that of its row among the missing trials.
    assert missing["Crofford 2005 (pregabalin)"].randomised == 529
    assert not {"Samborski 2004 (mirtazapine)", "AFFIRM repeat (cyclobenzaprine SL)"} & set(missing)
    for outcome in BASE.judgements.outcome:
        chosen = select(BASE, outcome.id)
        pooled = {c.study for c in chosen.contrasts} | {a.study for a in chosen.arms}
        names = [m.study for m in chosen.missing]
        assert len(names) == len(set(names))
        assert not pooled & {m.study for m in chosen.missing if m.status == "other_outcomes_only"}
        never = {e.study for e in BASE.judgements.exclusion if not e.outcomes or outcome.id in e.outcomes}
        assert {a.study_id for a in BASE.arms} <= pooled | set(names) | never


def test_missing_people_can_outweigh_those_with_figures() -> None:
    """Pregabalin's weight gain: 1,234 people with figures, more in trials that are known without."""
    (one,) = [c for c in synthesise(BASE, "weight_gain").certainties if c.treatment == "pregabalin"]
    reporting = next(d for d in one.domains if d.name == "reporting bias")
    assert reporting.concern is Concern.MAJOR
