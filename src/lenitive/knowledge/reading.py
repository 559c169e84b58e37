"""Reads one file of a folder that is in memory: a TOML file as content or as a model, a table as rows."""

from __future__ import annotations

import csv
import io
import tomllib
from typing import Any, TypeVar

from pydantic import ValidationError

from lenitive.knowledge.fault import Fault, faults_of
from lenitive.knowledge.files import Files
from lenitive.knowledge.schema.base import KnowledgeModel

__all__ = ["read_content", "read_rows", "read_toml"]

Model = TypeVar("Model", bound=KnowledgeModel)


def read_content(files: Files, name: str, faults: list[Fault]) -> dict[str, Any] | None:
    """A TOML file's content, or None with a fault added."""
    text = files.text(name, faults)
    if text is None:
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        faults.append(
            Fault(file=name, key="-", what=f"not readable as TOML ({error})", remedy="Mend the syntax")
        )
        return None


def read_toml(files: Files, name: str, model: type[Model], faults: list[Fault]) -> Model | None:
    """A TOML file as its model, or None with its faults added to the list."""
    content = read_content(files, name, faults)
    if content is None:
        return None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults.extend(faults_of(error, file=name))
        return None


def read_rows(files: Files, name: str, faults: list[Fault]) -> list[tuple[int, dict[str, Any]]]:
    """A table's rows with their line numbers; none, with a fault added, when it cannot be read."""
    text = files.text(name, faults)
    if text is None:
        return []
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
        return [(reader.line_num, dict(row)) for row in reader]
    except csv.Error:
        faults.append(Fault(file=name, key="-", what="cannot be read as a table", remedy="Mend the file"))
        return []
