"""Reads protocols and their worked cases from a folder: the shipped one, or a site's own."""

from __future__ import annotations

from pathlib import Path

from lenitive.knowledge.fault import Fault
from lenitive.knowledge.protocol_check import protocol_faults
from lenitive.knowledge.schema.protocols import CaseFile, Protocol, ProtocolCase

__all__ = ["read_cases", "read_protocols"]


def read_protocols(folder: Path, faults: list[Fault], *, root: Path) -> dict[str, Protocol]:
    """Every ``*/protocol.toml`` of a folder, by id. One with a gap, an overlap or an unreachable part is a fault."""
    from lenitive.knowledge.load import read_toml

    found: dict[str, Protocol] = {}
    drugs: dict[str, str] = {}
    for path in sorted(folder.glob("*/protocol.toml")):
        name = path.relative_to(root).as_posix()
        one = read_toml(path, Protocol, faults, root=root)
        if one is None:
            continue
        if one.id != path.parent.name:
            faults.append(
                Fault(file=name, key="id", what="is not the folder's name", remedy="Make the two equal")
            )
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
    return found


def read_cases(folder: Path, faults: list[Fault], *, root: Path) -> dict[str, tuple[ProtocolCase, ...]]:
    """The worked cases beside each protocol of a folder; a protocol without any is a fault."""
    from lenitive.knowledge.load import read_toml

    found: dict[str, tuple[ProtocolCase, ...]] = {}
    for protocol in sorted(folder.glob("*/protocol.toml")):
        path = protocol.with_name("cases.toml")
        if not path.is_file():
            faults.append(
                Fault(
                    file=path.relative_to(root).as_posix(),
                    key="-",
                    what="is missing: a protocol is tested and explained by worked cases",
                    remedy="Write at least one [[case]]",
                )
            )
            continue
        file = read_toml(path, CaseFile, faults, root=root)
        if file is not None:
            found[path.parent.name] = file.case
    return found
