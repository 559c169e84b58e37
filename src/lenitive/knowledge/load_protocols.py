"""Reads protocols and their worked cases from a folder: the shipped one, or a site's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.protocol_check import protocol_faults
from lenitive.knowledge.reading import read_toml
from lenitive.knowledge.schema.protocols import CaseFile, Protocol, ProtocolCase

__all__ = ["read_cases", "read_protocols"]


def read_protocols(files: Files, pattern: str, knows: Callable[[str], bool]) -> dict[str, Protocol]:
    """Every protocol whose name matches, by id. One with a gap, an overlap or an unreachable part is a fault.

    Args:
        files: Where they lie.
        pattern: Such as ``*/protocol.toml``: each lies in a folder that bears its id.
        knows: Whether a substance of an id exists.

    Raises:
        KnowledgeError: With every fault of every protocol.
    """
    faults: list[Fault] = []
    found: dict[str, Protocol] = {}
    drugs: dict[str, str] = {}
    for name in files.named(pattern):
        one = read_toml(files, name, Protocol, faults)
        if one is None:
            continue
        if one.id != PurePosixPath(name).parent.name:
            faults.append(
                Fault(file=name, key="id", what="is not the folder's name", remedy="Make the two equal")
            )
        if not knows(one.drug):
            what = f"{one.drug!r} is no drug that is known"
            faults.append(Fault(file=name, key="drug", what=what, remedy="Write the id of a drug file"))
        if one.drug in drugs:
            faults.append(
                Fault(
                    file=name,
                    key="drug",
                    what=f"{drugs[one.drug]} is for the same drug",
                    remedy="Keep one of the two",
                )
            )
        faults += [
            Fault(file=name, key="-", what=what, remedy="Mend the conditions until exactly one state holds")
            for what in protocol_faults(one)
        ]
        found[one.id], drugs[one.drug] = one, one.id
    if faults:
        raise KnowledgeError(faults)
    return found


def read_cases(files: Files, pattern: str) -> dict[str, tuple[ProtocolCase, ...]]:
    """The worked cases beside each protocol whose name matches; a protocol without any is a fault.

    Raises:
        KnowledgeError: With every fault.
    """
    faults: list[Fault] = []
    found: dict[str, tuple[ProtocolCase, ...]] = {}
    for protocol in files.named(pattern):
        path = PurePosixPath(protocol).with_name("cases.toml")
        name = str(path)
        if name not in files.content:
            faults.append(
                Fault(
                    file=name,
                    key="-",
                    what="is missing: a protocol is tested and explained by worked cases",
                    remedy="Write at least one [[case]]",
                )
            )
            continue
        file = read_toml(files, name, CaseFile, faults)
        if file is not None:
            found[path.parent.name] = file.case
    if faults:
        raise KnowledgeError(faults)
    return found
