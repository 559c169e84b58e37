"""``lenitive closed-loop``: what following the protocol does to simulated patients over half a year."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.program import code_digest
from lenitive.shells.cli.answers import refuse

__all__ = ["register"]


def _closed_loop(
    n: Annotated[int, typer.Option("--n", min=2, max=100_000, help="How many simulated patients.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal patients.")] = 2026,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; the result does not depend on it.")
    ] = 1,
    out: Annotated[
        Path, typer.Option(help="Folder for closed-loop.json; made when absent.", file_okay=False)
    ] = Path("out/closed-loop"),
) -> None:
    """Treat simulated patients for 26 weeks by the protocol's first option, by fixed 30 mg, and by the visit rule.

    The same patients live under all three. A thousand take about ten minutes on one core.

    For example:

        lenitive closed-loop --n 20 --seed 7 --out out/closed-loop
    """
    import json
    from dataclasses import asdict

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    import lenitive
    from lenitive.cohort import compare, lives
    from lenitive.knowledge import load

    with Progress(
        TextColumn("Treating simulated patients"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("patients", total=n)
        found = lives(n, seed, workers=workers, progress=lambda done, total: bar.update(task, completed=done))
    rows = compare(found, seed)
    document = {
        "schema": "lenitive.closed-loop/1",
        "simulated": True,
        "version": lenitive.__version__,
        "code": code_digest(("response", "virtual", "review", "cohort")),
        "knowledge": load().version,
        "n": n,
        "seed": seed,
        "rows": [
            {k: round(v, 5) if isinstance(v, float) else v for k, v in asdict(row).items()} for row in rows
        ],
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, indent=1, ensure_ascii=False)
        (out / "closed-loop.json").write_text(text + "\n", encoding="utf-8")
    except OSError:
        refuse(f"{out}: cannot be written. Name a folder that you may write to with --out")
    for row in rows:
        typer.echo(f"{row.policy:10}  {row.measure:9}  {row.mean:6.2f}  ({row.low:.2f} to {row.high:.2f})")
    typer.echo(f"{out / 'closed-loop.json'}: {n} simulated patients, seed {seed}")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("closed-loop")(_closed_loop)
