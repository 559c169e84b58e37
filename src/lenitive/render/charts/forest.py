"""Forest and funnel plots, for ratios on a log scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lenitive.frozen import dataclass
from lenitive.render.charts.palette import TOKENS

__all__ = ["ForestRow", "FunnelMark", "forest", "funnel_plot"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """A row of a forest plot, on the scale that is shown (ratios as ratios).

    Attributes:
        label: The study, or the treatment whose trials are pooled. Labels differ from one another.
        kind: ``study``, ``pooled``, or ``missing`` for a known trial without figures.
        estimate: The effect; None when missing.
        low: Lower end of the interval.
        high: Upper end.
        weight: Weight in its pool, percent.
        figures: Words at the right.
    """

    label: str
    kind: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 0.0
    figures: str = ""


def forest(
    rows: Sequence[ForestRow], *, ratio: bool, axis: str, important: float | None = None, narrow: bool = False
) -> dict[str, Any]:
    """The specification.

    Args:
        rows: Top to bottom.
        ratio: Whether values are ratios, drawn on a log scale around 1.
        axis: The axis title: what is shown and which side is better.
        important: A size to mark as important, on the shown scale.
        narrow: For phones.
    """
    width = 150 if narrow else 330
    drawn = [r for r in rows if r.estimate is not None]
    lows = [r.low for r in drawn if r.low is not None]
    highs = [r.high for r in drawn if r.high is not None]
    middles = [r.estimate for r in drawn if r.estimate is not None]
    # A single wide interval must not squeeze all others: the axis ends where nearly all do, arrows tell the rest.
    if ratio:
        low = min(max(0.1, min([*lows, 0.8]) * 0.9), min([*middles, 1.0]) * 0.7)
        high = max(min(12.0, max([*highs, 1.25]) * 1.1), max([*middles, 1.0]) * 1.4)
        scale: dict[str, Any] = {"type": "log", "domain": [low, high], "nice": False, "clamp": True}
        ticks = [
            t
            for t in ((0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32) if high / low > 4 else (0.5, 0.75, 1, 1.5, 2, 3))
            if low <= t <= high
        ]
        axis_spec: dict[str, Any] = {"title": axis, "values": ticks, "format": "~g"}
        zero = 1.0
    else:
        low, high = max(-3.0, min([*lows, -1.0])) - 0.1, min(3.0, max([*highs, 0.5])) + 0.1
        if max(abs(v) for v in [*lows, *highs, 1.0]) > 6:
            low, high = min([*lows, -1.0]) - 0.5, max([*highs, 0.5]) + 0.5
        scale = {"domain": [low, high], "nice": False, "zero": False, "clamp": True}
        axis_spec = {"title": axis, "tickCount": 4 if narrow else 7, "format": "~g"}
        zero = 0.0
    order = [r.label for r in rows]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "scale": {"domain": order, "padding": 0.2},
        "axis": {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelLimit": 130 if narrow else 290,
            "labelFontSize": 10 if narrow else 12,
            "labelFontWeight": {
                "condition": {"test": "indexof(datum.value, 'All ') === 0", "value": "bold"},
                "value": "normal",
            },
        },
    }
    x: dict[str, Any] = {"type": "quantitative", "scale": scale}
    values = [
        {
            "label": r.label,
            "kind": r.kind,
            "e": r.estimate,
            "l": r.low,
            "h": r.high,
            "w": r.weight,
            "f": r.figures,
            "over": r.high is not None and r.high > high,
            "under": r.low is not None and r.low < low,
        }
        for r in rows
    ]
    pooled = {"filter": "datum.kind === 'pooled'"}
    study = {"filter": "datum.kind === 'study'"}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": [{"z": zero}]},
            "mark": {"type": "rule", "color": TOKENS["muted"]},
            "encoding": {"x": {**x, "field": "z", "axis": axis_spec}},
        }
    ]
    if important is not None:
        layers.append(
            {
                "data": {"values": [{"z": important}]},
                "mark": {"type": "rule", "color": TOKENS["good"], "strokeDash": [3, 3]},
                "encoding": {"x": {**x, "field": "z"}},
            }
        )
    layers += [
        {
            "transform": [study],
            "mark": {"type": "rule", "color": TOKENS["ink"], "strokeWidth": 1.2},
            "encoding": {"x": {**x, "field": "l"}, "x2": {"field": "h"}, "y": y},
        },
        {
            "transform": [study],
            "mark": {
                "type": "point",
                "shape": "square",
                "filled": True,
                "color": TOKENS["ink"],
                "opacity": 1,
            },
            "encoding": {
                "x": {**x, "field": "e"},
                "y": y,
                "size": {
                    "field": "w",
                    "type": "quantitative",
                    "scale": {"domain": [0, 100], "range": [20, 130]},
                    "legend": None,
                },
            },
        },
        {
            "transform": [pooled],
            "mark": {"type": "rule", "color": TOKENS["dose"], "strokeWidth": 4},
            "encoding": {"x": {**x, "field": "l"}, "x2": {"field": "h"}, "y": y},
        },
        {
            "transform": [pooled],
            "mark": {
                "type": "point",
                "shape": "diamond",
                "filled": True,
                "size": 190,
                "color": TOKENS["dose"],
                "opacity": 1,
            },
            "encoding": {"x": {**x, "field": "e"}, "y": y},
        },
        {
            "transform": [{"filter": "datum.over"}],
            "mark": {
                "type": "point",
                "shape": "triangle-right",
                "filled": True,
                "size": 60,
                "color": TOKENS["ink"],
                "opacity": 1,
            },
            "encoding": {"x": {"value": width}, "y": y},
        },
        {
            "transform": [{"filter": "datum.under"}],
            "mark": {
                "type": "point",
                "shape": "triangle-left",
                "filled": True,
                "size": 60,
                "color": TOKENS["ink"],
                "opacity": 1,
            },
            "encoding": {"x": {"value": 0}, "y": y},
        },
    ]
    if not narrow:
        layers.append(
            {
                "mark": {"type": "text", "align": "left", "fontSize": 11, "color": TOKENS["ink"]},
                "encoding": {"x": {"value": width + 12}, "y": y, "text": {"field": "f"}},
            }
        )
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": {"step": 17 if narrow else 19},
        "padding": {
            "left": 30 if not narrow else 12,
            "right": 40 if not narrow else 10,
            "top": 4,
            "bottom": 4,
        },
        "data": {"values": values},
        "layer": layers,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelMark:
    """A study in a comparison-adjusted funnel plot."""

    study: str
    comparison: str
    deviation: float
    se: float


def funnel_plot(marks: Sequence[FunnelMark], *, axis: str, narrow: bool = False) -> dict[str, Any]:
    """Deviation from the comparison's mean against standard error, large studies on top, with 95 % limits."""
    top = max(m.se for m in marks) * 1.1
    reach = max([1.96 * top, *(abs(m.deviation) for m in marks)]) * 1.05
    x = {
        "type": "quantitative",
        "scale": {"domain": [-reach, reach], "nice": False},
        "axis": {"title": axis, "tickCount": 4 if narrow else 7, "format": "~g"},
    }
    y = {
        "field": "se",
        "type": "quantitative",
        "scale": {"domain": [0, top], "reverse": True, "nice": False},
        "axis": {"title": "standard error", "tickCount": 4},
    }
    names = list(dict.fromkeys(m.comparison for m in marks))
    shapes = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "triangle-left"]
    colours = [TOKENS[t] for t in ("ink", "dose", "pain", "sleep", "fatigue", "unsure", "without")]
    limits = [{"d": s * 1.96 * v, "se": v, "side": s} for s in (-1, 1) for v in (0.0, top)]
    return {
        "$schema": SCHEMA,
        "width": 220 if narrow else 560,
        "height": 240,
        "padding": {"left": 4, "right": 8, "top": 4, "bottom": 4},
        "layer": [
            {
                "data": {"values": limits},
                "mark": {"type": "line", "color": TOKENS["muted"], "strokeDash": [4, 3]},
                "encoding": {"x": {**x, "field": "d"}, "y": y, "detail": {"field": "side"}},
            },
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": TOKENS["muted"]},
                "encoding": {"x": {**x, "field": "z"}},
            },
            {
                "data": {
                    "values": [{"d": m.deviation, "se": m.se, "c": m.comparison, "s": m.study} for m in marks]
                },
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "x": {**x, "field": "d"},
                    "y": y,
                    "shape": {
                        "field": "c",
                        "type": "nominal",
                        "scale": {
                            "domain": names,
                            "range": [shapes[i % len(shapes)] for i in range(len(names))],
                        },
                        "legend": {
                            "title": None,
                            "orient": "bottom",
                            "columns": 1 if narrow else 2,
                            "labelLimit": 220,
                        },
                    },
                    "color": {
                        "field": "c",
                        "type": "nominal",
                        "scale": {
                            "domain": names,
                            "range": [colours[i % len(colours)] for i in range(len(names))],
                        },
                    },
                },
            },
        ],
    }
