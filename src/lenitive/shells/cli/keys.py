"""``lenitive keys``: keys that decisions are signed with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.review import SigningKey

__all__ = ["KEY_HELP", "key_or_exit", "register"]

KEY_HELP = "File of the private key to sign with (PEM; make one with: lenitive keys new FILE --holder NAME)."

keys = typer.Typer(help="Keys that decisions are signed with.", no_args_is_help=True)

Holder = Annotated[str, typer.Option(help="Who holds the key: a person, or a clinic.", show_default=False)]


def _asked(again: bool = False) -> str:
    answer: str = typer.prompt("Passphrase of the key", hide_input=True, err=True, confirmation_prompt=again)
    return answer


def key_or_exit(path: Path, *, at: str = "") -> SigningKey:
    """The private key in a file, or the end of the command with exit status 2. A passphrase is asked for where it has one."""
    from lenitive.shells.keys import KeyFileError, read_key

    try:
        return read_key(path, _asked)
    except KeyFileError as error:
        refuse(f"{at}{error}")


def _tell(key: SigningKey, holder: str) -> None:
    from lenitive.shells.keys import public_entry

    if not holder.strip() or not holder.isprintable():
        refuse("--holder: is a name on one line")
    typer.echo(public_entry(key.public(holder.strip())), nl=False)


@keys.command("new")
def new(
    file: Annotated[
        Path, typer.Argument(help="File to write; it must not be there yet.", show_default=False)
    ],
    holder: Holder,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Protect it with a passphrase, which is asked for.")
    ] = False,
) -> None:
    """Make a key: the private part goes to a file that you alone can read, the public part to standard output.

    Append what is printed to your site's file of keys. OpenSSL makes the same:
    `openssl genpkey -algorithm ed25519 -out site.pem`, then `chmod 600 site.pem`.

    Example: `lenitive keys new site.pem --holder "Pain clinic" >> keys.toml`

    Exit status 0; 2 when the file is there already or cannot be written.
    """
    from lenitive.shells.keys import KeyFileError, new_key

    if not holder.strip() or not holder.isprintable():
        refuse("--holder: is a name on one line")
    try:
        made = new_key(file, _asked(again=True) if passphrase else "")
    except KeyFileError as error:
        refuse(str(error))
    _tell(made, holder)
    typer.echo(
        f"made {file}. Keep it apart from the records, with a copy; whoever has it can sign as you. "
        f"next: lenitive decide RECORD --option N --by NAME --key {file}",
        err=True,
    )


@keys.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="File of a private key.", show_default=False)],
    holder: Holder,
) -> None:
    """Print the public part of a key, as it stands in a site's file of keys.

    Example: `lenitive keys show site.pem --holder "Pain clinic" >> keys.toml`

    Exit status 0; 2 when the file is no key, or others can read it.
    """
    _tell(key_or_exit(file), holder)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")
