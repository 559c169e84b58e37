"""What of a record leaves with a review: chosen by options, said on every page and in the document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.frozen import dataclass
from lenitive.record import LEFT_OUT, Leaving, Record
from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.naming import drug_or_exit
from lenitive.shells.cli.question import Question
from lenitive.terms import Place, Problem

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge
    from lenitive.safety import Finding, Part

__all__ = ["ReviewQuestion", "left_behind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuestion(Question):
    """A question about a record, or about the part of it that may leave."""

    since: Annotated[
        str | None,
        typer.Option(
            help="Leave out entries before this day, YYYY-MM-DD; the pages say so.", show_default=False
        ),
    ] = None
    only: Annotated[
        str | None,
        typer.Option(help="Leave out every medicine but this one; the pages say so.", show_default=False),
    ] = None
    without_notes: Annotated[
        bool, typer.Option("--without-notes", help="Leave out what was written in words; the pages say so.")
    ] = False

    def leaving(self, knowledge: Knowledge) -> Leaving:
        """What is left out; or the end of the command with exit status 2."""
        return Leaving(
            since=day_or_exit(self.since, "--since"),
            only=drug_or_exit(self.only, "--only", knowledge) if self.only else "",
            without_notes=self.without_notes,
        )


def _left(what: Leaving, whole: Record, part: Record) -> str:
    """What was left out, counted, so that a reader knows how much is not shown."""
    days = {d.day for d in whole.diary} - {d.day for d in part.diary}
    drugs = set(whole.drugs) - set(part.drugs)
    parts = [
        f"entries before {what.since.isoformat()} ({_counted(len(days), 'day')})"
        if what.since is not None
        else "",
        _counted(len(drugs), "medicine") if drugs else "other medicines" if what.only else "",
        "notes" if what.without_notes else "",
    ]
    return ", ".join(filter(None, parts))


def _counted(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"


def _kept(part: Part, rest: Sequence[Finding]) -> bool:
    """Whether the check of what is shown says the same, of at least the same drugs, as loudly."""
    return any(
        p.rule == part.rule and set(p.drugs) >= set(part.drugs) and p.tier.rank <= part.tier.rank
        for f in rest
        for p in f.parts
    )


def left_behind(
    record: Record, what: Leaving, knowledge: Knowledge, at: date | None
) -> tuple[Record, tuple[Problem, ...]]:
    """The part of the record that leaves, and what is said of the rest; exit status 2 where that would hide what binds.

    A warning that only the whole record holds is counted on the page, without the name of what was left out by choice.

    Args:
        record: The whole record.
        what: What is left out.
        knowledge: What is known, for the check of the whole.
        at: The day of the review.
    """
    if what.everything or at is None:
        return record, ()
    from lenitive.review import binds
    from lenitive.safety import Tier, check

    part = what.of(record)
    whole, rest = (check(r, knowledge=knowledge, at=at) for r in (record, part))
    loud = ((f, [p for p in f.parts if p.tier is not Tier.INFO]) for f in whole)
    hidden = [f for f, parts in loud if not all(_kept(p, rest) for p in parts)]
    if any(binds((f,)) for f in hidden):
        refuse(
            "--since, --only: what would be left out holds a finding that has to be dealt with today. Leave it in"
        )
    said = Problem(
        where=Place(file=LEFT_OUT),
        what=_left(what, record, part),
        remedy="The answer and the safety check are of what is shown, and may differ from those of the whole record",
    )
    warning = Problem(
        where=Place(file=LEFT_OUT, field="warning"),
        what="a warning that only the whole record raises",
        remedy="Read the review of the whole record before anything is decided",
    )
    return part, (said, *(warning for _ in hidden))
