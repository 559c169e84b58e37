"""Reads the numbers that judgements turn on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.judgement import (
    Findings,
    JudgementFile,
    JudgementRow,
    Monitored,
    People,
    Standing,
)

__all__ = ["Judgement", "read_judgement"]

File = TypeVar("File", bound=JudgementFile)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Every number that a judgement turns on, by file.

    Attributes:
        people: Ages.
        standing: Where a patient stands with a drug.
        findings: What is said of what is taken.
        monitoring: How checks are met.
    """

    people: People
    standing: Standing
    findings: Findings
    monitoring: Monitored

    def rows(self) -> Iterator[tuple[str, JudgementRow]]:
        """Every row with its id, ``file.key``."""
        for one in fields(self):
            file: JudgementFile = getattr(self, one.name)
            for key, row in file.rows().items():
                yield f"{one.name}.{key}", row

    @property
    def articles(self) -> frozenset[str]:
        """Everything that a row names as its source, without the place."""
        return frozenset(s.article for _, row in self.rows() for s in row.sources)


def read_judgement(files: Files) -> Judgement:
    """The files in the folder ``judgement``.

    Raises:
        KnowledgeError: With every fault of every file.
    """
    faults: list[Fault] = []

    def read(name: str, model: type[File]) -> File | None:
        file = read_toml(files, f"judgement/{name}.toml", model, faults)
        if file is not None and file.review <= file.read:
            faults.append(
                Fault(
                    file=f"judgement/{name}.toml",
                    key="review",
                    what="is not after read",
                    remedy="Give a later day",
                )
            )
        return file

    people, standing = read("people", People), read("standing", Standing)
    findings, monitoring = read("findings", Findings), read("monitoring", Monitored)
    if faults or people is None or standing is None or findings is None or monitoring is None:
        raise KnowledgeError(faults)
    return Judgement(people=people, standing=standing, findings=findings, monitoring=monitoring)
