"""Exports on a disk to what they say of one patient, whatever they are."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from lenitive.files import (
    FileForm,
    FileRefusal,
    Probe,
    Reader,
    RefusedError,
    not_read,
    opened,
    probed,
    recognised,
)
from lenitive.frozen import dataclass
from lenitive.intake import DiaryOptions, DraftHints, Imported, diary_readers, import_drafted
from lenitive.knowledge import SleepDefinition, SleepLines
from lenitive.record import Difference, ObjectiveNight, Record, merged
from lenitive.sleep import (
    DIARY_SOURCE,
    FileReading,
    Hypnogram,
    Night,
    ReaderOptions,
    Session,
    night_readers,
    nights,
    read_probe,
    to_record,
)
from lenitive.terms import Place, Problem, one_line

__all__ = ["TABLE", "Gathered", "gather", "gather_stream", "kept_nights", "kinds", "nights_of"]

_FEW_MEMBERS = 60
_MOST_MEMBERS_READ = 5_000
_IN_MEMORY = 16 * 2**20
_MOST_MEMBER = 256 * 2**20
TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What some files say together.

    Attributes:
        record: Diary, doses, effects, measurements and activities.
        sessions: Recorded sleeps.
        hypnograms: File name and scored night, also those without a date.
        taken: What each file was taken for.
        account: How each part of a diary was made.
        problems: Everything found wrong.
        differences: Where the files contradict one another; the first word stands.
        usable: Whether every file could be used.
        loud: Whether something was read that a person must look at.
    """

    record: Record
    sessions: tuple[Session, ...]
    hypnograms: tuple[tuple[str, Hypnogram], ...]
    taken: tuple[str, ...]
    account: tuple[str, ...]
    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]
    usable: bool
    loud: bool


def kinds() -> tuple[Reader[Any], ...]:
    """Every reader there is, by name."""
    return tuple(sorted((*night_readers(), *diary_readers()), key=lambda reader: reader.name))


def gather(
    paths: Sequence[Path],
    *,
    kind: str | None,
    diary: DiaryOptions,
    nights: ReaderOptions,
    progress: Callable[[Path], None] = lambda _: None,
) -> Gathered:
    """Read files of one patient, each by the reader that knows it.

    Args:
        paths: The files.
        kind: The name of the reader to use for all of them; None finds it out.
        diary: What was said beside diaries.
        nights: What was said beside nights.
        progress: Called with each file before it is read.
    """
    work = _Gathering(kind, diary, nights)
    for path in paths:
        progress(path)
        try:
            with path.open("rb") as stream:
                work.one(path.name, stream)
        except OSError:
            work.refuse(path.name, "the file cannot be opened", "Check its name and that you may read it")
    return work.gathered()


def gather_stream(
    name: str, stream: BinaryIO, *, kind: str | None, diary: DiaryOptions, nights: ReaderOptions
) -> Gathered:
    """The same of one file that is open already.

    Args:
        name: What the file was called.
        stream: Its bytes; it can be sought in.
        kind: The name of the reader to use; None finds it out.
        diary: What was said beside diaries.
        nights: What was said beside nights.
    """
    work = _Gathering(kind, diary, nights)
    work.one(name, stream)
    return work.gathered()


def nights_of(
    sessions: Sequence[Session],
    *,
    definition: SleepDefinition,
    lines: SleepLines,
    union: bool = False,
    prefer: str = "",
    frame: bool = False,
) -> tuple[Night, ...]:
    """Sleeps as nights; what a person wrote down of her nights stands beside what a device measured.

    Args:
        sessions: Every sleep.
        definition: How a night is counted.
        lines: The numbers that nights are made by.
        union: Whether the sleep of all devices is merged, instead of one device a night.
        prefer: The device that goes first; empty for the one that knows most.
        frame: Whether time in bed of one source frames the sleep of another.
    """
    counted = partial(nights, definition=definition, lines=lines)
    devices = [s for s in sessions if s.source != DIARY_SOURCE]
    written = [s for s in sessions if s.source == DIARY_SOURCE]
    made = counted(devices, policy="union" if union else "one", prefer=prefer, frame=frame)
    return (*made, *counted(written))


def kept_nights(found: Iterable[Night]) -> tuple[ObjectiveNight, ...]:
    """Nights as a record keeps them, one of a source, a definition and a day."""
    return tuple({(n.day, n.source, n.definition): n for n in map(to_record, found)}.values())


