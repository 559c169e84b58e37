"""Doses and symptoms on one time line: what was taken, what was reported, and what it would be without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lenitive.render.charts.palette import TOKENS

__all__ = ["Curve", "DoseBand", "dose_panel", "timeline"]

# Pixels below which fewer dates fit on the axis.
_NARROW = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBand:
    """A stretch of one drug at one daily dose, both days included."""

    drug: str
    label: str
    first: date
    last: date
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One outcome over the days: the scores reported, and the posterior when there is one.

    Attributes:
        title: What is drawn.
        token: Name of its colour.
        reported: Day and score.
        days: Days of the posterior, the same length as the columns below; empty without one.
    """

    title: str
    token: str
    reported: Sequence[tuple[date, float]]
    days: Sequence[date] = ()
    mean: Sequence[float] = ()
    low80: Sequence[float] = ()
    high80: Sequence[float] = ()
    low95: Sequence[float] = ()
    high95: Sequence[float] = ()
    without: Sequence[float] = ()


def _x(first: date, last: date, *, labels: bool, narrow: bool = False) -> dict[str, Any]:
    axis = {
        "format": "%-d %b",
        "labelOverlap": True,
        "title": None,
        "tickCount": 3 if narrow else 7,
        "grid": False,
    }
    return {
        "field": "day",
        "type": "temporal",
        # UTC throughout: a date without an hour must not move to its neighbour at another longitude.
        "scale": {"type": "utc", "domain": [first.isoformat(), (last + timedelta(days=1)).isoformat()]},
        "axis": axis if labels else None,
    }


def dose_panel(bands: Sequence[DoseBand], first: date, last: date, width: int) -> dict[str, Any]:
    """Doses over days, one row a drug, as a part of a larger drawing."""
    rows = [
        {
            "drug": b.drug,
            "label": b.label,
            "day": max(b.first, first).isoformat(),
            "end": (min(b.last, last) + timedelta(days=1)).isoformat(),
            "middle": (max(b.first, first) + (min(b.last, last) - max(b.first, first)) / 2).isoformat(),
            "masked": b.masked,
        }
        for b in bands
        if b.first <= last and b.last >= first
    ]
    x = _x(first, last, labels=False)
    y = {
        "field": "drug",
        "type": "nominal",
        "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 90},
    }
    return {
        "width": width,
        "height": {"step": 26},
        "title": "Doses a day",
        "data": {"values": rows},
        "layer": [
            {
                "mark": {
                    "type": "bar",
                    "stroke": TOKENS["dose"],
                    "strokeWidth": 1.5,
                    "color": TOKENS["dose"],
                    "height": 18,
                },
                "encoding": {
                    "x": x,
                    "x2": {"field": "end"},
                    "y": y,
                    # A masked period is drawn hollow: neither colour nor hatching is needed to see it.
                    "fillOpacity": {"condition": {"test": "datum.masked", "value": 0.0}, "value": 0.18},
                    "strokeDash": {"condition": {"test": "datum.masked", "value": [4, 3]}, "value": [1, 0]},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11, "color": TOKENS["ink"]},
                "encoding": {"x": {**x, "field": "middle"}, "y": y, "text": {"field": "label"}},
            },
        ],
    }


def _panel(curve: Curve, first: date, last: date, width: int, height: int, *, labels: bool) -> dict[str, Any]:
    colour = TOKENS[curve.token]
    x = _x(first, last, labels=labels, narrow=width < _NARROW)
    y = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 10], "clamp": True},
        "axis": {"title": None, "values": [0, 2, 4, 6, 8, 10]},
    }
    layers: list[dict[str, Any]] = []
    if curve.days:
        rows = [
            {"day": d.isoformat(), "score": m, "l8": a, "h8": b, "l9": c, "h9": e, "without": w}
            for d, m, a, b, c, e, w in zip(
                curve.days,
                curve.mean,
                curve.low80,
                curve.high80,
                curve.low95,
                curve.high95,
                curve.without,
                strict=True,
            )
        ]
        data = {"values": rows}
        for low, high, opacity in (("l9", "h9", 0.14), ("l8", "h8", 0.2)):
            layers.append(
                {
                    "data": data,
                    "mark": {"type": "area", "color": colour, "opacity": opacity},
                    "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}},
                }
            )
        layers.append(
            {
                "data": data,
                "mark": {"type": "line", "color": colour, "strokeWidth": 2},
                "encoding": {"x": x, "y": y},
            }
        )
        layers.append(
            {
                "data": data,
                "mark": {
                    "type": "line",
                    "color": TOKENS["without"],
                    "strokeDash": [6, 4],
                    "strokeWidth": 1.8,
                },
                "encoding": {"x": x, "y": {**y, "field": "without"}},
            }
        )
    layers.append(
        {
            "data": {
                "values": [
                    {"day": d.isoformat(), "score": v} for d, v in curve.reported if first <= d <= last
                ]
            },
            "mark": {"type": "point", "filled": True, "size": 13, "color": colour, "opacity": 0.75},
            "encoding": {"x": x, "y": y},
        }
    )
    return {"width": width, "height": height, "title": curve.title, "layer": layers}


def timeline(
    curves: Sequence[Curve], bands: Sequence[DoseBand], first: date, last: date, *, narrow: bool = False
) -> dict[str, Any]:
    """The specification: doses above, one panel an outcome below, one common time axis."""
    width, height = (265, 95) if narrow else (700, 110)
    panels = [
        _panel(c, first, last, width, height, labels=i == len(curves) - 1) for i, c in enumerate(curves)
    ]
    doses = [dose_panel(bands, first, last, width)] if bands else []
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": [*doses, *panels],
        "padding": {"left": 8, "right": 12, "top": 4, "bottom": 4},
        "spacing": 14,
        "resolve": {"scale": {"x": "independent"}},
    }
