"""Side effects by their course, and weight: fading or staying, and until when."""

from __future__ import annotations

from lenitive.render.blocks import Block, Bullets, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import sentences
from lenitive.render.words import day, drug_name, effect_words, percent
from lenitive.response import Course, SideEffectCourse, WeightRefused, WeightTrajectory
from lenitive.review import Review

__all__ = ["side_effects_section"]

_COURSES = {
    Course.FADING: "fading",
    Course.STAYING: "staying",
    Course.WORSENING: "getting worse",
    Course.ABSENT: "absent",
    Course.CANNOT_TELL: "cannot tell",
}


def _forecast(c: SideEffectCourse) -> str:
    if c.course is Course.FADING and c.gone_by is not None:
        early, late = c.gone_by_80
        until = f", by {day(late)} in 9 of 10" if late else ""
        return f"gone by about {day(c.gone_by)}{until}" if early else f"gone by about {day(c.gone_by)}"
    return f"{percent(c.present_in_4_weeks)} to be there in four weeks"


def _severity(value: float) -> str:
    return ("none", "mild", "moderate", "severe")[min(3, round(value))]


def _weight(weight: WeightTrajectory) -> Paragraph:
    said = []
    for threshold, by_day in weight.reaches.items():
        last = max(by_day)
        said.append(f"+{threshold:g} % by {day(last)}: {percent(by_day[last])}")
    return Paragraph(
        lead="Weight.",
        text=f"{weight.baseline_kg:.1f} kg at the first dose; since then {weight.change_kg:+.1f} kg "
        f"({weight.change_percent:+.1f} %, give or take {weight.change_sd_percent:.1f}), of which {weight.from_drug_percent:+.1f} % goes with the dose. "
        f"Chance of reaching at the present dose: {'; '.join(said)}.".replace("-", "\N{MINUS SIGN}"),
    )


def side_effects_section(review: Review) -> Section | None:
    """The courses of what was reported, and the weight; None when neither has anything to say."""
    blocks: list[Block] = []
    if review.side_effects:
        blocks.append(
            Table(
                columns=(
                    Column(head="Side effect"),
                    Column(head="Course"),
                    Column(head="Now"),
                    Column(head="From a medicine", number=True),
                    Column(head="Ahead"),
                    Column(head="Reports", number=True),
                ),
                rows=tuple(
                    (
                        effect_words(c.effect).capitalize(),
                        f"{_COURSES[c.course]} ({percent(c.probability[c.course])})"
                        if c.course in c.probability
                        else _COURSES[c.course],
                        _severity(c.severity_now),
                        f"{percent(c.from_drug)}" + (f" ({drug_name(c.drug)})" if c.drug else ""),
                        _forecast(c),
                        str(c.reports),
                    )
                    for c in review.side_effects
                ),
                caption="Side effects reported, with the most likely course at the present dose",
            )
        )
        blocks.append(
            Details(
                summary="What was expected before the reports",
                blocks=(
                    Bullets(
                        items=tuple(
                            Paragraph(
                                lead=f"{effect_words(c.effect).capitalize()}:", text=sentences(c.prior_stated)
                            )
                            for c in review.side_effects
                        )
                    ),
                ),
            )
        )
    if isinstance(review.weight, WeightTrajectory):
        blocks.append(_weight(review.weight))
    elif isinstance(review.weight, WeightRefused) and review.record.drugs:
        blocks.append(
            Paragraph(
                lead="Weight.",
                text="Too few weights for a trajectory: one before or at the start and two after it are needed.",
            )
        )
    if not blocks:
        return None
    if not review.side_effects:
        blocks.insert(
            0, Paragraph(text="No side effect is recorded. What was not asked is unknown, not absent.")
        )
    return Section(id="side-effects", title="Side effects and weight", blocks=tuple(blocks))
