"""The command line: arguments, one call, one render.

Each command lives in its own module and offers ``register(app)``. Only the module of the command that was asked for is
imported, and heavy rooms are imported inside the command: a command pays for what it does and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

import lenitive

__all__ = ["MODULES", "app", "main"]

MODULES = {
    "calibrate": "calibrate",
    "check": "check",
    "closed-loop": "closed_loop",
    "decide": "decide",
    "replay": "decide",
    "decisions": "decisions",
    "keys": "keys",
    "demo": "demo",
    "drug": "drug",
    "evidence": "evidence",
    "interactions": "interactions",
    "kinetics": "kinetics",
    "meta": "meta",
    "monitor": "monitor",
    "new": "new",
    "review": "review",
    "show": "show",
    "simulate": "simulate",
    "sleep": "sleep",
    "import": "import_",
    "knowledge": "knowledge",
    "library": "library",
    "trial": "trial",
    "plan": "plan",
    "protocol": "protocol",
    "serve": "serve",
    "backup": "keeping",
    "restore": "keeping",
    "retention": "keeping",
    "audit": "keeping",
}
"""The module of this package that registers each command, in the order of the help."""


class _Commands(Mapping[str, Any]):
    """Commands by name; names are known without an import, a command is made when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The command.

        Raises:
            KeyError: When there is none.
        """
        if name not in self._made:
            alone = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False)
            import_module(f"{__name__}.{MODULES[name]}").register(alone)
            self._made |= get_group(alone).commands
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Names in the order of the help."""
        return iter(MODULES)

    def __len__(self) -> int:
        """How many commands there are."""
        return len(MODULES)


class _Group(TyperGroup):
    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = cast("Any", _Commands())


app = typer.Typer(
    name="lenitive",
    cls=_Group,
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


def main() -> None:
    """Run the command line."""
    app()
