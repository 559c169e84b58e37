"""``lenitive plan``: from one drug and dose to another, day by day, in products that exist."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Set
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, NoReturn

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.plan_options import From, PlanOptions, To, WrittenAs, WrittenFor, dose_of

if TYPE_CHECKING:
    from lenitive.render import Report
    from lenitive.review import CheckedPlan
    from lenitive.safety import Finding
    from lenitive.titration import DosePlan, Person, Planner, Refusal

__all__ = ["register"]


# Points.
_USUAL, _LARGE = 10.5, 16.0


class _Asked(NamedTuple):
    """What a command's own options come to: the drug that is taken and changes, empty for none, its dose, and the plan."""

    drug: str
    mg: float
    make: Callable[[Planner, date, Person], DosePlan | Refusal]


plan = typer.Typer(
    help="Day-by-day plans in tablets and liquids that exist: start, step, taper, add, switch. For clinicians.",
    no_args_is_help=True,
)


def _answer(asked: _Asked, options: PlanOptions) -> None:
    """Make a plan and write it with its findings.

    Ends with status 3 and the reason when there is no plan, and with status 2 and the finding's words when the safety check
    withholds it.
    """
    day = options.day

    import lenitive
    from lenitive.knowledge import load
    from lenitive.render import Sheet, plan_report, reference_words, refusal_words
    from lenitive.review import checked_for
    from lenitive.titration import Planner, Refusal

    knowledge = load()
    record = options.patient_record
    person = options.person(knowledge, asked.drug, record)
    made = asked.make(Planner(knowledge, options.market.value, options.liquid), day, person)
    if isinstance(made, Refusal):
        if made.rule == "titration.plan.age_needed":
            refuse(f"--age is needed. {refusal_words(made)}")
        sources = f" Sources: {reference_words(made.sources, knowledge)}." if made.sources else ""
        typer.echo(f"{refusal_words(made)}{sources} [{made.rule}]", err=True)
        raise typer.Exit(3)
    checked = checked_for(
        made,
        person,
        knowledge=knowledge,
        at=day - timedelta(days=1),
        record=record,
        taken={asked.drug: asked.mg} if asked.mg > 0 else {},
    )
    if checked.withheld_by:
        _refuse_withheld(checked)
    findings = checked.about(made)
    sheet = Sheet(options.sheet.value)
    report = plan_report(made, sheet, version=lenitive.__version__, knowledge=knowledge, findings=findings)
    if options.form is WrittenAs.TEXT and options.out is None:
        from rich.console import Console

        from lenitive.render import print_report

        print_report(report, Console())
        _name_next(options)
        return
    data = _data(made, findings, report, options)
    if options.out is None:
        if options.form is WrittenAs.PDF and typer.get_binary_stream("stdout").isatty():
            refuse("a PDF would garble the terminal. Add --out plan.pdf")
        typer.get_binary_stream("stdout").write(data)
    else:
        options.out.write_bytes(data)
        typer.echo(f"wrote {options.out}", err=True)
        _name_next(options)


def _name_next(options: PlanOptions) -> None:
    typer.echo(f"next: record the choice with: lenitive decide {options.record or 'RECORD'}", err=True)


def _refuse_withheld(checked: CheckedPlan) -> NoReturn:
    """End with status 2 and what the safety check says; nothing is printed as a plan."""
    from lenitive.render import said, says_words

    for part in checked.withholding:
        typer.echo(
            f"withheld by the safety check: {says_words(part)} {said(part.action)} [{part.rule}]", err=True
        )
    raise typer.Exit(2)


def _data(made: DosePlan, findings: tuple[Finding, ...], report: Report, options: PlanOptions) -> bytes:
    match options.form:
        case WrittenAs.TEXT:
            from lenitive.render import report_text

            return report_text(report).encode()
        case WrittenAs.JSON:
            from lenitive.render import findings_document, plain

            document = {**plain(made), "findings": findings_document(findings)}
            return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
        case WrittenAs.PDF:
            from lenitive.render import report_pdf

            return report_pdf(
                report, at=made.start, size=_LARGE if options.sheet is WrittenFor.PATIENT else _USUAL
            )
        case WrittenAs.ICS:
            from lenitive.render import plan_ics

            return plan_ics(made, findings)


