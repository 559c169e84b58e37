"""``lenitive closed-loop``: what following the first option does to simulated patients over half a year."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from lenitive.program import code_digest
from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.cohort import AnswerRow, ArmPlan, ArmResult, GivenDoses, Rows

__all__ = ["register"]

_ROOMS = ("response", "titration", "evidence", "virtual", "review", "cohort")
"""The code that the doses and the truth come from."""


def _closed_loop(
    n: Annotated[
        int, typer.Option("--n", min=2, max=100_000, help="Simulated patients of the typical world.")
    ] = 1000,
    others: Annotated[
        int, typer.Option(min=0, max=100_000, help="Of every other world; 0 leaves them out.")
    ] = 300,
    arm: Annotated[
        str, typer.Option(help="Only this one, with --n patients: world, weeks and cost, as in typical/26/1.")
    ] = "",
    policies: Annotated[str, typer.Option(help="Only these ways of dosing, with commas between.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal patients.")] = 2026,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes; the result does not depend on it.")
    ] = 1,
    against: Annotated[
        Path | None, typer.Option(help="The closed-loop-doses.json of another release, to compare with.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="File that courses are kept in as they end, and taken up from.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for closed-loop.json; made when absent.", file_okay=False)
    ] = Path("out/closed-loop"),
) -> None:
    """Treat simulated patients for 26 weeks by what a review ranks first, beside rivals and a clairvoyant.

    The same patients live under every way of dosing, in worlds as the model believes and in worlds it does not. What counts
    is net benefit: relief less side effects and weight, and its share of what each patient's best constant dose brings.

    For example:

        lenitive closed-loop --arm typical/26/1 --n 20 --policies product,fixed_15 --seed 7 --out out/closed-loop
    """
    import lenitive
    from lenitive.cohort import LAST_RELEASE, OtherRunError, Rows, lives, summed_up, written_doses
    from lenitive.knowledge import load

    wanted = _wanted(n, others, arm, policies)
    first = wanted[0]
    made_by: dict[str, object] = {
        "version": lenitive.__version__,
        "code": code_digest(_ROOMS),
        "knowledge": load().version,
        "seed": seed,
    }
    release, earlier = _earlier(against, first, seed)
    try:
        out.mkdir(parents=True, exist_ok=True)
        kept = resume.read_text(encoding="utf-8").splitlines() if resume and resume.exists() else []
        keep = None if resume is None else _writer(resume)
        rows = Rows(made_by, kept, keep)
    except OtherRunError:
        refuse(f"{resume}: another version or seed wrote it. Choose a new file for --resume")
    except OSError:
        refuse(f"{out}: cannot be written. Name a folder that you may write to with --out")
    try:
        _with_progress(lambda told: lives(wanted, rows, seed=seed, workers=workers, progress=told))
    except KeyboardInterrupt:
        wanted = _done(wanted, rows)
        if not wanted or wanted[0].arm != first.arm:
            refuse("stopped before there was anything to sum up; --resume takes up what is there")
        first = wanted[0]
    results = [
        summed_up(w, rows, seed=seed, others={LAST_RELEASE: earlier} if earlier and w is first else None)
        for w in wanted
    ]
    answers = () if arm or policies else _answers(n, others, seed, workers)
    document = {
        "schema": "lenitive.closed-loop/2",
        "simulated": True,
        **made_by,
        "last_release": release,
        "rows": [row for result in results for row in _rows(result)],
        "answers": [_answer_row(row) for row in answers],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (out / "closed-loop.json").write_text(text + "\n", encoding="utf-8")
    doses = written_doses(made_by, first.arm, rows.of(first.arm, "product", first.n))
    (out / "closed-loop-doses.json").write_text(doses, encoding="utf-8")
    for result in results:
        _show(result)
    for row in answers:
        _show_answers(row)
    typer.echo(f"{out / 'closed-loop.json'}: simulated patients, seed {seed}")


def _wanted(n: int, others: int, arm: str, policies: str) -> tuple[ArmPlan, ...]:
    """What is to be lived, or a refusal that says what there is."""
    from lenitive.cohort import POLICIES, Arm, ArmPlan, arms
    from lenitive.virtual import WORLDS

    wanted = arms(n, others)
    if arm:
        try:
            only = Arm.read(arm)
        except ValueError as wrong:
            refuse(f"--arm: {wrong}")
        if only.world not in WORLDS:
            refuse(f"--arm: no such world. There are: {', '.join(WORLDS)}")
        wanted = (ArmPlan(arm=only, n=n, policies=tuple(POLICIES)),)
    chosen = tuple(p.strip() for p in policies.split(",") if p.strip())
    if unknown := [p for p in chosen if p not in POLICIES]:
        refuse(f"--policies: no {unknown[0]}. There are: {', '.join(POLICIES)}")
    if chosen and chosen[0] != "product":
        refuse("--policies: all are compared with the product; name it first")
    return tuple(replace(w, policies=chosen) for w in wanted) if chosen else wanted


def _earlier(
    against: Path | None, first: ArmPlan, seed: int
) -> tuple[Mapping[str, object] | None, Sequence[GivenDoses]]:
    """What another release gave to the same patients, and what made it."""
    if against is None:
        return None, ()
    from lenitive.cohort import read_doses

    try:
        release, earlier = read_doses(against.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        refuse(f"{against}: no doses of a closed loop. Name a closed-loop-doses.json")
    if (release.get("arm"), release.get("seed")) != (first.arm.key, seed) or len(earlier) < first.n:
        refuse(
            f"{against}: {len(earlier)} patients of {release.get('arm')}, seed {release.get('seed')}. Ask for those, or fewer"
        )
    return release, earlier


def _done(wanted: Sequence[ArmPlan], rows: Rows) -> tuple[ArmPlan, ...]:
    """What of a plan can be summed up when it is stopped: patients whose courses under every policy are known."""
    whole = [replace(w, n=rows.whole(w.arm, w.policies, w.n)) for w in wanted]
    return tuple(w for w in whole if w.n > 1)


def _answers(n: int, others: int, seed: int, workers: int) -> tuple[AnswerRow, ...]:
    """What is said at week 12, in the typical world to as many patients as are treated in it."""
    from lenitive.cohort import WEEK_TWELVE, answers_at_week_twelve

    usual = {WEEK_TWELVE[0].world}
    wanted = [(a, n if a.world in usual and not a.null else others) for a in WEEK_TWELVE]
    found: list[tuple[AnswerRow, ...]] = []
    _with_progress(
        lambda told: found.append(
            answers_at_week_twelve(
                [(a, k) for a, k in wanted if k], seed=seed, workers=workers, progress=told
            )
        ),
        "Asking simulated patients' diaries",
    )
    return found[0]


def _writer(file: Path) -> Callable[[str], None]:
    """What writes lines to a file as they come. It is begun anew with the first line, not before: until then its rows may be another run's."""
    streams: list[TextIO] = []

    def write(line: str) -> None:
        if not streams:
            streams.append(file.open("w", encoding="utf-8", buffering=1))
        streams[0].write(line)

    return write


