"""A review as the one page of a visit."""

from __future__ import annotations

from dataclasses import replace

from lenitive.render.blocks import Picture
from lenitive.render.brief.answer import answer_of, verdict_shown
from lenitive.render.brief.critical import critical_findings
from lenitive.render.brief.foot import checks_of, goal_of, stops_of
from lenitive.render.brief.room import ROOMS, Room, Shortener
from lenitive.render.brief.steps import beside_words, steps_of, tie_words, withheld_words
from lenitive.render.brief.value import Brief
from lenitive.render.brief.who import about_lines, entered_words, loudest_first, notices_of, safety_lines
from lenitive.render.catalogue import said
from lenitive.render.direction import isolated
from lenitive.render.pictures import Lane, Steady, Ticks
from lenitive.render.sections.timeline import time_line, time_line_words
from lenitive.render.words import drug_name
from lenitive.review import Absent, Review
from lenitive.terms import Message

__all__ = ["brief_of"]


def _picture(review: Review, short: Shortener) -> Picture | None:
    """The time line, with as many medicines and notes as there is room for."""
    found = time_line(review)
    if found is None:
        return None
    drawn, _ = found
    room = short.room
    about = verdict_shown(review)
    name = "" if about is None else drug_name(about.drug)
    # The medicine that the page is about is drawn whatever else is left out.
    first = [name, *map(drug_name, loudest_first(review, review.record.drugs))]

    def place(one: Lane | Steady | Ticks) -> int:
        return first.index(one.name) if one.name in first else len(first)

    lanes, left = short.most(sorted(drawn.lanes, key=place), room.lanes)
    steady, more = short.most(sorted(drawn.steady, key=place), room.lanes)
    ticks, rest = short.most(sorted(drawn.as_needed, key=place), room.lanes)
    flags = drawn.flags[max(0, len(drawn.flags) - room.flags) :] if room.flags else ()
    short.did = short.did or bool(left or more or rest) or len(flags) < len(drawn.flags)
    return Picture(
        shows=replace(drawn, lanes=lanes, steady=steady, as_needed=ticks, flags=flags),
        alt=time_line_words(drawn),
    )


def _no_steps(review: Review) -> str:
    if critical_findings(review):
        return said(Message.of("render.brief.nothing_else"))
    return said(review.options.reason) if isinstance(review.options, Absent) else ""


def brief_of(review: Review, *, version: str, room: Room = ROOMS[0]) -> Brief:
    """The page.

    Args:
        review: The review.
        version: The program's, for the foot.
        room: How much of each thing there is room for.
    """
    short = Shortener(room)
    patient = review.record.patient
    name = short.text(isolated(patient.id), room.name) or said(Message.of("render.brief.no_name"))
    steps = steps_of(review, short)
    picture = _picture(review, short)
    about, notices, safety = (
        about_lines(review, short),
        notices_of(review, short),
        safety_lines(review, short),
    )
    withheld = withheld_words(review, short)
    stops, checks, goal = stops_of(review, short), checks_of(review, short), goal_of(review, short)
    return Brief(
        title=said(Message.of("render.brief.title", name=name, day=review.at)),
        name=name,
        about=about,
        entered=entered_words(review),
        simulated=said(Message.of("render.brief.simulated")) if patient.simulated else "",
        notices=notices,
        answer=answer_of(review),
        safety=safety,
        picture=picture,
        no_picture="" if picture else said(Message.of("render.brief.no_picture")),
        tie=tie_words(review),
        steps=steps,
        axis=said(Message.of("render.brief.axis")) if any(s.mark for s in steps) else "",
        beside=beside_words(review),
        withheld=withheld,
        no_steps="" if steps else _no_steps(review),
        stops=stops,
        checks=checks,
        goal=goal,
        shortened=said(Message.of("render.brief.shortened")) if short.did else "",
        foot=said(
            Message.of("render.brief.foot", day=review.at, version=version, knowledge=review.knowledge[:12])
        ),
        at=review.at,
    )
