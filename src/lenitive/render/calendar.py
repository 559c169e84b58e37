"""Checks due and dose plans as calendar files (iCalendar, RFC 5545). They name what to do and no patient."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from lenitive.render.catalogue import Audience, said, sentences
from lenitive.render.plan import ask_first
from lenitive.render.products import intake_words
from lenitive.render.sections.monitoring import what_words
from lenitive.render.words import and_list, drug_name
from lenitive.safety import Finding, MonitoringItem
from lenitive.titration import DosePlan

__all__ = ["monitoring_ics", "plan_ics"]


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
            f"{sentences(item.why)} For {and_list([drug_name(d) for d in item.drugs])}.{overdue}"
            + (" The timing is ours, not a source's." if item.basis == "ours" else ""),
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def plan_ics(plan: DosePlan, findings: Sequence[Finding] = ()) -> bytes:
    """A dose plan as a calendar: one event for each day's change, each intake time's stages, and each contact.

    Where the safety check warns of something, the first event says to talk with the clinic before the start.

    Stages are all-day events over their days, so that a phone shows what to take today; no patient is named.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Lenitive//dose plan//EN")
    calendar.add("version", "2.0")

    def add(first: date, until: date, summary: str, said: str) -> None:
        event = Event()
        event.add("uid", f"{hashlib.sha256(f'{first}|{until}|{summary}'.encode()).hexdigest()[:24]}@lenitive")
        event.add("dtstamp", datetime.combine(plan.start, time(0), tzinfo=UTC))
        event.add("dtstart", first)
        event.add("dtend", until + timedelta(days=1))
        event.add("summary", summary)
        event.add("description", said)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)

    asked = ask_first(findings)
    if asked is not None:
        add(plan.start, plan.start, *asked)
    for stage in plan.stages:
        # A stage that goes on is shown for four weeks: a calendar entry without an end would outlive the plan.
        until = stage.last or stage.first + timedelta(days=27)
        what = "; ".join(intake_words(i) for i in stage.dose.intakes)
        add(
            stage.first,
            until,
            f"{drug_name(stage.drug)}: {what}",
            "Only if your clinician has signed the plan.",
        )
    for contact in plan.contacts:
        add(contact.day, contact.day, "Speak with the clinic", said(contact.why, Audience.PATIENT))
    data: bytes = calendar.to_ical()
    return data
