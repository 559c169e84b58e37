"""Schedules of a trial in one person: the rules hold, the count is exact, the draw is fair, the proof is a proof."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.nof1 import (
    Schedules,
    TrialDesign,
    TrialDesignError,
    TrialFileError,
    TrialPeriod,
    draw,
    lengths_for,
    opened,
    seal,
    trial_name,
    verify,
)
from lenitive.nof1.draw import _below

ARMS = ("mirtazapine", "nothing")
SEED = "0123456789abcdef-seed"
SALT = "s" * 40


def design(**more: object) -> TrialDesign:
    given: dict[str, object] = {"arms": ARMS, "weeks": 8, "lengths": (1, 2, 3, 4), "least_weeks": 2, **more}
    return TrialDesign(**given)  # type: ignore[arg-type]


def listed(d: TrialDesign) -> set[tuple[tuple[str, int], ...]]:
    """Every schedule by brute force: each week has an arm, weeks of one arm in a row are a period."""
    out = set()
    for weeks in itertools.product(d.arms, repeat=d.weeks):
        periods = tuple((arm, len(list(run))) for arm, run in itertools.groupby(weeks))
        changes = len(periods) - 1
        if (
            all(length in d.lengths for _, length in periods)
            and d.fewest_changes <= changes <= d.most_changes
            and all(weeks.count(arm) >= d.least_weeks for arm in d.arms)
            and d.first in ("", weeks[0])
        ):
            out.add(periods)
    return out


def plain(periods: tuple[TrialPeriod, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((p.arm, p.weeks) for p in periods)


designs = st.builds(
    TrialDesign,
    arms=st.just(ARMS),
    weeks=st.integers(4, 10),
    lengths=st.sets(st.integers(1, 5), min_size=1).map(lambda s: tuple(sorted(s))),
    fewest_changes=st.integers(1, 2),
    most_changes=st.integers(2, 6),
    least_weeks=st.integers(1, 2),
    first=st.sampled_from(["", *ARMS]),
)


@settings(max_examples=60, deadline=None)
@given(d=designs)
def test_the_count_is_that_of_brute_force_and_numbers_are_schedules(d: TrialDesign) -> None:
    want = listed(d)
    try:
        allowed = Schedules(d)
    except TrialDesignError:
        assert len(want) < 2
        return
    assert allowed.size == len(want)
    found = [allowed.at(i) for i in range(allowed.size)]
    assert {plain(p) for p in found} == want
    for i, periods in enumerate(found):
        assert allowed.number_of(periods) == i
        assert [p.start_week for p in periods] == [
            sum(q.weeks for q in periods[:k]) for k in range(len(periods))
        ]


def test_numbers_outside_are_refused() -> None:
    allowed = Schedules(design())
    for number in (-1, allowed.size):
        with pytest.raises(IndexError, match="schedules 0 to"):
            allowed.at(number)


def test_every_schedule_is_drawn_equally_often() -> None:
    """20,000 seeds over a small set: chi-square within its 99.99 % point for the degrees of freedom."""
    d = design(weeks=6, most_changes=3)
    size = Schedules(d).size
    seen = Counter(_below(size, d.digest, f"{i:032d}") for i in range(20_000))
    assert set(seen) == set(range(size))
    expected = 20_000 / size
    chi2 = sum((n - expected) ** 2 / expected for n in seen.values())
    df = size - 1
    # Wilson and Hilferty: the 0.9999 quantile of chi-square.
    assert chi2 < df * (1 - 2 / (9 * df) + 3.719 * math.sqrt(2 / (9 * df))) ** 3


def test_the_draw_is_the_stated_one() -> None:
    """Worked by hand with nothing but SHA-256."""
    import hashlib

    d = design()
    drawn = draw(d, SEED)
    first = int.from_bytes(hashlib.sha256(f"{d.digest}:{SEED}:0".encode()).digest(), "big")
    assert first < 2**256 // drawn.size * drawn.size, "this seed needs one try"
    assert drawn.number == first % drawn.size
    assert drawn.periods == Schedules(d).at(drawn.number)
    assert draw(d, SEED) == drawn
    assert draw(design(weeks=9), SEED).design.digest != d.digest


def test_another_schedule_and_one_against_the_rules_are_told_apart() -> None:
    d = design()
    drawn = draw(d, SEED)
    assert verify(d, SEED, drawn.periods).holds
    other = Schedules(d).at((drawn.number + 1) % drawn.size)
    wrong = verify(d, SEED, other)
    assert not wrong.holds
    assert wrong.given == (drawn.number + 1) % drawn.size
    assert wrong.why == ""
    broken = verify(d, SEED, (TrialPeriod(arm="nothing", start_week=0, weeks=8),))
    assert (broken.holds, broken.given) == (False, None)
    assert "period 1" in broken.why


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"arms": ("a", "a")}, "different names"),
        ({"arms": ("a", " ")}, "different names"),
        ({"weeks": 1}, "trial of 1 weeks"),
        ({"weeks": 500}, "trial of 500 weeks"),
        ({"lengths": ()}, "lengths of periods"),
        ({"lengths": (0, 1)}, "lengths of periods"),
        ({"lengths": (3, 2)}, "not in order"),
        ({"lengths": (2, 2)}, "each once"),
        ({"fewest_changes": 4, "most_changes": 3}, "4 to 3 changes"),
        ({"least_weeks": 5}, "at least 5 weeks of each arm in 8"),
        ({"first": "placebo"}, "none of the arms"),
        ({"settling_days": 7}, "as long as the shortest period"),
    ],
)
def test_a_design_that_is_none_is_refused_with_what_to_do(more: dict[str, object], what: str) -> None:
    with pytest.raises(TrialDesignError, match=what) as refusal:
        design(**more)
    assert refusal.value.remedy


def test_fewer_than_two_schedules_are_no_draw() -> None:
    with pytest.raises(TrialDesignError, match="one schedule alone"):
        Schedules(design(weeks=8, lengths=(4,), least_weeks=4, first="nothing"))
    with pytest.raises(TrialDesignError, match="no schedule obeys"):
        Schedules(design(weeks=7, lengths=(4,)))
    with pytest.raises(TrialDesignError, match="the seed has 5 letters"):
        draw(design(), "short")


def test_lengths_follow_the_onset_and_stay_off_half_a_cycle() -> None:
    """Three weeks of onset: five weeks at least. An analgesic of hours: from a week on, but not two for a person with a cycle."""
    assert lengths_for(26, onset_days=21, cycle=False)[0] == 5
    assert lengths_for(12, onset_days=21, cycle=True) == (5, 6, 7)
    assert lengths_for(12, onset_days=0.1, cycle=False)[:2] == (1, 2)
    assert lengths_for(12, onset_days=0.1, cycle=True)[:2] == (1, 3)
    with pytest.raises(TrialDesignError, match="do not fit into 8"):
        lengths_for(8, onset_days=21, cycle=False)


def test_a_large_set_is_counted_at_once() -> None:
    d = TrialDesign(arms=ARMS, weeks=52, lengths=tuple(range(2, 27)), most_changes=8, least_weeks=13)
    drawn = draw(d, SEED)
    assert drawn.size > 10**6
    assert Schedules(d).number_of(drawn.periods) == drawn.number


def test_the_open_part_tells_nothing_and_the_sealed_one_is_proved() -> None:
    drawn = draw(design(weeks=12, lengths=(2, 3, 4)), SEED)
    parts = seal(drawn, salt=SALT)
    shown = json.dumps(parts.open)
    assert SEED not in shown
    assert SALT not in shown
    assert "periods" not in shown
    assert "number" not in shown
    found, same = opened(json.loads(shown), json.loads(json.dumps(parts.sealed)))
    assert found.holds
    assert same
    assert trial_name(parts.open) == f"trial:{parts.open['fingerprint'][:8]}"
    # The same schedule under another salt has another fingerprint: trying all schedules finds nothing.
    assert seal(drawn, salt="t" * 40).open["fingerprint"] != parts.open["fingerprint"]


def test_what_was_changed_after_sealing_is_found() -> None:
    drawn = draw(design(), SEED)
    parts = seal(drawn, salt=SALT)
    other = Schedules(drawn.design).at((drawn.number + 1) % drawn.size)
    swapped = {
        **parts.sealed,
        "periods": [{"arm": p.arm, "start_week": p.start_week, "weeks": p.weeks} for p in other],
    }
    found, same = opened(parts.open, swapped)
    assert (found.holds, same) == (False, False)
    reseeded = seal(draw(drawn.design, "another seed of letters"), salt=SALT)
    found, same = opened(parts.open, reseeded.sealed)
    assert found.holds, "it is what its own seed gives"
    assert not same, "and not what was sealed"
    grown = {**parts.open, "size": drawn.size + 1}
    assert opened(grown, parts.sealed)[1] is False


@pytest.mark.parametrize("broken", [None, [], {}, {"schema": "lenitive.trial/1", "part": "open"}, "x"])
def test_parts_that_are_none_are_refused(broken: object) -> None:
    parts = seal(draw(design(), SEED), salt=SALT)
    with pytest.raises(TrialFileError, match="Take the file as it was written"):
        opened(broken, parts.sealed)
    with pytest.raises(TrialFileError, match="Take the file as it was written"):
        opened(parts.open, broken)
    for wrong in ([{"arm": "x"}], "x", [], [{"arm": "x", "start_week": "0", "weeks": 2}]):
        with pytest.raises(TrialFileError, match="sealed part, period"):
            opened(parts.open, {**parts.sealed, "periods": wrong})
    with pytest.raises(TrialFileError, match="open part, design"):
        opened({**parts.open, "design": {**parts.open["design"], "weeks": 1}}, parts.sealed)
    with pytest.raises(TrialFileError, match="open part, design"):
        opened({**parts.open, "design": {"arms": 3}}, parts.sealed)
    with pytest.raises(TrialDesignError, match="salt"):
        seal(draw(design(), SEED), salt="short")
