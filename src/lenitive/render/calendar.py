"""Checks due as a calendar file (iCalendar, RFC 5545). It names what to do and no patient."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from lenitive.render.sections.monitoring import what_words
from lenitive.render.words import and_list, drug_name
from lenitive.safety import MonitoringItem

__all__ = ["monitoring_ics"]


def monitoring_ics(items: tuple[MonitoringItem, ...], *, at: date) -> bytes:
    """The calendar's bytes; equal items and day give equal bytes. An overdue check is put on the day ``at``."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Lenitive//checks due//EN")
    calendar.add("version", "2.0")
    for item in items:
        on = max(item.due, at)
        event = Event()
        said = f"{','.join(item.what)}|{item.due.isoformat()}|{','.join(item.drugs)}"
        event.add("uid", f"{hashlib.sha256(said.encode()).hexdigest()[:24]}@lenitive")
        event.add("dtstamp", datetime.combine(at, time(0), tzinfo=UTC))
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))
        what = what_words(item)
        event.add("summary", what[:1].upper() + what[1:])
        overdue = f" Due since {item.due.isoformat()}." if item.due < at else ""
        event.add(
            "description",
            f"{' '.join(item.why)} For {and_list([drug_name(d) for d in item.drugs])}.{overdue}"
            + (" The timing is ours, not a source's." if item.basis == "ours" else ""),
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data
