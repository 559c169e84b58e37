"""The drawing of a drug's level and of what it occupies, over the patient's own days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from lenitive.kinetics import Certainty, History
from lenitive.render.charts.draw import paper_svg
from lenitive.render.charts.palette import TOKENS

__all__ = ["levels_alt", "levels_file", "levels_spec"]


def _wall(moment: datetime) -> str:
    """A local clock time written as if it were UTC: with an axis in UTC the labels are then the patient's own clock."""
    return moment.replace(tzinfo=None).strftime("%Y-%m-%dT%H:%M:%SZ")


def levels_spec(history: History, *, width: int = 640) -> dict[str, Any]:
    """The Vega-Lite specification of one drug's chart, in token colours.

    Level above, occupancy below where the drug has a measured target. Bands are 10-90 % (darker) and 2.5-97.5 %
    (lighter) of patients like her; doses are ticks on the floor, missed days crosses.
    """
    zone = ZoneInfo(history.zone)
    moments = [_wall(m) for m in history.moments()]
    first, last = moments[0], moments[-1]
    rows = [
        {
            "t": t,
            "level": round(float(v), 3),
            **{name: round(float(b), 3) for name, b in zip(("a", "b", "c", "d"), band, strict=True)},
        }
        for t, v, band in zip(moments, history.typical, history.band.T, strict=True)
    ]
    x = {
        "field": "t",
        "type": "temporal",
        "scale": {"type": "utc", "domain": [first, last]},
        "axis": {"title": None, "format": "%-d %b", "tickCount": max(3, width // 90), "labelOverlap": True},
    }
    upper = _top(history)
    y = {"type": "quantitative", "scale": {"domain": [0, upper], "clamp": True}, "title": "ng/mL in plasma"}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "area", "opacity": opacity, "color": TOKENS["dose"]},
            "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}},
        }
        for low, high, opacity in (("a", "d", 0.14), ("b", "c", 0.22))
    ]
    layers.append(
        {
            "mark": {"type": "line", "strokeWidth": 1.6, "color": TOKENS["dose"]},
            "encoding": {"x": x, "y": {**y, "field": "level"}},
        }
    )
    layers += _range(history, first, upper, x, y)
    layers += _doses(history, zone, first, upper, x, y)
    layers += _measured(history, zone, x, y)
    panels: list[dict[str, Any]] = [
        {
            "width": width,
            "height": 230,
            "title": f"{history.drug}: level expected from the doses taken",
            "data": {"values": rows},
            "layer": layers,
        }
    ]
    for target in history.occupancies:
        values = [
            {"t": t, "o": round(float(o), 4), "lo": round(float(lo), 4), "hi": round(float(hi), 4)}
            for t, o, lo, hi in zip(moments, target.typical, target.low, target.high, strict=True)
        ]
        share = {
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]},
            "title": "occupied",
        }
        panels.append(
            {
                "width": width,
                "height": 100,
                "title": f"{target.words} occupied, grade {target.grade.value}",
                "data": {"values": values},
                "layer": [
                    {
                        "mark": {"type": "area", "opacity": 0.22, "color": TOKENS["unsure"]},
                        "encoding": {"x": x, "y": {**share, "field": "lo"}, "y2": {"field": "hi"}},
                    },
                    {
                        "mark": {"type": "line", "strokeWidth": 1.6, "color": TOKENS["unsure"]},
                        "encoding": {"x": x, "y": {**share, "field": "o"}},
                    },
                ],
            }
        )
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": panels,
        "spacing": 18,
    }


def _words(values: list[dict[str, Any]], encoding: dict[str, Any], **mark: Any) -> list[dict[str, Any]]:
    """Text that stays legible over lines and bands: the same words twice, first as a halo of the ground."""
    halo = {
        **mark,
        "stroke": TOKENS["ground"],
        "strokeWidth": 3,
        "strokeOpacity": 0.85,
        "color": TOKENS["ground"],
    }
    return [
        {"data": {"values": values}, "mark": {"type": "text", **one}, "encoding": encoding}
        for one in (halo, mark)
    ]


def levels_file(histories: tuple[History, ...], *, suffix: str) -> bytes:
    """One drawing of several drugs on white, as ``.svg`` or ``.png``.

    Raises:
        ValueError: When the suffix is another.
    """
    import vl_convert

    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": TOKENS["ground"],
        "padding": 12,
        "vconcat": [panel for h in histories for panel in levels_spec(h, width=760)["vconcat"]],
        "spacing": 18,
    }
    svg = paper_svg(spec).replace("Libertinus Serif", "sans-serif")
    if suffix == ".svg":
        return svg.encode()
    if suffix == ".png":
        png: bytes = vl_convert.svg_to_png(svg, scale=2)
        return png
    raise ValueError("a plot is written as .svg or .png")


