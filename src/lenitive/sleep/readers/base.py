"""What every reader of sleep files shares: the reading, its problems, times, and timelines checked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from lenitive.files import LIMIT, FileRefusal, RefusedError, load_json, refuse_long_lines, whole
from lenitive.frozen import dataclass
from lenitive.record import DeviceClass, Measurement
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.rhythm import ActivityRhythm
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage
from lenitive.terms import DateOrder, Place, Problem

__all__ = [
    "LIMIT",
    "FileReading",
    "FileRefusal",
    "ReaderOptions",
    "ReaderReport",
    "RefusedError",
    "load_json",
    "local_time",
    "localise",
    "number",
    "plausible",
    "refuse_long_lines",
    "session_of",
    "timeline",
    "whole",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """What a file may leave unsaid.

    Attributes:
        zone: The patient's time zone, for files whose times are UTC or carry none.
        epoch_s: Length of an epoch, for hypnograms that do not say, seconds.
        start: When the first epoch began, for hypnograms that do not say (local).
        codes: Whether numbers are the AASM's (0 wake, 1-3 N1-N3, 4 REM) or those of Rechtschaffen and Kales
            (0 wake, 1-4 stages 1-4, 5 REM).
        device: What kind of thing recorded it, for files that do not say.
        lights: When the lights went off and on again (local clock), for scored records that do not say; what lies outside is cut off.
        dates: In which order dates that end with their year are written.
        rule: The rule by which counts of an actigraph are sleep or wake: ``cole-kripke`` or ``sadeh``.
    """

    zone: tzinfo | None = None
    epoch_s: float = 30.0
    start: datetime | None = None
    codes: str = "aasm"
    device: DeviceClass | None = None
    lights: tuple[time, time] | None = None
    dates: DateOrder = DateOrder.YMD
    rule: str = "cole-kripke"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What a file held.

    Attributes:
        format: Which reader understood it; empty when none did.
        sessions: Sleeps with a date.
        hypnograms: Scored nights, also those without a date.
        measurements: Weight, blood pressure and pulse that the same file holds, one a day of each.
        problems: Everything found wrong, in the order met.
        refused: Why it held no sleep, or None.
        rhythm: The rhythm of rest and activity over the days of an actigraph's counts; None of anything else.
    """

    format: str
    sessions: tuple[Session, ...] = ()
    hypnograms: tuple[Hypnogram, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: FileRefusal | None = None
    rhythm: ActivityRhythm | None = None


@dataclass(slots=True)
class ReaderReport:
    """Gathers problems while a file is read. At most ``CAP`` of one kind are listed; the rest are counted."""

    file: str
    found: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    CAP = 20

    def add(self, what: str, remedy: str, *, line: int | None = None, key: str | None = None) -> None:
        """One problem that does not stop the reading."""
        seen = self.counts.get(what, 0) + 1
        self.counts[what] = seen
        if seen <= self.CAP:
            self.found.append(
                Problem(where=Place(file=self.file, line=line, field=key), what=what, remedy=remedy)
            )

    def problems(self) -> tuple[Problem, ...]:
        """All problems, with one line for each kind that went over the cap."""
        more = [
            Problem(
                where=Place(file=self.file), what=f"{n - self.CAP} more: {what}", remedy="See the lines above"
            )
            for what, n in self.counts.items()
            if n > self.CAP
        ]
        return (*self.found, *more)


def number(value: object) -> float | None:
    """A finite number, or None for anything else; a boolean is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def localise(when: datetime, zone: tzinfo | None) -> datetime:
    """The same instant by the patient's clock, with a fixed offset.

    A fixed offset, because Python takes the difference of two times of one zone by the clock on the wall, so that a
    night of a clock change would come out an hour wrong.
    """
    if when.tzinfo is None:
        return when
    local = when.astimezone(zone) if zone is not None else when
    offset = local.utcoffset()
    return local.replace(tzinfo=timezone(offset if offset is not None else timedelta(0)))


def local_time(text: object, options: ReaderOptions) -> datetime | None:
    """A time from ISO text, by the patient's clock where it carries an offset; None when it is no time."""
    if not isinstance(text, str):
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return localise(when, options.zone) if plausible(when) else None


def plausible(when: datetime) -> bool:
    """Whether a device can have recorded then: before 1990 or after 2100 a clock was wrong, and such times overflow when shifted."""
    return 1990 <= when.year < 2100


def from_unix(seconds: object, options: ReaderOptions, zone: tzinfo | None = None) -> datetime | None:
    """A time from Unix seconds, by the patient's clock (the file's zone, else the one given, else UTC)."""
    value = number(seconds)
    if value is None or not 631152000 <= value < 4102444800:  # 1990 to 2100
        return None
    return localise(datetime.fromtimestamp(value, UTC), zone or options.zone)


def session_of(night: Hypnogram, *, source: str, device_class: DeviceClass) -> Session | None:
    """A scored night as a sleep, or None when it has no date."""
    if night.start is None or night.end is None:
        return None
    return Session(
        source=source, device_class=device_class, start=night.start, end=night.end, hypnogram=night
    )


def timeline(
    rows: Sequence[tuple[float, float, Stage, int | None]],
    report: ReaderReport,
    *,
    key: str = "",
    gaps: bool = True,
) -> tuple[Span, ...]:
    """Stretches of one stage from (start s, length s, stage, line), checked and in order, from the first on.

    Negative or empty lengths are left out; where two overlap the later one counts; silence between two is not scored.
    Each is reported.
    """
    field_name = key or None
    good: list[tuple[float, float, Stage, int | None]] = []
    for start, length, stage, line in rows:
        if not length > 0:
            report.add(
                "a stage of no or negative length; left out",
                "Correct its duration",
                line=line,
                key=field_name,
            )
            continue
        good.append((start, length, stage, line))
    good.sort(key=lambda r: (r[0], r[1]))
    if not good:
        return ()
    zero = good[0][0]
    spans: list[Span] = []
    end = zero
    for start, length, stage, line in good:
        if start < end - 0.5:
            report.add(
                "stages overlap; the one that starts later counts",
                "Correct start or duration",
                line=line,
                key=field_name,
            )
        elif gaps and start > end + 0.5:
            report.add(
                "a gap between stages; counted as not scored",
                "Fill it in if it was scored",
                line=line,
                key=field_name,
            )
        spans.append(Span(start_s=start - zero, end_s=start + length - zero, stage=stage))
        end = max(end, start + length)
    return tuple(spans)


def mapping(value: object) -> Mapping[str, Any]:
    """The value as an object with keys; empty for anything else."""
    return value if isinstance(value, dict) else {}


def rows_of(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; anything else in it is passed over."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def iso_day(value: object) -> date | None:
    """A calendar day from ISO text."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
