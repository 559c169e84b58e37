"""Reads what is known of recorded sleep."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.sleep import (
    CycleRule,
    DefinitionFile,
    Devices,
    DrugSleep,
    Prompt,
    PromptFile,
    SleepDefinition,
)

__all__ = ["SleepFacts", "read_sleep"]

_DEVICES, _PROMPTS, _DEFINITIONS = "sleep/devices.toml", "sleep/prompts.toml", "sleep/definitions.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepFacts:
    """What is known of recorded sleep.

    Attributes:
        devices: How far devices may be believed.
        drugs: Studies by drug id.
        prompts: What to ask, in the order of the file.
        definitions: How a scored night may be counted, by id.
        default: Id of the one that is used where none is asked for.
        cycles: What makes a NREM-REM cycle.
    """

    devices: Devices
    drugs: Mapping[str, DrugSleep]
    prompts: tuple[Prompt, ...]
    definitions: Mapping[str, SleepDefinition]
    default: str
    cycles: CycleRule


def read_sleep(files: Files) -> SleepFacts:
    """The facts in the folder ``sleep``.

    Raises:
        KnowledgeError: With every fault, when there is one.
    """
    faults: list[Fault] = []
    devices = read_toml(files, _DEVICES, Devices, faults)
    prompts = read_toml(files, _PROMPTS, PromptFile, faults)
    counted = read_toml(files, _DEFINITIONS, DefinitionFile, faults)
    drugs: dict[str, DrugSleep] = {}
    for name in files.named("sleep/*.toml"):
        if name in {_DEVICES, _PROMPTS, _DEFINITIONS}:
            continue
        found = read_toml(files, name, DrugSleep, faults)
        if found is None:
            continue
        if found.drug != PurePosixPath(name).stem:
            faults.append(
                Fault(
                    file=name,
                    key="drug",
                    what="the drug is not the file's name",
                    remedy="Give both the drug's id",
                )
            )
        ids = [s.id for s in found.study]
        faults += [
            Fault(
                file=name,
                key=f"study.{one}",
                what="the id is there twice",
                remedy="Give each study its own",
            )
            for one in sorted({i for i in ids if ids.count(i) > 1})
        ]
        drugs[found.drug] = found
    if faults or devices is None or prompts is None or counted is None:
        raise KnowledgeError(faults)
    return SleepFacts(
        devices=devices,
        drugs=drugs,
        prompts=prompts.prompt,
        definitions={d.id: d for d in counted.definition},
        default=counted.default,
        cycles=counted.cycles,
    )
