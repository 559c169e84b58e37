"""Reads the numbers that judgements turn on."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.judgement import Judgement, JudgementFile

__all__ = ["read_judgement"]


def read_judgement(files: Files) -> Judgement:
    """The folder ``judgement``: one file for each part, by its name.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    kinds: dict[str, type[JudgementFile]] = get_type_hints(Judgement)
    for name in (part.name for part in fields(Judgement)):
        where = f"judgement/{name}.toml"
        file = found[name] = read_toml(files, where, kinds[name], faults)
        if file is not None and file.id != name:
            faults.append(
                Fault(file=where, key="id", what="is not the file's name", remedy=f"Set it to {name!r}")
            )
        if file is not None and file.review <= file.read:
            faults.append(
                Fault(file=where, key="review", what="is not after read", remedy="Give a later day")
            )
    if faults:
        raise KnowledgeError(faults)
    return Judgement(**found)
