"""``lenitive evidence``: what the fibromyalgia trials say."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.evidence import Synthesis
    from lenitive.knowledge import Knowledge
    from lenitive.render import Report, Section

__all__ = ["Face", "register", "write_report"]

OUTCOMES = (
    "pain,sleep_disturbance,fatigue,responders_30pct,responders_50pct,withdrawal_ae,weight_gain,somnolence"
)


class Face(StrEnum):
    """What evidence can be written as."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


def write_report(report: Report, form: Face, out: Path | None, *, at: date) -> None:
    """Write a report as text, as a page or as a PDF of a day, to a file or to standard output."""
    if form is Face.PDF:
        if out is None:
            refuse("a PDF would garble the terminal. Add --out report.pdf")
        from lenitive.render import report_pdf

        try:
            out.write_bytes(report_pdf(report, at=at))
        except OSError as error:
            refuse(f"--out: {out} cannot be written ({error.strerror}). Choose another file")
        return
    if form is Face.HTML:
        from lenitive.render import report_html

        data = report_html(report)
    elif out is None:
        from rich.console import Console

        from lenitive.render import print_report

        print_report(report, Console())
        return
    else:
        from lenitive.render import report_text

        data = report_text(report)
    put(data, out)


def put(text: str, out: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if out is None:
        typer.get_binary_stream("stdout").write(text.encode())
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"--out: {out} cannot be written ({error.strerror}). Choose another file")


class ReportFor(StrEnum):
    """Whom a report of evidence is for; a methodologist gets every part."""

    CLINICIAN = "clinician"
    METHODOLOGIST = "methodologist"


_PERSON = {
    "age": "age",
    "sex": "women",
    "pain": "baseline_pain",
    "depression": "low_mood",
    "weight": "weight",
}


def _person(text: str) -> dict[str, float]:
    """``age=52, sex=female, pain=6.5`` as values of modifiers."""
    words = {"female": 100.0, "male": 0.0, "yes": 1.0, "no": 0.0}
    out = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key, _, value = (w.strip().casefold() for w in part.partition("="))
        try:
            number = words.get(value) if value in words else float(value)
        except ValueError:
            number = None
        if key not in _PERSON or number is None or not abs(number) < 1e4:
            refuse(
                f"--person: {part!r} is not understood. Write age=52, sex=female, pain=6.5, depression=no, weight=70"
            )
        out[_PERSON[key]] = number
    return out


def _evidence(
    outcome: Annotated[
        str, typer.Option(help="Outcomes, separated by commas; 'all' for every one there is.")
    ] = OUTCOMES,
    reader: Annotated[
        ReportFor,
        typer.Option("--for", help="clinician: what may be said and how sure; methodologist: everything."),
    ] = ReportFor.METHODOLOGIST,
    ratings: Annotated[
        Path | None, typer.Option(help="Your own ratings (TOML), shown beside the computed ones.")
    ] = None,
    more: Annotated[
        Path | None,
        typer.Option(
            "--with", help="More trials (a table in the columns of trials/arms.csv): what would change."
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            help="With --with: a folder for the evidence before and after, and the new tables.",
            file_okay=False,
        ),
    ] = None,
    person: Annotated[
        str,
        typer.Option(help="Effects at one person: age=52, sex=female, pain=6.5, depression=no, weight=70."),
    ] = "",
    form: Annotated[Face, typer.Option("--format", help="text, html (one file), pdf or json.")] = Face.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
) -> None:
    """What do the fibromyalgia trials say, drug by drug and against one another, and what is missing?

    Examples:

        lenitive evidence --outcome pain

        lenitive evidence --for clinician --format pdf --out evidence.pdf

        lenitive evidence --with new-trial.csv --keep before-and-after

        lenitive evidence --outcome pain --person "age=52, sex=female, pain=6.5"

    Exit status 0 with an answer; 2 when an outcome is not known, or trials or ratings cannot be read.
    """
    import lenitive
    from lenitive.evidence import NotEstimable, rated, ratings_from, synthesise
    from lenitive.knowledge import load

    knowledge = load()
    known = [o.id for o in knowledge.trials.judgements.outcome]
    wanted = known if outcome.strip() == "all" else [o.strip() for o in outcome.split(",") if o.strip()]
    unknown = [o for o in wanted if o not in known]
    if unknown or not wanted:
        named = ", ".join(unknown) or "nothing"
        refuse(f"--outcome: {named} is not an outcome of the trials. There are: {', '.join(known)}")
    if keep is not None and more is None:
        refuse("--keep goes with --with: it keeps the evidence before and after")
    outcomes = tuple(dict.fromkeys(wanted))
    if more is not None:
        _living(knowledge, more, outcomes, keep, form, out)
        return
    values = _person(person)
    try:
        mine = () if ratings is None else ratings_from(_ratings_text(ratings))
    except NotEstimable as refusal:
        refuse(f"{ratings}: {refusal}")
    syntheses = [rated(synthesise(knowledge.trials, o), mine) for o in outcomes]
    if form is Face.JSON:
        from lenitive.render import evidence_json

        put(evidence_json(knowledge, syntheses, version=lenitive.__version__), out)
        return
    from lenitive.render import evidence_report

    report = evidence_report(
        knowledge,
        syntheses,
        version=lenitive.__version__,
        reader=reader.value,
        more=_sections(knowledge, syntheses, values),
    )
    write_report(report, form, out, at=knowledge.trials.bias.read)


def _ratings_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse(f"--ratings: {path} cannot be read as text. Give a TOML file")


def _sections(knowledge: Knowledge, syntheses: list[Synthesis], person: dict[str, float]) -> list[Section]:
    """The intervals of mirtazapine's effect on pain, and what moves to a person."""
    from lenitive.evidence import at_person, beliefs, modifiers_of, treatment_words, trial_doses
    from lenitive.render import at_person_section, three_intervals

    base, drug = knowledge.trials, "mirtazapine"
    found, at = [], []
    for s in syntheses:
        if s.selected.outcome.id == "pain" and (dose := trial_doses(knowledge).get(drug)) is not None:
            (belief, *_) = beliefs(knowledge, {drug: dose})
            section = three_intervals(s, belief, treatment_words(base, drug))
            found += [] if section is None else [section]
        if person and s.network is not None and drug in s.network.treatments:
            moved = at_person(
                s.network,
                modifiers_of(base),
                person,
                treatment=drug,
                least=base.certainty.regression_trials.whole,
            )
            at.append((s, moved))
    return [*found, at_person_section(base, at, drug)] if at else found


def _living(
    knowledge: Knowledge,
    more: Path,
    outcomes: tuple[str, ...],
    keep: Path | None,
    form: Face,
    out: Path | None,
) -> None:
    """What more trials change, with the old and the new kept where that is asked."""
    import lenitive
    from lenitive.evidence import compare_evidence
    from lenitive.shells.cli.evidence_with import changed_articles, keep_both, with_more

    after = with_more(knowledge, more)
    living = compare_evidence(knowledge, after, outcomes)
    if keep is not None:
        keep_both(keep, knowledge, after, living, lenitive.__version__)
    if form is Face.JSON:
        from lenitive.render import evidence_json

        put(evidence_json(after, living.after, version=lenitive.__version__), out)
        return
    from lenitive.render import living_report

    report = living_report(
        knowledge, after, living, changed_articles(knowledge, after), version=lenitive.__version__
    )
    write_report(report, form, out, at=after.trials.bias.read)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evidence")(_evidence)
