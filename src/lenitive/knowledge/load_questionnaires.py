"""Reads the questionnaires that may be printed."""

from __future__ import annotations

from pathlib import PurePosixPath

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.questionnaires import Questionnaire

__all__ = ["read_questionnaires"]


def read_questionnaires(files: Files) -> dict[str, Questionnaire]:
    """The questionnaires in the folder ``questionnaires``, by id.

    Raises:
        KnowledgeError: With every fault, when there is one.
    """
    faults: list[Fault] = []
    read: dict[str, Questionnaire] = {}
    for name in files.named("questionnaires/*.toml"):
        found = read_toml(files, name, Questionnaire, faults)
        if found is None:
            continue
        if found.id != PurePosixPath(name).stem:
            faults.append(
                Fault(file=name, key="id", what="the id is not the file's name", remedy="Give both one name")
            )
        read[found.id] = found
    if faults:
        raise KnowledgeError(faults)
    return read
