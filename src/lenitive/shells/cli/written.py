"""How a review is written: for whom, on how many pages, in which format, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lenitive.frozen import dataclass
from lenitive.shells.cli.answers import refuse

if TYPE_CHECKING:
    from lenitive.render import Report, ScoredNight
    from lenitive.review import Review

__all__ = [
    "AsBrief",
    "AsFormat",
    "AsSchema",
    "For",
    "ForWhom",
    "Format",
    "OutFile",
    "SchemaVersion",
    "Written",
    "report_of",
    "write",
]


class Format(StrEnum):
    """What a review can be written as."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"


class For(StrEnum):
    """Whom a review is written for."""

    CLINICIAN = "clinician"
    PATIENT = "patient"


AsFormat = Annotated[Format, typer.Option("--format", help="text, json, html (one file) or pdf.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", help="File to write; default: standard output.", dir_okay=False)
]
AsBrief = Annotated[
    bool, typer.Option("--brief", help="The one page of a visit; as PDF one A4 sheet, whatever is recorded.")
]


ForWhom = Annotated[
    For,
    typer.Option(
        "--for", help="clinician, or patient: the patient's own page in plain words, without doses or advice."
    ),
]


class SchemaVersion(StrEnum):
    """Versions of the review document that can be written."""

    BEFORE = "1"
    NOW = "2"


AsSchema = Annotated[
    SchemaVersion,
    typer.Option("--schema", help="Version of the document (--format json); 1 is without answers."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How a review is written.

    Attributes:
        form: The format.
        out: The file; None for standard output.
        brief: Whether as the one page of a visit.
        whom: For whom; the patient's page is one page always.
        scored: Nights to draw in the full report.
        schema: Version of the document.
    """

    form: Format
    out: Path | None = None
    brief: bool = False
    whom: For = For.CLINICIAN
    scored: Sequence[ScoredNight] = ()
    schema: SchemaVersion = SchemaVersion.NOW

    def refuse_what_cannot_be(self) -> None:
        """Exit status 2 where the format does not go with the page, or would garble a terminal."""
        if self.brief and self.form is Format.JSON:
            refuse("--brief: the page has no JSON. Leave --brief out to get the document")
        if self.whom is For.PATIENT and (self.brief or self.scored or self.form is Format.JSON):
            refuse("--for patient: one page as text, html or pdf. Leave --brief, --night and json out")
        if self.schema is not SchemaVersion.NOW and self.form is not Format.JSON:
            refuse("--schema: the version is of the document. Add --format json, or leave --schema out")
        if self.form is Format.PDF and self.out is None and typer.get_binary_stream("stdout").isatty():
            refuse("a PDF would garble the terminal. Add --out review.pdf")


def report_of(review: Review, scored: Sequence[ScoredNight] = ()) -> Report:
    """The clinician's report of a review."""
    import lenitive
    from lenitive.render import clinician_report

    return clinician_report(review, version=lenitive.__version__, scored=scored)


def _report(review: Review, how: Written) -> Report:
    import lenitive
    from lenitive.render import brief_of, brief_report, patient_page

    if how.whom is For.PATIENT:
        return patient_page(review)
    if not how.brief:
        return report_of(review, how.scored)
    return brief_report(brief_of(review, version=lenitive.__version__))


def _html(review: Review, how: Written) -> str:
    import lenitive
    from lenitive.render import brief_html, brief_of, patient_html, report_html

    if how.whom is For.PATIENT:
        return patient_html(_report(review, how))
    if how.brief:
        return brief_html(brief_of(review, version=lenitive.__version__))
    return report_html(_report(review, how))


def _pdf(review: Review, how: Written) -> bytes:
    import lenitive
    from lenitive.render import brief_pdf, patient_pdf, report_pdf

    if how.whom is For.PATIENT:
        return patient_pdf(_report(review, how), at=review.at)
    if how.brief:
        return brief_pdf(review, version=lenitive.__version__)
    return report_pdf(_report(review, how), at=review.at)


def _data(review: Review, how: Written) -> bytes:
    match how.form:
        case Format.JSON:
            from lenitive.render import review_json

            return review_json(review, int(how.schema)).encode()
        case Format.TEXT:
            from lenitive.render import report_text

            return report_text(_report(review, how)).encode()
        case Format.HTML:
            return _html(review, how).encode()
        case Format.PDF:
            return _pdf(review, how)


def write(review: Review, how: Written) -> None:
    """Write a review to a file, or to standard output."""
    if how.form is Format.TEXT and how.out is None:
        from rich.console import Console

        from lenitive.render import print_report

        print_report(_report(review, how), Console())
        return
    data = _data(review, how)
    if how.out is None:
        typer.get_binary_stream("stdout").write(data)
    else:
        how.out.write_bytes(data)
