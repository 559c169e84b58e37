"""``lenitive decide`` and ``lenitive replay``: a decision on a review, kept so that nobody can change it unseen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.chosen import number_or_exit, stored_options
from lenitive.shells.cli.decisions import entries_or_exit
from lenitive.shells.cli.keys import KEY_HELP, key_or_exit
from lenitive.shells.cli.market import SoldIn
from lenitive.shells.cli.protocol import PROTOCOLS_HELP, knowledge_with
from lenitive.shells.cli.question import Question, with_question
from lenitive.shells.cli.reading import RECORD_HELP, Dates, record_or_exit
from lenitive.terms import DateOrder

if TYPE_CHECKING:
    from lenitive.review import Choices, SigningKey
    from lenitive.shells.deciding import DecidedOn

__all__ = ["register"]

Protocols = Annotated[Path | None, typer.Option("--protocols", help=PROTOCOLS_HELP, show_default=False)]


def _make(
    folder: Path,
    protocols: Path | None,
    dates: DateOrder,
    *,
    at: date | None,
    seed: int,
    **choices: Unpack[Choices],
) -> DecidedOn:
    """The review with the digests of all that it was made from."""
    record, problems = record_or_exit(folder, dates)

    from lenitive.review import ReviewError, review
    from lenitive.shells.deciding import decided_on

    knowledge = knowledge_with(protocols)
    choices["problems"] = problems
    try:
        made = review(record, knowledge, at=at, seed=seed, **choices)
    except ReviewError as error:
        refuse(str(error))
    return decided_on(made, knowledge, problems)


def _not_ahead(day: date | None, latest: date) -> None:
    """Ends before a review is made for a day that no decision may have."""
    from lenitive.review import DecisionError, check_ahead

    try:
        check_ahead(day or latest, latest)
    except DecisionError as error:
        refuse(str(error))


def _signer(key: Path | None, record: Path) -> SigningKey | None:
    if key is None:
        return None
    if key.resolve().is_relative_to(record.resolve()):
        refuse("--key: the key lies in the record's folder and would travel with it. Keep it elsewhere")
    return key_or_exit(key, at="--key: ")


@with_question
def _decide(
    question: Question,
    option: Annotated[
        str | None,
        typer.Option(
            help="The option chosen: its number, or eight or more digits of its id. Without it, they are listed.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
    note: Annotated[str, typer.Option(help="Why; needed for any but the first option.")] = "",
    on: Annotated[
        str | None, typer.Option(help="Day of the decision, YYYY-MM-DD. Default: the day of the review.")
    ] = None,
    stored: Annotated[
        Path | None,
        typer.Option(
            "--shown",
            help="The review that the option was chosen from (`lenitive review --format json`): an option that is another "
            "today is refused, with what has changed.",
            show_default=False,
            dir_okay=False,
        ),
    ] = None,
    key: Annotated[Path | None, typer.Option("--key", help=KEY_HELP, show_default=False)] = None,
) -> None:
    """Record which option was chosen, by whom and why, in an entry that cannot be changed unseen.

    The entry holds digests of the record, the knowledge and the review, the options shown, the choice, and whether the
    pre-registered plan was moved since the last one. It is appended to decisions.jsonl in the record's folder. With --key it is
    signed.

    Examples:

        lenitive decide my-record

        lenitive decide my-record --option 1 --by "Dr Example" --on 2026-05-02

        lenitive decide my-record --option 3f9a0c27 --shown review.json --by "Dr Example" --note "She prefers it"

    When two decide at once, the second is told of the first and writes nothing. A day is not accepted when it is after today and
    more than a month after the last entry of the record: every later decision would have to wait for it.

    Exit status: 0 when it is recorded; 2 when it may not be (withheld, without a reason, without a name, second, too far ahead,
    or another than was shown).
    """
    day, decided = day_or_exit(question.at, "--at"), day_or_exit(on, "--on")
    record = question.record

    from lenitive.shells.decisions import FILE, clock_day, keep, latest_day
    from lenitive.shells.files import open_record

    latest = latest_day(open_record(record, dates=question.dates).record, clock_day())
    entries = entries_or_exit(record, latest)
    _not_ahead(decided or day, latest)
    signer = _signer(key, record)
    made = _make(
        record,
        question.protocols,
        question.dates,
        at=day,
        seed=question.seed,
        market=question.market.value,
        with_nights=question.with_nights,
        about=question.about,
    )

    from lenitive.knowledge import URGENT
    from lenitive.render import option_words, said
    from lenitive.review import Absent, DecisionError, append_entry, digest_of, plan_moves, shown
    from lenitive.titration import DosePlan

    if isinstance(made.review.options, Absent):
        refuse(f"there are no options to choose from: {said(made.review.options.reason)}")
    options = made.review.options.options
    if entries:
        for line in plan_moves(entries[-1].inputs.plan, made.inputs.plan):
            typer.echo(
                f"the pre-registered plan was moved since decision {entries[-1].number}: {line}", err=True
            )
    numbered = shown(options)
    if option is None:
        for one, words in zip(numbered, map(option_words, options), strict=True):
            closed = f" (withheld by {', '.join(one.withheld_by)})" if one.withheld_by else ""
            closed = closed or (f" (no plan: {one.no_plan})" if one.no_plan else "")
            # What a finding demands today is not something to consider.
            asked = "today: " if one.action in URGENT else "consider "
            typer.echo(f"{one.number}. {asked}{words}{closed} [{one.id[:12]}]")
        typer.echo(f"next: lenitive decide {record} --option N --by NAME", err=True)
        return
    earlier = [o for e in entries for o in e.options if o.id]
    number = number_or_exit(
        option, numbered, earlier, stored_options(stored, made.review.record) if stored else ()
    )
    try:
        entry = append_entry(
            entries,
            on=decided or made.review.at,
            by=by,
            inputs=made.inputs,
            review=digest_of(made.document),
            options=numbered,
            chosen=number,
            note=note,
            conclusions=made.conclusions,
            latest=latest,
            signer=signer,
        )
        keep(record, entry, after=entries)
    except DecisionError as error:
        refuse(str(error))
    except OSError:
        refuse(f"{FILE}: cannot be written. Check the folder's permissions")
    chosen = options[number - 1]
    typer.echo(f"decision {entry.number} of {entry.on.isoformat()}: {option_words(chosen)}")
    typer.echo(f"option {chosen.id}")
    if isinstance(chosen.plan, DosePlan):
        typer.echo(f"plan {chosen.plan.id}")
    typer.echo(f"digest {entry.digest}")
    if signer is not None:
        typer.echo(f"signed with key {signer.id[:16]}")
    typer.echo(
        f"next: keep the digest elsewhere; lenitive decisions verify {record}; lenitive replay {record} {entry.number}",
        err=True,
    )


def _replay(
    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)],
    entry: Annotated[int, typer.Argument(help="Number of the decision.", min=1, show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(help="File for the review document; default: standard output.", dir_okay=False),
    ] = None,
    protocols: Protocols = None,
    dates: Dates = DateOrder.YMD,
) -> None:
    """Make a decision's review again: the same bytes, or exactly what has changed since.

    Entries of the diary after the day of the review change nothing. Where record, knowledge, code, libraries or processor
    have changed and every conclusion is the same, that is said and the document of today is written.

    Example: `lenitive replay my-record 1 --out review.json`

    Exit status: 0 with the same bytes or conclusions; 1 when they differ, with every change on standard error; 2 when the
    decisions are not whole or the record cannot be read.
    """
    entries = entries_or_exit(record, None)
    if entry > len(entries):
        refuse(f"there are {len(entries)} decisions. next: lenitive decide {record}")
    asked = entries[entry - 1]
    then = asked.inputs

    from lenitive.terms import Score

    outcomes, more = then.outcomes, then.asked or {}
    made = _make(
        record,
        protocols,
        dates,
        at=date.fromisoformat(then.at),
        seed=then.seed,
        outcomes=(Score(outcomes[0]), Score(outcomes[1]), Score(outcomes[2])),
        market=SoldIn(then.market).value,
        with_nights=then.with_nights,
        about=more.get("about"),
        horizon_weeks=more.get("horizon_weeks"),
    )

    from lenitive.render import said
    from lenitive.review import changes, digest_of

    found = changes(then, made.inputs)
    for change in found:
        typer.echo(said(change), err=True)
    if digest_of(made.document) == asked.review:
        typer.echo(f"decision {entry}: the same bytes, {asked.review}", err=True)
    elif asked.conclusions and asked.conclusions == made.conclusions:
        typer.echo(f"decision {entry}: the same conclusions, {asked.conclusions}", err=True)
    else:
        if then.asked is None:
            typer.echo(
                "the entry is of the first version, which does not name code, libraries and processor: they may differ",
                err=True,
            )
        elif not found:
            typer.echo(
                "record, knowledge, code, libraries and processor are the same and the bytes differ. Please report this",
                err=True,
            )
        raise typer.Exit(1)
    if out is None:
        typer.get_binary_stream("stdout").write(made.document)
    else:
        out.write_bytes(made.document)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("decide")(_decide)
    app.command("replay")(_replay)
