"""The figures behind the time line: plain means by dose period, the doses, and the notes in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lenitive.render.blocks import Bullets, Column, Details, Paragraph, Table
from lenitive.render.pictures import TimeLine
from lenitive.render.sections.timeline_doses import DailyDoses
from lenitive.render.words import day, drug_name, score
from lenitive.review import Review

__all__ = ["figures_behind"]

_MOST_NOTES = 20
# A note of any length a person writes; what is longer is cut with a sign that it goes on.
_LONGEST_NOTE = 4000


def _periods(doses: Sequence[DailyDoses], drawn: TimeLine) -> list[tuple[date, date, str]]:
    """Days cut at each change of a drug drawn high, with what was taken."""
    one = timedelta(days=1)
    high = {lane.name for lane in drawn.lanes}
    shown = [d for d in doses if drug_name(d.drug) in high]
    cuts = (
        {drawn.first}
        | {s.first for d in shown for s in d.steps}
        | {s.last + one for d in shown for s in d.steps}
    )
    ordered = sorted(c for c in cuts if drawn.first <= c <= drawn.last)
    found = []
    for i, begin in enumerate(ordered):
        end = ordered[i + 1] - one if i + 1 < len(ordered) else drawn.last
        taken = [
            f"{drug_name(d.drug)} {s.label}" for d in shown for s in d.steps if s.first <= begin <= s.last
        ]
        found.append((begin, end, ", ".join(taken) or "none of these"))
    return found


def _means(review: Review, doses: Sequence[DailyDoses], drawn: TimeLine) -> Table:
    rows = []
    diary = [d for d in review.record.diary if not d.is_empty]
    for begin, end, taken in _periods(doses, drawn):
        within = [d for d in diary if begin <= d.day <= end]
        cells = []
        for outcome in review.outcomes:
            values = [v for d in within if (v := d.score(outcome)) is not None]
            cells.append(score(sum(values) / len(values)) if values else "–")
        entered = f"{len(within)} of {(end - begin).days + 1}"
        rows.append((f"{day(begin)} to {day(end)}", taken, entered, *cells))
    return Table(
        columns=(
            Column(head="Period"),
            Column(head="Taken"),
            Column(head="Days entered", number=True),
            *(Column(head=p.title, number=True) for p in drawn.panels),
        ),
        rows=tuple(rows),
        caption="Plain means of the scores entered in each dose period; not what is due to a medicine",
    )


def _others(doses: Sequence[DailyDoses], drawn: TimeLine) -> tuple[Table, ...]:
    """Drugs drawn as a line or as ticks, each with its days."""
    high = {lane.name for lane in drawn.lanes}
    rows = [
        (drug_name(d.drug), s.label, f"{day(s.first)} to {day(s.last)}")
        for d in doses
        if drug_name(d.drug) not in high
        for s in d.steps
    ]
    rows += [
        (t.name, "as needed", f"{len(t.days)} times, the last on {day(t.days[-1])}") for t in drawn.as_needed
    ]
    if not rows:
        return ()
    columns = (Column(head="Medicine"), Column(head="Daily dose"), Column(head="Within these days"))
    return (Table(columns=columns, rows=tuple(rows), caption="The other medicines"),)


def _whole(note: str) -> str:
    """A note on one line."""
    plain = " ".join(note.split())
    return plain if len(plain) <= _LONGEST_NOTE else f"{plain[:_LONGEST_NOTE]} … (goes on in the diary)"


def figures_behind(review: Review, doses: Sequence[DailyDoses], drawn: TimeLine) -> Details:
    """Everything that the time line shows, as tables and words."""
    blocks: list[Table | Bullets | Paragraph] = [_means(review, doses, drawn), *_others(doses, drawn)]
    if drawn.weight is not None:
        rows = tuple((day(d), f"{kg:.1f}") for d, kg in drawn.weight.weighed)
        columns = (Column(head="Weighed"), Column(head="kg", number=True))
        blocks.append(Table(columns=columns, rows=rows, caption="Weights"))
    if drawn.flags:
        shown = drawn.flags[-_MOST_NOTES:]
        blocks.append(
            Bullets(items=tuple(Paragraph(lead=f"{day(f.day)}:", text=_whole(f.words)) for f in shown))
        )
        if len(drawn.flags) > len(shown):
            earlier = len(drawn.flags) - len(shown)
            blocks.append(Paragraph(text=f"{earlier} earlier notes stand in the diary.", quiet=True))
    return Details(summary="The figures behind the time line", blocks=tuple(blocks))
