"""Drawings of a calibration: coverage against what was promised, ranks, and how rules decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lenitive.render.charts.palette import TOKENS

__all__ = ["coverage_chart", "decision_chart", "ranks_chart"]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_PADDING = {"left": 6, "right": 14, "top": 4, "bottom": 4}
_SHAPES = ["square", "circle", "triangle-up"]


def coverage_chart(
    rows: Sequence[Mapping[str, Any]], *, levels: Sequence[float], narrow: bool
) -> dict[str, Any]:
    """Points with their error by world; rows have ``world, outcome, level, covers, error`` (shares)."""
    outcomes = list(dict.fromkeys(r["outcome"] for r in rows))
    worlds = list(dict.fromkeys(r["world"] for r in rows))
    style = {
        "field": "outcome",
        "type": "nominal",
        "scale": {"domain": outcomes, "range": [TOKENS["sleep"], TOKENS["pain"], TOKENS["fatigue"]]},
        "legend": {"title": None, "orient": "top", "columnPadding": 18},
    }
    shape = {**style, "scale": {"domain": outcomes, "range": _SHAPES}}

    def panel(level: float, first: bool) -> dict[str, Any]:
        some = [
            {
                **r,
                "low": r["covers"] - 2 * r["error"],
                "high": r["covers"] + 2 * r["error"],
                "inside": level - 0.03,
                "outside": min(level + 0.03, 1.0),
            }
            for r in rows
            if r["level"] == level
        ]
        ends = [v for r in some for v in (r["low"], r["high"])] + [level - 0.06, level + 0.06]
        low = max(0.0, min(ends) - 0.01)
        x = {
            "type": "quantitative",
            "scale": {"domain": [low, min(1.0, max(ends) + 0.01)], "nice": False, "zero": False},
        }
        labels = first or narrow
        y = {
            "field": "world",
            "type": "nominal",
            "sort": worlds,
            "axis": {"title": None, "labels": labels, "ticks": False, "domain": False, "labelLimit": 190},
        }
        offset = {"field": "outcome", "type": "nominal", "sort": outcomes}
        axis = {"title": f"{level:.0%} intervals", "format": ".0%", "tickCount": 4}
        return {
            "width": 170,
            "height": {"step": 10, "for": "offset"},
            "data": {"values": some},
            "layer": [
                {
                    "data": {"values": [some[0]] if some else []},
                    "mark": {"type": "rect", "color": TOKENS["grid"], "opacity": 0.7},
                    "encoding": {"x": {**x, "field": "inside", "axis": axis}, "x2": {"field": "outside"}},
                },
                {
                    "data": {"values": [{"level": level}]},
                    "mark": {"type": "rule", "color": TOKENS["ink"], "strokeDash": [4, 3]},
                    "encoding": {"x": {**x, "field": "level"}},
                },
                {
                    "mark": {"type": "rule", "strokeWidth": 1.5},
                    "encoding": {
                        "x": {**x, "field": "low"},
                        "x2": {"field": "high"},
                        "y": y,
                        "yOffset": offset,
                        "color": style,
                    },
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                    "encoding": {
                        "x": {**x, "field": "covers"},
                        "y": y,
                        "yOffset": offset,
                        "color": style,
                        "shape": shape,
                    },
                },
            ],
        }

    panels = [panel(level, i == 0) for i, level in enumerate(levels)]
    return {"$schema": _SCHEMA, "padding": _PADDING, "vconcat" if narrow else "hconcat": panels}


def ranks_chart(ranks: Sequence[tuple[str, Sequence[int]]], *, narrow: bool) -> dict[str, Any]:
    """Histograms of where in its posterior the truth lay, with the 95 % band of a uniform count."""

    def panel(what: str, counts: Sequence[int]) -> dict[str, Any]:
        n, bins = sum(counts), len(counts)
        expected = n / bins
        spread = 1.96 * (n / bins * (1 - 1 / bins)) ** 0.5
        x = {"type": "quantitative", "scale": {"domain": [0, 1]}}
        top = max(max(counts, default=0), expected + spread) * 1.05
        y = {"type": "quantitative", "scale": {"domain": [0, top]}}
        values = [{"a": i / bins, "b": (i + 1) / bins, "count": c} for i, c in enumerate(counts)]
        return {
            "width": 230 if narrow else 190,
            "height": 90,
            "title": what,
            "layer": [
                {
                    "data": {
                        "values": [
                            {"a": 0, "b": 1, "low": max(0, expected - spread), "high": expected + spread}
                        ]
                    },
                    "mark": {"type": "rect", "color": TOKENS["grid"]},
                    "encoding": {
                        "x": {**x, "field": "a", "axis": {"title": "place in the posterior", "tickCount": 3}},
                        "x2": {"field": "b"},
                        "y": {**y, "field": "low", "axis": {"title": "patients", "tickCount": 3}},
                        "y2": {"field": "high"},
                    },
                },
                {
                    "data": {"values": values},
                    "mark": {
                        "type": "rect",
                        "color": TOKENS["dose"],
                        "opacity": 0.6,
                        "stroke": TOKENS["ground"],
                    },
                    "encoding": {
                        "x": {**x, "field": "a"},
                        "x2": {"field": "b"},
                        "y": {**y, "field": "count"},
                        "y2": {"datum": 0},
                    },
                },
            ],
        }

    panels = [panel(what, counts) for what, counts in ranks]
    return {"$schema": _SCHEMA, "padding": _PADDING, "vconcat" if narrow else "hconcat": panels}


def decision_chart(rows: Sequence[Mapping[str, Any]], *, narrow: bool) -> dict[str, Any]:
    """Three panels with a rule in each row; rows have ``rule, speaks, right, false_works`` (shares, right may be None)."""
    rules = [r["rule"] for r in rows]

    def panel(field: str, title: str, goal: float | None, first: bool) -> dict[str, Any]:
        x = {"type": "quantitative", "scale": {"domain": [0, 1]}}
        y = {
            "field": "rule",
            "type": "nominal",
            "sort": rules,
            "axis": {
                "title": None,
                "labels": first or narrow,
                "ticks": False,
                "domain": False,
                "labelLimit": 210,
            },
        }
        axis = {"title": title, "format": ".0%", "tickCount": 3}
        values = [{"rule": r["rule"], "v": r[field]} for r in rows if r[field] is not None]
        layers: list[dict[str, Any]] = [
            {
                "mark": {"type": "bar", "height": 11, "color": TOKENS["dose"], "opacity": 0.55},
                "encoding": {"x": {**x, "field": "v", "axis": axis}, "y": y},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11},
                "encoding": {
                    "x": {**x, "field": "v"},
                    "y": y,
                    "text": {"field": "v", "type": "quantitative", "format": ".0%"},
                },
            },
        ]
        if goal is not None:
            layers.append(
                {
                    "data": {"values": [{"v": goal}]},
                    "mark": {"type": "rule", "color": TOKENS["bad"], "strokeDash": [4, 3]},
                    "encoding": {"x": {**x, "field": "v"}},
                }
            )
        return {
            "width": 150 if narrow else 165,
            "height": {"step": 22},
            "data": {"values": values},
            "layer": layers,
        }

    panels = [
        panel("speaks", "gives an answer", None, True),
        panel("right", "its answers are right", 0.9, False),
        panel("false_works", "false “works”", 0.1, False),
    ]
    return {"$schema": _SCHEMA, "padding": _PADDING, "vconcat" if narrow else "hconcat": panels}
