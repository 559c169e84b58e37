"""The net heat plot: designs by designs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lenitive.render.charts.network import SCHEMA
from lenitive.render.charts.palette import TOKENS

__all__ = ["heat_plot"]


def heat_plot(
    names: Sequence[str],
    q: Sequence[float],
    change: Sequence[Sequence[float | None]],
    *,
    narrow: bool = False,
) -> dict[str, Any]:
    """Colour: by how much the column's disagreement falls when the row is set apart; squares: each design's own part of Q.

    Source: Krahn, Binder and Koenig 2013, BMC Med Res Methodol 13:35.
    """
    # A change is less than what there is to lose; a few large ones must not make all others white.
    most = max((abs(c) for row in change for c in row if c is not None), default=1.0) or 1.0
    cells = [
        {
            "row": names[i],
            "column": names[j],
            "known": c is not None,
            "warm": max(0.0, c or 0.0),
            "cool": max(0.0, -(c or 0.0)),
        }
        for i, row in enumerate(change)
        for j, c in enumerate(row)
    ]
    own = [max(0.0, v) for v in q]
    squares = [{"row": n, "column": n, "q": v} for n, v in zip(names, own, strict=True)]
    size = max(10, min(34, (260 if narrow else 480) // len(names)))
    axis = {"title": None, "labelLimit": 110 if narrow else 300, "grid": False}
    x = {
        "field": "column",
        "type": "nominal",
        "sort": None,
        "axis": {**axis, "labelAngle": -60, "orient": "top"},
    }
    y = {"field": "row", "type": "nominal", "sort": None, "axis": axis}

    def shade(field: str, token: str) -> dict[str, Any]:
        return {
            "transform": [{"filter": f"datum.known && datum.{field} > 0"}],
            "mark": {"type": "rect", "color": TOKENS[token]},
            "encoding": {
                "x": x,
                "y": y,
                "opacity": {
                    "field": field,
                    "type": "quantitative",
                    "scale": {"domain": [0, most], "range": [0.04, 0.85]},
                    "legend": None,
                },
            },
        }

    return {
        "$schema": SCHEMA,
        "width": {"step": size},
        "height": {"step": size},
        "padding": {"left": 4, "right": 20, "top": 4, "bottom": 4},
        "data": {"values": cells},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": TOKENS["grid"], "strokeWidth": 0.5},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "condition": {"test": "datum.known", "value": "transparent"},
                        "value": TOKENS["grid"],
                    },
                },
            },
            shade("warm", "pain"),
            shade("cool", "sleep"),
            {
                "data": {"values": squares},
                "mark": {"type": "square", "filled": True, "opacity": 1, "color": TOKENS["ink"]},
                "encoding": {
                    "x": x,
                    "y": y,
                    "size": {
                        "field": "q",
                        "type": "quantitative",
                        "scale": {
                            "domain": [0, max(own, default=1.0) or 1.0],
                            "range": [0, (size * 0.6) ** 2],
                        },
                        "legend": None,
                    },
                },
            },
        ],
    }
