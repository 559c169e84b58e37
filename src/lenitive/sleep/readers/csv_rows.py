"""Rows of a device's CSV as cells by column, with their lines; columns are looked up without case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from lenitive.sleep.readers.base import ReaderOptions, localise, number, plausible

__all__ = ["cell_number", "columns_of", "instant", "minutes_of", "rows_below"]


def columns_of(line: str, delimiter: str = ",") -> list[str]:
    """The names of the columns in a line, lower case."""
    return [cell.strip().casefold() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def rows_below(text: str, *, skip: int = 0, delimiter: str = ",") -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the line of names, each with the line it begins on; blank rows are passed over."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    names: list[str] | None = None
    line = 1
    try:
        for row in reader:
            begun, line = line, reader.line_num + 1
            if begun <= skip:
                continue
            if names is None:
                names = [cell.strip().casefold() for cell in row]
            elif any(cell.strip() for cell in row):
                yield begun, dict(zip(names, (cell.strip() for cell in row), strict=False))
    except csv.Error:
        return  # the rest of a damaged table; what was read of it stands


def cell_number(text: str | None) -> float | None:
    """A finite number in a cell, also with a decimal comma, or None."""
    try:
        return number(float((text or "").replace(",", ".")))
    except ValueError:
        return None


def minutes_of(text: str | None) -> float | None:
    """A length of time written ``h:mm:ss``, in minutes, or None."""
    parts = (text or "").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in (parts if len(parts) == 3 else [*parts, "0"]))
    except ValueError:
        return None
    found = 60 * hours + minutes + seconds / 60
    return found if 0 <= found < 1e5 else None


def instant(text: str | None, offset: str | None, options: ReaderOptions) -> datetime | None:
    """A moment in universal time, by the patient's clock or else by the offset that stands beside it (``UTC+0100``, ``+02:00``)."""
    plain = (text or "").strip()
    try:
        if plain.isdecimal():
            when = datetime.fromtimestamp(int(plain) / 1000, UTC)
        else:
            when = datetime.fromisoformat(plain)
    except (ValueError, OverflowError, OSError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    if not plausible(when):
        return None
    own = _offset(offset)
    return localise(when, options.zone or own)


def _offset(text: str | None) -> timezone | None:
    plain = (text or "").upper().removeprefix("UTC").replace(":", "").strip()
    if len(plain) != 5 or plain[0] not in "+-" or not plain[1:].isdecimal():
        return None
    minutes = 60 * int(plain[1:3]) + int(plain[3:5])
    if minutes >= 1440:
        return None
    return timezone(timedelta(minutes=minutes if plain[0] == "+" else -minutes))
