"""A Review as words: blocks first, then a terminal view, a page, a PDF, or the review document. No arithmetic.

What another program needs of it is offered here and brought when it is asked for: the report of a review, a section of it as a
fragment for a page of its own (``section_html`` with ``page_css``), the whole page, the PDF, and the document.
"""

from typing import TYPE_CHECKING

from lenitive.doors import room_door

if TYPE_CHECKING:
    from lenitive.render.blocks import Column, Paragraph, Picture, Report, Section, Table
    from lenitive.render.brief.headings import headings
    from lenitive.render.brief.make import brief_of
    from lenitive.render.brief.marked import with_marks
    from lenitive.render.brief.page import brief_css, brief_html
    from lenitive.render.brief.paper import brief_pdf
    from lenitive.render.brief.plain import brief_report
    from lenitive.render.brief.value import Brief
    from lenitive.render.calendar import monitoring_ics, plan_ics
    from lenitive.render.calibration import calibration_report, targets
    from lenitive.render.catalogue import said
    from lenitive.render.charts.doses import DoseBand
    from lenitive.render.charts.files import chart_files
    from lenitive.render.charts.sleep import (
        hypnogram_spec,
        night_bars,
        picture,
        raster_spec,
        shares_spec,
        times_spec,
    )
    from lenitive.render.direction import isolated
    from lenitive.render.document import plain, review_document, review_json
    from lenitive.render.drug_page import drug_report, fact_rows, grade_words, topics_report, value_words
    from lenitive.render.evidence import evidence_report
    from lenitive.render.evidence_document import evidence_json, meta_json
    from lenitive.render.evidence_living import living_report, three_intervals
    from lenitive.render.evidence_panel import at_person_section
    from lenitive.render.html import page_css, picture_svg, report_html, section_html, words_html
    from lenitive.render.library import body_html, page_text, site_files, source_links
    from lenitive.render.markdown import report_markdown
    from lenitive.render.meta import META_PARTS, MetaAsked, meta_report
    from lenitive.render.own_page.make import FROM_THE_CLINIC, own_articles, patient_page
    from lenitive.render.own_page.page import patient_html, patient_pdf
    from lenitive.render.paper_diary.sheet import diary_sheet
    from lenitive.render.pdf import report_pdf
    from lenitive.render.plan import Sheet, plan_report
    from lenitive.render.protocol_page import difference_words, protocol_report
    from lenitive.render.references import reference_words
    from lenitive.render.refusal import refusal_words
    from lenitive.render.report import clinician_report
    from lenitive.render.safety_document import findings_document, monitoring_document, together_document
    from lenitive.render.sections.findings import findings_section, says_words
    from lenitive.render.sections.levels import levels_section
    from lenitive.render.sections.levels_picture import levels_file
    from lenitive.render.sections.monitoring import monitoring_section
    from lenitive.render.sections.options import option_words
    from lenitive.render.sections.scored import ScoredNight
    from lenitive.render.sections.timeline import dose_bands
    from lenitive.render.sleep import SleepFiles, sleep_document, sleep_sections
    from lenitive.render.sleep_validation import validation_sections
    from lenitive.render.stored import DocumentError, conclusions_digest, options_from, review_from
    from lenitive.render.text import print_report, print_sections, report_text
    from lenitive.render.weeks import weeks_svg
    from lenitive.render.words import day, drug_name, sources_words

