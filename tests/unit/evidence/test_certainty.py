"""Certainty that can be argued with: information, rebuilt errors, hidden trials, judgements by weight, ratings of a reader."""

from __future__ import annotations

import math
from datetime import date

import pytest

from lenitive.evidence import NotEstimable, synthesise
from lenitive.evidence.certainty import (
    Appraised,
    CertaintyLevel,
    Concern,
    Domain,
    Risk,
    StudyJudgement,
    overruled,
    ratings_from,
)
from lenitive.evidence.certainty.information import Information, needed_for_events, needed_for_scores
from lenitive.evidence.certainty.levels import DOMAINS, certainty_of
from lenitive.evidence.certainty.rules import average_bias, heterogeneity, imprecision, incoherence
from lenitive.evidence.network import fit_network, from_contrasts
from lenitive.knowledge import load
from lenitive.render.evidence_panel import reason_words
from lenitive.terms import Message

BASE = load().trials
LINES = load().judgement.certainty


def of(outcome: str, treatment: str):  # type: ignore[no-untyped-def]
    return next(c for c in synthesise(BASE, outcome).certainties if c.treatment == treatment)


def domain(certainty, name: str) -> Domain:  # type: ignore[no-untyped-def]
    return next(d for d in certainty.domains if d.name == name)


ORDER = list(CertaintyLevel)


def test_one_small_trial_with_a_rebuilt_error_is_no_surer_than_larger_ones() -> None:
    """case E2: gabapentin, 150 people, its error rebuilt from P, nothing listed, nobody judged it."""
    gabapentin = of("pain", "gabapentin")
    for other in ("mirtazapine", "milnacipran"):
        assert ORDER.index(gabapentin.level) >= ORDER.index(of("pain", other).level)
    assert gabapentin.level is CertaintyLevel.VERY_LOW, "as the Cochrane review of it (CD012188) says"
    assert "150 people, where one trial would need 785" in reason_words(domain(gabapentin, "imprecision"))
    assert "100 % of the weight has its standard error rebuilt" in reason_words(
        domain(gabapentin, "imprecision")
    )
    assert "100 % not judged" in reason_words(domain(gabapentin, "within-study bias"))
    assert domain(gabapentin, "within-study bias").concern is Concern.SOME
    assert domain(gabapentin, "reporting bias").concern is Concern.SOME
    assert "no search for one is on record" in reason_words(domain(gabapentin, "reporting bias"))


def test_failed_trials_without_figures_lower_certainty_by_name() -> None:
    """case E3: sublingual cyclobenzaprine, two failed trials of 1,033 people."""
    certainty = of("pain", "cyclobenzaprine_sl")
    assert certainty.level is CertaintyLevel.LOW
    missing = domain(certainty, "reporting bias")
    assert missing.concern is Concern.VERY_SERIOUS
    for words in ("AFFIRM", "RALLY", "1,033 people"):
        assert words in reason_words(missing)


def test_mirtazapine_is_as_the_cochrane_review_rates_it() -> None:
    """CD012708: low or very low."""
    assert of("pain", "mirtazapine").level in {CertaintyLevel.LOW, CertaintyLevel.VERY_LOW}


@pytest.mark.parametrize(
    ("concerns", "level"),
    [
        ((Concern.NONE,) * 6, "high"),
        ((Concern.SOME,) + (Concern.NONE,) * 5, "high"),
        ((Concern.SOME,) * 2 + (Concern.NONE,) * 4, "moderate"),
        ((Concern.MAJOR,) + (Concern.NONE,) * 5, "moderate"),
        ((Concern.MAJOR, Concern.SOME, Concern.SOME) + (Concern.NONE,) * 3, "low"),
        ((Concern.VERY_SERIOUS,) + (Concern.NONE,) * 5, "low"),
        ((Concern.VERY_SERIOUS, Concern.MAJOR) + (Concern.SOME,) * 4, "very low"),
    ],
)
def test_levels_count_concerns(concerns: tuple[Concern, ...], level: str) -> None:
    domains = tuple(
        Domain(name=n, concern=c, reasons=(Message(id="evidence.certainty.people", text="r"),))
        for n, c in zip(DOMAINS, concerns, strict=True)
    )
    assert certainty_of("a", "b", domains, some_per_level=2).level.value == level