def _command(
    name: str, *, without: Set[str] = frozenset(), alone_is_none: bool = False
) -> Callable[[Callable[..., _Asked]], Callable[..., None]]:
    """Make a command of a function: with its own options, and with those of every plan but a few.

    Args:
        name: The command's name.
        without: Options of every plan that mean nothing here.
        alone_is_none: Whether there must be something beside which it is taken.
    """

    def made(own: Callable[..., _Asked]) -> Callable[..., None]:
        every = inspect.signature(PlanOptions, eval_str=True).parameters.values()
        shared = [p for p in every if p.name not in without]
        first = inspect.signature(own, eval_str=True).parameters.values()
        asked = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in first), *shared]

        def run(**given: Any) -> None:
            common = {p.name: given.pop(p.name) for p in shared}
            options = PlanOptions(**common)
            if alone_is_none and not options.beside and options.record is None:
                refuse("--beside: name what it is added to, or the patient's record with --record")
            _answer(own(**given), options)

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
) -> _Asked:
    """Bring a drug down to nothing; after withdrawal, by smaller falls than the one that brought it.

    Where products make no smaller fall to the end, the plan stops before it and says so; where they make none at all there is
    no plan, with the reason.

    Examples:

        lenitive plan taper --from mirtazapine:30 --start 2026-03-01 --used-days 120

        lenitive plan taper --from mirtazapine:30 --after-withdrawal-on 15 --start 2026-03-01
    """
    name, mg = dose_of(drug, "--from")
    if withdrawal_on is None:
        if stay or to_mg:
            refuse(
                "--stay and --to-mg: only with --after-withdrawal-on. For a step down use lenitive plan step"
            )
        return _Asked(name, mg, lambda planner, day, person: planner.taper(name, mg, day, person))
    return _Asked(
        name,
        withdrawal_on,
        lambda planner, day, person: planner.after_withdrawal(
            name, mg, withdrawal_on, day, person, to_mg=to_mg, hold=stay
        ),
    )


@_command("start", without={"used_days"})
def start_(drug: To) -> _Asked:
    """Begin a drug and bring it to a dose.

    Examples:

        lenitive plan start --to mirtazapine:30 --start 2026-03-01 --age 74 --market uk

        lenitive plan start --to pregabalin:300 --start 2026-08-01 --record examples/clear-responder --egfr 25
    """
    name, mg = dose_of(drug, "--to")
    return _Asked("", 0.0, lambda planner, day, person: planner.start(name, mg, day, person))


@_command("add", without={"used_days"}, alone_is_none=True)
def add(drug: To) -> _Asked:
    """Begin a drug beside what is taken.

    Example: `lenitive plan add --to cyclobenzaprine:5 --beside mirtazapine --start 2026-03-01`
    """
    name, mg = dose_of(drug, "--to")
    return _Asked("", 0.0, lambda planner, day, person: planner.add(name, mg, day, person))


@_command("step")
def step(
    before: From,
    dose_mg: Annotated[
        float, typer.Option("--to-mg", help="The new dose a day, mg.", min=0.01, show_default=False)
    ],
) -> _Asked:
    """Raise or lower a dose, and stay there.

    Example: `lenitive plan step --from mirtazapine:15 --to-mg 30 --start 2026-03-01`
    """
    name, mg = dose_of(before, "--from")
    return _Asked(name, mg, lambda planner, day, person: planner.step(name, mg, dose_mg, day, person))


@_command("switch")
def switch(before: From, after: To) -> _Asked:
    """From one drug to another: crossed over, or one after the other with the wait between.

    Example: `lenitive plan switch --from mirtazapine:30 --to duloxetine:60 --start 2026-03-01 --market us`

    Exit status 0 with a plan; 3 when there is none and 2 when the safety check withholds it, with the reason on standard error.
    """
    old, old_mg = dose_of(before, "--from")
    new, new_mg = dose_of(after, "--to")
    return _Asked(
        old, old_mg, lambda planner, day, person: planner.switch(old, old_mg, new, new_mg, day, person)
    )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(plan, name="plan")
