"""A sleep diary in clock times: to bed, lights out, minutes to fall asleep, wakings and their minutes, final waking, up.

The columns follow the questions of the Consensus Sleep Diary (Carney et al., Sleep 2012;35:287-302, doi:10.5665/sleep.1642), and so do
its numbers: the sleep period runs from falling asleep to the final waking, total sleep is that less the time awake in it, and
sleep efficiency is total sleep over the time in bed. They stand beside a device's, as a source of their own.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from lenitive.files import (
    FileForm,
    Probe,
    Reader,
    RefusedError,
    day_from,
    ends_with_year,
    grid_of,
    misfit,
    order_found,
)
from lenitive.record import DeviceClass
from lenitive.sleep.readers.base import FileReading, FileRefusal, ReaderOptions, ReaderReport, localise
from lenitive.sleep.readers.csv_rows import cell_number
from lenitive.sleep.readers.kept import StatedSleep, done, keep
from lenitive.sleep.session import DIARY_SOURCE, Session
from lenitive.terms import DateOrder, plain_words

__all__ = ["READERS"]

_WORDS = {
    "date": {"date", "day", "morning", "datum", "morgen"},
    "bed": {"to bed", "bed", "in bed", "bedtime", "bed time", "got into bed", "ins bett", "zu bett"},
    "lights": {"lights out", "lights off", "tried to sleep", "light out", "licht aus"},
    "asleep": {"asleep", "fell asleep", "sleep onset", "eingeschlafen"},
    "latency": {"minutes to fall asleep", "sol", "sol min", "sleep latency", "min to fall asleep", "einschlafdauer"},
    "wakes": {"wakings", "awakenings", "wakes", "number of awakenings", "times awake", "aufgewacht"},
    "awake": {"minutes awake", "waso", "waso min", "awake min", "wach minuten"},
    "waking": {"final waking", "final wake", "woke up", "wake", "wake time", "final awakening", "aufgewacht um"},
    "up": {"up", "got up", "out of bed", "rise", "rise time", "aufgestanden"},
}  # fmt: skip
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?::\d{2})?\s*([AaPp])?\.?(?:[Mm]\.?)?")


def _columns(names: tuple[str, ...]) -> dict[str, int]:
    """Which column answers which question."""
    plain = [plain_words(re.sub(r"[(\[].*?[)\]]", " ", name).replace("_", " ")) for name in names]
    return {
        question: i for question, words in _WORDS.items() for i, name in enumerate(plain) if name in words
    }


def _is(probe: Probe) -> bool:
    if probe.form not in {FileForm.TEXT, FileForm.WORKBOOK}:
        return False
    try:
        found = _columns(grid_of(probe).columns)
    except RefusedError:
        return False
    finally:
        probe.stream.seek(0)
    return "date" in found and bool({"bed", "lights"} & set(found)) and bool({"waking", "up"} & set(found))


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _after(before: datetime, at: time) -> datetime:
    """The next time that the clock shows this."""
    when = datetime.combine(before.date(), at, before.tzinfo)
    return when if when >= before else when + timedelta(days=1)


class _Night:
    """One row of the diary as moments."""

    def __init__(self, cells: dict[str, str], day: date, options: ReaderOptions) -> None:
        clocks = {
            name: _clock(text)
            for name, text in cells.items()
            if name in {"bed", "lights", "asleep", "waking", "up"}
        }
        first = clocks.get("bed") or clocks.get("lights")
        self.start: datetime | None = None
        self.end: datetime | None = None
        self.totals: dict[str, float] = {}
        if first is None or (clocks.get("up") or clocks.get("waking")) is None:
            return
        evening = first >= time(12)  # whoever goes to bed after midnight does so on the day of the morning
        bed = datetime.combine(day - timedelta(days=evening), first)
        lights = _after(bed, clocks["lights"]) if clocks.get("lights") is not None else bed  # type: ignore[arg-type]
        latency = cell_number(cells.get("latency"))
        asleep = clocks.get("asleep")
        onset = _after(lights, asleep) if asleep is not None else lights + timedelta(minutes=latency or 0)
        waking, up = clocks.get("waking"), clocks.get("up")
        woke = _after(onset, waking) if waking is not None else _after(onset, up)  # type: ignore[arg-type]
        risen = _after(woke, up) if up is not None else woke
        # Lengths are of time gone by, also over a change of the clocks.
        bed, lights, onset, woke, risen = (
            localise(t.replace(tzinfo=options.zone), options.zone) for t in (bed, lights, onset, woke, risen)
        )
        self.start, self.end = bed, risen
        in_bed = _minutes(bed, risen)
        self.totals["tib_min"] = in_bed
        if asleep is None and latency is None:
            return
        self.totals["sol_min"] = _minutes(lights, onset)
        awake, wakes = cell_number(cells.get("awake")), cell_number(cells.get("wakes"))
        if wakes is not None:
            self.totals["awakenings"] = wakes
        if awake is not None or wakes == 0:
            slept = _minutes(onset, woke) - (awake or 0.0)
            self.totals |= {"waso_min": awake or 0.0, "tst_min": slept}
            if in_bed > 0:
                self.totals["se_pct"] = 100 * slept / in_bed


def _minutes(first: datetime, last: datetime) -> float:
    return (last - first).total_seconds() / 60


def _read(probe: Probe, options: ReaderOptions) -> FileReading:
    report, sessions = ReaderReport(probe.name), list[Session]()
    grid = grid_of(probe)
    places = _columns(grid.columns)
    rows = [(line, {q: cells[i] for q, i in places.items() if i < len(cells)}) for line, cells in grid.rows]
    dated = [row.get("date", "") for _, row in rows if row.get("date")]
    late = [text for text in dated if day_from(text) is None and ends_with_year(text)]
    order = options.dates
    if late and order is DateOrder.YMD:
        found = order_found(late)
        if found is None:
            what, remedy = misfit(late)
            raise RefusedError(FileRefusal.BROKEN, what, remedy)
        order = found
    for line, row in rows:
        day = day_from(row.get("date", ""), order)
        if day is None or not 1990 <= day.year < 2100:
            report.add("no date; row left out", "Write it as 2026-03-02, the day of the morning", line=line)
            continue
        night = _Night(row, day, options)
        keep(
            report,
            sessions,
            f"line {line}",
            StatedSleep(
                source=DIARY_SOURCE,
                kind=DeviceClass.MANUAL,
                start=night.start,
                end=night.end,
                rows=[],
                totals=night.totals,
                totals_id="diary:consensus",
                day=day,
            ),
        )
    if not sessions and not report.found:
        raise RefusedError(FileRefusal.EMPTY, "a sleep diary without a night", "Fill in a row")
    return done("sleep-diary", sessions, report)


READERS = (
    Reader(
        name="sleep-diary",
        words="a sleep diary in clock times",
        recognises=_is,
        read=_read,
        example=(
            b"date,to bed,lights out,minutes to fall asleep,wakings,minutes awake,final waking,up\n"
            b"2026-03-02,22:30,23:00,20,2,25,06:30,07:00\n"
        ),
    ),
)
