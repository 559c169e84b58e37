"""``lenitive serve``: the web app on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse

__all__ = ["register"]

_EXAMPLES = Path("examples")


def _serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8040,
    data: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the database, the key and the static files. Default: lenitive in $XDG_DATA_HOME.",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Fill a new folder with the simulated examples; this machine alone can reach it."
        ),
    ] = False,
    examples: Annotated[Path, typer.Option(help="Folder of the example records, for --demo.")] = _EXAMPLES,
) -> None:
    """Run the web app: a visit page for clinicians, a one-minute diary for patients.

    Everything stays on this machine. The first start prints a link by which the first administrator makes her account.

    Examples:

        lenitive serve --demo

        lenitive serve --data /srv/lenitive --port 8040
    """
    try:
        from lenitive.shells.web.site import SiteError
        from lenitive.shells.web.start import first_link, prepare, serve
    except ImportError:
        refuse('the web app needs more packages; install them with: pip install "lenitive[web]"')
    if demo and host != "127.0.0.1":
        refuse("--demo answers on 127.0.0.1 alone: its accounts are printed on the screen")
    if demo and not any(examples.glob("*/diary.csv")):
        refuse(
            f"{examples}: no example record here. Run this from the project's folder, or name one with --examples"
        )
    if demo and data is None:
        data = Path(tempfile.mkdtemp(prefix="lenitive-demo-"))
    try:
        prepare(data)
    except SiteError as error:
        refuse(str(error))

    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    if demo:
        from lenitive.shells.web.demo import fill

        console.print("Making the simulated patients and their reviews ...")
        console.print("Simulated patients only. Sign in as:")
        for name, password in fill(examples).items():
            console.print(f"  {name:<10} {password}", markup=False)
    elif link := first_link(address):
        console.print("There is no administrator yet. Make the first account, within two days, at:")
        console.print(f"  {link}", markup=False)
    console.print(f"\nLenitive answers at {address} (stop it with Ctrl+C)", markup=False)
    serve(host, port)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(_serve)