@pytest.mark.parametrize(
    ("estimate", "low", "high", "concern"),
    [
        (0.5, 0.1, 0.9, Concern.NONE),
        (0.1, -0.9, 0.95, Concern.NONE),
        (0.5, -0.1, 1.1, Concern.SOME),
        (0.5, -0.999, 1.5, Concern.SOME),
        (0.5, -1.0, 1.5, Concern.MAJOR),
        (-0.5, -1.5, 0.999, Concern.SOME),
        (-0.5, -1.5, 1.0, Concern.MAJOR),
    ],
)
def test_imprecision_at_both_sides_of_its_borders(
    estimate: float, low: float, high: float, concern: Concern
) -> None:
    assert imprecision(estimate, (low, high), 1.0) is concern


@pytest.mark.parametrize(
    ("interval", "prediction", "concern"),
    [
        ((0.1, 0.9), (0.05, 1.2), Concern.NONE),
        ((0.1, 0.9), (-0.5, 1.2), Concern.SOME),
        ((0.1, 0.9), (-1.1, 2.0), Concern.MAJOR),
        ((-0.1, 0.9), (-1.1, 2.0), Concern.SOME),
        ((-1.2, 1.9), (-2.1, 3.0), Concern.NONE),
    ],
)
def test_heterogeneity_counts_marks_crossed(
    interval: tuple[float, float], prediction: tuple[float, float], concern: Concern
) -> None:
    assert heterogeneity(0.4, interval, prediction, 1.0)[0] is concern


@pytest.mark.parametrize(
    ("direct", "indirect", "concern"),
    [
        ((-0.5, 0.5), (-0.4, 0.6), Concern.NONE),
        ((-1.5, 0.5), (-0.4, 0.6), Concern.SOME),
        ((-1.5, 0.5), (0.4, 1.6), Concern.MAJOR),
    ],
)
def test_incoherence_by_areas(
    direct: tuple[float, float], indirect: tuple[float, float], concern: Concern
) -> None:
    assert incoherence(direct, indirect, 1.0)[0] is concern


@pytest.mark.parametrize(
    ("score", "concern"), [(0.499, "no"), (0.5, "some"), (1.499, "some"), (1.5, "major")]
)
def test_bias_by_weight_at_its_borders(score: float, concern: str) -> None:
    got = average_bias(score, LINES.bias_some.value, LINES.bias_major.value)
    assert got.value.startswith(concern)


def network(n: int = 400):  # type: ignore[no-untyped-def]
    rows = [
        ("s1", "a", "p", -0.5, 0.1),
        ("s2", "a", "p", -0.6, 0.1),
        ("s3", "b", "p", -0.3, 0.1),
        ("s4", "b", "p", -0.2, 0.1),
    ]
    people = {r[0]: n for r in rows}
    return from_contrasts(*map(list, zip(*rows, strict=True)), people=people)


def test_effective_information_is_that_of_one_trial() -> None:
    """Two direct trials of 400 add up to 800; through the common comparator, 800 and 800 make 400 (Thorlund and Mills)."""
    there = Information(network())
    assert there.people("a", "p") == pytest.approx(800)
    assert there.people("a", "b") == pytest.approx(400)
    apart = from_contrasts(["1", "2"], ["a", "c"], ["p", "q"], [0, 0], [1, 1], people={"1": 10, "2": 10})
    assert Information(apart).people("a", "c") == 0.0
    unknown = from_contrasts(["1"], ["a"], ["p"], [0.0], [1.0])
    assert Information(unknown).unknown == ("1",)
    assert Information(unknown).people("a", "p") == 0.0


def test_what_one_trial_would_need() -> None:
    """785 people for 0.2 SD; 20 % against 25 % of people at 80 % power needs 2,182 (1,091 in each arm, the textbook's figure
    without continuity correction)."""
    assert needed_for_scores(0.2, alpha=0.05, power=0.8) == pytest.approx(784.9, abs=0.1)
    got = needed_for_events(0.2, 1.25, "RR", alpha=0.05, power=0.8)
    assert got == pytest.approx(2 * 1091, abs=3)
    assert needed_for_events(0.2, 0.05, "RD", alpha=0.05, power=0.8) == pytest.approx(got)
    assert needed_for_events(0.2, (0.25 / 0.75) / 0.25, "OR", alpha=0.05, power=0.8) == pytest.approx(got)
    assert math.isinf(needed_for_events(0.0, 1.25, "RR", alpha=0.05, power=0.8))


