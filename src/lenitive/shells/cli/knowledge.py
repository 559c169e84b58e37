"""``lenitive knowledge``: is what Lenitive knows sound, and where does a fact come from?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.protocol import broken_cases

__all__ = ["register"]

_group = typer.Typer(
    name="knowledge",
    help="What Lenitive knows: check its files, follow a fact to its source.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@_group.command(name="check")
def _check(
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="YYYY-MM-DD", help="Count facts whose review is due by then."),
    ] = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="List the unverified facts too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Validate every knowledge file and count facts by grade.

    Faults go to standard error, one a line: file, key, what is wrong, and the remedy.

    Exit status: 0 when every file is sound, 2 when one is not.

    Example: `lenitive knowledge check --unverified`
    """
    day = day_or_exit(at, "--at")

    from lenitive.knowledge import KnowledgeError, count, faults, load

    try:
        knowledge = load()
    except KnowledgeError as error:
        refuse(*map(str, error.faults), f"{len(error.faults)} faults")
    found = faults(knowledge)
    if found:
        refuse(*map(str, found), f"{len(found)} faults")
    broken = broken_cases(knowledge)
    if broken:
        refuse(*broken, f"{len(broken)} faults")
    counts = count(knowledge, day)
    if as_json:
        document = {
            "schema": "lenitive.knowledge-check/1",
            "knowledge": knowledge.version,
            "facts": counts.facts,
            "by_grade": counts.by_grade,
            "by_check": counts.by_check,
            "deciding": counts.deciding,
            "disputed": counts.disputed,
            "overdue": counts.overdue if day else None,
            "unverified": [f.id for f in counts.unverified],
        }
        typer.echo(json.dumps(document, indent=1, ensure_ascii=False))
        return
    grades = ", ".join(f"{g} {n}" for g, n in counts.by_grade.items())
    checks = ", ".join(f"{c} {n}" for c, n in counts.by_check.items())
    lines = [
        f"Knowledge {knowledge.version}: every file is sound.",
        f"{len(knowledge.protocols)} protocols with {sum(map(len, knowledge.protocol_cases.values()))} worked cases.",
        f"{counts.facts} facts on {len(knowledge.drugs)} drugs, {len(knowledge.interactions.rows)} interactions, "
        f"{len(knowledge.interactions.washouts)} waits, {len(knowledge.substances.by_id)} substances.",
        f"By grade: {grades}.",
        f"By check on entry: {checks}.",
        f"{counts.deciding} may carry a decision; {len(counts.unverified)} are unverified and carry none; "
        f"{counts.disputed} have a source that disagrees.",
    ]
    if day:
        lines.append(f"{counts.overdue} were due for review before {day.isoformat()}.")
    typer.echo("\n".join(lines))
    if unverified:
        for fact in counts.unverified:
            typer.echo(f"{fact.id} ({fact.grade.value}): {fact.says or fact.note}")


@_group.command(name="show")
def _show(
    fact_id: Annotated[
        str, typer.Argument(metavar="FACT-ID", help="Such as mirtazapine.kinetics.half_life.")
    ],
) -> None:
    """Follow one fact to its source: value, place, grade, when it was read, who says otherwise.

    Example: `lenitive knowledge show mirtazapine.kinetics.half_life`
    """
    from lenitive.knowledge import fact_of, load

    knowledge = load()
    fact = fact_of(knowledge, fact_id)
    if fact is None:
        refuse("there is no fact of that id. Ids stand in the last column of: lenitive drug NAME")

    from lenitive.render import grade_words, value_words

    kinds = {s.article: s for s in knowledge.sources.values()}
    lines = [fact.id]
    if fact.says:
        lines.append(f"  says      {fact.says}")
    if value_words(fact):
        lines.append(f"  value     {value_words(fact)}")
    if fact.computed:
        lines.append(f"  computed  {fact.computed}")
    lines.append(f"  grade     {grade_words(fact)}{'; a rule may rest on it' if fact.decides else ''}")
    lines.append(
        f"  checked   {fact.check.value}, read {fact.read}, look again {fact.review or 'no day set'}"
    )
    for source in fact.source:
        listed = kinds.get(source.article)
        what = f"{listed.kind}{' (a copy)' if listed.copy_of_official else ''}" if listed else ""
        lines.append(f"  source    {what}{f', {source.at}' if source.at else ''}")
        lines.append(f"            {source.article}")
    for other in fact.contradictions:
        lines.append(f"  but       {other.says}")
        lines += [f"            {s.article}" for s in other.source]
        lines.append(f"  choice    {other.choice}")
    if fact.note:
        lines.append(f"  note      {fact.note}")
    typer.echo("\n".join(lines))


@_group.command(name="facts")
def _facts(
    sample: Annotated[int, typer.Option("--sample", help="Draw so many at random.", min=1)] = 5,
    seed: Annotated[int, typer.Option("--seed", help="The same seed draws the same facts.")] = 1,
) -> None:
    """Draw facts at random, for an audit: follow each with `lenitive knowledge show`.

    Example: `lenitive knowledge facts --sample 3 --seed 7`
    """
    import random

    from lenitive.knowledge import all_facts, load

    ids = [f.id for f in all_facts(load())]
    typer.echo("\n".join(random.Random(seed).sample(ids, min(sample, len(ids)))))


@_group.command(name="topics")
def _topics() -> None:
    """Show what is known beside the drugs: stopping and switching, muscle relaxers, guidelines and visits.

    Example: `lenitive knowledge topics`
    """
    from rich.console import Console

    from lenitive.knowledge import load
    from lenitive.render import print_report, topics_report

    print_report(topics_report(load().topics), Console())


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_group)
