"""A network of treatments, and benefit against harm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lenitive.frozen import dataclass
from lenitive.render.charts.palette import TOKENS

__all__ = ["PlaneMark", "network_plot", "plane_plot"]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def network_plot(
    nodes: Mapping[str, int], edges: Mapping[tuple[str, str], int], *, narrow: bool = False
) -> dict[str, Any]:
    """Treatments on a circle; a line's width is the number of trials, written beside it.

    Args:
        nodes: Treatment to people.
        edges: Pair to trials.
        narrow: For phones.
    """
    names = list(nodes)
    place = {
        n: (math.sin(2 * math.pi * i / len(names)), math.cos(2 * math.pi * i / len(names)))
        for i, n in enumerate(names)
    }
    axis: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [-2.3, 2.3]}, "axis": None}
    height = {"type": "quantitative", "scale": {"domain": [-1.35, 1.35]}, "axis": None}
    lines = []
    for (a, b), k in edges.items():
        (x1, y1), (x2, y2) = place[a], place[b]
        lines.append(
            {
                "x": x1,
                "y": y1,
                "x2": x2,
                "y2": y2,
                "k": k,
                "mx": (x1 + x2) / 2,
                "my": (y1 + y2) / 2,
                "t": str(k),
            }
        )
    points = []
    for n in names:
        x, y = place[n]
        points.append(
            {
                "x": x,
                "y": y,
                "n": nodes[n],
                "label": n,
                "lx": x * 1.13,
                "ly": y * 1.17,
                "side": "l" if x > 0.15 else "r" if x < -0.15 else "c",
            }
        )
    size = 10 if narrow else 12

    def label(side: str, align: str) -> dict[str, Any]:
        return {
            "data": {"values": points},
            "transform": [{"filter": f"datum.side === '{side}'"}],
            "mark": {"type": "text", "align": align, "fontSize": size, "color": TOKENS["ink"]},
            "encoding": {
                "x": {**axis, "field": "lx"},
                "y": {**height, "field": "ly"},
                "text": {"field": "label"},
            },
        }

    return {
        "$schema": SCHEMA,
        "width": 320 if narrow else 620,
        "height": 210 if narrow else 290,
        "padding": {"left": 8, "right": 8, "top": 4, "bottom": 4},
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "color": TOKENS["muted"]},
                "encoding": {
                    "x": {**axis, "field": "x"},
                    "y": {**height, "field": "y"},
                    "x2": {"field": "x2"},
                    "y2": {"field": "y2"},
                    "strokeWidth": {
                        "field": "k",
                        "type": "quantitative",
                        "scale": {"domain": [0, max(edges.values(), default=1)], "range": [1, 7]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": lines},
                "mark": {
                    "type": "point",
                    "shape": "circle",
                    "filled": True,
                    "size": 260,
                    "color": TOKENS["ground"],
                    "opacity": 1,
                },
                "encoding": {"x": {**axis, "field": "mx"}, "y": {**height, "field": "my"}},
            },
            {
                "data": {"values": lines},
                "mark": {"type": "text", "fontSize": size, "color": TOKENS["ink"]},
                "encoding": {
                    "x": {**axis, "field": "mx"},
                    "y": {**height, "field": "my"},
                    "text": {"field": "t"},
                },
            },
            {
                "data": {"values": points},
                "mark": {
                    "type": "point",
                    "shape": "circle",
                    "filled": True,
                    "color": TOKENS["dose"],
                    "opacity": 1,
                },
                "encoding": {
                    "x": {**axis, "field": "x"},
                    "y": {**height, "field": "y"},
                    "size": {
                        "field": "n",
                        "type": "quantitative",
                        "scale": {"domain": [0, max([*nodes.values(), 1])], "range": [60, 600]},
                        "legend": None,
                    },
                },
            },
            label("l", "left"),
            label("r", "right"),
            label("c", "center"),
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneMark:
    """A treatment between benefit and harm, in people of 100; ``look`` numbers its shape, the same in every plane."""

    name: str
    benefit: float
    benefit_low: float
    benefit_high: float
    harm: float
    harm_low: float
    harm_high: float
    look: int


def plane_plot(
    marks: Sequence[PlaneMark], *, benefit: str, harm: str, narrow: bool = False
) -> dict[str, Any]:
    """Benefit to the right, harm upwards; lower right is best. Lines are 95 % intervals."""
    ends_x = [v for m in marks for v in (m.benefit_low, m.benefit_high)]
    ends_y = [v for m in marks for v in (m.harm_low, m.harm_high)]
    x = {
        "type": "quantitative",
        "scale": {"domain": [min([*ends_x, 0]) - 1, min(max(ends_x) + 1, 60)], "nice": False, "clamp": True},
        "axis": {"title": benefit, "tickCount": 4 if narrow else 7},
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [min([*ends_y, 0]) - 1, min(max(ends_y) + 1, 60)], "nice": False, "clamp": True},
        "axis": {"title": harm, "tickCount": 5},
    }
    values = [
        {
            "n": m.name,
            "b": m.benefit,
            "bl": m.benefit_low,
            "bh": m.benefit_high,
            "h": m.harm,
            "hl": m.harm_low,
            "hh": m.harm_high,
        }
        for m in marks
    ]
    names = [m.name for m in marks]
    shapes = ["diamond", "circle", "square", "triangle-up", "cross", "triangle-down", "triangle-left"]
    colours = [TOKENS[t] for t in ("dose", "ink", "pain", "sleep", "fatigue", "unsure", "without")]
    colour = {
        "field": "n",
        "type": "nominal",
        "scale": {"domain": names, "range": [colours[m.look % 7] for m in marks]},
        "legend": {
            "title": None,
            "orient": "bottom",
            "columns": 1 if narrow else 3,
            "labelLimit": 260,
            "columnPadding": 40,
        },
    }
    shape = {**colour, "scale": {"domain": names, "range": [shapes[m.look % 7] for m in marks]}}
    return {
        "$schema": SCHEMA,
        "width": 220 if narrow else 520,
        "height": 260,
        "padding": {"left": 4, "right": 20, "top": 4, "bottom": 4},
        "data": {"values": values},
        "layer": [
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": TOKENS["muted"], "strokeDash": [3, 3]},
                "encoding": {"y": {**y, "field": "z"}},
            },
            {
                "data": {"values": [{"z": 0}]},
                "mark": {"type": "rule", "color": TOKENS["muted"], "strokeDash": [3, 3]},
                "encoding": {"x": {**x, "field": "z"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.3},
                "encoding": {
                    "x": {**x, "field": "bl"},
                    "x2": {"field": "bh"},
                    "y": {**y, "field": "h"},
                    "color": colour,
                },
            },
            {
                "mark": {"type": "rule", "strokeWidth": 1.3},
                "encoding": {
                    "y": {**y, "field": "hl"},
                    "y2": {"field": "hh"},
                    "x": {**x, "field": "b"},
                    "color": colour,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
                "encoding": {
                    "x": {**x, "field": "b"},
                    "y": {**y, "field": "h"},
                    "color": colour,
                    "shape": shape,
                },
            },
        ],
    }
