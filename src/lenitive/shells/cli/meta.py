"""``lenitive meta``: a meta-analysis of any table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.evidence import Face, put, write_report

__all__ = ["register"]


class Model(StrEnum):
    """The model."""

    RANDOM = "random"
    COMMON = "common"


def _table(path: Path) -> dict[str, list[str]]:
    """The columns of a CSV file, as text; refused with its reason when it cannot be one."""
    import csv
    import io

    try:
        raw = path.read_bytes()
    except OSError as error:
        refuse(f"{path}: cannot be read ({error.strerror})")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(f"{path}: is not UTF-8 text. Save it as CSV in UTF-8")
    try:
        rows = [
            r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if any(c.strip() for c in r)
        ]
    except csv.Error as error:
        refuse(f"{path}: is not CSV ({error})")
    if not rows:
        refuse(f"{path}: is empty. Give a header line and one row a study or arm")
    head = [h.strip() for h in rows[0]]
    if len(set(head)) < len(head):
        refuse(f"{path}:1: a column name occurs twice")
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(head):
            refuse(f"{path}: row {line} has {len(row)} cells, the header {len(head)}")
    return {name: [row[i].strip() for row in rows[1:]] for i, name in enumerate(head)}


def _meta(
    file: Annotated[
        Path, typer.Argument(help="A CSV file; its columns say what it is (see below).", show_default=False)
    ],
    measure: Annotated[
        str | None, typer.Option(help="RR, OR, RD, PETO, MD, SMD; default: the layout's own.")
    ] = None,
    model: Annotated[
        Model | None, typer.Option(help="random or common effects; default: random, common for PETO.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="Estimator of tau2: REML, ML, DL; for two treatments also PM, EB, SJ.")
    ] = "REML",
    test: Annotated[str, typer.Option(help="For two treatments: z, hk (Hartung-Knapp) or hk_adhoc.")] = "z",
    reference: Annotated[
        str | None, typer.Option(help="For a network: the treatment others are compared with.")
    ] = None,
    form: Annotated[Face, typer.Option("--format", help="text, html (one file) or json.")] = Face.TEXT,
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: standard output.", dir_okay=False)
    ] = None,
) -> None:
    """Pool the studies in a table: two treatments, or a network of many.

    The columns decide:

    - study, events1, n1, events2, n2

    - study, mean1, sd1, n1, mean2, sd2, n2

    - study, yi, vi (or se)

    - study, treatment, events, n (a network, one row an arm)

    - study, treatment, mean, sd, n (a network, one row an arm)

    - study, treat1, treat2, te, se (a network, one row a comparison)

    Example:

        lenitive meta trials.csv --measure OR --format html --out trials.html

    Exit status 0 with an answer and its caveats; 2 when the table cannot be pooled, with the reason on standard error.
    """
    columns = _table(file)

    import lenitive
    from lenitive.evidence import NotEstimable, meta

    try:
        result = meta(
            columns,
            measure=measure,
            model=None if model is None else model.value,
            method=method,
            test=test,
            reference=reference,
        )
    except NotEstimable as refusal:
        refuse(f"{file}: {refusal}")
    if form is Face.JSON:
        from lenitive.render import meta_json

        put(meta_json(result, version=lenitive.__version__), out)
        return
    from lenitive.render import meta_report

    write_report(meta_report(result, name=file.name, version=lenitive.__version__), form, out)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("meta")(_meta)
