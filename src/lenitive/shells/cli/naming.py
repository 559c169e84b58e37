"""Names of drugs on the command line: the one drug they mean, or a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge

__all__ = ["drug_or_exit"]


def drug_or_exit(written: str, option: str, knowledge: Knowledge) -> str:
    """The one name by which every room knows a drug.

    A brand or another name is said on standard error as what it was read as. A name that is only near a known one is asked
    about, and ends the command with status 2, as an unknown one does.
    """
    from lenitive.intake import LOOK_ALIKE, WrittenNames, suggestion
    from lenitive.render import isolated

    name = WrittenNames(knowledge).drug(written)
    if name.deceptive:
        refuse(f"{option}: {LOOK_ALIKE[0]}. {LOOK_ALIKE[1]}")
    if not name.known:
        question = suggestion(name.near) if name.near else "Check the spelling, or write a code"
        refuse(f"{option}: {isolated(written[:60])} is not a drug that is known. {question}")
    plain = " ".join(written.lower().split())
    if plain not in {name.drug, knowledge.substances.words(name.drug).lower()}:
        typer.echo(
            f"{isolated(written.strip())} was read as {knowledge.substances.words(name.drug)}.", err=True
        )
    return name.drug
