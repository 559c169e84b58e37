"""What is missing from an outcome, and what reviews pooled from figures that are not open."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.evidence import Synthesis, treatment_words
from lenitive.knowledge import TrialBase
from lenitive.render.blocks import Block, Bullets, Callout, Column, Details, Paragraph, Section, Table
from lenitive.render.evidence.sizes import people_words

__all__ = ["STATUS", "known_section", "missing_of", "published_of"]

STATUS = {
    "unpublished": "unpublished",
    "failed_primary": "missed its primary outcome",
    "figures_not_open": "figures not open",
    "figures_not_read": "figures not read",
    "figures_not_found": "figures not found",
    "figures_not_comparable": "figures not comparable",
    "other_outcomes_only": "other outcomes only",
    "not_poolable": "never pooled",
}
_CATEGORY = {
    "open_label": "open, not randomised",
    "enriched_withdrawal": "enriched withdrawal",
    "crossover": "crossover",
    "terminated": "stopped by the sponsor",
    "definition": "another definition",
    "second_analysis": "second analysis of a pooled trial",
    "no_figure": "no figure",
    "no_spread": "no spread printed",
}


def missing_of(s: Synthesis) -> list[Block]:
    """What is known to be missing: unpublished and failed trials by name, the others by what is known of them."""
    out: list[Block] = []
    hidden = [m for m in s.selected.missing if m.status in {"unpublished", "failed_primary"}]
    if hidden:
        out.append(
            Callout(
                title="What is missing",
                tone="unsure",
                text=f"{len(s.selected.missing)} known trials or groups of trials have no figures here for this outcome. "
                "Unpublished or failed:",
                items=tuple(Paragraph(text=m.known, lead=f"{m.study}.") for m in hidden),
            )
        )
    by: dict[str, list[str]] = {}
    for m in s.selected.missing:
        by.setdefault(m.status, []).append(m.study)
    known = Bullets(
        items=tuple(
            Paragraph(text=f"{'; '.join(sorted(names))}.", lead=f"{STATUS[status].capitalize()}:")
            for status, names in by.items()
        )
    )
    left = Table(
        columns=(
            Column(head="Trial"),
            Column(head="Treatment"),
            Column(head="Kind"),
            Column(head="Why"),
        ),
        rows=tuple(
            (x.study, x.treatment.replace("_", " "), _CATEGORY[x.category], x.why)
            for x in s.selected.left_out
        ),
        caption="Results in the tables that are not pooled",
    )
    many = len(s.selected.left_out)
    apart = f", and {many} result{'' if many == 1 else 's'} not pooled" if many else ""
    out.append(
        Details(
            summary=f"All {len(s.selected.missing)} known trials without figures{apart}",
            blocks=(known, left) if s.selected.left_out else (known,),
        )
    )
    return out


def known_section(syntheses: Sequence[Synthesis]) -> Section | None:
    """What is known of every trial without figures of some outcome of the report, once; None without any."""
    known = {m.study: m for s in syntheses for m in s.selected.missing if m.status != "other_outcomes_only"}
    if not known:
        return None
    return Section(
        id="known",
        title="Known trials without figures",
        blocks=(
            Table(
                columns=(
                    Column(head="Trial"),
                    Column(head="Status"),
                    Column(head="People", number=True),
                    Column(head="Known"),
                ),
                rows=tuple(
                    (
                        m.study,
                        STATUS[m.status],
                        "?" if m.randomised is None else f"{m.randomised:,}",
                        f"{m.known} ({m.source})",
                    )
                    for m in known.values()
                ),
                caption="What is known of them; which outcomes they are missing from stands with each outcome",
            ),
        ),
    )


def published_of(base: TrialBase, outcome: str) -> list[Block]:
    """What reviews pooled from figures that are not open, beside the network."""
    out: list[Block] = []
    for p in base.published:
        if p.outcome != outcome or p.low is None or p.high is None:
            continue
        text = (
            f"{people_words(p.estimate)} more of 100 ({people_words(p.low)} to {people_words(p.high)}), {p.trials} trials, "
            f"{p.people} people, against {p.control}. {p.remark} Grade {p.grade}; {p.source}"
        )
        words = treatment_words(base, p.treatment).capitalize()
        out.append(
            Callout(title=f"{words}: a published pooled value, not in the network", tone="note", text=text)
        )
    return out
