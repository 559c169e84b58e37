"""``lenitive simulate``: record folders of simulated patients with the truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.virtual import Cohort

__all__ = ["register", "write_cohort"]


def write_cohort(cohort: Cohort, i: int, folder: Path) -> None:
    """Write one simulated patient: her record folder, and ``truth.json`` in it."""
    import json

    from lenitive.shells.files import save_record

    text = json.dumps(cohort.truth(i).as_json(), indent=2, ensure_ascii=False, sort_keys=True)
    try:
        save_record(cohort.record(i), folder)
        (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    except OSError:
        refuse(f"{folder}: cannot be written. Name a folder that you may write to with --out")


def _simulate(
    n: Annotated[int, typer.Option("--n", min=1, max=100_000, help="How many patients.")] = 1,
    design: Annotated[
        str, typer.Option(help="on-switch, titration, withdrawal, eight-on-four-off or blinded.")
    ] = "on-switch",
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal patients.")] = 1,
    world: Annotated[
        str, typer.Option(help="How the patients depart from the model; 'list' names the worlds.")
    ] = "typical",
    days: Annotated[int, typer.Option(min=1, max=3650, help="Length of the diary.")] = 98,
    block_days: Annotated[int, typer.Option(min=1, max=365, help="Block length of the blinded design.")] = 14,
    out: Annotated[
        Path,
        typer.Option(help="Folder to write to; made when absent. One folder a patient.", file_okay=False),
    ] = Path("out/patients"),
    example: Annotated[
        str, typer.Option(help="One of the example patients instead; 'all' for the four of examples/.")
    ] = "",
) -> None:
    """Write simulated patients with known truth.

    Each patient is a record folder that says it is simulated, with truth.json in it: the real effect of
    the drug, placebo, drift, side-effect courses.

    For example, two hundred patients who skip their bad days, under an open titration:

        lenitive simulate --n 200 --design titration --world bad-days-skipped --seed 7 --out out/patients
    """
    from lenitive.virtual import DESIGNS, EXAMPLES, WORLDS, simulate
    from lenitive.virtual import design as design_of
    from lenitive.virtual import example as example_of

    if world == "list":
        for name, (what, _) in WORLDS.items():
            typer.echo(f"{name:18} {what}")
        return
    if example:
        if example != "all" and example not in EXAMPLES:
            refuse(f"--example: no such example. There are: all, {', '.join(EXAMPLES)}")
        for name in EXAMPLES if example == "all" else (example,):
            write_cohort(example_of(name), 0, out / name)
            typer.echo(f"{out / name}: {EXAMPLES[name].what}")
        return
    if design not in DESIGNS:
        refuse(f"--design: no such design. There are: {', '.join(DESIGNS)}")
    if world not in WORLDS:
        refuse(f"--world: no such world. There are: {', '.join(WORLDS)}")

    from rich.console import Console
    from rich.progress import track

    plan = design_of(design, days=days, block_days=block_days)
    width = len(str(n - 1))
    # In batches, so that a hundred thousand patients need no more memory than a thousand.
    for first in track(
        range(0, n, 500), description="Simulating", console=Console(stderr=True), transient=True
    ):
        cohort = simulate(WORLDS[world][1], plan, n=min(500, n - first), seed=seed, first=first)
        for i in range(len(cohort)):
            write_cohort(cohort, i, out / f"patient-{first + i:0{width}d}")
    typer.echo(f"{out}: {n} simulated patient{'s' * (n > 1)}, design {design}, world {world}, seed {seed}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(_simulate)
