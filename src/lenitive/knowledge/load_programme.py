"""Reads the guided exercises."""

from __future__ import annotations

from pathlib import PurePosixPath

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.programme import Exercise

__all__ = ["read_programme"]


def read_programme(files: Files) -> dict[str, Exercise]:
    """The exercises in the folder ``programme``, by id.

    Raises:
        KnowledgeError: With every fault, when there is one.
    """
    faults: list[Fault] = []
    read: dict[str, Exercise] = {}
    for name in files.named("programme/*.toml"):
        found = read_toml(files, name, Exercise, faults)
        if found is None:
            continue
        if found.id != PurePosixPath(name).stem:
            faults.append(
                Fault(file=name, key="id", what="the id is not the file's name", remedy="Give both one name")
            )
        if f"articles/{found.article}.md" not in files.content:
            faults.append(
                Fault(file=name, key="article", what="there is no such article", remedy="Correct the id")
            )
        read[found.id] = found
    if faults:
        raise KnowledgeError(faults)
    return read
