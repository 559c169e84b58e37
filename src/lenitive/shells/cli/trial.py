"""``lenitive trial``: a schedule of a trial in one person, drawn fairly, and the proof that it was."""

from __future__ import annotations

import json
import math
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.nof1 import TrialDesign

__all__ = ["register"]

_OPEN, _SEALED = "open.json", "sealed.json"

trial = typer.Typer(
    help="Trials in one person: a fair schedule, and the proof that it is the one that was drawn.",
    no_args_is_help=True,
)


def _design(weeks: int, drug: str, against: str, rules: dict[str, Any]) -> TrialDesign:
    """The rules: what the person and the drug ask for, and what was named."""
    from lenitive.knowledge import load
    from lenitive.nof1 import TrialDesign, lengths_for
    from lenitive.response import fit_settings
    from lenitive.shells.cli.naming import drug_or_exit

    knowledge = load()
    name = drug_or_exit(drug, "--drug", knowledge)
    onset = rules.pop("onset_days")
    if onset is None:
        onset = fit_settings(knowledge.judgement).priors.onset(name).other
    if not 0 < onset < 365:
        refuse("--onset-days: give a number of days above 0")
    lengths = lengths_for(weeks, onset_days=onset, cycle=rules.pop("cycle"))
    settling = rules.pop("settling_days")
    return TrialDesign(
        arms=(name, against),
        weeks=weeks,
        lengths=lengths,
        # What has not settled by the end of the shortest period is left out as far as that goes.
        settling_days=min(math.ceil(onset), 7 * lengths[0] - 1) if settling is None else settling,
        least_weeks=rules.pop("least_weeks") or lengths[0],
        **rules,
    )


@trial.command("schedule")
def _schedule(
    out: Annotated[
        Path, typer.Option(help="A new folder for the open and the sealed part.", file_okay=False)
    ],
    drug: Annotated[str, typer.Option(help="What is tried.")],
    weeks: Annotated[int, typer.Option(help="Of the trial, after the run-in.")],
    against: Annotated[str, typer.Option(help="What it takes turns with, such as placebo.")] = "nothing",
    run_in_weeks: Annotated[int, typer.Option(help="Before it, on what is taken anyway.")] = 2,
    fewest_changes: Annotated[int, typer.Option(help="Between the two.")] = 1,
    most_changes: Annotated[int, typer.Option(help="Between the two.")] = 3,
    least_weeks: Annotated[int | None, typer.Option(help="Of each; default: the shortest period.")] = None,
    first: Annotated[str, typer.Option(help="What begins; default: either.")] = "",
    onset_days: Annotated[
        float | None, typer.Option(help="How long the effect takes; default: what is known of the drug.")
    ] = None,
    cycle: Annotated[
        bool, typer.Option(help="The person may have a monthly cycle: no periods near half of one.")
    ] = True,
    settling_days: Annotated[
        int | None, typer.Option(help="Left out after each change; default: the onset.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="16 letters or more that nobody chose; default: the system's.")
    ] = None,
) -> None:
    """Draw a schedule, each that the rules allow as likely as any other, and seal it.

    The folder holds open.json, which may be shown to everybody (the rules, how many schedules obey them, a fingerprint), and
    sealed.json (the schedule, the seed), which goes to whoever prepares the tablets and to nobody else before the end.

    The schedule says when what is taken. It is no plan: how a drug is begun and ended, and whether this patient may, is for
    `lenitive plan` and the clinician, change by change.

    Example: `lenitive trial schedule --drug mirtazapine --weeks 26 --out our-trial`

    Exit status 0 when the folder was written; 2 when the rules allow fewer than two schedules, or cannot be read.
    """
    from lenitive.nof1 import TrialDesignError, draw, seal

    rules: dict[str, Any] = {
        "run_in_weeks": run_in_weeks,
        "fewest_changes": fewest_changes,
        "most_changes": most_changes,
        "least_weeks": least_weeks,
        "first": first,
        "onset_days": onset_days,
        "cycle": cycle,
        "settling_days": settling_days,
    }
    try:
        design = _design(weeks, drug, against, rules)
        parts = seal(draw(design, seed or secrets.token_hex(16)), salt=secrets.token_hex(32))
    except TrialDesignError as refusal:
        refuse(str(refusal))
    try:
        out.mkdir(parents=True)
        for name, part in ((_OPEN, parts.open), (_SEALED, parts.sealed)):
            (out / name).write_text(json.dumps(part, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (out / _SEALED).chmod(0o600)
    except FileExistsError:
        refuse(f"--out: {out} is there already. A schedule is drawn once: name a new folder")
    except OSError as error:
        refuse(f"--out: {out} cannot be written ({error.strerror}). Choose another folder")
    from lenitive.nof1 import trial_name

    typer.echo(f"{trial_name(parts.open)}: one of {parts.open['size']:,} schedules that the rules allow.")
    typer.echo(
        f"Periods last {design.lengths[0]} to {design.lengths[-1]} weeks; {design.settling_days} days after each change are "
        "left out of the comparison."
    )
    typer.echo(
        f"{out / _OPEN} may be shown. {out / _SEALED} tells everything: give it to whoever prepares the tablets."
    )


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        refuse(f"{path}: cannot be read ({error.strerror})")
    except (ValueError, RecursionError):
        refuse(f"{path}: is not JSON. Take the file as it was written")


@trial.command("verify")
def _verify(
    shown: Annotated[Path, typer.Argument(help="The open part.", show_default=False)],
    hidden: Annotated[Path, typer.Argument(help="The sealed part, opened at the end.", show_default=False)],
) -> None:
    """Is this the schedule that was sealed, and is it what its seed gives?

    Everything is worked out again: the rules, how many schedules obey them, which of them the seed gives, and the fingerprint.

    Exit status 0 when both hold; 1 when one does not; 2 when a file is not a part of a trial.
    """
    from lenitive.nof1 import TrialFileError, opened

    try:
        found, same = opened(_read(shown), _read(hidden))
    except TrialFileError as refusal:
        refuse(str(refusal))
    typer.echo(f"{found.size:,} schedules obey the rules; the seed gives number {found.number + 1:,}.")
    typer.echo(
        "The schedule is that one."
        if found.holds
        else f"The schedule is not that one: it is number {found.given + 1:,}."
        if found.given is not None
        else f"The schedule does not obey the rules: {found.why}."
    )
    typer.echo("It is the one that was sealed." if same else "It is not the one that was sealed.")
    raise typer.Exit(0 if found.holds and same else 1)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(trial, name="trial")
