"""``lenitive protocol``: a site's own protocol, checked, and compared with ours by its worked cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.knowledge import Knowledge

__all__ = ["PROTOCOLS_HELP", "broken_cases", "knowledge_with", "register"]

PROTOCOLS_HELP = "A folder with the site's own protocols: NAME/protocol.toml and NAME/cases.toml. One for a drug replaces ours."

_group = typer.Typer(
    name="protocol",
    help="Protocols: read one as a decision table, check a site's own, see which worked cases change.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

Folder = Annotated[Path, typer.Argument(help=PROTOCOLS_HELP, show_default=False)]


def knowledge_with(protocols: Path | None) -> Knowledge:
    """The knowledge, with a site's protocols when a folder is named; or the end of the command with exit status 2."""
    from lenitive.knowledge import KnowledgeError, load

    if protocols is None:
        return load()
    if not protocols.is_dir():
        refuse("--protocols: is not a folder. Name one with NAME/protocol.toml and NAME/cases.toml in it")
    try:
        knowledge = load(site_protocols=protocols)
    except KnowledgeError as error:
        refuse(*map(str, error.faults), f"{len(error.faults)} faults")
    found: list[str] = []
    for kind in ("protocols", "protocol_cases"):
        try:
            getattr(knowledge, kind)
        except KnowledgeError as error:
            found += [str(f) for f in error.faults if str(f) not in found]
    if found:
        refuse(*found, f"{len(found)} faults")
    return knowledge


def broken_cases(knowledge: Knowledge) -> list[str]:
    """Worked cases that come out otherwise than they say, and rules that no case reaches."""
    from lenitive.render import difference_words
    from lenitive.titration import case_differences

    found = []
    for protocol in knowledge.protocols.values():
        cases = knowledge.protocol_cases[protocol.id]
        for case in cases:
            differs = case_differences(protocol, case)
            if differs:
                said = "; ".join(map(difference_words, differs))
                found.append(f"{protocol.id}/cases.toml: {case.id}: {said}")
        reached = {rule for case in cases for rule in case.rules}
        found += [
            f"{protocol.id}/cases.toml: {r.id}: no worked case reaches this rule. Write one"
            for r in protocol.rule
            if r.id not in reached
        ]
    return found


@_group.command("check")
def _check(folder: Folder) -> None:
    """Check a site's own protocols: whole, within their limits, and true to their worked cases.

    Example: `lenitive protocol check src/lenitive/knowledge/protocols`

    Exit status: 0 when all are sound, 2 when one is not, with one fault a line on standard error.
    """
    knowledge = knowledge_with(folder)
    found = broken_cases(knowledge)
    if found:
        refuse(*found, f"{len(found)} faults")
    for protocol in knowledge.protocols.values():
        cases = len(knowledge.protocol_cases[protocol.id])
        typer.echo(
            f"{protocol.id}: sound; {len(protocol.state)} states, {len(protocol.rule)} rules, {cases} worked cases"
        )


@_group.command("diff")
def _diff(folder: Folder) -> None:
    """What becomes of our worked cases under a site's own protocol for the same drug.

    Example: `lenitive protocol diff src/lenitive/knowledge/protocols`
    """
    from lenitive.knowledge import load
    from lenitive.render import difference_words
    from lenitive.titration import case_differences

    ours, theirs = load(), knowledge_with(folder)
    for drug, protocol in theirs.protocols.items():
        if drug not in ours.protocols:
            typer.echo(f"{protocol.id}: new, for {drug}; nothing to compare it with")
            continue
        before = ours.protocols[drug]
        cases = ours.protocol_cases[before.id]
        changed = [(c, d) for c in cases if (d := case_differences(protocol, c))]
        typer.echo(f"{protocol.id}: {len(changed)} of {len(cases)} worked cases change")
        for case, differs in changed:
            typer.echo(f"  {case.id}: {case.tells}")
            for line in differs:
                typer.echo(f"    {difference_words(line)}")
        for key in sorted(set(before.limit) | set(protocol.limit)):
            was, now = before.limit.get(key), protocol.limit.get(key)
            if (was and was.value) != (now and now.value):
                typer.echo(f"  limit {key}: {was.value if was else 'none'} -> {now.value if now else 'none'}")


@_group.command("show")
def _show(
    drug: Annotated[str, typer.Argument(help="The drug whose protocol to show.", show_default=False)],
    protocols: Annotated[
        Path | None, typer.Option("--protocols", help=PROTOCOLS_HELP, show_default=False)
    ] = None,
) -> None:
    """Print a protocol as a decision table with its worked cases.

    Example: `lenitive protocol show mirtazapine`
    """
    knowledge = knowledge_with(protocols)
    match = knowledge.resolve_drug(drug)
    protocol = knowledge.protocols.get(match.id if match is not None else drug)
    if protocol is None:
        refuse(f"there is no protocol for that. There are protocols for: {', '.join(knowledge.protocols)}")

    from rich.console import Console

    from lenitive.render import print_report, protocol_report

    print_report(protocol_report(protocol, knowledge.protocol_cases[protocol.id]), Console())


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(_group)
