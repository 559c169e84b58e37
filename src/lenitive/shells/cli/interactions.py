"""``lenitive interactions``: what drugs do together, and how long to wait between them."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.safety import Together

__all__ = ["register"]


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def _interactions(
    drugs: Annotated[
        list[str], typer.Argument(help="Two or more drugs: names, brands or codes.", show_default=False)
    ],
    output: Annotated[_Format, typer.Option("--format", help="text or json.")] = _Format.TEXT,
) -> None:
    """What drugs do together, whatever the order, and the wait from each one to each other.

    Names are resolved with the match shown; a name that means nothing is a finding and not silence. Doses, kidneys,
    age and conditions are not looked at: for a patient use `lenitive review`.

    Example: `lenitive interactions mirtazapine duloxetine tramadol`
    """
    if len(set(drugs)) < 2:
        refuse("name two or more drugs, for example: lenitive interactions mirtazapine tramadol")

    from lenitive.knowledge import load
    from lenitive.safety import together

    found = together(drugs, load())
    if output is _Format.JSON:
        from lenitive.render import together_document

        typer.echo(json.dumps(together_document(found), indent=1, ensure_ascii=False))
        return
    _print(found)


def _print(found: Together) -> None:
    from rich.console import Console

    import lenitive
    from lenitive.render import (
        Column,
        Paragraph,
        Report,
        Section,
        Table,
        drug_name,
        findings_section,
        print_report,
        sources_words,
    )

    rows = tuple((written, match.shown) for written, match in found.names.known.items())
    read = Section(
        id="read",
        title="Read as",
        blocks=(
            Table(
                columns=(Column(head="Written"), Column(head="Read as")),
                rows=rows,
                caption="How each name was read",
            ),
        ),
    )
    waits = tuple(
        (
            drug_name(w.first),
            drug_name(w.then),
            "no figure in any source: ask a specialist" if w.days is None else f"{w.days} days",
            sources_words(w.sources),
        )
        for w in found.waits
    )
    wait = Section(
        id="waits",
        title="Waits, by order",
        blocks=(
            Table(
                columns=tuple(Column(head=h) for h in ("From", "To", "Wait", "Source")),
                rows=waits,
                caption="From the last dose of one to the first of the other",
            )
            if waits
            else Paragraph(text="No wait between these drugs is in the knowledge."),
        ),
    )
    report = Report(
        title="Drugs together",
        subtitle="Without a patient: doses, kidneys, age and conditions are not looked at. For clinicians.",
        sections=(read, findings_section(found.findings), wait),
        footer=f"Lenitive {lenitive.__version__}",
    )
    print_report(report, Console())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("interactions")(_interactions)
