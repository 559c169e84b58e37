"""The kinetics files against the drug files: one consistent set, inside what the drug's file records."""

from __future__ import annotations

import math

import pytest

from lenitive.knowledge import KnowledgeError, load
from lenitive.knowledge.files import Files
from lenitive.knowledge.load_kinetics import read_kinetics
from lenitive.knowledge.schema.kinetics import KineticsModel

MODELS = load().kinetics.models


@pytest.mark.parametrize("drug", sorted(MODELS))
def test_clearance_and_half_life_lie_within_what_the_drug_file_records(drug):
    model, facts = MODELS[drug], load().drugs[drug].kinetics
    half_life = (
        model.half_life.value if model.half_life else math.log(2) * model.volume.value / model.clearance.value
    )
    for ours, theirs in ((model.clearance.value, facts.clearance), (half_life, facts.half_life)):
        if theirs is None:
            continue
        low = theirs.low if theirs.low is not None else theirs.value
        high = theirs.high if theirs.high is not None else theirs.value
        assert 0.85 * low <= ours <= 1.15 * high, f"{drug}: {ours} against {low} to {high}"


@pytest.mark.parametrize("drug", sorted(MODELS))
def test_a_drug_with_a_curve_has_a_file(drug):
    assert drug in load().drugs


def test_both_kinds_of_volume_are_refused():
    raw = MODELS["mirtazapine"].model_dump()
    with pytest.raises(ValueError, match="exactly one"):
        KineticsModel.model_validate({**raw, "volume": raw["half_life"] | {"unit": "L"}})


def test_a_wrong_unit_and_a_missing_condition_are_refused():
    raw = MODELS["mirtazapine"].model_dump()
    with pytest.raises(ValueError, match="L/h"):
        KineticsModel.model_validate({**raw, "clearance": raw["clearance"] | {"unit": "mL/min"}})
    bare = raw["covariate"][0] | {"equals": "", "below": None, "at_least": None}
    with pytest.raises(ValueError, match="when it applies"):
        KineticsModel.model_validate({**raw, "covariate": [bare]})


def test_every_fault_is_reported_at_once(tmp_path):
    folder = tmp_path / "kinetics"
    folder.mkdir()
    (folder / "one.toml").write_text("drug = ", encoding="utf-8")
    (folder / "two.toml").write_text('drug = "two"\nodd = 1\n', encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_kinetics(Files.read(tmp_path))
    files = {f.file for f in caught.value.faults}
    assert files == {"kinetics/one.toml", "kinetics/two.toml"}
    assert len(caught.value.faults) > 5
