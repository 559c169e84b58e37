"""The answer in words: every grade has a sentence for clinicians, with its chance, and one for the patient, without any figure."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from lenitive.library.reading import readability
from lenitive.render.answer_words import answer_sentence, own_words, pill_words, relief_of, relief_words
from lenitive.response import BenefitAnswer, BenefitGrade, BenefitLine, Cost, InputKind, Summary
from lenitive.terms import Score

G = BenefitGrade
LINE = BenefitLine(points=0.915, on="weighed", stated=False, probability=0.5)
CHANCES = {
    G.WORKS: (0.999, 0.93),
    G.WORKS_AT_A_COST: (0.999, 0.93),
    G.PROBABLY_WORKS: (0.99, 0.8),
    G.HELPS_SIZE_OPEN: (0.99, 0.5),
    G.HELPS_A_LITTLE: (0.99, 0.05),
    G.OPEN: (0.9, 0.5),
    G.PROBABLY_DOES_NOT_WORK: (0.4, 0.2),
    G.DOES_NOT_WORK: (0.4, 0.02),
    G.NOTHING_TO_EASE: (0.5, 0.5),
    G.CANNOT_TELL: (0.5, 0.5),
}


def found(
    grade: BenefitGrade, *, on: str = "weighed", drug: str = "mirtazapine", **changes: object
) -> BenefitAnswer:
    helps, reaches = CHANCES[grade]
    made = BenefitAnswer(
        drug=drug,
        kind=InputKind.DRUG,
        dose=22.5,
        grade=grade,
        helps=helps,
        size=Summary(mean=0.7, sd=0.3, quantiles={"0.025": 0.1, "0.975": 1.3}),
        line=replace(LINE, on=on, probability=reaches),
        pain_line=None,
        sure=0.85,
        worth=0.5,
        share_from_diary=0.5,
        weights=dict.fromkeys((Score.SLEEP_DISTURBANCE, Score.PAIN, Score.FATIGUE), 1 / 3),
        never_entered=(),
        at_floor=(),
        trials_only=None,
        costs=tuple(Cost(what=w, points=0.5, preference=5, basis=1) for w in ("weight", "dry_mouth")),
        stated_preferences=False,
        because=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("grade", "going_on", "on"), list(product(G, (True, False), ("weighed", "sleep_disturbance")))
)
def test_each_grade_is_one_sentence_of_at_most_twenty_words(
    grade: BenefitGrade, going_on: bool, on: str
) -> None:
    for helps in (CHANCES[grade][0], 0.6):
        text = answer_sentence(found(grade, on=on, helps=helps), going_on=going_on)
        assert text.endswith(".")
        assert len(text.split()) <= 20, text
        assert "mirtazapine" in text.lower()
        if grade not in {G.NOTHING_TO_EASE, G.CANNOT_TELL}:
            assert re.search(r"\d+.in.100", text), text


def test_no_two_grades_say_the_same() -> None:
    for going_on in (True, False):
        sentences = [answer_sentence(found(g), going_on=going_on) for g in G]
        assert len(set(sentences)) == len(G)
    assert len({pill_words(found(g)) for g in G}) == len(G)


@pytest.mark.parametrize("grade", [G.PROBABLY_DOES_NOT_WORK, G.DOES_NOT_WORK])
def test_a_line_that_is_missed_is_not_said_to_be_no_help(grade: BenefitGrade) -> None:
    """case R5: of a drug that probably does a little it is not said that it does not help."""
    likely, unlikely = (answer_sentence(found(grade, helps=p)) for p in (0.5, 0.499))
    assert "may help" in likely
    assert "does not" not in likely
    assert "does not ease symptoms by as much as 0.9" in unlikely
    assert pill_words(found(grade, helps=0.9)) == "Less than matters"


def test_under_a_finding_that_decides_nothing_is_worth_its_cost() -> None:
    for grade in (G.WORKS, G.WORKS_AT_A_COST, G.HELPS_SIZE_OPEN):
        text = answer_sentence(found(grade), bound=True)
        assert "the critical finding decides" in text
        assert "worth" not in text


def test_an_activity_is_never_discouraged() -> None:
    """case A16: what is not seen in a diary is no reason to do less."""
    for grade in G:
        text = answer_sentence(found(grade, drug="walking", kind=InputKind.ACTIVITY, dose=30.0))
        assert "does not" not in text
        if grade in {G.DOES_NOT_WORK, G.PROBABLY_DOES_NOT_WORK}:
            assert "no reason to do less" in text


@pytest.mark.parametrize("going_on", [True, False])
def test_the_patient_reads_plain_words_without_a_figure(going_on: bool) -> None:
    texts = [own_words(found(g, drug="it"), going_on=going_on) for g in G]
    assert not any(re.search(r"\d|\bmg\b|chance|dose", t) for t in texts)
    assert readability(" ".join(texts)).grade <= 5
    assert all("clinic" in own_words(found(G.WORKS_AT_A_COST), going_on=g) for g in (True, False))


@pytest.mark.parametrize(
    ("points", "on", "words", "of"),
    [
        (1.0, "pain", "a point", "a point of pain"),
        (0.5, "weighed", "half a point", "half a point"),
        (0.915, "weighed", "0.9 points", "0.9 points"),
        (0.83, "sleep_disturbance", "0.8 points", "0.8 points of sleep disturbance"),
    ],
)
def test_relief_is_said_as_people_say_it(points: float, on: str, words: str, of: str) -> None:
    line = BenefitLine(points=points, on=on, stated=False, probability=None)
    assert (relief_words(line), relief_of(line)) == (words, of)
