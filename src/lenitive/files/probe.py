"""A file looked at: what form it has, and its content in that form, each parsed once however many readers ask."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any, BinaryIO

from lenitive.files.archive import Counted
from lenitive.files.content import load_json, text_of, whole
from lenitive.files.encoding import encoding_of
from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = ["FileForm", "Probe", "probed"]

_HEAD = 65536
_MOST_MEMBERS = 100_000
_UNKNOWN = "Give the export as the app made it; the kinds that are read are listed in docs/guide/import.md"


class FileForm(StrEnum):
    """How a file is built, whatever it says."""

    EMPTY = "empty"
    ZIP = "zip archive"
    WORKBOOK = "workbook"
    DATABASE = "SQLite database"
    EDF = "EDF"
    XML = "XML"
    JSON = "JSON"
    TEXT = "text"
    BINARY = "binary"


class Probe:
    """A file looked at.

    Attributes:
        name: Its name, for messages.
        stream: Its bytes, from the start, as a reader finds them.
        head: Its first bytes.
        unpacked: Whether it was packed with gzip, and is read through that.
        sheet: The name and rows of a workbook's first sheet, or why it is refused, once ``sheets`` has read it.
    """

    def __init__(self, name: str, stream: BinaryIO, *, unpacked: bool = False) -> None:
        self.name, self.stream, self.unpacked = name, stream, unpacked
        self.sheet: tuple[str, Sequence[Sequence[object]]] | RefusedError | None = None
        self.head = stream.read(_HEAD)
        stream.seek(0)

    @cached_property
    def form(self) -> FileForm:
        """Its form, by its first bytes and never by its name."""
        head = self.head
        if not head.strip():
            return FileForm.EMPTY
        if head.startswith(b"PK"):
            return FileForm.WORKBOOK if self._is_workbook else FileForm.ZIP
        if head.startswith(b"SQLite format 3\0"):
            return FileForm.DATABASE
        if head[:8] == b"0       ":
            return FileForm.EDF
        start = self.head_text.lstrip()
        if not start:
            return FileForm.BINARY
        return FileForm.XML if start[0] == "<" else FileForm.JSON if start[0] in "{[" else FileForm.TEXT

    @cached_property
    def head_text(self) -> str:
        """Its first characters; empty when it is no text."""
        found = encoding_of(self.head)
        if found is None:
            return ""
        try:
            return codecs.getincrementaldecoder(found[0])(errors="replace").decode(self.head)
        except LookupError:
            return ""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its first lines that are not blank."""
        return tuple(line for line in self.head_text.splitlines()[:60] if line.strip())

    @cached_property
    def archive(self) -> zipfile.ZipFile:
        """The archive, members read in place: no path in it is ever written.

        Raises:
            RefusedError: When it is damaged.
        """
        try:
            return zipfile.ZipFile(self.stream)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise RefusedError(
                FileRefusal.BROKEN, "a damaged zip archive", "Copy or export the file again"
            ) from None

    @cached_property
    def members(self) -> tuple[zipfile.ZipInfo, ...]:
        """The files in the archive.

        Raises:
            RefusedError: When it is damaged, or of more files than an export has.
        """
        found = tuple(m for m in self.archive.infolist() if m.filename and not m.filename.endswith("/"))
        if len(found) > _MOST_MEMBERS:
            raise RefusedError(
                FileRefusal.DANGEROUS,
                f"an archive of more than {_MOST_MEMBERS} files",
                "Give the export alone",
            )
        return found

    @cached_property
    def _is_workbook(self) -> bool:
        try:
            names = {m.filename for m in self.members}
        except RefusedError:
            return False
        return "xl/workbook.xml" in names or (
            "content.xml" in names and b"opendocument.spreadsheet" in self.head[:200]
        )

    def data(self) -> bytes:
        """All its bytes.

        Raises:
            RefusedError: When there are too many.
        """
        self.stream.seek(0)
        data = whole(self.stream)
        self.stream.seek(0)
        return data

    @cached_property
    def json(self) -> Any:
        """Its JSON.

        Raises:
            RefusedError: When it is broken or beyond reason.
        """
        return load_json(self.data())

    @cached_property
    def text(self) -> str:
        """Its text.

        Raises:
            RefusedError: When it is no text, or has endless lines.
        """
        return text_of(self.data(), _UNKNOWN)


def probed(name: str, stream: BinaryIO) -> Probe:
    """A file looked at, through gzip where it is packed with that.

    Raises:
        RefusedError: When the packing is damaged or a bomb.
    """
    start = stream.read(2)
    stream.seek(0)
    if start != b"\x1f\x8b":
        return Probe(name, stream)
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    try:
        return Probe(name, Counted(gzip.GzipFile(fileobj=stream), packed), unpacked=True)  # type: ignore[arg-type]
    except (OSError, EOFError) as error:
        raise RefusedError(
            FileRefusal.BROKEN,
            f"a damaged gzip file ({type(error).__name__})",
            "Copy or export the file again",
        ) from None
