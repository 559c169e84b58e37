"""Guided exercises: each from an article for patients, honest about what was tested."""

from __future__ import annotations

import re

from lenitive.knowledge import load
from lenitive.terms import Audience


def test_each_is_made_from_an_article_for_patients_that_counts_the_same_activity():
    known = load()
    for exercise in known.programme.values():
        head = known.articles[exercise.article].head
        assert head.audience is Audience.PATIENT
        assert exercise.activity in head.activities


def test_none_claims_that_it_was_tested_or_names_a_dose():
    for exercise in load().programme.values():
        assert not exercise.grade.may_decide, "an exercise of our own carries no decision"
        text = " ".join([exercise.begin, exercise.care, *(s.words for s in exercise.step)])
        assert not re.search(r"\bmg\b|proven|cure", text)


def test_the_pace_is_the_article_s():
    known = load()
    breath = known.programme["breathing"].breath
    assert "Count four in and six out" in known.articles["mindful-breathing-patient"].body
    assert (breath.in_s, breath.out_s, breath.minutes) == (4, 6, 5)
    assert known.programme["stretching"].minutes == 5, "five minutes, as the article says"


def test_the_words_are_short():
    """Sentences that can be read on a bad day: at most eighteen words each."""
    for exercise in load().programme.values():
        for text in (exercise.begin, exercise.care, *(s.words for s in exercise.step)):
            for sentence in re.split(r"[.?!:]\s", text):
                assert len(sentence.split()) <= 18, sentence
