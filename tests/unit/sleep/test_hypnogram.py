import sys
from pathlib import Path

import numpy as np
import pytest

from lenitive.sleep import Hypnogram, Stage, UnknownStageError, architectures
from lenitive.sleep.agreement import agreement, consensus
from lenitive.sleep.definitions import MixedDefinitionsError, one_id
from lenitive.sleep.structure import sleep_bouts, transitions

sys.path.insert(0, str(Path(__file__).parent))
from by_default import DEFINITIONS, architecture, cycles

W, N1, N2, N3, R = "W", "N1", "N2", "N3", "R"


def of(*parts):
    """A hypnogram from (stage, epochs) pairs."""
    return Hypnogram.of_words([stage for stage, n in parts for _ in range(n)])


def test_two_definitions_read_the_same_night_differently():
    night = of((W, 4), (N1, 1), (W, 1), (N2, 20), (W, 10), (N2, 10), (W, 6))
    yasa = architecture(night, definition=DEFINITIONS["yasa-0.8"])
    dreem = architecture(night, definition=DEFINITIONS["dreem-2020"])
    lights = architecture(night, definition=DEFINITIONS["lights-to-lights"])
    assert (yasa.sol_min, yasa.waso_min, yasa.tst_min) == (2.0, 5.5, 15.5)
    # onset is the third N2 epoch (index 8); the two before it and the lone N1 do not count; wake runs to the end
    assert (dreem.sol_min, dreem.waso_min, dreem.tst_min) == (4.0, 8.0, 14.0)
    assert (lights.sol_min, lights.waso_min) == (2.0, 8.5)
    assert yasa.awakenings == 2
    assert dreem.awakenings == 1


def test_values_of_two_definitions_are_never_pooled():
    assert one_id({"yasa-0.8"}) == "yasa-0.8"
    with pytest.raises(MixedDefinitionsError, match="never pooled"):
        one_id({"yasa-0.8", "dreem-2020"})


def test_a_night_without_sleep_has_no_latency_and_no_shares():
    night = architecture(of((W, 100)))
    assert night.tst_min == 0
    assert night.se_pct == 0
    for name in (
        "sol_min",
        "lps_min",
        "waso_min",
        "sme_pct",
        "sfi_per_h",
        "n2_pct",
        "rem_latency_min",
        "awakenings",
    ):
        assert getattr(night, name) is None, name


def test_many_nights_of_different_length_and_epoch_are_what_each_is_alone():
    rng = np.random.default_rng(5)
    some = [
        Hypnogram(codes=rng.integers(-1, 7, size=int(n)).astype(np.int8), epoch_s=float(e))
        for n, e in zip(rng.integers(1, 900, 40), rng.choice([20, 30, 60], 40), strict=True)
    ]
    for definition in DEFINITIONS.values():
        assert architectures(some, definition) == [architecture(n, definition=definition) for n in some]


@pytest.mark.parametrize("codes", [[], [9], [-2], [0.5, 1.0]])
def test_what_is_no_hypnogram_is_refused(codes):
    with pytest.raises(ValueError):
        Hypnogram(codes=np.array(codes))


def test_an_epoch_has_a_positive_length():
    with pytest.raises(ValueError):
        Hypnogram(codes=np.array([0]), epoch_s=0)


def test_an_unknown_stage_is_an_error_never_a_guess():
    with pytest.raises(UnknownStageError):
        Hypnogram.of_words(["W", "N5"])


def test_cycles_follow_feinberg_and_floyd():
    night = of(
        (W, 10), (N2, 140), (R, 4),            # first REM period may be short (2 min)
        (N2, 120), (R, 20), (N2, 10), (R, 10), # REM 5 min apart is one period
        (N2, 100), (R, 6),                     # 3 min of REM: too short for a later REM period
        (N2, 40), (R, 30), (N2, 8),
    )  # fmt: skip
    found = cycles(night)
    assert [(c.start_min, c.nrem_min, c.rem_min) for c in found] == [
        (5.0, 70.0, 2.0),
        (77.0, 60.0, 20.0),
        (157.0, 73.0, 15.0),
    ]


def test_rem_at_sleep_onset_makes_no_cycle():
    assert cycles(of((N2, 10), (R, 20), (N2, 60))) == ()


def test_bouts_and_steps():
    night = of((W, 2), (N1, 1), (N2, 3), (W, 1), (N2, 2))
    assert sleep_bouts(night) == (2.0, 1.0)
    assert transitions(night)[Stage.N2, Stage.WAKE] == 1
    assert sum(transitions(night).values()) == len(night) - 1


def test_agreement_leaves_out_what_either_did_not_score_and_knows_when_chance_is_certain():
    one, other = of((W, 3), (N2, 2)), of((W, 3), ("?", 2))
    found = agreement(one, other)
    assert (found.epochs, found.accuracy, found.kappa) == (3, 1.0, None)


def test_scorings_of_different_length_are_not_compared():
    with pytest.raises(ValueError, match="same epochs"):
        agreement(of((W, 3)), of((W, 4)))
    with pytest.raises(ValueError, match="two scorings"):
        consensus([of((W, 3))])