__all__ = [
    "FROM_THE_CLINIC",
    "META_PARTS",
    "Brief",
    "Column",
    "DocumentError",
    "DoseBand",
    "MetaAsked",
    "Paragraph",
    "Picture",
    "Report",
    "ScoredNight",
    "Section",
    "Sheet",
    "SleepFiles",
    "Table",
    "at_person_section",
    "body_html",
    "brief_css",
    "brief_html",
    "brief_of",
    "brief_pdf",
    "brief_report",
    "calibration_report",
    "chart_files",
    "clinician_report",
    "conclusions_digest",
    "day",
    "diary_sheet",
    "difference_words",
    "dose_bands",
    "drug_name",
    "drug_report",
    "evidence_json",
    "evidence_report",
    "fact_rows",
    "findings_document",
    "findings_section",
    "grade_words",
    "headings",
    "hypnogram_spec",
    "isolated",
    "levels_file",
    "levels_section",
    "living_report",
    "meta_json",
    "meta_report",
    "monitoring_document",
    "monitoring_ics",
    "monitoring_section",
    "night_bars",
    "option_words",
    "options_from",
    "own_articles",
    "page_css",
    "page_text",
    "patient_html",
    "patient_page",
    "patient_pdf",
    "picture",
    "picture_svg",
    "plain",
    "plan_ics",
    "plan_report",
    "print_report",
    "print_sections",
    "protocol_report",
    "raster_spec",
    "reference_words",
    "refusal_words",
    "report_html",
    "report_markdown",
    "report_pdf",
    "report_text",
    "review_document",
    "review_from",
    "review_json",
    "said",
    "says_words",
    "section_html",
    "shares_spec",
    "site_files",
    "sleep_document",
    "sleep_sections",
    "source_links",
    "sources_words",
    "targets",
    "three_intervals",
    "times_spec",
    "together_document",
    "topics_report",
    "validation_sections",
    "value_words",
    "weeks_svg",
    "with_marks",
    "words_html",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "paper_diary.sheet": ("diary_sheet",),
            "own_page.page": (
                "patient_html",
                "patient_pdf",
            ),
            "own_page.make": ("FROM_THE_CLINIC", "own_articles", "patient_page"),
            "brief.plain": ("brief_report",),
            "brief.paper": ("brief_pdf",),
            "brief.headings": ("headings",),
            "brief.page": ("brief_css", "brief_html"),
            "brief.make": ("brief_of",),
            "brief.marked": ("with_marks",),
            "brief.value": ("Brief",),
            "blocks": (
                "Column",
                "Paragraph",
                "Picture",
                "Report",
                "Section",
                "Table",
            ),
            "calendar": (
                "monitoring_ics",
                "plan_ics",
            ),
            "calibration": (
                "calibration_report",
                "targets",
            ),
            "catalogue": ("said",),
            "charts.doses": ("DoseBand",),
            "charts.sleep": (
                "hypnogram_spec",
                "night_bars",
                "picture",
                "raster_spec",
                "shares_spec",
                "times_spec",
            ),
            "direction": ("isolated",),
            "document": (
                "plain",
                "review_document",
                "review_json",
            ),
            "drug_page": (
                "drug_report",
                "fact_rows",
                "grade_words",
                "topics_report",
                "value_words",
            ),
            "evidence": ("evidence_report",),
            "evidence_document": (
                "evidence_json",
                "meta_json",
            ),
            "html": (
                "page_css",
                "picture_svg",
                "report_html",
                "section_html",
                "words_html",
            ),
            "library": (
                "body_html",
                "page_text",
                "site_files",
                "source_links",
            ),
            "markdown": ("report_markdown",),
            "charts.files": ("chart_files",),
            "evidence_panel": ("at_person_section",),
            "evidence_living": ("living_report", "three_intervals"),
            "meta": ("META_PARTS", "MetaAsked", "meta_report"),
            "pdf": ("report_pdf",),
            "plan": (
                "Sheet",
                "plan_report",
            ),
            "protocol_page": (
                "difference_words",
                "protocol_report",
            ),
            "references": ("reference_words",),
            "refusal": ("refusal_words",),
            "report": ("clinician_report",),
            "safety_document": (
                "findings_document",
                "monitoring_document",
                "together_document",
            ),
            "sections.findings": (
                "findings_section",
                "says_words",
            ),
            "sections.levels": ("levels_section",),
            "sections.levels_picture": ("levels_file",),
            "sections.monitoring": ("monitoring_section",),
            "sections.options": ("option_words",),
            "sections.scored": ("ScoredNight",),
            "sections.timeline": ("dose_bands",),
            "sleep": (
                "SleepFiles",
                "sleep_document",
                "sleep_sections",
            ),
            "sleep_validation": ("validation_sections",),
            "stored": (
                "DocumentError",
                "conclusions_digest",
                "options_from",
                "review_from",
            ),
            "text": (
                "print_report",
                "print_sections",
                "report_text",
            ),
            "weeks": ("weeks_svg",),
            "words": (
                "day",
                "drug_name",
                "sources_words",
            ),
        },
    )
