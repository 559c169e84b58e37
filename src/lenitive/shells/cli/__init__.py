"""The command line: arguments, one call, one render.

Each command lives in its own module and offers ``register(app)``. Heavy rooms are imported inside the command, so
that ``lenitive --help`` stays quick.
"""

from __future__ import annotations

import typer

import lenitive
from lenitive.shells.cli import (
    calibrate,
    check,
    closed_loop,
    decide,
    demo,
    drug,
    evidence,
    import_,
    interactions,
    kinetics,
    knowledge,
    library,
    meta,
    monitor,
    new,
    plan,
    protocol,
    review,
    simulate,
    sleep,
)

__all__ = ["app", "main"]

app = typer.Typer(
    name="lenitive",
    help="Does this medicine ease this patient's symptoms, and what should be considered next?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lenitive {lenitive.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Does this medicine ease this patient's symptoms, and what should be considered next?"""


for _command in (
    calibrate,
    check,
    closed_loop,
    decide,
    demo,
    drug,
    evidence,
    import_,
    interactions,
    kinetics,
    knowledge,
    library,
    meta,
    monitor,
    new,
    plan,
    protocol,
    review,
    simulate,
    sleep,
):
    _command.register(app)


def main() -> None:
    """Run the command line."""
    app()
