"""Which option a decision names, by its number or by the id under which it was shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.record import Record
    from lenitive.review import Shown

__all__ = ["number_or_exit", "stored_options"]

_ID = re.compile(r"[0-9a-f]{8,64}")


def stored_options(path: Path, record: Record) -> tuple[Shown, ...]:
    """The options of a stored review, as they were shown; whether the record is still the one it was made from is told.

    Args:
        path: The document.
        record: The record, of which a document of an earlier day may show less.
    """
    from lenitive.render import DocumentError, options_from
    from lenitive.review import Absent, shown
    from lenitive.terms import digest

    if path.exists() and not path.is_file():
        # A pipe would be waited for.
        refuse(f"--shown: {path.name}: is not a plain file")
    try:
        asked, options = options_from(path.read_bytes())
    except OSError:
        refuse(f"--shown: {path.name}: cannot be opened. Check its name and permissions")
    except DocumentError as error:
        refuse(f"--shown: {path.name}: {error}")
    if digest(record.until(asked.at)) != asked.record:
        typer.echo(
            f"--shown: what the record holds up to {asked.at.isoformat()} has changed since {path.name} was made, or it is of "
            "another record",
            err=True,
        )
    if isinstance(options, Absent) or not options.options:
        refuse(f"--shown: {path.name}: has no options to choose from")
    return shown(options.options)


def _by(name: str, options: Sequence[Shown]) -> list[Shown]:
    """The options that a number or an id, or its first digits, names."""
    if name.isdecimal() and not _ID.fullmatch(name):
        return [o for o in options if str(o.number) == name.lstrip("0")]
    return [o for o in options if _ID.fullmatch(name) and o.id.startswith(name)]


def number_or_exit(name: str, now: Sequence[Shown], before: Sequence[Shown], stored: Sequence[Shown]) -> int:
    """The number of the option that is named, when it is what was shown under that name.

    Args:
        name: A number or an id.
        now: Today's options.
        before: The options of earlier decisions.
        stored: Those of a stored review; none without one.
    """
    name = name.strip().lower()
    if stored:
        asked = _by(name, stored)
        if len(asked) != 1:
            refuse(f"--option: {_how_many(asked)} of the stored review is called {name}")
        same = [o for o in now if o.id == asked[0].id]
        return same[0].number if same else _refuse_changed(asked[0], now)
    found = _by(name, now)
    if len(found) == 1:
        return found[0].number
    if not found and (old := _by(name, before)) and _ID.fullmatch(name):
        return _refuse_changed(old[-1], now)
    if name.isdecimal() and not _ID.fullmatch(name):
        refuse(f"--option: there are the options 1 to {len(now)}")
    refuse(
        f"--option: {_how_many(found)} of today is called {name}. Give its number, or eight or more digits of its id, as "
        "`lenitive decide RECORD` lists them. When it stood on a sheet or in a stored review, give that review with --shown "
        "FILE: what has changed since is then said"
    )


def _how_many(found: Sequence[Shown]) -> str:
    return "more than one option" if found else "no option"


def _refuse_changed(then: Shown, now: Sequence[Shown]) -> NoReturn:
    from lenitive.render import said
    from lenitive.review import counterpart, differences

    today = counterpart(then, now)
    number = f"; today's option {today.number} [{today.id[:12]}]" if today else ""
    what = f"{then.action.replace('_', ' ')} {then.drug}".strip()
    refuse(
        f"--option: {what} [{then.id[:12]}] is no longer what was shown{number}:",
        *(f"  {said(m)}" for m in differences(then, today)),
        "Nothing was written. Look at today's options with `lenitive decide RECORD`, then decide again",
    )
