"""Doses and symptoms on one time line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lenitive.record import Record
from lenitive.render.blocks import Block, Chart, Paragraph, Section
from lenitive.render.charts.timeline import Curve, DoseBand, timeline
from lenitive.render.words import and_list, day, dose, drug_name, score_name
from lenitive.review import Absent, Review

__all__ = ["dose_bands", "timeline_section"]

_SLOT_COLOURS = ("sleep", "pain", "fatigue")


def dose_bands(record: Record, at: date) -> tuple[DoseBand, ...]:
    """Adjoining periods of one drug at one daily dose become one band; a dose of zero is a masked empty period."""
    found: list[DoseBand] = []
    for p in sorted(record.medicines, key=lambda p: (p.drug, p.start)):
        if p.as_needed:
            continue
        last = min(p.end or at, at)
        label = dose(p.dose_mg_per_day)
        previous = found[-1] if found else None
        if (
            previous
            and (previous.drug, previous.label, previous.masked) == (drug_name(p.drug), label, p.masked)
            and previous.last + timedelta(days=1) == p.start
        ):
            found[-1] = DoseBand(
                drug=previous.drug, label=label, first=previous.first, last=last, masked=previous.masked
            )
        else:
            found.append(
                DoseBand(drug=drug_name(p.drug), label=label, first=p.start, last=last, masked=p.masked)
            )
    return tuple(found)


def _curves(review: Review) -> tuple[Curve, ...]:
    days = () if isinstance(review.fit, Absent) else review.fit.days
    curves = []
    for slot, outcome in enumerate(review.outcomes):
        bare = Curve(
            title=score_name(outcome).capitalize(),
            token=_SLOT_COLOURS[slot],
            reported=[(d.day, v) for d in review.record.diary if (v := d.score(outcome)) is not None],
        )
        band = next((b for b in review.bands if b.outcome is outcome), None)
        if band is None:
            curves.append(bare)
            continue
        curves.append(
            replace(
                bare,
                days=days,
                mean=band.mean.tolist(),
                low80=band.low80.tolist(),
                high80=band.high80.tolist(),
                low95=band.low95.tolist(),
                high95=band.high95.tolist(),
                without=band.without.tolist(),
            )
        )
    return tuple(curves)


def timeline_section(review: Review) -> Section | None:
    """The time line, or None without a diary."""
    first, last = review.data_quality.first, review.at
    if first is None:
        return None
    bands = dose_bands(review.record, review.at)
    if bands:
        # The first dose may precede the diary; a month of it is enough to see that it did.
        first = max(min(first, min(b.first for b in bands)), first - timedelta(days=28))
    curves = _curves(review)
    fitted = any(c.days for c in curves)
    names = and_list([score_name(o) for o in review.outcomes])
    masked = any(b.masked for b in bands)
    alt = (
        f"Time line from {day(first)} to {day(last)}: "
        + (f"doses of {and_list(sorted({b.drug for b in bands}))} above, " if bands else "")
        + f"{names} below, from 0 to 10, higher is worse"
        + (
            ", with the estimated course, its uncertainty, and the course expected without medicine"
            if fitted
            else ""
        )
        + "."
    )
    reading = [Paragraph(text=_legend(fitted, masked), quiet=True)]
    blocks: tuple[Block, ...] = (
        Chart(
            wide=timeline(curves, bands, first, last),
            narrow=timeline(curves, bands, first, last, narrow=True),
            alt=alt,
        ),
        *reading,
    )
    return Section(id="timeline", title="Doses and symptoms", blocks=blocks)


def _legend(fitted: bool, masked: bool) -> str:
    parts = ["Dots: scores as reported; higher is worse."]
    if fitted:
        parts.append("Line and shading: the estimated course with its 80 % and 95 % bands.")
        parts.append("Dashed line: the course expected had none of the medicines been taken.")
    if masked:
        parts.append("A hollow, dashed dose bar: the patient could not know what was taken.")
    return " ".join(parts)
