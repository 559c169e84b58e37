"""How every import brings a record up to date, and what it says of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from lenitive.intake import FILES
from lenitive.record import Difference, Merge, Record, merged
from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.reading import tell
from lenitive.shells.files import Update, open_record, update_record
from lenitive.sleep import Night
from lenitive.terms import DateOrder

__all__ = ["bring_in", "nights_words", "standing_or_exit"]

_MOST_LISTED = 20


def standing_or_exit(path: Path, dates: DateOrder = DateOrder.YMD) -> Record:
    """The record in a folder, or an empty one where there is none yet; the end with exit status 2 when it cannot be used."""
    if not path.exists() or (path.is_dir() and not any((path / name).exists() for name in FILES)):
        return Record()
    reading = open_record(path, dates=dates)
    tell(reading.problems)
    if reading.record is None:
        raise typer.Exit(2)
    left_out = sorted({p.where.file for p in reading.problems if p.where.file in FILES})
    if left_out:
        # Writing such a file back would lose what was left out of it.
        refuse(
            f"{', '.join(left_out)}: the record was not changed, because parts of it were not understood; "
            "mend the lines above first"
        )
    return reading.record


def nights_words(found: Sequence[Night]) -> str:
    """How many nights were recorded, how many days with naps alone, and how many nights time in bed frames."""
    naps = sum(night.only_naps for night in found)
    count = len(found) - naps
    said = f"{count} night{'s' if count != 1 else ''}"
    if naps:
        said += f" and {naps} day{'s' if naps != 1 else ''} with naps only"
    framed = sorted({night.framed_by for night in found if night.framed_by})
    if framed:
        said += f" ({sum(bool(n.framed_by) for n in found)} framed by the time in bed of {', '.join(framed)})"
    return said


def bring_in(
    standing: Record,
    new: Record,
    into: Path,
    *,
    overwrite: bool,
    account: Sequence[str] = (),
    contradictions: Sequence[Difference] = (),
) -> Merge:
    """Bring a record up to date and say what came of it, or end with exit status 2 and an unchanged record.

    Args:
        standing: The record as it is.
        new: What the files say.
        into: Its folder.
        overwrite: Whether the files' word goes where the two differ.
        account: How each part was made, kept in the folder.
        contradictions: Where the files contradict one another.
    """
    try:
        both = merged(standing, new, overwrite=overwrite)
        update = update_record(standing, both.record, into)
        if account and update.changed:
            _keep_account(into / "import.txt", account)
    except ValueError as error:
        refuse(f"the record and the file together cannot be: {error}; nothing was changed")
    except OSError:
        refuse(f"{into}: the record could not be written; check the folder's permissions and the free space")
    _say(both, update, into, overwrite, contradictions)
    return both


def _keep_account(path: Path, account: Sequence[str]) -> None:
    """The account of an import, after those of earlier ones; one that stands there already is not added."""
    text = "\n".join(account) + "\n"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text not in before:
        path.write_text(f"{before}\n{text}" if before else text, encoding="utf-8", newline="\n")


def _say(
    both: Merge, update: Update, into: Path, overwrite: bool, contradictions: Sequence[Difference]
) -> None:
    if not update.changed:
        typer.echo(f"{into}: nothing is new; nothing was changed")
    else:
        new = ", ".join(f"{name} {count}" for name, count in both.added.items() if count)
        typer.echo(f"{into}: {f'new: {new}' if new else 'changed'}")
    for which, listed in (
        ("the files contradict one another", contradictions),
        ("the file differs", both.differences),
    ):
        if not listed:
            continue
        word = (
            "the first word stands"
            if listed is contradictions
            else "what it says was taken"
            if overwrite
            else "what stood stays"
        )
        typer.echo(f"{which} in {len(listed)} places; {word}:")
        for one in listed[:_MOST_LISTED]:
            typer.echo(f"  {one.file} {one.day or ''} {one.what}".rstrip())
        if len(listed) > _MOST_LISTED:
            typer.echo(f"  and {len(listed) - _MOST_LISTED} more")
    if both.differences and not overwrite:
        typer.echo("add --replace to take what the file says")
    if update.kept is not None:
        typer.echo(f"what stood before is kept in {update.kept}")