def _with_progress(
    work: Callable[[Callable[[int, int], None]], None], what: str = "Treating simulated patients"
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("courses", total=None)
        work(lambda done, total: bar.update(task, completed=done, total=total))


def _rows(result: ArmResult) -> list[dict[str, object]]:
    """One row of the report for each policy."""
    head = {**asdict(result.arm), "n": result.n, "clairvoyant": round(result.clairvoyant, 5)}
    return [{**head, **_rounded(asdict(p))} for p in result.policies]


def _rounded(values: Mapping[str, object]) -> dict[str, object]:
    """Numbers to five digits after the point: more would be noise of the last bit."""
    return {k: _short(v) for k, v in values.items()}


def _short(value: object) -> object:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, tuple):
        return [_short(v) for v in value]
    return _rounded(value) if isinstance(value, dict) else value


def _show(result: ArmResult) -> None:
    """The arm as a few lines."""
    typer.echo(f"{result.arm.key}: {result.n} patients; the clairvoyant has {result.clairvoyant:.3f}")
    for p in result.policies:
        low, high = p.share_interval
        more = ""
        if p.product_minus is not None and p.product_minus_interval is not None:
            less, most = p.product_minus_interval
            more = f"  product minus it {p.product_minus:+.3f} ({less:+.3f} to {most:+.3f})"
        typer.echo(
            f"  {p.policy:15} net {p.net:6.3f}  {100 * p.share_of_clairvoyant:5.1f} % ({100 * low:.1f} to {100 * high:.1f})"
            f"  off, to be had {100 * p.measures['off_to_be_had']:4.1f} %  in a test {100 * p.measures['in_test']:4.1f} %"
            f"  changes {p.measures['changes']:.1f}{more}"
        )


def _answer_row(row: AnswerRow) -> dict[str, object]:
    whole = asdict(row)
    asked = whole.pop("asked")
    return {**asked, **_rounded(whole)}


def _show_answers(row: AnswerRow) -> None:
    """What was said at week 12 as one line."""
    a = row.asked
    what = (
        f"{a.world}, {a.design}{', no effect' if a.null else ''}{', its placebo known' if a.learned else ''}"
    )
    right = "-" if row.helps_right is None else f"{100 * row.helps_right:.1f}"
    sure = "-" if row.sure_right is None else f"{100 * row.sure_right:.1f}"
    typer.echo(
        f"week 12, {what}: {row.n} patients; told {100 * row.told:.1f} %, that it helps {100 * row.helps:.1f} % (right {right} %), "
        f"at 85 % {100 * row.sure:.1f} % (right {sure} %), works {100 * row.works:.1f} %; "
        f"Brier skill {100 * row.brier_helps[1]:.1f} and {100 * row.brier_line[1]:.1f} %"
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("closed-loop")(_closed_loop)
