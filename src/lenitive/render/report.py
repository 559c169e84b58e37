"""A review as a report for clinicians: its sections in reading order, the verdict first unless a finding has to be dealt with today."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.render.blocks import Callout, Report, Section
from lenitive.render.catalogue import said
from lenitive.render.direction import isolated
from lenitive.render.left_out import left_out_words
from lenitive.render.sections.agreed import agreed_section
from lenitive.render.sections.articles import articles_section
from lenitive.render.sections.as_needed import as_needed_section
from lenitive.render.sections.coupling import coupling_section
from lenitive.render.sections.effects import effects_sections
from lenitive.render.sections.evidence import evidence_section
from lenitive.render.sections.findings import findings_section
from lenitive.render.sections.levels import levels_section
from lenitive.render.sections.limits import limits_section
from lenitive.render.sections.monitoring import monitoring_section
from lenitive.render.sections.options import options_section
from lenitive.render.sections.person import person_section
from lenitive.render.sections.quality import quality_section
from lenitive.render.sections.questionnaires import questionnaires_section
from lenitive.render.sections.regimen import regimen_section
from lenitive.render.sections.robustness import robustness_section
from lenitive.render.sections.scored import ScoredNight
from lenitive.render.sections.settling import settling_section
from lenitive.render.sections.side_effects import side_effects_section
from lenitive.render.sections.sleep import sleep_section
from lenitive.render.sections.timeline import timeline_section
from lenitive.render.sections.verdict import verdict_section
from lenitive.render.words import day
from lenitive.review import Review, binds

__all__ = ["clinician_report"]


def _silence(review: Review) -> Section | None:
    """That the record is too old to say anything of now; None where it is not."""
    silence = review.data_quality.silence
    if silence is None:
        return None
    return Section(
        id="silence",
        title="Too old to answer",
        blocks=(Callout(title=said(silence.lead), tone="unsure", text=said(silence.text)),),
    )


def clinician_report(review: Review, *, version: str, scored: Sequence[ScoredNight] = ()) -> Report:
    """The report.

    Args:
        review: The review.
        version: The program's, for the footer.
        scored: Nights with their epochs, to be drawn in the section on sleep; the record itself holds none.
    """
    name = isolated(review.record.patient.id) or "this record"
    safety = findings_section(review.findings)
    urgent = binds(review.findings)
    # The order of the one page: the answer, safety, the time line, what to consider, what was agreed, checks; then the rest.
    sections: list[Section | None] = [
        _silence(review),
        *((safety, options_section(review)) if urgent else ()),
        verdict_section(review),
        *(() if urgent else (safety,)),
        timeline_section(review),
        *(() if urgent else (options_section(review),)),
        settling_section(review),
        agreed_section(review),
        monitoring_section(review.monitoring),
        person_section(review),
        regimen_section(review),
        as_needed_section(review),
        *effects_sections(review),
        robustness_section(review),
        evidence_section(review.evidence),
        side_effects_section(review),
        questionnaires_section(review),
        coupling_section(review),
        sleep_section(review, scored),
        levels_section(review.levels, review.levels_not_drawn) if review.levels else None,
        articles_section(review.articles),
        quality_section(review),
        limits_section(review),
    ]
    simulated = review.record.patient.simulated
    return Report(
        title=f"Review of {name}",
        subtitle=f"As of {day(review.at)}; nothing dated later was used. For clinicians.",
        banner=" ".join(filter(None, (f"{simulated[:1].upper()}{simulated[1:]}", left_out_words(review)))),
        sections=tuple(s for s in sections if s is not None),
        footer=f"Lenitive {version}, knowledge {review.knowledge}, seed {review.seed}. The same record, knowledge, date and "
        "seed give this report again.",
    )
