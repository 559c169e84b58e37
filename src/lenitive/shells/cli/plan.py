"""``lenitive plan``: from one drug and dose to another, day by day, in products that exist."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Set
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lenitive.shells.cli.answers import day_or_exit, refuse
from lenitive.shells.cli.market import Market, SoldIn
from lenitive.shells.cli.naming import drug_or_exit

if TYPE_CHECKING:
    from lenitive.titration import DosePlan, Person, Planner, Refusal

__all__ = ["register"]

_Make = Callable[["Planner", date, "Person"], "DosePlan | Refusal"]
"""What a command's own options come to: a plan, once there are a planner, a first day and a patient."""

plan = typer.Typer(
    help="Day-by-day plans in tablets and liquids that exist: start, step, taper, add, switch. For clinicians.",
    no_args_is_help=True,
)


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    PDF = "pdf"
    ICS = "ics"


class _Sheet(StrEnum):
    CLINICIAN = "clinician"
    PATIENT = "patient"
    PHARMACY = "pharmacy"


DOSE_HELP = "A drug and its dose a day in mg, as mirtazapine:30."
From = Annotated[str, typer.Option("--from", help=DOSE_HELP, show_default=False)]
To = Annotated[str, typer.Option("--to", help=DOSE_HELP, show_default=False)]
Start = Annotated[str, typer.Option("--start", help="First day of the plan, YYYY-MM-DD.", show_default=False)]
Age = Annotated[
    int | None, typer.Option("--age", help="Years; from 65 on the cautious limits hold.", min=0, max=120)
]
Used = Annotated[
    int | None, typer.Option("--used-days", help="Days of use so far; unknown counts as long.", min=0)
]
Pace = Annotated[int, typer.Option("--pace", help="1 is usual; 2 takes twice as long.", min=1, max=8)]
Beside = Annotated[str, typer.Option("--beside", help="Other drugs taken, separated by commas.")]
Liquid = Annotated[
    bool,
    typer.Option(
        "--liquid/--no-liquid",
        help="Oral solution where the market sells it and tablets cannot make the dose, or fall in larger steps.",
    ),
]
Form = Annotated[_Format, typer.Option("--format", help="text, json, pdf, or ics for a calendar.")]
SheetOption = Annotated[
    _Sheet, typer.Option("--sheet", help="Whom it is printed for; the patient's is in large print.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="File to write; default: standard output.", dir_okay=False)
]


def _dose(text: str, option: str) -> tuple[str, float]:
    name, _, amount = text.rpartition(":")
    try:
        mg = float(amount)
    except ValueError:
        mg = 0.0
    if not name.strip() or not 0 < mg < 100_000:
        refuse(f"{option}: not a drug and dose. Write it as mirtazapine:30 (mg a day)")

    from lenitive.knowledge import load

    return drug_or_exit(name, option, load()), mg


def _to(planner: Planner, drug: str, mg: float, person: Person) -> float:
    """The dose to arrive at; the end of the command where only the patient's age says whether it may be."""
    if person.age is None and drug in planner.knowledge.drugs:
        row = planner.knowledge.drugs[drug].default_dosing
        older = [d.max_mg for d in planner.knowledge.drugs[drug].dosing_for("older") if d.max_mg is not None]
        if row.max_mg is not None and older and min(older) < mg <= row.max_mg:
            line = planner.knowledge.judgement.people.older_adult_age.value
            refuse(
                f"--age is needed: the most of {planner.knowledge.substances.words(drug)} is {row.max_mg:g} mg a day below "
                f"{line:g}, {min(older):g} mg from {line:g}"
            )
    return mg


def _answer(
    make: _Make,
    *,
    start: Start,
    market: Market = SoldIn.US,
    age: Age = None,
    used_days: Used = None,
    pace: Pace = 1,
    beside: Beside = "",
    liquid: Liquid = True,
    form: Form = _Format.TEXT,
    sheet: SheetOption = _Sheet.CLINICIAN,
    out: Out = None,
) -> None:
    """Make a plan and write it; end with status 3 and the reason when there is none.

    What follows `make` are the options of every command.
    """
    day = day_or_exit(start, "--start")
    assert day is not None

    import lenitive
    from lenitive.knowledge import load
    from lenitive.render.plan import Sheet, plan_report
    from lenitive.render.references import reference_words
    from lenitive.render.refusal import refusal_words
    from lenitive.titration import Person, Planner, Refusal

    knowledge = load()
    words = filter(None, (w.strip() for w in beside.split(",")))
    others = dict.fromkeys(drug_or_exit(word, "--beside", knowledge) for word in words)
    for other in others:
        if other not in knowledge.substances:
            typer.echo(f"Nothing is held on {other}, so overlaps with it are not checked.", err=True)
    person = Person(age=age, used_days=used_days, pace=pace, others=tuple(others))
    made = make(Planner(knowledge, market.value, liquid), day, person)
    if isinstance(made, Refusal):
        sources = f" Sources: {reference_words(made.sources, knowledge)}." if made.sources else ""
        typer.echo(f"{refusal_words(made)}{sources} [{made.rule}]", err=True)
        raise typer.Exit(3)
    report = plan_report(made, Sheet(sheet.value), version=lenitive.__version__, knowledge=knowledge)
    match form:
        case _Format.TEXT if out is None:
            from rich.console import Console

            from lenitive.render.text import print_report

            print_report(report, Console())
            return
        case _Format.TEXT:
            from lenitive.render.text import report_text

            data = report_text(report).encode()
        case _Format.JSON:
            from lenitive.render.document import plain

            data = (json.dumps(plain(made), ensure_ascii=False, indent=1) + "\n").encode()
        case _Format.PDF:
            from lenitive.render.pdf import report_pdf

            data = report_pdf(report, at=made.start, large=sheet is _Sheet.PATIENT)
        case _Format.ICS:
            from lenitive.render.calendar import plan_ics

            data = plan_ics(made)
    if out is None:
        if form is _Format.PDF and typer.get_binary_stream("stdout").isatty():
            refuse("a PDF would garble the terminal. Add --out plan.pdf")
        typer.get_binary_stream("stdout").write(data)
    else:
        out.write_bytes(data)
        typer.echo(f"wrote {out}", err=True)


def _command(
    name: str, *, without: Set[str] = frozenset(), required: Set[str] = frozenset()
) -> Callable[[Callable[..., _Make]], Callable[..., None]]:
    """Make a command of a function: with its own options, and with those of every plan but a few.

    Args:
        name: The command's name.
        without: Options of every plan that mean nothing here.
        required: Options of every plan that must be given here.
    """

    def made(own: Callable[..., _Make]) -> Callable[..., None]:
        _, *every = inspect.signature(_answer, eval_str=True).parameters.values()
        shared = [
            p.replace(default=inspect.Parameter.empty) if p.name in required else p
            for p in every
            if p.name not in without
        ]
        first = inspect.signature(own, eval_str=True).parameters.values()
        asked = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in first), *shared]

        def run(**given: Any) -> None:
            common = {p.name: given.pop(p.name) for p in shared}
            _answer(own(**given), **common)

        # Typer reads names, types, defaults and help from these.
        run.__doc__ = own.__doc__
        run.__signature__ = inspect.Signature(asked)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in asked}
        plan.command(name)(run)
        return run

    return made


