"""Reads sources, drugs and interactions. Each drug's file is read when that drug is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

from pydantic import ValidationError

from lenitive.knowledge.expand import expand
from lenitive.knowledge.fault import Fault, KnowledgeError, faults_of
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_content, read_rows
from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import FactRow, Topic
from lenitive.knowledge.schema.interactions import InteractionFile
from lenitive.knowledge.schema.substances import ListedSource
from lenitive.knowledge.substance_index import Substances

__all__ = ["Drugs", "drug_ids", "load_drug", "load_interactions", "load_sources", "load_topics"]

Model = TypeVar("Model", bound=KnowledgeModel)


def load_sources(files: Files) -> dict[str, ListedSource]:
    """What each source key of the drug, interaction and substance files stands for.

    Raises:
        KnowledgeError: When an entry has no article or no kind, or a key stands twice.
    """
    faults: list[Fault] = []
    name = "sources.csv"
    found: dict[str, ListedSource] = {}
    for line, row in read_rows(files, name, faults):
        key = row.get("key") or ""
        if key in found:
            faults.append(Fault(file=f"{name}:{line}", key=key, what="stands twice", remedy="Keep one line"))
        try:
            found[key] = ListedSource.model_validate(row)
        except ValidationError as error:
            faults += faults_of(error, file=f"{name}:{line}")
    if faults:
        raise KnowledgeError(faults)
    return found


def _read(
    files: Files, name: str, model: type[Model], sources: Mapping[str, ListedSource], more: dict[str, Any]
) -> Model:
    """One file as its model.

    Raises:
        KnowledgeError: With every fault of the file.
    """
    faults: list[Fault] = []
    stem = PurePosixPath(name).stem
    content = read_content(files, name, faults)
    if content is None:
        raise KnowledgeError(faults)
    if content.get("id") != stem:
        faults.append(Fault(file=name, key="id", what="is not the file's name", remedy=f"Set it to {stem!r}"))
    content = expand(content, name, stem, sources, faults) | more
    try:
        value = model.model_validate(content)
    except ValidationError as error:
        faults += faults_of(error, file=name)
    if faults:
        raise KnowledgeError(faults)
    return value


def drug_ids(files: Files) -> tuple[str, ...]:
    """Ids of the drugs that have a file."""
    return tuple(PurePosixPath(name).stem for name in files.named("drugs/*.toml"))


def load_drug(files: Files, drug: str, sources: Mapping[str, ListedSource], substances: Substances) -> Drug:
    """One drug with its classes.

    Raises:
        KnowledgeError: With every fault of its file.
    """
    more = {"classes": substances.classes_of(drug)}
    return _read(files, f"drugs/{drug}.toml", Drug, sources, more)


class Drugs(Mapping[str, Drug]):
    """Drugs by id, in order of the alphabet. Length, iteration and ``in`` parse no file."""

    def __init__(self, ids: tuple[str, ...], read: Callable[[str], Drug]) -> None:
        self._ids, self._read_one = ids, read
        self._read: dict[str, Drug] = {}

    def __getitem__(self, id: str) -> Drug:  # noqa: A002 - the mapping's own word
        """The drug.

        Raises:
            KeyError: When there is no file on it.
            KnowledgeError: When its file has faults.
        """
        if id not in self._read:
            if id not in self._ids:
                raise KeyError(id)
            self._read[id] = self._read_one(id)
        return self._read[id]

    def __iter__(self) -> Iterator[str]:
        """Ids."""
        return iter(self._ids)

    def __len__(self) -> int:
        """How many drugs have a file."""
        return len(self._ids)

    def __contains__(self, id: object) -> bool:  # noqa: A002
        """Whether a drug has a file."""
        return id in self._ids

    def read_all(self) -> list[Fault]:
        """Every fault of every file; none when all are sound."""
        faults: list[Fault] = []
        for id_ in self:
            try:
                self[id_]
            except KnowledgeError as error:
                faults += error.faults
        return faults

    def facts(self) -> Iterator[FactRow]:
        """Every fact of every drug."""
        for drug in self.values():
            yield from drug.facts()


def load_interactions(
    files: Files, sources: Mapping[str, ListedSource], substances: Substances
) -> tuple[InteractionFile, ...]:
    """All interaction files.

    Raises:
        KnowledgeError: With every fault, among them sides that are neither a substance nor a class.
    """
    faults: list[Fault] = []
    read: list[InteractionFile] = []
    for name in files.named("interactions/*.toml"):
        try:
            read.append(_read(files, name, InteractionFile, sources, {}))
        except KnowledgeError as error:
            faults += error.faults
    for file in read:
        for section, rows in (("interaction", file.interaction), ("washout", file.washout)):
            for key, row in rows.items():
                for side in row.sides():
                    if not substances.knows(side):
                        faults.append(
                            Fault(
                                file=f"interactions/{file.id}.toml",
                                key=f"{section}.{key}",
                                what=f"names {side!r}, which is neither a substance nor a class",
                                remedy="Add it under substances/ or correct its spelling",
                            )
                        )
    if faults:
        raise KnowledgeError(faults)
    return tuple(read)


def load_topics(files: Files, sources: Mapping[str, ListedSource]) -> dict[str, Topic]:
    """Facts that belong to no single drug, by topic.

    Raises:
        KnowledgeError: With every fault.
    """
    faults: list[Fault] = []
    found: dict[str, Topic] = {}
    for name in files.named("topics/*.toml"):
        try:
            topic = _read(files, name, Topic, sources, {})
            found[topic.id] = topic
        except KnowledgeError as error:
            faults += error.faults
    if faults:
        raise KnowledgeError(faults)
    return found
