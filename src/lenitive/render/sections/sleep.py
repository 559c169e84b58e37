"""Measured nights beside the diary, what is known of the drug's effect on sleep, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lenitive.render.blocks import Block, Bullets, Callout, Chart, Column, Details, Paragraph, Section, Table
from lenitive.render.catalogue import said
from lenitive.render.charts.sleep import raster_spec, record_bars, shares_spec, times_spec
from lenitive.render.references import shipped_references
from lenitive.render.sections.nights import joint_blocks
from lenitive.render.sections.scored import ScoredNight, hypnogram_blocks
from lenitive.render.sections.timeline import dose_bands
from lenitive.render.words import and_list, day, drug_name, share_words
from lenitive.review import Absent, Review
from lenitive.sleep import Assessment, Change, DiaryComparison, Mean, Story, Stretch

__all__ = ["sleep_section"]

_DASH = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"
_LONGEST_RASTER = 92  # nights that fit on a page

# name -> words, unit, decimals
_MEASURES: Mapping[str, tuple[str, str, int]] = {
    "tst": ("asleep", "min", 0),
    "se": ("efficiency", "%", 0),
    "sol": ("to fall asleep", "min", 0),
    "waso": ("awake after", "min", 0),
    "awakenings": ("wakings", "", 1),
    "n3": ("deep", "% of sleep", 0),
    "rem": ("REM", "% of sleep", 0),
    "rem_latency": ("to REM", "min", 0),
}


def _signed(value: float, decimals: int = 0) -> str:
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return (_MINUS if value < 0 else "+") + text


def _change(c: Change, decimals: int = 0) -> str:
    return f"{_signed(c.change, decimals)} ({_signed(c.low, decimals)} to {_signed(c.high, decimals)})"


def _mean(m: Mean | None, decimals: int = 0) -> str:
    if m is None:
        return _DASH
    if m.interval is None:
        return f"{m.mean:.{decimals}f}"
    return f"{m.mean:.{decimals}f} ± {m.interval[1] - m.mean:.{decimals}f}"


def _regimen(s: Stretch) -> str:
    return and_list([f"{drug_name(d)} {mg:g} mg" for d, mg in s.regimen]) if s.regimen else "no drug"


def _story(c: DiaryComparison) -> Callout | None:
    """The disagreement, said first and said plainly."""
    if not c.disagree:
        return None
    items = []
    if c.change is Story.DISAGREE and c.disturbance and c.tst and c.first and c.last:
        items.append(
            Paragraph(
                lead="Over the change of treatment.",
                text=f"From {_regimen(c.first)} to {_regimen(c.last)}, sleep disturbance in the diary changed by "
                f"{_change(c.disturbance, 1)} points (below zero is better), measured sleep by {_change(c.tst)} minutes.",
            )
        )
    n = c.night_to_night
    if n is not None and n.story is Story.DISAGREE:
        items.append(
            Paragraph(
                lead="From night to night.",
                text=f"Nights called bad are not the nights measured short: correlation {_signed(n.rho, 2)} "
                f"({_signed(n.low, 2)} to {_signed(n.high, 2)}) over {n.nights} nights.",
            )
        )
    return Callout(
        title="The diary and the device do not tell the same story",
        tone="unsure",
        text="Neither overrules the other. Treatment is for the complaint, which the diary holds; a device "
        "misses much of the time awake. Ask how the nights are, and look whether the device was worn as before.",
        items=tuple(items),
    )


def _agreement(c: DiaryComparison) -> list[Paragraph]:
    items = []
    if c.level is not None:
        v = c.level
        word = "less" if v.difference_min < 0 else "more"
        items.append(
            Paragraph(
                lead="Hours.",
                text=f"The diary counts {abs(v.difference_min):.0f} minutes {word} than {c.source} "
                f"({_signed(v.low)} to {_signed(v.high)}, {v.nights} nights); single nights differ by "
                f"{_signed(v.limits[0])} to {_signed(v.limits[1])} minutes.",
            )
        )
    n = c.night_to_night
    if n is not None and n.story is not Story.DISAGREE:
        said = (
            "follow the nights measured short"
            if n.story is Story.AGREE
            else "cannot be told to follow them or not"
        )
        items.append(
            Paragraph(
                lead="Night to night.",
                text=f"Nights called bad {said}: correlation {_signed(n.rho, 2)} ({_signed(n.low, 2)} to "
                f"{_signed(n.high, 2)}, {n.nights} nights; below zero they agree).",
            )
        )
    if c.change is Story.AGREE:
        items.append(
            Paragraph(lead="Over the change of treatment.", text="Diary and device moved the same way.")
        )
    elif c.change is Story.CANNOT_TELL:
        why = (
            f"there are not two treatments with {c.least_nights} nights of both"
            if c.first is None
            else "at least one of the two changes is too uncertain"
        )
        items.append(
            Paragraph(
                lead="Over the change of treatment.", text=f"It cannot be told whether they agree: {why}."
            )
        )
    return items


def _stretches(a: Assessment) -> Table:
    shown = [m for m in _MEASURES if any(m in s.measured for s in a.stretches)]
    columns = (
        Column(head="treatment"),
        Column(head="nights", number=True),
        *(Column(head=f"{_MEASURES[m][0]}, {_MEASURES[m][1]}".rstrip(", "), number=True) for m in shown),
        Column(head="diary, 0-10", number=True),
    )
    rows = tuple(
        (
            f"{_regimen(s)}, {s.first:%-d %b} to {s.last:%-d %b %Y}",
            str(max(m.n for m in s.measured.values())),
            *(_mean(s.measured.get(m), _MEASURES[m][2]) for m in shown),
            _mean(s.diary_disturbance, 1),
        )
        for s in a.stretches
    )
    return Table(
        columns=columns,
        rows=rows,
        caption="Mean ± half the width of its 95 % limits; a night counts to the dose of the evening before",
    )


def _effects(review: Review) -> Table | Paragraph:
    """What each drug does to measured sleep, or why that cannot be said."""
    m = review.measured
    if isinstance(m, Absent):
        return Paragraph(lead="A drug's effect on measured sleep is not estimated.", text=said(m.reason))
    rows = tuple(
        (
            f"{drug_name(e.drug)} {e.dose_mg_per_day:g} mg",
            f"{_signed(e.mean)} ({_signed(e.quantiles['0.025'])} to {_signed(e.quantiles['0.975'])})",
            _DASH if e.share_from_nights is None else share_words(e.share_from_nights),
        )
        for e in m.effects
    )
    fallback = "" if m.status == "ok" else f" ({m.status}: {m.fallback})"
    return Table(
        columns=(
            Column(head="drug, a day"),
            Column(head="sleep due to it, min", number=True),
            Column(head="from these nights", number=True),
        ),
        rows=rows,
        caption=f"Effect on measured sleep against none, drift and expectation allowed for{fallback}; it enters no verdict",
    )


def _known(a: Assessment) -> Table | None:
    if not a.known:
        return None
    rows = []
    for k in a.known:
        words, unit, decimals = _MEASURES[k.measure]
        counts = [f"{n} {w}" for n, w in ((k.up, "more"), (k.down, "less"), (k.unchanged, "no change")) if n]
        studies = ", ".join(counts) + ("; they conflict" if k.conflict else "")
        here = _DASH if k.here is None else _change(k.here, decimals)
        rows.append((f"{drug_name(k.drug)}: {words}" + (f", {unit}" if unit else ""), studies, here))
    return Table(
        columns=(
            Column(head="measure"),
            Column(head="studies, in depression or healthy people"),
            Column(head="here, with less without", number=True),
        ),
        rows=tuple(rows),
        caption="What is known beside this patient. Here, everything that changed with time is in the change as well",
    )


def sleep_section(review: Review, scored: Sequence[ScoredNight] = ()) -> Section | None:
    """The section, or None without measured nights, without a scored night and without anything to ask."""
    a = review.sleep
    blocks: list[Block] = []
    c = a.comparison
    if c is not None:
        story = _story(c)
        if story is not None:
            blocks.append(story)
        bars = record_bars(a.nights)[-_LONGEST_RASTER:]
        if len(bars) > 1:
            alt = f"{len(bars)} nights, {day(bars[0].day)} to {day(bars[-1].day)}: from when to when in bed, one row a night."
            blocks.append(
                Chart(
                    wide=raster_spec(bars),
                    narrow=raster_spec(bars, narrow=True),
                    alt=alt,
                    caption=f"One row a night, named by its morning; {c.source}.",
                )
            )
        if len(bars) > 1 and a.regularity is not None and a.regularity.midpoint_sd_min is not None:
            blocks.append(
                Chart(
                    wide=times_spec(bars),
                    narrow=times_spec(bars, narrow=True),
                    alt=f"When {len(bars)} nights began and ended; the middle varies by {a.regularity.midpoint_sd_min:.0f} minutes.",
                    caption="How regular: when each night began, was halfway, and ended.",
                )
            )
        blocks.append(_stretches(a))
        blocks.append(Bullets(items=tuple(_agreement(c))))
        blocks.append(_effects(review))
        blocks += joint_blocks(review)
        if a.weeks:
            bands = dose_bands(review.record, review.at)
            names = and_list([name for name, _ in a.weeks[-1].shares])
            caution = " A consumer device's guess: see the caution below." if a.consumer else ""
            blocks.append(
                Chart(
                    wide=shares_spec(a.weeks, bands),
                    narrow=shares_spec(a.weeks, bands, narrow=True),
                    alt=f"Shares of {names} of sleep in each of {len(a.weeks)} weeks, with the doses above.",
                    caption=f"Stages by week, deep sleep at the bottom.{caution}",
                )
            )
        known = _known(a)
        if known is not None:
            blocks.append(known)
        blocks.append(_basis(review, c))
    blocks += hypnogram_blocks(scored)
    if a.asks:
        items = [Paragraph(lead=ask, text=why) for ask, why in a.asks.values()]
        blocks.append(Callout(title="To ask about sleep", tone="note", items=tuple(items)))
    if not blocks:
        return None
    title = "Sleep as measured" if c is not None else "Sleep"
    return Section(id="sleep", title=title, blocks=tuple(blocks))


def _basis(review: Review, c: DiaryComparison) -> Details:
    a = review.sleep
    if review.with_nights:
        lead = "Measured nights were taken in."
        text = "Total sleep time alone, as a further observation of the sleep that the diary scores; no stage was."
    else:
        lead = "Measured nights decide nothing here."
        text = "They stand beside the diary; verdicts and options are the same without them."
    items = [
        Paragraph(lead=lead, text=text),
        Paragraph(
            lead="Sleep due to a drug",
            text="allows for drift and for the response to being treated that diaries show. Where measured sleep has no such "
            "response, simulated patients' true effect was about 20 minutes higher than estimated.",
        ),
        Paragraph(
            lead="Definition:",
            text=f"{c.definition}, {c.nights} nights of {c.source}; numbers of other definitions are never pooled with these.",
        ),
    ]
    if a.left_out:
        others = and_list([f"{source} by {definition} ({n})" for source, definition, n in a.left_out])
        items.append(Paragraph(lead="Also recorded, not used here:", text=f"{others}."))
    r = a.regularity
    if r is not None and r.midpoint_sd_min is not None:
        text = f"the middle of the night varies by {r.midpoint_sd_min:.0f} minutes (SD)"
        if r.social_jet_lag_min is not None:
            text += f"; weekend nights lie {r.social_jet_lag_min:.0f} minutes from the others"
        items.append(Paragraph(lead="Regularity:", text=f"{text}."))
    items += [
        Paragraph(lead="Caution.", text=f"{text} ({shipped_references(sources)})")
        for text, sources in a.cautions
    ]
    items += [Paragraph(lead="Not found.", text=text) for text in a.looked_for]
    return Details(
        summary="What these nights rest on, and their limits", blocks=(Bullets(items=tuple(items)),)
    )