@_command("taper", without={"beside"})
def taper(
    drug: From,
    withdrawal_on: Annotated[
        float | None,
        typer.Option(
            "--after-withdrawal-on",
            help="The dose a day, mg, on which withdrawal came after a step down from --from; 0 when it was stopped. The plan "
            "goes back to --from, waits, and every fall is then smaller than that one.",
            min=0,
            show_default=False,
        ),
    ] = None,
    stay: Annotated[
        bool, typer.Option("--stay", help="After withdrawal: wait on the lower dose instead of going back.")
    ] = False,
    to_mg: Annotated[
        float, typer.Option("--to-mg", help="After withdrawal: where to arrive, mg a day.", min=0)
    ] = 0.0,
) -> _Make:
    """Bring a drug down to nothing; after withdrawal, by smaller falls than the one that brought it.

    Where products make no smaller fall to the end, the plan stops before it and says so; where they make none at all there is
    no plan, with the reason.

    Examples:

        lenitive plan taper --from mirtazapine:30 --start 2026-03-01 --used-days 120

        lenitive plan taper --from mirtazapine:30 --after-withdrawal-on 15 --start 2026-03-01
    """
    name, mg = _dose(drug, "--from")
    if withdrawal_on is None:
        if stay or to_mg:
            refuse(
                "--stay and --to-mg: only with --after-withdrawal-on. For a step down use lenitive plan step"
            )
        return lambda planner, day, person: planner.taper(name, mg, day, person)
    return lambda planner, day, person: planner.after_withdrawal(
        name, mg, withdrawal_on, day, person, to_mg=to_mg, hold=stay
    )


@_command("start", without={"used_days"})
def start_(drug: To) -> _Make:
    """Begin a drug and bring it to a dose.

    Example: `lenitive plan start --to mirtazapine:30 --start 2026-03-01 --age 74 --market uk`
    """
    name, mg = _dose(drug, "--to")
    return lambda planner, day, person: planner.start(name, _to(planner, name, mg, person), day, person)


@_command("add", without={"used_days"}, required={"beside"})
def add(drug: To) -> _Make:
    """Begin a drug beside what is taken.

    Example: `lenitive plan add --to cyclobenzaprine:5 --beside mirtazapine --start 2026-03-01`
    """
    name, mg = _dose(drug, "--to")
    return lambda planner, day, person: planner.add(name, _to(planner, name, mg, person), day, person)


@_command("step", without={"beside"})
def step(
    before: From,
    dose_mg: Annotated[
        float, typer.Option("--to-mg", help="The new dose a day, mg.", min=0.01, show_default=False)
    ],
) -> _Make:
    """Raise or lower a dose, and stay there.

    Example: `lenitive plan step --from mirtazapine:15 --to-mg 30 --start 2026-03-01`
    """
    name, mg = _dose(before, "--from")
    return lambda planner, day, person: planner.step(
        name, mg, _to(planner, name, dose_mg, person) if dose_mg > mg else dose_mg, day, person
    )


@_command("switch")
def switch(before: From, after: To) -> _Make:
    """From one drug to another: crossed over, or one after the other with the wait between.

    Example: `lenitive plan switch --from mirtazapine:30 --to duloxetine:60 --start 2026-03-01 --market us`

    Exit status 0 with a plan, 3 when there is none, with the reason on standard error.
    """
    old, old_mg = _dose(before, "--from")
    new, new_mg = _dose(after, "--to")
    return lambda planner, day, person: planner.switch(
        old, old_mg, new, _to(planner, new, new_mg, person), day, person
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(plan, name="plan")
