"""What the readers of devices share: a sleep kept, or the problem that keeps it out.

Where a file states both a timeline in codes and totals in words, the two are compared: a code that changed its meaning
would show, and the night is then reported rather than trusted in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from lenitive.frozen import dataclass
from lenitive.record import NIGHT_NUMBERS, DeviceClass
from lenitive.sleep.readers.base import (
    FileReading,
    FileRefusal,
    ReaderReport,
    number,
    timeline,
)
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage

__all__ = [
    "UTC_DATED",
    "Row",
    "Segment",
    "StatedSleep",
    "adds_up",
    "done",
    "keep",
    "minutes",
    "misfit",
    "runs",
    "shifted",
]

Row = tuple[float, float, Stage, int | None]
Segment = tuple[float, float, Stage]
"""Begin (Unix seconds), length (s), stage."""
_SILENCE_S = 3600.0

UTC_DATED = (
    "times are UTC and the file names no time zone; nights are dated by UTC",
    "Give the patient's zone, such as --zone Europe/London",
)


def minutes(source: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, float]:
    """Seconds under the file's names as minutes under ours."""
    return {
        ours: v / 60
        for theirs, ours in names.items()
        if (v := number(source.get(theirs))) is not None and v >= 0
    }


_NAMES = {Stage.LIGHT: "light_min", Stage.N3: "n3_min", Stage.REM: "rem_min"}


def _off(rows: Iterable[Row], totals: Mapping[str, float]) -> dict[str, float]:
    """By how many minutes a timeline differs from the stated totals, for each total stated."""
    counted: dict[str, float] = {}
    for _, length, stage, _ in rows:
        if stage in _NAMES:
            counted[_NAMES[stage]] = counted.get(_NAMES[stage], 0) + length / 60
    return {n: abs(counted.get(n, 0) - totals[n]) for n in _NAMES.values() if n in totals}


def misfit(rows: Iterable[Row], totals: Mapping[str, float]) -> float:
    """Minutes of light, deep and REM sleep by which a timeline differs from the stated totals."""
    return sum(_off(rows, totals).values())


def adds_up(rows: Iterable[Row], totals: Mapping[str, float], report: ReaderReport, key: str) -> bool:
    """Whether the timeline's codes add up to the stated totals (within 6 minutes or a tenth); reports when not."""
    if all(off <= max(6.0, 0.1 * totals[name]) for name, off in _off(rows, totals).items()):
        return True
    report.add(
        "its timeline does not add up to its totals; the totals count, the timeline is left out",
        "The meaning of the codes may have changed: tell us",
        key=key,
    )
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedSleep:
    """A sleep as a file states it, before anything is checked.

    Attributes:
        source: Which device or app says so.
        kind: What it is.
        start: First moment; None where the file has none that can be read.
        end: Last moment, likewise.
        rows: Its timeline, in seconds from the start; empty without one.
        totals: Its own figures, minutes.
        totals_id: The definition that those are counted by.
        main: Whether the device calls it the night's sleep; None where it does not say.
        day: The day that the device files it under, where its times tell none.
    """

    source: str
    kind: DeviceClass
    start: datetime | None
    end: datetime | None
    rows: list[Row]
    totals: dict[str, float]
    totals_id: str
    main: bool | None = None
    day: date | None = None


def keep(report: ReaderReport, sessions: list[Session], key: str, stated: StatedSleep) -> None:
    """Adds a sleep, or the problem that keeps it out."""
    start, end, rows, totals = stated.start, stated.end, stated.rows, stated.totals
    if start is None or end is None:
        report.add("start or end is missing or no time; sleep left out", "Export it again", key=key)
        return
    if rows and not adds_up(rows, totals, report, key):
        rows = []
    spans = timeline(rows, report, key=key)
    if spans:
        shift = min(r[0] for r in rows if r[1] > 0)
        spans = tuple(Span(start_s=s.start_s + shift, end_s=s.end_s + shift, stage=s.stage) for s in spans)
    beyond = [k for k, v in totals.items() if not 0 <= v <= NIGHT_NUMBERS.get(k, v)]
    if beyond:
        report.add(
            f"a number that no night has ({', '.join(sorted(beyond))}); left out",
            "Compare with the app",
            key=key,
        )
        totals = {k: v for k, v in totals.items() if k not in beyond}
    try:
        session = Session(
            source=stated.source,
            device_class=stated.kind,
            start=start,
            end=end,
            spans=spans,
            totals={} if spans else totals,
            totals_id="" if spans else stated.totals_id,
            main=stated.main,
            day=stated.day,
        )
    except ValueError as error:
        report.add(f"{error}; left out", "Correct it in the app, then export again", key=key)
        return
    if session.totals.get("tst_min", 0) > session.minutes + 1:
        report.add("more sleep than the night is long; left out", "Correct it in the app", key=key)
        return
    sessions.append(session)


def done(form: str, sessions: list[Session], report: ReaderReport) -> FileReading:
    """The reading, refused when no sleep was left."""
    return FileReading(
        format=form,
        sessions=tuple(sessions),
        problems=report.problems(),
        refused=None if sessions else FileRefusal.BROKEN,
    )


def shifted(when: datetime, offset: timedelta) -> datetime:
    """The same instant by a clock that is so far from UTC."""
    return when.astimezone(timezone(offset))


def runs(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Segments in order, in groups: silence of more than an hour ends one."""
    groups: list[list[Segment]] = []
    for one in sorted(segments, key=lambda s: s[:2]):
        if groups and one[0] - (groups[-1][-1][0] + groups[-1][-1][1]) <= _SILENCE_S:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups
