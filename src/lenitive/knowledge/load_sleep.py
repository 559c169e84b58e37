"""Reads what is known of recorded sleep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lenitive.knowledge.load import Fault, KnowledgeError, read_toml
from lenitive.knowledge.schema.sleep import Devices, DrugSleep, Prompt, PromptFile

__all__ = ["SleepFacts", "read_sleep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepFacts:
    """What is known of recorded sleep.

    Attributes:
        devices: How far devices may be believed.
        drugs: Studies by drug id.
        prompts: What to ask, in the order of the file.
    """

    devices: Devices
    drugs: Mapping[str, DrugSleep]
    prompts: tuple[Prompt, ...]


def read_sleep(folder: Path) -> SleepFacts:
    """The facts in the folder ``sleep``.

    Raises:
        KnowledgeError: With every fault, when there is one.
    """
    faults: list[Fault] = []
    here = folder / "sleep"
    devices = read_toml(here / "devices.toml", Devices, faults, root=folder)
    prompts = read_toml(here / "prompts.toml", PromptFile, faults, root=folder)
    drugs: dict[str, DrugSleep] = {}
    for path in sorted(here.glob("*.toml")):
        if path.name in {"devices.toml", "prompts.toml"}:
            continue
        found = read_toml(path, DrugSleep, faults, root=folder)
        if found is None:
            continue
        if found.drug != path.stem:
            faults.append(
                Fault(
                    file=path.relative_to(folder).as_posix(),
                    key="drug",
                    what="the drug is not the file's name",
                    remedy="Give both the drug's id",
                )
            )
        ids = [s.id for s in found.study]
        faults += [
            Fault(
                file=path.relative_to(folder).as_posix(),
                key=f"study.{one}",
                what="the id is there twice",
                remedy="Give each study its own",
            )
            for one in sorted({i for i in ids if ids.count(i) > 1})
        ]
        drugs[found.drug] = found
    if faults or devices is None or prompts is None:
        raise KnowledgeError(faults)
    return SleepFacts(devices=devices, drugs=drugs, prompts=prompts.prompt)