def _top(history: History) -> float:
    values = [float(history.band[3].max()), float(history.typical.max())]
    values += [level.value for level in history.levels]
    if history.who.model.range is not None:
        values.append(float(history.who.model.range.low or 0.0))
    return 1.12 * max(values)


def _range(
    history: History, first: str, upper: float, x: dict[str, Any], y: dict[str, Any]
) -> list[dict[str, Any]]:
    known = history.who.model.range
    if known is None or known.low is None:
        return []
    edges = [v for v in (known.low, known.high) if v is not None and v <= upper]
    words = f"{known.low:g} to {known.high:g}: a range for {known.purpose} only"
    return [
        {
            "data": {"values": [{"v": v} for v in edges]},
            "mark": {"type": "rule", "strokeDash": [6, 4], "color": TOKENS["muted"]},
            "encoding": {"y": {**y, "field": "v"}},
        },
        *_words(
            [{"t": first, "v": known.low, "words": words}],
            {"x": x, "y": {**y, "field": "v"}, "text": {"field": "words"}},
            align="left",
            dx=6,
            dy=-7,
            color=TOKENS["ink"],
            fontSize=11,
        ),
    ]


def _doses(
    history: History, zone: ZoneInfo, first: str, upper: float, x: dict[str, Any], y: dict[str, Any]
) -> list[dict[str, Any]]:
    ticks = [{"t": _wall(i.at.astimezone(zone)), "v": 0.0} for i in history.intakes]
    ticks = [t for t in ticks if str(t["t"]) >= first]
    crosses = [
        {"t": _wall(datetime.combine(d, time(12))), "v": upper * 0.035, "words": "×"}
        for d in history.missed
        if _wall(datetime.combine(d, time(12))) >= first
    ]
    daily: dict[date, float] = {}
    for intake in history.intakes:
        if intake.certainty is Certainty.RECORDED:
            daily[intake.day] = daily.get(intake.day, 0.0) + intake.amount_mg
    labels, before = [], None
    for day, mg in sorted(daily.items()):
        if mg != before:
            labels.append(
                {"t": max(_wall(datetime.combine(day, time(0))), first), "v": upper, "words": f"{mg:g} mg"}
            )
            before = mg
    shown = {row["t"]: row for row in labels}  # of several before the axis begins, the last
    return [
        {
            "data": {"values": ticks},
            "mark": {
                "type": "tick",
                "orient": "vertical",
                "height": 9,
                "thickness": 1,
                "yOffset": -4,
                "color": TOKENS["ink"],
            },
            "encoding": {"x": x, "y": {**y, "field": "v"}},
        },
        {
            "data": {"values": crosses},
            "mark": {"type": "text", "fontSize": 15, "fontWeight": "bold", "color": TOKENS["bad"]},
            "encoding": {"x": x, "y": {**y, "field": "v"}, "text": {"field": "words"}},
        },
        *_words(
            list(shown.values()),
            {"x": x, "y": {**y, "field": "v"}, "text": {"field": "words"}},
            align="left",
            baseline="top",
            dx=3,
            dy=2,
            color=TOKENS["ink"],
        ),
    ]


def _measured(history: History, zone: ZoneInfo, x: dict[str, Any], y: dict[str, Any]) -> list[dict[str, Any]]:
    values = [
        {
            "t": _wall(
                (history.origin + timedelta(hours=level.hours[len(level.hours) // 2])).astimezone(zone)
            ),
            "v": level.value,
            "used": not level.left_out,
            "words": f"measured {level.value:g}" + (" (not used)" if level.left_out else ""),
        }
        for level in history.levels
        if level.hours[0] >= history.times_h[0]
    ]
    if not values:
        return []
    point = {"type": "point", "size": 70, "strokeWidth": 2, "color": TOKENS["bad"]}
    return [
        {
            "data": {"values": values},
            "mark": point,
            "encoding": {
                "x": x,
                "y": {**y, "field": "v"},
                "shape": {
                    "field": "used",
                    "type": "nominal",
                    "scale": {"domain": [True, False], "range": ["diamond", "cross"]},
                    "legend": None,
                },
            },
        },
        *_words(
            values,
            {"x": x, "y": {**y, "field": "v"}, "text": {"field": "words"}},
            align="right",
            dx=-9,
            dy=-9,
            color=TOKENS["bad"],
        ),
    ]


def levels_alt(history: History) -> str:
    """What the chart shows, in a sentence."""
    last = history.times_h > history.times_h[-1] - 24
    level, low, high = (float(np.mean(v[last])) for v in (history.typical, history.band[1], history.band[2]))
    words = (
        f"Expected level of {history.drug} until {history.at.isoformat()}, from {len(history.intakes)} doses: "
        f"on the last day {level:.0f} ng/mL, for most patients like this one {low:.0f} to {high:.0f}."
    )
    for target in history.occupancies:
        words += f" {target.words} occupied: {float(target.typical[-1]):.0%} ({float(target.low[-1]):.0%} to {float(target.high[-1]):.0%})."
    return words
