"""``lenitive meta``: a meta-analysis of any table."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.evidence import Face, put, write_report
from lenitive.shells.cli.trial_table import table_columns

if TYPE_CHECKING:
    from lenitive.evidence import MetaOptions
    from lenitive.render import MetaAsked, Report

__all__ = ["register"]


class Model(StrEnum):
    """The model."""

    RANDOM = "random"
    COMMON = "common"


class Better(StrEnum):
    """The outcome's direction."""

    LOWER = "lower"
    HIGHER = "higher"


class OfCounts(StrEnum):
    """How counts are taken."""

    NORMAL = "normal"
    EXACT = "exact"


class Slopes(StrEnum):
    """Slopes of a network's covariate."""

    COMMON = "common"
    INDEPENDENT = "independent"


class DoseShape(StrEnum):
    """The shape of a dose's effect."""

    EMAX = "emax"
    EMAX_SHARED = "emax-shared"
    LINEAR = "linear"


class Prediction(StrEnum):
    """Which quantile a prediction interval takes."""

    NORMAL = "normal"
    HIGGINS = "higgins"


_HELP = """
Pool the studies in a table: two treatments, or a network of many.

The file is CSV (commas, semicolons or tabs; decimal points or commas) or the first sheet of an XLSX or ODS workbook. Its columns say
what it is; the usual names of other programs are understood, and one row a study with arms side by side (t.1, r.1, n.1, t.2, ...).

- study, events1, n1, events2, n2 (or time1, time2 for rates)

- study, mean1, sd1, n1, mean2, sd2, n2

- study, yi, vi (or se)

- study, treatment, events, n (a network, one row an arm; or time for rates)

- study, treatment, mean, sd, n (a network, one row an arm)

- study, treat1, treat2, te, se (a network, one row a comparison)

Beside them, for certainty: bias and indirectness (low, some, high).

Examples:

    lenitive meta trials.csv --measure OR --format html --out trials.html

    lenitive meta trials.csv --better lower --important 1.2 --ratings ours.toml --figures figures

    lenitive meta trials.csv --likelihood exact --covariate year --subgroup design --show unrelated,net-heat

    lenitive meta arms.csv --dose mg --curve emax

    lenitive meta effects.csv --cluster laboratory

Exit status 0 with an answer and its caveats; 2 when the table cannot be pooled, with the reason on standard error.
"""


