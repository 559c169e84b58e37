"""Sleep files on a disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lenitive.frozen import dataclass
from lenitive.sleep import ActivityRhythm, FileRefusal, Hypnogram, ReaderOptions, Session, read
from lenitive.terms import Place, Problem

__all__ = ["Opened", "open_sleep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What sleep files held together.

    Attributes:
        sessions: Recorded sleeps.
        hypnograms: File name and scored night.
        rhythms: File name and rhythm of rest and activity, of counts of an actigraph.
        problems: Everything found wrong; a file that only holds no sleep does not stop the others.
        usable: Whether every file could be used, or was merely empty beside others.
    """

    sessions: tuple[Session, ...]
    hypnograms: tuple[tuple[str, Hypnogram], ...]
    rhythms: tuple[tuple[str, ActivityRhythm], ...]
    problems: tuple[Problem, ...]
    usable: bool


def open_sleep(
    paths: Sequence[Path], options: ReaderOptions, progress: Callable[[Path], None] = lambda _: None
) -> Opened:
    """Read sleep files; one that cannot be opened is a problem too.

    Args:
        paths: The files, in the order in which they are read.
        options: What the files may leave unsaid.
        progress: Called with each file before it is read.
    """
    sessions: list[Session] = []
    hypnograms: list[tuple[str, Hypnogram]] = []
    rhythms: list[tuple[str, ActivityRhythm]] = []
    problems: list[Problem] = []
    broken = False
    for path in paths:
        progress(path)
        try:
            with path.open("rb") as stream:
                reading = read(path.name, stream, options)
        except OSError:
            problems.append(
                Problem(
                    where=Place(file=path.name),
                    what="the file cannot be opened",
                    remedy="Check its name and that you may read it",
                    fatal=True,
                )
            )
            broken = True
            continue
        sessions += reading.sessions
        hypnograms += [(path.name, night) for night in reading.hypnograms]
        if reading.rhythm is not None:
            rhythms.append((path.name, reading.rhythm))
        problems += reading.problems
        broken |= reading.refused not in {None, FileRefusal.EMPTY}
    return Opened(
        sessions=tuple(sessions),
        hypnograms=tuple(hypnograms),
        rhythms=tuple(rhythms),
        problems=tuple(problems),
        usable=not broken and bool(sessions or hypnograms),
    )
