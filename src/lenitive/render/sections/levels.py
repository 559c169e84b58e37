"""A dose history in words: what the level is, what it rests on, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.kinetics import History
from lenitive.render.blocks import (
    Block,
    Bullets,
    Callout,
    Column,
    Details,
    Paragraph,
    Picture,
    Section,
    Table,
)
from lenitive.render.catalogue import said
from lenitive.render.pictures import LevelPicture
from lenitive.render.references import shipped_references
from lenitive.render.sections.levels_picture import level_line, levels_alt
from lenitive.terms import Message

__all__ = ["levels_blocks", "levels_section"]

_FACTS = {
    "sex": "sex",
    "age": "age",
    "egfr_ml_min": "kidney function",
    "hepatic_impairment": "liver function",
    "cyp2d6": "CYP2D6 metaboliser status",
    "smoker": "smoking",
    "co_medication": "taken with",
}


def _table(history: History) -> Table:
    rows: list[tuple[str, str]] = []
    if history.steady is not None:
        s = history.steady
        rows += [
            ("mean level at steady state", f"{s.mean:.1f} ng/mL"),
            ("trough to peak", f"{s.trough:.1f} to {s.peak:.1f} ng/mL"),
            ("half-life", f"{s.half_life_h:.0f} h"),
            ("within a tenth of steady state after", f"{s.days_to_90_percent:.1f} days"),
            ("accumulation", f"{s.accumulation:.1f}-fold"),
        ]
    rows.append(("clearance expected", f"{history.who.clearance:.1f} L/h"))
    u = history.updated
    if u is not None:
        rows.append(
            (
                f"clearance after {u.used} measured level{'s' if u.used > 1 else ''}",
                f"{u.map:.1f} L/h (95 % {u.low:.1f} to {u.high:.1f})",
            )
        )
        rows.append(("share of that certainty from the levels", f"{u.from_levels:.0%}"))
    return Table(
        columns=(Column(head=f"{history.drug}, present regimen"), Column(head="expected", number=True)),
        rows=tuple(rows),
        caption="Expected values for a patient like this one, not measurements",
    )


def _levels(history: History) -> list[Block]:
    items = []
    for level in history.levels:
        when = (
            "at a time not recorded (8, 10 and 12 o'clock averaged)"
            if level.drawn_at is None
            else "at the recorded time"
        )
        since = (
            ""
            if level.since_last_dose_h is None
            else f", {level.since_last_dose_h:.1f} h after the last dose"
        )
        verdict = f"Not used: {level.left_out}." if level.left_out else "Used."
        items.append(
            Paragraph(
                lead=f"{level.day.isoformat()}: {level.value:g} ng/mL", text=f"{when}{since}. {verdict}"
            )
        )
    blocks: list[Block] = [Bullets(items=tuple(items))] if items else []
    u = history.updated
    if u is not None and max(map(abs, u.surprise)) > 2:
        blocks.append(
            Callout(
                title="A level far from what the doses predict",
                tone="unsure",
                text="It lies more than two standard deviations from the expected curve. Doses not recorded as missed, "
                "an interaction, the time of the sample and the laboratory are as possible as an unusual clearance; "
                "ask before concluding.",
            )
        )
    return blocks


def levels_blocks(history: History) -> tuple[Block, ...]:
    """One drug's level: chart, range, numbers, levels and what they rest on."""
    model = history.who.model
    alt = levels_alt(history)
    blocks: list[Block] = [
        Picture(
            shows=LevelPicture(lines=(level_line(history),)),
            alt=alt,
            caption="Ticks are doses taken, crosses days missed. Darker band: 8 of 10 patients like this one; "
            "lighter band: 19 of 20.",
        )
    ]
    if model.range is not None:
        blocks.append(
            Callout(
                title=f"About the range of {model.range.low:g} to {model.range.high:g} ng/mL",
                text=model.range.remark,
            )
        )
    blocks.append(_table(history))
    blocks += _levels(history)
    basis = [Paragraph(lead="Reference patient:", text=f"{model.reference}; grade {model.grade.value}.")]
    basis += [
        Paragraph(
            lead=f"{_FACTS[a.fact.name]} {a.fact.value}:",
            text=f"clearance × {a.clearance_factor:.2f}, grade {a.grade.value} ({shipped_references(a.sources[:1])}).",
        )
        for a in history.who.applied
    ]
    if history.who.unknown:
        names = ", ".join(_FACTS[n] for n in history.who.unknown)
        basis.append(Paragraph(lead="Not recorded, and would matter:", text=f"{names}."))
    basis += [Paragraph(lead="Limit:", text=limit.value) for limit in model.limits]
    basis += [
        Paragraph(lead=f"{o.words} ({o.target}), grade {o.grade.value}:", text=o.note)
        for o in history.occupancies
    ]
    numbers = {
        "clearance": model.clearance,
        "half-life": model.half_life,
        "volume": model.volume,
        "absorption": model.ka,
    }
    basis += [
        Paragraph(
            lead=f"{name} {n.value:g} {n.unit}, grade {n.grade.value}:",
            text=shipped_references(n.sources),
            quiet=True,
        )
        for name, n in numbers.items()
        if n is not None
    ]
    blocks.append(
        Details(summary="What this curve rests on, and its limits", blocks=(Bullets(items=tuple(basis)),))
    )
    return tuple(blocks)


def levels_section(histories: tuple[History, ...], not_drawn: Mapping[str, Message]) -> Section:
    """The section of a report: each drug's curve, and the drugs without one with the reason."""
    blocks: list[Block] = [b for h in histories for b in levels_blocks(h)]
    blocks += [
        Paragraph(lead=f"{drug}:", text=f"no curve. {said(why)}") for drug, why in sorted(not_drawn.items())
    ]
    return Section(id="levels", title="Levels from the doses taken", blocks=tuple(blocks))