def _meta(
    file: Annotated[
        Path, typer.Argument(help="A table; its columns say what it is (see below).", show_default=False)
    ],
    measure: Annotated[
        str | None, typer.Option(help="RR, OR, RD, PETO, MD, SMD, HR, IRR; default: the layout's own.")
    ] = None,
    model: Annotated[
        Model | None, typer.Option(help="random or common effects; default: random, common for PETO.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="Estimator of tau2: REML, ML, DL; for two treatments also PM, EB, SJ.")
    ] = "REML",
    test: Annotated[str, typer.Option(help="For two treatments: z, hk (Hartung-Knapp) or hk_adhoc.")] = "z",
    reference: Annotated[
        str | None,
        typer.Option(
            help="For a network: what others are compared with; default: a placebo or control by name."
        ),
    ] = None,
    part: Annotated[
        str | None, typer.Option(help="For a network that falls apart: a treatment of the part to analyse.")
    ] = None,
    level: Annotated[float, typer.Option(help="Of the intervals, between 0 and 1.")] = 0.95,
    prediction: Annotated[
        Prediction, typer.Option(help="For two treatments: normal quantile, or t with k - 2 (higgins).")
    ] = Prediction.NORMAL,
    better: Annotated[
        Better | None, typer.Option(help="lower or higher: the outcome's direction, for ranks.")
    ] = None,
    important: Annotated[
        float | None, typer.Option(help="The size that matters, such as 1.2 for a ratio: judges certainty.")
    ] = None,
    ratings: Annotated[
        Path | None, typer.Option(help="Your own ratings (TOML), shown beside the computed ones.")
    ] = None,
    likelihood: Annotated[
        OfCounts,
        typer.Option(
            help="exact: odds ratios by the counts' own distribution too, nothing added to empty cells."
        ),
    ] = OfCounts.NORMAL,
    covariate: Annotated[
        str | None,
        typer.Option(
            help="A column that effects may move with (year, dose, bias), or baseline: meta-regression."
        ),
    ] = None,
    slopes: Annotated[
        Slopes, typer.Option(help="For a network: one slope common to all treatments, or independent ones.")
    ] = Slopes.COMMON,
    at: Annotated[
        float | None, typer.Option(help="The covariate's value at which effects are wanted.")
    ] = None,
    subgroup: Annotated[
        str | None, typer.Option(help="A column that groups the trials: each by itself, and do they differ?")
    ] = None,
    dose: Annotated[
        str | None,
        typer.Option(help="For a network of arms: the column of doses; effects as curves of them."),
    ] = None,
    curve: Annotated[
        DoseShape, typer.Option(help="With --dose: emax (a curve for each drug), emax-shared or linear.")
    ] = DoseShape.EMAX,
    cluster: Annotated[
        str | None,
        typer.Option(
            help="For two treatments: the column of rows that belong together: three levels and robust."
        ),
    ] = None,
    show: Annotated[
        str,
        typer.Option(
            help="Parts wanted whatever their length: league, funnel, contribution, net-heat, unrelated, all."
        ),
    ] = "",
    figures: Annotated[
        Path | None, typer.Option(help="A folder for every figure as SVG.", file_okay=False)
    ] = None,
    form: Annotated[Face, typer.Option("--format", help="text, html (one file), pdf or json.")] = Face.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
) -> None:
    # Threads cost more than they give on matrices of twenty treatments; set before the libraries are loaded.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    columns, notes = table_columns(file)
    say = _teller()
    say("reading and pooling")

    import lenitive
    from lenitive.evidence import NotEstimable, meta, ratings_from

    try:
        how: MetaOptions = {
            "measure": measure,
            "model": None if model is None else model.value,
            "method": method,
            "test": test,
            "reference": reference,
            "part": part,
            "level": level,
            "prediction": prediction.value,
        }
        further = _models(
            likelihood=likelihood.value if likelihood is OfCounts.EXACT else None,
            covariate=covariate,
            slopes=slopes.value,
            at=at,
            subgroup=subgroup,
            dose=dose,
            curve=curve.value,
            cluster=cluster,
        )
        result = meta(columns, **(how | further))
        asked = _asked(
            show=show,
            better=better,
            important=important,
            ratings=() if ratings is None else ratings_from(_text_of(ratings)),
            ratio=result.network.is_ratio
            if result.network is not None
            else bool(result.pooled and result.pooled.is_ratio),
        )
        if form is Face.JSON:
            from lenitive.render import meta_json

            say("")
            put(meta_json(result, version=lenitive.__version__), out)
            return
        from lenitive.render import meta_report

        report = meta_report(
            result.reading(notes), name=file.name, version=lenitive.__version__, asked=asked, say=say
        )
    except NotEstimable as refusal:
        say("")
        refuse(f"{file}: {refusal}")
    say("")
    if figures is not None:
        _draw(report, figures)
    changed = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date()
    write_report(report, form, out, at=changed)


def _models(**wanted: Any) -> MetaOptions:
    """The further models that were named; an option that says how a model is made goes with it alone."""
    if wanted["at"] is not None and wanted["covariate"] is None:
        refuse("--at goes with --covariate: it is the covariate's value")
    named = {key: value for key, value in wanted.items() if value is not None}
    return cast("MetaOptions", named)


def _teller() -> Callable[[str], None]:
    """Says on a terminal what is being made; nothing where standard error is no terminal."""

    def say(words: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{words}")
            sys.stderr.flush()

    return say


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse(f"--ratings: {path} cannot be read as text. Give a TOML file")


def _asked(
    *, show: str, better: Better | None, important: float | None, ratings: Any, ratio: bool
) -> MetaAsked:
    from lenitive.knowledge import load
    from lenitive.render import META_PARTS, MetaAsked

    wanted = {s.strip() for s in show.split(",") if s.strip()}
    unknown = sorted(wanted - {*META_PARTS, "all"})
    if unknown:
        refuse(f"--show: {unknown[0]!r} is not a part. There are: {', '.join(META_PARTS)}, all")
    if important is not None and (not important > 0 or (ratio and important == 1)):
        refuse("--important: give a size that is not no difference, such as 1.2 for a ratio or 1 for points")
    return MetaAsked(
        show=frozenset(META_PARTS) if "all" in wanted else frozenset(wanted),
        lower_is_better=None if better is None else better is Better.LOWER,
        important=important,
        lines=None if important is None else load().judgement.certainty,
        ratings=ratings,
    )


def _draw(report: Report, folder: Path) -> None:
    """Every chart of a report as SVG, named by its section and number."""
    from lenitive.render import chart_files

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, svg in chart_files(report):
            (folder / name).write_text(svg, encoding="utf-8")
    except OSError as error:
        refuse(f"--figures: {folder} cannot be written ({error.strerror}). Choose another folder")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("meta", help=_HELP)(_meta)
