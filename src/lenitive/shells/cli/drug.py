"""``lenitive drug``: what is known about one drug, with grade and source behind every row."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse

__all__ = ["register"]


def _drug(
    name: Annotated[str, typer.Argument(help="A drug: its name, a brand, a code.", show_default=False)],
    table: Annotated[bool, typer.Option("--table", help="Every fact as one flat table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Every fact as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="The page as Markdown.")] = False,
) -> None:
    """Show what is known about a drug: products, doses, limits, harms, monitoring, interactions, kinetics.

    Each row shows its grade and the fact's id; follow an id to its source with `lenitive knowledge show ID`. Rows
    marked unverified are shown so that they are not forgotten and carry no decision.

    Example: `lenitive drug mirtazapine --table`
    """
    if table + as_json + markdown > 1:
        refuse("choose one of --table, --json and --markdown")

    from lenitive.knowledge import load

    knowledge = load()
    match = knowledge.resolve_drug(name)
    if match is None:
        refuse("no drug of that name is known, and none is near enough. Check the spelling, or try a code")
    if not match.sure or match.how in {"brand", "synonym"}:
        typer.echo(f"Read as {match.shown}.", err=True)
    if match.id not in knowledge.drugs:
        classes = ", ".join(knowledge.substances.words(c) for c in knowledge.substances.classes_of(match.id))
        refuse(
            f"there is no page on {match.shown}. "
            + (f"Known as: {classes}. " if classes else "")
            + f"Pages: {', '.join(knowledge.drugs)}"
        )
    drug = knowledge.drugs[match.id]

    from lenitive.render import drug_report, fact_rows, grade_words, value_words

    if as_json:
        kinds = {s.article: s.kind for s in knowledge.sources.values()}
        document = {
            "schema": "lenitive.drug/1",
            "knowledge": knowledge.version,
            "id": drug.id,
            "name": drug.name,
            "classes": list(drug.classes),
            "start_dose_mg": drug.start_dose_mg,
            "max_dose_mg": drug.max_dose_mg,
            "products": [p.model_dump(mode="json") for p in drug.product.values()],
            "dosing": [d.model_dump(mode="json") for d in drug.dosing.values()],
            "facts": fact_rows(drug.facts(), kinds),
        }
        typer.echo(json.dumps(document, indent=1, ensure_ascii=False))
        return
    if table:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for head in ("fact", "statement", "value", "grade", "checked", "source"):
            shown.add_column(head, overflow="fold", no_wrap=head in {"fact", "grade", "checked"})
        keys = {s.article: key for key, s in knowledge.sources.items()}
        for fact in drug.facts():
            cited = "; ".join(
                keys.get(s.article, s.article) + (f", {s.at}" if s.at else "") for s in fact.source
            )
            cells = (
                fact.id,
                fact.says,
                value_words(fact),
                grade_words(fact),
                fact.check.value,
                cited,
            )
            shown.add_row(*map(Text, cells))
        Console().print(shown)
        return
    # A page that is checked in must not change with every other knowledge file: no digest in it.
    version = "" if markdown else knowledge.version
    report = drug_report(drug, knowledge.interactions, knowledge.substances, version)
    if markdown:
        from lenitive.render import report_markdown

        typer.echo(report_markdown(report), nl=False)
    else:
        from rich.console import Console

        from lenitive.render import print_report

        print_report(report, Console())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="drug")(_drug)
