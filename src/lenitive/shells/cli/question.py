"""What every command that reviews a record asks for: the options, once, and what a function with them becomes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from lenitive.frozen import dataclass
from lenitive.shells.cli.market import Market, SoldIn
from lenitive.shells.cli.protocol import PROTOCOLS_HELP
from lenitive.shells.cli.reading import RECORD_HELP, Dates
from lenitive.terms import DateOrder

__all__ = ["Question", "with_question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The options with which a review is asked for, as they were written."""

    record: Annotated[Path, typer.Argument(help=RECORD_HELP, show_default=False)]
    at: Annotated[
        str | None,
        typer.Option(
            help="Day of the review, YYYY-MM-DD; nothing later is used. Default: the last day with any entry."
        ),
    ] = None
    seed: Annotated[
        int, typer.Option(help="Seed of every random draw; equal seeds give equal bytes.", min=0)
    ] = 1
    protocols: Annotated[
        Path | None, typer.Option("--protocols", help=PROTOCOLS_HELP, show_default=False)
    ] = None
    market: Market = SoldIn.US
    with_nights: Annotated[
        bool,
        typer.Option(
            "--with-nights",
            help="Take measured nights (nights.csv) into the effects and verdicts, as further readings of the sleep that the diary "
            "scores. Without it they stand beside. Options never rest on a consumer device.",
        ),
    ] = False
    about: Annotated[
        str | None,
        typer.Option(
            help="The medicine or activity in question, as the record names it. Default: decided from the record, see the guide.",
            show_default=False,
        ),
    ] = None
    dates: Dates = DateOrder.YMD


def with_question(command: Callable[..., None]) -> Callable[..., None]:
    """A command that has the options of a question and its own; the function gets them as one value, first."""
    first, *own = inspect.signature(command, eval_str=True).parameters.values()
    kind: type[Question] = first.annotation
    hints = get_type_hints(kind, include_extras=True)
    shared = [
        inspect.Parameter(
            f.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if f.default is MISSING else f.default,
            annotation=hints[f.name],
        )
        for f in fields(kind)
    ]
    asked = [*shared, *(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own)]

    @wraps(command)
    def run(**given: Any) -> None:
        question = kind(**{p.name: given.pop(p.name) for p in shared})
        command(question, **given)

    run.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in asked}
    return run
