"""``lenitive calibrate``: whether the model is right when it says that it is sure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lenitive.program import code_digest

__all__ = ["calibration_code", "register"]


_ROOMS = ("response", "virtual", "cohort")
"""The code that the numbers come from: the response model, the simulated patients, the comparison."""


def calibration_code() -> str:
    """The digest of the code behind the report. The closed loop has a report of its own and is left out of this one."""
    return code_digest(_ROOMS, left_out="closed_loop")


def _calibrate(
    out: Annotated[
        Path, typer.Option(help="Folder for calibration.html and calibration.json.", file_okay=False)
    ] = Path("out/calibration"),
    quick: Annotated[
        bool, typer.Option("--quick", help="A few minutes instead of an hour; its numbers mean little.")
    ] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed than the committed report's.")] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; the result does not depend on it.")
    ] = 1,
) -> None:
    """Judge the model on thousands of simulated patients and write a page about it.

    Coverage of its intervals, simulation-based calibration, and its verdicts beside the rules that are
    in use, in worlds it believes in and worlds it does not.

    For example:

        lenitive calibrate --quick --out out/calibration
    """
    import json
    from dataclasses import asdict, replace

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    import lenitive
    from lenitive.cohort import FULL, QUICK, run, summarise
    from lenitive.render import calibration_report, report_html, targets

    plan = QUICK if quick else FULL
    if seed is not None:
        plan = replace(plan, seed=seed)
    with Progress(
        TextColumn("Fitting simulated patients"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("fits", total=None)
        found = summarise(
            run(
                plan,
                workers=workers,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        )
    code = calibration_code()
    out.mkdir(parents=True, exist_ok=True)
    document = {
        "schema": "lenitive.calibration/1",
        "simulated": True,
        "version": lenitive.__version__,
        "code": code,
        "plan": asdict(plan),
        "targets": [
            {"what": what, "target": goal, "measured": measured, "met": met}
            for what, goal, measured, met in targets(found)
        ],
        **asdict(found),
    }
    text = json.dumps(_rounded(document), indent=1, ensure_ascii=False)
    (out / "calibration.json").write_text(text + "\n", encoding="utf-8")
    report = calibration_report(found, plan, version=lenitive.__version__, code=code)
    (out / "calibration.html").write_text(report_html(report), encoding="utf-8")
    for what, goal, measured, met in targets(found):
        typer.echo(f"{'met   ' if met else 'missed'}  {what}: {measured} (target: {goal})")
    typer.echo(f"{out / 'calibration.html'}")


def _rounded(value: object) -> object:
    """Numbers to five digits after the point: more would be noise of the last bit."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calibrate")(_calibrate)
