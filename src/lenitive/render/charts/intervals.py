"""Intervals side by side: what was believed, what is known now, and what naive reading would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lenitive.render.charts.palette import TOKENS

__all__ = ["Interval", "intervals"]

_KINDS = ("Trials alone", "With diary", "Naive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95 % and 80 % limits; limits are absent for a bare figure.

    Attributes:
        panel: Which panel it stands in, such as the outcome.
        kind: 0 what was believed before, 1 what is known now, 2 the naive figure.
    """

    panel: str
    kind: int
    mean: float
    low95: float | None = None
    high95: float | None = None
    low80: float | None = None
    high80: float | None = None


def intervals(rows: Sequence[Interval], *, threshold: float, narrow: bool = False) -> dict[str, Any]:
    """The specification; ``threshold`` is the smallest improvement that matters, in points, drawn left of zero."""
    panels = list(dict.fromkeys(r.panel for r in rows))
    ends = [v for r in rows for v in (r.mean, r.low95, r.high95) if v is not None] + [-threshold - 0.5, 1.0]
    domain = [min(ends) - 0.1, max(ends) + 0.1]
    x = {"type": "quantitative", "scale": {"domain": domain, "nice": False, "zero": False}}
    y = {
        "field": "kind",
        "type": "nominal",
        "sort": list(_KINDS),
        "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 130},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(_KINDS), "range": [TOKENS["prior"], TOKENS["ink"], TOKENS["without"]]},
        "legend": None,
    }
    shape = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(_KINDS), "range": ["square", "circle", "diamond"]},
        "legend": None,
    }

    def panel(name: str, *, last: bool) -> dict[str, Any]:
        values = [
            {
                "kind": _KINDS[r.kind],
                "mean": r.mean,
                "l9": r.low95,
                "h9": r.high95,
                "l8": r.low80,
                "h8": r.high80,
            }
            for r in rows
            if r.panel == name
        ]
        title = "points (left of zero is better)" if last else None
        axis = {"title": title, "tickCount": 4 if narrow else 7, "format": "+.1~f"}
        return {
            "width": 190 if narrow else 520,
            "height": {"step": 22},
            "title": name,
            "data": {"values": values},
            "layer": [
                {
                    "data": {"values": [{"z": 0}]},
                    "mark": {"type": "rule", "color": TOKENS["muted"]},
                    "encoding": {"x": {**x, "field": "z", "axis": axis}},
                },
                {
                    "data": {"values": [{"z": -threshold}]},
                    "mark": {"type": "rule", "color": TOKENS["good"], "strokeDash": [3, 3]},
                    "encoding": {"x": {**x, "field": "z"}},
                },
                {
                    "transform": [{"filter": "isValid(datum.l9)"}],
                    "mark": {"type": "rule", "strokeWidth": 1.5},
                    "encoding": {"x": {**x, "field": "l9"}, "x2": {"field": "h9"}, "y": y, "color": colour},
                },
                {
                    "transform": [{"filter": "isValid(datum.l8)"}],
                    "mark": {"type": "rule", "strokeWidth": 5},
                    "encoding": {"x": {**x, "field": "l8"}, "x2": {"field": "h8"}, "y": y, "color": colour},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                    "encoding": {"x": {**x, "field": "mean"}, "y": y, "color": colour, "shape": shape},
                },
            ],
        }

    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "vconcat": [panel(name, last=i == len(panels) - 1) for i, name in enumerate(panels)],
        "padding": {"left": 14, "right": 12, "top": 4, "bottom": 4},
        "spacing": 10,
    }