class _Gathering:
    """Files being read."""

    def __init__(self, kind: str | None, diary: DiaryOptions, nights: ReaderOptions) -> None:
        self.kind, self.diary, self.nights = kind, diary, nights
        self.record = Record()
        self.sessions: list[Session] = []
        self.hypnograms: list[tuple[str, Hypnogram]] = []
        self.taken: list[str] = []
        self.account: list[str] = []
        self.problems: list[Problem] = []
        self.differences: list[Difference] = []
        self.usable, self.loud = True, False

    def refuse(
        self, name: str, what: str, remedy: str, *, line: int | None = None, key: str | None = None
    ) -> None:
        """A file that cannot be used: nothing is written then."""
        where = Place(file=name, line=line, field=key)
        self.problems.append(Problem(where=where, what=what, remedy=remedy, fatal=True))
        self.usable = False

    def one(self, name: str, stream: BinaryIO) -> None:
        """One file; what cannot be used of it is a problem."""
        try:
            self.file(name, stream)
        except RefusedError as no:
            self.refuse(name, no.what, no.remedy, line=no.line, key=no.key)

    def file(self, name: str, stream: BinaryIO) -> None:
        """One file, or the files of an archive that no reader knows as a whole."""
        probe = probed(name, stream)
        reader = self._reader(probe)
        if reader is not None:
            self._read(probe, reader)
            return
        why = not_read(probe)
        if why is not None:
            raise why
        if probe.form is FileForm.ZIP and self.kind is None:
            self._archive(probe)
        elif self.kind in {None, TABLE} and probe.form in {FileForm.TEXT, FileForm.WORKBOOK}:
            self.taken.append(f"{name}: a table of no known app, read by the names of its columns")
            hints = DraftHints(
                dates=self.diary.dates,
                scales=self.diary.scales,
                first_day=self.diary.first_day,
                meanings=self.diary.meanings,
            )
            where = {column: (word,) for column, word in self.diary.where.items()}
            self._diary(import_drafted(probe, hints, where=where))
        else:
            self._nights(read_probe(probe, None, self.nights), name)

    def _reader(self, probe: Probe) -> Reader[Any] | None:
        if self.kind == TABLE:
            return None
        if self.kind is not None:
            reader = next(reader for reader in kinds() if reader.name == self.kind)
            if recognised(probe, (reader,)) is None:
                raise RefusedError(
                    FileRefusal.UNKNOWN_FORMAT,
                    f"--as {self.kind}: the file lacks what tells {reader.words}",
                    "Leave --as out to see what it is taken for, or give the app's own export",
                )
            return reader
        return recognised(probe, kinds())

    def _read(self, probe: Probe, reader: Reader[Any], *, among: bool = False) -> bool:
        """Whether a file was taken; ``among`` many, one that is no sleep and not broken is passed over."""
        if reader in night_readers():
            reading = read_probe(probe, reader, self.nights)
            if among and reading.refused is FileRefusal.NOT_SLEEP:
                return False
            count = len(reading.sessions) or len(reading.hypnograms)
            said = f"{count} sleep{'s' if count != 1 else ''}"
            if reading.measurements:
                more = f"{len(reading.measurements)} measurements"
                said = f"{said}, {more}" if count else more
            self.taken.append(f"{probe.name}: {reader.words}; {said}")
            self._nights(reading, probe.name)
            return True
        done: Imported = reader.read(probe, self.diary)
        self.taken.append(f"{probe.name}: {reader.words}")
        self._diary(done)
        return True

    def _nights(self, reading: FileReading, name: str) -> None:
        self.sessions += reading.sessions
        self.hypnograms += [(name, night) for night in reading.hypnograms]
        self.problems += reading.problems
        self.usable &= reading.refused in {None, FileRefusal.EMPTY}
        self._add(Record(measurements=reading.measurements))

    def _diary(self, done: Imported) -> None:
        self.problems += done.problems
        self.account += map(one_line, done.account)
        self.loud |= done.loud
        if done.record is None:
            self.usable = False
        else:
            self._add(done.record)

    def _add(self, more: Record) -> None:
        both = merged(self.record, more)
        self.record = both.record
        self.differences += both.differences

    def _archive(self, probe: Probe) -> None:
        """The files in an archive of many: those whose names some reader gives its files, or all of a few."""
        patterns = [pattern for reader in kinds() for pattern in reader.members]
        some = [m for m in probe.members if not m.filename.rpartition("/")[2].startswith(".")]
        named = [m for m in some if any(fnmatchcase(_base(m), pattern) for pattern in patterns)]
        wanted = named or (some if len(some) <= _FEW_MEMBERS else [])
        read = 0
        for member in wanted[:_MOST_MEMBERS_READ]:
            with _member(probe, member) as stream:
                inner = probed(f"{probe.name}/{member.filename}", stream)
                reader = recognised(inner, kinds())
                if reader is not None:
                    read += self._read(inner, reader, among=True)
        if not read:
            raise RefusedError(
                FileRefusal.UNKNOWN_FORMAT,
                f"an archive of {len(some)} files, none of which is of a kind that is read",
                "Unpack it and give the files with the nights or the diary",
            )
        if read < len(some):
            self.taken.append(f"{probe.name}: {len(some) - read} other files in it are not read")

    def gathered(self) -> Gathered:
        """All of it."""
        return Gathered(
            record=self.record,
            sessions=tuple(self.sessions),
            hypnograms=tuple(self.hypnograms),
            taken=tuple(self.taken),
            account=tuple(self.account),
            problems=tuple(self.problems),
            differences=tuple(self.differences),
            usable=self.usable,
            loud=self.loud,
        )


def _base(member: zipfile.ZipInfo) -> str:
    return member.filename.rpartition("/")[2]


@contextmanager
def _member(probe: Probe, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """A member of an archive as a file of its own, in memory while it is small."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        with opened(probe.archive, member, most=_MOST_MEMBER) as inner:
            while chunk := inner.read(1 << 20):
                copy.write(chunk)
        copy.seek(0)
        yield copy  # type: ignore[misc]
