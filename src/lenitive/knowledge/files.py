"""The bytes of a folder of knowledge files, read once.

What is hashed, parsed and named later comes from these bytes and from no second look at the disk, so that a version
can never stand beside contents that it is not the version of. This module is the one place in the core that opens files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from lenitive.frozen import dataclass
from lenitive.knowledge.fault import Fault, KnowledgeError

__all__ = ["Files"]

_DATA = frozenset({".toml", ".csv", ".bib", ".md", ".json", ".csl"})
# Part of the data, yet no knowledge: how a bibliography is printed changes no answer.
_NO_KNOWLEDGE = frozenset({".csl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Every data file of a folder as it was when it was read.

    Attributes:
        content: Bytes by name; a name is the path below the folder, with ``/`` between its parts.
    """

    content: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> Files:
        """All data files below a folder. Names that begin with a dot are left alone.

        Raises:
            KnowledgeError: With every file or folder that cannot be opened.
        """
        faults: list[Fault] = []
        content: dict[str, bytes] = {}
        for name in _names(os.fspath(folder), "", (), faults):
            try:
                with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - a start reads them all
                    content[name] = file.read()
            except OSError:
                faults.append(_closed(name))
        if faults:
            raise KnowledgeError(faults)
        return cls(content={name: content[name] for name in sorted(content, key=_parts)})

    def named(self, pattern: str) -> tuple[str, ...]:
        """Names that match, part by part, such as ``*/protocol.toml``; in the order of the alphabet."""
        deep, end = pattern.count("/"), pattern.rpartition("*")[2]
        return tuple(
            name
            for name in self.content
            if name.endswith(end) and name.count("/") == deep and fnmatchcase(name, pattern)
        )

    def text(self, name: str, faults: list[Fault]) -> str | None:
        """A file's text with ``\\n`` at the end of each line, or None with a fault added."""
        if name not in self.content:
            faults.append(Fault(file=name, key="-", what="cannot be opened", remedy="Put the file back"))
            return None
        try:
            text = self.content[name].decode("utf-8")
        except UnicodeDecodeError as error:
            what = f"is not UTF-8 (byte {error.start + 1})"
            faults.append(Fault(file=name, key="-", what=what, remedy="Save it as UTF-8"))
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def knowledge(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every file that can change an answer."""
        return (
            (name, data) for name, data in self.content.items() if not name.endswith(tuple(_NO_KNOWLEDGE))
        )

    def digests(self) -> dict[str, str]:
        """The first 16 hexadecimal digits of the SHA-256 of each file that can change an answer, by its name."""
        return {name: hashlib.sha256(data).hexdigest()[:16] for name, data in self.knowledge()}


def _parts(name: str) -> list[str]:
    return name.split("/")


def _closed(name: str) -> Fault:
    return Fault(
        file=name or ".",
        key="-",
        what="cannot be opened",
        remedy="Check that it is there and its permissions",
    )


def _names(folder: str, before: str, above: tuple[str, ...], faults: list[Fault]) -> Iterator[str]:
    """Names of the data files below a folder. A link is followed, once: one that leads back up is not."""
    here = os.path.realpath(folder)
    if here in above:
        return
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        faults.append(_closed(before.rstrip("/")))
        return
    for entry in found:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _names(entry.path, f"{before}{entry.name}/", (*above, here), faults)
        elif os.path.splitext(entry.name)[1] in _DATA:  # noqa: PTH122 - as above
            if entry.is_file():
                yield before + entry.name
            else:
                faults.append(_closed(before + entry.name))
