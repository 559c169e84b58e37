"""Reads the kinetics files."""

from __future__ import annotations

from pathlib import PurePosixPath

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.kinetics import KineticsModel, NotModelled, NotModelledFile

__all__ = ["KineticsFiles", "read_kinetics"]

_REFUSALS = "kinetics/not_modelled.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class KineticsFiles:
    """Every drug whose curve can be drawn, and why others cannot."""

    models: dict[str, KineticsModel]
    not_modelled: dict[str, NotModelled]

    def get(self, drug: str) -> KineticsModel | None:
        """The drug's kinetics, or None."""
        return self.models.get(drug)

    def why_not(self, drug: str) -> str:
        """Why a drug's curve is not drawn; empty when it is."""
        if drug in self.models:
            return ""
        known = self.not_modelled.get(drug)
        return known.value if known else "No kinetics for it are in the knowledge."


def read_kinetics(files: Files) -> KineticsFiles:
    """The kinetics files of a knowledge folder.

    Raises:
        KnowledgeError: With every fault found.
    """
    faults: list[Fault] = []
    models: dict[str, KineticsModel] = {}
    refused: dict[str, NotModelled] = {}
    for name in files.named("kinetics/*.toml"):
        if name == _REFUSALS:
            listed = read_toml(files, name, NotModelledFile, faults)
            refused = {n.drug: n for n in listed.not_modelled} if listed else {}
            continue
        model = read_toml(files, name, KineticsModel, faults)
        if model is None:
            continue
        if model.drug != PurePosixPath(name).stem:
            faults.append(
                Fault(
                    file=name,
                    key="drug",
                    what="differs from the file's name",
                    remedy="Name the file after the drug",
                )
            )
        models[model.drug] = model
    for drug in sorted(models.keys() & refused.keys()):
        faults.append(
            Fault(
                file=_REFUSALS,
                key=drug,
                what="the drug also has a model",
                remedy="Keep one of the two",
            )
        )
    if faults:
        raise KnowledgeError(faults)
    return KineticsFiles(models=models, not_modelled=refused)
