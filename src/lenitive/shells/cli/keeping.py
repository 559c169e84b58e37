"""``lenitive backup``, ``lenitive restore`` and ``lenitive audit``: what keeps an installation's data whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from lenitive.shells.cli.answers import refuse

__all__ = ["register"]

Data = Annotated[
    Path | None,
    typer.Option(
        help="The installation's data folder. Default: lenitive in $XDG_DATA_HOME.",
        file_okay=False,
        show_default=False,
    ),
]


def _without_web() -> NoReturn:
    refuse(
        'this belongs to the web app, which needs more packages; install them with: pip install "lenitive[web]"'
    )


def _backup(
    out: Annotated[
        Path, typer.Argument(help="File to write, such as lenitive-2026-11-27.backup.", show_default=False)
    ],
    data: Data = None,
) -> None:
    """Back up the web app's data while it runs: one file, checked before it is called a backup.

    Keep it where the machine is not. It holds the records: encrypt the disk that it lies on.

    Example: `lenitive backup /mnt/safe/lenitive-2026-11-27.backup`
    """
    try:
        from lenitive.shells.web.keeping import backup
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import attach
    except ImportError:
        _without_web()
    try:
        attach(data)
        note = backup(out)
    except SiteError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{out}: {error.strerror}")
    typer.echo(f"{out}: {sum(note.rows.values())} rows, audit event {note.head_seq}")
    typer.echo(f"head {note.head}")


def _restore(
    backup: Annotated[Path, typer.Argument(help="A file that `lenitive backup` wrote.", show_default=False)],
    data: Data = None,
) -> None:
    """Put a backup into an empty data folder, and verify it.

    Example: `lenitive restore lenitive-2026-11-27.backup --data /srv/lenitive`
    """
    try:
        from lenitive.shells.web.keeping import restore
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import begin
    except ImportError:
        _without_web()
    try:
        begin(data)
        note = restore(backup)
    except SiteError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{backup}: {error.strerror}")
    typer.echo(f"restored {sum(note.rows.values())} rows, audit event {note.head_seq}")
    typer.echo("next: lenitive audit verify, then lenitive serve", err=True)


audit = typer.Typer(help="The audit of the web app: who read or changed what.", no_args_is_help=True)


@audit.command("head")
def _head(data: Data = None) -> None:
    """Print the last event's number and digest; kept elsewhere, it shows that nothing was cut off the end."""
    try:
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import attach
    except ImportError:
        _without_web()
    try:
        attach(data)
    except SiteError as error:
        refuse(str(error))
    from lenitive.shells.web.audit import head

    number, chain = head()
    typer.echo(f"{number} {chain}")


@audit.command("verify")
def _verify(
    head: Annotated[
        str, typer.Option(help="A head that was kept elsewhere: its number and digest.", show_default=False)
    ] = "",
    data: Data = None,
) -> None:
    """Verify the chain of events, and every row against its last event.

    Exit status: 0 when all is as it was written; 1 with every fault named.
    """
    try:
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import attach
    except ImportError:
        _without_web()
    known: tuple[int, str] | None = None
    if head:
        number, _, chain = head.partition(" ")
        if not number.isdigit() or not chain:
            refuse(
                "--head: give the number and the digest as `lenitive audit head` printed them, in quotation marks"
            )
        known = (int(number), chain.strip())
    try:
        attach(data)
    except SiteError as error:
        refuse(str(error))
    from lenitive.shells.web.audit import head as last
    from lenitive.shells.web.audit import verify

    faults = 0
    for fault in verify(known):
        faults += 1
        typer.echo(f"{fault.place} {fault.row}: {fault.what}", err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{last()[0]} events, all as they were written")


def _retention(
    years: Annotated[int, typer.Option(min=1, max=100, help="So many years without an entry or a decision.", show_default=False)],
    erase: Annotated[bool, typer.Option("--erase", help="Erase them. There is no way back but a backup.")] = False,
    data: Data = None,
) -> None:
    """Count the records of the web app that nobody has touched for years, and erase them when told to.

    How long a record has to be kept is a matter of your law; nothing is erased by itself.

    Example: `lenitive retention --years 10`
    """
    try:
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import attach
    except ImportError:
        _without_web()
    try:
        attach(data)
    except SiteError as error:
        refuse(str(error))
    from datetime import UTC, datetime, timedelta

    from lenitive.shells.web.retention import erase_untouched, untouched_since

    since = datetime.now(UTC) - timedelta(days=365.25 * years)
    if erase:
        typer.echo(f"{erase_untouched(since)} records erased; the audit keeps that they were, and nothing of what they held")
    else:
        typer.echo(f"{len(untouched_since(since))} records without an entry or a decision for {years} years; add --erase to erase them")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(_backup)
    app.command("restore")(_restore)
    app.command("retention")(_retention)
    app.add_typer(audit, name="audit")