@pytest.mark.parametrize(
    ("people", "concern"),
    [
        (393, Concern.NONE),
        (392, Concern.SOME),
        (197, Concern.SOME),
        (196, Concern.MAJOR),
        (117, Concern.VERY_SERIOUS),
    ],
)
def test_information_size_at_its_borders(people: int, concern: Concern) -> None:
    """Two trials of so many people beside 785: the whole, half and three tenths of it."""
    result = fit_network(network(people), reference="p")
    got = Appraised(result, line=1.0, lines=LINES, needed=784.9).certainty("a", "p")
    assert domain(got, "imprecision").concern is concern


@pytest.mark.parametrize(
    ("first", "second", "concern"),
    [
        (Risk.LOW, Risk.LOW, Concern.NONE),
        (Risk.LOW, Risk.HIGH, Concern.SOME),
        (Risk.HIGH, Risk.HIGH, Concern.MAJOR),
        (Risk.NOT_JUDGED, Risk.NOT_JUDGED, Concern.SOME),
        (Risk.LOW, Risk.NOT_JUDGED, Concern.SOME),
        (Risk.SOME, Risk.HIGH, Concern.MAJOR),
    ],
)
def test_bias_counts_by_weight_and_not_to_look_costs(first: Risk, second: Risk, concern: Concern) -> None:
    """Two trials of equal weight; what the other drug's trials are does not matter for this comparison."""
    studies = {
        "s1": StudyJudgement(bias=first),
        "s2": StudyJudgement(bias=second),
        "s3": StudyJudgement(bias=Risk.HIGH),
    }
    got = Appraised(fit_network(network(), reference="p"), line=1.0, lines=LINES, studies=studies)
    assert domain(got.certainty("a", "p"), "within-study bias").concern is concern


RATING = """
[[rating]]
outcome = "pain"
treatment = "mirtazapine"
comparator = "placebo"
domain = "indirectness"
concern = "no concern"
who = "A. Reader"
when = 2026-11-27
why = "Our patients are like those of the trial."
"""


def test_a_reader_overrules_a_rating_and_the_computed_one_stays() -> None:
    before = of("pain", "mirtazapine")
    (rating,) = ratings_from(RATING)
    after = overruled(before, [rating], outcome="pain", some_per_level=2)
    mine = domain(after, "indirectness")
    assert mine.concern is Concern.NONE
    assert mine.overruled is not None
    assert (mine.overruled.computed, mine.overruled.who, mine.overruled.when) == (
        Concern.SOME,
        "A. Reader",
        date(2026, 11, 27),
    )
    assert after.computed is before.level
    assert overruled(before, [rating], outcome="fatigue", some_per_level=2) == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('domain = "indirectness"', 'domain = "luck"', "'luck' is not a domain"),
        ('concern = "no concern"', 'concern = "none"', "'none' is not a concern"),
        ('who = "A. Reader"', 'who = ""', "who is missing"),
        ('why = "Our', 'because = "Our', "'because' is not a key"),
        ("when = 2026-11-27", 'when = "yesterday"', "when is not a day"),
        ("when = 2026-11-27", "when = 2026-11-27T10:00:00", "when is not a day"),
        ("[[rating]]", "[rating]", "holds something else"),
        ("[[rating]]", "[[rating", "is not TOML"),
        ("why =", f'why = "{"x" * 501}" #', "not a short text"),
    ],
)
def test_a_wrong_rating_is_refused_with_its_place(old: str, new: str, words: str) -> None:
    with pytest.raises(NotEstimable, match=words):
        ratings_from(RATING.replace(old, new))


def test_two_ratings_of_one_judgement_are_refused() -> None:
    turned = (
        RATING.replace('"mirtazapine"', '"x"')
        .replace('"placebo"', '"mirtazapine"')
        .replace('"x"', '"placebo"')
    )
    with pytest.raises(NotEstimable, match="rating 2: judges what rating 1 judges"):
        ratings_from(RATING + turned)


def test_each_judgement_of_bias_names_its_place() -> None:
    assert len(BASE.bias.trial) >= 10
    for trial in BASE.bias.trial:
        assert trial.source.startswith("https://")
        assert all(d.at for d in trial.domain)
