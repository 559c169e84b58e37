"""The engine's inference against NumPyro NUTS on the same posterior (frozen by nuts.py), with one spread of effects and with several."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenitive.knowledge import load
from lenitive.response import OUTCOMES, Observation, fit, fit_settings
from lenitive.response.normals import EffectSpread

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from patients import patient  # noqa: E402 - beside this file, which is no package

SETTINGS = fit_settings(load().judgement)


ALONE = replace(SETTINGS, priors=replace(SETTINGS.priors, spreads=(EffectSpread(1.0, 0.0, 1.0),)))


@pytest.mark.parametrize(("file", "settings"), [("nuts.json", ALONE), ("nuts_spreads.json", SETTINGS)])
def test_effects_are_those_of_nuts(file, settings):
    frozen = json.loads((HERE / file).read_text())
    assert frozen["divergences"] == 0
    off, ratio, k = [], [], []
    for theirs in frozen["patients"]:
        assert theirs["rhat_max"] < 1.02
        record, at = patient(theirs["patient"])
        ours = fit(record, at=at, seed=1, settings=replace(settings, observation=Observation.NORMAL))
        k.append(ours.pareto_k)
        for slot, outcome in enumerate(OUTCOMES):
            e = ours.effect("mirtazapine", outcome)
            off.append(abs(e.mean - theirs["effect_mean"][slot]) / theirs["effect_sd"][slot])
            ratio.append(e.sd / theirs["effect_sd"][slot])
    print(f"{len(k)} patients: mean off by {np.median(off):.3f} SD (median), {max(off):.3f} (max)")
    print(
        f"SD ratio {min(ratio):.3f} to {max(ratio):.3f}; k-hat {np.median(k):.2f} (median), {max(k):.2f} (max)"
    )
    assert np.median(off) < 0.03
    assert max(off) < 0.1
    assert min(ratio) > 0.95
    assert max(ratio) < 1.05
    assert np.mean(np.array(k) <= 0.7) >= 0.99
