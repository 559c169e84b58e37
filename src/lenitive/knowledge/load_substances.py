"""Reads the substance tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from lenitive.knowledge.expand import source_of
from lenitive.knowledge.fault import Fault, KnowledgeError, faults_of
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_rows
from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.substances import DrugClass, ListedSource, Membership, Name, Substance
from lenitive.knowledge.substance_index import Substances

__all__ = ["load_substances"]

Model = TypeVar("Model", bound=KnowledgeModel)


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _models(
    rows: list[tuple[int, dict[str, Any]]], name: str, model: type[Model], faults: list[Fault]
) -> list[Model]:
    found = []
    for line, row in rows:
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            faults += [
                Fault(file=f"{name}:{line}", key=f.key, what=f.what, remedy=f.remedy)
                for f in faults_of(error, file=name)
            ]
    return found


def load_substances(files: Files, sources: Mapping[str, ListedSource]) -> Substances:
    """Every substance, name and class.

    Raises:
        KnowledgeError: With every fault, among them names that mean two things and members that do not exist.
    """
    faults: list[Fault] = []
    folder = "substances"

    name = f"{folder}/substances.csv"
    rows = read_rows(files, name, faults)
    for _, row in rows:
        row["atc"] = _list(row.get("atc") or "")
    substances = _models(rows, name, Substance, faults)

    name = f"{folder}/classes.csv"
    rows = read_rows(files, name, faults)
    for _, row in rows:
        row["names"] = _list(row.get("names") or "")
    classes = _models(rows, name, DrugClass, faults)

    names = _models(read_rows(files, f"{folder}/names.csv", faults), f"{folder}/names.csv", Name, faults)

    name = f"{folder}/memberships.csv"
    rows = read_rows(files, name, faults)
    counted: Counter[str] = Counter()
    for line, row in rows:
        of_class = row.get("of_class") or ""
        counted[of_class] += 1
        number = counted[of_class]
        row["id"] = f"classes.{of_class}" + (f".{number}" if number > 1 else "")
        row["members"] = _list(row.get("members") or "")
        row["says"] = row["says"] if row.get("says") else "members by the source's own grouping"
        written = (
            source_of(entry, sources, file=f"{name}:{line}", key="source", faults=faults)
            for entry in _list(row.pop("source", "") or "")
        )
        row["source"] = [one for one in written if one is not None]
        row["decides"] = row.get("grade") not in {"D", "U"}
    memberships = _models(rows, name, Membership, faults)
    not_covered = {
        row.get("name") or "": row.get("same_as") or ""
        for _, row in read_rows(files, f"{folder}/not_covered.csv", faults)
    }

    faults += _cross_checks(folder, substances, classes, names, memberships, not_covered)
    if faults:
        raise KnowledgeError(faults)
    return Substances(substances, classes, names, memberships, not_covered)


def _cross_checks(
    folder: str,
    substances: list[Substance],
    classes: list[DrugClass],
    names: list[Name],
    memberships: list[Membership],
    not_covered: dict[str, str],
) -> list[Fault]:
    """References that lead nowhere, and names that mean two things."""
    faults: list[Fault] = []
    ids, class_ids = {s.id for s in substances}, {c.id for c in classes}

    def fault(file: str, key: str, what: str, remedy: str) -> None:
        faults.append(Fault(file=f"{folder}/{file}", key=key, what=what, remedy=remedy))

    for both in ids & class_ids:
        fault("classes.csv", both, "is also a substance", "Rename the class")
    for one in substances:
        if one.ingredient and one.ingredient not in ids:
            fault("substances.csv", one.id, f"has the unknown ingredient {one.ingredient!r}", "Correct it")
    for row in memberships:
        if row.of_class not in class_ids:
            fault("memberships.csv", row.id, "is not a class", "Add it to classes.csv")
        for member in row.members:
            if member not in ids and member not in class_ids:
                fault(
                    "memberships.csv",
                    row.id,
                    f"has the unknown member {member!r}",
                    "Add it to substances.csv",
                )
    meanings: dict[str, set[str]] = {}
    for one in substances:
        meanings.setdefault(one.name.casefold(), set()).add(one.id)
    for name in names:
        meanings.setdefault(name.name.casefold(), set()).add(name.substance)
        if name.substance not in ids:
            fault("names.csv", name.name, f"names the unknown substance {name.substance!r}", "Correct it")
    for text, means in meanings.items():
        if len(means) > 1:
            fault("names.csv", text, f"means {' and '.join(sorted(means))}", "Keep one meaning")
    for text in not_covered:
        if text.casefold() in meanings:
            fault("not_covered.csv", text, "is covered", "Remove the line")
    for text, same_as in not_covered.items():
        if same_as and (same_as not in not_covered or not_covered[same_as]):
            fault("not_covered.csv", text, "is the same as no name of this list", "Correct it")
    return faults
